from odoo import api, fields, models
from odoo.fields import Domain

from ...figures.period import Period


class KeyAccountTarget(models.Model):
    """The target for a figure of an account in a fiscal year.

    This is the only place where such a number is kept. The account's action plan for the year and its objectives show
    it, and what is entered there is written here, see ``key.account.plan``.
    """

    _name = "key.account.target"
    _inherit = ["key.account.account.record.mixin"]
    _description = "Account Target"
    _order = "year desc, partner_id, kpi_id, id"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one("key.account.kpi", "Figure", required=True, index=True, ondelete="cascade")
    audience = fields.Selection(related="kpi_id.audience", store=True)
    year = fields.Integer(
        "Fiscal Year",
        required=True,
        default=lambda self: Period.of_fiscal_year(self.env.company, fields.Date.context_today(self)).year,
        help="The year in which the fiscal year ends.",
    )
    value = fields.Float("Target", required=True, help="For percentages, enter 25 for 25%.")
    is_agreed = fields.Boolean(
        "Agreed with Customer",
        compute="_compute_is_agreed",
        store=True,
        readonly=False,
        copy=False,
        help="The customer's documents show the target. Otherwise, only people who work for the account can see it. If "
        "the target changes, it has to be agreed again.",
    )
    unit = fields.Char(compute="_compute_unit")

    _year_is_a_year = models.Constraint("CHECK (year BETWEEN 1900 AND 2999)", "A fiscal year must have four digits.")
    _target_uniq = models.UniqueIndex(
        "(partner_id, company_id, year, kpi_id)", "This account already has a target for that figure and year."
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id", "kpi_id", "year", "value")
    def _compute_is_agreed(self):
        """Another number is not the one that the customer agreed to."""
        self.is_agreed = False

    @api.depends("kpi_id.unit", "company_id.currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        for target in self:
            target.unit = target.kpi_id._get_unit_label(target.company_id.currency_id)

    # === BUSINESS METHODS ===#

    @api.model
    def _get_targets(self, partners, year):
        """The targets that the active company set for these accounts. Checks no access, like the figures engine.

        :param year: the year in which the fiscal year ends
        :return: ``{partner id: {code: (value, whether the customer agreed to it)}}``, percentages as shares like those
            of the figures
        """
        targets = {partner: {} for partner in partners.ids}
        domain = Domain("partner_id", "in", partners.ids) & Domain("year", "=", year)
        # Checked by whoever asks for figures, see above
        for target in self.sudo().search(domain & Domain("company_id", "=", self.env.company.id)):
            value = target.value / 100 if target.kpi_id.unit == "percent" else target.value
            targets[target.partner_id.id][target.kpi_id.code] = value, target.is_agreed
        return targets

    @api.model
    def _get_year(self, period):
        """The fiscal year that the period is or begins; None if it is neither."""
        year = Period.of_fiscal_year(self.env.company, period.date_from)
        if period.date_from != year.date_from or period.date_to > year.date_to:
            return None
        return year.year
