from odoo import api, fields, models
from odoo.exceptions import UserError

from .key_account_review import OPEN_STATES

# To which state a review can go from each
STEPS = {
    "preparation": {"proposed", "scheduled", "held", "cancelled"},
    "proposed": {"preparation", "scheduled", "held", "cancelled"},
    "scheduled": {"preparation", "proposed", "held", "cancelled"},
    "held": {"closed"},
    # For a mistake in the minutes
    "closed": {"held"},
    "cancelled": {"preparation"},
}
# What the minutes and documents of a closed review say
CLOSED_FIELDS = {
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


class KeyAccountReview(models.Model):
    """The steps of a review besides its being held."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    participant_ids = fields.Many2many(
        "res.partner",
        "key_account_review_participant_rel",
        "review_id",
        "partner_id",
        string="Participants",
        copy=False,
        help="Who takes part, on both sides. They get the minutes.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        # Over RPC, too: every step has its button, and what was never held has no frozen figures
        reviews._check_state(("preparation",))
        return reviews

    def write(self, vals):
        if CLOSED_FIELDS & vals.keys():
            self._check_not_closed()
        # Over RPC, too, nobody skips a step: a review that was never held has no frozen figures
        if "state" in vals:
            state = vals["state"]
            self._check_state([step for step, following in STEPS.items() if state in {step, *following}])
            if state == "held":
                self._check_figures_frozen()
        result = super().write(vals)
        if "planned_date" in vals:
            self._date_preparation()
        return result

    # === ACTION METHODS ===#

    def action_cancel(self):
        self._check_state(OPEN_STATES)
        result = super().action_cancel()
        # Nobody has to prepare it any more
        self.activity_ids.filtered("automated").unlink()
        return result

    def action_hold(self):
        for review in self.filtered(lambda review: not review.participant_ids):
            # Held without a meeting in the calendar: those who were to come
            review.participant_ids = review._get_invited()
        return super().action_hold()

    def action_prepare(self):
        self._check_state(("cancelled", "proposed", "scheduled"))
        return super().action_prepare()

    def action_close(self):
        """Closes the reviews; asks first about results that nobody is responsible for or that no plan holds."""
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
        """Back to what was held: the figures stay frozen, texts and results can be corrected."""
        self._check_state(("closed",))
        self.write({"state": "held"})

    # === BUSINESS METHODS ===#

    def _check_state(self, states):
        """:raises UserError: for reviews that are in none of these states"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        wrong = self.filtered(lambda review: review.state not in states)
        if wrong:
            raise UserError(
                self.env._(
                    "This can't be done any more or not yet: %(reviews)s.",
                    reviews=", ".join(f"{review.display_name} ({labels[review.state]})" for review in wrong),
                )
            )

    def _check_not_closed(self):
        closed = self.filtered(lambda review: review.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The minutes of these reviews are final: %(reviews)s. To correct something, press Reopen Review.",
                    reviews=", ".join(closed.mapped("display_name")),
                )
            )

    def _check_figures_frozen(self):
        without = self.filtered(lambda review: not review.sudo().figure_ids)
        if without:
            raise UserError(
                self.env._(
                    "The figures are frozen first: mark these reviews as held instead: %(reviews)s.",
                    reviews=", ".join(without.mapped("display_name")),
                )
            )

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
        self.write(
            {
                "state": "scheduled",
                "meeting_id": event.id,
                "planned_date": event.start_date
                if event.allday
                else fields.Datetime.context_timestamp(self, event.start).date(),
                "place": event.location or event.videocall_location or self.place,
                "participant_ids": [fields.Command.set(event.partner_ids.ids)],
            }
        )

    def _get_results_without_owner(self):
        """:return: list of topics, issues and conditions whose result nobody is responsible for"""
        parts = (self.topic_ids, self.issue_ids, self.condition_ids)
        return [record for records in parts for record in records._filter_without_owner()]

    def _close(self):
        # Two people who press at once
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_state(("held",))
        self.topic_ids.action_stop()
        self.write({"state": "closed"})
