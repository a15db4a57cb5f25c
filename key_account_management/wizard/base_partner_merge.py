from odoo import api, models
from odoo.fields import Domain

from ..models.account.account_guard import AccountGuard
from .account_merge import AccountMerge


class MergePartnerAutomatic(models.TransientModel):
    """Merges partners that may be key accounts: what an account can only have once would stop Odoo's own merge."""

    _inherit = "base.partner.merge.automatic.wizard"

    def action_update_all_process(self):
        # Odoo makes persons of all companies below others, by SQL. Not everyone may read which accounts they belong to
        companies = self.env["res.partner"].sudo().with_context(active_test=False)
        below = Domain("parent_id", "!=", False) & Domain("is_company", "=", True)
        if not self.env.su:
            AccountGuard(
                companies.search(below & Domain("key_account_id", "!=", False)), self.env.user
            ).check_made_persons()
        return super().action_update_all_process()

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if not self.env.su:
            AccountGuard(partners, self.env.user).check_merged()
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Odoo moves the partners' records by SQL
        self.env.flush_all()
        merge = AccountMerge(src_partners, dst_partner)
        merge.make_room()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        merge.drop_doubles()
        self.env.invalidate_all()
        # Partners below a merged one belong to the account of the one that stays
        below = self.env["res.partner"].sudo().with_context(active_test=False)
        below = below.search([("id", "child_of", dst_partner.id)])
        self.env.add_to_compute(below._fields["key_account_id"], below)
        # Action plans that moved show the targets of the account that stays
        dst_partner.modified(["key_account_target_ids"])
        self.env["key.account.snapshot"]._follow_status(dst_partner)
        merge.post()
        return result

    def _log_merge_operation(self, src_partners, dst_partner):
        result = super()._log_merge_operation(src_partners, dst_partner)
        merge = AccountMerge(src_partners, dst_partner)
        merge.compare_fields(self._get_summable_fields())
        merge.post()
        return result
