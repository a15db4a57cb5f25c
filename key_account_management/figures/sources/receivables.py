from collections.abc import Sequence
from datetime import date, timedelta

from odoo.fields import Domain

from ..figure import AccountFigures, Figure, Figures, ratio
from ..period import Period
from ..source import Records
from .receivable_records import COUNT_BACK_MONTHS, Balance, ReceivableRecords


class ReceivableFigures(ReceivableRecords):
    """Days sales outstanding and related figures, from receivable items, invoices and their payments."""

    codes = (
        "dso",
        "dso_count_back",
        "days_to_pay",
        "days_late",
        "receivable",
        "overdue_amount",
        "overdue_share",
    )
    codes_without_months = ("receivable", "dso_count_back", "overdue_amount", "overdue_share")

    def compute(self) -> Figures:
        period, previous = self.request.period, self.request.previous
        now, before = self._balances(period), self._balances(previous)
        return {
            account: self._figures(now[account], before[account], period, previous)
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        period = self.request.period
        if code in ("days_to_pay", "days_late"):
            return [("account.move", [("id", "in", self.paid_invoices(period))])]
        self.env.flush_all()
        items = self.open_items(period)
        if code == "overdue_amount":
            # Of accounts with more credit than is due, nothing is overdue
            late = {account for account, balance in self._balances(period).items() if self._overdue(balance)}
            items = [
                item
                for item in items
                if item["overdue"] and not late.isdisjoint(self.request.accounts_of[item["customer"]])
            ]
        records: Records = [("account.move.line", [("id", "in", [item["id"] for item in items])])]
        if code == "dso":
            records.append(("account.move", list(self._invoices_domain(period.date_from))))
        elif code == "dso_count_back":
            records.append(("account.move", list(self._counted_back_domain())))
        return records

    def _counted_back_domain(self) -> Domain:
        """What was invoiced in the months that make up the receivables of each account."""
        domain = Domain.FALSE
        for account, balance in self._balances(self.request.period).items():
            _days, first = self._count_back(balance, self.request.period)
            if first:
                own = [customer for customer, accounts in self.request.accounts_of.items() if account in accounts]
                domain |= Domain("commercial_partner_id", "in", own) & self._invoices_domain(first)
        return domain

    def _invoices_domain(self, first: date) -> Domain:
        """What was invoiced from a day to the end of the period."""
        return (
            Domain("commercial_partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
            & Domain("invoice_date", ">=", first)
            & Domain("invoice_date", "<=", self._end(self.request.period))
        )

    # === FIGURES ===#

    def _figures(self, now: Balance, before: Balance, period: Period, previous: Period) -> AccountFigures:
        both = ((now, period), (before, previous))
        figures = {
            "dso": Figure(*(self._dso(*pair) for pair in both), unit=self.env._("days")),
            "dso_count_back": Figure(*(self._count_back(*pair)[0] for pair in both), unit=self.env._("days")),
            "days_to_pay": Figure(*(ratio(b.paid_days, b.paid) for b, _p in both), unit=self.env._("days")),
            "days_late": Figure(*(ratio(b.late_days, b.paid) for b, _p in both), unit=self.env._("days")),
            "receivable": self._money([b.receivable for b, _p in both], both),
            "overdue_amount": self._money([self._overdue(b) for b, _p in both], both),
            "overdue_share": Figure(*(self._overdue_share(b) for b, _p in both), unit="%"),
        }
        self._add_document_currency(figures, now, before)
        self._add_notes(figures, now)
        return figures

    def _money(self, amounts: Sequence[float], both: Sequence[tuple[Balance, Period]]) -> Figure:
        return Figure(
            *(
                self.round_money(amount) if balance.items else None
                for amount, (balance, _period) in zip(amounts, both, strict=True)
            ),
            unit=self.currency.name,
        )

    def _is_positive(self, amount: float) -> bool:
        return self.currency.compare_amounts(amount, 0.0) > 0

    def _overdue(self, balance: Balance) -> float:
        """More credit than is due is no negative debt."""
        return max(self.round_money(balance.overdue), 0.0)

    def _overdue_share(self, balance: Balance) -> float | None:
        # While the exchange difference of a payment is not booked yet, one can be more than the other
        owed = max(balance.receivable, balance.claims)
        return ratio(self._overdue(balance), owed) if self._is_positive(owed) else None

    def _dso(self, balance: Balance, period: Period) -> float | None:
        """Closing receivable ÷ gross revenue × days, see kpi ``dso``."""
        if not self._is_positive(balance.gross):
            return None
        days = (self._end(period) - period.date_from).days + 1
        return balance.receivable / balance.gross * days

    def _count_back(self, balance: Balance, period: Period) -> tuple[float | None, date | None]:
        """Days of invoicing, counted back from the end, that make up the receivables.

        Whole months count with their days, the last one that is needed in proportion.
        Source: count-back (exhaustion) method as in agicap's help centre.

        :return: the days, and the first day of the earliest month that was looked at; None if there is none
        """
        if not balance.gross_by_month:
            return None, None
        rest, days, end = balance.receivable, 0, self._end(period)
        if not self._is_positive(rest):
            return 0.0, None
        for _month in range(COUNT_BACK_MONTHS):
            start = end.replace(day=1)
            gross, length = balance.gross_by_month.get(start, 0.0), (end - start).days + 1
            # Months that make up the receivable exactly are whole months, whatever floats make of their sum
            if self.currency.compare_amounts(gross, rest) >= 0:
                return days + min(rest / gross, 1.0) * length, start
            rest, days, end = rest - gross, days + length, start - timedelta(days=1)
        return None, start

    def _add_document_currency(self, figures: AccountFigures, now: Balance, before: Balance) -> None:
        currencies = list(now.document_by_currency | before.document_by_currency)
        if len(currencies) != 1:
            return
        currency = self.env["res.currency"].browse(currencies)
        both = [balance.document_by_currency[currency.id] if balance.items else None for balance in (now, before)]
        figures["receivable"].document = Figure(
            *(currency.round(amounts[0]) if amounts else None for amounts in both), unit=currency.name
        )
        figures["overdue_amount"].document = Figure(
            *(max(currency.round(amounts[1]), 0.0) if amounts else None for amounts in both), unit=currency.name
        )

    def _add_notes(self, figures: AccountFigures, now: Balance) -> None:
        if self.request.period.date_from > self.today:
            note = self.env._("The period has not begun.")
        elif not now.invoices:
            note = self.env._("No invoices in this period.")
        elif not self._is_positive(now.gross):
            note = self.env._("Credit notes exceed the invoices of this period.")
        else:
            note = self.env._("The receivables are older than %(months)d months.", months=COUNT_BACK_MONTHS)
        for code in ("dso", "dso_count_back"):
            if figures[code].value is None:
                figures[code].note = note
        for code in ("days_to_pay", "days_late"):
            if figures[code].value is None:
                figures[code].note = self.env._("No invoice was paid in full in this period.")
        for code in ("receivable", "overdue_amount", "overdue_share"):
            if figures[code].value is None:
                figures[code].note = self.env._("No receivables.")
