from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.sources.open_orders import open_orders
from ..roles import MANAGER, SALE_MARGIN, USER
from ..tools.rights import check_filled_in

# Whose order it is in the figures
FILLED_IN = ("key_account_customer_id",)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Read from the customer, who is read anyway: an ordinary customer's quotation costs no additional query
    key_account_id = fields.Many2one(related="partner_id.key_account_id", groups=USER)
    # A contact who moves to another company takes no orders along. In Odoo, invoices keep it in the same way
    key_account_customer_id = fields.Many2one(
        "res.partner",
        "Commercial Entity",
        compute="_compute_key_account_customer_id",
        store=True,
        index=True,
        groups=USER,
    )
    # Without internal figures, no margins either, unless the settings say so. See also the lines and the sales analysis
    margin = fields.Monetary(groups=SALE_MARGIN)
    margin_percent = fields.Float(groups=SALE_MARGIN)
    # What the exposure counts of the order
    key_account_to_invoice = fields.Monetary(
        "Not Yet Invoiced",
        compute="_compute_key_account_to_invoice",
        compute_sudo=True,
        groups=MANAGER,
        help="What the order will still be invoiced, including tax: ordered less invoiced, without returned goods and "
        "less the down payments that were invoiced.",
    )
    # For whoever writes quotations; customers read their own in the portal
    key_account_minimum_order_warning = fields.Char(
        compute="_compute_key_account_minimum_order_warning", groups="sales_team.group_sale_salesman"
    )

    # === COMPUTE METHODS ===#

    # When it is written and when it is confirmed; not when the customer moves afterwards
    @api.depends("partner_id", "state")
    def _compute_key_account_customer_id(self):
        for order in self:
            order.key_account_customer_id = order.partner_id.commercial_partner_id

    @api.depends("state", "partner_id", "company_id", "currency_id", "currency_rate", "amount_untaxed", "order_line")
    @api.depends_context("lang")
    def _compute_key_account_minimum_order_warning(self):
        for order in self:
            order.key_account_minimum_order_warning = order._get_key_account_minimum_order_warning()

    @api.depends("state", "order_line.price_total", "order_line.invoice_lines.move_id.state")
    def _compute_key_account_to_invoice(self):
        """As superuser: account managers need not see each invoice of the order."""
        self.env.flush_all()
        condition = SQL("sale.id IN %s", tuple(self.ids) or (0,))
        amounts = {row["id"]: row["amount"] for row in self.env.execute_query_dict(open_orders(self.env, condition))}
        for order in self:
            order.key_account_to_invoice = amounts.get(order._origin.id, 0.0)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        check_filled_in(self, FILLED_IN, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        check_filled_in(self, FILLED_IN, [vals])
        return super().write(vals)

    def _traverse_related_sql(self, alias, field, query):
        # A related field is read as superuser
        self._check_field_access(field, "read")
        return super()._traverse_related_sql(alias, field, query)

    # === BUSINESS METHODS ===#

    def _get_key_account_minimum_order_warning(self):
        """:return: the warning about a quotation below the account's minimum, otherwise False"""
        self.ensure_one()
        # Anyone writing a quotation has to know the minimum, with or without a role in Key Accounts
        account = self.sudo().partner_id.key_account_id
        # An empty quotation is not too small, just not written yet
        if not account or self.state not in ("draft", "sent") or not self.order_line:
            return False
        # The minimum of another company is its own; a quotation that is being written may name any
        if self.company_id not in self.env.companies:
            return False
        agreed = account.with_company(self.company_id)._get_key_account_minimum_order()
        minimum = self.currency_id.round(agreed * (self.currency_rate or 1.0))
        if self.currency_id.compare_amounts(self.amount_untaxed, minimum) >= 0:
            return False
        return self.env._(
            "The minimum order value for %(account)s is %(minimum)s, but this quotation only amounts to %(amount)s "
            "(untaxed).",
            account=account.display_name,
            minimum=self.currency_id.format(minimum),
            amount=self.currency_id.format(self.amount_untaxed),
        )
