from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar, runtime_checkable

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel

from ..tools.time_zones import company_timezone
from .period import Period
from .rates import RATES, Rates
from .reader import SYSTEM, System
from .readings import READINGS, Readings

T_co = TypeVar("T_co", covariant=True)


class Computes(Protocol[T_co]):
    """What `Request.figures` accepts: a `Source`, or anything else that computes something from a request."""

    def compute(self) -> T_co: ...


@runtime_checkable
class Completes(Protocol):
    """What adds something to what it has computed: a `Source`."""

    def complete(self, figures: Any) -> None: ...


@dataclass
class Request:
    """What a source is asked for.

    ``env`` is in superuser mode (a salesperson's rules must not thin out a sum; access was checked at
    the door) and names the companies to count in its context; its days are those of the active company, whoever asks.
    ``account_ids`` are partners.
    """

    env: Environment
    account_ids: list[int]
    period: Period
    breakdowns: tuple[str, ...] = ()
    # Whether the cost of goods is read; if not, figures that depend on it are empty
    with_cost: bool = True
    # A user, or the system. What they may see was checked at the door; some figures depend on what else they see
    reader: BaseModel | System = SYSTEM
    # Whether only the values are looked at, and no tables
    only_values: bool = False
    # Whether the previous year is looked at; if not, the period stands in its place
    compares: bool = True

    # customer id: ids of the accounts it counts for. A key account inside another one counts for both.
    accounts_of: dict[int, list[int]] = dataclass_field(init=False)
    _computed: dict[Callable[..., Any], Any] = dataclass_field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Days are those of the company. Whatever is read for this request, also by requests that its sources make, is
        # converted at the same rates and read once
        time_zone = company_timezone(self.env.company)
        context = {RATES: Rates.of(self.env), READINGS: Readings.of(self.env), "tz": time_zone}
        self.env = self.env(context={**self.env.context, **context})
        known = self.readings.once(("accounts_of", frozenset(self.account_ids)), self._read_accounts_of)
        self.accounts_of = defaultdict(list, known)

    def _read_accounts_of(self) -> dict[int, list[int]]:
        """:return: as `accounts_of`"""
        accounts_of: dict[int, list[int]] = defaultdict(list)
        wanted = set(self.account_ids)
        # Archived subsidiaries have made purchases, too.
        partners = self.env["res.partner"].with_context(active_test=False)
        tree = partners._search([("id", "child_of", self.account_ids)], order="id")
        # Not through records, which take longer to make where there are many
        columns = (partners._field_to_sql(tree.table, name, tree) for name in ("id", "parent_id"))
        parents = dict(self.env.execute_query(tree.select(*columns)))
        for customer in parents:
            ancestor = customer
            while ancestor:
                if ancestor in wanted:
                    accounts_of[customer].append(ancestor)
                ancestor = parents.get(ancestor)
        return accounts_of

    @property
    def currency(self) -> BaseModel:
        return self.env.company.currency_id

    @property
    def rates(self) -> Rates:
        return Rates.of(self.env)

    @property
    def readings(self) -> Readings:
        return Readings.of(self.env)

    @cached_property
    def today(self) -> date:
        return fields.Date.context_today(self.env["res.partner"])

    @cached_property
    def to_date(self) -> Period:
        """The part of the period that is over today; all of it if it has not begun."""
        return self.period.to_date(self.today)

    @cached_property
    def previous(self) -> Period:
        """The period of comparison of every figure: year to date with year to date, never with a whole year."""
        return self.to_date.previous if self.compares else self.period

    @property
    def periods(self) -> list[Period]:
        """All that are looked at: the period, that of comparison, and whatever else the answer is about."""
        return list(dict.fromkeys((self.period, self.previous, *self.readings.periods)))

    @cached_property
    def customer_ids(self) -> list[int]:
        return list(self.accounts_of)

    def for_period(self, period: Period) -> "Request":
        """The same accounts in another period."""
        return Request(self.env, self.account_ids, period)

    def figures(self, source: "Callable[[Request], Computes[T_co]]") -> T_co:
        """What a source computes, once only, however many others build on it.

        :param source: a `Source` class
        :return: ``{account id: {code: Figure}}``
        """
        if source not in self._computed:
            reader = source(self)
            self._computed[source] = computed = reader.compute()
            if isinstance(reader, Completes) and self.compares:
                reader.complete(computed)
        return self._computed[source]
