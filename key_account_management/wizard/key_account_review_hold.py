from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.rights import readable
from ..tools.time_zones import company_day


class KeyAccountReviewHold(models.TransientModel):
    """Asks on which day and with whom a review was held, as the minutes will say, before its figures are frozen."""

    _name = "key.account.review.hold"
    _inherit = ["key.account.guard.mixin"]
    _description = "Mark a Review as Held"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="review_id.partner_id")
    reason_not = fields.Char(compute="_compute_reason_not")
    day = fields.Date(
        "Held On", compute="_compute_from_review", store=True, precompute=True, readonly=False, required=True
    )
    place = fields.Char(compute="_compute_from_review", store=True, precompute=True, readonly=False)
    participant_ids = fields.Many2many(
        "res.partner",
        "key_account_review_hold_participant_rel",
        string="Participants",
        compute="_compute_from_review",
        precompute=True,
        store=True,
        readonly=False,
        help="Who really took part, on both sides. They receive the minutes.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("review_id")
    def _compute_from_review(self):
        for wizard in self:
            # What the user sees of the review, also where Odoo computes as superuser
            review = wizard.review_id.sudo(False)
            today = company_day(review.company_id or self.env.company)
            wizard.day = min(review.planned_date or today, today)
            wizard.place = review.place
            wizard.participant_ids = review.participant_ids or (review.id and review._get_invited())

    @api.depends("review_id")
    def _compute_reason_not(self):
        """For a form that was opened before a colleague held the review, or to which the browser went back."""
        for wizard in self:
            review = readable(wizard.review_id)
            wizard.reason_not = review._get_reason_not_before_talk() if review else False

    # === CONSTRAINT METHODS ===#

    @api.constrains("day")
    def _check_day(self):
        for wizard in self:
            if wizard.day > company_day(wizard.review_id.company_id):
                raise ValidationError(self.env._("Held On: %(date)s is still to come.", date=wizard.day))

    # === ACTION METHODS ===#

    def action_hold(self):
        self.ensure_one()
        review = self.review_id
        review.check_access("write")
        # Whoever comes second waits here, and then changes nothing
        review._lock_dates()
        review._check_before_talk()
        said = {"planned_date": self.day, "place": self.place, "participant_ids": self.participant_ids}
        # What stays as it was agreed is not written anew: nobody is told of a change
        review.write(
            {
                name: review._fields[name].convert_to_write(value, review)
                for name, value in said.items()
                if review[name] != value
            }
        )
        review.action_hold()
