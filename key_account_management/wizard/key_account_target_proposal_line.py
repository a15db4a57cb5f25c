from odoo import fields, models

from ..models.figures.key_account_target import QUARTERS
from ..tools.client import ACCOUNT_PAGE


class KeyAccountTargetProposalLine(models.TransientModel):
    """A proposed target: what was reached is given, the target is corrected by hand."""

    _name = "key.account.target.proposal.line"
    _inherit = ["key.account.guard.mixin"]
    _description = "Proposed Target"
    _fields_given_once = frozenset({"proposal_id", "partner_id", "quarter", "category_id"})

    proposal_id = fields.Many2one("key.account.target.proposal", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Account", required=True, ondelete="cascade", context=ACCOUNT_PAGE)
    quarter = fields.Selection(QUARTERS)
    category_id = fields.Many2one("product.category", "Product Category", ondelete="cascade")
    base = fields.Float("Reached Before", readonly=True)
    base_from = fields.Date("From", readonly=True)
    base_to = fields.Date("To", readonly=True)
    value = fields.Float("Target", required=True)
    is_known = fields.Boolean("Already Set", readonly=True, help="There is such a target already: it stays as it is.")
