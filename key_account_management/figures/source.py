from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

import pytz

from odoo.api import DomainType
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date

from ..tools.time_zones import company_timezone
from .completeness import Comparison, Completeness
from .figure import Figure, Figures
from .period import Period
from .request import Request
from .rounding import Round, currency_rounder

T = TypeVar("T")

# Names of models, and the domains of their records
Records = list[tuple[str, DomainType]]


class Reader:
    """Reads one kind of records, for all accounts of a `Request` at once."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.env = request.env
        self.currency = request.currency

    @cached_property
    def round_money(self) -> Round:
        """What rounds in the currency of the figures."""
        return currency_rounder(self.currency)

    @cached_property
    def time_zones(self) -> dict[BaseModel, pytz.BaseTzInfo]:
        """``{company: time zone}``: a document's day is that of its company, whoever looks at it."""
        return {company: pytz.timezone(company_timezone(company)) for company in self.env.companies}

    def _moment_domain(self, field: str, *periods: Period) -> DomainType:
        """The days of some periods where each record's company is, for a field with date and time."""
        companies = defaultdict(list)
        for company, time_zone in self.time_zones.items():
            companies[time_zone].append(company.id)
        days = []
        for time_zone, ids in companies.items():
            moments = Domain.OR(
                Domain(field, ">=", begins) & Domain(field, "<", after)
                for begins, after in (period.moments(time_zone) for period in periods)
            )
            days.append(Domain("company_id", "in", ids) & moments)
        return list(Domain.OR(days))

    def _day(self, moment: datetime, company: BaseModel | None = None) -> date:
        """The day of a stored moment where a company is, by default the active one."""
        return pytz.utc.localize(moment).astimezone(self.time_zones[company or self.env.company]).date()

    def _of_period(
        self,
        key: Hashable,
        period: Period,
        read: Callable[[Sequence[Period]], Mapping[Period, T]],
        also: Sequence[Period] = (),
    ) -> T:
        """What was read for a period of the request; all its periods are read together, and once for an answer.

        :param key: what is read
        :param read: gives it for some periods
        :param also: what else will be asked for
        """
        request = self.request
        return request.readings.each((key, *request.account_ids), period, [*request.periods, *also], read)

    def _of_elapsed(self, key: Hashable, period: Period, read: Callable[[Sequence[Period]], Mapping[Period, T]]) -> T:
        """As `_of_period`, of the days up to today; the period has begun."""
        request = self.request
        elapsed = [each.to_date(request.today) for each in request.periods if each.date_from <= request.today]
        return request.readings.each((key, *request.account_ids), period.to_date(request.today), elapsed, read)

    @property
    def rates(self) -> dict[BaseModel, float]:
        """``{company: what one unit of its currency is worth today in the currency of the figures}``"""
        return self.request.rates.of_companies

    def _month_label(self, day: date) -> str:
        """A month as it stands in rows: written out once for an answer, however many accounts have it."""
        return self.request.readings.once(
            ("month_label", day), lambda: format_date(self.env, day, date_format="MMM yyyy")
        )

    def _common_unit(self, units: Sequence[BaseModel]) -> BaseModel | None:
        """The unit in which to add quantities: their own if they share it, otherwise the reference unit; else None."""
        if len(units) == 1:
            return units[0]
        references = {int(uom.parent_path.split("/")[0]) for uom in units}
        return self.env["uom.uom"].browse(references) if len(references) == 1 else None


def days_domain(field: str, periods: Iterable[Period]) -> Domain:
    """:return: domain of a date in one of the periods"""
    return Domain.OR(Domain(field, ">=", period.date_from) & Domain(field, "<=", period.date_to) for period in periods)


def united(records: Records) -> Records:
    """
    >>> united([("a", [("x", "=", 1)]), ("b", []), ("a", [("x", "=", 2)])])
    [('a', ['|', ('x', '=', 1), ('x', '=', 2)]), ('b', [])]

    :return: the same with one domain for each model, of all its records
    """
    domains: dict[str, list[DomainType]] = {}
    for model, domain in records:
        domains.setdefault(model, []).append(domain)
    return [
        (model, of_model[0] if len(of_model) == 1 else list(Domain.OR(map(Domain, of_model))))
        for model, of_model in domains.items()
    ]


class Source(Reader):
    """Computes some figures from one kind of records, for all accounts of a `Request` at once."""

    codes: tuple[str, ...] = ()
    # Those of them that depend on the cost of goods: unless one of these is requested, it is not read
    codes_with_cost: tuple[str, ...] = ()
    # Those that add up over the days of a period: a part of a year is compared with that part of the year's target
    codes_over_time: tuple[str, ...] = ()
    # Whether its figures can be broken down by month
    has_months: bool = False
    # Those that have no months: they describe a moment, or others than the account. If the previous year is incomplete,
    # the change in all other figures is that of the months that both years have
    codes_without_months: tuple[str, ...] = ()
    # Those that are only known as they are today, or for a fiscal year: there is no line through the quarters
    codes_without_history: tuple[str, ...] = ()

    # Whether it looks at the kinds of credits
    has_credits: bool = False

    @classmethod
    def periods_of_sales(cls, request: Request) -> list[Period]:
        """:return: further periods whose sales lines it looks at: they are read together with those of the request"""
        return []

    def compute(self) -> Figures:
        """:return: ``{account id: {code: Figure}}``, a figure for each account and code"""
        raise NotImplementedError

    def complete(self, figures: Figures) -> None:
        """Compares figures over fewer months where the previous year is incomplete, see `Completeness`."""
        if set(self.codes_without_months).issuperset(self.codes):
            return
        for comparison in self.request.figures(Completeness):
            others = comparison.request.figures(type(self)) if comparison.request else {}
            for account in comparison.accounts:
                for code, figure in figures[account].items():
                    if code not in self.codes_without_months:
                        self._compare_months(figure, others.get(account, {}).get(code), comparison)

    def _compare_months(self, figure: Figure, other: Figure | None, comparison: Comparison) -> None:
        """:param other: the figure over the months that both years have, None if these are too few"""
        if other and other.pair == figure.pair:
            # The months that cannot be compared have nothing
            return
        changes = (figure.change, other and other.change)
        figure.compare_like(other)
        if changes == (None, None):
            return
        note = (
            self.env._(
                "The change is that from %(month)s on: there are no invoices from before %(before)s to compare with.",
                month=self._month(comparison.request.period.date_from),
                before=self._month(comparison.request.previous.date_from),
            )
            if comparison.request
            else self.env._("No change: the invoices of the previous year are too few months to compare with.")
        )
        if note not in figure.note:
            figure.note = f"{figure.note} {note}".strip()

    def _month(self, day: date) -> str:
        return format_date(self.env, day, date_format="MMMM yyyy")

    def records(self, code: str) -> Records:
        """Exactly the records that a figure of the request's accounts and period is made of.

        :return: list of (name of the model, domain); empty if there is nothing to open
        """
        return []
