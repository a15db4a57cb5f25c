from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...figures.figure import BREAKDOWNS
from ...figures.period import Period

FROZEN_FIELDS = {"partner_id", "company_id", "year", "cutoff_date", "held_on", "held_by_id"}
# Before and after the talk
OPEN_STATES = ("preparation", "proposed", "scheduled")
FROZEN_STATES = ("held", "closed")


class KeyAccountReview(models.Model):
    _name = "key.account.review"
    _description = "Annual Review"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin", "key.account.document.mixin"]
    _order = "year desc, planned_date desc, id desc"

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
        domain=[("share", "=", False)],
        tracking=True,
    )
    state = fields.Selection(
        [
            ("preparation", "In Preparation"),
            ("proposed", "Proposed"),
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
    )
    is_frozen = fields.Boolean(compute="_compute_is_frozen", help="The review was held: its figures stay as they are.")
    year = fields.Integer(
        "Fiscal Year",
        required=True,
        default=lambda self: self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))["date_to"].year,
        tracking=True,
        help="The year in which the fiscal year ends.",
    )
    date_from = fields.Date("From", compute="_compute_dates")
    date_to = fields.Date("To", compute="_compute_dates")
    cutoff_date = fields.Date(
        "Figures Up To",
        copy=False,
        tracking=True,
        help="Empty: the end of the fiscal year, or today while the year is running.",
    )
    planned_date = fields.Date("Date of the Review", copy=False, tracking=True)
    place = fields.Char(copy=False)

    # Opening and look back (for the customer), notes (for ourselves)
    opening_occasion = fields.Text("Occasion", help="Why we meet. Appears in the customer's documents.")
    opening_hook = fields.Text("Hook", help="What makes the customer listen. Appears in the customer's documents.")
    opening_goal = fields.Text(
        "Most Important Goal", help="What we want to achieve together. Appears in the customer's documents."
    )
    retrospective = fields.Text("Look Back", help="The year together. Appears in the customer's documents.")
    internal_note = fields.Text(
        help="For ourselves: never appears in a document for the customer.",
        groups="key_account_management.group_key_account_manager",
    )

    topic_ids = fields.One2many("key.account.review.topic", "review_id", "Agenda", copy=True)
    figure_ids = fields.One2many("key.account.review.figure", "review_id", "Frozen Figures", readonly=True, copy=False)
    document_ids = fields.One2many("key.account.review.document", "review_id", "Documents", readonly=True, copy=False)
    has_targets = fields.Boolean(compute="_compute_has_targets")
    held_on = fields.Datetime(readonly=True, copy=False)
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _year_is_a_year = models.Constraint("CHECK (year BETWEEN 1900 AND 2999)", "A fiscal year has four digits.")
    _one_a_year = models.UniqueIndex(
        "(partner_id, company_id, year) WHERE active IS TRUE AND state != 'cancelled'",
        "This account has a review for that year already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id.name", "year")
    def _compute_name(self):
        for review in self:
            review.name = f"{review.partner_id.name or ''} {review.year or ''}".strip()

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
        today = fields.Date.context_today(self)
        for review in self:
            if not review.year or not 1900 <= review.year <= 2999:
                review.date_from = review.date_to = False
                continue
            start, end = review._get_fiscal_year()
            review.date_from = start
            review.date_to = review.cutoff_date or (min(end, today) if start <= today else end)

    @api.depends("figure_ids.display_target")
    def _compute_has_targets(self):
        for review in self:
            review.has_targets = any(review.figure_ids.mapped("display_target"))

    # === CONSTRAINT METHODS ===#

    @api.constrains("cutoff_date", "year", "company_id")
    def _check_cutoff_date(self):
        for review in self:
            start, end = review._get_fiscal_year()
            if review.cutoff_date and not start <= review.cutoff_date <= end:
                raise ValidationError(
                    self.env._(
                        "The figures' last day lies in the fiscal year: between %(start)s and %(end)s.",
                        start=start,
                        end=end,
                    )
                )

    # === CRUD METHODS ===#

    def write(self, vals):
        held = self.filtered("is_frozen")
        thaws = vals.get("state", "held") not in FROZEN_STATES
        if held and (thaws or FROZEN_FIELDS & vals.keys()):
            raise UserError(
                self.env._(
                    "These reviews were held, their account, period and figures are frozen: %(reviews)s.",
                    reviews=", ".join(held.mapped("display_name")),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if any(self.mapped("is_frozen")):
            raise UserError(self.env._("A review that was held can't be deleted. Archive it instead."))

    # === ACTION METHODS ===#

    def action_hold(self):
        """Marks the reviews as held and freezes their figures."""
        # Two people who press at once must not freeze twice.
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for review in self:
            if review.state not in OPEN_STATES:
                raise UserError(self.env._("%(review)s is not in preparation any more.", review=review.display_name))
            if review.date_from > fields.Date.context_today(self):
                raise UserError(
                    self.env._(
                        "%(review)s: the fiscal year begins on %(date)s only.",
                        review=review.display_name,
                        date=review.date_from,
                    )
                )
            review._freeze_figures()
            review.write(
                {
                    "state": "held",
                    "held_on": fields.Datetime.now(),
                    "held_by_id": self.env.uid,
                    "cutoff_date": review.date_to,
                }
            )

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_prepare(self):
        """Takes cancelled reviews up again."""
        self.write({"state": "preparation"})

    @api.readonly
    def action_add_key_account_measure(self):
        self.ensure_one()
        return self.env["key.account.care.measure"]._get_add_action(
            self, self.partner_id, review_id=self.id, company_id=self.company_id.id
        )

    # === BUSINESS METHODS ===#

    def _get_fiscal_year(self):
        """:return: first and last day of the fiscal year that ends in the review's year"""
        self.ensure_one()
        last_month, last_day = int(self.company_id.fiscalyear_last_month), self.company_id.fiscalyear_last_day
        # Any day in the month in which the year ends lies in the wanted year only up to its last day
        inside = fields.Date.end_of(fields.Date.to_date(f"{self.year}-{last_month:02}-01"), "month")
        inside = inside.replace(day=min(last_day, inside.day))
        dates = self.company_id.compute_fiscalyear_dates(inside)
        return dates["date_from"], dates["date_to"]

    def _get_period(self):
        self.ensure_one()
        return Period(self.date_from, self.date_to)

    def _get_figures(self, codes):
        """The review's figures with all breakdowns: frozen ones if it was held, else those of today.

        :return: ``{code: Figure}``
        """
        self.ensure_one()
        if self.is_frozen:
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
        # Nobody writes snapshots by hand: users have no right to, and the engine's word is taken.
        kpis = self.env["key.account.kpi"].sudo().search([])  # pylint: disable=no-search-all
        # Texts are frozen, too: in the language of the documents that the customer gets
        review = self.with_context(lang=self.partner_id.lang or self.env.lang)
        figures = review._compute_figures(kpis.mapped("code"))
        self.env["key.account.review.figure"].sudo().create(
            [{"review_id": self.id, "kpi_id": kpi.id, "data": figures[kpi.code].to_dict()} for kpi in kpis]
        )

    # === DOCUMENTS ===#

    def _get_key_account_year(self):
        return self.year

    def _get_key_account_review(self):
        return self
