from odoo import fields, models


class ResCompany(models.Model):
    # A file of its own: what belongs to companies would be too long for one
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    key_account_profile_months = fields.Integer(
        "Check Profiles after",
        default=6,
        help="Account managers are reminded of what they know about an account when they have not checked it for so "
        "many months. 0: never.",
    )

    _key_account_profile_months_not_negative = models.Constraint(
        "CHECK (key_account_profile_months >= 0)", "The months after which profiles are checked can't be negative."
    )
