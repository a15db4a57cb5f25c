from collections.abc import Iterable, Mapping
from datetime import date

from dateutil.relativedelta import relativedelta

from .completeness import Completeness
from .figure import Figures
from .period import Period
from .request import Request
from .source import Source


class TargetsToDate:
    """How much of a year's target is due by the end of a part of the year.

    For a figure that adds up over the year: in proportion to the months of the year before, the month in progress to
    its days; where the account was not invoiced in all of that year, or the figure has no months, to the days. Any
    other figure should reach its target at all times.
    """

    def __init__(self, request: Request, year: Period) -> None:
        """
        :param request: of the fiscal year's beginning, or all of it
        :param year: the fiscal year
        """
        self.request = request
        self.year = year
        # None if it has not begun
        self.gone = request.period.up_to(request.today)

    @property
    def is_over(self) -> bool:
        """Whether what is reached is final."""
        return self.request.period.date_to == self.year.date_to and self.year.date_to < self.request.today

    def shares(self, codes_by_account: Mapping[int, Iterable[str]], sources: Iterable[type[Source]]) -> "Shares":
        """:return: ``{(account id, code): share of the target that is due}``"""
        sources = list(sources)
        over_time = {code for source in sources for code in source.codes_over_time}
        wanted = [(account, code) for account, codes in codes_by_account.items() for code in codes]
        by_days = self.gone.days / self.year.days if self.gone else 0.0
        shares = {key: by_days if key[1] in over_time else 1.0 for key in wanted}
        if self.is_over:
            return dict.fromkeys(wanted, 1.0)
        incomplete = {account for comparison in self.request.figures(Completeness) for account in comparison.accounts}
        by_months = {key for key in wanted if key[1] in over_time and key[0] not in incomplete}
        return shares | self._by_months(by_months, sources)

    def _by_months(self, wanted: "set[tuple[int, str]]", sources: Iterable[type[Source]]) -> "Shares":
        codes = {code for _account, code in wanted}
        shares: Shares = {}
        for source in sources:
            if not source.has_months or codes.isdisjoint(source.codes_over_time):
                continue
            accounts = sorted({account for account, code in wanted if code in source.codes})
            if not accounts:
                continue
            with_cost = not codes.isdisjoint(source.codes_with_cost)
            last = Request(self.request.env, accounts, self.year.previous, ("month",), with_cost, self.request.reader)
            shares |= self._shares_of(source(last).compute(), wanted)
        return shares

    def _shares_of(self, last_year: Figures, wanted: "set[tuple[int, str]]") -> "Shares":
        shares: Shares = {}
        for account, figures in last_year.items():
            for code in figures:
                if (account, code) not in wanted:
                    continue
                months = {str(row.key): row.value or 0.0 for row in figures[code].breakdowns.get("month", [])}
                total = sum(months.values())
                # as floats: the rows of a figure are rounded
                if total <= 0 or min(months.values()) < 0:
                    continue
                weights = {month.strftime("%Y-%m"): self._part(month) for month in self.year.previous.months}
                shares[account, code] = sum(weights[month] * value for month, value in months.items()) / total
        return shares

    def _part(self, month_before: date) -> float:
        """:return: which part of a month of the year is gone, by the first day of this month a year before"""
        first = month_before + relativedelta(years=1)
        month = Period(max(first, self.year.date_from), min(first + relativedelta(day=31), self.year.date_to))
        gone = month.up_to(self.gone.date_to) if self.gone else None
        return gone.days / month.days if gone else 0.0


# {(account id, code): share of the year's target that is due}
Shares = dict[tuple[int, str], float]
