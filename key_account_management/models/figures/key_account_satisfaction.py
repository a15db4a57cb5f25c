from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from ...roles import MANAGER
from ...tools.deletion import on_deletion

# What an answer to the survey says
FROM_ANSWER = ("partner_id", "company_id", "contact_id", "score", "date", "comment", "source", "user_input_id")


class KeyAccountSatisfaction(models.Model):
    """How satisfied an account is, from 0 to 10: an answer to the survey, or entered manually after a conversation."""

    _name = "key.account.satisfaction"
    _description = "Satisfaction of a Key Account"
    _inherit = ["key.account.assessment.mixin", "key.account.import.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ("partner_id", "contact_id")
    _import_fields = ("partner_id", "contact_id", "score", "date", "comment")

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

    visit_id = fields.Many2one(
        "key.account.visit",
        "Customer Visit",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Where it was heard.",
    )

    # Several answers may have been given to one invitation
    invite_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _one_per_invitation = models.UniqueIndex(
        "(invite_token) WHERE invite_token IS NOT NULL", "An answer to this invitation has already been counted."
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

    @api.constrains(*FROM_ANSWER)
    def _check_source(self):
        # As superuser: not everyone who enters scores may read the answers
        for record in self.sudo():
            if record.source == "survey" or record.user_input_id:
                answered = record.user_input_id._get_key_account_satisfaction_values()
                if not answered or not record._says(answered):
                    raise ValidationError(
                        self.env._(
                            "Source: only what a customer answers in the survey counts as an answer to it. Enter what "
                            "you heard in a conversation as “Entered Manually”."
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

    def write(self, vals):
        if vals.keys() & set(FROM_ANSWER):
            self._check_not_answered()
        return super().write(vals)

    @on_deletion
    def _unlink_except_answered(self):
        self._check_not_answered()

    # === BUSINESS METHODS ===#

    def _check_not_answered(self):
        """:raises UserError: it is what a customer answered"""
        answered = self.filtered(lambda record: record.source == "survey")
        if answered:
            raise UserError(
                self.env._(
                    "%(records)s: this is what the customer answered in the survey. It can be neither changed nor "
                    "deleted. Enter what you heard later as a further score.",
                    records=", ".join(answered.mapped("display_name")),
                )
            )

    def _says(self, values):
        """Whether the record has these values, as they are written."""
        self.ensure_one()
        if float_compare(self.score, values["score"], precision_digits=1):
            return False
        return all(
            self._fields[name].convert_to_write(self[name], self) == (values[name] or False)
            for name in FROM_ANSWER
            if name != "score"
        )
