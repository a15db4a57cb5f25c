from odoo import api, fields, models
from odoo.exceptions import ValidationError

INTERNAL = "key_account_management.group_key_account_manager"


class KeyAccountCareMeasure(models.Model):
    """What is done for an account: a measure of customer care, or a promotion of some products."""

    _name = "key.account.care.measure"
    _description = "Care Measure"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.mixin"]
    _order = "date_end desc, id desc"
    _check_company_auto = True

    name = fields.Char("Measure", required=True, tracking=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("care", "Customer Care"), ("promotion", "Promotion")], required=True, default="care", tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Account",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        domain=[("key_account_status", "!=", False)],
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        index=True,
        tracking=True,
    )
    area_id = fields.Many2one(
        "key.account.care.area",
        "Care Area",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="Which part of the relationship the measure is for.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("in_progress", "In Progress"), ("done", "Done"), ("cancelled", "Cancelled")],
        "Status",
        default="planned",
        required=True,
        copy=False,
        tracking=True,
    )
    date_start = fields.Date("Start", required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date(
        "Deadline",
        required=True,
        tracking=True,
        help="Cost and hours count in the period in which it lies; while it is still ahead, they count today.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "key_account_measure_product_rel",
        "measure_id",
        "product_id",
        string="Promoted Products",
        check_company=True,
    )
    product_category_ids = fields.Many2many(
        "product.category",
        "key_account_measure_category_rel",
        "measure_id",
        "category_id",
        string="Promoted Categories",
        help="All products of these categories and of those below them.",
    )
    # The sum of these is an internal figure
    cost_planned = fields.Monetary("Planned Cost", groups=INTERNAL)
    cost_actual = fields.Monetary(
        "Actual Cost",
        copy=False,
        groups=INTERNAL,
        help="Counts as direct cost of the customer, unless the measure is cancelled.",
    )
    hours_planned = fields.Float("Planned Hours")
    hours_actual = fields.Float(
        "Actual Hours",
        copy=False,
        help="When the measure is done, they count as indirect customer costs, at the cost of an hour in the settings.",
    )
    description = fields.Text()
    is_shared = fields.Boolean("The customer may see it")

    _dates_in_order = models.Constraint("CHECK (date_start <= date_end)", "A measure can't end before it starts.")
    _cost_not_negative = models.Constraint(
        "CHECK (cost_planned >= 0 AND cost_actual >= 0)", "The cost of a measure can't be negative."
    )
    _hours_not_negative = models.Constraint(
        "CHECK (hours_planned >= 0 AND hours_actual >= 0)", "The hours of a measure can't be negative."
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("kind", "product_ids", "product_category_ids")
    def _check_promoted_products(self):
        for measure in self:
            if measure.kind == "promotion" and not measure.product_ids and not measure.product_category_ids:
                raise ValidationError(
                    self.env._(
                        "%(promotion)s: choose the products or categories that are promoted, "
                        "so that their revenue can be counted.",
                        promotion=measure.name,
                    )
                )

    # === ACTION METHODS ===#

    def action_done(self):
        self.write({"state": "done"})

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_plan(self):
        """Takes measures up again that were done or cancelled."""
        self.write({"state": "planned"})
