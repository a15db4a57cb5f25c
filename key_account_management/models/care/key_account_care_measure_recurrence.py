from itertools import count

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.misc import clean_context


class KeyAccountCareMeasure(models.Model):
    """A measure with a rhythm makes its next one when it is done, whatever the way in which it is set to done."""

    # A file of its own: the whole model would be too long for one
    _inherit = "key.account.care.measure"  # pylint: disable=consider-merging-classes-inherited

    rhythm_number = fields.Integer("Every", default=1, help="Together with the unit: every 3 months.")
    rhythm_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        "Rhythm",
        tracking=True,
        help="Empty: the measure happens once. Otherwise the next one is planned when this one is done.",
    )
    rhythm_text = fields.Char("Rhythm in Words", compute="_compute_rhythm_text")
    done_on = fields.Date(compute="_compute_done_on", store=True, readonly=False, precompute=True, copy=False)
    predecessor_id = fields.Many2one(
        "key.account.care.measure",
        "Previous One",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    successor_ids = fields.One2many(
        "key.account.care.measure", "predecessor_id", "Next Ones", context={"active_test": False}
    )
    successor_id = fields.Many2one("key.account.care.measure", "Next One", compute="_compute_successor_id")

    _rhythm_is_a_number = models.Constraint(
        "CHECK (rhythm_unit IS NULL OR rhythm_number BETWEEN 1 AND 999)",
        "The rhythm of a measure is a number from 1 to 999, for example every 3 months. "
        "Leave the unit empty when the measure happens once.",
    )
    _one_successor = models.UniqueIndex(
        "(predecessor_id) WHERE predecessor_id IS NOT NULL", "The next one of this measure is planned already."
    )

    # === COMPUTE METHODS ===#

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

    @api.readonly
    def action_view_predecessor(self):
        return self.predecessor_id.get_formview_action()

    @api.readonly
    def action_view_successor(self):
        return self.successor_id.get_formview_action()

    # === BUSINESS METHODS ===#

    def _plan_next(self):
        """Plans the next one of each recurring measure, unless there is one: these were just done."""
        recurring = self.filtered(
            lambda measure: measure.rhythm_unit and measure.active and measure.partner_id.key_account_status
        )
        if not recurring:
            return
        # Takes the rows' locks: who closes the same ones at once waits here, starts anew, and finds them done
        recurring.flush_recordset(["state"])
        # Whoever may close a measure plans its next one, with its planned cost, which is internal;
        # without the defaults of the view in which it was closed
        context = clean_context(self.env.context)
        measures = recurring.sudo().with_context(context)  # pylint: disable=context-overridden
        measures.create([measure._prepare_next_values() for measure in measures if not measure.successor_ids])

    def _prepare_next_values(self):
        """:return: values of the next one: the same, later; nothing was spent or reached yet"""
        # What was done very late goes on with the first one of the rhythm whose deadline was ahead then
        done_on = self.done_on or fields.Date.context_today(self)
        times = next(times for times in count(1) if self._shift(self.date_end, times) >= done_on)
        return self.copy_data(
            {
                "state": "planned",
                "date_start": self._shift(self.date_start, times),
                "date_end": self._shift(self.date_end, times),
                "predecessor_id": self.id,
            }
        )[0]

    def _shift(self, day, times):
        """:return: the day so many rhythms later; the last day of a month stays the last of one"""
        later = {f"{self.rhythm_unit}s": self.rhythm_number * times}
        if self.rhythm_unit in ("month", "year") and day == fields.Date.end_of(day, "month"):
            later["day"] = 31
        return day + relativedelta(**later)
