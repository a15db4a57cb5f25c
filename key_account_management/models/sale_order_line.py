from odoo import api, fields, models

from ..roles import SALE_MARGIN


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Read by whoever reads the margin of the order
    margin = fields.Float(groups=SALE_MARGIN)
    margin_percent = fields.Float(groups=SALE_MARGIN)
    purchase_price = fields.Float(groups=SALE_MARGIN)

    # === CRUD METHODS ===#

    @api.model
    def _add_precomputed_values(self, vals_list):
        # Whoever sells, the line holds the cost of that moment. As superuser, as Odoo computes these values anyway: it
        # only reads the results with the user's rights. What the user sends has been checked before.
        return super(SaleOrderLine, self.sudo())._add_precomputed_values(vals_list)
