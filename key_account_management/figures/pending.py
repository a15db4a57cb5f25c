from collections import defaultdict
from datetime import date, datetime

from odoo.tools import SQL

from .figure import Pending
from .source import Reader
from .sources.open_orders import owed_by, uninvoiced_deliveries

# A document that would change the figure by more than this share makes its period incomplete
CHANGES = 0.02

# A document's day and its amount in the currency of the figures
Documents = list[tuple[date, float]]


class PendingRevenue(Reader):
    """What would be revenue of the period, but is not invoiced yet: drafts, and what was delivered and not invoiced.

    A draft without a date is invoiced on the day on which it is confirmed: today, at the earliest. What is on a draft
    is invoiced for its order already, so nothing counts twice.
    """

    def compute(self) -> dict[int, Documents]:
        """:return: ``{account id: [(day, amount)]}``, an item for each document"""
        documents: defaultdict[int, Documents] = defaultdict(list)
        rates = {company.id: rate for company, rate in self.rates.items()}
        for customer, company, day, amount in [*self._read_drafts(), *self._read_deliveries()]:
            for account in self.request.accounts_of[customer]:
                documents[account].append((day, self.round_money(amount * rates[company])))
        return documents

    def _read_drafts(self) -> list[tuple[int, int, date, float]]:
        """:return: ``[(customer id, company id, day, amount)]`` of each draft in the period"""
        self.env["account.move.line"].flush_model(["balance", "partner_id", "display_type", "account_id"])
        self.env["account.move"].flush_model(["state", "move_type", "invoice_date", "journal_id", "company_id"])
        # By their journals: the index of these begins with the state, and there are few drafts
        return self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id, move.company_id, COALESCE(move.invoice_date, %(today)s) AS day,
                       -SUM(line.balance)
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE move.journal_id IN (
                            SELECT id FROM account_journal WHERE type = 'sale' AND company_id = ANY(%(companies)s)
                       )
                   AND move.state = 'draft'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND move.company_id = ANY(%(companies)s)
                   AND COALESCE(move.invoice_date, %(today)s) BETWEEN %(date_from)s AND %(date_to)s
                   AND line.partner_id = ANY(%(customers)s)
                   AND line.display_type = 'product'
                   AND account.account_type IN ('income', 'income_other')
              GROUP BY move.id, line.partner_id
                """,
                today=self.request.today,
                companies=self.env.companies.ids,
                customers=self.request.customer_ids,
                date_from=self.request.period.date_from,
                date_to=self.request.period.date_to,
            )
        )

    def _read_deliveries(self) -> list[tuple[int, int, date, float]]:
        """:return: as `_read_drafts`, of each order with more delivered than invoiced; at the order's rate"""
        # Not all: computed fields that ask for the revenue are written when they are known
        for model in ("sale.order", "sale.order.line", "account.move", "account.move.line", "product.template"):
            self.env[model].flush_model()
        begins, after = self.request.period.moments(self.env.tz)
        condition = SQL("%s AND sale.company_id = ANY(%s)", owed_by(self.request.customer_ids), self.env.companies.ids)
        rows: list[tuple[int, int, datetime, float]] = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, company_id, moment, amount
                  FROM (%s) AS delivered
                 WHERE moment >= %s AND moment < %s
                """,
                uninvoiced_deliveries(self.env, condition),
                begins,
                after,
            )
        )
        return [(customer, company, self._day(moment), amount) for customer, company, moment, amount in rows]


def pending(documents: Documents, value: float | None) -> Pending:
    """What is not invoiced yet beside a revenue, and up to which day the revenue is complete.

    >>> pending([(date(2025, 3, 10), 1.0), (date(2025, 4, 1), -30.0)], 1000.0)
    Pending(count=2, amount=-29.0, complete_until=datetime.date(2025, 3, 31))
    """
    large = [day for day, amount in documents if abs(amount) > CHANGES * abs(value or 0.0)]
    return Pending(
        len(documents),
        sum(amount for _day, amount in documents),
        date.fromordinal(min(large).toordinal() - 1) if large else None,
    )
