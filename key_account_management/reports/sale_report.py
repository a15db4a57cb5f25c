from odoo import fields, models

from ..roles import SALE_MARGIN


class SaleReport(models.Model):
    _inherit = "sale.report"

    # As the margin of the orders
    margin = fields.Float(groups=SALE_MARGIN)
