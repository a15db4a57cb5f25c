from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

from odoo.api import Environment
from odoo.models import BaseModel

from .period import Period
from .rates import RATES, Rates
from .reader import SYSTEM, System

T_co = TypeVar("T_co", covariant=True)


class Computes(Protocol[T_co]):
    """What `Request.figures` accepts: a `Source`, or anything else that computes something from a request."""

    def compute(self) -> T_co: ...


@dataclass
class Request:
    """What a source is asked for.

    ``env`` is in superuser mode (a salesperson's rules must not thin out a sum; access was checked at
    the door) and names the companies to count in its context. ``account_ids`` are partners.
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
    accounts_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _computed: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Whatever is read for this request, also by requests that its sources make, is converted at the same rates
        self.env = self.env(context={**self.env.context, RATES: Rates.of(self.env)})
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
    def customer_ids(self) -> list[int]:
        return list(self.accounts_of)

    def figures(self, source: "Callable[[Request], Computes[T_co]]") -> T_co:
        """What a source computes, once only, however many others build on it.

        :param source: a `Source` class
        :return: ``{account id: {code: Figure}}``
        """
        if source not in self._computed:
            self._computed[source] = source(self).compute()
        return self._computed[source]
