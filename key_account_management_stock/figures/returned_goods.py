from collections import defaultdict

from odoo.addons.key_account_management.figures.figure import Figure, Figures, Row, ratio
from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.source import Records
from odoo.models import BaseModel

from .goods import CUSTOMER, FROM_CUSTOMERS, TO_CUSTOMERS, Goods

# product: [delivered, returned]
Quantities = dict[BaseModel, list[float]]


class ReturnedGoods(Goods):
    """Share of the delivered quantity that came back: see kpi ``returns_quantity``."""

    codes = ("returns_quantity",)

    def compute(self) -> Figures:
        now, before = (self._quantities(period) for period in (self.request.period, self.request.previous))
        return {
            account: {"returns_quantity": self._figure(now[account], before[account])}
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        moves = self._done_domain(self.request.period) + self._of_accounts()
        return [("stock.move", [*moves, "|", "&", *TO_CUSTOMERS, "&", *FROM_CUSTOMERS])]

    def _quantities(self, period: Period) -> defaultdict[int, Quantities]:
        """:return: ``{account id: {product: [delivered, returned]}}`` in the products' own units"""
        quantities: defaultdict[int, Quantities] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        for position, direction in enumerate((TO_CUSTOMERS, FROM_CUSTOMERS)):
            groups = self.env["stock.move"]._read_group(
                self._done_domain(period) + self._of_accounts() + direction,
                [CUSTOMER, "product_id", "product_uom"],
                ["quantity:sum"],
            )
            for customer, product, unit, quantity in groups:
                for account in self.request.accounts_of[customer.id]:
                    quantities[account][product][position] += self._in_own_unit(product, unit, quantity)
        return quantities

    def _figure(self, now: Quantities, before: Quantities) -> Figure:
        units = list({product.uom_id for product in (*now, *before)})
        unit = self._common_unit(units) if units else None
        figure = Figure(unit="%")
        if unit:
            figure.value, figure.previous = (self._share(quantities, unit) for quantities in (now, before))
        if units and not unit:
            names = ", ".join(sorted(uom.name for uom in units))
            figure.note = self.env._("Units that cannot be added up: %(units)s.", units=names)
        elif figure.value is None:
            figure.note = self.env._("Nothing was delivered in this period.")
        if "product" in self.request.breakdowns:
            figure.breakdowns["product"] = self._rows(now, before)
        return figure

    def _share(self, quantities: Quantities, unit: BaseModel) -> float | None:
        delivered, returned = (
            sum(both[position] * product.uom_id.factor / unit.factor for product, both in quantities.items())
            for position in (0, 1)
        )
        return ratio(returned, delivered)

    def _rows(self, now: Quantities, before: Quantities) -> list[Row]:
        rows = []
        for product in now | before:
            share, previous = (ratio(*reversed(quantities.get(product, (0.0, 0.0)))) for quantities in (now, before))
            label = product.with_context(display_default_code=False).display_name
            rows.append(Row(product.id, label, share, previous, "%"))
        return sorted(rows, key=lambda row: (-(row.value or 0.0), row.label))
