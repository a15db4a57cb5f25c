from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.counts import count_by
from ...tools.time_zones import later

# The first one is not a rating; the stars in the client count from it
RATINGS = [
    ("0", "Not Rated"),
    ("1", "Insufficient"),
    ("2", "Weak"),
    ("3", "Fair"),
    ("4", "Good"),
    ("5", "Very Good"),
]


class KeyAccountCareProcess(models.Model):
    """How customers are cared for today, checked from time to time: where it is weak, what must improve."""

    _name = "key.account.care.process"
    _description = "Care Process"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.guard.mixin"]
    _order = "area_id, name, id"
    _check_company_auto = True

    name = fields.Char("Process", required=True, tracking=True)
    active = fields.Boolean(default=True)
    area_id = fields.Many2one(
        "key.account.care.area", "Care Area", ondelete="restrict", index="btree_not_null", tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
        help="Checks the process and receives a reminder when the check is due.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    description = fields.Text("How It Works Today")
    rating = fields.Selection(RATINGS, default="0", required=True, tracking=True)
    weak_points = fields.Text(tracking=True)
    improvement = fields.Text("What Must Improve", tracking=True)
    last_checked = fields.Date(copy=False, tracking=True)
    check_rhythm = fields.Integer(
        "Check Every", help="In months. 0 means that the process is only checked occasionally."
    )
    next_check = fields.Date(compute="_compute_next_check", store=True)
    measure_ids = fields.One2many("key.account.care.measure", "process_id", "Measures")
    measure_count = fields.Integer("Number of Measures", compute="_compute_measure_count")

    _rhythm_not_negative = models.Constraint(
        "CHECK (check_rhythm BETWEEN 0 AND 999)",
        "The months between checks must be between 1 and 999, or 0 for a process without a fixed interval.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("last_checked", "check_rhythm")
    def _compute_next_check(self):
        """A process that was never checked is due from its first day."""
        for process in self:
            if not process.check_rhythm:
                process.next_check = False
            elif process.last_checked:
                process.next_check = later(process.last_checked, relativedelta(months=process.check_rhythm))
            else:
                process.next_check = (process.create_date or fields.Datetime.now()).date()

    @api.depends("measure_ids")
    def _compute_measure_count(self):
        counts = count_by(self.env["key.account.care.measure"], "process_id", [("process_id", "in", self.ids)])
        for process in self:
            process.measure_count = counts.get(process, 0)

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_measures(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_care_measure_action")
        action["domain"] = [("process_id", "=", self.id)]
        action["context"] = {"default_process_id": self.id, "default_area_id": self.area_id.id}
        return action

    @api.readonly
    def action_print_empty_worksheet(self):
        """The worksheet to be filled in by hand, whichever processes are selected."""
        self.check_access("read")
        report = self.env.ref("key_account_management.action_report_care_worksheet_empty")
        return report.report_action(None, config=False)
