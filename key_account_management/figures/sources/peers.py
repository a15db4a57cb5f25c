from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo.models import BaseModel
from odoo.tools import SQL

from ..figure import AccountFigures, Figure, Figures
from ..period import Period
from ..reader import System
from ..source import Source
from .all_customers import AllCustomers
from .sales_groups import SalesGroups

# With fewer, a reader could work out the revenue of a single customer.
MINIMUM_PEERS = 3

GROUPINGS = {
    "industry": ("industry_id",),
    "tier": ("key_account_tier_id",),
    "country_industry": ("country_id", "industry_id"),
    "hand_picked": ("key_account_peer_group_id",),
}


# Whose account a customer is
ACCOUNT_FIELDS = ("key_account_status", "key_account_manager_id", "key_account_team_ids")

# Ids of what the peers have in common, None if it is not known
PeerGroup = tuple[int, ...] | None


class Customer(NamedTuple):
    """A customer of a peer group, which is that of its top company, and its revenue in a period."""

    id: int
    top: int
    group: tuple[int, ...]
    is_of_account: bool
    revenue: float


@dataclass
class Partners:
    """Of partners: who is above them, their peer group, and of key accounts who works for them."""

    parents: dict[int, int] = field(default_factory=dict)
    group_of: dict[int, PeerGroup] = field(default_factory=dict)
    people: dict[int, set[int]] = field(default_factory=dict)


class PeersInPeriod:
    """The companies of one peer group with revenue in a period, each with all that is below it."""

    def __init__(self, currency: BaseModel, customers: Mapping[int, list[Customer]]) -> None:
        """:param customers: ``{top company: those with invoices}``"""
        self.currency = currency
        # {top company: revenue}, rounded: equal amounts are equal numbers
        self.revenue: dict[int, float] = {}
        for top, below in customers.items():
            total = sum(customer.revenue for customer in below)
            if currency.compare_amounts(total, 0.0) > 0:
                self.revenue[top] = currency.round(total)
        self.ordered = sorted(self.revenue.values())
        self.total = sum(self.ordered)
        # Others are no key accounts: nobody works for them, and account managers may see their figures
        self.with_accounts = {
            top: customers[top] for top in self.revenue if any(customer.is_of_account for customer in customers[top])
        }
        self._known: dict[frozenset[int], tuple[set[int], set[int]]] = {}

    def known_to(self, readers: frozenset[int], people_of: Callable[[int], set[int]]) -> tuple[set[int], set[int]]:
        """:return: top companies that are the readers' own accounts, and those whose figures they may not see"""
        if readers not in self._known:
            own, hidden = set(), set()
            for top, customers in self.with_accounts.items():
                of_others = [
                    customer
                    for customer in customers
                    if not (customer.is_of_account and readers & people_of(customer.id))
                ]
                if not of_others:
                    own.add(top)
                elif any(customer.is_of_account for customer in of_others):
                    hidden.add(top)
            self._known[readers] = own, hidden
        return self._known[readers]


@dataclass
class Comparison:
    """An account's own revenue in a period, and that of its peers."""

    group: PeersInPeriod
    # What the account's own group of companies has among them, None if it is not among them
    of_top: float | None
    revenue: float | None
    # Whether what is known otherwise tells nothing about a single peer
    is_safe: bool

    @property
    def size(self) -> int:
        return len(self.group.revenue) - (self.of_top is not None)

    @property
    def is_possible(self) -> bool:
        return self.is_safe and self.size >= MINIMUM_PEERS

    @property
    def mean(self) -> float | None:
        if not self.is_possible:
            return None
        return self.group.currency.round((self.group.total - (self.of_top or 0.0)) / self.size)

    @property
    def median(self) -> float | None:
        if not self.is_possible:
            return None
        middle = self.size // 2
        lower, upper = (self._peer(position) for position in (middle - (self.size % 2 == 0), middle))
        return self.group.currency.round((lower + upper) / 2)

    @property
    def rank(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        peers = self.group.ordered
        larger = len(peers) - bisect_right(peers, self.revenue)
        return float(1 + larger - (self._compare_own_top(self.revenue) > 0))

    @property
    def percentile(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        smaller = bisect_left(self.group.ordered, self.revenue)
        return (smaller - (self._compare_own_top(self.revenue) < 0)) / self.size

    def _compare_own_top(self, revenue: float) -> int:
        """:return: above 0 if what is no peer, but among them has more, below if it has less"""
        return 0 if self.of_top is None else self.group.currency.compare_amounts(self.of_top, revenue)

    def _peer(self, position: int) -> float:
        """:return: the revenue of a peer, counted from the smallest one, without the account's own"""
        peers = self.group.ordered
        is_after = self.of_top is not None and position >= bisect_left(peers, self.of_top)
        return peers[position + is_after]


class PeerFigures(Source):
    """The account next to comparable customers: those in the same peer group with revenue in the period.

    A group of companies is one customer, that of its top company, which also determines its peer group.
    Companies in the account's own group are not peers. No records to open: they would show the
    revenue of individual customers.

    Whoever knows the revenue of some peers could work out that of the others: at least three must be others than the
    reader's own accounts, and of those whose figures the reader may not see, there are none or at least three. What is
    frozen is read by those who work for the account: they are its readers.
    """

    codes = ("peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile")
    codes_over_time = ("peer_revenue", "peer_revenue_median")
    codes_without_months = codes

    def compute(self) -> Figures:
        self.grouping = self.env.company.key_account_peer_grouping
        self.partners = self.request.readings.once(("partners", self.grouping), Partners)
        self._read_partners(set(self.request.account_ids))
        groups = {self.partners.group_of[account] for account in self.request.account_ids}
        known = sorted(group for group in groups if group)
        of_periods = [
            self._of_period(("peers", *known), period, lambda periods: self._read_customers(known, periods))
            for period in (self.request.period, self.request.previous)
        ]
        self.sees_all = self._sees_all()
        if not self.sees_all:
            customers = (customer for of_period in of_periods for customer in of_period)
            self._read_partners({customer.id for customer in customers if customer.is_of_account})
        now, before = (self._compare(customers, position) for position, customers in enumerate(of_periods))
        return {account: self._figures(account, now[account], before[account]) for account in self.request.account_ids}

    # === READING ===#

    def _read_customers(self, groups: list[tuple[int, ...]], periods: Sequence[Period]) -> dict[Period, list[Customer]]:
        """:return: for each period all that bought something in it and whose top company is in one of the groups"""
        if not groups:
            return {period: [] for period in periods}
        everybody = self.request.figures(AllCustomers)
        self.env["res.partner"].flush_model(["parent_id", "key_account_id", *GROUPINGS[self.grouping]])
        names = [SQL.identifier("top", name) for name in GROUPINGS[self.grouping]]
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE sold (id, revenues) AS MATERIALIZED (
                         SELECT customer_id, ARRAY[%(columns)s]::float[]
                           FROM (%(sold)s) AS revenue (customer_id, %(columns)s)
                     ),
                     above AS (
                         SELECT sold.id AS customer, partner.id, partner.parent_id,
                                partner.key_account_id IS NOT NULL AS is_of_account
                           FROM sold
                           JOIN res_partner partner ON partner.id = sold.id
                          UNION ALL
                         SELECT above.customer, partner.id, partner.parent_id, above.is_of_account
                           FROM above
                           JOIN res_partner partner ON partner.id = above.parent_id
                     )
                SELECT above.customer, top.id, above.is_of_account, sold.revenues, %(names)s
                  FROM above
                  JOIN res_partner top ON top.id = above.id
                  JOIN sold ON sold.id = above.customer
                 WHERE above.parent_id IS NULL
                   AND (%(names)s) IN (%(groups)s)
                """,
                sold=everybody.revenues(periods),
                columns=SQL(", ").join(SQL.identifier(f"period_{number}") for number in range(len(periods))),
                names=SQL(", ").join(names),
                groups=SQL(", ").join(SQL("%s", group) if len(group) > 1 else SQL("%s", *group) for group in groups),
            )
        )
        customers: dict[Period, list[Customer]] = {period: [] for period in periods}
        for customer, top, is_of_account, revenues, *group in rows:
            for period, revenue in zip(periods, revenues, strict=True):
                if revenue is not None:
                    customers[period].append(Customer(customer, top, tuple(group), is_of_account, revenue))
        return customers

    def _read_partners(self, ids: set[int]) -> None:
        """Stores the top and the people of these partners and of all above them: one query per level."""
        # Archived customers have made purchases, too
        partners = self.env["res.partner"].with_context(active_test=False)
        missing = ids - self.partners.parents.keys()
        while missing:
            found = partners.search_fetch(
                [("id", "in", list(missing))], ["parent_id", *ACCOUNT_FIELDS, *GROUPINGS[self.grouping]], order="id"
            )
            self.partners.parents.update((partner.id, partner.parent_id.id) for partner in found)
            self.partners.group_of.update((partner.id, self._group(partner)) for partner in found)
            for partner in found.filtered("key_account_status"):
                self.partners.people[partner.id] = set(
                    (partner.key_account_manager_id | partner.key_account_team_ids).ids
                )
            missing = set(found.parent_id.ids) - self.partners.parents.keys()

    def _people_of(self, partner: int) -> set[int]:
        """Those who work for a partner: for one of the key accounts at or above it."""
        return {user for each in _above(partner, self.partners.parents) for user in self.partners.people.get(each, ())}

    def _sees_all(self) -> bool:
        """Whether the reader may see the figures of all customers anyway."""
        reader = self.request.reader
        return not isinstance(reader, System) and self.env["res.partner"].with_user(reader)._sees_all_key_accounts()

    def _group(self, partner: BaseModel) -> PeerGroup:
        """What a partner has in common with its peers, None if that is not known."""
        values = tuple(partner[name].id for name in GROUPINGS[self.grouping])
        return values if all(values) else None

    def _own_revenues(self, period: int) -> dict[int, float]:
        """:return: ``{account id: revenue}`` as of now, without accounts that have none"""
        own: dict[int, float] = {}
        for lines in self.request.figures(SalesGroups)[period][None]:
            for account in self.request.accounts_of[lines.customer.id]:
                own[account] = own.get(account, 0.0) + lines.revenue
        return own

    def _compare(self, customers: list[Customer], period: int) -> dict[int, Comparison]:
        """
        :param customers: with revenue in a period
        :param period: 0, or 1 for the one before
        :return: ``{account id: Comparison}``
        """
        sold: defaultdict[PeerGroup, defaultdict[int, list[Customer]]] = defaultdict(lambda: defaultdict(list))
        for customer in customers:
            sold[customer.group][customer.top].append(customer)
        groups = {group: PeersInPeriod(self.currency, by_top) for group, by_top in sold.items()}
        own = self._own_revenues(period)
        compared = {}
        for account in self.request.account_ids:
            top = list(_above(account, self.partners.parents))[-1]
            group = groups.get(self.partners.group_of[account]) or PeersInPeriod(self.currency, {})
            revenue = self.round_money(own[account]) if account in own else None
            compared[account] = Comparison(
                group, group.revenue.get(top), revenue, self.sees_all or self._is_safe(account, top, group)
            )
        return compared

    def _is_safe(self, account: int, top: int, group: "PeersInPeriod") -> bool:
        """:param top: of the account that is compared; it is not among its peers"""
        reader = self.request.reader
        readers = frozenset(self._people_of(account) if isinstance(reader, System) else {reader.id})
        own, hidden = group.known_to(readers, self._people_of)
        others = len(group.revenue.keys() - {top}) - len(own - {top})
        return others >= MINIMUM_PEERS and len(hidden - {top}) not in range(1, MINIMUM_PEERS)

    # === FIGURES ===#

    def _figures(self, account: int, now: Comparison, before: Comparison) -> AccountFigures:
        both = (now, before)
        money = {
            "peer_revenue": Figure(*(each.mean for each in both), unit=self.currency.name),
            "peer_revenue_median": Figure(*(each.median for each in both), unit=self.currency.name),
        }
        figures = {
            **money,
            "peer_rank": Figure(*(comparison.rank for comparison in both)),
            "peer_percentile": Figure(*(comparison.percentile for comparison in both), unit="%"),
        }
        for figure in figures.values():
            figure.as_of = self.request.figures(AllCustomers).as_of
            if figure.value is None:
                figure.note = self._note(account, now)
        return figures

    def _note(self, account: int, comparison: Comparison) -> str:
        if not self.partners.group_of[account]:
            return {
                "industry": self.env._("The customer has no industry."),
                "tier": self.env._("The customer has no tier."),
                "country_industry": self.env._("The customer has no country or no industry."),
                "hand_picked": self.env._("The customer is in no peer group."),
            }[self.grouping]
        if not comparison.is_safe and comparison.size >= MINIMUM_PEERS:
            return self.env._(
                "Fewer than %(minimum)d of the comparable customers are others than your own accounts: the figure "
                "would tell the revenue of a single one.",
                minimum=MINIMUM_PEERS,
            )
        if not comparison.is_possible:
            return self.env._(
                "Fewer than %(minimum)d comparable customers have revenue in this period.", minimum=MINIMUM_PEERS
            )
        return self.env._("No invoices in this period.")


def _above(partner: int, parents: Mapping[int, int]) -> Iterator[int]:
    """:return: the partner and all above it, the top last"""
    while partner:
        yield partner
        partner = parents[partner]
