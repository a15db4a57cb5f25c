from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean, median

from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import AccountFigures, Figure, Figures
from ..period import Period
from ..source import Source

# With fewer, a reader could work out the revenue of a single customer.
MINIMUM_PEERS = 3

GROUPINGS = {
    "industry": ("industry_id",),
    "tier": ("key_account_tier_id",),
    "country_industry": ("country_id", "industry_id"),
    "hand_picked": ("key_account_peer_group_id",),
}


# Ids of what the peers have in common, None if it is not known
PeerGroup = tuple[int, ...] | None


@dataclass
class Comparison:
    """An account's own revenue in a period, and that of its peers."""

    revenue: float | None
    peers: list[float]

    @property
    def is_possible(self) -> bool:
        return len(self.peers) >= MINIMUM_PEERS

    @property
    def rank(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        return float(1 + sum(peer > self.revenue for peer in self.peers))

    @property
    def percentile(self) -> float | None:
        if self.revenue is None or not self.is_possible:
            return None
        return sum(peer < self.revenue for peer in self.peers) / len(self.peers)


class PeerFigures(Source):
    """The account next to comparable customers: those in the same peer group with revenue in the period.

    A group of companies is one customer, that of its top company, which also determines its peer group.
    Companies in the account's own group are not peers. No records to open: they would show the
    revenue of individual customers.
    """

    codes = ("peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile")

    def compute(self) -> Figures:
        self.grouping = self.env.company.key_account_peer_grouping
        revenues = [self._revenues(period) for period in (self.request.period, self.request.period.previous)]
        self._read_partners(set(self.request.account_ids).union(*revenues))
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
        missing = ids
        while missing:
            found = partners.search_fetch(
                [("id", "in", list(missing))], ["parent_id", *GROUPINGS[self.grouping]], order="id"
            )
            parents.update((partner.id, partner.parent_id.id) for partner in found)
            self.group_of.update((partner.id, self._group(partner)) for partner in found)
            missing = set(found.parent_id.ids) - parents.keys()
        self.top_of = {partner: _top(partner, parents) for partner in parents}

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
            revenue = self.currency.round(revenue)
            if revenue > 0 and self.group_of[top]:
                members[self.group_of[top]][top] = revenue
        return {
            account: Comparison(
                self.currency.round(own[account]) if account in own else None,
                [
                    revenue
                    for top, revenue in members.get(self.group_of[account], {}).items()
                    if top != self.top_of[account]
                ],
            )
            for account in self.request.account_ids
        }

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
        if not comparison.is_possible:
            return self.env._(
                "Fewer than %(minimum)d comparable customers have revenue in this period.", minimum=MINIMUM_PEERS
            )
        return self.env._("No invoices in this period.")


def _top(partner: int, parents: Mapping[int, int]) -> int:
    while parents[partner]:
        partner = parents[partner]
    return partner
