from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

from ..period import DayParts, Period
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
        self.add_open_items(period, balances)
        self._add_invoices(period, balances)
        self._add_payments(period, balances)
        return balances

    def add_open_items(self, period: Period, balances: Balances) -> None:
        """Receivable items dated up to the period's end, less what was matched up to then."""
        # The exposure is that of today
        ends = [self.today, *(self._end(each) for each in self.request.periods if self._has_begun(each))]
        key = ("open_items", *self.request.account_ids)
        of_day = self.request.readings.each(key, self._end(period), ends, self._read_open_items)
        for row in of_day:
            partner, currency, items, receivable, document, claims, due, document_due = row
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.items += items
                balance.receivable += receivable
                balance.claims += claims
                balance.overdue += due
                balance.document_by_currency[currency][0] += document
                balance.document_by_currency[currency][1] += document_due

    def _read_open_items(self, days: Sequence[date]) -> dict[date, list[tuple[Any, ...]]]:
        """Most items are settled for long: what was matched with these up to a day is not looked up again for it."""
        self.env.flush_all()
        day = SQL("of_day.day")
        rows = self.env.execute_query(
            SQL(
                """
                  WITH item AS MATERIALIZED (
                           SELECT item.*,
                                  account_currency_table.rate,
                                  CASE WHEN item.reconciled THEN GREATEST(
                                      (SELECT MAX(part.max_date) FROM account_partial_reconcile part
                                        WHERE part.debit_move_id = item.id),
                                      (SELECT MAX(part.max_date) FROM account_partial_reconcile part
                                        WHERE part.credit_move_id = item.id)
                                  ) END AS settled_on
                             FROM account_move_line item
                             JOIN account_account account ON account.id = item.account_id
                             JOIN %(currency_table)s ON account_currency_table.company_id = item.company_id
                            WHERE item.partner_id IN %(partners)s
                              AND item.parent_state = 'posted'
                              AND account.account_type = 'asset_receivable'
                              AND item.date <= %(last)s
                       )
                SELECT of_day.day,
                       item.partner_id,
                       item.currency_id,
                       COUNT(*),
                       SUM(item.balance * item.rate),
                       SUM(item.amount_currency),
                       COALESCE(SUM(unsettled.claim * item.rate), 0),
                       COALESCE(SUM(unsettled.overdue * item.rate), 0),
                       COALESCE(SUM(unsettled.document_overdue), 0)
                  FROM UNNEST(%(days)s::date[]) AS of_day (day)
                  JOIN item ON item.date <= of_day.day
             LEFT JOIN LATERAL (
                           SELECT %(claim)s AS claim, %(overdue)s AS overdue, %(document_overdue)s AS document_overdue
                             -- OFFSET: else PostgreSQL would match first and choose afterwards
                             FROM (SELECT WHERE item.settled_on IS NULL OR item.settled_on > of_day.day OFFSET 0) AS one
                                  %(matched)s
                       ) AS unsettled ON TRUE
              GROUP BY of_day.day, item.partner_id, item.currency_id
                """,
                days=list(days),
                last=max(days),
                claim=CLAIM,
                overdue=overdue(day),
                document_overdue=overdue(day, CLAIM_IN_CURRENCY),
                matched=matched(day),
                **self._parameters(),
            )
        )
        items: dict[date, list[tuple[Any, ...]]] = {of_day: [] for of_day in days}
        for of_day, *row in rows:
            items[of_day].append(tuple(row))
        return items

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
            date_to=self._end(period),
            **self._parameters(),
        )

    def _add_invoices(self, period: Period, balances: Balances) -> None:
        """Gross invoiced amounts: in the period, and by month for the count-back method."""
        of_period = self._of_elapsed("invoices", period, self._read_invoices)
        for partner, month, gross, gross_in_period, invoices in of_period:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.gross_by_month[month] += gross
                balance.gross += gross_in_period
                balance.invoices += invoices

    def _read_invoices(self, periods: Sequence[Period]) -> dict[Period, list[tuple[int, date, float, float, int]]]:
        """:return: for each period ``[(customer id, month, amount, amount in the period, invoices in the period)]``"""
        looked_at = {
            period: Period(min(period.date_from, self._count_back_from(period)), period.date_to) for period in periods
        }
        parts = DayParts([*periods, *looked_at.values()])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(part)s,
                       move.commercial_partner_id,
                       DATE_TRUNC('month', move.invoice_date)::date,
                       SUM(move.amount_total_signed * account_currency_table.rate),
                       COUNT(*)
                  %(invoices)s
                   AND move.invoice_date BETWEEN %(first)s AND %(last)s
              GROUP BY 1, 2, 3
                """,
                part=parts.to_sql(SQL("move.invoice_date")),
                invoices=self._from_invoices(),
                first=min(period.date_from for period in looked_at.values()),
                last=max(period.date_to for period in periods),
            )
        )
        return {
            period: [
                (partner, month, gross, *((gross, invoices) if part in parts.of(period) else (0.0, 0)))
                for part, partner, month, gross, invoices in rows
                if part in parts.of(looked_at[period])
            ]
            for period in periods
        }

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
                invoices=self._from_invoices(),
                date_from=period.date_from,
                date_to=self._end(period),
            )
        )

    def _from_invoices(self) -> SQL:
        return SQL(
            """
                  FROM account_move move
                  JOIN %(currency_table)s ON account_currency_table.company_id = move.company_id
                 WHERE move.commercial_partner_id IN %(partners)s
                   -- the items have an index on their customer, invoices have none; as an array, they are read first
                   AND move.id = ANY(
                           ARRAY(SELECT own.move_id FROM account_move_line own WHERE own.partner_id IN %(partners)s)
                       )
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            **self._parameters(),
        )

    def _add_payments(self, period: Period, balances: Balances) -> None:
        """How long the invoices took that were paid in the period, weighted by what was paid."""
        of_period = self._of_elapsed("payments", period, self._read_payments)
        for partner, paid, paid_days, late_days in of_period:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.paid += paid
                balance.paid_days += paid_days
                balance.late_days += late_days

    def _read_payments(self, periods: Sequence[Period]) -> dict[Period, list[tuple[int, float, float, float]]]:
        """:return: for each period ``[(customer id, paid, paid × days it took, paid × days late)]``"""
        parts = DayParts(periods)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(part)s,
                       paid.partner_id,
                       SUM(paid.amount * rate),
                       SUM(paid.amount * rate * (paid.paid_on - paid.invoice_date)),
                       SUM(paid.amount * rate * GREATEST(paid.paid_on - paid.due_on, 0))
                  %(paid)s
              GROUP BY 1, 2
                """,
                part=parts.to_sql(SQL("paid.paid_on")),
                paid=self._from_paid(parts.joined),
            )
        )
        by_part = defaultdict(list)
        for part, *row in rows:
            by_part[part].append(tuple(row))
        return parts.sorted(by_part)

    def paid_invoices(self, period: Period) -> list[int]:
        """:return: ids of the invoices that were paid in the period"""
        if not self._has_begun(period):
            return []
        self.env.flush_all()
        return [
            invoice
            for (invoice,) in self.env.execute_query(SQL("SELECT paid.id %s", self._from_paid([self._to_date(period)])))
        ]

    def _from_paid(self, periods: Sequence[Period]) -> SQL:
        """FROM and WHERE of the invoices whose last payment was in one of the periods."""
        first = min(period.date_from for period in periods)
        return SQL(
            """
                  FROM (%(payments)s) AS paid
                  JOIN %(currency_table)s ON account_currency_table.company_id = paid.company_id
                 WHERE %(in_periods)s
            """,
            payments=payments(
                SQL(
                    """
                    move.commercial_partner_id IN %(partners)s
                    AND move.invoice_date <= %(last)s
                    -- nothing was paid in the periods of what was settled before them; as of the invoices
                    AND move.id = ANY(ARRAY(
                            SELECT own.move_id
                              FROM account_move_line own
                              JOIN account_account own_account ON own_account.id = own.account_id
                             WHERE own.partner_id IN %(partners)s
                               AND own_account.account_type = 'asset_receivable'
                               AND own.reconciled
                               AND (own.invoice_date >= %(first)s
                                    OR (SELECT MAX(late.max_date)
                                          FROM account_partial_reconcile late
                                         WHERE late.debit_move_id = own.id) >= %(first)s)
                        ))
                    """,
                    first=first,
                    last=max(period.date_to for period in periods),
                    **self._parameters(),
                )
            ),
            in_periods=SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL("paid.paid_on BETWEEN %s AND %s", period.date_from, period.date_to) for period in periods
                ),
            ),
            **self._parameters(),
        )

    def _has_begun(self, period: Period) -> bool:
        return bool(self.request.customer_ids) and period.date_from <= self.today

    def _parameters(self) -> dict[str, Any]:
        return {
            "partners": tuple(self.request.customer_ids),
            "currency_table": self.request.rates.table(self.env.companies),
        }

    def _count_back_from(self, period: Period) -> date:
        return period.date_to.replace(day=1) - relativedelta(months=COUNT_BACK_MONTHS - 1)

    def _to_date(self, period: Period) -> Period:
        return Period(period.date_from, self._end(period))

    def _end(self, period: Period) -> date:
        """Tomorrow's balances are not known: a period that is still running ends today."""
        return min(period.date_to, self.today)
