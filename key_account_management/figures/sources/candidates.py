from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain
from odoo.tools import SQL, float_compare

from ..candidates import Candidate
from ..figure import Figure
from ..period import Period
from ..source import Reader
from .abc_class import ABC_CLASSES
from .all_customers import AllCustomers
from .top_categories import sellable_categories, top_of_categories

# Ordinary customers that are looked at, those with the most revenue
SHORTLIST = 200


class Candidates(Reader):
    """The ordinary customers that could become key accounts, in the active company and the 12 months of the request.

    A customer counts with everything below it. Who is a key account, or is inside one, is none; nor is who has one
    inside, or is a company of our own. The revenue of all customers is read as it was kept over night; what else is
    known is computed by the engine, for those with the most revenue. The number of queries depends on neither.
    """

    def largest(self) -> dict[int, tuple[float, int, int, float | None, str]]:
        """:return: ``{customer id: (revenue, place by revenue, number of ordinary customers, share of the company's
        revenue, ABC class among all customers)}`` of those with the most revenue
        """
        by_top: dict[int, float] = defaultdict(float)
        excluded: set[int] = set()
        for top, is_excluded, revenue in self._read_customers():
            by_top[top] += float(revenue or 0.0)
            if is_excluded:
                excluded.add(top)
        revenues = {top: self.round_money(revenue) for top, revenue in by_top.items()}
        # as floats: rounded
        buying = [top for top, revenue in revenues.items() if revenue > 0]
        ranked = sorted(buying, key=lambda top: (-revenues[top], top))
        total = sum(revenues[top] for top in ranked)
        classes = self._classes(ranked, revenues, total)
        ordinary = [top for top in ranked if top not in excluded]
        return {
            top: (revenues[top], place, len(ordinary), revenues[top] / total, classes[top])
            for place, top in enumerate(ordinary[:SHORTLIST], 1)
        }

    def candidates(
        self, largest: Mapping[int, tuple[float, int, int, float | None, str]], figures: Mapping[int, Figure]
    ) -> dict[int, Candidate]:
        """
        :param largest: see there
        :param figures: the revenue of each of them in the request's period, by product and category
        """
        top = top_of_categories(self.env)
        sold = len({top[category] for category in sellable_categories(self.env)})
        months, potentials = self._months(), self._potentials(list(largest))
        return {
            customer: Candidate(
                revenue,
                place,
                others,
                figures[customer].change,
                share,
                months[customer],
                len({top[key] for key in _bought(figures[customer], "category")}),
                sold,
                len(_bought(figures[customer], "product")),
                potentials.get(customer),
            )
            for customer, (revenue, place, others, share, _class) in largest.items()
        }

    # === READING ===#

    def _read_customers(self) -> list[tuple[int, bool, float | None]]:
        """:return: (topmost partner, whether it cannot be a candidate, revenue of a customer at or below it)"""
        self.env["res.partner"].flush_model(["parent_id", "key_account_id", "key_account_status", "active"])
        return self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE sold (id, revenue) AS MATERIALIZED (%(sold)s),
                     above AS (
                         SELECT sold.id AS customer, partner.id, partner.parent_id
                           FROM sold
                           JOIN res_partner partner ON partner.id = sold.id
                          UNION
                         SELECT above.customer, partner.id, partner.parent_id
                           FROM above
                           JOIN res_partner partner ON partner.id = above.parent_id
                     ),
                     -- all above a key account: it would be inside the new one
                     around (id, parent_id) AS (
                         SELECT id, parent_id FROM res_partner WHERE key_account_status IS NOT NULL
                          UNION
                         SELECT partner.id, partner.parent_id
                           FROM around
                           JOIN res_partner partner ON partner.id = around.parent_id
                     )
                SELECT top.id,
                       top.id IN (SELECT id FROM around)
                           OR NOT top.active
                           OR COALESCE(top.company_id, %(company)s) != %(company)s
                           OR top.id IN (SELECT partner_id FROM res_company),
                       sold.revenue
                  FROM above
                  JOIN res_partner top ON top.id = above.id
                  JOIN sold ON sold.id = above.customer
                 WHERE above.parent_id IS NULL
                """,
                sold=self.request.figures(AllCustomers).revenues([self.request.period]),
                company=self.env.company.id,
            )
        )

    def _classes(self, ranked: Iterable[int], revenues: Mapping[int, float], total: float) -> dict[int, str]:
        """A customer is A until the larger ones together have reached the limit of A, as among key accounts."""
        company = self.env.company
        limits = (company.key_account_abc_a_limit, company.key_account_abc_b_limit)
        classes: dict[int, str] = {}
        larger = passed = 0.0
        previous: float | None = None
        for customer in ranked:
            if revenues[customer] != previous:
                # Those with the same revenue are in the same class
                larger, previous = passed, revenues[customer]
            number = sum(float_compare(larger / total, limit, precision_digits=9) >= 0 for limit in limits)
            classes[customer] = ABC_CLASSES[number][0]
            passed += revenues[customer]
        return classes

    def _months(self) -> dict[int, int]:
        """:return: ``{customer id: in how many of the 12 months it bought something}``"""
        year = self.request.period
        ends = [year.date_to + relativedelta(months=-ago) for ago in range(12)]
        begins = [*(end + timedelta(days=1) for end in ends[1:]), year.date_from]
        months = [Period(begin, end) for begin, end in zip(begins, ends, strict=True)]
        bought: dict[int, set[int]] = defaultdict(set)
        query = self.request.figures(AllCustomers).revenues(months, customer_ids=self.request.customer_ids)
        for customer, *revenues in self.env.execute_query(query):
            for number, revenue in enumerate(revenues):
                if revenue and self.round_money(float(revenue)) > 0:
                    for account in self.request.accounts_of[customer]:
                        bought[account].add(number)
        return {account: len(bought[account]) for account in self.request.account_ids}

    def _potentials(self, customers: Collection[int]) -> dict[int, float]:
        """:return: ``{customer id: what its open opportunities may bring, weighted with their probability}``"""
        domain = (
            Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain("company_id", "in", [False, self.env.company.id])
            & Domain("partner_id", "in", self.request.customer_ids)
        )
        potentials: dict[int, float] = defaultdict(float)
        for partner, amount in self.env["crm.lead"]._read_group(domain, ["partner_id"], ["prorated_revenue:sum"]):
            for customer in self.request.accounts_of[partner.id]:
                potentials[customer] += amount
        # as floats: nothing is compared with it
        return {customer: self.round_money(amount) for customer, amount in potentials.items() if amount > 0}


def _bought(figure: Figure, breakdown: str) -> list[int]:
    """:return: ids of the categories or products of goods with revenue"""
    return [
        row.key
        for row in figure.breakdowns[breakdown]
        if row.is_of_goods and isinstance(row.key, int) and (row.value or 0) > 0
    ]
