from odoo import api, fields, models


class KeyAccountCoachingParticipant(models.Model):
    """A sales representative who should know a coaching plan, and whether they have been briefed."""

    _name = "key.account.coaching.participant"
    _inherit = ["key.account.guard.mixin"]
    _description = "Participant of a Coaching Plan"
    _order = "plan_id, id"
    _rec_name = "user_id"

    plan_id = fields.Many2one("key.account.coaching.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Participant", required=True, index=True, domain="[('share', '=', False)]", ondelete="restrict"
    )
    informed_on = fields.Datetime(readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("new", "To Be Informed"),
            ("waiting", "Waiting for Confirmation"),
            ("changed", "Changed Since"),
            ("briefed", "Briefed"),
        ],
        "Status",
        compute="_compute_state",
        store=True,
    )

    _once_a_plan = models.Constraint(
        "UNIQUE (plan_id, user_id)", "A participant can only be added to a coaching plan once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("informed_on", "confirmed_on", "plan_id.changed_on")
    def _compute_state(self):
        for participant in self:
            changed_on = participant.plan_id.changed_on
            if participant.confirmed_on and not (changed_on and changed_on > participant.confirmed_on):
                participant.state = "briefed"
            elif not participant.informed_on:
                participant.state = "new"
            elif changed_on and changed_on > participant.informed_on:
                participant.state = "changed"
            else:
                participant.state = "waiting"

    # === CONSTRAINT METHODS ===#

    @api.constrains("user_id", "plan_id")
    def _check_user_id(self):
        for participant in self:
            plan = participant.plan_id
            plan.partner_id._check_key_account_users(participant.user_id, plan.company_id)

    # === CRUD METHODS ===#

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "plan_id"} & vals.keys():
            # A confirmation holds for one person and one plan only
            dates = {"informed_on": False, "confirmed_on": False}
            self._store({name: value for name, value in dates.items() if name not in vals})
        return result
