from odoo import fields, models


class KeyAccountEvent(models.Model):
    """Something that affected the relationship with an account, for better or worse."""

    _name = "key.account.event"
    _inherit = ["key.account.account.record.mixin"]
    _description = "Important Event of an Account"
    _order = "date desc, id desc"

    name = fields.Char("Event", required=True)
    active = fields.Boolean(default=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    effect = fields.Selection([("good", "Good"), ("bad", "Bad")], required=True, default="good")
    description = fields.Text()
    visit_id = fields.Many2one(
        "key.account.visit",
        "Customer Visit",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Where it was heard.",
    )
    is_shared = fields.Boolean("Shared", help="Can appear in the customer's documents.")
