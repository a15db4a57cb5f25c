from odoo import fields, models


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_event_ids = fields.One2many(
        "key.account.event",
        "partner_id",
        "Important Events",
        groups="key_account_management.group_key_account_user",
    )
