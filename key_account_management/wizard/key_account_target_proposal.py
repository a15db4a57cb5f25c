from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..figures.period import Period
from ..models.figures.key_account_target import BY_CATEGORY, QUARTERS
from ..tools.time_zones import company_day


class KeyAccountTargetProposal(models.TransientModel):
    """Proposes targets from what was reached a year earlier. They are corrected by hand, and then created once."""

    _name = "key.account.target.proposal"
    _inherit = ["key.account.guard.mixin"]
    _description = "Propose Targets"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Accounts",
        domain="[('key_account_status', '!=', False)]",
        default=lambda self: self._default_partner_ids(),
        help="Empty: all of your accounts.",
    )
    year = fields.Integer(
        "Fiscal Year",
        required=True,
        default=lambda self: self._default_year(),
        help="The year in which the fiscal year ends.",
    )
    kpi_id = fields.Many2one(
        "key.account.kpi",
        "Figure",
        required=True,
        domain=[("code", "in", BY_CATEGORY)],
        default=lambda self: self.env.ref("key_account_management.kpi_revenue", raise_if_not_found=False),
        ondelete="cascade",
    )
    percent = fields.Float(
        "Change in %", default=5.0, digits=(16, 1), help="5: five percent more than a year earlier. -5: five less."
    )
    by_quarter = fields.Boolean()
    by_category = fields.Boolean("By Product Category", help="By the categories at the top.")
    line_ids = fields.One2many("key.account.target.proposal.line", "proposal_id", "Proposed Targets")

    _year_is_a_year = models.Constraint("CHECK (year BETWEEN 1950 AND 2900)", "A fiscal year must have four digits.")
    _percent_range = models.Constraint(
        "CHECK (percent BETWEEN -100 AND 1000)", "The change must be between -100% and 1,000%."
    )

    @api.model
    def _default_partner_ids(self):
        """:return: what the client says was selected, if it is accounts"""
        selected = self.env.context.get("active_ids")
        if self.env.context.get("active_model") != "res.partner" or not isinstance(selected, (list, tuple)):
            return []
        return [each for each in selected if type(each) is int]

    @api.model
    def _default_year(self):
        """:return: the fiscal year in progress, in its last quarter the next one"""
        today = company_day(self.env.company)
        year = Period.of_fiscal_year(self.env.company, today)
        return year.year + (today in year.quarters[-1])

    # === ACTION METHODS ===#

    def action_propose(self):
        """Fills the lines anew; errors as of `_compute_figures`.

        :raises UserError: nothing was reached that a target could be proposed from
        """
        self.ensure_one()
        self.line_ids.unlink()
        known = self._known_targets()
        values = []
        for account, quarter, category, base, period in self._bases():
            target = known.get((account, quarter, category))
            values.append(
                {
                    "proposal_id": self.id,
                    "partner_id": account.id,
                    "quarter": quarter,
                    "category_id": category.id,
                    "base": base,
                    "base_from": period.date_from,
                    "base_to": period.date_to,
                    "value": target.value if target else self._round(base * (1 + self.percent / 100)),
                    "is_known": bool(target),
                }
            )
        if not values:
            raise UserError(self.env._("Nothing was reached in the year before that targets could be proposed from."))
        self.env["key.account.target.proposal.line"]._make(values)
        return self._reopen()

    def action_create(self):
        """Creates the targets of the lines, unless there are such already, and shows all of the year."""
        self.ensure_one()
        known = self._known_targets()
        values = [
            {
                "partner_id": line.partner_id.id,
                "company_id": self.company_id.id,
                "year": self.year,
                "kpi_id": self.kpi_id.id,
                "quarter": line.quarter,
                "category_id": line.category_id.id,
                "value": line.value,
            }
            for line in self.line_ids
            if line.value and (line.partner_id, line.quarter, line.category_id) not in known
        ]
        if not values and not self.line_ids:
            raise UserError(self.env._("Choose Propose first: there are no lines to create targets from."))
        self.env["key.account.target"].create(values)
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_target_action")
        action["domain"] = [
            ("year", "=", self.year),
            ("kpi_id", "=", self.kpi_id.id),
            ("company_id", "=", self.company_id.id),
            ("partner_id", "in", self.line_ids.partner_id.ids),
        ]
        return action

    # === BUSINESS METHODS ===#

    def _get_accounts(self):
        if self.partner_ids:
            return self.partner_ids
        partners = self.env["res.partner"]
        domain = Domain("key_account_status", "not in", (False, "former"))
        domain &= Domain("company_id", "in", (False, self.company_id.id))
        if not partners._sees_all_key_accounts():
            domain &= Domain("is_my_key_account", "=", True)
        return partners.search(domain)

    def _known_targets(self):
        """:return: ``{(account, quarter, category): target}`` of the year"""
        targets = self.env["key.account.target"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("year", "=", self.year)
            & Domain("kpi_id", "=", self.kpi_id.id)
        )
        return {(target.partner_id, target.quarter, target.category_id): target for target in targets}

    def _bases(self):
        """What was reached a year earlier.

        :return: (account, quarter or False, category, value, `Period` of the value), only where there is something
        """
        engine = self.env["key.account.figures"].with_company(self.company_id)
        engine = engine.with_context(allowed_company_ids=self.company_id.ids)
        accounts, code = self._get_accounts(), self.kpi_id.code
        breakdowns = ("category_tree",) if self.by_category else ()
        year = self.env["key.account.target"]._get_fiscal_year(self.company_id, self.year)
        quarters = [number for number, _label in QUARTERS] if self.by_quarter else [False]
        found = []
        for quarter in quarters:
            period = self._before(year.quarters[int(quarter) - 1] if quarter else year, bool(quarter))
            figures = engine._compute_figures(accounts, period, [code], breakdowns, self.env.user)
            for account in accounts:
                figure = figures[account.id][code]
                parts = [(self.env["product.category"], figure.value)]
                if self.by_category:
                    parts = [
                        (self.env["product.category"].browse(row.key), row.value)
                        for row in figure.breakdowns["category_tree"]
                        if isinstance(row.key, int) and not row.depth
                    ]
                found += [
                    (account, quarter, category, value, period) for category, value in parts if value and value > 0
                ]
        return sorted(found, key=lambda each: (each[0].display_name, each[2].display_name or "", each[1] or ""))

    def _before(self, whole, is_quarter):
        """The same days one year earlier; if they are not over, 12 months up to yesterday, or the quarter before."""
        before, today = whole.previous, company_day(self.company_id)
        if before.date_to < today:
            return before
        return before.previous if is_quarter else Period.years_up_to(fields.Date.subtract(today, days=1))

    def _round(self, value):
        """Targets are round numbers."""
        return float(round(value))

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose Targets"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
