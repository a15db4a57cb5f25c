from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.source import Source
from odoo.api import DomainType
from odoo.models import BaseModel

TO_CUSTOMERS = [("location_dest_id.usage", "=", "customer"), ("location_id.usage", "!=", "customer")]
FROM_CUSTOMERS = [("location_id.usage", "=", "customer"), ("location_dest_id.usage", "!=", "customer")]
CUSTOMER = "sale_line_id.order_id.key_account_customer_id"


class Goods(Source):
    """What the sources on stock moves have in common."""

    def _done_domain(self, period: Period) -> DomainType:
        """Moves that were done in the period."""
        return [
            ("state", "=", "done"),
            *self._moment_domain("date", period),
        ]

    def _of_accounts(self) -> DomainType:
        """Moves on the accounts' sales orders."""
        return [(CUSTOMER, "in", self.request.customer_ids)]

    def _in_own_unit(self, product: BaseModel, unit: BaseModel, quantity: float) -> float:
        """A moved quantity in the product's own unit."""
        return quantity * unit.factor / product.uom_id.factor
