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
    def _get_returned_quantity(self):
        """What came back from the customer, less what was sent, or is to be sent, beyond the order to replace it.

        Returns that do not change the quantities of the order are left out, as in Odoo's delivered quantity.
        """
        return SQL(
            """(
            SELECT GREATEST(
                       COALESCE(SUM(moved.quantity) FILTER (WHERE moved.is_back AND moved.is_done), 0)
                       - GREATEST(
                           COALESCE(SUM(moved.quantity) FILTER (WHERE NOT moved.is_back), 0) - line.product_uom_qty,
                           0),
                       0)
              FROM (
                    SELECT goods.state = 'done' AS is_done,
                           origin.usage = 'customer' AS is_back,
                           CASE WHEN goods.state = 'done' THEN goods.quantity ELSE goods.product_uom_qty END
                               * goods_unit.factor / unit.factor AS quantity
                      FROM stock_move goods
                      JOIN stock_location origin ON origin.id = goods.location_id
                      JOIN stock_location destination ON destination.id = goods.location_dest_id
                      JOIN uom_uom goods_unit ON goods_unit.id = goods.product_uom
                     WHERE goods.sale_line_id = line.id
                       AND goods.product_id = line.product_id
                       AND goods.state NOT IN ('draft', 'cancel')
                       AND (origin.usage = 'customer') != (destination.usage = 'customer')
                       AND (origin.usage != 'customer' OR goods.to_refund)
                   ) AS moved
            )"""
        )

    @api.model
    def _get_delivered_on(self):
        return SQL("COALESCE(sale.effective_date, sale.commitment_date, sale.date_order)")
