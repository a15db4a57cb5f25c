from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

from .figure import Figure, ratio
from .source import Source

# The count-back method looks for the invoices that make up the receivable in so many months.
COUNT_BACK_MONTHS = 24


@dataclass
class Balance:
    """One account's receivables at the end of a period, and how it paid in that period."""

    items: int = 0
    receivable: float = 0.0
    overdue: float = 0.0
    document_by_currency: dict = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    invoices: int = 0
    gross: float = 0.0
    gross_by_month: dict = field(default_factory=lambda: defaultdict(float))
    paid: float = 0.0
    paid_days: float = 0.0
    late_days: float = 0.0


class ReceivableFigures(Source):
    """Days sales outstanding and its companions, from receivable items, invoices and their payments."""

    codes = (
        "dso",
        "dso_count_back",
        "days_to_pay",
        "days_late",
        "receivable",
        "overdue_amount",
        "overdue_share",
    )

    def __init__(self, request):
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])

    def compute(self):
        period, previous = self.request.period, self.request.period.previous
        now, before = self._balances(period), self._balances(previous)
        return {
            account: self._figures(now[account], before[account], period, previous)
            for account in self.request.account_ids
        }

    def records(self, code):
        items = [
            ("partner_id", "in", self.request.customer_ids),
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("company_id", "in", self.env.companies.ids),
            ("date", "<=", self._end(self.request.period)),
        ]
        if code in ("overdue_amount", "overdue_share"):
            items.append(("date_maturity", "<", self._end(self.request.period)))
        return "account.move.line", items

    # === READING ===#

    def _balances(self, period):
        """:return: ``{account id: Balance}``"""
        balances = defaultdict(Balance)
        if not self.request.customer_ids or period.date_from > self.today:
            return balances
        self.env.flush_all()
        self.read_open_items(period, balances)
        self._read_invoices(period, balances)
        self._read_payments(period, balances)
        return balances

    def read_open_items(self, period, balances):
        """Receivable items dated up to the period's end, less what was matched up to then."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.partner_id,
                       item.currency_id,
                       COUNT(*),
                       SUM(item.balance * account_currency_table.rate),
                       SUM(item.amount_currency),
                       SUM((item.balance - debit.amount + credit.amount) * account_currency_table.rate)
                           FILTER (WHERE COALESCE(item.date_maturity, item.date) < %(date_to)s),
                       SUM(item.amount_currency - debit.amount_currency + credit.amount_currency)
                           FILTER (WHERE COALESCE(item.date_maturity, item.date) < %(date_to)s)
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                  JOIN %(currency_table)s ON account_currency_table.company_id = item.company_id
            CROSS JOIN LATERAL (
                           SELECT COALESCE(SUM(part.amount), 0) AS amount,
                                  COALESCE(SUM(part.debit_amount_currency), 0) AS amount_currency
                             FROM account_partial_reconcile part
                            WHERE part.debit_move_id = item.id AND part.max_date <= %(date_to)s
                       ) AS debit
            CROSS JOIN LATERAL (
                           SELECT COALESCE(SUM(part.amount), 0) AS amount,
                                  COALESCE(SUM(part.credit_amount_currency), 0) AS amount_currency
                             FROM account_partial_reconcile part
                            WHERE part.credit_move_id = item.id AND part.max_date <= %(date_to)s
                       ) AS credit
                 WHERE item.partner_id IN %(partners)s
                   AND item.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND item.date <= %(date_to)s
              GROUP BY item.partner_id, item.currency_id
                """,
                **self._parameters(period),
            )
        )
        for partner, currency, items, receivable, document, overdue, document_overdue in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.items += items
                balance.receivable += receivable
                balance.overdue += overdue or 0.0
                balance.document_by_currency[currency][0] += document
                balance.document_by_currency[currency][1] += document_overdue or 0.0

    def _read_invoices(self, period, balances):
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
                  FROM account_move move
                  JOIN %(currency_table)s ON account_currency_table.company_id = move.company_id
                 WHERE move.commercial_partner_id IN %(partners)s
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND move.invoice_date BETWEEN LEAST(%(date_from)s, %(count_back_from)s) AND %(date_to)s
              GROUP BY 1, 2
                """,
                **self._parameters(period),
            )
        )
        for partner, month, gross, gross_in_period, invoices in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.gross_by_month[month] += gross
                balance.gross += gross_in_period or 0.0
                balance.invoices += invoices

    def _read_payments(self, period, balances):
        """Invoices whose last open amount was matched in the period, weighted by their amount."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT paid.partner_id,
                       SUM(paid.amount),
                       SUM(paid.amount * (paid.paid_on - paid.invoice_date)),
                       SUM(paid.amount * GREATEST(paid.paid_on - paid.due_on, 0))
                  FROM (
                        SELECT move.id,
                               move.commercial_partner_id AS partner_id,
                               move.invoice_date,
                               COALESCE(move.invoice_date_due, move.invoice_date) AS due_on,
                               ABS(move.amount_total_signed) * MAX(account_currency_table.rate) AS amount,
                               MAX(part.max_date) AS paid_on
                          FROM account_move move
                          JOIN %(currency_table)s ON account_currency_table.company_id = move.company_id
                          JOIN account_move_line item ON item.move_id = move.id
                          JOIN account_account account ON account.id = item.account_id
                     LEFT JOIN account_partial_reconcile part
                            ON (part.debit_move_id = item.id OR part.credit_move_id = item.id)
                           -- exchange differences are booked later, when nobody paid anything
                           AND (part.debit_amount_currency != 0 OR part.credit_amount_currency != 0)
                         WHERE move.commercial_partner_id IN %(partners)s
                           AND move.state = 'posted'
                           AND move.move_type = 'out_invoice'
                           AND move.invoice_date <= %(date_to)s
                           AND account.account_type = 'asset_receivable'
                      GROUP BY move.id
                        -- every instalment; what is left over of a payment does not matter
                        HAVING BOOL_AND(item.reconciled)
                       ) AS paid
                 WHERE paid.paid_on BETWEEN %(date_from)s AND %(date_to)s
              GROUP BY paid.partner_id
                """,
                **self._parameters(period),
            )
        )
        for partner, paid, paid_days, late_days in rows:
            for account in self.request.accounts_of[partner]:
                balance = balances[account]
                balance.paid += paid
                balance.paid_days += paid_days
                balance.late_days += late_days

    def _parameters(self, period):
        date_to = self._end(period)
        return {
            "partners": tuple(self.request.customer_ids),
            "currency_table": self.env["res.currency"]._get_simple_currency_table(self.env.companies),
            "date_from": period.date_from,
            "date_to": date_to,
            "count_back_from": date_to.replace(day=1) - relativedelta(months=COUNT_BACK_MONTHS - 1),
        }

    def _end(self, period):
        """Balances of tomorrow are not known: a period that still runs ends today."""
        return min(period.date_to, self.today)

    # === FIGURES ===#

    def _figures(self, now, before, period, previous):
        both = ((now, period), (before, previous))
        figures = {
            "dso": Figure(*(self._dso(*pair) for pair in both), self.env._("days")),
            "dso_count_back": Figure(*(self._dso_count_back(*pair) for pair in both), self.env._("days")),
            "days_to_pay": Figure(*(ratio(b.paid_days, b.paid) for b, _p in both), self.env._("days")),
            "days_late": Figure(*(ratio(b.late_days, b.paid) for b, _p in both), self.env._("days")),
            "receivable": self._money([b.receivable for b, _p in both], both),
            "overdue_amount": self._money([b.overdue for b, _p in both], both),
            "overdue_share": Figure(
                *(ratio(max(b.overdue, 0.0), b.receivable) if b.receivable > 0 else None for b, _p in both), "%"
            ),
        }
        self._add_document_currency(figures, now, before)
        self._add_notes(figures, now)
        return figures

    def _money(self, amounts, both):
        return Figure(
            *(
                # Credits that are open set off what is due; more credit than debt is no negative debt.
                self.currency.round(amount) if balance.items else None
                for amount, (balance, _period) in zip(amounts, both, strict=True)
            ),
            unit=self.currency.name,
        )

    def _dso(self, balance, period):
        """Closing receivable ÷ gross revenue × days, see kpi ``dso``."""
        if balance.gross <= 0:
            return None
        days = (self._end(period) - period.date_from).days + 1
        return balance.receivable / balance.gross * days

    def _dso_count_back(self, balance, period):
        """Days of invoicing, from the end backwards, that the receivable is made of.

        Whole months count with their days, the last one that is needed in proportion.
        Source: count-back (exhaustion) method as in agicap's help centre.
        """
        if not balance.gross_by_month:
            return None
        rest, days, end = balance.receivable, 0, self._end(period)
        if rest <= 0:
            return 0.0
        for _month in range(COUNT_BACK_MONTHS):
            start = end.replace(day=1)
            gross, length = balance.gross_by_month.get(start, 0.0), (end - start).days + 1
            if gross >= rest:
                return days + rest / gross * length
            rest, days, end = rest - gross, days + length, start - timedelta(days=1)
        return None

    def _add_document_currency(self, figures, now, before):
        currencies = list(now.document_by_currency | before.document_by_currency)
        if len(currencies) != 1:
            return
        currency = self.env["res.currency"].browse(currencies)
        for position, code in enumerate(("receivable", "overdue_amount")):
            figures[code].document = Figure(
                *(
                    currency.round(balance.document_by_currency[currency.id][position]) if balance.items else None
                    for balance in (now, before)
                ),
                unit=currency.name,
            )

    def _add_notes(self, figures, now):
        if self.request.period.date_from > self.today:
            note = self.env._("The period has not begun.")
        elif not now.invoices:
            note = self.env._("No invoices in this period.")
        elif now.gross <= 0:
            note = self.env._("Credit notes outweigh the invoices of this period.")
        else:
            note = self.env._("The receivable is older than %(months)d months.", months=COUNT_BACK_MONTHS)
        for code in ("dso", "dso_count_back"):
            if figures[code].value is None:
                figures[code].note = note
        for code in ("days_to_pay", "days_late"):
            if figures[code].value is None:
                figures[code].note = self.env._("No invoice was paid in full in this period.")
        for code in ("receivable", "overdue_amount", "overdue_share"):
            if figures[code].value is None:
                figures[code].note = self.env._("No receivables.")
