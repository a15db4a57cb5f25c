import logging
from dataclasses import asdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..figures.period import Period
from ..figures.reader import SYSTEM
from ..figures.sources.abc_class import ABC_CLASSES
from ..roles import HEAD, MANAGER, USER
from ..screens.account_page import AccountPage, Timeline
from ..screens.figures_tab import FiguresTab
from ..tools.prefetch import TOGETHER
from ..tools.problems import log_problem
from ..tools.rpc import check_records, for_every_rpc, shortened

_logger = logging.getLogger(__name__)

# Lists with the columns that let one add up a figure; of other models their usual one
FIGURE_VIEWS = {
    "account.move": "account_move_view_list_figure",
    "account.move.line": "account_move_line_view_list_figure",
    "calendar.event": "calendar_event_view_list_figure",
    "key.account.care.measure": "key_account_care_measure_view_list_figure",
    "key.account.milestone": "key_account_milestone_view_list_figure",
    "product.product": "product_product_view_list_figure",
    "res.partner": "res_partner_view_list_figure",
    "sale.order": "sale_order_view_list_figure",
}


class ShownAbc(fields.Selection):
    """A class that is computed for each reader; in queries as well, so that lists can be grouped by it."""

    def to_sql(self, model, alias):
        return model._get_key_account_abc_sql(alias)


class ResPartner(models.Model):
    """The figures of an account: who may see them, what else they are computed from, and how it compares."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # What the figures need beyond what is booked
    key_account_demand_ids = fields.One2many("key.account.demand", "partner_id", "Estimated Purchases", groups=MANAGER)
    key_account_rating_ids = fields.One2many("key.account.rating", "partner_id", "Credit Ratings", groups=MANAGER)
    key_account_satisfaction_ids = fields.One2many(
        "key.account.satisfaction", "partner_id", "Satisfaction", groups=USER
    )
    # Through this, action plans and their objectives learn about an account's targets
    key_account_target_ids = fields.One2many("key.account.target", "partner_id", "Targets", groups=MANAGER)
    key_account_analytic_id = fields.Many2one(
        "account.analytic.account",
        "Direct Customer Costs",
        company_dependent=True,
        prefetch=TOGETHER,
        check_company=True,
        copy=False,
        groups=MANAGER,
        help="Analytic account for costs caused by this customer alone. All its items count: costs are added to the "
        "direct customer costs, income is deducted from them.",
    )

    # Comparison with others
    key_account_peer_group_id = fields.Many2one(
        "key.account.peer.group",
        "Peer Group",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=MANAGER,
        help="Customers this one is compared with if the settings say that comparable customers are picked by hand.",
    )
    # Revenue is per company. Stored, so that lists can be sorted and grouped; a daily job keeps it up to date.
    key_account_abc_proposal = fields.Selection(
        ABC_CLASSES,
        "Stored ABC Proposal",
        company_dependent=True,
        prefetch=TOGETHER,
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    # It says something about the revenue: shown of the accounts whose figures the reader may see
    key_account_abc = ShownAbc(
        ABC_CLASSES,
        "ABC Proposal",
        compute="_compute_key_account_abc",
        search="_search_key_account_abc",
        groups=MANAGER,
        help="Proposed according to the revenue of the last 12 months among all key accounts. The tier stays as it "
        "was set.",
    )
    key_account_abc_differs = fields.Boolean(
        "Proposal Differs from Tier",
        compute="_compute_key_account_abc_differs",
        search="_search_key_account_abc_differs",
        groups=MANAGER,
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_abc_proposal", "key_account_status")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_key_account_abc(self):
        # An ordinary contact must not cost a query
        accounts = self._origin.filtered("key_account_status")
        shown = accounts and accounts._filter_key_account_figures().with_env(self.env)
        for partner in self:
            # As superuser: no one may read what is stored
            partner.key_account_abc = (shown & partner._origin).sudo().key_account_abc_proposal

    def _search_key_account_abc(self, operator, value):
        # Odoo does not, for a field with a search of its own
        self._check_field_access(self._fields["key_account_abc"], "read")
        if operator != "in":
            return NotImplemented
        letters = [letter for letter, _label in ABC_CLASSES]
        # Nothing is what is not shown, either
        wanted = [letter for letter in letters if (letter in value) != (False in value)]
        # As superuser: no one may read what is stored
        stored = self.sudo().with_context(active_test=False)
        found = Domain("id", "in", stored._search([("key_account_abc_proposal", "in", wanted)]))
        if not self._sees_all_key_accounts():
            found &= Domain("is_my_key_account", "=", True)
        return ~found if False in value else found

    @api.depends("key_account_abc", "key_account_tier_id.abc_class")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_key_account_abc_differs(self):
        for partner in self:
            proposal = partner.key_account_abc
            partner.key_account_abc_differs = proposal and partner.key_account_tier_id.abc_class != proposal

    def _search_key_account_abc_differs(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("key_account_abc", "=", proposal) & ~Domain("key_account_tier_id.abc_class", "=", proposal)
            for proposal, _label in ABC_CLASSES
        )

    # === READING ===#

    def _get_key_account_abc_sql(self, alias):
        # As superuser: no one may read what is stored
        stored = self.sudo()._field_to_sql(alias, "key_account_abc_proposal")
        if self._sees_all_key_accounts():
            return stored
        own = self.with_context(active_test=False)._search([("is_my_key_account", "=", True)])
        return SQL("CASE WHEN %s IN %s THEN %s END", SQL.identifier(alias, "id"), own.subselect(), stored)

    # === ACTION METHODS ===#

    def action_view_key_account_figure(self, code, date_from, date_to, model=None):
        """Opens exactly the records that a figure is made of; errors as for `get_key_account_figures`.

        :param model: which of the kinds, if the figure is made of several; None: the first one with records
        """
        records = self._get_key_account_figure_records(code, date_from, date_to)
        kpi = self.env["key.account.kpi"]._get_by_code()[code]
        wanted = [(name, domain) for name, domain in records if model in (None, name)]
        readable = [(name, domain) for name, domain in wanted if self.env[name].has_access("read")]
        if wanted and not readable:
            self.env[wanted[0][0]].check_access("read")
        # An empty list would be filled with sample records by some views
        found = [(name, domain) for name, domain in readable if self.env[name].search_count(domain, limit=1)]
        if not found:
            # Only whether there are any: the figure itself says as much
            if any(self.env[name].sudo().search_count(domain, limit=1) for name, domain in wanted):
                raise UserError(
                    self.env._(
                        "Your access rights do not include any of the records that %(figure)s is made of.",
                        figure=kpi.name,
                    )
                )
            raise UserError(self.env._("There are no records to show for %(figure)s.", figure=kpi.name))
        name, domain = found[0]
        view = FIGURE_VIEWS.get(name)
        views = [(self.env.ref(f"key_account_management.{view}").id if view else False, "list")]
        if self.env[name]._auto:
            # The rows of a report open what they are about
            views.append((False, "form"))
        today = fields.Date.context_today(self)
        # What was open at the end of the period; limits and orders, and what is compared with them, are today's
        day = today if code in ("exposure", "credit_use") else min(fields.Date.to_date(date_to), today)
        return {
            "type": "ir.actions.act_window",
            "name": f"{kpi.name} – {', '.join(self.mapped('name'))}",
            "res_model": name,
            "views": views,
            "domain": domain,
            "context": {"key_account_open_on": fields.Date.to_string(day)},
        }

    def action_send_key_account_survey(self):
        """Opens Odoo's invitation to the satisfaction survey, with our email and the contacts of the account.

        :raises UserError: if there is no such survey, or no contact with an email address
        """
        check_records(self, single=True)
        self._check_key_account_figures_access()
        survey = self.env["survey.survey"].search([("key_account_satisfaction", "=", True)], limit=1)
        if not survey:
            raise UserError(
                self.env._(
                    "There is no satisfaction survey for key accounts. A user who can edit surveys can tick Key "
                    "Account Satisfaction in the options of one."
                )
            )
        survey._get_key_account_score_question()
        contacts = self._get_key_account_contacts().filtered("email")
        if not contacts:
            raise UserError(self.env._("%(account)s has no contact with an email address.", account=self.display_name))
        action = survey.with_context(default_partner_ids=contacts.ids).action_send_survey()
        template = self.env.ref("key_account_management.mail_template_satisfaction_survey", raise_if_not_found=False)
        if template:
            # It is complete without what Odoo writes around it
            action["context"] |= {"default_template_id": template.id, "default_email_layout_xmlid": False}
        return action

    # === BUSINESS METHODS ===#

    @api.readonly
    @for_every_rpc
    def get_key_account_figures(self, date_from, date_to, codes=None, breakdown=None, currency="company"):
        """The figures of these customers, ready for JSON.

        This works for any customer, key account or not. Sales representatives get the figures of
        audience *customer* of their own accounts, key account managers also the internal ones, heads
        those of all accounts. All selected companies count, in the active one's currency.

        :param date_from: first day, ``YYYY-MM-DD`` or a date
        :param date_to: last day, included
        :param codes: codes of ``key.account.kpi``; None: all that the user may see
        :param breakdown: None, ``month``, ``category``, ``product``, ``customer`` or ``category_tree``
        :param currency: ``company``; with ``document`` each figure in money has the key ``document`` too:
            the amounts as invoiced, or None when the documents are in several currencies
        :return: ``{partner id: {code: {"value", "previous", "change", "unit", "audience", "note", "warns",
            "target", "met", "ahead_of_target", "pending",
            "breakdown": [{"key", "label", "value", "previous", "unit", "depth"}]}}}`` (over JSON and XML-RPC
            the ids are text; XML-RPC has no empty value, so an undefined one is False there), for some figures also
            ``"table": {"columns": [{"label", "kind", "unit"}], "rows": [[value, ...]]}``. ``previous``
            is the same days one year earlier (of a period in progress those up to today), ``change`` relative (0.1:
            10 % more; of percentages the difference), where the previous year is incomplete that of the months that
            both years have; an undefined value is None. Percentages are shares (0.25 for 25 %). A breakdown's rows
            add up to the value, but for ``category_tree``: there a category holds those below it, and ``depth`` says
            how far below the top it is. ``key`` is ``YYYY-MM`` or a record's id. ``target`` is what the account should
            reach in the fiscal year that the period is or begins, ``ahead_of_target`` the value divided by what of it
            is due by the end of the period, ``met`` whether the value reaches the target, None before the year is
            over and where neither more nor less is better; all are None without a target, for other periods and for
            several companies together. ``pending`` is None or, of the revenue, ``{"count", "amount"}`` of what is not
            invoiced yet. ``as_of`` is None, or the moment (UTC) as of which all customers are that the figure looks at.
            ``better`` is only there if the account's figure has a direction of its own.
        :raises UserError: unknown code, breakdown or currency; no date; from after to; a contact of a company
        :raises AccessError: someone else's account, or an internal figure without the role for it
        """
        period = self._get_key_account_period(date_from, date_to)
        if currency not in ("company", "document"):
            raise UserError(
                self.env._("Unknown currency: %(unknown)s. Available: company, document.", unknown=shortened(currency))
            )
        check_records(self)
        breakdown = breakdown or None
        breakdowns = (breakdown,) if breakdown else ()
        figures = self.env["key.account.figures"]._compute_figures(self, period, codes, breakdowns)
        kpis = self.env["key.account.kpi"]._get_by_code()
        return {
            partner: {
                code: _to_json(figure, breakdown, currency)
                | {
                    "audience": kpis[code].audience,
                    "target": figure.target,
                    "met": figure.meets_target(kpis[code].better),
                    "ahead_of_target": figure.ahead_of_target,
                    "pending": figure.pending and {"count": figure.pending.count, "amount": figure.pending.amount},
                    "as_of": fields.Datetime.to_string(figure.as_of) or None,
                }
                for code, figure in by_code.items()
            }
            for partner, by_code in figures.items()
        }

    @api.readonly
    @for_every_rpc
    def get_key_account_figure_records(self, code, date_from, date_to):
        """Which kinds of records a figure is made of; errors as for `get_key_account_figures`.

        :return: list of ``{"model", "label", "count"}``, only kinds of which there is at least one
        """
        kinds = []
        for model, domain in self._get_key_account_figure_records(code, date_from, date_to):
            if not self.env[model].has_access("read"):
                continue
            count = self.env[model].search_count(domain)
            if count:
                # Names of models, which users may not read
                label = self.env["ir.model"]._get(model).sudo().name
                kinds.append({"model": model, "label": label, "count": count})
        return kinds

    def _get_key_account_figure_records(self, code, date_from, date_to):
        """:return: list of (name of the model, domain), if the user may see the figure"""
        check_records(self)
        period = self._get_key_account_period(date_from, date_to)
        return self.env["key.account.figures"]._get_records(self, period, code)

    def _get_key_account_day(self, day):
        """:return: a day that a client sent as text, None if it sent none
        :raises UserError: for anything else
        """
        try:
            if day is not None and day is not False and not isinstance(day, (str, date)):
                raise ValueError
            return fields.Date.to_date(day) or None
        except ValueError as error:
            raise UserError(
                self.env._("Dates must have the format YYYY-MM-DD: %(day)s.", day=shortened(day))
            ) from error

    def _get_key_account_period(self, date_from, date_to):
        first, last = (self._get_key_account_day(day) for day in (date_from, date_to))
        if not first or not last:
            raise UserError(self.env._("A period needs a start date and an end date."))
        period = Period(first, last)
        if period.date_from > period.date_to:
            raise UserError(
                self.env._(
                    "The period ends before it begins: from %(date_from)s to %(date_to)s.",
                    date_from=fields.Date.to_string(period.date_from),
                    date_to=fields.Date.to_string(period.date_to),
                )
            )
        self.env["key.account.figures"]._check_period(period)
        return period

    # Own screens

    @api.readonly
    @for_every_rpc
    def get_key_account_cockpit(self, period="year_to_date", date_from=None, date_to=None):
        """All figures of one account that the user may see, as text in the user's language.

        :param period: ``year_to_date``, ``last_year`` (fiscal years), ``quarter`` (up to today),
            ``last_quarter``, or ``free``: then from ``date_from`` to ``date_to``
        :return: ``{"date_from", "date_to", "period", "previous", "periods": [[key, label]], "figures": [...],
            "empty"}``: the leading figures in their order, each with its ``companions``, and what to do if nothing is
            booked. A figure has ``code, name, formula, audience, note, value, previous, change, target,
            target_to_date`` as text, ``good`` (True, False or None), ``met`` and ``warns`` as
            `get_key_account_figures`, and ``ahead``: whether the figure is where it should be while the year is not
            over
        :raises UserError: unknown period; else as `get_key_account_figures`
        """
        check_records(self, single=True)
        return FiguresTab(self).figures(period, date_from, date_to)

    @api.readonly
    @for_every_rpc
    def get_key_account_trend(self, date_to):
        """The figures of one account in the last eight quarters up to the one that includes ``date_to``.

        :return: ``{"labels": [text], "values": {code: [number or None]}, "texts": {code: [text]}}``, the oldest
            quarter first
        :raises UserError: as for `get_key_account_figures`
        """
        check_records(self, single=True)
        return FiguresTab(self).trend(self._get_key_account_period(date_to, date_to).date_to)

    @api.readonly
    @for_every_rpc
    def get_key_account_breakdown(self, code, breakdown, date_from, date_to):
        """The rows of a figure of one account by month, category or product, and its table if it has one.

        :return: ``{"kind", "labels": [text], "value", "previous": [number or None]}`` to draw (``kind`` is the unit of
            the definition), ``"rows": [{"label", "depth", "texts": [value, previous, change]}]`` to read (a category
            with all below it), and ``"table"``: None or ``{"columns": [text], "kinds": [kind], "rows": [[text]]}``
        :raises UserError: as for `get_key_account_figures`
        """
        check_records(self, single=True)
        return FiguresTab(self).breakdown(code, breakdown, date_from, date_to)

    @api.readonly
    @for_every_rpc
    def get_key_account_page(self):
        """What an account opens with: where it stands in the active company, from the stored portfolio.

        :return: ``{"why", "as_of", "empty": text, "numbers": [...]}``: at most six numbers that the user may see, each
            with ``key``, ``label``, ``value`` (empty: not known), ``detail``, ``tone`` and ``detail_tone`` (empty,
            ``success``, ``warning`` or ``danger``) and ``open``: None or model, method and arguments of what gives the
            action that opens its records. ``empty`` says that nothing has been computed yet
        :raises UserError: a contact of a company, or a customer that is no key account
        :raises AccessError: someone else's account
        """
        self._check_key_account_page()
        return AccountPage(self).content()

    @api.readonly
    @for_every_rpc
    def get_key_account_timeline(self):
        """The last 24 months of an account in the active company, and the next three, on one axis.

        :return: ``{"months": [{"key", "label", "title", "value": number or None, "date_from", "date_to", "running"}],
            "today": position, "has_revenue", "lanes": [{"kind", "label", "marks": [{"position", "tone", "is_open",
            "items": [{"title", "open"}]}]}]}``; positions are shares of the axis, ``open`` as of `get_key_account_page`
        :raises UserError: as `get_key_account_page`
        """
        self._check_key_account_page()
        return Timeline(self).content()

    @api.readonly
    @for_every_rpc
    def get_key_account_next_steps(self):
        """What needs the user's attention at this account in the active company, the most important first.

        :return: ``{"items": as those of `Attention`, "not_planned": [{"text", "label", "open"}]}``: what there should
            be and is not, with ``open`` as of `get_key_account_page`; errors as well
        """
        self._check_key_account_page()
        return AccountPage(self).next_steps()

    @for_every_rpc
    def refresh_key_account_page(self):
        """Brings the stored figures of an account up to date, in the active company.

        :return: as `get_key_account_page`; errors as well
        """
        self._check_key_account_page()
        self.env["key.account.snapshot"]._of_company(self.env.company)._refresh_today(self)
        self.env.invalidate_all()
        return AccountPage(self).content()

    def _check_key_account_page(self):
        check_records(self, single=True)
        self._check_key_account_figures_access()
        if not self.key_account_status:
            raise UserError(self.env._("%(customer)s is not a key account.", customer=self.display_name))

    # What it pays

    def _get_key_account_price_list(self):
        """The customer's price list in the active company, none if it has one of another company.

        In Odoo, whoever edits contacts can choose any.
        """
        # A new record may be about nobody yet
        return self._get_key_account_price_lists().get(self.id, self.env["product.pricelist"])

    def _get_key_account_price_lists(self):
        """:return: ``{partner id: its price list}``, as for one"""
        chosen = {partner.id: partner.property_product_pricelist for partner in self}
        price_lists = self.env["product.pricelist"].union(*chosen.values())
        # As superuser: whether it is one of another company, which the user could not read
        ours = price_lists.sudo().filtered_domain(price_lists._check_company_domain(self.env.company))
        ours = ours.with_env(self.env)
        return {partner: price_list & ours for partner, price_list in chosen.items()}

    # Access

    def _check_key_account_figures_access(self):
        """Raises unless the user may see figures of all these partners, see `_filter_key_account_figures`.

        Superuser mode is not a right to figures: the user counts, or the system if the caller says so in words.

        :raises AccessError: no role, or someone else's accounts
        :raises UserError: contacts of a company, which have no figures
        """
        partners = self._as_figures_reader()
        partners.check_access("read")
        if not partners.env.su and not self.env.user.has_group(USER):
            raise AccessError(self.env._("You need a role in Key Accounts to see the figures of customers."))
        for partner in partners:
            if partner._is_contact_of_company():
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s. Figures and documents belong to the company: "
                        "select %(company)s instead.",
                        contact=partner.name or partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )
        foreign = partners - partners._filter_own_figures()
        if foreign:
            raise AccessError(
                self.env._(
                    "You are neither the account manager nor a team member of: %(accounts)s. Ask the account manager "
                    "or the head of key accounts.",
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )

    def _filter_key_account_figures(self):
        """:return: those of these partners whose figures the user may see, with the rights of the user"""
        partners = self._as_figures_reader()
        if not partners.env.su and not self.env.user.has_group(USER):
            return partners.browse()
        readable = partners._filtered_access("read")
        return readable.filtered(lambda partner: not partner._is_contact_of_company())._filter_own_figures()

    def _filter_own_figures(self):
        """Own accounts are those that the user manages or helps to manage, and all below them. For customers
        who are not key accounts, the salesperson counts; account managers may see all of these, unless the figures
        include those of someone else's account below them.
        """
        if self._sees_all_key_accounts():
            return self
        user = self.env.user
        may_see_customers = user.has_group(MANAGER)
        own = self.filtered("is_my_key_account")
        customers = (self - own).filtered(
            lambda partner: not partner.key_account_id and (may_see_customers or partner.user_id == user)
        )
        return self & (own | (customers - customers._filter_above_others()))

    def _filter_above_others(self):
        """:return: those of these partners that someone else's key account is below"""
        if not self:
            return self
        # As superuser: whose account it is does not depend on who asks
        accounts = self.sudo().with_context(active_test=False)
        accounts = accounts.search(Domain("id", "child_of", self.ids) & Domain("key_account_status", "!=", False))
        above = others = accounts.filtered(lambda account: not account.with_env(self.env).is_my_key_account)
        while others:
            others = others.parent_id
            above |= others
        return self & above.with_env(self.env)

    def _as_figures_reader(self):
        """These partners with the rights of the user alone; for the system, as superuser."""
        return self.sudo(self.env["key.account.figures"]._get_reader() is SYSTEM)

    def _check_internal_key_account_figures_access(self):
        """:raises AccessError: unless the user's role includes internal figures"""
        if not self._may_see_audience("internal"):
            raise AccessError(self.env._("Only key account managers can see internal figures."))

    @api.model
    def _sees_all_key_accounts(self):
        reader = self.env["key.account.figures"]._get_reader()
        # Odoo's own user, which nobody is and as which jobs run
        return reader is SYSTEM or reader._is_superuser() or reader.has_group(HEAD)

    @api.model
    def _may_see_audience(self, audience):
        return audience == "customer" or self._sees_all_key_accounts() or self.env.user.has_group(MANAGER)

    # ABC classes

    @api.model
    def _cron_propose_key_account_abc(self):
        companies = self.env["res.company"]
        self.env["key.account.scheduled.job"]._run(
            "abc_classes", (companies, [("active", "=", True)], self._try_to_propose_key_account_abc), size=1
        )

    @api.model
    def _try_to_propose_key_account_abc(self, company):
        """A problem in one company does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._propose_key_account_abc(company)
        except Exception as error:
            log_problem(_logger, error, "No ABC classes in %s: %s", company.name)

    @api.model
    def _propose_key_account_abc(self, company):
        """Writes the ABC class that each key account has in this company today."""
        # The same for everybody, whoever starts the job
        partners = self.env["key.account.figures"]._for_system(self.sudo())
        partners = partners.with_context(allowed_company_ids=company.ids, active_test=False)
        accounts = partners.search(
            Domain("key_account_status", "!=", False) | Domain("key_account_abc_proposal", "!=", False), order="id"
        )
        today = fields.Date.context_today(partners)
        year = Period.years_up_to(today)
        figures = self.env["key.account.figures"].with_env(partners.env)._compute_figures(accounts, year, ["abc_class"])
        letters = [letter for letter, _label in ABC_CLASSES]
        proposals = {}
        for account in accounts:
            number = figures[account.id]["abc_class"].value
            proposals[account] = letters[int(number) - 1] if number else False
        for letter in [*letters, False]:
            changed = accounts.filtered(
                lambda account, letter=letter: proposals[account] == letter != account.key_account_abc_proposal
            )
            changed.key_account_abc_proposal = letter


def _to_json(figure, breakdown, currency):
    result = {
        "value": figure.value,
        "previous": figure.previous,
        "change": figure.change,
        "unit": figure.unit,
        "note": figure.note,
        "warns": figure.warns and figure.value is not None,
        "breakdown": [
            {name: value for name, value in vars(row).items() if name != "compared"}
            for row in figure.breakdowns.get(breakdown, [])
        ],
    }
    if figure.better:
        result["better"] = figure.better
    if figure.table:
        result["table"] = asdict(figure.table)
    if currency == "document":
        result["document"] = figure.document and _to_json(figure.document, breakdown, "company")
    return result
