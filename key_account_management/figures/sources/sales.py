from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.models import BaseModel

from ...tools.units import unit_name
from ..figure import UNKNOWN_COST, AccountFigures, Figure, Figures, Row, ratio
from ..percent import format_percent
from ..source import Records
from .first_invoices import FirstInvoices
from .sales_groups import TREES, SalesGroup
from .sales_lines import LineSum, SalesLines


@dataclass
class Sum(LineSum):
    """What is added up over sales lines."""

    lines: int = 0
    lines_of_goods: int = 0
    lines_with_cost: int = 0
    revenue: float = 0.0
    cost: float = 0.0
    goods_value: float = 0.0
    goods_value_with_cost: float = 0.0
    quantity_by_unit: dict[BaseModel, float] = field(default_factory=lambda: defaultdict(float))
    document_by_currency: dict[BaseModel, float] = field(default_factory=lambda: defaultdict(float))


class SalesFigures(SalesLines[Sum]):
    """Revenue, volume and contribution margin I: sums over the sales lines (``key.account.sales.report``)."""

    sum_type = Sum
    codes = (
        "revenue",
        "sales_volume",
        "cost_of_goods_sold",
        "contribution_margin",
        "contribution_margin_rate",
        "cost_coverage",
    )
    codes_with_cost = codes[2:]
    codes_over_time = ("revenue", "sales_volume", "cost_of_goods_sold", "contribution_margin")

    def _add_group(self, total: Sum, group: SalesGroup) -> None:
        total.lines += group.lines
        total.lines_of_goods += 0 if group.adjustment else group.lines
        total.lines_with_cost += group.lines_with_cost
        total.revenue += group.revenue
        total.cost += group.cost
        total.goods_value += group.goods_value
        total.goods_value_with_cost += group.goods_value_with_cost
        if group.unit and not group.adjustment:
            # Without a product there is no unit and no volume
            total.quantity_by_unit[group.unit] += group.quantity
        total.document_by_currency[group.currency] += group.document

    def records(self, code: str) -> Records:
        ((model, lines),) = super().records(code)
        if code == "sales_volume":
            lines += [("product_uom_id", "!=", False), ("adjustment", "=", False)]
        elif code == "cost_of_goods_sold":
            lines.append(("cost", "!=", False))
        return [(model, lines)]

    # === FIGURES ===#

    def _figures(self, now: Sum, before: Sum, unit: BaseModel | None = None, is_row: bool = False) -> AccountFigures:
        margins = (_lines_with_margin(sums) if is_row else sums.lines_with_cost for sums in (now, before))
        figures = {
            "revenue": self._money(now.revenue, before.revenue, now.lines, before.lines),
            "sales_volume": self._volume(now, before, unit),
            "cost_of_goods_sold": self._money(now.cost, before.cost, now.lines_with_cost, before.lines_with_cost),
            "contribution_margin": self._money(now.revenue - now.cost, before.revenue - before.cost, *margins),
        }
        margin = figures["contribution_margin"]
        figures["contribution_margin_rate"] = Figure(
            ratio(margin.value, now.revenue), ratio(margin.previous, before.revenue), unit="%"
        )
        figures["cost_coverage"] = Figure(_coverage(now), _coverage(before), unit="%")
        self._add_document_currency(figures["revenue"], now, before)
        self._add_notes(figures, now)
        return figures

    def _volume(self, now: Sum, before: Sum, unit: BaseModel | None = None) -> Figure:
        units = list(now.quantity_by_unit) or list(before.quantity_by_unit)
        if not units:
            return Figure()
        unit = unit or self._unit_of(now.quantity_by_unit, before.quantity_by_unit)
        if not unit:
            return Figure(note=self.env._("Units that cannot be added up: %(units)s.", units=_names(units)))
        figure = Figure(*(self._total(sums.quantity_by_unit, unit) for sums in (now, before)), unit=unit_name(unit))
        if figure.previous is None and before.quantity_by_unit:
            figure.note = self.env._(
                "The previous year's quantities are in other units: %(units)s.", units=_names(before.quantity_by_unit)
            )
        return figure

    def _total(self, quantities: Mapping[BaseModel, float], unit: BaseModel) -> float | None:
        """The sum in one unit, None if there is nothing or it cannot be converted."""
        if not quantities or not self._common_unit([unit, *quantities]):
            return None
        return unit.round(sum(quantity * uom.factor / unit.factor for uom, quantity in quantities.items()))

    def _unit_of(self, now: Iterable[BaseModel], before: Iterable[BaseModel]) -> BaseModel | None:
        """The unit of both periods; what was bought in other units one year earlier does not empty this period."""
        units = list(dict.fromkeys([*now, *before]))
        return self._common_unit(units) or self._common_unit(list(now)) if units else None

    def _add_document_currency(self, revenue: Figure, now: Sum, before: Sum) -> None:
        currency = self._document_currency(now, before)
        if currency:
            revenue.document = Figure(
                *(
                    currency.round(sums.document_by_currency[currency]) if sums.lines else None
                    for sums in (now, before)
                ),
                unit=currency.name,
            )

    def _add_notes(self, figures: AccountFigures, now: Sum) -> None:
        if not now.lines:
            for figure in figures.values():
                figure.note = figure.note or self.env._("No invoices in this period.")
            return
        coverage = figures["cost_coverage"].value
        if coverage is None or coverage < self.env.company.key_account_cost_coverage:
            if coverage is None:
                note = self.env._("No revenue to compare the known costs with.")
            else:
                share = format_percent(self.env, coverage)
                note = self.env._("Costs are known for only %(share)s of the revenue.", share=share)
            for code in ("cost_of_goods_sold", "contribution_margin", "contribution_margin_rate"):
                figures[code].note, figures[code].warns = note, True

    def _add_breakdown(
        self, figures: AccountFigures, name: str, sums: dict[Any, Sum], sums_before: dict[Any, Sum]
    ) -> None:
        """The rows of the margin add up to it: goods without any known cost count there, but have no margin."""
        super()._add_breakdown(figures, name, sums, sums_before)
        margin = figures["contribution_margin"]
        if name in TREES or not self.request.with_cost:
            return
        missing = [
            None if total is None else sum(each.revenue for each in of.values() if not _lines_with_margin(each))
            for total, of in ((margin.value, sums), (margin.previous, sums_before))
        ]
        if any(missing):
            value, previous = (amount and self.round_money(amount) for amount in missing)
            label = self.env._("Without known cost")
            margin.breakdowns[name].append(Row(UNKNOWN_COST, label, value, previous, margin.unit))

    def _unit_of_rows(self, *sums_by_key: Mapping[Any, Sum]) -> BaseModel | None:
        return self._unit_of(
            *({unit for total in sums.values() for unit in total.quantity_by_unit} for sums in sums_by_key)
        )

    # === NO REVENUE ===#

    def compute(self) -> Figures:
        figures = super().compute()
        # Where there is revenue, nothing more is read
        if any(_is_unknown(of_account["revenue"]) for of_account in figures.values()):
            customers_since = FirstInvoices(self.request).compute()
            for account, of_account in figures.items():
                if account in customers_since:
                    self._set_zeros(of_account["revenue"], customers_since[account])
        return figures

    def _set_zeros(self, revenue: Figure, since: date) -> None:
        """Customers who buy nothing bring no revenue, which is known: 0. Before their first invoice there is none."""
        period, year = self.request.period, relativedelta(years=1)
        today = fields.Date.context_today(self.env["res.partner"])
        for figure in filter(None, (revenue, revenue.document)):
            rows = figure.breakdowns.get("month", ())
            begins: list[tuple[Figure | Row, date, date]] = [
                (figure, period.date_from, self.request.previous.date_from)
            ]
            begins += [(row, month, month - year) for row, month in zip(rows, period.months, strict=False)]
            for each, begin, begin_before in begins:
                if each.value is None and since < begin <= today:
                    each.value = 0.0
                if each.previous is None and since < begin_before <= today:
                    each.previous = 0.0


def _is_unknown(revenue: Figure) -> bool:
    rows = [revenue, *revenue.breakdowns.get("month", ())]
    return any(each.value is None or each.previous is None for each in rows)


def _names(units: Iterable[BaseModel]) -> str:
    return ", ".join(sorted(unit_name(unit) for unit in units))


def _lines_with_margin(sums: Sum) -> int:
    """How many lines make a margin known: those with a cost, and what needs none where no goods are."""
    return sums.lines_with_cost or (0 if sums.lines_of_goods else sums.lines)


def _coverage(sums: Sum) -> float | None:
    """Share of the goods with a known cost, by value. What is credited counts like what is sold."""
    return ratio(sums.goods_value_with_cost, sums.goods_value)
