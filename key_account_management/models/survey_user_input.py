from odoo import fields, models

from ..roles import EMPLOYEE


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    # Surveys do not belong to a company; the person inviting does
    key_account_company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, readonly=True, groups=EMPLOYEE
    )

    def _mark_done(self):
        result = super()._mark_done()
        self._make_key_account_satisfaction()
        return result

    def _make_key_account_satisfaction(self):
        """Creates one satisfaction record for each completed answer to a satisfaction survey, never a second one.

        Tests, answers without a score and participants who are not contacts create none.
        """
        # The participant may be a visitor of the website, who may read none of this
        answers = self.sudo().filtered(
            lambda answer: (
                answer.survey_id.key_account_satisfaction
                and answer.state == "done"
                and not answer.test_entry
                and answer.partner_id
            )
        )
        records = self.env["key.account.satisfaction"].sudo()
        counted = records.search([("user_input_id", "in", answers.ids)]).user_input_id if answers else answers
        records.create(
            [
                answer._prepare_key_account_satisfaction_values(score)
                for answer in answers - counted
                if (score := answer._get_key_account_score()) is not None
            ]
        )

    def _get_key_account_score(self):
        """:return: the answer to the first question that asks for a number from 0 to 10, None if it was skipped"""
        self.ensure_one()
        lines = self.user_input_line_ids.sorted(lambda line: (line.question_id.sequence, line.question_id.id))
        for line in lines:
            if line.question_id._asks_for_key_account_score():
                if line.skipped:
                    return None
                return line.value_scale if line.answer_type == "scale" else line.value_numerical_box
        return None

    def _prepare_key_account_satisfaction_values(self, score):
        self.ensure_one()
        contact = self.partner_id
        account = contact.key_account_id or contact.commercial_partner_id
        texts = self.user_input_line_ids.sorted("question_sequence").filtered(
            lambda line: line.answer_type == "text_box" and not line.skipped
        )
        return {
            "partner_id": account.id,
            "company_id": (account.company_id or self.key_account_company_id or self.env.company).id,
            "contact_id": contact.id if contact != account else False,
            "score": score,
            "date": fields.Date.context_today(self, self.end_datetime),
            "comment": texts[:1].value_text_box,
            "source": "survey",
            "user_input_id": self.id,
        }
