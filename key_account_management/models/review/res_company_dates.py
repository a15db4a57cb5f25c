from odoo import fields, models


class ResCompany(models.Model):
    # A file of its own: how dates of annual reviews are proposed
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    key_account_proposal_days = fields.Integer(
        "Links to Proposed Dates Valid for",
        default=21,
        help="Days in which customers can choose a date of their annual review, at latest until the last date begins.",
    )

    _key_account_proposal_days_positive = models.Constraint(
        "CHECK (key_account_proposal_days BETWEEN 1 AND 365)",
        "Links to proposed dates are valid for 1 to 365 days.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    key_account_proposal_days = fields.Integer(related="company_id.key_account_proposal_days", readonly=False)
