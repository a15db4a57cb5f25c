from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...figures.period import Period


class KeyAccountDemand(models.Model):
    """An estimate of what an account buys in a product category in a year, from us and from all others."""

    _name = "key.account.demand"
    _description = "Estimated Purchases of a Key Account"
    _inherit = ["key.account.assessment.mixin", "key.account.import.mixin"]
    _order = "year desc, partner_id, categ_id, id"
    _rec_names_search = ("partner_id", "categ_id")
    _import_fields = ("partner_id", "categ_id", "year", "amount", "currency_id", "source", "date")
    # Older estimates are marked as outdated
    _stale_months = 18

    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        required=True,
        index=True,
        ondelete="restrict",
        help="Includes the subcategories.",
    )
    year = fields.Integer(
        "Fiscal Year",
        required=True,
        default=lambda self: Period.of_fiscal_year(self.env.company, fields.Date.context_today(self)).year,
        aggregator=None,
        help="The year in which the fiscal year ends.",
    )
    amount = fields.Monetary(
        "Estimated Purchases",
        required=True,
        aggregator=None,
        help="What the account and all companies below it buy in this category in the year, from us and from all "
        "other suppliers.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    company_amount = fields.Monetary(
        "In Company Currency",
        compute="_compute_company_amount",
        store=True,
        currency_field="company_currency_id",
        help="Converted at the rate on the date of the estimate.",
    )
    source = fields.Char(required=True, help="Where the estimate comes from, e.g. the customer's buyer.")
    date = fields.Date("Estimated On")
    is_stale = fields.Boolean(
        "Outdated", compute="_compute_is_stale", help="The estimate is more than 18 months old: ask again."
    )

    _one_per_category_and_year = models.UniqueIndex(
        "(partner_id, categ_id, year, company_id)",
        "Product Category: there is already an estimate for this account, category and fiscal year.",
    )
    _year_range = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "Fiscal Year: enter a year from 2000 to 2100."
    )
    _amount_range = models.Constraint(
        "CHECK (amount > 0 AND amount < 1000000000000)",
        "Estimated Purchases: enter an amount above 0 and below 1,000,000,000,000.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "categ_id", "year")
    def _compute_display_name(self):
        for demand in self:
            names = (demand.partner_id.display_name, demand.categ_id.display_name, demand.year)
            demand.display_name = " – ".join(str(name) for name in names if name)

    @api.depends("company_id")
    def _compute_currency_id(self):
        for demand in self:
            demand.currency_id = demand.currency_id or demand.company_id.currency_id

    @api.depends("amount", "currency_id", "company_id.currency_id", "date")
    def _compute_company_amount(self):
        for demand in self:
            company = demand.company_id
            demand.company_amount = (
                demand.currency_id._convert(
                    demand.amount, company.currency_id, company, demand.date or fields.Date.context_today(demand)
                )
                if demand.currency_id and company
                else demand.amount
            )

    @api.depends("date")
    def _compute_is_stale(self):
        today = fields.Date.context_today(self)
        for demand in self:
            demand.is_stale = demand._is_stale_on(today)

    # === CONSTRAINT METHODS ===#

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for demand in self:
            if demand.date > today:
                raise ValidationError(
                    self.env._("Estimated On: %(date)s is in the future.", date=fields.Date.to_string(demand.date))
                )

    # === BUSINESS METHODS ===#

    def _is_stale_on(self, day):
        self.ensure_one()
        return bool(self.date) and self.date < day - relativedelta(months=self._stale_months)
