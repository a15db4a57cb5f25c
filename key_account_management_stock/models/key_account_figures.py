from odoo import api, models
from odoo.tools import SQL

from ..figures.delivery_reliability import DeliveryReliability
from ..figures.returned_goods import ReturnedGoods
from ..figures.stock_turnover import StockTurnover


class KeyAccountFigures(models.AbstractModel):
    _inherit = "key.account.figures"

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), StockTurnover, ReturnedGoods, DeliveryReliability]

    @api.model
    def _get_delivered_on(self):
        return SQL("COALESCE(sale.effective_date, sale.commitment_date, sale.date_order)")
