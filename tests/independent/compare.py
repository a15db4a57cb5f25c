"""Puts the figures of the interface and those worked out here side by side."""

from . import figures
from .look import Look
from .numbers import decimal

# The engine reckons with binary fractions; money is shown in cents, shares in tenths of a percent
NEAR = decimal(1) / 10**6


def is_near(one, other):
    """:param one: a number of the interface, None or False"""
    if one is None or one is False or other is None:
        return one in (None, False) and other is None
    one = decimal(one)
    return abs(one - other) <= NEAR * max(1, abs(one), abs(other))


def shown(number):
    return "-" if number in (None, False) else f"{float(number):.4f}".rstrip("0").rstrip(".")


class Comparison:
    """One little company: what the interface says about it, asked once for each period and breakdown."""

    def __init__(self, company, books, periods):
        self.company = company
        self.books = books
        self.periods = periods
        self.accounts = company.env["res.partner"].union(*company.accounts)
        kpis = books.rows("key_account_kpi", "code, unit")
        self.units = {kpi.code: kpi.unit for kpi in kpis}
        self._answers, self._looks = {}, {}

    def answer(self, period, breakdown=None):
        if (period, breakdown) not in self._answers:
            self._answers[period, breakdown] = self.accounts.get_key_account_figures(*period, breakdown=breakdown)
        return self._answers[period, breakdown]

    def look(self, account, period):
        if (account, period) not in self._looks:
            self._looks[account, period] = Look(self.books, account.id, *period)
        return self._looks[account, period]

    def _where(self, account, period, what):
        return f"{self.company.company.name}, {account.name}, {period[0]} to {period[1]}, {what}"

    def _each(self):
        for period in self.periods:
            for account in self.accounts:
                yield account, period, self.look(account, period)

    def value_differences(self, code):
        for account, period, look in self._each():
            figure = self.answer(period)[account.id].get(code)
            if figure is None:
                yield self._where(account, period, "the interface does not know the code")
                return
            for what, own in (("value", figures.value(code, look)), ("previous", figures.previous(code, look))):
                if not is_near(figure[what], own):
                    yield f"{self._where(account, period, what)}: {shown(figure[what])}, here {shown(own)}"

    def change_differences(self, code):
        for account, period, look in self._each():
            figure = self.answer(period)[account.id].get(code)
            if figure is None:
                return
            own = figures.change(code, look, self.units[code] == "percent")
            if not is_near(figure["change"], own):
                yield f"{self._where(account, period, 'change')}: {shown(figure['change'])}, here {shown(own)}"

    def row_differences(self, code, breakdown):
        for account, period, look in self._each():
            figure = self.answer(period, breakdown)[account.id].get(code)
            if figure is None:
                return
            theirs = {row["key"]: (row["value"], row["previous"]) for row in figure.get("breakdown") or ()}
            own = figures.rows(code, look, breakdown)
            for which, what in enumerate(("value", "previous")):
                yield from self._compare_rows(
                    self._where(account, period, f"{breakdown}, {what}"),
                    {key: row[which] for key, row in theirs.items()},
                    {key: row[which] for key, row in own.items()},
                )
            yield from self._add_up(figure, self._where(account, period, breakdown))

    @staticmethod
    def _compare_rows(where, theirs, own):
        """Records and months by their key; what has none (adjustments, lines without a product) by its amounts."""

        def is_plain(key):
            return (isinstance(key, int) and bool(key)) or (isinstance(key, str) and key[:4].isdigit())

        for key in sorted(filter(is_plain, theirs.keys() | own.keys()), key=str):
            one, other = theirs.get(key), own.get(key)
            # A row that is not there says nothing, like one with nothing in it
            if not is_near(one or None, other or None):
                yield f"{where}, row {key}: {shown(one)}, here {shown(other)}"
        rest = [
            sorted(float(amount) for key, amount in rows.items() if not is_plain(key) and amount)
            for rows in (theirs, own)
        ]
        if len(rest[0]) != len(rest[1]) or not all(
            is_near(one, decimal(other)) for one, other in zip(*rest, strict=True)
        ):
            yield f"{where}, rows without a record: {rest[0]}, here {rest[1]}"

    @staticmethod
    def _add_up(figure, where):
        for what in ("value", "previous"):
            amounts = [row[what] for row in figure.get("breakdown") or () if row[what] not in (None, False)]
            total = sum((decimal(amount) for amount in amounts), decimal(0))
            if figure[what] is not None and not is_near(figure[what], total):
                yield f"{where}, {what}: rows add up to {shown(total)}, not to {shown(figure[what])}"
