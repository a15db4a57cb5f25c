from datetime import timedelta
from itertools import count

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ...figures.period import Period
from ...figures.request import Request
from ...figures.sources.promotions import PromotionFigures
from ...roles import MANAGER
from ...tools.rpc import check_records
from ...tools.time_zones import later

# At most, for each unit of a rhythm
DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
# A deadline as near as this, in days, is due soon
SOON = 7


class KeyAccountCareMeasure(models.Model):
    """What is done for an account: a measure of customer care, or a promotion of some products.

    A recurring measure creates the next one when it is done, however it is set to done.
    """

    _name = "key.account.care.measure"
    _description = "Care Measure"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.account.record.mixin",
        "key.account.import.mixin",
    ]
    _order = "date_end desc, id desc"
    _import_fields = (
        "partner_id",
        "name",
        "area_id",
        "user_id",
        "date_start",
        "date_end",
        "description",
        "is_shared",
        "hours_planned",
        "cost_planned",
    )

    name = fields.Char("Measure", required=True, tracking=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("care", "Customer Care"), ("promotion", "Promotion")], "Type", required=True, default="care", tracking=True
    )
    partner_id = fields.Many2one(tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    area_id = fields.Many2one(
        "key.account.care.area",
        "Care Area",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="The part of the relationship that the measure is for.",
    )
    area_color = fields.Integer(related="area_id.color")
    description = fields.Text()
    is_shared = fields.Boolean("Shared with the Customer")

    # Dates and progress
    state = fields.Selection(
        [("planned", "Planned"), ("in_progress", "In Progress"), ("done", "Done"), ("cancelled", "Dropped")],
        "Status",
        default="planned",
        required=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    progress_state = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("due_soon", "Due Soon"),
            ("on_track", "On Track"),
            ("effect_missing", "Effect Not Rated"),
            ("done", "Done"),
            ("cancelled", "Dropped"),
        ],
        "Progress",
        compute="_compute_progress_state",
        search="_search_progress_state",
        help="What the status means today.",
    )
    date_start = fields.Date("Start Date", required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date(
        "Deadline",
        required=True,
        tracking=True,
        help="Cost and hours count in the period that includes this date, or today if it is still in the future; those "
        "of a promotion are spread over its days up to today.",
    )

    # What is promoted
    product_ids = fields.Many2many(
        "product.product",
        "key_account_measure_product_rel",
        "measure_id",
        "product_id",
        string="Promoted Products",
        check_company=True,
    )
    product_category_ids = fields.Many2many(
        "product.category",
        "key_account_measure_category_rel",
        "measure_id",
        "category_id",
        string="Promoted Categories",
        help="All products of these categories and of those below them.",
    )

    # Cost and effect
    # The sum of these is an internal figure
    cost_planned = fields.Monetary("Planned Cost", groups=MANAGER)
    cost_actual = fields.Monetary(
        "Actual Cost",
        copy=False,
        groups=MANAGER,
        help="Counts as a direct customer cost unless the measure has been dropped.",
    )
    # What a promotion brought, as the figures on promotions count it
    promotion_revenue = fields.Monetary("Revenue", compute="_compute_promotion_sales", groups=MANAGER)
    promotion_compared_revenue = fields.Monetary(
        "Revenue Compared with",
        compute="_compute_promotion_sales",
        groups=MANAGER,
        help="Of the same products over the same number of days one year earlier or, if none of them was invoiced "
        "then, on the preceding days.",
    )
    promotion_uplift = fields.Monetary("Uplift", compute="_compute_promotion_sales", groups=MANAGER)
    hours_planned = fields.Float("Planned Hours")
    hours_actual = fields.Float(
        "Actual Hours",
        copy=False,
        help="Once the measure is done, these hours count as indirect customer costs, at the hourly cost in the "
        "settings.",
    )
    effect = fields.Selection(
        [("none", "No Effect"), ("some", "Some Effect"), ("strong", "Strong Effect")],
        copy=False,
        tracking=True,
        help="What the measure achieved with the customer, rated once it is done.",
    )
    effect_note = fields.Char("What It Achieved", copy=False)

    # Recurrence
    rhythm_number = fields.Integer("Every", default=1, help="Together with the unit: every 3 months.")
    rhythm_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        "Frequency",
        tracking=True,
        help="Leave empty if the measure happens only once. Otherwise, the next one is planned when this one is done.",
    )
    rhythm_text = fields.Char("Frequency Description", compute="_compute_rhythm_text")
    done_on = fields.Date(compute="_compute_done_on", store=True, readonly=False, precompute=True, copy=False)
    predecessor_id = fields.Many2one(
        "key.account.care.measure",
        "Previous Measure",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    successor_ids = fields.One2many(
        "key.account.care.measure", "predecessor_id", "Next Measures", context={"active_test": False}
    )
    successor_id = fields.Many2one("key.account.care.measure", "Next Measure", compute="_compute_successor_id")

    # What the measure came from
    process_id = fields.Many2one(
        "key.account.care.process",
        "Care Process",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="The process that the measure improves or carries out.",
    )
    opportunity_id = fields.Many2one(
        "crm.lead",
        "Source Opportunity",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Where the measure came from.",
    )
    event_id = fields.Many2one(
        "calendar.event", "Meeting", ondelete="set null", index="btree_not_null", help="Where the measure came from."
    )
    review_id = fields.Many2one(
        "key.account.review",
        "Annual Review",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Where the measure came from.",
    )
    visit_id = fields.Many2one(
        "key.account.visit",
        "Customer Visit",
        check_company=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Where the measure came from.",
    )

    _dates_in_order = models.Constraint("CHECK (date_start <= date_end)", "A measure cannot end before it starts.")
    _cost_not_negative = models.Constraint(
        "CHECK (cost_planned >= 0 AND cost_actual >= 0)", "The cost of a measure cannot be negative."
    )
    _hours_not_negative = models.Constraint(
        "CHECK (hours_planned >= 0 AND hours_actual >= 0)", "The hours of a measure cannot be negative."
    )
    _rhythm_is_a_number = models.Constraint(
        "CHECK (rhythm_unit IS NULL OR rhythm_number BETWEEN 1 AND 999)",
        "The frequency of a measure must be a number from 1 to 999, for example every 3 months. Leave the unit empty "
        "if the measure happens only once.",
    )
    _one_successor = models.UniqueIndex(
        "(predecessor_id) WHERE predecessor_id IS NOT NULL", "The next measure after this one has already been planned."
    )

    # === COMPUTE METHODS ===#

    @api.depends("state", "date_end", "kind", "effect")
    def _compute_progress_state(self):
        # A new one has no deadline yet
        self.progress_state = False
        for name, domain in self._get_progress_domains().items():
            self.filtered_domain(domain).progress_state = name

    def _search_progress_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(domain for name, domain in self._get_progress_domains().items() if name in value)

    @api.depends("rhythm_number", "rhythm_unit")
    @api.depends_context("lang")
    def _compute_rhythm_text(self):
        for measure in self:
            number = measure.rhythm_number
            words = {
                "day": (self.env._("daily"), self.env._("every %(number)s days", number=number)),
                "week": (self.env._("weekly"), self.env._("every %(number)s weeks", number=number)),
                "month": (self.env._("monthly"), self.env._("every %(number)s months", number=number)),
                "year": (self.env._("yearly"), self.env._("every %(number)s years", number=number)),
            }.get(measure.rhythm_unit)
            measure.rhythm_text = words and words[number != 1]

    @api.depends("state")
    def _compute_done_on(self):
        today = fields.Date.context_today(self)
        for measure in self:
            measure.done_on = (measure.done_on or today) if measure.state == "done" else False

    @api.depends("successor_ids")
    def _compute_successor_id(self):
        for measure in self:
            measure.successor_id = measure.successor_ids[:1]

    @api.depends("kind", "partner_id", "company_id", "date_start", "date_end", "product_ids", "product_category_ids")
    def _compute_promotion_sales(self):
        self.promotion_revenue = self.promotion_compared_revenue = self.promotion_uplift = False
        # Only of what is saved: what is being typed into a form shows nobody's sales
        running = self._origin.filtered(
            lambda measure: (
                measure.kind == "promotion"
                and measure.date_start <= fields.Date.context_today(measure)
                and Period(measure.date_start, measure.date_end).is_possible
            )
        )
        promotions = {}
        for company, measures in running.grouped("company_id").items():
            # A salesperson's rules must not thin out a sum: sales lines are read as for the figures
            env = measures.sudo().with_company(company).with_context(allowed_company_ids=company.ids).env
            period = Period(min(measures.mapped("date_start")), max(measures.mapped("date_end")))
            figures = PromotionFigures(Request(env, measures.partner_id.ids, period))
            promotions |= {promotion.measure.id: promotion for promotion in figures.gather(measures.with_env(env))}
        for measure in self.filtered(lambda measure: measure._origin.id in promotions):
            promotion = promotions[measure._origin.id]
            measure.promotion_revenue = promotion.revenue("promotion")
            measure.promotion_compared_revenue = promotion.revenue(promotion.compared_with)
            measure.promotion_uplift = promotion.uplift

    def _read_group_groupby(self, alias, groupby_spec, query):
        # It depends on the day, so it cannot be stored; the Kanban's progress bar groups by it
        if groupby_spec != "progress_state":
            return super()._read_group_groupby(alias, groupby_spec, query)
        cases = [
            SQL("WHEN %s THEN %s", domain.optimize_full(self)._to_sql(self, alias, query), name)
            for name, domain in self._get_progress_domains().items()
        ]
        return SQL("CASE %s END", SQL(" ").join(cases))

    # === CONSTRAINT METHODS ===#

    @api.constrains("kind", "product_ids", "product_category_ids")
    def _check_promoted_products(self):
        for measure in self:
            if measure.kind == "promotion" and not measure.product_ids and not measure.product_category_ids:
                raise ValidationError(
                    self.env._(
                        "%(promotion)s: select the promoted products or categories to measure their revenue.",
                        promotion=measure.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures.filtered(lambda measure: measure.state == "done")._plan_next()
        return measures

    def write(self, vals):
        closed = (
            self.filtered(lambda measure: measure.state != "done") if vals.get("state") == "done" else self.browse()
        )
        result = super().write(vals)
        closed._plan_next()
        return result

    # === ACTION METHODS ===#

    def action_start(self):
        self.write({"state": "in_progress"})

    def action_done(self):
        """Sets the measures to done, and asks for the effect of a single one that has none yet."""
        self.write({"state": "done"})
        if len(self) == 1 and self.progress_state == "effect_missing":
            return self._get_effect_action()

    @api.readonly
    def action_rate_effect(self):
        """Opens the question what the measure achieved."""
        check_records(self, single=True)
        self.check_access("write")
        return self._get_effect_action()

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_plan(self):
        """Resumes measures that were done or dropped."""
        self.write({"state": "planned"})

    @api.readonly
    def action_view_predecessor(self):
        return self.predecessor_id.get_formview_action()

    @api.readonly
    def action_view_successor(self):
        return self.successor_id.get_formview_action()

    # === BUSINESS METHODS ===#

    def _get_live_domain(self):
        """:return: Domain of what is still to be done"""
        return Domain("state", "in", ("planned", "in_progress"))

    def _get_without_effect_domain(self):
        """:return: Domain of what was done within a year and achieved nothing: something else has to be tried"""
        year_ago = fields.Date.context_today(self) - relativedelta(years=1)
        return Domain("state", "=", "done") & Domain("effect", "=", "none") & Domain("done_on", ">", year_ago)

    def _get_progress_domains(self):
        """:return: ``{progress: Domain}``, no measure in two of them"""
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=SOON)
        live = self._get_live_domain()
        done = Domain("state", "=", "done")
        # What a promotion achieved is computed from the sales of its products
        unrated = Domain("kind", "=", "care") & Domain("effect", "=", False)
        return {
            "overdue": live & Domain("date_end", "<", today),
            "due_soon": live & Domain("date_end", ">=", today) & Domain("date_end", "<=", soon),
            "on_track": live & Domain("date_end", ">", soon),
            "effect_missing": done & unrated,
            "done": done & ~unrated,
            "cancelled": Domain("state", "=", "cancelled"),
        }

    def _get_effect_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Did It Achieve?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("key_account_management.key_account_care_measure_view_form_effect").id, "form")],
            "target": "new",
        }

    @api.model
    def _get_add_action(self, record, account, **defaults):
        """:return: the action that opens a new measure for a record, filled in as far as possible

        :param record: where the user is
        :param account: its key account
        :param defaults: additional values of the measure
        """
        record.check_access("read")
        self.check_access("create")
        if not account:
            raise UserError(
                self.env._(
                    "%(record)s does not belong to a key account. Choose a contact of a key account there, or "
                    "convert the customer first (Actions, Convert to Key Account on the contact).",
                    record=record.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account_management.key_account_care_measure_action_add"
        )
        defaults = {"partner_id": account.id, "user_id": self.env.uid, **defaults}
        action["context"] = {f"default_{name}": value for name, value in defaults.items()}
        return action

    def _plan_next(self):
        """Plans the next one of each recurring measure unless there is one already: these have just been done."""
        recurring = self.filtered(
            lambda measure: measure.rhythm_unit and measure.active and measure.partner_id.key_account_status
        )
        if not recurring:
            return
        # Locks the rows: anyone closing the same ones at the same time waits here, starts again and finds them done
        recurring.flush_recordset(["state"])
        # Anyone who may close a measure plans the next one, including its planned cost, which is internal;
        # without the defaults of the view in which it was closed
        context = clean_context(self.env.context)
        measures = recurring.sudo().with_context(context)  # pylint: disable=context-overridden
        measures.create([measure._prepare_next_values() for measure in measures if not measure.successor_ids])

    def _prepare_next_values(self):
        """:return: values of the next one: the same, later; nothing has been spent or achieved yet"""
        # After a very late one comes the first of the series whose deadline was still ahead then
        done_on = self.done_on or fields.Date.context_today(self)
        # One in the far past is not followed day by day
        longest = DAYS[self.rhythm_unit] * self.rhythm_number
        first = max(1, (done_on - self.date_end).days // longest)
        times = next(times for times in count(first) if self._shift(self.date_end, times) >= done_on)
        return self.copy_data(
            {
                "state": "planned",
                "date_start": self._shift(self.date_start, times),
                "date_end": self._shift(self.date_end, times),
                "predecessor_id": self.id,
            }
        )[0]

    def _shift(self, day, times):
        """:return: the day this many intervals later; the last day of a month stays the last day"""
        parts = {f"{self.rhythm_unit}s": self.rhythm_number * times}
        if self.rhythm_unit in ("month", "year") and day == fields.Date.end_of(day, "month"):
            parts["day"] = 31
        return later(day, relativedelta(**parts))
