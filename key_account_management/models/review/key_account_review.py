from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ...figures.figure import BREAKDOWNS
from ...figures.period import FIRST_YEAR, LAST_YEAR, Period, is_in_calendar
from ...roles import MANAGER
from ...screens.folder_checklist import FolderChecklist
from ...screens.present import Talk
from ...screens.review_preparation import ReviewPreparation
from ...tools.client import notification
from ...tools.deletion import on_deletion
from ...tools.files import attach_files
from ...tools.languages import language_of
from ...tools.people import people_who_left
from ...tools.rights import linked
from ...tools.rpc import check_records, for_every_rpc
from ...tools.time_zones import company_day, timezone_of_people
from .look_back import LookBack
from .next_reviews import NextReviews
from .preparation_activities import PreparationActivities
from .results import Results
from .review_dates import MEETING_CHANGED, ReviewDates
from .talk import TalkWriter

# Before and after the meeting
OPEN_STATES = ("preparation", "proposed", "scheduled")
FROZEN_STATES = ("held", "closed")
# The states that can follow each state
STEPS = {
    "preparation": {"proposed", "scheduled", "held", "cancelled"},
    "proposed": {"preparation", "scheduled", "held", "cancelled"},
    "scheduled": {"preparation", "proposed", "held", "cancelled"},
    "held": {"closed"},
    # To correct a mistake in the minutes
    "closed": {"held"},
    "cancelled": {"preparation"},
}
# What the frozen figures are about
FROZEN_FIELDS = {"partner_id", "company_id", "year", "cutoff_date", "held_on", "held_by_id"}
# What the minutes and documents of a closed review say
CLOSED_FIELDS = {
    "folder_attachment_ids",
    "customer_situation",
    "customer_situation_competition",
    "customer_situation_customers",
    "customer_situation_market",
    "customer_situation_potential",
    "goals",
    "opening_goal",
    "opening_hook",
    "opening_occasion",
    "participant_ids",
    "place",
    "planned_date",
    "retrospective",
}
# What the review itself says in documents; what others write is frozen
SHOWN_FIELDS = CLOSED_FIELDS | {"internal_note", "sensitive_topics"}


class KeyAccountReview(models.Model):
    """The annual review with an account, from the first date that is proposed to the results in the next plan.

    The logic is in plain classes that the model calls: `ReviewDates`, `PreparationActivities`,
    `LookBack`, `Results`, `NextReviews`, and the screens.
    """

    _name = "key.account.review"
    _description = "Annual Review"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.account.record.mixin",
        "key.account.document.mixin",
        "key.account.talk.mixin",
        # For the views of its lines
        "key.account.audience.mixin",
    ]
    _order = "year desc, planned_date desc, id desc"
    _meeting_changed_type = MEETING_CHANGED

    # Every step is checked, whoever takes it (`_check_step`)
    _fields_open = frozenset({"state"})

    # Whose review it is and how far it has come
    name = fields.Char(compute="_compute_name", store=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(tracking=True)
    company_id = fields.Many2one(tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    state = fields.Selection(
        [
            ("preparation", "In Preparation"),
            ("proposed", "Dates Proposed"),
            ("scheduled", "Scheduled"),
            ("held", "Held"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="preparation",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        # Columns in their order, empty ones too
        group_expand=True,
    )
    is_frozen = fields.Boolean(
        compute="_compute_is_frozen", help="The review has been held: its figures stay as they are."
    )
    held_on = fields.Datetime(readonly=True, copy=False)
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # Its period and figures
    year = fields.Integer(
        "Fiscal Year",
        required=True,
        default=lambda self: Period.of_fiscal_year(self.env.company, fields.Date.context_today(self)).year,
        tracking=True,
        help="The year in which the fiscal year ends.",
    )
    date_from = fields.Date("From", compute="_compute_dates")
    date_to = fields.Date("To", compute="_compute_dates")
    cutoff_date = fields.Date(
        "Figures Up To",
        copy=False,
        tracking=True,
        help="If empty, the end of the fiscal year, or today while the year is still running.",
    )
    figure_ids = fields.One2many("key.account.review.figure", "review_id", "Frozen Figures", readonly=True, copy=False)
    has_targets = fields.Boolean(compute="_compute_has_targets")

    # Date, place and people: several dates are proposed, the customer chooses one, and the meeting is created
    planned_date = fields.Date("Date of the Review", copy=False, tracking=True)
    # As agreed; empty if the meeting takes whole days
    start = fields.Datetime("Start Time", readonly=True, copy=False)
    stop = fields.Datetime("End", readonly=True, copy=False)
    place = fields.Char(copy=False)
    slot_ids = fields.One2many("key.account.review.slot", "review_id", "Proposed Dates")
    invitation_ids = fields.One2many("key.account.review.invitation", "review_id", "Invited Contacts")
    proposal_summary = fields.Char(
        "Proposal", compute="_compute_proposal_summary", help="How far the proposal of dates has come."
    )
    not_reached = fields.Char(
        compute="_compute_not_reached", help="The contacts to whom the proposed dates could not be sent."
    )
    attendee_ids = fields.Many2many(
        "res.users",
        "key_account_review_attendee_rel",
        "review_id",
        "user_id",
        string="Our Participants",
        domain="[('share', '=', False)]",
        copy=False,
        help="Who takes part from our side, besides the person responsible. They are invited to the meeting.",
    )
    participant_ids = fields.Many2many(
        "res.partner",
        "key_account_review_participant_rel",
        "review_id",
        "partner_id",
        string="Participants",
        ondelete="restrict",
        copy=False,
        help="The people taking part on both sides. They receive the minutes.",
    )
    meeting_id = fields.Many2one(
        "calendar.event", copy=False, readonly=True, ondelete="set null", index="btree_not_null"
    )
    is_meeting_changed = fields.Boolean(
        compute="_compute_is_meeting_changed", help="The meeting in the calendar is no longer what was agreed."
    )

    # Texts for the customer, who comes first
    opening_occasion = fields.Text("Occasion", help="Why we are meeting. Appears in the customer's documents.")
    opening_hook = fields.Text(
        "Hook", help="What will catch the customer's attention. Appears in the customer's documents."
    )
    opening_goal = fields.Text(
        "Most Important Goal", help="What we want to achieve together. Appears in the customer's documents."
    )
    customer_situation = fields.Text(
        "The Customer", help="Where the customer stands. Appears in the customer's documents."
    )
    customer_situation_customers = fields.Text(
        "Customer's Customers",
        help="Who the customer's customers are and what they want. Appears in the customer's documents.",
    )
    customer_situation_market = fields.Text("Customer's Market", help="Appears in the customer's documents.")
    customer_situation_competition = fields.Text("Customer's Competition", help="Appears in the customer's documents.")
    customer_situation_potential = fields.Text(
        "Products and Potential",
        help="What the customer could make of our products. Appears in the customer's documents.",
    )
    retrospective = fields.Text(help="Our year together. Appears in the customer's documents.")
    goals = fields.Text(
        "Goals and Perspectives", help="Joint goals for the coming period. Appears in the customer's documents."
    )

    # Internal texts
    sensitive_topics = fields.Text(
        groups=MANAGER,
        copy=False,
        help="What went wrong, what could be better, what to be careful with. Never in a document for the customer.",
    )
    internal_note = fields.Text(groups=MANAGER, help="Internal: never appears in a document for the customer.")

    # Its parts
    topic_ids = fields.One2many("key.account.review.topic", "review_id", "Agenda", copy=True)
    planned_minutes = fields.Integer(compute="_compute_minutes")
    minutes_spent = fields.Float(compute="_compute_minutes")
    issue_ids = fields.One2many("key.account.review.issue", "review_id", "Open Issues")
    condition_ids = fields.One2many("key.account.review.condition", "review_id", "Conditions")
    has_prices_to_carry_over = fields.Boolean("Has Prices to Carry Over", compute="_compute_has_prices_to_carry_over")
    checklist_ids = fields.One2many("key.account.review.checklist", "review_id")
    note_ids = fields.One2many("key.account.review.note", "review_id", "Minutes of Slides")
    checklist_count = fields.Integer(compute="_compute_checklist_progress")
    checklist_progress = fields.Float(compute="_compute_checklist_progress", help="In percent.")
    has_results_to_take = fields.Boolean("Has Results to Transfer", compute="_compute_has_results_to_take")

    # What the customer receives
    document_ids = fields.One2many("key.account.review.document", "review_id", "Documents", readonly=True, copy=False)
    folder_attachment_ids = fields.Many2many(
        "ir.attachment",
        "key_account_review_folder_attachment_rel",
        "review_id",
        "attachment_id",
        "Folder Appendix",
        domain="[('mimetype', '=', 'application/pdf')]",
        copy=False,
        help="PDF files for the customer, added after the pages of the customer folder.",
    )
    portal_enabled = fields.Boolean(
        "Show in Customer Portal",
        copy=False,
        tracking=True,
        help="Customer contacts with portal access can see date, place, participants, agenda and shared milestones. "
        "Of documents, they see the versions that you put on the portal, on the Documents tab.",
    )
    portal_proposals = fields.Boolean(
        "Show Our Proposals in the Portal",
        copy=False,
        tracking=True,
        help="Customer contacts can also read what the agenda says about cooperation and conditions. Otherwise, they "
        "only see that we will discuss them.",
    )

    _year_is_a_year = models.Constraint("CHECK (year BETWEEN 1900 AND 2999)", "A fiscal year must have four digits.")
    _one_a_year = models.UniqueIndex(
        "(partner_id, company_id, year) WHERE active IS TRUE AND state != 'cancelled'",
        "This account already has a review for that year.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id.name", "year")
    def _compute_name(self):
        for review in self:
            review.name = f"{linked(review, 'partner_id').name or ''} {review.year or ''}".strip()

    @api.depends("state")
    def _compute_is_frozen(self):
        for review in self:
            review.is_frozen = review.state in FROZEN_STATES

    @api.depends("partner_id")
    def _compute_user_id(self):
        for review in self:
            review.user_id = review.partner_id.key_account_manager_id or review.user_id or self.env.user

    @api.depends("year", "cutoff_date", "company_id.fiscalyear_last_day", "company_id.fiscalyear_last_month", "state")
    def _compute_dates(self):
        for review in self:
            if not review.year or not 1900 <= review.year <= 2999:
                review.date_from = review.date_to = False
                continue
            year = review._get_fiscal_year()
            review.date_from = year.date_from
            # Everyone sees, and prints, the same days
            today = company_day(review.company_id or self.env.company)
            review.date_to = review.cutoff_date or (year.up_to(today) or year).date_to

    @api.depends("state", "meeting_id", "start", "stop", "planned_date", "place", "participant_ids")
    def _compute_is_meeting_changed(self):
        for review in self:
            review.is_meeting_changed = ReviewDates(review._origin).differs()

    @api.depends("invitation_ids.delivery")
    def _compute_not_reached(self):
        for review in self:
            failed = review.invitation_ids.filtered(lambda invitation: invitation.delivery == "failed")
            review.not_reached = ", ".join(failed.partner_id.mapped("name"))

    @api.depends("invitation_ids.delivery")
    @api.depends_context("lang")
    def _compute_proposal_summary(self):
        labels = self.env["key.account.review.invitation"]._fields["delivery"]._description_selection(self.env)
        for review in self:
            counts = Counter(review.invitation_ids.mapped("delivery"))
            review.proposal_summary = ", ".join(
                f"{label}: {counts[delivery]}" for delivery, label in labels if counts[delivery]
            )

    @api.depends("figure_ids.display_target")
    def _compute_has_targets(self):
        for review in self:
            review.has_targets = any(review.figure_ids.mapped("display_target"))

    @api.depends("checklist_ids.is_done")
    def _compute_checklist_progress(self):
        for review in self:
            entries = review.checklist_ids
            review.checklist_count = len(entries)
            review.checklist_progress = 100 * len(entries.filtered("is_done")) / len(entries) if entries else 0.0

    @api.depends("topic_ids.minutes", "topic_ids.minutes_spent")
    def _compute_minutes(self):
        for review in self:
            review.planned_minutes = sum(review.topic_ids.mapped("minutes"))
            review.minutes_spent = sum(review.topic_ids.mapped("minutes_spent"))

    @api.depends("condition_ids.outcome", "condition_ids.kind", "condition_ids.carried_over_on")
    def _compute_has_prices_to_carry_over(self):
        for review in self:
            review.has_prices_to_carry_over = bool(review._get_prices_to_carry_over())

    @api.depends("state")
    def _compute_has_results_to_take(self):
        for review in self:
            review.has_results_to_take = review.state == "closed" and bool(review._get_results_to_take())

    # === CONSTRAINT METHODS ===#

    @api.constrains("cutoff_date", "year", "company_id")
    def _check_cutoff_date(self):
        for review in self:
            year = review._get_fiscal_year()
            if review.cutoff_date and not year.date_from <= review.cutoff_date <= year.date_to:
                raise ValidationError(
                    self.env._(
                        "The last day of the figures must be in the fiscal year, between %(start)s and %(end)s.",
                        start=year.date_from,
                        end=year.date_to,
                    )
                )

    @api.constrains("planned_date")
    def _check_planned_date(self):
        """What has to be done before is counted back from it."""
        if any(review.planned_date and not is_in_calendar(review.planned_date) for review in self):
            raise ValidationError(
                self.env._(
                    "Date of the Review: enter a day between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR
                )
            )

    @api.constrains("folder_attachment_ids")
    def _check_folder_attachments(self):
        """That whoever links a file may read it, is checked for every link, see `key.account.guard.mixin`."""
        others = self.folder_attachment_ids.filtered(lambda attachment: attachment.mimetype != "application/pdf")
        if others:
            raise ValidationError(
                self.env._(
                    "Only PDF files can be added to the customer folder. These files are not PDFs: %(files)s.",
                    files=", ".join(others.mapped("name")),
                )
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        attach_files(reviews, "folder_attachment_ids")
        # Also over RPC: every step has its button, and what was never held has no frozen figures
        reviews._check_state(("preparation",))
        # Parts come last, in reviews that are known to be new
        for review, vals in zip(reviews, vals_list, strict=True):
            if not vals.get("topic_ids"):
                review._add_template_topics()
            if not vals.get("checklist_ids"):
                review._add_template_checklist()
            if not vals.get("issue_ids"):
                review._carry_over_issues()
        return reviews

    def write(self, vals):
        # What may not be changed is refused first: a meeting that was cancelled cannot be restored.
        # A closed review, which is frozen as well, says how to correct it: so that is checked first of all.
        if CLOSED_FIELDS & vals.keys():
            self._check_not_closed()
        if "state" in vals:
            self._check_step(vals["state"])
        self._check_not_frozen(vals)
        if vals.get("state") == "closed":
            self.filtered(lambda review: review.state == "held")._finish()
        # Withdrawing the date, also over RPC, cancels the meeting. Before the state changes, which tells
        # which reviews have one to cancel
        if vals.get("state") in ("preparation", "proposed", "cancelled"):
            self.filtered(lambda review: review._is_before_talk())._cancel_meeting()
        result = super().write(vals)
        # What follows from the new values
        if "folder_attachment_ids" in vals:
            attach_files(self, "folder_attachment_ids")
        if "planned_date" in vals:
            for review in self.filtered("planned_date"):
                PreparationActivities(review).move()
        if vals.get("state") == "cancelled":
            # No one has to prepare it any more
            self.activity_ids.filtered("automated").unlink()
        if SHOWN_FIELDS & vals.keys():
            self._correct_documents(with_files="folder_attachment_ids" in vals)
        return result

    @on_deletion
    def _unlink_except_held(self):
        if any(self.mapped("is_frozen")):
            raise UserError(self.env._("You cannot delete a review that has been held. Archive it instead."))

    @on_deletion
    def _unlink_files(self):
        """The database would delete what belongs to a review without its files."""
        # As superuser: users have no right to delete what was stored for them
        self.sudo().document_ids.unlink()
        self.env["key.account.review.frozen"].sudo().search([("review_id", "in", self.ids)]).unlink()
        self.topic_ids.unlink()

    # === ACTION METHODS ===#

    # Its steps

    def action_cancel(self):
        self._check_state(OPEN_STATES)
        self.write({"state": "cancelled"})

    def action_prepare(self):
        """Resumes cancelled reviews."""
        self._check_state(("cancelled", "proposed", "scheduled"))
        self.write({"state": "preparation"})

    def action_hold(self):
        """Marks the reviews as held and freezes their figures, and what their documents say."""
        # Before anything is computed, which is for nobody in particular
        self.check_access("write")
        for review in self.filtered(lambda review: not review.participant_ids):
            # Held without a meeting in the calendar: those who were expected
            review.participant_ids = review._get_invited()
        # If two people click at the same time, it must not be frozen twice.
        for review in self.sorted("id"):
            review._lock_dates()
        for review in self:
            review._check_before_talk()
            if review.date_from > company_day(review.company_id):
                raise UserError(
                    self.env._(
                        "%(review)s: the fiscal year does not begin until %(date)s.",
                        review=review.display_name,
                        date=review.date_from,
                    )
                )
            review._freeze_figures()
            review._store(
                {
                    "state": "held",
                    "held_on": fields.Datetime.now(),
                    "held_by_id": self.env.uid,
                    "cutoff_date": review.date_to,
                }
            )
            review._freeze_documents()

    def action_close(self):
        """Closes the reviews; first asks about results without a person responsible or not in a plan."""
        self._check_state(("held",))
        if any(review._get_results_without_owner() or review._get_results_to_take() for review in self):
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Close"),
                "res_model": "key.account.review.close",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_review_ids": self.ids},
            }
        self._close()
        return True

    def action_reopen(self):
        """Back to held: the figures stay frozen, texts and results can be corrected."""
        self._check_state(("closed",))
        self.write({"state": "held"})

    # Date and place

    def action_suggest_slots(self):
        """Adds three dates in the coming weeks when the person responsible is free."""
        self.ensure_one()
        known = set(self.slot_ids.mapped("start"))
        starts = self.env["key.account.review.slot"]._suggest_starts(self._get_reviewer())
        self.slot_ids = [Command.create({"start": start}) for start in starts if start not in known]

    def action_propose_dates(self):
        """Opens the proposal to the customer's contacts, to be read before it is sent.

        :raises UserError: nothing to propose, or no one to propose it to
        """
        self.ensure_one()
        self._check_can_propose()
        ReviewDates(self).invite_contacts()
        proposal = self.env["key.account.review.proposal"].create({"review_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose Dates"),
            "res_model": "key.account.review.proposal",
            "res_id": proposal.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_send_again(self):
        """Opens the proposal to those contacts whom it did not reach, to be read before it is sent again."""
        self.ensure_one()
        self.check_access("write")
        failed = self.invitation_ids.filtered(lambda invitation: invitation.delivery == "failed")
        if not failed:
            return notification(self.env._("The dates have reached everyone."), "info", reload=True)
        return failed.action_send_again()

    def action_reschedule(self):
        """Gives up the agreed date: the meeting is cancelled, and dates can be proposed again."""
        for review in self:
            review._lock_dates()
            if review.state != "scheduled":
                raise UserError(self.env._("%(review)s has no date to change.", review=review.display_name))
            review._cancel_meeting()
            review.write({"state": "preparation", "planned_date": False})

    def action_take_over_meeting(self):
        """The review takes place as the meeting in the calendar says now."""
        self.check_access("write")
        self._check_state(("scheduled",))
        for review in self:
            ReviewDates(review).take_over_meeting()

    def action_restore_meeting(self):
        """The meeting in the calendar becomes what was agreed again."""
        self.check_access("write")
        self._check_state(("scheduled",))
        for review in self.filtered("planned_date"):
            ReviewDates(review).restore_meeting()

    def action_view_meeting(self):
        self.ensure_one()
        return self.meeting_id.get_formview_action()

    # Preparing it

    def action_schedule_preparation(self):
        """Creates the activities of the preparation plan, or moves those that are still open to the review's date."""
        self._check_state(OPEN_STATES)
        for review in self:
            activities = PreparationActivities(review)
            activities.check()
            activities.schedule()

    def action_fill_look_back(self):
        """Adds what happened in the last two years to the retrospective (what the customer may read, in its language)
        and to the sensitive topics (everything else). What was typed stays, and nothing is added twice."""
        self.ensure_one()
        self.check_access("write")
        added = LookBack(self).fill()
        if not added:
            message = self.env._("There is nothing further from the last two years to add.")
            return notification(message, "info", reload=True)
        message = self.env._("Added to the retrospective and the sensitive topics: %(count)s", count=added)
        return notification(message, reload=True)

    def action_carry_over_issues(self):
        """Carries over what is still open from the last review, nothing twice."""
        self.ensure_one()
        count = len(self._carry_over_issues())
        if not count:
            message = self.env._("There are no further open issues from the last review to add.")
            return notification(message, "info", reload=True)
        return notification(
            self.env._("Open issues carried over from the last review: %(count)s", count=count), reload=True
        )

    def action_refresh_conditions(self):
        self.condition_ids.action_refresh_today()

    # The meeting and what it leads to

    @api.readonly
    def action_present(self):
        """Shows the slides of the presentation full screen, in the customer's edition: the customer is watching."""
        self.ensure_one()
        # Errors become a message now, instead of an empty screen later
        self.partner_id._check_key_account_figures_access()
        action = self.env["ir.actions.actions"]._for_xml_id("key_account_management.present_action")
        action["name"] = self.display_name
        action["context"] = {"active_id": self.id, "active_model": self._name}
        return action

    @api.readonly
    def action_add_key_account_measure(self):
        self.ensure_one()
        return self.env["key.account.care.measure"]._get_add_action(
            self, self.partner_id, review_id=self.id, company_id=self.company_id.id
        )

    def action_send_minutes(self):
        """Opens the email with the minutes (what was agreed, nothing internal), to be read before it is sent."""
        self.ensure_one()
        self._check_state(FROZEN_STATES)
        recipients = self._get_minutes_recipients()
        if not recipients:
            raise UserError(
                self.env._(
                    "%(review)s: add the participants first. The minutes are sent to those with an email address.",
                    review=self.display_name,
                )
            )
        template = self.env.ref("key_account_management.mail_template_review_minutes", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Minutes"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_partner_ids": recipients.ids,
                # Of which customers see nothing
                "default_email_layout_xmlid": "mail.mail_notification_layout",
                "force_email": True,
            },
        }

    def action_take_results(self):
        """Transfers the results to the action plan for the next period, each once, and opens it."""
        self.ensure_one()
        self._check_state(("closed",))
        return self._transfer_results()._get_records_action()

    # === BUSINESS METHODS ===#

    # What is allowed

    def _is_before_talk(self):
        self.ensure_one()
        return self.state in OPEN_STATES

    def _get_reason_not_before_talk(self):
        """:return: why the review cannot be marked as held; empty if it can"""
        self.ensure_one()
        if self._is_before_talk():
            return ""
        if self.is_frozen:
            # As superuser: names of colleagues are not secret, but users are to some
            return self.env._(
                "%(review)s has already been marked as held by %(name)s. Nothing was changed.",
                review=self.display_name,
                name=self.sudo().held_by_id.name or "–",
            )
        return self.env._("%(review)s is no longer in preparation.", review=self.display_name)

    def _check_before_talk(self):
        """:raises UserError: the review was held or cancelled, perhaps a moment ago by someone else"""
        reason = self._get_reason_not_before_talk()
        if reason:
            raise UserError(reason)

    def _check_state(self, states):
        """:raises UserError: for reviews that are not in one of these states"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        wrong = self.filtered(lambda review: review.state not in states)
        if wrong:
            raise UserError(
                self.env._(
                    "This is not possible at the current stage of these reviews: %(reviews)s.",
                    reviews=", ".join(f"{review.display_name} ({labels[review.state]})" for review in wrong),
                )
            )

    def _check_step(self, state):
        """No step can be skipped, not even over RPC: a review that was never held has no frozen figures."""
        self._check_state([step for step, following in STEPS.items() if state in {step, *following}])
        if state == "scheduled" and not self.env.su:
            raise UserError(
                self.env._(
                    "Agree on one of the proposed dates instead; that schedules these reviews: %(reviews)s.",
                    reviews=", ".join(self.mapped("display_name")),
                )
            )
        if state != "held":
            return
        # Whether there are any, also those that are not for the user
        without = self.filtered(lambda review: not review.sudo().figure_ids)
        if without:
            raise UserError(
                self.env._(
                    "The figures must be frozen first. Mark these reviews as held instead: %(reviews)s.",
                    reviews=", ".join(without.mapped("display_name")),
                )
            )

    def _check_not_held(self):
        self._check_state((*OPEN_STATES, "cancelled"))

    def _check_not_closed(self):
        closed = self.filtered(lambda review: review.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The minutes of these reviews are final: %(reviews)s. To make corrections, click Reopen Review.",
                    reviews=", ".join(closed.mapped("display_name")),
                )
            )

    def _check_not_frozen(self, vals):
        thaws = vals.get("state", "held") not in FROZEN_STATES
        held = self.filtered("is_frozen") if thaws or FROZEN_FIELDS & vals.keys() else None
        if held:
            raise UserError(
                self.env._(
                    "These reviews have been held, so their account, period and figures are frozen: %(reviews)s.",
                    reviews=", ".join(held.mapped("display_name")),
                )
            )

    def _close(self):
        # If two people click at the same time
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_state(("held",))
        self.write({"state": "closed"})

    def _finish(self):
        """What is done last, before reviews are closed."""
        self.check_access("write")
        self.topic_ids.action_stop()
        for review in self:
            self.env["key.account.review.frozen"]._find(review)._take_results()

    # Period and figures

    def _get_fiscal_year(self):
        """:return: the `Period` of the fiscal year that ends in the review's year"""
        self.ensure_one()
        last_month, last_day = int(self.company_id.fiscalyear_last_month), self.company_id.fiscalyear_last_day
        # A day in the month in which the year ends is in the wanted year only up to the last day
        inside = fields.Date.end_of(fields.Date.to_date(f"{self.year}-{last_month:02}-01"), "month")
        return Period.of_fiscal_year(self.company_id, inside.replace(day=min(last_day, inside.day)))

    def _get_period(self):
        self.ensure_one()
        return Period(self.date_from, self.date_to)

    def _get_figures(self, codes):
        """The review's figures with all breakdowns: frozen if it was held, otherwise today's.

        :return: ``{code: Figure}``
        """
        self.ensure_one()
        if self.is_frozen:
            # Rules protect frozen figures; whoever asks for these has checked the codes
            frozen = self.sudo().figure_ids
            return {record.code: record._get_figure() for record in frozen if record.code in codes}
        return self._compute_figures(codes)

    def _compute_figures(self, codes):
        engine = (
            self.env["key.account.figures"]
            .with_company(self.company_id)
            .with_context(allowed_company_ids=self.company_id.ids)
        )
        return engine._compute_figures(self.partner_id, self._get_period(), codes, BREAKDOWNS)[self.partner_id.id]

    def _freeze_figures(self):
        self.ensure_one()
        # Snapshots are never entered by hand: users have no right to, and the engine is trusted. What is kept must not
        # depend on who keeps it; rules protect it.
        kpis = self.env["key.account.kpi"].sudo().search([])  # pylint: disable=no-search-all
        # Texts are frozen as well, in the language of the documents that the customer receives
        documents = self.env["key.account.document"]
        language = documents._get_customer_language(self.partner_id, self.company_id)
        review = self.with_env(documents._for_documents(self.company_id, language).env)
        review = self.env["key.account.figures"]._for_system(review)
        figures = review._compute_figures(kpis.mapped("code"))
        # As above: nobody has the right to enter them
        self.env["key.account.review.figure"].sudo().create(
            [{"review_id": self.id, "kpi_id": kpi.id, "data": figures[kpi.code].to_dict()} for kpi in kpis]
        )

    # What its documents say

    def _freeze_documents(self):
        for review in self:
            self.env["key.account.review.frozen"]._freeze(review)

    def _get_frozen_documents(self):
        """:return: `FrozenDocuments`: what the documents of a held review said; None for all others"""
        return self.env["key.account.review.frozen"]._find(self)._get_documents() if self.is_frozen else None

    def _correct_documents(self, with_files=False):
        """Until a held review is closed, what it says itself can be corrected."""
        for review in self.filtered(lambda review: review.state == "held"):
            frozen = self.env["key.account.review.frozen"]._find(review)
            frozen._correct()
            if with_files:
                frozen._copy_files()

    def _get_appendix(self):
        """:return: the PDF files for the customer folder, as superuser"""
        frozen = self.is_frozen and self.env["key.account.review.frozen"]._find(self)
        # The user who chose a file for the customer had to be able to read it
        return frozen._get_files() if frozen else self.sudo().folder_attachment_ids

    # Date, place and people

    def _get_reviewer(self):
        """Who meets the customer: the person responsible, otherwise the account manager or the review's creator; if
        they have left, the head of key accounts.
        """
        self.ensure_one()
        person = self.user_id or self.partner_id.key_account_manager_id or self.create_uid
        return person._get_key_account_stand_in(self.company_id)

    def _get_manager(self):
        """Who decides about the review: the account manager, otherwise the person responsible or the review's creator;
        if they have left, the head of key accounts.
        """
        self.ensure_one()
        person = self.partner_id.key_account_manager_id or self.user_id or self.create_uid
        return person._get_key_account_stand_in(self.company_id)

    def _get_invited(self):
        """:return: the people of both sides"""
        self.ensure_one()
        invited = self.attendee_ids.partner_id | self.invitation_ids.partner_id
        return self._get_reviewer().partner_id | (invited - people_who_left(invited)).filtered("active")

    def _get_minutes_recipients(self):
        """:return: the participants who work for us or the account; whoever came along from elsewhere gets nothing"""
        self.ensure_one()
        people = self.participant_ids.filtered(lambda partner: partner.active and partner.email)
        people -= people_who_left(people)
        # As superuser: whether someone works for us does not depend on who asks
        colleagues = people.sudo().filtered(
            lambda partner: (
                any(not user.share for user in partner.user_ids) or partner._is_below(self.company_id.partner_id)
            )
        )
        return people.filtered(lambda partner: partner in colleagues or partner._is_below(self.partner_id))

    def _get_minutes_language(self):
        """:return: that of all recipients from the customer if they have the same, otherwise the account's"""
        self.ensure_one()
        readers = self._get_minutes_recipients().filtered(lambda partner: partner._is_below(self.partner_id))
        languages = {language_of(reader, self.partner_id) for reader in readers}
        return languages.pop() if len(languages) == 1 else language_of(self.partner_id)

    def _get_timezone_of(self, contact):
        """:return: that of the contact, the account, their country, our company or the person responsible"""
        self.ensure_one()
        ours = (self.company_id.partner_id, self._get_reviewer().partner_id)
        return timezone_of_people((contact, self.partner_id), ours)

    def _check_can_propose(self):
        """:raises UserError: no longer in preparation, or nothing to propose"""
        ReviewDates(self).check_can_propose()

    def _lock_dates(self):
        """If two people choose at the same time, the second one waits and then sees what the first one did."""
        self.ensure_one()
        self.env.flush_all()
        # Waits, unlike `lock_for_update`: once the first one is done, the request starts again and finds the date taken
        self.env.cr.execute(SQL("SELECT id FROM key_account_review WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["state", "meeting_id"])
        self.slot_ids.invalidate_recordset(["state"])
        self.invitation_ids.invalidate_recordset(["used_on", "answered_on", "asked_on"])

    def _set_proposed(self):
        """Dates were proposed to the customer."""
        self._check_state(OPEN_STATES)
        self.write({"state": "proposed"})

    def _set_scheduled(self, event):
        """The date is fixed.

        :param event: the ``calendar.event`` of the meeting
        """
        self.ensure_one()
        self._check_state(OPEN_STATES)
        self._store({"state": "scheduled", **ReviewDates(self).prepare_scheduled_values(event)})

    def _agree_on_slot(self, slot, invitation=None):
        """Agrees on a date, see `ReviewDates.take`."""
        self.ensure_one()
        ReviewDates(self).take(slot, invitation)

    def _cancel_meeting(self):
        ReviewDates(self).cancel()

    def _handle_declined(self, partners):
        ReviewDates(self).handle_declined(partners)

    def _get_person_in_charge(self):
        return self._get_manager()

    def _get_meeting_advice(self, env):
        return env._(
            "On the review, click Take Over Meeting to accept the meeting as it is now, or Restore Meeting to put it "
            "back as it was agreed."
        )

    def _prepare_meeting_changes(self, changed):
        self.ensure_one()
        return ReviewDates(self).prepare_meeting_changes(changed)

    def _lose_meeting(self):
        ReviewDates(self).lose_meeting()

    # Its parts

    def _get_last_review(self):
        """:return: the previous review of the same account and company that was held"""
        self.ensure_one()
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("year", "<", self.year),
                ("state", "in", FROZEN_STATES),
            ],
            order="year desc",
            limit=1,
        )

    def _add_template_topics(self):
        """The agenda from the template, in the customer's language: the customer will see it."""
        self.ensure_one()
        templates = self.env["key.account.review.topic.template"].sudo().search([])  # pylint: disable=no-search-all
        templates = templates.with_context(lang=self.partner_id.lang or self.env.lang)
        self.topic_ids = [Command.create(template._prepare_topic_values()) for template in templates]

    def _add_template_checklist(self):
        self.ensure_one()
        templates = self.env["key.account.review.checklist.template"].sudo().search([])  # pylint: disable=no-search-all
        self.checklist_ids = [
            Command.create({"template_id": template.id, "section": template.section, "sequence": template.sequence})
            for template in templates
        ]

    def _carry_over_issues(self):
        """:return: the new issues"""
        self.ensure_one()
        still_open = self._get_last_review().issue_ids.filtered(lambda issue: issue.state == "open")
        missing = still_open - self.issue_ids.previous_issue_id
        issues = self.env["key.account.review.issue"]
        carried = issues._make([issue._prepare_carried_over_values(self) for issue in missing])
        # Raised in visits since
        waiting = issues.search(
            [
                ("review_id", "=", False),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "open"),
            ]
        )
        waiting.review_id = self
        return carried | waiting

    def _get_prices_to_carry_over(self):
        return self.condition_ids.filtered(
            lambda condition: (
                condition.kind == "price" and condition.outcome == "agreed" and not condition.carried_over_on
            )
        )

    def _get_look_back_sources(self):
        """The functions that each collect something to remember: a module adds its own.

        A function takes the first and the last day and gives a list of `Memory`, in the environment's language.
        """
        return LookBack(self).sources

    # Results

    def _get_results_without_owner(self):
        return Results(self).without_owner()

    def _get_results_to_take(self):
        return Results(self).to_take()

    def _get_followups(self, model):
        """:return: the records of a model into which the review's results were turned"""
        self.ensure_one()
        return Results(self).followups(model)

    def _transfer_results(self):
        """:return: the plan that now holds the results"""
        self.ensure_one()
        return Results(self).take()

    # The next review

    @api.model
    def _cron_open_next_reviews(self):
        """Creates the reviews that are due within the lead time in the settings, each once."""
        NextReviews(self).open()

    @api.model
    def _open_next_review(self, partner, company, day, year):
        manager = partner.key_account_manager_id
        reviews = self.with_company(company).with_context(
            allowed_company_ids=company.ids, lang=manager.lang or self.env.lang
        )
        review = reviews.create({"partner_id": partner.id, "company_id": company.id, "year": year, "planned_date": day})
        PreparationActivities(review).schedule()
        return review

    # Screens

    @api.readonly
    @for_every_rpc
    def get_preparation(self):
        """The key figures of the review's period, and what became of last year's promises.

        :return: ``{"period", "previous": text, "is_frozen", "headline", "better", "worse": [figure],
            "promises": {"review": text, "rows": [{"what", "promised", "became", "good"}]}, "known": None (it has been
            held) or {"texts": [{"name", "label", "text", "checked", "is_old", "target", "target_label"}], "missing",
            "plan", "analysis": [{"label", "found"}], "potential": [{"label", "value"}], "may_confirm", "may_write"}}``:
            what the profile, the analysis of the plan and the stored figures say already. A figure is as in
            `get_key_account_cockpit`, of those that the user may see, with the share by which it ``moved`` and what
            that is ``worth`` in money (None: not worth discussing, or it cannot be said)
        :raises AccessError: someone else's account
        """
        check_records(self, single=True)
        self.check_access("read")
        return ReviewPreparation(self).data()

    @api.readonly
    @for_every_rpc
    def get_folder_checklist(self):
        """What the customer folder contains as things stand.

        :return: ``{"lines": [{"title", "done", "hint"}], "warning"}``; the warning names files that cannot be used
        """
        check_records(self, single=True)
        return FolderChecklist(self).data()

    @api.readonly
    @for_every_rpc
    def get_talk(self):
        """What is ticked, agreed and written down while presenting.

        :return: ``{"title", "may_write", "why_not": text, "may_see_internal", "people": [{"id", "name"}] who can be
            responsible, "parts": {"topic", "issue", "condition", "checklist", "note": [{"id", "name", "values": see
            `screens.present.talk_values`, …}]}}``. Topics also have ``title``, ``section``, ``minutes``, ``spent``
            (seconds) and ``is_running``; conditions ``is_price``, ``unit``, ``today``, ``proposed``, ``agreed``; notes
            the ``slide`` that they are about
        :raises AccessError: someone else's account
        """
        check_records(self, single=True)
        self.check_access("read")
        return Talk(self).content()

    @api.readonly
    @for_every_rpc
    def get_speaker_notes(self):
        """What only the speaker should know of each slide.

        :return: a list of texts for each slide, in their order
        :raises AccessError: someone else's account, or no right to internal figures
        """
        check_records(self, single=True)
        self.check_access("read")
        return self.env["key.account.document"]._get_speaker_notes(self)

    @for_every_rpc
    def save_talk(self, part, key, values, before):
        """Saves what was typed while presenting, unless someone else has changed it in the meantime.

        :param part: ``topic``, ``issue``, ``condition``, ``checklist`` or ``note``
        :param key: the id of the record; for a note ``{"slide", "page", "title"}``
        :param dict values: what was typed, by name of the field
        :param dict before: what was there when the person began to type, for the same fields
        :return: ``{"saved": bool, "part": as in `get_talk`, as it is now}``; not saved: someone else wrote there
        :raises UserError: the minutes are final, or it cannot be saved like this
        :raises AccessError: only the account manager writes
        """
        check_records(self, single=True)
        self.check_access("write")
        return TalkWriter(self).save(part, key, values, before)

    # The portal

    def _find_for_portal(self, partner, review_id=None):
        """The reviews that a contact may see: those of accounts that are, or are above, the contact.

        :return: reviews as superuser, for `PortalReview` only: customers' contacts have no access to the model
        """
        domain = [
            ("portal_enabled", "=", True),
            ("state", "!=", "cancelled"),
            ("partner_id", "parent_of", partner.ids),
            ("partner_id.key_account_status", "!=", False),
        ]
        if review_id is not None:
            domain = [("id", "=", review_id), *domain]
        # For the system: customers have no right to figures; what they get is the customer's edition
        return self.env["key.account.figures"]._for_system(self.sudo().search(domain))

    def _get_portal_documents(self):
        """:return: the versions that the account manager has put on the portal, as superuser: see `_find_for_portal`"""
        return self.document_ids.filtered("is_on_portal")

    # Its documents

    def _get_key_account_year(self):
        return self.year

    def _get_key_account_name(self):
        frozen = self._get_frozen_documents()
        return frozen.customer.account if frozen else super()._get_key_account_name()

    def _get_key_account_review(self):
        return self
