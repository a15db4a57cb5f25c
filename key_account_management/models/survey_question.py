from odoo import models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    def _asks_for_key_account_score(self):
        """Whether the answer is a number from 0 to 10."""
        self.ensure_one()
        if self.question_type == "scale":
            return (self.scale_min, self.scale_max) == (0, 10)
        if self.question_type == "numerical_box" and self.validation_required:
            return (self.validation_min_float_value, self.validation_max_float_value) == (0.0, 10.0)
        return False
