from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from odoo.fields import Domain
from odoo.models import BaseModel

from ..period import Period
from ..rhythm import is_late, usual_interval
from ..source import Reader
from .sales_groups import of_goods
from .top_categories import sellable_categories, top_of_categories
from .white_space import WhiteSpaceFigures

# So many years show how often something is bought
RHYTHM_YEARS = 2


@dataclass
class CategoryPurchase:
    """What an account, with everything below it, buys in a product category, with all below that.

    ``state``: see `WhiteSpaceFigures.state_of`. ``revenue``: of the period and of the same days one year earlier, None
    if nothing was ever sold. ``last_purchase``, ``usual_days``, ``is_reorder_late``: see `CategoryPurchases`.
    ``potential``: what is not bought from us, None without an estimate.
    """

    state: str
    revenue: float | None
    revenue_previous: float | None
    last_purchase: date | None
    usual_days: float | None
    is_reorder_late: bool
    potential: float | None


class CategoryPurchases(Reader):
    """What accounts buy by product category, and whether the next purchase is late.

    Categories are those at the top; if all are below a single one (as Odoo's "All" of former versions), those below it.
    An account has one row for each category that it ever bought in, that somebody estimated its purchases of, or that
    has products to be sold.

    State, revenue and potential are those of the white space. Days with purchases are those of invoices and receipts on
    which goods of the category cost something; those that were reversed in full are none, and neither are credit notes.
    The usual interval is the median of the days between two of them in the last 24 months, from three intervals on; see
    `usual_interval` and `is_late`.
    """

    def compute(self) -> dict[int, dict[int, CategoryPurchase]]:
        """:return: ``{account id: {category id: CategoryPurchase}}``"""
        top = top_of_categories(self.env)
        period = self.request.to_date
        white_space = WhiteSpaceFigures(self.request)
        now, before, ever = white_space.sold(period, period.previous, {each: [it] for each, it in top.items()})
        days, last = self._days(top)
        potentials = self._potentials(white_space.potentials(), top)
        sellable = {top[category] for category in sellable_categories(self.env)}
        purchases: dict[int, dict[int, CategoryPurchase]] = {}
        for account in self.request.account_ids:
            sold, sold_before, sold_ever = (
                {category: amount for (company, category), amount in of.get(account, {}).items() if company == account}
                for of in (now, before, ever)
            )
            potential = potentials[account]
            purchases[account] = {}
            for category in sorted(sold_ever.keys() | potential.keys() | sellable):
                key = account, category
                usual = usual_interval(days[key])
                is_known = category in sold_ever
                purchases[account][category] = CategoryPurchase(
                    white_space.state_of(sold.get(category, 0.0), sold_ever.get(category, 0.0)),
                    self.round_money(sold.get(category, 0.0)) if is_known else None,
                    self.round_money(sold_before.get(category, 0.0)) if is_known else None,
                    last.get(key),
                    usual,
                    is_late(last.get(key), usual, self.request.today),
                    self.round_money(potential[category]) if category in potential else None,
                )
        return purchases

    # === READING ===#

    def _days(self, top: dict[int, int]) -> tuple[dict[tuple[int, int], set[date]], dict[tuple[int, int], date]]:
        """:return: ``{(account id, category id): days with purchases of the last 24 months}``, and the last of all"""
        window = Period.years_up_to(self.request.today, RHYTHM_YEARS)
        days: dict[tuple[int, int], set[date]] = defaultdict(set)
        last: dict[tuple[int, int], date] = {}
        recent = Domain("invoice_date", ">=", window.date_from) & Domain("invoice_date", "<=", self.request.today)
        for key, day in self._purchases(top, recent, "invoice_date:day"):
            days[key].add(day)
            last[key] = max(day, last.get(key, day))
        for key, day in self._purchases(top, Domain("invoice_date", "<", window.date_from), None):
            last[key] = max(day, last.get(key, day))
        return days, last

    def _purchases(
        self, top: dict[int, int], when: Domain, by_day: str | None
    ) -> Iterable[tuple[tuple[int, int], date]]:
        """:return: ((account id, category id), a day with purchases): each of them, or only the last one"""
        domain = (
            when
            & Domain("customer_id", "in", self.request.customer_ids)
            & of_goods(self.env)
            & Domain("product_categ_id", "!=", False)
            & Domain("price_subtotal", ">", 0)
            # Not "= out_invoice": PostgreSQL would begin with the invoices of all customers
            & Domain("move_type", "not in", ["out_refund"])
            & Domain("payment_state", "!=", "reversed")
        )
        groups = self.env["key.account.sales.report"]._read_ids_grouped(
            domain,
            ["customer_id", "product_categ_id", *([by_day] if by_day else [])],
            [] if by_day else ["invoice_date:max"],
        )
        for customer, category, day in groups:
            for account in self.request.accounts_of[customer]:
                yield (account, top[category]), day

    def _potentials(
        self, estimated: Mapping[int, Mapping[BaseModel, float]], top: dict[int, int]
    ) -> dict[int, dict[int, float]]:
        """:return: ``{account id: {category id: potential}}``"""
        potentials: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for account, by_category in estimated.items():
            for category, potential in by_category.items():
                potentials[account][top[category.id]] += potential
        return potentials
