from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.rates import RATES, Rates
from ..roles import MANAGER


class KeyAccountSalesReport(models.Model):
    """One row per sales line: posted customer invoices, credit notes and receipts.

    This is the set of sales lines L that the figures are defined on. The engine groups this model, the
    pivot shows it: both give the same sums. Money is converted into the active company's currency
    at the rates of Odoo's invoice analysis, on which this report is based.
    """

    _name = "key.account.sales.report"
    _inherit = ["account.invoice.report"]
    _description = "Key Account Sales Analysis"
    _auto = False
    _rec_name = "invoice_date"
    _order = "invoice_date desc, id desc"

    customer_id = fields.Many2one("res.partner", readonly=True)
    key_account_id = fields.Many2one("res.partner", readonly=True)
    key_account_status = fields.Selection(
        [
            ("candidate", "Candidate"),
            ("active", "Active"),
            ("at_risk", "At Risk"),
            ("former", "Former"),
        ],
        readonly=True,
    )
    key_account_tier_id = fields.Many2one("key.account.tier", "Tier", readonly=True)
    key_account_manager_id = fields.Many2one("res.users", readonly=True)
    is_return = fields.Boolean("Returned", readonly=True, help="On a credit note that reverses an invoice.")
    returned = fields.Float("Returns", readonly=True, help="Value of these credit notes, as a positive amount.")
    is_year_to_date = fields.Boolean(
        "Year to Date",
        readonly=True,
        help="Only the days up to today's date in each year, so a year that is not over yet is compared fairly.",
    )
    cost = fields.Float("Cost of Goods Sold", readonly=True, groups=MANAGER)
    margin = fields.Float(
        "Contribution Margin I",
        readonly=True,
        groups=MANAGER,
        help="Revenue less the known cost of goods sold. Revenue with Known Cost shows how much of the revenue is "
        "covered.",
    )
    revenue_with_cost = fields.Float("Revenue with Known Cost", readonly=True, groups=MANAGER)

    # Core's own margin uses today's cost for everything: two margins in one report would be one too many. Nobody reads
    # it here: the group of technical features would show it to sales representatives in debug mode.
    price_margin = fields.Float(groups=fields.NO_ACCESS)
    inventory_value = fields.Float(groups=fields.NO_ACCESS)

    _depends = {
        "account.move": ["commercial_partner_id", "reversed_entry_id"],
        "res.partner": ["key_account_id", "key_account_status", "key_account_tier_id", "key_account_manager_id"],
        "sale.order": ["currency_rate"],
        "sale.order.line": ["invoice_lines", "product_uom_qty", "product_uom_id", "purchase_price"],
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT lines.*,
                   lines.quantity * lines.unit_cost AS cost,
                   lines.price_subtotal - COALESCE(lines.quantity * lines.unit_cost, 0) AS margin,
                   CASE WHEN lines.unit_cost IS NOT NULL THEN lines.price_subtotal END AS revenue_with_cost,
                   CASE WHEN lines.is_return THEN -lines.price_subtotal ELSE 0 END AS returned,
                   TO_CHAR(lines.invoice_date, 'MMDD') <= %(today)s AS is_year_to_date
              FROM (%(lines)s) AS lines
            """,
            lines=super(KeyAccountSalesReport, self.with_context(**{RATES: Rates.of(self.env)}))._table_query,
            today=fields.Date.context_today(self).strftime("%m%d"),
        )

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """%s,
                move.commercial_partner_id AS customer_id,
                customer.key_account_id AS key_account_id,
                key_account.key_account_status AS key_account_status,
                key_account.key_account_tier_id AS key_account_tier_id,
                key_account.key_account_manager_id AS key_account_manager_id,
                move.move_type = 'out_refund' AND move.reversed_entry_id IS NOT NULL AS is_return,
                %s AS unit_cost
            """,
            super()._select(),
            self._select_unit_cost(),
        )

    @api.model
    def _select_unit_cost(self) -> SQL:
        """Cost of one unit of the product (its own unit of measure) in the report's currency, or NULL.

        From the sale order lines behind the invoice line, if any, otherwise the product's cost today.
        In Odoo, a cost of zero means that none was entered: unknown, not free.
        """
        return SQL(
            """
            account_currency_table.rate * NULLIF(
                CASE WHEN ordered.lines > 0 THEN ordered.unit_cost
                ELSE (product.standard_price -> line.company_id::text)::float
                END, 0)
            """
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """%s
                LEFT JOIN res_partner customer ON customer.id = move.commercial_partner_id
                LEFT JOIN res_partner key_account ON key_account.id = customer.key_account_id
                -- a sum, so that the database looks it up once a line, however often the cost is named
                LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS lines,
                           COALESCE(SUM(line_cost * quantity) / NULLIF(SUM(quantity), 0), AVG(line_cost)) AS unit_cost
                      FROM (
                            SELECT sale_line.purchase_price / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                                       * COALESCE(uom_template.factor, 1) / COALESCE(uom_sale.factor, 1) AS line_cost,
                                   sale_line.product_uom_qty * COALESCE(uom_sale.factor, 1) AS quantity
                              FROM sale_order_line_invoice_rel rel
                              JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                              JOIN sale_order sale ON sale.id = sale_line.order_id
                         LEFT JOIN uom_uom uom_sale ON uom_sale.id = sale_line.product_uom_id
                             WHERE rel.invoice_line_id = line.id
                           ) AS sale_lines
                ) AS ordered ON TRUE
            """,
            super()._from(),
        )

    @api.model
    def _where(self) -> SQL:
        return SQL(
            """%s
                AND move.state = 'posted'
                AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            super()._where(),
        )

    # === ACTION METHODS ===#

    def action_view_invoice(self):
        """Opens the document of a line."""
        self.ensure_one()
        return self.move_id.action_view_key_account_invoice()
