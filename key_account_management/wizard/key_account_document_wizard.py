from odoo import api, fields, models

from ..documents.kinds import LABELS


class KeyAccountDocumentWizard(models.TransientModel):
    """Asks which document to generate for the selected accounts."""

    _name = "key.account.document.wizard"
    _inherit = ["key.account.guard.mixin"]
    _description = "Generate Documents for Several Accounts"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Accounts",
        required=True,
        domain="[('key_account_status', '!=', False)]",
        default=lambda self: self._default_partner_ids(),
    )
    kind = fields.Selection(LABELS, "Document Type", required=True, default="folder")
    pack = fields.Selection([("zip", "ZIP File"), ("merged", "One PDF")], "Format", required=True, default="zip")

    @api.model
    def _default_partner_ids(self):
        """:return: what the client says was selected, if it is accounts"""
        selected = self.env.context.get("active_ids")
        return [each for each in selected if type(each) is int] if isinstance(selected, (list, tuple)) else []

    # === ACTION METHODS ===#

    def action_make(self):
        """Starts the job and shows its progress."""
        self.ensure_one()
        job = self.env["key.account.document.job"].create(
            {
                "kind": self.kind,
                "pack": self.pack,
                "line_ids": [fields.Command.create({"partner_id": partner.id}) for partner in self.partner_ids],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": job.name,
            "res_model": job._name,
            "res_id": job.id,
            "views": [(False, "form")],
        }
