from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...figures.period import Period
from ...roles import MANAGER
from ...tools.client import ACCOUNT_PAGE
from ...tools.optional_fields import OptionalFloat, OptionalMonetary, OptionalNumber
from ...tools.time_zones import company_day

KEPT_CODES = {
    "state": ("revenue",),
    "revenue": ("revenue",),
    "revenue_previous": ("revenue",),
    "last_purchase": ("revenue",),
    "usual_days": ("revenue",),
    "is_reorder_late": ("revenue",),
    "potential": ("white_space",),
}
# What the engine computes, see `CategoryPurchase`
COMPUTED = ("state", "revenue", "revenue_previous", "last_purchase", "usual_days", "is_reorder_late", "potential")


class KeyAccountCategoryPurchase(models.Model):
    """What each key account buys in which product category, in each company: today's white space over all accounts,
    and who has stopped buying what.

    Written by the system alone, together with the portfolio: see `CategoryPurchases` for what the rows say.
    """

    _name = "key.account.category.purchase"
    _inherit = ["key.account.kept.mixin"]
    _description = "Purchases by Product Category"
    _order = "partner_id, category_id, id"
    _rec_name = "category_id"

    partner_id = fields.Many2one(
        "res.partner", "Account", required=True, readonly=True, index=True, ondelete="cascade", context=ACCOUNT_PAGE
    )
    category_id = fields.Many2one(
        "product.category", "Product Category", required=True, readonly=True, index=True, ondelete="cascade"
    )
    manager_id = fields.Many2one(
        "res.users",
        "Key Account Manager",
        related="partner_id.key_account_manager_id",
        store=True,
        index=True,
    )
    as_of = fields.Datetime(compute="_compute_as_of", help="When the rows of the account were computed.")
    state = fields.Selection(
        [("bought", "Bought"), ("lapsed", "Lapsed"), ("never", "Never")],
        required=True,
        readonly=True,
        help="Bought: in this fiscal year. Lapsed: before, but not in this year. Never: no revenue at all.",
    )
    revenue = OptionalMonetary("Revenue to Date", readonly=True)
    revenue_previous = OptionalMonetary(
        "Revenue Last Year", readonly=True, help="On the same days of the previous fiscal year."
    )
    last_purchase = fields.Date(
        readonly=True,
        help="The last day on which goods were invoiced. Invoices that were reversed in full do not count.",
    )
    usual_days = OptionalFloat(
        "Usual Interval",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Days from one purchase to the next: the median of the last 24 months, from three intervals on.",
    )
    is_reorder_late = fields.Boolean(
        "Not Reordered",
        readonly=True,
        help="Since the last purchase, more than one and a half times the usual interval has gone by, and more than "
        "two weeks beyond it.",
    )
    potential = OptionalMonetary(
        readonly=True,
        groups=MANAGER,
        help="Estimated purchases of the year to date that have not become revenue.",
    )
    # Whoever reads a link is shown its name; not everyone who sees the account may read all opportunities
    opportunity_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="set null", index="btree_not_null", groups=fields.NO_ACCESS
    )
    has_open_opportunity = fields.Boolean(
        compute="_compute_has_open_opportunity", search="_search_has_open_opportunity"
    )

    _category_uniq = models.UniqueIndex(
        "(partner_id, company_id, category_id)", "An account has one row for each product category."
    )

    # === COMPUTE METHODS ===#

    @api.depends("opportunity_id.won_status", "opportunity_id.active")
    def _compute_has_open_opportunity(self):
        for row in self:
            # Also one that the user may not open: it is there
            row.has_open_opportunity = row.sudo()._get_open_opportunity()

    def _search_has_open_opportunity(self, operator, value):
        if operator != "in":
            return NotImplemented
        # As superuser: see above
        rows = self.sudo()._search(
            Domain("opportunity_id.active", "=", True) & Domain("opportunity_id.won_status", "=", "pending")
        )
        has_one = Domain("id", "in", rows)
        return has_one if True in value else ~has_one

    @api.depends("partner_id", "company_id")
    def _compute_as_of(self):
        domain = Domain("partner_id", "in", self.partner_id.ids) & Domain("is_current", "=", True)
        rows = self.env["key.account.snapshot"].search_fetch(domain, ["partner_id", "company_id", "as_of"])
        moments = {(row.partner_id, row.company_id): row.as_of for row in rows}
        for row in self:
            row.as_of = moments.get((row.partner_id, row.company_id))

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    # === TOTALS ===#

    def _read_group_select(self, aggregate_spec, query):
        """Sums count an account that is inside another one of the group once."""
        # Checks access, and adds the rates to the query
        selected = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        if function not in ("sum", "sum_currency") or not isinstance(self._fields[name], OptionalNumber):
            return selected
        columns = [SQL.identifier(self._table, "id"), self._amount_to_sql(name, query, function)]
        gathered = [SQL("ARRAY_AGG(%s)", column) for column in columns]
        return SQL(
            """(
                SELECT SUM(amount)
                  FROM UNNEST(%(gathered)s) AS gathered (row_id, amount)
                 WHERE NOT EXISTS (
                        SELECT
                          FROM key_account_category_purchase inside
                          JOIN key_account_snapshot inner_account
                            ON inner_account.partner_id = inside.partner_id
                           AND inner_account.company_id = inside.company_id
                           AND inner_account.is_current
                          JOIN key_account_snapshot_outer_rel rel ON rel.inner_id = inner_account.id
                          JOIN key_account_snapshot outer_account ON outer_account.id = rel.outer_id
                          JOIN key_account_category_purchase outside
                            ON outside.partner_id = outer_account.partner_id
                           AND outside.company_id = inside.company_id
                           AND outside.category_id = inside.category_id
                         WHERE inside.id = gathered.row_id AND outside.id = ANY(%(ids)s)
                       )
            )""",
            gathered=SQL(", ").join(gathered),
            ids=gathered[0],
        )

    # === ACTION METHODS ===#

    @api.readonly
    def action_open_account(self):
        """Opens the account of a row."""
        self.ensure_one()
        return self.partner_id._get_key_account_form_action()

    def action_open_opportunity(self):
        """Opens the row's open opportunity; without one, makes it from the account, the category and the potential.

        :raises AccessError: no right to create opportunities
        :raises UserError: its open opportunity is not the user's
        """
        self.ensure_one()
        self.check_access("read")
        # Whoever else does the same waits here, and then finds the opportunity
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT id FROM key_account_category_purchase WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["opportunity_id"])
        # That there is one says nothing about it
        lead = self.sudo()._get_open_opportunity()
        if not lead:
            lead = self.env["crm.lead"].with_company(self.company_id).create(self._prepare_opportunity_values())
            # Rows are written by the system alone: the user may read this one, and has created the opportunity
            self.sudo().opportunity_id = lead
        elif not lead.with_env(self.env).has_access("read"):
            raise UserError(
                self.env._(
                    "%(user)s already has an open opportunity for this.",
                    user=lead.user_id.name or self.env._("Nobody in particular"),
                )
            )
        return lead.with_env(self.env)._get_records_action()

    def _get_open_opportunity(self):
        """:return: the row's opportunity unless it is won, lost or archived"""
        return self.opportunity_id.filtered(lambda lead: lead.active and lead.won_status == "pending")

    def _prepare_opportunity_values(self):
        values = {
            "name": self.env._(
                "%(category)s for %(account)s",
                category=self.category_id.display_name,
                account=self.partner_id.display_name,
            ),
            "type": "opportunity",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
        }
        if self._has_field_access(self._fields["potential"], "read"):
            values["expected_revenue"] = self.potential or 0.0
        return values

    def action_refresh(self):
        """As `action_refresh` of the portfolio, of the accounts of these rows."""
        accounts = self.partner_id
        rows = self.env["key.account.snapshot"].search(
            Domain("is_current", "=", True) & Domain("partner_id", "in", accounts.ids)
        )
        return rows.action_refresh()

    # === BUSINESS METHODS ===#

    @api.model
    def _keep(self, accounts, with_rows):
        """Brings the rows of these accounts in the active company up to date. To be called as the portfolio is.

        :param accounts: that no other worker is doing
        :param with_rows: those of them with which there is business in the company
        """
        company = self.env.company
        year = Period.of_fiscal_year(company, company_day(company))
        period = year.to_date(company_day(company))
        computed = self.env["key.account.figures"]._compute_category_purchases(with_rows, period) if with_rows else {}
        domain = Domain("partner_id", "in", accounts.ids) & Domain("company_id", "=", company.id)
        known = {(row.partner_id.id, row.category_id.id): row for row in self.search(domain)}
        new = []
        for account, by_category in computed.items():
            for category, purchase in by_category.items():
                values = {name: getattr(purchase, name) for name in COMPUTED}
                values["currency_id"] = company.currency_id.id
                row = known.pop((account, category), None)
                if row is None:
                    new.append({"partner_id": account, "company_id": company.id, "category_id": category, **values})
                    continue
                # Most rows are as they were the day before
                changed = {name: value for name, value in values.items() if row._is_other(name, value)}
                if changed:
                    row.write(changed)
        self.browse([row.id for row in known.values()]).unlink()
        self.create(new)

    def _is_other(self, name, value):
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)
