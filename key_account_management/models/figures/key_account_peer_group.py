from odoo import fields, models


class KeyAccountPeerGroup(models.Model):
    """Customers picked by hand that are compared with each other."""

    _name = "key.account.peer.group"
    _inherit = ["key.account.guard.mixin"]
    _description = "Key Account Peer Group"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    partner_ids = fields.One2many(
        "res.partner",
        "key_account_peer_group_id",
        "Customers",
        help="Each group of companies counts once: add its top company.",
    )
