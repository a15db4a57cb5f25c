from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...roles import MANAGER


class KeyAccountSatisfaction(models.Model):
    """How satisfied an account is, from 0 to 10: an answer to the survey, or entered manually after a conversation."""

    _name = "key.account.satisfaction"
    _description = "Satisfaction of a Key Account"
    _inherit = ["key.account.assessment.mixin"]
    _order = "date desc, id desc"

    score = fields.Float(
        "Score (0–10)", digits=(3, 1), required=True, aggregator="avg", help="From 0 (worst) to 10 (best)."
    )
    date = fields.Date(index=True)
    contact_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
        help="Who gave the score. If empty, the account as a whole.",
    )
    comment = fields.Text()
    source = fields.Selection(
        [("survey", "Survey"), ("manual", "Entered Manually")], required=True, default="manual", readonly=True
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Survey Answer",
        readonly=True,
        copy=False,
        groups=MANAGER,
    )

    _one_per_answer = models.UniqueIndex(
        "(user_input_id) WHERE user_input_id IS NOT NULL", "This survey answer has already been counted."
    )
    _score_range = models.Constraint("CHECK (score BETWEEN 0 AND 10)", "Score: enter a number from 0 to 10.")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for record in self:
            names = (record.partner_id.display_name, fields.Date.to_string(record.date))
            record.display_name = " – ".join(name for name in names if name)

    # === CONSTRAINT METHODS ===#

    @api.constrains("contact_id", "partner_id")
    def _check_contact_id(self):
        for record in self:
            if record.contact_id and not record.contact_id._is_below(record.partner_id):
                raise ValidationError(
                    self.env._(
                        "Contact: %(contact)s does not belong to %(account)s.",
                        contact=record.contact_id.display_name,
                        account=record.partner_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for record in self:
            if record.date > today:
                raise ValidationError(
                    self.env._("Date: %(date)s is in the future.", date=fields.Date.to_string(record.date))
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        # Number fields cannot be empty: a missing score would become 0, the worst one, so it is refused
        return super().create(
            [
                {**vals, "score": -1.0} if vals.get("score") is None or vals["score"] is False else vals
                for vals in vals_list
            ]
        )
