from odoo.fields import Domain

from ..figure import AccountFigures, Column, Figure, Figures, Table, known_sum, ratio, rounded
from ..period import Period
from ..source import Records, united
from .all_customers import AllCustomers
from .cost_records import CostRecords, Costs
from .sales import SalesFigures
from .visits import VisitFigures


class CostFigures(CostRecords):
    """The customer's own costs and the contribution margins after them.

    Multi-step customer contribution account (Kundendeckungsbeitragsrechnung): costs are assigned by whether
    the customer causes them. Source: marketing-controlling.com.
    """

    codes = (
        "direct_costs",
        "indirect_costs",
        "customer_costs",
        "contribution_margin_2",
        "contribution_margin_2_rate",
        "contribution_margin_3",
        "contribution_margin_3_rate",
    )
    codes_with_cost = codes
    codes_over_time = (
        "direct_costs",
        "indirect_costs",
        "customer_costs",
        "contribution_margin_2",
        "contribution_margin_3",
    )

    def compute(self) -> Figures:
        sales = self.request.figures(SalesFigures)
        now, before = (self._costs(period) for period in (self.request.period, self.request.previous))
        return {
            account: self._figures(sales[account], now[account], before[account])
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        elapsed = self.request.period.up_to(self.today)
        direct = self._direct_records(elapsed) if elapsed else []
        if code == "direct_costs":
            return direct
        indirect = self._indirect_records(elapsed) if elapsed else []
        if code == "indirect_costs":
            return indirect
        if code == "customer_costs":
            return united([*SalesFigures(self.request).records("cost_of_goods_sold"), *direct, *indirect])
        margin = SalesFigures(self.request).records("contribution_margin")
        if code in ("contribution_margin_2", "contribution_margin_2_rate"):
            return united(margin + direct)
        return united(margin + direct + indirect)

    def _direct_records(self, elapsed: Period) -> Records:
        items = Domain.OR(
            Domain(column, "in", ids) & self._items_domain(elapsed)
            for column, ids in self._columns(self._analytic_accounts()).items()
        )
        return [
            ("key.account.care.measure", list(self._measures_domain(elapsed))),
            ("key.account.milestone", list(self._milestones_domain(elapsed))),
            *([] if items.is_false() else [("account.analytic.line", list(items))]),
        ]

    def _indirect_records(self, elapsed: Period) -> Records:
        return [
            ("key.account.care.measure", list(self._measures_domain(elapsed) & Domain("state", "=", "done"))),
            *VisitFigures(self.request).records("visits"),
            ("key.account.coaching.session", list(self._coaching_domain(elapsed))),
            *self._overhead_records(elapsed),
        ]

    # === FIGURES ===#

    def _figures(self, sales: AccountFigures, now: Costs, before: Costs) -> AccountFigures:
        direct = self._money(now.direct, before.direct)
        indirect = self._money(now.indirect, before.indirect)
        self._add_notes(direct, indirect, now)
        goods, margin_1 = sales["cost_of_goods_sold"], sales["contribution_margin"]
        customer_costs = self._money(
            known_sum(goods.value, direct.value, indirect.value),
            known_sum(goods.previous, direct.previous, indirect.previous),
        )
        if now.overhead is not None and self._companies_with_overhead("revenue"):
            indirect.as_of = customer_costs.as_of = self.request.figures(AllCustomers).as_of
        customer_costs.note, customer_costs.warns = _join(goods, direct, indirect)
        customer_costs.table = self._table(goods, now, before)
        margin_2 = self._margin(margin_1, direct)
        margin_3 = self._margin(margin_2, indirect)
        return {
            "direct_costs": direct,
            "indirect_costs": indirect,
            "customer_costs": customer_costs,
            "contribution_margin_2": margin_2,
            "contribution_margin_2_rate": self._rate(margin_2, sales["revenue"]),
            "contribution_margin_3": margin_3,
            "contribution_margin_3_rate": self._rate(margin_3, sales["revenue"]),
        }

    def _money(self, value: float | None, previous: float | None) -> Figure:
        return Figure(
            *(rounded(self.currency, amount) for amount in (value, previous)),
            unit=self.currency.name,
        )

    def _margin(self, margin: Figure, costs: Figure) -> Figure:
        """The margin less costs; if they are unknown, the margin stays as it is and says so."""
        note, warns = _join(margin, costs) if margin.value is not None else (margin.note, margin.warns)
        return Figure(
            *(
                None if amount is None else self.round_money(amount - (cost or 0.0))
                for amount, cost in ((margin.value, costs.value), (margin.previous, costs.previous))
            ),
            unit=margin.unit,
            note=note,
            warns=warns,
            as_of=costs.as_of or margin.as_of,
        )

    def _rate(self, margin: Figure, revenue: Figure) -> Figure:
        return Figure(
            ratio(margin.value, revenue.value),
            ratio(margin.previous, revenue.previous),
            unit="%",
            note=margin.note,
            warns=margin.warns,
            as_of=margin.as_of,
        )

    def _table(self, goods: Figure, now: Costs, before: Costs) -> Table:
        """The customer's costs part by part."""
        unit = self.currency.name
        parts = [
            (self.env._("Cost of goods sold"), goods.value, goods.previous),
            (self.env._("Care measures"), *(costs.care if costs.has_direct else None for costs in (now, before))),
            (self.env._("Promotions"), *(costs.promotions if costs.has_direct else None for costs in (now, before))),
            (self.env._("Milestones"), *(costs.milestones if costs.has_direct else None for costs in (now, before))),
            (self.env._("Analytic items"), *(costs.analytic if costs.has_direct else None for costs in (now, before))),
            (self.env._("Hours of work"), now.work, before.work),
            (self.env._("Share of the overhead"), now.overhead, before.overhead),
        ]
        columns = [
            Column(self.env._("Cost")),
            Column(self.env._("This period"), "money", unit),
            Column(self.env._("Previous year"), "money", unit),
        ]
        rows = [[label, *(rounded(self.currency, amount) for amount in amounts)] for label, *amounts in parts]
        return Table(columns, rows)

    def _add_notes(self, direct: Figure, indirect: Figure, now: Costs) -> None:
        if self.request.period.date_from > self.today:
            direct.note = indirect.note = self.env._("The period has not begun.")
            return
        if direct.value is None:
            direct.note = self.env._("No direct customer costs are recorded.")
        if now.hours_without_cost:
            indirect.note = self.env._(
                "%(hours)s hours of work are left out: the hourly cost is not set.",
                hours=f"{now.hours_without_cost:g}",
            )
            indirect.warns = True
        elif indirect.value is None:
            indirect.note = self.env._(
                "Indirect customer costs are not set up, or there is no basis for distributing them."
            )
            # Where they are deducted, something is missing
            indirect.warns = True


def _join(*figures: Figure) -> tuple[str, bool]:
    """The notes of the figures joined into one, without repetitions, and whether it warns."""
    notes = dict.fromkeys(figure.note for figure in figures if figure.note)
    return " ".join(notes), any(figure.warns for figure in figures)
