from odoo import fields, models

from ..roles import SALE_MARGIN


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Read by whoever reads the margin of the order, but computed for all, as superuser: not before the line is created,
    # as that reads the result with the user's rights
    margin = fields.Float(groups=SALE_MARGIN, precompute=False)
    margin_percent = fields.Float(groups=SALE_MARGIN, precompute=False)
    purchase_price = fields.Float(groups=SALE_MARGIN, precompute=False)
