from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...figures.period import Period
from ...tools.counts import count_by
from ...tools.overlap import check_overlap, no_overlap
from ...tools.time_zones import later


class KeyAccountCoachingPlan(models.Model):
    """How to handle an account in the coming sales process, and who in the sales team has been briefed."""

    _name = "key.account.coaching.plan"
    _description = "Coaching Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["partner_id", "goal"]
    # Participants read the plan and may ask about it
    _mail_post_access = "read"

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Coach",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._default_period().date_from, tracking=True)
    date_to = fields.Date("To", required=True, default=lambda self: self._default_period().date_to, tracking=True)
    goal = fields.Char(required=True, tracking=True, help="What the meetings with this customer are meant to achieve.")
    guideline_ids = fields.One2many("key.account.coaching.guideline", "plan_id", "Guidelines", copy=True)
    participant_ids = fields.One2many("key.account.coaching.participant", "plan_id", "Participants", copy=True)
    participant_user_ids = fields.Many2many(
        "res.users", string="Participants (People)", compute="_compute_participant_user_ids"
    )
    not_briefed_user_ids = fields.Many2many(
        "res.users", string="Not Yet Briefed", compute="_compute_participant_user_ids"
    )
    changed_on = fields.Datetime(
        "Guidelines Changed On",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="Participants informed before this date must be informed again.",
    )
    may_inform = fields.Boolean(compute="_compute_may_inform")
    waits_for_me = fields.Boolean(
        "Is Waiting for Me", compute="_compute_waits_for_me", help="You have not confirmed your briefing yet."
    )
    session_count = fields.Integer(
        "Number of Sessions", compute="_compute_session_count", help="Only the sessions that you can see are counted."
    )

    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "A coaching plan cannot end before it starts.")

    _one_at_a_time = no_overlap(
        "Someone else has just created a coaching plan for these dates. Add to that one or choose another period."
    )

    def _default_period(self):
        return Period.of_fiscal_year(self.env.company, fields.Date.context_today(self))

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "date_from", "date_to")
    def _compute_display_name(self):
        for plan in self:
            months = [f"{day:%m/%Y}" for day in (plan.date_from, plan.date_to) if day]
            plan.display_name = f"{plan.partner_id.name or ''} {'–'.join(months)}".strip()

    @api.depends("partner_id")
    def _compute_user_id(self):
        for plan in self:
            plan.user_id = plan.partner_id.key_account_manager_id or plan.user_id or self.env.user

    @api.depends("participant_ids.user_id", "participant_ids.state")
    def _compute_participant_user_ids(self):
        for plan in self:
            participants = plan.participant_ids
            plan.participant_user_ids = participants.user_id
            plan.not_briefed_user_ids = participants.filtered(lambda each: each.state != "briefed").user_id

    @api.depends("participant_ids.state")
    @api.depends_context("uid")
    def _compute_may_inform(self):
        for plan in self:
            plan.may_inform = bool(plan._get_participants_to_inform()) and plan.has_access("write")

    @api.depends("participant_ids.user_id", "participant_ids.state")
    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        for plan in self:
            plan.waits_for_me = self.env.user in plan.not_briefed_user_ids

    @api.depends_context("uid")
    def _compute_session_count(self):
        counts = count_by(self.env["key.account.coaching.session"], "plan_id", [("plan_id", "in", self.ids)])
        for plan in self:
            plan.session_count = counts.get(plan._origin, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("partner_id", "company_id", "date_from", "date_to", "active")
    def _check_one_at_a_time(self):
        """The guidelines for a customer must be in one place only."""
        for plan in self.filtered("active"):
            # A plan that the user may not see counts as well
            other = self.sudo().search(
                [
                    ("id", "!=", plan.id),
                    ("partner_id", "=", plan.partner_id.id),
                    ("company_id", "=", plan.company_id.id),
                    ("date_from", "<=", plan.date_to),
                    ("date_to", ">=", plan.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "There is already a coaching plan for these dates: %(plan)s. Add to that one or choose "
                        "another period.",
                        plan=other.display_name,
                    )
                )
        check_overlap(self, self._one_at_a_time)

    @api.constrains("partner_id", "company_id", "user_id")
    def _check_people(self):
        for plan in self:
            plan.partner_id._check_key_account_coach(plan.user_id, plan.company_id)
            plan.partner_id._check_key_account_users(plan.participant_ids.user_id, plan.company_id)

    # === CRUD METHODS ===#

    def copy_data(self, default=None):
        """The copy is the plan for the next period, which is as long as this one."""
        vals_list = super().copy_data(default)
        for plan, vals in zip(self, vals_list, strict=True):
            if not {"date_from", "date_to"} & (default or {}).keys():
                start = later(plan.date_to, relativedelta(days=1))
                # Whole months stay whole months
                length = relativedelta(start, plan.date_from)
                vals |= {"date_from": start, "date_to": later(start, length) - relativedelta(days=1)}
        return vals_list

    # === ACTION METHODS ===#

    def action_inform(self):
        """Sends the plan to the participants who have not received its current version."""
        self.check_access("write")
        for plan in self:
            participants = plan._get_participants_to_inform()
            plan._check_can_inform(participants)
            for language, same in participants.grouped(lambda each: each.user_id.lang).items():
                plan._send_briefing(same, language)
            # These dates are never entered by hand, see the participants
            participants.sudo().write({"informed_on": fields.Datetime.now(), "confirmed_on": False})
            names = ", ".join(participants.user_id.mapped("name"))
            plan._message_log(body=self.env._("Informed: %(names)s", names=names))

    def action_confirm_briefing(self):
        """Confirms, for the user alone, that they have read the plan.

        :raises UserError: if the user is not a participant
        """
        self.check_access("read")
        for plan in self:
            mine = plan.participant_ids.filtered(lambda each: each.user_id == self.env.user)
            if not mine:
                raise UserError(
                    self.env._(
                        "You are not a participant in this coaching plan, so there is nothing to confirm: %(plan)s.",
                        plan=plan.display_name,
                    )
                )
            if mine.state == "briefed":
                continue
            # Participants can only read the plan; this is the one thing that they write
            mine.sudo().confirmed_on = fields.Datetime.now()
            plan.sudo()._message_log(
                body=self.env._("%(name)s has been briefed.", name=self.env.user.name),
                author_id=self.env.user.partner_id.id,
            )

    @api.readonly
    def action_view_sessions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account_management.key_account_coaching_session_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {
            "default_plan_id": self.id,
            "default_participant_ids": self.participant_ids.user_id.ids,
        }
        return action

    # === BUSINESS METHODS ===#

    def _get_participants_to_inform(self):
        return self.participant_ids.filtered(lambda each: each.state in ("new", "changed") and each.user_id.active)

    def _check_can_inform(self, participants):
        """:raises UserError: if there are no guidelines, or no one to inform"""
        self.ensure_one()
        if not self.guideline_ids:
            raise UserError(
                self.env._("%(plan)s: write the guidelines before you inform the participants.", plan=self.display_name)
            )
        if not self.participant_ids:
            raise UserError(
                self.env._("%(plan)s: add the sales representatives as participants first.", plan=self.display_name)
            )
        if not participants:
            raise UserError(self.env._("%(plan)s: everyone has already been informed.", plan=self.display_name))
        # Anyone who has since left the team could not open the plan
        self.partner_id._check_key_account_users(participants.user_id, self.company_id)

    def _send_briefing(self, participants, language):
        """A message in the inbox or by email, as each of them has chosen."""
        plan = self.with_context(lang=language)
        plan.message_notify(
            partner_ids=participants.user_id.partner_id.ids,
            subject=plan.env._("Coaching plan: %(account)s", account=plan.partner_id.display_name),
            body=plan.env["ir.qweb"]._render(
                "key_account_management.coaching_briefing_message",
                {"plan": plan, "url": f"{plan.get_base_url()}/odoo/key-account-coaching-plans/{plan.id}"},
            ),
            model_description=plan.env["ir.model"]._get(plan._name).display_name,
        )
