from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

from ..period import Period
from ..request import Request
from ..source import Source
from .open_items import CLAIM, CLAIM_IN_CURRENCY, OPEN, matched, overdue
from .payments import payments

# The count-back method looks for the invoices that make up the receivables in this many months.
COUNT_BACK_MONTHS = 24


@dataclass
class Balance:
    """One account's receivables at the end of a period, and how it paid in that period."""

    items: int = 0
    receivable: float = 0.0
    claims: float = 0.0
    # Claims past their due date less credits: negative if there is more credit than is due
    overdue: float = 0.0
    # currency id: [receivable, overdue]
    document_by_currency: dict[int, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    invoices: int = 0
    gross: float = 0.0
    gross_by_month: dict[date, float] = field(default_factory=lambda: defaultdict(float))
    paid: float = 0.0
    paid_days: float = 0.0
    late_days: float = 0.0


# By account id; accounts without receivables get empty ones
Balances = defaultdict[int, Balance]


class ReceivableRecords(Source):
    """Reads receivable items, invoices and their payments; `ReceivableFigures` computes the figures."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])

    def _balances(self, period: Period) -> Balances:
        """:return: ``{account id: Balance}``"""
        balances: Balances = defaultdict(Balance)
        if not self._has_begun(period):
            return balances
        self.env.flush_all()
        self.read_open_items(period, balances)
        self._read_invoices(period, balances)
        self._read_payments(period, balances)
        return balances

    def read_open_items(self, period: Period, balances: Balances) -> None:
        """Receivable items dated up to the period's end, less what was matched up to then."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.partner_id,
                       item.currency_id,
                       COUNT(*),
                       SUM(item.balance * account_currency_table.rate),
                       SUM(item.amount_currency),
                       SUM(%(claim)s * account_currency_table.rate),
                       SUM(%(overdue)s * account_currency_table.rate),
                       SUM(%(document_overdue)s)
                  %(items)s
              GROUP BY item.partner_id, item.currency_id
                """,
                items=self._from_items(period),
                claim=CLAIM,
                overdue=overdue(self._end(period)),
                document_overdue=overdue(self._end(period), CLAIM_IN_CURRENCY),
            )
        )
        for partner, currency, items, receivable, document, claims, due, document_due in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.items += items
                balance.receivable += receivable
                balance.claims += claims
                balance.overdue += due
                balance.document_by_currency[currency][0] += document
                balance.document_by_currency[currency][1] += document_due

    def open_items(self, period: Period) -> list[dict[str, Any]]:
        """The items that are open at the end of the period: together they are the receivables."""
        if not self._has_begun(period):
            return []
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT item.id,
                       item.date,
                       item.move_name AS document,
                       item.partner_id AS customer,
                       COALESCE(item.date_maturity, item.date) AS due,
                       item.balance * account_currency_table.rate AS amount,
                       %(open)s * account_currency_table.rate AS open,
                       %(overdue)s * account_currency_table.rate AS overdue
                  %(items)s
                   AND %(open)s != 0
              ORDER BY item.date, item.id
                """,
                items=self._from_items(period),
                open=OPEN,
                overdue=overdue(self._end(period)),
            )
        )

    def _from_items(self, period: Period) -> SQL:
        """FROM and WHERE of the receivable items up to the period's end, with what was matched up to then."""
        return SQL(
            """
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                  JOIN %(currency_table)s ON account_currency_table.company_id = item.company_id
                  %(matched)s
                 WHERE item.partner_id IN %(partners)s
                   AND item.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND item.date <= %(date_to)s
            """,
            matched=matched(self._end(period)),
            **self._parameters(period),
        )

    def _read_invoices(self, period: Period, balances: Balances) -> None:
        """Gross invoiced amounts: in the period, and by month for the count-back method."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.commercial_partner_id,
                       DATE_TRUNC('month', move.invoice_date)::date,
                       SUM(move.amount_total_signed * account_currency_table.rate),
                       SUM(move.amount_total_signed * account_currency_table.rate)
                           FILTER (WHERE move.invoice_date >= %(date_from)s),
                       COUNT(*) FILTER (WHERE move.invoice_date >= %(date_from)s)
                  %(invoices)s
                   AND move.invoice_date BETWEEN LEAST(%(date_from)s, %(count_back_from)s) AND %(date_to)s
              GROUP BY 1, 2
                """,
                invoices=self._from_invoices(period),
                **self._parameters(period),
            )
        )
        for partner, month, gross, gross_in_period, invoices in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.gross_by_month[month] += gross
                balance.gross += gross_in_period or 0.0
                balance.invoices += invoices

    def invoices(self, period: Period) -> list[dict[str, Any]]:
        """The invoices and credit notes of the period, tax included: together they are the gross revenue."""
        if not self._has_begun(period):
            return []
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT move.invoice_date AS date,
                       move.name AS document,
                       move.commercial_partner_id AS customer,
                       move.amount_total_signed * account_currency_table.rate AS gross
                  %(invoices)s
                   AND move.invoice_date BETWEEN %(date_from)s AND %(date_to)s
              ORDER BY move.invoice_date, move.id
                """,
                invoices=self._from_invoices(period),
                **self._parameters(period),
            )
        )

    def _from_invoices(self, period: Period) -> SQL:
        return SQL(
            """
                  FROM account_move move
                  JOIN %(currency_table)s ON account_currency_table.company_id = move.company_id
                 WHERE move.commercial_partner_id IN %(partners)s
                   -- the items have an index on their customer, invoices have none
                   AND move.id IN (SELECT own.move_id FROM account_move_line own WHERE own.partner_id IN %(partners)s)
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            **self._parameters(period),
        )

    def _read_payments(self, period: Period, balances: Balances) -> None:
        """How long the invoices took that were paid in the period, weighted by what was paid."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT paid.partner_id,
                       SUM(paid.amount * rate),
                       SUM(paid.amount * rate * (paid.paid_on - paid.invoice_date)),
                       SUM(paid.amount * rate * GREATEST(paid.paid_on - paid.due_on, 0))
                  %(paid)s
              GROUP BY paid.partner_id
                """,
                paid=self._from_paid(period),
            )
        )
        for partner, paid, paid_days, late_days in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.paid += paid
                balance.paid_days += paid_days
                balance.late_days += late_days

    def paid_invoices(self, period: Period) -> list[int]:
        """:return: ids of the invoices that were paid in the period"""
        if not self._has_begun(period):
            return []
        self.env.flush_all()
        return [invoice for (invoice,) in self.env.execute_query(SQL("SELECT paid.id %s", self._from_paid(period)))]

    def _from_paid(self, period: Period) -> SQL:
        """FROM and WHERE of the invoices whose last payment was in the period."""
        return SQL(
            """
                  FROM (%(payments)s) AS paid
                  JOIN %(currency_table)s ON account_currency_table.company_id = paid.company_id
                 WHERE paid.paid_on BETWEEN %(date_from)s AND %(date_to)s
            """,
            payments=payments(
                SQL(
                    """
                    move.commercial_partner_id IN %(partners)s
                    AND move.invoice_date <= %(date_to)s
                    -- nothing was paid in the period of what was settled before it
                    AND move.id IN (
                            SELECT own.move_id
                              FROM account_move_line own
                              JOIN account_partial_reconcile late ON late.debit_move_id = own.id
                             WHERE own.partner_id IN %(partners)s
                               AND (late.max_date >= %(date_from)s OR own.invoice_date >= %(date_from)s)
                        )
                    """,
                    **self._parameters(period),
                )
            ),
            **self._parameters(period),
        )

    def _has_begun(self, period: Period) -> bool:
        return bool(self.request.customer_ids) and period.date_from <= self.today

    def _parameters(self, period: Period) -> dict[str, Any]:
        date_to = self._end(period)
        return {
            "partners": tuple(self.request.customer_ids),
            "currency_table": self.request.rates.table(self.env.companies),
            "date_from": period.date_from,
            "date_to": date_to,
            "count_back_from": date_to.replace(day=1) - relativedelta(months=COUNT_BACK_MONTHS - 1),
        }

    def _end(self, period: Period) -> date:
        """Tomorrow's balances are not known: a period that is still running ends today."""
        return min(period.date_to, self.today)
