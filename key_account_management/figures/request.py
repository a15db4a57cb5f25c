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

    # customer id: ids of the accounts it counts for. A key account inside another one counts for both.
    accounts_of: dict[int, list[int]] = dataclass_field(default_factory=lambda: defaultdict(list))
    _computed: dict[Callable[..., Any], Any] = dataclass_field(default_factory=dict)

    def __post_init__(self) -> None:
        # Days are those of the company. Whatever is read for this request, also by requests that its sources make, is
        # converted at the same rates
        time_zone = company_timezone(self.env.company)
        self.env = self.env(context={**self.env.context, RATES: Rates.of(self.env), "tz": time_zone})
        wanted = set(self.account_ids)
        # Archived subsidiaries have made purchases, too.
        tree = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search_fetch([("id", "child_of", self.account_ids)], ["parent_id"], order="id")
        )
        parents = {partner.id: partner.parent_id.id for partner in tree}
        for customer in parents:
            ancestor = customer
            while ancestor:
                if ancestor in wanted:
                    self.accounts_of[customer].append(ancestor)
                ancestor = parents.get(ancestor)

    @property
    def currency(self) -> BaseModel:
        return self.env.company.currency_id

    @property
    def rates(self) -> Rates:
        return Rates.of(self.env)

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
        return self.to_date.previous

    @cached_property
    def customer_ids(self) -> list[int]:
        return list(self.accounts_of)

    def figures(self, source: "Callable[[Request], Computes[T_co]]") -> T_co:
        """What a source computes, once only, however many others build on it.

        :param source: a `Source` class
        :return: ``{account id: {code: Figure}}``
        """
        if source not in self._computed:
            reader = source(self)
            self._computed[source] = computed = reader.compute()
            if isinstance(reader, Completes):
                reader.complete(computed)
        return self._computed[source]
