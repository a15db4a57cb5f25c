from odoo import fields, models
from odoo.exceptions import UserError

from ..roles import EMPLOYEE


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    key_account_satisfaction = fields.Boolean(
        copy=False,
        groups=EMPLOYEE,
        help="Each answer creates a satisfaction record for the participant's account. The score is taken from the "
        "first question with a scale or number from 0 to 10, the comment from the first free-text question.",
    )

    def _get_key_account_score_question(self):
        """The first question that asks for a number from 0 to 10.

        :raises UserError: if there is none
        """
        self.ensure_one()
        for question in self.question_ids.sorted(lambda question: (question.sequence, question.id)):
            if question._asks_for_key_account_score():
                return question
        raise UserError(
            self.env._(
                "The survey %(survey)s has no question with a scale from 0 to 10. Add one: its answer provides the "
                "score.",
                survey=self.title,
            )
        )
