from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import mean, median

from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import AccountFigures, Figure, Figures
from ..period import Period
from ..reader import System
from ..source import Source

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


@dataclass
class Comparison:
    """An account's own revenue in a period, and that of its peers."""

    currency: BaseModel
    revenue: float | None
    peers: list[float]
    # Whether what is known otherwise tells nothing about a single peer
    is_safe: bool = True

    @property
    def is_possible(self) -> bool:
        return self.is_safe and len(self.peers) >= MINIMUM_PEERS

    @property
    def rank(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        return float(1 + sum(self.currency.compare_amounts(peer, self.revenue) > 0 for peer in self.peers))

    @property
    def percentile(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        smaller = sum(self.currency.compare_amounts(peer, self.revenue) < 0 for peer in self.peers)
        return smaller / len(self.peers)


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
        revenues = [self._revenues(period) for period in (self.request.period, self.request.previous)]
        self._read_partners(set(self.request.account_ids).union(*revenues))
        self.sees_all = self._sees_all()
        now, before = (self._compare(revenue) for revenue in revenues)
        return {account: self._figures(account, now[account], before[account]) for account in self.request.account_ids}

    # === READING ===#

    def _revenues(self, period: Period) -> dict[int, float]:
        """:return: ``{customer id: revenue}`` of all customers"""
        groups = self.env["key.account.sales.report"]._read_group(
            Domain("invoice_date", ">=", period.date_from) & Domain("invoice_date", "<=", period.date_to),
            ["customer_id"],
            ["price_subtotal:sum"],
        )
        return {customer.id: revenue for customer, revenue in groups}

    def _read_partners(self, ids: set[int]) -> None:
        """Stores the top and the peer group of these partners and of all above them: one query per level."""
        # Archived customers have made purchases, too
        partners = self.env["res.partner"].with_context(active_test=False)
        parents: dict[int, int] = {}
        self.group_of: dict[int, PeerGroup] = {}
        people: dict[int, set[int]] = {}
        accounts: set[int] = set()
        missing = ids
        while missing:
            found = partners.search_fetch(
                [("id", "in", list(missing))], ["parent_id", *ACCOUNT_FIELDS, *GROUPINGS[self.grouping]], order="id"
            )
            parents.update((partner.id, partner.parent_id.id) for partner in found)
            self.group_of.update((partner.id, self._group(partner)) for partner in found)
            for partner in found.filtered("key_account_status"):
                accounts.add(partner.id)
                people[partner.id] = set((partner.key_account_manager_id | partner.key_account_team_ids).ids)
            missing = set(found.parent_id.ids) - parents.keys()
        above = {partner: list(_above(partner, parents)) for partner in parents}
        self.top_of = {partner: chain[-1] for partner, chain in above.items()}
        # Who works for each of them, and which belong to a key account at all
        self.people_of = {
            partner: {user for each in chain for user in people.get(each, ())} for partner, chain in above.items()
        }
        self.in_account = {partner for partner, chain in above.items() if accounts.intersection(chain)}

    def _sees_all(self) -> bool:
        """Whether the reader may see the figures of all customers anyway."""
        reader = self.request.reader
        return not isinstance(reader, System) and self.env["res.partner"].with_user(reader)._sees_all_key_accounts()

    def _group(self, partner: BaseModel) -> PeerGroup:
        """What a partner has in common with its peers, None if that is not known."""
        values = tuple(partner[name].id for name in GROUPINGS[self.grouping])
        return values if all(values) else None

    def _compare(self, revenues: dict[int, float]) -> dict[int, Comparison]:
        """:return: ``{account id: Comparison}``"""
        own: dict[int, float] = {}
        by_top: defaultdict[int, float] = defaultdict(float)
        for customer, revenue in revenues.items():
            by_top[self.top_of[customer]] += revenue
            for account in self.request.accounts_of.get(customer, ()):
                own[account] = own.get(account, 0.0) + revenue
        members: defaultdict[PeerGroup, dict[int, float]] = defaultdict(dict)
        for top, revenue in by_top.items():
            if self.currency.compare_amounts(revenue, 0.0) > 0 and self.group_of[top]:
                members[self.group_of[top]][top] = self.currency.round(revenue)
        customers: defaultdict[int, list[int]] = defaultdict(list)
        for customer in revenues:
            customers[self.top_of[customer]].append(customer)
        compared = {}
        for account in self.request.account_ids:
            peers = dict(members.get(self.group_of[account], {}))
            peers.pop(self.top_of[account], None)
            compared[account] = Comparison(
                self.currency,
                self.currency.round(own[account]) if account in own else None,
                list(peers.values()),
                self.sees_all or self._is_safe(account, {peer: customers[peer] for peer in peers}),
            )
        return compared

    def _is_safe(self, account: int, peers: Mapping[int, list[int]]) -> bool:
        """
        :param account: the account that is compared
        :param peers: ``{peer: its companies with revenue}``
        """
        reader = self.request.reader
        readers = self.people_of[account] if isinstance(reader, System) else {reader.id}

        def is_own(customer: int) -> bool:
            return bool(readers & self.people_of[customer])

        # Account managers may see the figures of all customers that are no key accounts
        hidden = [
            peer
            for peer, companies in peers.items()
            if any(company in self.in_account and not is_own(company) for company in companies)
        ]
        own = [peer for peer, companies in peers.items() if all(map(is_own, companies))]
        return len(peers) - len(own) >= MINIMUM_PEERS and len(hidden) not in range(1, MINIMUM_PEERS)

    # === FIGURES ===#

    def _figures(self, account: int, now: Comparison, before: Comparison) -> AccountFigures:
        both = (now, before)
        money = {
            code: Figure(
                *(self.currency.round(average(c.peers)) if c.is_possible else None for c in both),
                unit=self.currency.name,
            )
            for code, average in (("peer_revenue", mean), ("peer_revenue_median", median))
        }
        figures = {
            **money,
            "peer_rank": Figure(*(comparison.rank for comparison in both)),
            "peer_percentile": Figure(*(comparison.percentile for comparison in both), unit="%"),
        }
        for figure in figures.values():
            if figure.value is None:
                figure.note = self._note(account, now)
        return figures

    def _note(self, account: int, comparison: Comparison) -> str:
        if not self.group_of[account]:
            return {
                "industry": self.env._("The customer has no industry."),
                "tier": self.env._("The customer has no tier."),
                "country_industry": self.env._("The customer has no country or no industry."),
                "hand_picked": self.env._("The customer is in no peer group."),
            }[self.grouping]
        if not comparison.is_safe and len(comparison.peers) >= MINIMUM_PEERS:
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
