from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.care.key_account_care_process import RATINGS
from ..roles import MANAGER
from ..tools.rights import readable


class KeyAccountCareProcessCheck(models.TransientModel):
    """The check of a care process: its current state, and for which accounts something is done about it."""

    _name = "key.account.care.process.check"
    _inherit = ["key.account.guard.mixin"]
    _description = "Check of a Care Process"

    process_id = fields.Many2one("key.account.care.process", "Care Process", required=True, ondelete="cascade")
    date = fields.Date("Checked On", required=True, default=fields.Date.context_today)
    rating = fields.Selection(
        RATINGS, compute="_compute_from_process", store=True, readonly=False, precompute=True, required=True
    )
    weak_points = fields.Text(compute="_compute_from_process", store=True, readonly=False, precompute=True)
    improvement = fields.Text(
        "What Must Improve", compute="_compute_from_process", store=True, readonly=False, precompute=True
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Plan Measures For",
        domain="[('key_account_status', '!=', False)]",
        help="The measure is created for each of these accounts.",
    )
    measure_name = fields.Char("Measure", compute="_compute_measure_name", store=True, readonly=False)
    date_end = fields.Date("Deadline")

    # === COMPUTE METHODS ===#

    @api.depends("process_id")
    def _compute_from_process(self):
        for check in self:
            process = readable(check.process_id)
            check.rating = process.rating
            check.weak_points = process.weak_points
            check.improvement = process.improvement

    @api.depends("process_id")
    def _compute_measure_name(self):
        for check in self:
            check.measure_name = readable(check.process_id).name

    # === ACTION METHODS ===#

    def action_check(self):
        """Updates the process and creates the measures; all or nothing."""
        self.ensure_one()
        if self.rating == "0":
            raise UserError(self.env._("Rate %(process)s with one to five stars.", process=self.process_id.name))
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._("A check is recorded once it has taken place: the date cannot be in the future.")
            )
        if self.partner_ids and not (self.measure_name and self.date_end):
            raise UserError(self.env._("Enter a name and a deadline for the measures."))
        self.process_id.write(
            {
                "rating": self.rating,
                "weak_points": self.weak_points,
                "improvement": self.improvement,
                "last_checked": self.date,
            }
        )
        measures = self.env["key.account.care.measure"].create(
            [self._prepare_measure_values(partner) for partner in self.partner_ids]
        )
        if measures:
            self.process_id.message_post(
                body=self.env._(
                    "Planned for %(accounts)s: %(measure)s",
                    accounts=", ".join(measures.partner_id.mapped("display_name")),
                    measure=self.measure_name,
                )
            )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS ===#

    def _prepare_measure_values(self, partner):
        is_manager = self.env.user.has_group(MANAGER)
        responsible = self.env.user
        if is_manager:
            responsible = partner.key_account_manager_id._get_key_account_stand_in(self.process_id.company_id)
        today = fields.Date.context_today(self)
        return {
            "name": self.measure_name,
            "partner_id": partner.id,
            "company_id": self.process_id.company_id.id,
            "user_id": (responsible or self.env.user).id,
            "area_id": self.process_id.area_id.id,
            "process_id": self.process_id.id,
            "date_start": min(today, self.date_end),
            "date_end": self.date_end,
            "description": self.improvement,
        }
