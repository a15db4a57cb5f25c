from odoo import fields, models
from odoo.exceptions import UserError


class KeyAccountPlanInput(models.Model):
    """What a plan starts from: a result of the analysis or of a meeting. It leads to something that is done."""

    _name = "key.account.plan.input"
    _inherit = ["key.account.guard.mixin"]
    _description = "Input of an Action Plan"
    _order = "kind, sequence, id"
    _check_company_auto = True

    name = fields.Char("What We Know", required=True)
    plan_id = fields.Many2one("key.account.plan", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("1_strength", "Strength"),
            ("2_weakness", "Weakness"),
            ("3_opportunity", "Opportunity"),
            ("4_threat", "Threat"),
            ("5_talk", "Customer Meeting"),
        ],
        "Type",
        required=True,
        default="1_strength",
    )
    date = fields.Date(default=fields.Date.context_today)
    event_id = fields.Many2one(
        "calendar.event", "Meeting", index="btree_not_null", domain="[('partner_ids', 'child_of', partner_id)]"
    )
    review_id = fields.Many2one(
        "key.account.review",
        "Annual Review",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="The review in which this was agreed or remained open.",
    )
    result = fields.Reference(selection="_selection_result", readonly=True, copy=False)
    measure_id = fields.Many2one(
        "key.account.care.measure", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    milestone_id = fields.Many2one(
        "key.account.milestone", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    _result_once = models.UniqueIndex("(result) WHERE result IS NOT NULL", "This result is already in an action plan.")

    def _selection_result(self):
        # Names of models, which users may not read
        names = self.env["ir.model"].sudo()
        models_of_results = (
            "key.account.review.topic",
            "key.account.review.issue",
            "key.account.review.condition",
            "key.account.care.measure",
        )
        return [(model, names._get(model).name) for model in models_of_results]

    # === ACTION METHODS ===#

    def action_make_measure(self):
        """Creates a measure from the input, due in a month, and opens it."""
        self._check_is_open()
        measure = self.env["key.account.care.measure"].create(
            {**self._prepare_values(), "event_id": self.event_id.id, "date_end": self._get_deadline()}
        )
        self._store({"measure_id": measure.id})
        return self.measure_id._get_records_action()

    def action_make_milestone(self):
        """Creates a milestone in the input's plan, due in a month, and opens it."""
        self._check_is_open()
        milestone = self.env["key.account.milestone"].create(
            {**self._prepare_values(), "plan_id": self.plan_id.id, "date_deadline": self._get_deadline()}
        )
        self._store({"milestone_id": milestone.id})
        return self.milestone_id._get_records_action()

    # === BUSINESS METHODS ===#

    def _check_is_open(self):
        """:raises UserError: if the input has already been turned into something"""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["measure_id", "milestone_id"])
        done = self.measure_id or self.milestone_id
        if done:
            raise UserError(
                self.env._(
                    "%(input)s has already been turned into %(record)s.",
                    input=self.name,
                    record=done.display_name,
                )
            )

    def _get_deadline(self):
        return fields.Date.add(fields.Date.context_today(self), months=1)

    def _prepare_values(self):
        return {
            "name": self.name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": (self.plan_id.user_id or self.env.user).id,
        }
