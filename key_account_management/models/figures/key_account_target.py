from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...figures.figure import ratio
from ...figures.period import Period
from ...tools.optional_fields import OptionalFloat

# Figures that have parts by product category which add up
BY_CATEGORY = ("revenue", "sales_volume", "contribution_margin")
QUARTERS = [("1", "Q1"), ("2", "Q2"), ("3", "Q3"), ("4", "Q4")]


class KeyAccountTarget(models.Model):
    """The target for a figure of an account in a fiscal year, or in a quarter of it, or for a product category.

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
    quarter = fields.Selection(QUARTERS, help="Of the fiscal year. Empty: the target is for the whole year.")
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        ondelete="cascade",
        help="Includes the subcategories. Empty: the target is for all of them together.",
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
    actual = OptionalFloat(compute="_compute_actual", help="Up to today, if the time is not over.")
    target_to_date = OptionalFloat(
        compute="_compute_actual",
        help="What of the target is due by today: in proportion to the months of the year before, else to the days.",
    )
    reached = OptionalFloat(
        "Reached in %", compute="_compute_actual", help="Actual divided by the target to date, where more is better."
    )

    _year_is_a_year = models.Constraint("CHECK (year BETWEEN 1900 AND 2999)", "A fiscal year must have four digits.")
    _target_uniq = models.UniqueIndex(
        "(partner_id, company_id, year, kpi_id, COALESCE(category_id, 0), COALESCE(quarter, ''))",
        "This account already has a target for that figure and year.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id", "kpi_id", "year", "quarter", "category_id", "value")
    def _compute_is_agreed(self):
        """Another number is not the one that the customer agreed to."""
        self.is_agreed = False

    @api.depends("kpi_id.unit", "company_id.currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        for target in self:
            target.unit = target.kpi_id._get_unit_label(target.company_id.currency_id)

    @api.depends("partner_id", "company_id", "kpi_id", "year", "quarter", "category_id", "value")
    @api.depends_context("uid")
    def _compute_actual(self):
        compared = self.env["key.account.figures"]._compare_targets(self)
        for target in self:
            factor = 100 if target.kpi_id.unit == "percent" else 1
            actual, share = compared.get(target, (None, None))
            target.actual = None if actual is None else actual * factor
            target.target_to_date = None if share is None else target.value * share
            is_goal = target.kpi_id.better == "up"
            target.reached = ratio(target.actual, target.target_to_date) if is_goal else None

    # === CONSTRAINT METHODS ===#

    @api.constrains("kpi_id", "quarter", "category_id")
    def _check_parts(self):
        over_time = {
            code for source in self.env["key.account.figures"]._get_sources() for code in source.codes_over_time
        }
        for target in self:
            if target.category_id and target.kpi_id.code not in BY_CATEGORY:
                raise ValidationError(
                    self.env._("%(figure)s has no targets by product category.", figure=target.kpi_id.name)
                )
            if target.quarter and target.kpi_id.code not in over_time:
                raise ValidationError(
                    self.env._(
                        "%(figure)s does not add up over a year: it has no targets by quarter.",
                        figure=target.kpi_id.name,
                    )
                )

    @api.constrains("partner_id", "company_id", "year", "kpi_id", "quarter", "category_id")
    def _check_overlap(self):
        """A target includes the subcategories: one for a category and one inside it would count the same twice."""
        of_category = self.filtered("category_id")
        if not of_category:
            return
        # Also those that the user may not see
        others = self.sudo().search(
            Domain("category_id", "!=", False)
            & Domain("partner_id", "in", of_category.partner_id.ids)
            & Domain("year", "in", of_category.mapped("year"))
        )
        names = ("partner_id", "company_id", "year", "kpi_id", "quarter")
        groups = others.grouped(lambda target: tuple(target[name] for name in names))
        # As superuser: what counts twice does so whoever may read it
        for target in of_category.sudo():
            for other in groups.get(tuple(target[name] for name in names), ()):
                paths = sorted((target.category_id.parent_path, other.category_id.parent_path))
                if other.category_id != target.category_id and paths[1].startswith(paths[0]):
                    raise ValidationError(
                        self.env._(
                            "%(account)s has targets for %(category)s and for %(other)s, one of which is inside the "
                            "other: the same would count twice. Change or delete one of them.",
                            account=target.partner_id.display_name,
                            category=target.category_id.display_name,
                            other=other.category_id.display_name,
                        )
                    )

    # === BUSINESS METHODS ===#

    def _get_period(self):
        """:return: the `Period` of the target: its fiscal year or a quarter of it, None for no year of a calendar"""
        self.ensure_one()
        if not self.company_id or not Period(date(max(self.year, 1), 1, 1), date(max(self.year, 1), 1, 1)).is_possible:
            return None
        year = self._get_fiscal_year(self.company_id, self.year)
        return year.quarters[int(self.quarter) - 1] if self.quarter else year

    @api.model
    def _get_fiscal_year(self, company, number):
        """:return: the company's fiscal year that ends in this year"""
        # As superuser: whoever reads a target may know when the company's year ends
        last_month = int(company.sudo().fiscalyear_last_month)
        return Period.of_fiscal_year(company, date(number, last_month, 1))

    @api.model
    def _get_targets(self, partners, year, quarter=False):
        """The targets that the active company set for these accounts. Checks no access, like the figures engine.

        :param year: the year in which the fiscal year ends
        :param quarter: of that year; False: the targets for all of it
        :return: ``{partner id: {code: (value, whether the customer agreed to it)}}``, percentages as shares like those
            of the figures
        """
        targets = {partner: {} for partner in partners.ids}
        domain = Domain("partner_id", "in", partners.ids) & Domain("year", "=", year)
        domain &= Domain("quarter", "=", quarter) & Domain("category_id", "=", False)
        # Checked by whoever asks for figures, see above
        for target in self.sudo().search(domain & Domain("company_id", "=", self.env.company.id)):
            value = target.value / 100 if target.kpi_id.unit == "percent" else target.value
            targets[target.partner_id.id][target.kpi_id.code] = value, target.is_agreed
        return targets

    @api.model
    def _get_wholes(self, period):
        """What targets there may be for a period: those of the fiscal year and of the quarter that it is or begins.

        The first days of a year are compared with the target of the year, its whole first quarter rather with its own.

        :return: list of (`Period` of the targets, its fiscal year, ``"1"`` to ``"4"`` or False), the closest first
        """
        year = Period.of_fiscal_year(self.env.company, period.date_from)
        wholes = [
            (quarter, year.year, number)
            for (number, _label), quarter in zip(QUARTERS, year.quarters, strict=True)
            if period.date_from == quarter.date_from
            and period.date_to <= quarter.date_to
            and (number != "1" or period == quarter)
        ]
        if period.date_from == year.date_from and period.date_to <= year.date_to:
            wholes.append((year, year.year, False))
        return wholes
