from odoo import api, models

from ..tools.rights import check_about, hide_names, is_hidden

ABOUT = {"res_model", "res_model_id", "res_id"}


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        hide_names(self, "res_model")
        return result

    def _compute_res_name(self):
        # As superuser; in a form that is not saved stands what a client sent
        hidden = self.filtered(
            lambda activity: not activity.id and is_hidden(self.env, activity.res_model, activity.res_id)
        )
        hidden.res_name = False
        return super(MailActivity, self - hidden)._compute_res_name()

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_key_account_about()
        return activities

    def write(self, vals):
        result = super().write(vals)
        # Odoo only checks whose activity it was
        if ABOUT & vals.keys():
            self._check_key_account_about()
        return result

    def _check_key_account_about(self):
        """:raises AccessError: their name would show what the user may not read"""
        if not self.env.su:
            for activity in self:
                check_about(self.env, activity.res_model, activity.res_id)
