import logging
from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...figures.period import Period
from ...figures.snapshot import KEPT, SnapshotValues
from ...roles import MANAGER
from ...screens.start import SCOPES, UNASSIGNED, Start
from ...screens.why import Why
from ...tools.client import ACCOUNT_PAGE, notification
from ...tools.optional_fields import OptionalFloat, OptionalMonetary, OptionalNumber
from ...tools.problems import log_problem
from ...tools.rpc import for_every_rpc, shortened
from ...tools.time_zones import company_day

_logger = logging.getLogger(__name__)

JOB = "snapshots"
CRON = "key_account_management.ir_cron_refresh_snapshots"
# Accounts for which figures are computed together, and committed
BATCH = 100
# So many are computed while somebody waits
AT_ONCE = 50
# Month's ends that are made up for
MONTHS = 12
# Averages that are quotients of sums: of what, by what
SHARES = {
    "revenue_change_rate": ("revenue_change", "revenue_compared"),
    "margin_1_rate": ("margin_1", "revenue"),
    "margin_3_rate": ("margin_3", "revenue"),
}
KEPT_CODES = {name: kept.codes for name, kept in KEPT.items()}
OF_ACCOUNT = {
    "status": "key_account_status",
    "tier_id": "key_account_tier_id",
    "manager_id": "key_account_manager_id",
    "next_review": "key_account_next_review",
}


class KeyAccountSnapshot(models.Model):
    """The portfolio: where each key account stands in each company, today and at each month's end.

    Written by the system alone, with what the engine computes: at night, and when somebody asks for it. What people
    decide about an account is seen at once in today's row, and stays as it was in those of month's ends.
    """

    _name = "key.account.snapshot"
    _inherit = ["key.account.kept.mixin"]
    _description = "Key Account Portfolio"
    _order = "revenue_change, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Account", required=True, readonly=True, index=True, ondelete="cascade", context=ACCOUNT_PAGE
    )
    date = fields.Date(required=True, readonly=True, index=True)
    is_current = fields.Boolean("Today", readonly=True, index=True)
    as_of = fields.Datetime(readonly=True, aggregator=None, help="When the figures were computed.")
    history_until = fields.Date(readonly=True, groups=fields.NO_ACCESS)
    outer_ids = fields.Many2many(
        "key.account.snapshot",
        "key_account_snapshot_outer_rel",
        "inner_id",
        "outer_id",
        "Included in",
        readonly=True,
        help="The accounts above this one: their figures include it, so totals count it only once.",
    )

    # What people decide, see `_compute_account`
    status = fields.Selection(
        lambda self: self.env["res.partner"]._fields["key_account_status"]._description_selection(self.env),
        compute="_compute_account",
        store=True,
    )
    tier_id = fields.Many2one(
        "key.account.tier", compute="_compute_account", store=True, ondelete="set null", index=True
    )
    manager_id = fields.Many2one(
        "res.users",
        "Key Account Manager",
        compute="_compute_account",
        store=True,
        ondelete="set null",
        index=True,
    )
    next_review = fields.Date("Next Annual Review", compute="_compute_account", store=True)
    country_id = fields.Many2one("res.country", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)

    # Why, see `figures/reasons.py`
    facts = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    # What needs attention, see `figures/signals.py`
    signals = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    why = fields.Char(compute="_compute_why", help="What explains best where the account stands.")

    # Revenue
    revenue = OptionalMonetary("Revenue to Date", readonly=True)
    revenue_previous = OptionalMonetary("Revenue Last Year", readonly=True)
    revenue_compared = OptionalMonetary("Comparable Revenue Last Year", readonly=True)
    revenue_change = OptionalMonetary("Change", readonly=True)
    revenue_change_rate = OptionalFloat("Change in %", readonly=True, aggregator="avg")
    target = OptionalMonetary("Target", readonly=True)
    target_to_date = OptionalMonetary("Target to Date", readonly=True)
    forecast = OptionalMonetary("Forecast", readonly=True, groups=MANAGER)
    forecast_low = OptionalMonetary("Forecast: at Least", readonly=True, aggregator=None, groups=MANAGER)
    forecast_high = OptionalMonetary("Forecast: at Most", readonly=True, aggregator=None, groups=MANAGER)
    forecast_gap = OptionalMonetary("Forecast against Target", readonly=True, groups=MANAGER)

    # Margins
    margin_1 = OptionalMonetary("Margin I", readonly=True, groups=MANAGER)
    margin_1_rate = OptionalFloat("Margin I in %", readonly=True, aggregator="avg", groups=MANAGER)
    margin_3 = OptionalMonetary("Margin III", readonly=True, groups=MANAGER)
    margin_3_rate = OptionalFloat("Margin III in %", readonly=True, aggregator="avg", groups=MANAGER)

    # Payment, service
    overdue_amount = OptionalMonetary(readonly=True, groups=MANAGER)
    days_late = OptionalFloat(digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    returns_rate = OptionalFloat("Returns in %", readonly=True, aggregator=None)
    satisfaction = OptionalFloat(digits=(16, 1), readonly=True, aggregator=None)
    visits = OptionalFloat("Visits", digits=(16, 0), readonly=True)
    visit_target = OptionalFloat("Visit Target to Date", digits=(16, 1), readonly=True)
    last_visit = fields.Date(readonly=True)
    next_visit = fields.Date("Planned Visit", readonly=True)
    visit_due = fields.Date("Next Visit Due", readonly=True)

    contact_age = fields.Selection(
        [
            ("1_month", "Up to 30 Days"),
            ("2_quarter", "31 to 90 Days"),
            ("3_half", "91 to 180 Days"),
            ("4_longer", "More than 180 Days"),
            ("5_never", "Never"),
        ],
        "Since Last Visit",
        readonly=True,
    )

    is_visit_overdue = fields.Boolean(
        "Visit Overdue", compute="_compute_is_visit_overdue", search="_search_is_visit_overdue"
    )

    # Health
    health = OptionalFloat("Account Health", digits=(16, 1), readonly=True, aggregator="avg", groups=MANAGER)
    health_change = OptionalFloat("Change in Health", digits=(16, 1), readonly=True, aggregator="avg", groups=MANAGER)
    health_parts = fields.Json(
        readonly=True, groups=fields.NO_ACCESS, help="Score of each component, also those of other add-ons."
    )
    health_revenue = OptionalFloat("Health: Revenue", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_margin = OptionalFloat("Health: Margin", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_payment = OptionalFloat("Health: Payment", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_returns = OptionalFloat("Health: Returns", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_satisfaction = OptionalFloat(
        "Health: Satisfaction", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER
    )
    health_contact = OptionalFloat("Health: Contact", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_measures = OptionalFloat("Health: Measures", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)
    health_plan = OptionalFloat("Health: Action Plan", digits=(16, 1), readonly=True, aggregator=None, groups=MANAGER)

    # Potential
    white_space = OptionalMonetary(readonly=True, groups=MANAGER)
    share_of_wallet = OptionalFloat("Share of Wallet", readonly=True, aggregator=None, groups=MANAGER)

    # What is to be done
    measures_open = OptionalFloat("Open Measures", digits=(16, 0), readonly=True)
    measures_overdue = OptionalFloat("Overdue Measures", digits=(16, 0), readonly=True)
    milestones_open = OptionalFloat("Open Milestones", digits=(16, 0), readonly=True)
    milestones_overdue = OptionalFloat("Overdue Milestones", digits=(16, 0), readonly=True)
    briefings_open = OptionalFloat(
        "Open Briefings",
        digits=(16, 0),
        readonly=True,
        groups=MANAGER,
        help="Participants of coaching plans who have not confirmed their briefing.",
    )

    _current_uniq = models.UniqueIndex("(partner_id, company_id) WHERE is_current", "An account has one row for today.")
    _month_uniq = models.UniqueIndex(
        "(partner_id, company_id, date) WHERE NOT is_current", "An account has one row for each month's end."
    )

    # === COMPUTE METHODS ===#

    @api.depends("is_current", *(f"partner_id.{name}" for name in OF_ACCOUNT.values()))
    def _compute_account(self):
        for row in self:
            # Of a month's end only while the row is created
            source = row.partner_id if row.is_current or not row.status else None
            for name, of_account in OF_ACCOUNT.items():
                row[name] = source[of_account] if source else row[name]

    @api.depends("facts", "as_of")
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        why = Why(self.env, self._may_see_figures)
        # The sentence leaves out what its reader may not see; the facts themselves are nobody's
        facts_of_rows = [row.facts or [] for row in self.sudo()]
        why.prepare(fact for facts in facts_of_rows for fact in facts)
        for row, facts in zip(self, facts_of_rows, strict=True):
            row.why = why.sentence(facts, row.currency_id) if row.as_of else self.env._("Not computed yet")

    @api.depends("visit_due", "next_visit")
    def _compute_is_visit_overdue(self):
        overdue = self.filtered_domain(self._search_is_visit_overdue("in", [True]))
        overdue.is_visit_overdue = True
        (self - overdue).is_visit_overdue = False

    def _search_is_visit_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("visit_due", "<", today) & (Domain("next_visit", "=", False) | Domain("next_visit", "<", today))

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        if order == self._order and not self._has_field_access(self._fields["revenue_change"], "read"):
            order = "partner_id, id"
        return super()._search(domain, offset, limit, order, **options)

    # === TOTALS ===#

    def _read_group_select(self, aggregate_spec, query):
        """Sums and averages leave out an account that is inside another one of the group, and take of each account its
        last row.
        """
        # Checks access, and adds the rates to the query
        selected = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        if function == "avg" and name in SHARES:
            for part in SHARES[name]:
                super()._read_group_select(f"{part}:sum_currency", query)
            values = [self._amount_to_sql(part, query, "sum_currency") for part in SHARES[name]]
            known = SQL("FILTER (WHERE first IS NOT NULL AND second IS NOT NULL)")
            result = SQL("SUM(first) %s / NULLIF(SUM(second) %s, 0)", known, known)
        elif function in ("sum", "sum_currency") and isinstance(self._fields[name], OptionalNumber):
            values = [self._amount_to_sql(name, query, function)] * 2
            result = SQL("SUM(first)")
        elif function == "avg" and isinstance(self._fields[name], OptionalNumber):
            values = [self._amount_to_sql(name, query, function)] * 2
            result = SQL("AVG(first)")
        else:
            return selected
        return self._of_outermost(values, result, query)

    def _of_outermost(self, values, result, query):
        """:param values: SQL of two numbers of a row
        :param result: SQL that aggregates them as ``first`` and ``second``, over the rows of a group that count
        """
        columns = [SQL.identifier(self._table, "id")]
        columns += [self._field_to_sql(self._table, name, query) for name in ("partner_id", "company_id", "date")]
        gathered = [SQL("ARRAY_AGG(%s)", column) for column in (*columns, *values)]
        return SQL(
            """(
                SELECT %(result)s
                  FROM (
                        SELECT DISTINCT ON (partner, company) row_id, first, second
                          FROM UNNEST(%(gathered)s) AS gathered (row_id, partner, company, day, first, second)
                      ORDER BY partner, company, day DESC, row_id DESC
                       ) AS last
                 WHERE NOT EXISTS (
                        SELECT FROM key_account_snapshot_outer_rel rel
                         WHERE rel.inner_id = last.row_id AND rel.outer_id = ANY(%(ids)s)
                       )
            )""",
            result=result,
            gathered=SQL(", ").join(gathered),
            ids=gathered[0],
        )

    # === THE START PAGE ===#

    @api.model
    @api.readonly
    @for_every_rpc
    def get_start(self, scope=None, manager_id=0, shows_all=False):
        """What the start page shows, as text in the user's language. Counts the companies of the context.

        :param scope: ``mine``, ``team`` or ``all`` (heads only); None: the first one with accounts
        :param manager_id: of the user whose accounts are chosen from all, -1: those without a manager, 0: no choice
        :param shows_all: whether all that needs attention is shown, and not the ten most important
        :return: ``{"name", "today", "as_of", "scope", "scopes": [{"key", "label", "count"}], "manager", "managers":
            [{"id", "name", "count"}], "unassigned": number, "totals": [{"code", "label", "value", "detail", "tone"}],
            "notes": [text], "attention": {"count", "items": see `Attention.items`, "dismissed": number}, "changed":
            None or {"since", "lines": [{"text", "account"}]}, "accounts": {"count", "rows": [...]},
            "may_see_portfolio", "empty": None or {"text", "buttons": [{"action", "label"}]}}``; what the user may not
            see or nobody knows is empty
        :raises AccessError: no role in Key Accounts
        :raises UserError: there is no such scope or manager
        """
        self.check_access("read")
        if scope not in (None, False, *SCOPES):
            raise UserError(self.env._("There is no such choice of accounts: %(scope)s.", scope=shortened(scope)))
        if manager_id and (type(manager_id) is not int or not UNASSIGNED <= manager_id < 2**31):
            raise UserError(self.env._("There is no record with the ID %(id)s.", id=shortened(manager_id)))
        start = Start(self.env, scope or None, manager_id or 0, bool(shows_all))
        return start.content(self.env.user._get_key_account_last_look())

    @api.model
    def note_start_seen(self):
        """Notes that the user has looked at the start page.

        :raises AccessError: no role in Key Accounts
        """
        self.check_access("read")
        self.env.user._note_key_account_look()

    # === ACTION METHODS ===#

    @api.readonly
    def action_open_account(self):
        """Opens the account of a row."""
        self.ensure_one()
        return self.partner_id._get_key_account_form_action()

    @api.readonly
    def action_view_figure(self, field_name):
        """Opens the records that a number of a row is made of.

        :raises UserError: for a field that is no figure; else as `action_view_key_account_figure`
        """
        self.ensure_one()
        if field_name not in KEPT:
            raise UserError(self.env._("There are no records to show for %(figure)s.", figure=field_name))
        self._check_field_access(self._fields[field_name], "read")
        year = Period.of_fiscal_year(self.company_id, self.date)
        account = self.partner_id.with_company(self.company_id).with_context(allowed_company_ids=self.company_id.ids)
        return account.action_view_key_account_figure(KEPT[field_name].codes[0], year.date_from, self.date)

    def action_refresh(self):
        """Brings the accounts of these rows up to date, of none all of the user's; many of them in the background.

        :raises AccessError: no role in Key Accounts
        """
        partners = self.env["res.partner"]
        partners._check_key_account_figures_access()
        accounts = self.partner_id or partners.search(
            Domain("key_account_status", "!=", False)
            & (Domain.TRUE if partners._sees_all_key_accounts() else Domain("is_my_key_account", "=", True))
        )
        if not self._refresh_now(accounts):
            return notification(
                self.env._("%(count)s accounts are being brought up to date in the background.", count=len(accounts)),
                "info",
            )
        return notification(self.env._("Up to date: %(count)s accounts.", count=len(accounts)), reload=True)

    # === BUSINESS METHODS ===#

    @api.model
    def _refresh_now(self, accounts):
        """Computes today's rows of these accounts in the user's companies; of many of them in the background.

        :return: whether they are up to date now
        """
        if len(accounts) > AT_ONCE:
            # Users have no access to scheduled actions
            self.env.ref(CRON).sudo()._trigger()
            return False
        for company in self.env.companies:
            # The night makes up for the months: for new accounts, they take longer than anybody waits
            self._of_company(company)._refresh_today(accounts)
        return True

    @api.model
    def _of_company(self, company):
        # Written by the system alone; the same for everybody, whoever asks for it
        rows = self.env["key.account.figures"]._for_system(self.sudo())
        return rows.with_company(company).with_context(allowed_company_ids=company.ids, active_test=True)

    @api.model
    def _cron_refresh(self):
        # Those of all managers, whoever starts the job
        partners, rows = self.env["res.partner"].sudo(), self.sudo()
        companies = self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        accounts = Domain("key_account_status", "!=", False)
        gone = Domain("partner_id.active", "=", False) | Domain.OR(
            Domain("company_id", "=", company.id) & Domain("partner_id.company_id", "not in", [False, company.id])
            for company in companies
        )
        # As superuser: written by the system alone
        purchases = self.env["key.account.category.purchase"].sudo()
        self.env["key.account.scheduled.job"]._run(
            JOB,
            *(
                (
                    partners,
                    accounts & Domain("company_id", "in", [False, company.id]),
                    partial(self._try_to_refresh, company),
                )
                for company in companies
            ),
            (rows, Domain("is_current", "=", True) & gone, type(rows).unlink),
            (purchases, gone, type(purchases).unlink),
            (
                # As superuser: the night works for all companies
                self.env["res.company"].sudo(),
                [("active", "=", True)],
                self.env["key.account.candidate"]._try_to_refresh,
            ),
            size=BATCH,
        )

    @api.model
    def _try_to_refresh(self, company, accounts):
        """What cannot be computed for one account stops no others."""
        try:
            with self.env.cr.savepoint():
                self._of_company(company)._refresh(accounts)
        except Exception as error:
            if len(accounts) == 1:
                log_problem(_logger, error, "%s in %s is as it was in the portfolio: %s", accounts.name, company.name)
                return
            self.env.invalidate_all()
            for account in accounts:
                self._try_to_refresh(company, account)

    @api.model
    def _refresh_today(self, accounts):
        """Computes today's rows of these accounts in the active company; those that another worker is doing are its.

        :return: the rows
        """
        accounts = self._claim(accounts.with_env(self.env))
        rows = self._keep_day(accounts, company_day(self.env.company))
        self.env["key.account.category.purchase"]._keep(accounts, rows.partner_id)
        return rows

    @api.model
    def _refresh(self, accounts):
        """As `_refresh_today`, and adds those of month's ends that are missing: of the last ones, and since."""
        current = self._refresh_today(accounts)
        last = company_day(self.env.company) + relativedelta(day=1, days=-1)
        for ago in reversed(range(MONTHS)):
            end = last + relativedelta(months=-ago, day=31)
            missing = current.filtered(lambda row, end=end: not row.history_until or row.history_until < end)
            if missing:
                self._keep_day(missing.partner_id, end)
        current.filtered(lambda row: row.history_until != last).history_until = last

    def _claim(self, accounts):
        """:return: those of the accounts that no other worker is just doing, until the end of the transaction"""
        self.env.flush_all()
        query = SQL(
            "SELECT id FROM UNNEST(%s) AS account (id) WHERE pg_try_advisory_xact_lock(hashtext(%s), id)",
            accounts.ids,
            f"{self._name} {self.env.company.id}",
        )
        return accounts.browse([account for (account,) in self.env.execute_query(query)])

    def _keep_day(self, accounts, day):
        """:return: the rows of a day that were written or created"""
        is_current = day == company_day(self.env.company)
        known = self.search(
            Domain("partner_id", "in", accounts.ids)
            & Domain("company_id", "=", self.env.company.id)
            & (
                Domain("is_current", "=", True)
                if is_current
                else Domain("date", "=", day) & Domain("is_current", "=", False)
            )
        ).grouped("partner_id")
        if not is_current:
            # It stays as it was
            accounts -= accounts.browse(account.id for account in known)
        computed = SnapshotValues(self.env, accounts, day).compute() if accounts else {}
        rows, new = self.browse(), []
        for account in accounts:
            row = known.get(account, self.browse())
            if account.id not in computed:
                row.unlink()
                continue
            values = self._prepare_values(account, day, is_current) | computed[account.id]
            if row:
                row.write(values)
                rows |= row
            else:
                new.append(values)
        rows |= self.create(new)
        self._link(rows)
        return rows

    def _prepare_values(self, account, day, is_current):
        return {
            "partner_id": account.id,
            "company_id": self.env.company.id,
            "currency_id": self.env.company.currency_id.id,
            "date": day,
            "is_current": is_current,
            "as_of": fields.Datetime.now(),
        }

    @api.model
    def _follow_status(self, partners):
        """An account that is none any more leaves today's portfolio; a new one is there before it has figures."""
        # Written by the system alone
        rows, partners = self.sudo(), partners.sudo()
        known = rows.search([("partner_id", "in", partners.ids), ("is_current", "=", True)])
        known.filtered(lambda row: not row.partner_id.key_account_status).unlink()
        former = partners.filtered(lambda partner: not partner.key_account_status)
        rows.env["key.account.category.purchase"].search([("partner_id", "in", former.ids)]).unlink()
        rows.env["key.account.candidate"].search([("partner_id", "in", (partners - former).ids)]).unlink()
        added = rows.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "date": company_day(company),
                    "is_current": True,
                    "country_id": partner.country_id.id,
                    "industry_id": partner.industry_id.id,
                }
                for partner in partners.filtered("key_account_status") - known.exists().partner_id
                for company in partner._get_key_account_company_of_care()
            ]
        )
        rows._link(added)

    def _link(self, rows):
        """Notes which rows are of accounts inside those of others, for totals."""
        if not rows:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM key_account_snapshot_outer_rel WHERE inner_id = ANY(%(ids)s) OR outer_id = ANY(%(ids)s)",
                ids=rows.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE tree (account, above) AS (
                        SELECT id, parent_id
                          FROM res_partner
                         WHERE key_account_status IS NOT NULL AND parent_id IS NOT NULL
                     UNION
                        SELECT tree.account, partner.parent_id
                          FROM tree
                          JOIN res_partner partner ON partner.id = tree.above
                         WHERE partner.parent_id IS NOT NULL
                       )
                INSERT INTO key_account_snapshot_outer_rel (inner_id, outer_id)
                SELECT inside.id, outside.id
                  FROM tree
                  JOIN key_account_snapshot inside ON inside.partner_id = tree.account
                  JOIN key_account_snapshot outside
                    ON outside.partner_id = tree.above
                   AND outside.company_id = inside.company_id
                   AND outside.is_current = inside.is_current
                   AND (inside.is_current OR outside.date = inside.date)
                 WHERE inside.id = ANY(%(ids)s) OR outside.id = ANY(%(ids)s)
                """,
                ids=rows.ids,
            )
        )
        rows.invalidate_model(["outer_ids"])
