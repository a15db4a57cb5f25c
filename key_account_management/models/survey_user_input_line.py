from odoo import api, models

from ..tools.deletion import on_deletion


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.user_input_id._check_not_counted()
        return lines

    def write(self, vals):
        self.user_input_id._check_not_counted()
        result = super().write(vals)
        if "user_input_id" in vals:
            self.user_input_id._check_not_counted()
        return result

    @on_deletion
    def _unlink_except_counted(self):
        self.user_input_id._check_not_counted()
