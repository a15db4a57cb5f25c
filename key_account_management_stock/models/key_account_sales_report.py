from odoo import api, models
from odoo.tools import SQL


class KeyAccountSalesReport(models.Model):
    _inherit = "key.account.sales.report"

    @api.model
    def _returned_delivery(self, line: SQL) -> SQL:
        """Inventory knows what became of goods that were ordered: whether any of them were delivered back."""
        moves = self.env["stock.move"]._fields
        return SQL(
            """(SELECT COALESCE(BOOL_OR(%(state)s = 'done' AND came_from.usage = 'customer'), FALSE)
                  FROM sale_order_line_invoice_rel rel
                  JOIN stock_move moved ON %(ordered_line)s = rel.order_line_id
                  JOIN stock_location came_from ON came_from.id = %(location)s
                 WHERE rel.invoice_line_id = %(line)s.id
                HAVING COUNT(*) > 0)""",
            state=SQL.identifier("moved", "state", to_flush=moves["state"]),
            ordered_line=SQL.identifier("moved", "sale_line_id", to_flush=moves["sale_line_id"]),
            location=SQL.identifier("moved", "location_id", to_flush=moves["location_id"]),
            line=line,
        )
