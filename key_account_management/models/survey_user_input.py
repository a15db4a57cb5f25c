import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import EMPLOYEE, MANAGER
from ..tools.languages import language_of

# Whoever knows one answers in the customer's name
TOKENS = ("access_token", "invite_token")
# In the context while an invitation is rendered: {id of the answer: token}. Whoever has to look it up gets none.
LINK_TOKENS = "key_account_survey_tokens"
# What was answered, by whom, and where it counts
ANSWERED = {"survey_id", "partner_id", "key_account_company_id", "test_entry", "user_input_line_ids"}


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    # Surveys do not belong to a company; the person inviting does
    key_account_company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, readonly=True, groups=EMPLOYEE
    )

    def _has_field_access(self, field, operation):
        # Account managers may read whom they invited, see `ir.model.access`. Editors of surveys read everything except
        # with what they could answer for a customer, nor may they search for it.
        # Odoo's invitation sets the second token as the user; `create` replaces it.
        if field.name in TOKENS and (field.name, operation) != ("invite_token", "write") and not self.env.su:
            if self.env.user.has_group("survey.group_survey_user"):
                if not self or self._wait_for_customers():
                    return False
            elif self.env.user.has_group(MANAGER):
                return False
        return super()._has_field_access(field, operation)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        # As superuser: no one reads or sets the token of an invitation, nor by a default
        for answer in answers.sudo().filtered("survey_id.key_account_satisfaction"):
            answer._check_key_account_company(self.env.user)
            if not self.env.su:
                answer.write({name: str(uuid.uuid4()) for name in TOKENS})
            elif not answer.invite_token:
                answer.invite_token = self._generate_invite_token()
        return answers

    def write(self, vals):
        if ANSWERED & vals.keys() or vals.get("state", "done") != "done":
            self._check_not_counted()
        return super().write(vals)

    # === BUSINESS METHODS ===#

    def _get_key_account_language(self):
        self.ensure_one()
        return language_of(self.partner_id, self.partner_id.commercial_partner_id)

    def get_start_url(self):
        token = self.env.context.get(LINK_TOKENS, {}).get(self.id)
        return f"{self.survey_id.get_start_url()}?answer_token={token}" if token else super().get_start_url()

    def _check_key_account_company(self, user):
        self.ensure_one()
        if not self.env.su or user._is_public() or not user._is_internal():
            return
        if self.key_account_company_id not in user.company_ids:
            raise AccessError(self.env._("You do not work for %(company)s.", company=self.key_account_company_id.name))

    def _wait_for_customers(self):
        """Whether with one of these invitations satisfaction can still be answered. As superuser: see there."""
        return any(
            answer.state != "done" and answer.survey_id.key_account_satisfaction and not answer.test_entry
            for answer in self.sudo()
        )

    def _check_not_counted(self):
        """:raises UserError: the answers count for an account: what a customer said is not changed afterwards, nor said
        by someone else before. Customers answer in superuser mode.
        """
        if not self.env.su and self._wait_for_customers():
            raise UserError(self.env._("The satisfaction survey is answered by the customer only."))
        # Whoever answers has no access to answers or scores
        done = self.sudo().filtered(lambda answer: answer.state == "done" and answer.survey_id.key_account_satisfaction)
        if done and self.env["key.account.satisfaction"].sudo().search_count([("user_input_id", "in", done.ids)]):
            raise UserError(
                self.env._("The customer has answered the satisfaction survey. Answers cannot be changed afterwards.")
            )

    def _mark_done(self):
        result = super()._mark_done()
        self._make_key_account_satisfaction()
        return result

    def _make_key_account_satisfaction(self):
        """Creates one satisfaction record for each completed answer to a satisfaction survey, never a second one.

        Tests, answers without a score and participants who are not contacts create none.
        """
        # As superuser: the participant may be a visitor of the website, who may read none of this
        records = self.env["key.account.satisfaction"].sudo()
        answers = self.sudo()
        counted = records.search(
            [
                "|",
                ("user_input_id", "in", answers.ids),
                ("invite_token", "in", [token for token in answers.mapped("invite_token") if token]),
            ]
        )
        answers -= counted.user_input_id
        tokens = set(counted.mapped("invite_token"))
        to_create = []
        for answer in answers:
            # An invitation counts once, even if the survey can be answered again
            if answer.invite_token and answer.invite_token in tokens:
                continue
            values = answer._get_key_account_satisfaction_values()
            if values:
                tokens.add(answer.invite_token)
                to_create.append({**values, "invite_token": answer.invite_token})
        records.create(to_create)

    def _get_key_account_satisfaction_values(self):
        """:return: the values of the satisfaction record that an answer makes, None if it makes none"""
        if (
            not self.survey_id.key_account_satisfaction
            or self.state != "done"
            or self.test_entry
            or not self.partner_id
            or (score := self._get_key_account_score()) is None
        ):
            return None
        return self._prepare_key_account_satisfaction_values(score)

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
            "comment": texts[:1].value_text_box or False,
            "source": "survey",
            "user_input_id": self.id,
        }
