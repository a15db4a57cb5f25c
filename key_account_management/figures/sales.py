from collections import defaultdict
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from odoo.tools import format_date

from .figure import Figure, Row, ratio
from .source import Source

GROUPINGS = {
    "month": "invoice_date:month",
    "category": "product_categ_id",
    "product": "product_id",
    "customer": "customer_id",
}


@dataclass
class Sum:
    """What is added up over sales lines."""

    lines: int = 0
    lines_with_cost: int = 0
    revenue: float = 0.0
    cost: float = 0.0
    revenue_with_cost: float = 0.0
    quantity_by_unit: dict = field(default_factory=lambda: defaultdict(float))
    document_by_currency: dict = field(default_factory=lambda: defaultdict(float))


class SalesFigures(Source):
    """Revenue, volume and contribution margin I: sums over the sales lines (``key.account.sales.report``)."""

    codes = (
        "revenue",
        "sales_volume",
        "cost_of_goods_sold",
        "contribution_margin",
        "contribution_margin_rate",
        "cost_coverage",
    )

    def compute(self):
        figures = {}
        totals = self._sums(None)
        broken_down = {name: self._sums(name) for name in self.request.breakdowns}
        for account in self.request.account_ids:
            now, before = (totals[period][account].get(None, Sum()) for period in (0, 1))
            figures[account] = self._figures(now, before)
            for name, (sums, sums_before) in broken_down.items():
                self._add_breakdown(figures[account], name, sums[account], sums_before[account])
        return figures

    def records(self, code):
        return "key.account.sales.report", self._lines_domain(self.request.period)

    # === READING ===#

    def _lines_domain(self, period):
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("invoice_date", ">=", period.date_from),
            ("invoice_date", "<=", period.date_to),
        ]

    def _sums(self, breakdown):
        """:return: for the period and for the one before ``{account id: {key: Sum}}``"""
        return [self._period_sums(period, breakdown) for period in (self.request.period, self.request.period.previous)]

    def _period_sums(self, period, breakdown):
        groupby = ["customer_id", "product_uom_id", "currency_id"]
        if breakdown and GROUPINGS[breakdown] not in groupby:
            groupby.append(GROUPINGS[breakdown])
        groups = self.env["key.account.sales.report"]._read_group(
            self._lines_domain(period),
            groupby,
            [
                "__count",
                "cost:count",
                "price_subtotal:sum",
                "cost:sum",
                "revenue_with_cost:sum",
                "quantity:sum",
                "price_subtotal_currency:sum",
            ],
        )
        sums = defaultdict(lambda: defaultdict(Sum))
        for group in groups:
            customer, unit, currency = group[:3]
            key = group[groupby.index(GROUPINGS[breakdown])] if breakdown else None
            count, count_with_cost, revenue, cost, revenue_with_cost, quantity, document = group[len(groupby) :]
            for account in self.request.accounts_of[customer.id]:
                total = sums[account][key]
                total.lines += count
                total.lines_with_cost += count_with_cost
                total.revenue += revenue
                total.cost += cost
                total.revenue_with_cost += revenue_with_cost
                if unit:
                    # Without a product there is no unit, and no volume
                    total.quantity_by_unit[unit] += quantity
                total.document_by_currency[currency] += document
        return sums

    # === FIGURES ===#

    def _figures(self, now, before, unit=None):
        """:return: ``{code: Figure}`` of two sums, the volume in the unit given or in their common one"""
        figures = {
            "revenue": self._money(now.revenue, before.revenue, now.lines, before.lines),
            "sales_volume": self._volume(now, before, unit),
            "cost_of_goods_sold": self._money(now.cost, before.cost, now.lines_with_cost, before.lines_with_cost),
            "contribution_margin": self._money(
                now.revenue - now.cost, before.revenue - before.cost, now.lines_with_cost, before.lines_with_cost
            ),
        }
        margin = figures["contribution_margin"]
        figures["contribution_margin_rate"] = Figure(
            ratio(margin.value, now.revenue), ratio(margin.previous, before.revenue), "%"
        )
        figures["cost_coverage"] = Figure(_coverage(now), _coverage(before), "%")
        self._add_document_currency(figures["revenue"], now, before)
        self._add_notes(figures, now)
        return figures

    def _money(self, value, previous, lines, previous_lines):
        """An amount that no line adds to is undefined."""
        return Figure(
            self.currency.round(value) if lines else None,
            self.currency.round(previous) if previous_lines else None,
            self.currency.name,
        )

    def _volume(self, now, before, unit=None):
        units = list(now.quantity_by_unit | before.quantity_by_unit)
        if not units:
            return Figure()
        unit = unit or self._common_unit(units)
        if not unit:
            names = ", ".join(sorted(uom.name for uom in units))
            return Figure(note=self.env._("Units that can't be added up: %(units)s.", units=names))

        def total(sums):
            if not sums.quantity_by_unit:
                return None
            return unit.round(
                sum(quantity * uom.factor / unit.factor for uom, quantity in sums.quantity_by_unit.items())
            )

        return Figure(total(now), total(before), unit.name)

    def _common_unit(self, units):
        """The unit to add quantities in: their own if it is one, else the reference unit; None if it is not shared."""
        if len(units) == 1:
            return units[0]
        references = {int(uom.parent_path.split("/")[0]) for uom in units}
        return self.env["uom.uom"].browse(references) if len(references) == 1 else None

    def _document_currency(self, now, before):
        """The one currency of all documents of both periods, or None."""
        currencies = list(now.document_by_currency | before.document_by_currency)
        return currencies[0] if len(currencies) == 1 else None

    def _add_document_currency(self, revenue, now, before):
        currency = self._document_currency(now, before)
        if currency:
            revenue.document = Figure(
                *(
                    currency.round(sums.document_by_currency[currency]) if sums.lines else None
                    for sums in (now, before)
                ),
                unit=currency.name,
            )

    def _add_notes(self, figures, now):
        if not now.lines:
            for figure in figures.values():
                figure.note = figure.note or self.env._("No invoices in this period.")
            return
        coverage = figures["cost_coverage"].value
        if coverage is None or coverage < self.env.company.key_account_cost_coverage:
            note = (
                self.env._("Costs are known for %(share)d %% of the revenue only.", share=int(coverage * 100))
                if coverage is not None
                else self.env._("No revenue to compare the known costs with.")
            )
            for code in ("cost_of_goods_sold", "contribution_margin", "contribution_margin_rate"):
                figures[code].note = note

    # === BREAKDOWNS ===#

    def _add_breakdown(self, figures, name, sums, sums_before):
        """Adds a row per month, category or product to each figure."""
        if name == "month":
            # The same month of the year before stands beside each month.
            keys = self.request.period.months
            before = {month + relativedelta(years=1): total for month, total in sums_before.items()}
        else:
            keys = list(sums | sums_before)
            before = sums_before
        # Rows side by side are compared: all in the unit of the total; a product is in its own
        unit = self._unit_of_rows(sums, sums_before) if name != "product" else None
        for figure in figures.values():
            figure.breakdowns[name] = []
        if figures["revenue"].document:
            figures["revenue"].document.breakdowns[name] = []
        for key in keys:
            row_key, label = self._key_and_label(name, key)
            for code, figure in self._figures(sums.get(key, Sum()), before.get(key, Sum()), unit).items():
                figures[code].breakdowns[name].append(
                    Row(row_key, label, figure.value, figure.previous, figure.unit or figures[code].unit)
                )
                document = figures[code].document
                if document:
                    of_row = figure.document or Figure()
                    document.breakdowns[name].append(Row(row_key, label, of_row.value, of_row.previous, document.unit))
        if name != "month":
            for figure in figures.values():
                figure.breakdowns[name].sort(key=_largest_first)
                if figure.document:
                    figure.document.breakdowns[name].sort(key=_largest_first)

    def _unit_of_rows(self, *sums_by_key):
        units = {unit for sums in sums_by_key for total in sums.values() for unit in total.quantity_by_unit}
        return self._common_unit(list(units)) if units else None

    def _key_and_label(self, name, key):
        if name == "month":
            return key.strftime("%Y-%m"), format_date(self.env, key, date_format="MMM yyyy")
        if key:
            # Customers read the labels too, and our internal references say nothing to them.
            return key.id, key.with_context(display_default_code=False).display_name
        return None, {
            "category": self.env._("Without category"),
            "product": self.env._("Without product"),
        }[name]


def _coverage(sums):
    """Share of the revenue whose cost is known. A settled down payment has no cost: it must not make more than all."""
    share = ratio(sums.revenue_with_cost, sums.revenue)
    return share if share is None else min(share, 1.0)


def _largest_first(row):
    return (-(row.value or 0.0), -(row.previous or 0.0), row.label)
