from odoo import api, fields, models

from ...tools.deletion import on_deletion


class KeyAccountCoachingGuideline(models.Model):
    """One thing to do, to observe or to avoid when selling to an account."""

    _name = "key.account.coaching.guideline"
    _inherit = ["key.account.guard.mixin"]
    _description = "Guideline of a Coaching Plan"
    _order = "plan_id, sequence, id"
    _rec_name = "text"

    plan_id = fields.Many2one("key.account.coaching.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("measure", "Measure"), ("condition", "To Observe"), ("avoid", "To Avoid")],
        "Type",
        required=True,
        default="measure",
    )
    text = fields.Char("Guideline", required=True)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        guidelines = super().create(vals_list)
        guidelines._mark_plan_changed()
        return guidelines

    def write(self, vals):
        if not {"kind", "text", "plan_id"} & vals.keys():
            return super().write(vals)
        self._mark_plan_changed()
        result = super().write(vals)
        self._mark_plan_changed()
        return result

    @on_deletion
    def _unlink_marks_plan_changed(self):
        self._mark_plan_changed()

    # === BUSINESS METHODS ===#

    def _mark_plan_changed(self):
        """Participants who were informed or confirmed before only know an older version of the plan."""
        self.plan_id._store({"changed_on": fields.Datetime.now()})
