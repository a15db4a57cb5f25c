from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Agencies whose scale is common knowledge
SCALES = {"creditreform": "down"}


class KeyAccountRating(models.Model):
    """What a credit agency says about an account."""

    _name = "key.account.rating"
    _description = "Credit Rating of a Key Account"
    _inherit = ["key.account.assessment.mixin", "key.account.import.mixin"]
    _order = "date desc, id desc"
    _rec_name = "agency"
    _import_fields = ("partner_id", "agency", "rating_class", "score", "better", "date", "valid_until", "note")

    agency = fields.Char(required=True, help="Who gave the rating, e.g. Creditreform.")
    rating_class = fields.Char("Class", help="As written by the agency, e.g. A- or 2.")
    score = fields.Float(
        "Credit Score",
        digits=(6, 1),
        aggregator=None,
        help="As given by the agency. Leave it at 0 if the agency only gives a class.",
    )
    better = fields.Selection(
        [("up", "Higher is better"), ("down", "Lower is better")],
        "Scale",
        compute="_compute_better",
        store=True,
        readonly=False,
        precompute=True,
        help="Which scores of this agency are good. Proposed as in the agency's latest rating of any account; "
        "if empty, a change in the score is neither good nor bad.",
    )
    date = fields.Date("Rated On", index=True)
    valid_until = fields.Date(help="If empty, until there is a newer one.")
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired")
    note = fields.Text()

    _score_range = models.Constraint(
        "CHECK (score BETWEEN 0 AND 1000)", "Credit Score: enter a number from 0 to 1,000."
    )
    _class_or_score = models.Constraint(
        "CHECK (score > 0 OR COALESCE(rating_class, '') != '')", "Enter a class, a credit score or both."
    )
    _valid_after_rated = models.Constraint(
        "CHECK (valid_until >= date)", "Valid Until cannot be before the date of the rating."
    )

    # === COMPUTE METHODS ===#

    @api.depends("agency")
    def _compute_better(self):
        """A scale belongs to its agency."""
        # Of all accounts: what is taken over tells nothing about them
        known = self.sudo().search([("agency", "in", self.mapped("agency")), ("better", "!=", False)], order="id desc")
        for rating in self:
            of_agency = (known - rating).filtered(lambda other, rating=rating: other.agency == rating.agency)
            rating.better = of_agency[:1].better or SCALES.get((rating.agency or "").strip().lower())

    @api.depends("valid_until")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for rating in self:
            rating.is_expired = rating._is_expired_on(today)

    # === CONSTRAINT METHODS ===#

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for rating in self:
            if rating.date > today:
                raise ValidationError(
                    self.env._("Rated On: %(date)s is in the future.", date=fields.Date.to_string(rating.date))
                )

    # === BUSINESS METHODS ===#

    def _is_expired_on(self, day):
        self.ensure_one()
        return bool(self.valid_until) and self.valid_until < day
