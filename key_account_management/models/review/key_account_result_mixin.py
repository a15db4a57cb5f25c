from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.client import notification


class KeyAccountResultMixin(models.AbstractModel):
    """What was agreed on a part of a review, who does it by when, and what it became."""

    _name = "key.account.result.mixin"
    _inherit = ["key.account.part.mixin"]
    _description = "Annual Review Result Mixin"

    result = fields.Text(copy=False, help="What was agreed. Appears in the minutes that the customer receives.")
    result_user_id = fields.Many2one(
        "res.users", "Result: Responsible", domain="[('share', '=', False)]", copy=False, index="btree_not_null"
    )
    result_date = fields.Date("Result: Due By", copy=False)
    followup = fields.Reference(
        string="Follow-Up Record",
        selection="_selection_followup",
        readonly=True,
        copy=False,
        help="The measure, milestone or activity created from the result.",
    )

    def _selection_followup(self):
        """What a result can become: a module adds a model here and a button that calls `_make_followup`."""
        # Names of models, which users may not read
        names = self.env["ir.model"].sudo()
        models_of_followups = ("key.account.care.measure", "key.account.milestone", "mail.activity")
        return [(model, names._get(model).name) for model in models_of_followups]

    # === ACTION METHODS ===#

    def action_make_measure(self):
        """Creates a care measure from each result."""
        for record in self:
            record._make_followup(
                lambda record: self.env["key.account.care.measure"].create(record._prepare_measure_values())
            )

    def action_make_milestone(self):
        """Creates a milestone from each result, in the account's plan for that day if there is one."""
        for record in self:
            record._make_followup(
                lambda record: self.env["key.account.milestone"].create(record._prepare_milestone_values())
            )

    def action_make_activity(self):
        """Creates an activity on the review from each result."""
        for record in self:
            record._make_followup(
                lambda record: record._get_subject().activity_schedule(
                    "mail.mail_activity_data_todo",
                    record.result_date,
                    record._get_result_title(),
                    automated=False,
                    note=plaintext2html(record.result) if record.result else "",
                    user_id=record.result_user_id._get_key_account_stand_in(record._get_subject().company_id).id,
                )
            )

    def action_open_followup(self):
        self.ensure_one()
        # What was created may have been deleted since
        record = self.followup and self.followup.exists()
        if not record:
            if self.has_access("write"):
                self._store({"followup": False})
            return notification(self.env._("It has been deleted. Create it again."), "warning", reload=True)
        if record._name == "mail.activity":
            record = self._get_subject()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS ===#

    def _make_followup(self, make):
        """Turns the result into something, once.

        :param make: function that creates the record from this one
        """
        self.ensure_one()
        # If two people click at the same time, they get one
        self.lock_for_update()
        self.invalidate_recordset(["followup"])
        if self.followup and self.followup.exists():
            raise UserError(
                self.env._(
                    "%(result)s: %(followup)s already exists.",
                    result=self.display_name,
                    followup=self.followup.display_name,
                )
            )
        if not self.result_user_id or not self.result_date:
            raise UserError(
                self.env._("%(result)s: enter the person responsible and the due date first.", result=self.display_name)
            )
        record = make(self)
        self._store({"followup": f"{record._name},{record.id}"})

    def _get_subject(self):
        """:return: the record that it is a part of, with an account, a company and activities"""
        return self.review_id

    def _prepare_measure_values(self):
        today = fields.Date.context_today(self)
        return {
            "name": self._get_result_title(),
            "partner_id": self._get_subject().partner_id.id,
            "company_id": self._get_subject().company_id.id,
            "review_id": self.review_id.id,
            "user_id": self.result_user_id.id,
            "date_start": min(today, self.result_date),
            "date_end": self.result_date,
            "description": self.result,
        }

    def _prepare_milestone_values(self):
        return {
            "name": self._get_result_title(),
            "partner_id": self._get_subject().partner_id.id,
            "company_id": self._get_subject().company_id.id,
            "user_id": self.result_user_id.id,
            "date_deadline": self.result_date,
            "description": self.result,
        }

    def _get_result_title(self):
        """:return: a short name for what the result becomes"""
        self.ensure_one()
        return self.display_name

    def _filter_without_owner(self):
        """The records whose result no one is responsible for."""
        return self.filtered(lambda record: record.result and not record.result_user_id)
