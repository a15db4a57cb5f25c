from collections import defaultdict
from collections.abc import Set
from dataclasses import replace

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...figures.pending import PendingRevenue, pending
from ...figures.period import FIRST_YEAR, LAST_YEAR, MOST_YEARS
from ...figures.reader import READER, SYSTEM
from ...figures.readings import READINGS, Readings
from ...figures.request import Request
from ...figures.sources.abc_class import AbcFigures
from ...figures.sources.candidates import Candidates
from ...figures.sources.category_purchases import CategoryPurchases
from ...figures.sources.costs import CostFigures
from ...figures.sources.credit import CreditFigures
from ...figures.sources.forecast import ForecastFigures
from ...figures.sources.health import HealthFigures
from ...figures.sources.health_parts import PARTS
from ...figures.sources.market import MarketFigures
from ...figures.sources.net_revenue import NetRevenueFigures
from ...figures.sources.orders import OrderFigures
from ...figures.sources.peers import PeerFigures
from ...figures.sources.prices import MinimumPriceFigures
from ...figures.sources.promotions import PromotionFigures
from ...figures.sources.receivables import ReceivableFigures
from ...figures.sources.returns import ReturnFigures
from ...figures.sources.revenue_change import RevenueChangeFigures
from ...figures.sources.sales import SalesFigures
from ...figures.sources.sales_groups import GROUPINGS, TREES
from ...figures.sources.satisfaction import SatisfactionFigures
from ...figures.sources.source_rows import receivable_rows, sales_rows
from ...figures.sources.special_prices import SpecialPriceFigures
from ...figures.sources.visits import VisitFigures
from ...figures.sources.white_space import WhiteSpaceFigures
from ...figures.targets import TargetsToDate
from ...tools.rpc import shortened


class KeyAccountFigures(models.AbstractModel):
    _name = "key.account.figures"
    _description = "Key Account Figures Engine"

    @api.model
    def _get_sources(self):
        """The sources of figures. A module adds its own by extending this list.

        A source is a class with ``codes``, created with a `Request`, whose ``compute()`` gives
        ``{account id: {code: Figure}}`` for each account and code.
        """
        return [
            SalesFigures,
            RevenueChangeFigures,
            NetRevenueFigures,
            CostFigures,
            MarketFigures,
            PeerFigures,
            AbcFigures,
            MinimumPriceFigures,
            SpecialPriceFigures,
            OrderFigures,
            ReturnFigures,
            PromotionFigures,
            VisitFigures,
            SatisfactionFigures,
            ReceivableFigures,
            CreditFigures,
            HealthFigures,
            WhiteSpaceFigures,
            ForecastFigures,
        ]

    @api.model
    def _get_health_parts(self):
        """The components of an account's health: `HealthPart` classes. A module adds its own by extending the list."""
        return list(PARTS)

    @api.model
    def _get_returned_quantity(self):
        """What came back and was not replaced, of what a sales order line ordered.

        A module that knows extends this. Without one, only credit notes tell.

        :return: SQL of a quantity in the unit of the line, on ``line`` (``sale_order_line``) and its ``unit``
        """
        return SQL("0")

    @api.model
    def _get_breakdowns(self):
        return (*GROUPINGS, *TREES)

    # === FOR WHOM ===#

    @api.model
    def _get_reader(self):
        """For whom figures are computed unless the caller says so: the user, even where Odoo computes as superuser.

        :return: a user, or `SYSTEM` below a `_for_system`
        """
        return SYSTEM if self.env.context.get(READER) is SYSTEM else self.env.user

    @api.model
    def _for_system(self, records):
        """These records, whose figures are computed for nobody in particular.

        For jobs, and for what is kept or shown by rules of its own: who triggers it must not change it.
        """
        return records.with_context(**{READER: SYSTEM})

    @api.model
    def _may_see_code(self, reader):
        """:return: function that tells whether the reader may see the figure with a code"""
        if self._as_reader(self.env["res.partner"], reader)._may_see_audience("internal"):
            return lambda code: True
        kpis = self.env["key.account.kpi"]._get_by_code()
        # What has no definition has no audience either
        return lambda code: code in kpis and kpis[code].audience == "customer"

    @api.model
    def _as_reader(self, records, reader):
        """These records with the rights of the reader, whatever those of the caller are."""
        if reader is SYSTEM:
            return self._for_system(records)
        return records.with_context(**{READER: None}).with_user(reader)

    @api.model
    def _check_reader(self, partners, codes, reader):
        """:raises AccessError: someone else's account, or a figure that the reader may not see
        :raises UserError: contacts of a company, which have no figures
        """
        if reader is SYSTEM:
            return
        self._as_reader(partners.with_env(self.env), reader)._check_key_account_figures_access()
        may_see = self._may_see_code(reader)
        hidden = sorted(code for code in codes if not may_see(code))
        if hidden:
            raise AccessError(
                self.env._("Only key account managers can see these figures: %(codes)s.", codes=", ".join(hidden))
            )

    # === COMPUTING ===#

    @api.model
    def _compute_figures(self, partners, period, codes=None, breakdowns=(), reader=None):
        """The figures of many accounts, in a number of queries that does not depend on how many there are.

        Counts the companies of the context, in the active company's currency. This is the one door to figures: it
        gives a reader what ``res.partner.get_key_account_figures`` gives, in superuser mode as well.

        :param partners: the accounts; each is counted with everything below it
        :param Period period: the period; the same days one year earlier are computed with it
        :param codes: which figures; None for all that the reader may see
        :param breakdowns: any of `_get_breakdowns`
        :param reader: for whom: a user, or `SYSTEM`; None: see `_get_reader`
        :return: ``{partner id: {code: Figure}}``
        :raises UserError: for an unknown code or breakdown; contacts of a company
        :raises AccessError: what the reader may not see
        """
        wanted, request = self._prepare_request(partners, period, codes, breakdowns, reader)
        figures = {account: {} for account in partners.ids}
        sources = self._sources_of(wanted, request)
        for source in sources:
            # What several sources look at is read once
            request.readings.periods_of_sales += source.periods_of_sales(request)
        for source in sources:
            for account, computed in request.figures(source).items():
                figures[account].update((code, figure) for code, figure in computed.items() if code in wanted)
        if "revenue" in wanted:
            documents = request.figures(PendingRevenue)
            for account, of_account in figures.items():
                of_account["revenue"].pending = pending(documents.get(account, []), of_account["revenue"].value)
        self._add_targets(figures, partners, request)
        return figures

    @api.model
    def _compute_history(self, partners, periods, reader=None):
        """The values of many accounts in several periods, in a number of queries that depends on neither of them.

        What is only known as it is today has no history, see ``Source.codes_without_history``.

        :param periods: list of `Period`
        :return: ``{partner id: {code: [value of each period]}}``, of all that the reader may see; parameters and
            errors as for `_compute_figures`
        """
        wanted, first = self._prepare_request(partners, periods[0], None, (), reader)
        for period in periods:
            self._check_period(period)
        requests = [replace(first, period=period, only_values=True) for period in periods]
        first.readings.periods += [each for request in requests for each in (request.period, request.previous)]
        values = {account: defaultdict(list) for account in partners.ids}
        for source in self._sources_of(wanted, first):
            codes = wanted.intersection(source.codes).difference(source.codes_without_history)
            for request in requests if codes else ():
                for account, computed in request.figures(source).items():
                    for code in codes:
                        values[account][code].append(computed[code].value)
        return values

    def _sources_of(self, codes, request):
        """:return: the sources of these figures; `SalesGroups` reads what one of them needs for all of them"""
        sources = [source for source in self._get_sources() if not codes.isdisjoint(source.codes)]
        request.readings.with_credits = any(source.has_credits for source in sources)
        return sources

    @api.model
    def _compute_many(self, wanted, reader=None):
        """Figures of records that each have their own account, company and period.

        One computation for each distinct company and period, however many records ask. What the reader may not see is
        left out: a field is empty then, for a record that a client invents as for any other.

        :param wanted: list of (account, company, Period, code)
        :param reader: as for `_compute_figures`
        :return: ``{(account, company, Period, code): Figure}``, each in its company's currency
        """
        reader = reader or self._get_reader()
        groups = defaultdict(list)
        # Nobody can be kept from entering an odd year in a plan; it has no figures
        for each in self._filter_visible([each for each in wanted if each[2].is_possible], reader):
            groups[each[1], each[2]].append(each)
        figures = {}
        for (company, period), of_group in groups.items():
            engine = self.with_company(company).with_context(allowed_company_ids=company.ids)
            accounts = self.env["res.partner"].union(*(account for account, *_rest in of_group))
            codes = {code for *_rest, code in of_group}
            computed = engine._compute_figures(accounts, period, codes, reader=reader)
            figures |= {each: computed[each[0].id][each[3]] for each in of_group}
        return figures

    @api.model
    def _filter_visible(self, wanted, reader):
        """:return: what the reader may see of it; parameters as for `_compute_many`"""
        if reader is SYSTEM or not wanted:
            return wanted
        accounts = self.env["res.partner"].union(*(account for account, *_rest in wanted))
        visible = self._as_reader(accounts.with_env(self.env), reader)._filter_key_account_figures()
        companies = visible.env.companies
        may_see = self._may_see_code(reader)
        return [each for each in wanted if each[0] in visible and each[1] in companies and may_see(each[3])]

    def _add_targets(self, figures, partners, request):
        """Adds the target to each figure, if the period is (the beginning of) a fiscal year or a quarter of one.

        Targets belong to one company: figures of several companies have none.
        """
        if len(self.env.companies) > 1:
            return
        for whole, year, quarter in self.env["key.account.target"]._get_wholes(request.period):
            targets = self.env["key.account.target"]._get_targets(partners, year, quarter)
            self._add_targets_of(figures, targets, TargetsToDate(request, whole))

    def _add_targets_of(self, figures, targets, to_date):
        """:param targets: ``{account id: {code: (value, whether the customer agreed to it)}}``"""
        found = {
            account: {
                code: target
                for code, target in of_account.items()
                if code in figures[account] and figures[account][code].target is None
            }
            for account, of_account in targets.items()
        }
        found = {account: of_account for account, of_account in found.items() if of_account}
        if not found:
            return
        shares = to_date.shares(found, self._get_sources())
        for account, of_account in found.items():
            for code, (value, is_agreed) in of_account.items():
                figure = figures[account][code]
                figure.target, figure.target_is_agreed = value, is_agreed
                figure.target_is_final = to_date.is_over
                figure.target_to_date = value * shares[account, code] if to_date.gone else None

    @api.model
    def _compare_targets(self, targets, reader=None):
        """What is reached of targets, those of quarters and product categories included.

        One computation for each company and period, however many targets there are; a part of a year is compared as in
        `TargetsToDate`, for a category by the months of the account.

        :param targets: records, also such that are not saved; what the reader may not see is left out
        :param reader: as for `_compute_figures`
        :return: ``{target: (actual value or None, share of the target that is due)}``
        """
        reader = reader or self._get_reader()
        wanted = {}
        for target in targets:
            period = target.partner_id and target.kpi_id and target._get_period()
            if period and period.is_possible:
                wanted[target] = (target.partner_id._origin, target.company_id._origin, period, target.kpi_id.code)
        visible = set(self._filter_visible(list(wanted.values()), reader))
        groups = defaultdict(list)
        for target, key in wanted.items():
            if key in visible and key[0]:
                groups[key[1], key[2]].append(target)
        compared = {}
        for (company, whole), of_group in groups.items():
            engine = self.with_company(company).with_context(allowed_company_ids=company.ids)
            accounts = self.env["res.partner"].union(*(target.partner_id._origin for target in of_group))
            codes = {target.kpi_id.code for target in of_group}
            breakdowns = ("category_tree",) if any(target.category_id for target in of_group) else ()
            figures = engine._compute_figures(accounts, whole, codes, breakdowns, reader)
            _wanted, request = engine._prepare_request(accounts, whole, codes, (), reader)
            to_date = TargetsToDate(request, whole)
            shares = to_date.shares(dict.fromkeys(accounts.ids, codes), engine._get_sources()) if to_date.gone else {}
            for target in of_group:
                account, code = target.partner_id._origin.id, target.kpi_id.code
                actual = figures[account][code].value
                if target.category_id:
                    rows = figures[account][code].breakdowns["category_tree"]
                    actual = next((row.value for row in rows if row.key == target.category_id._origin.id), None)
                compared[target] = (actual if to_date.gone else None, shares.get((account, code)))
        return compared

    @api.model
    def _get_delivered_on(self):
        """When what an order has delivered was delivered, for what is not invoiced yet; ``sale`` is the order.

        Without Inventory nothing says it but the order itself.
        """
        return SQL("COALESCE(sale.commitment_date, sale.date_order)")

    @api.model
    def _get_records(self, partners, period, code):
        """The records behind a figure of these accounts together; parameters and errors as for `_compute_figures`.

        :return: list of (name of the model, domain); empty if there is nothing to open
        """
        _wanted, request = self._prepare_request(partners, period, [code], ())
        (source,) = (source for source in self._get_sources() if code in source.codes)
        return source(request).records(code)

    @api.model
    def _compute_category_purchases(self, partners, period):
        """What accounts buy by product category, see `CategoryPurchases`. For the system, which keeps it.

        :param period: up to today; its revenue is compared with that of the same days one year earlier
        :return: ``{partner id: {category id: CategoryPurchase}}``
        """
        _wanted, request = self._prepare_request(partners, period, [], (), SYSTEM)
        return CategoryPurchases(request).compute()

    @api.model
    def _compute_candidates(self, year):
        """The ordinary customers of the active company that could become key accounts, see `Candidates`. For the
        system, which keeps them.

        :param year: 12 months
        :return: ``{partner id: (Candidate, ABC class among all customers)}``
        """
        partners = self.env["res.partner"]
        _wanted, request = self._prepare_request(partners, year, [], (), SYSTEM)
        largest = Candidates(request).largest()
        customers = partners.browse(largest)
        if not customers:
            return {}
        figures = self._compute_figures(customers, year, ["revenue"], ("category", "product"), reader=SYSTEM)
        _wanted, request = self._prepare_request(customers, year, [], (), SYSTEM)
        revenue = {customer: of_customer["revenue"] for customer, of_customer in figures.items()}
        found = Candidates(request).candidates(largest, revenue)
        return {customer: (candidate, largest[customer][-1]) for customer, candidate in found.items()}

    @api.model
    def _get_source_rows(self, partner, period, internal):
        """The records that the figures of an account are made of, one by one, see `source_rows`.

        :param internal: whether to read costs and receivables as well
        :return: (sales lines, open items, invoices) as lists of dicts
        :raises AccessError: as for `_compute_figures`
        """
        _wanted, request = self._prepare_request(partner, period, [], ())
        if internal:
            self._as_reader(partner, request.reader)._check_internal_key_account_figures_access()
        return (sales_rows(request, internal), *(receivable_rows(request) if internal else ([], [])))

    def _prepare_request(self, partners, period, codes, breakdowns, reader=None):
        reader = reader or self._get_reader()
        known = {code for source in self._get_sources() for code in source.codes}
        if codes is None:
            codes = list(filter(self._may_see_code(reader), known))
        elif not isinstance(codes, (list, tuple, Set)):
            raise UserError(
                self.env._("Figures must be a list of their codes, and not: %(given)s.", given=shortened(codes))
            )
        wanted = self._check_known(self.env._("figure"), codes, known)
        self._check_known(self.env._("breakdown"), breakdowns, set(self._get_breakdowns()))
        self._check_period(period)
        self._check_reader(partners, wanted, reader)
        # Read before superuser mode: this raises for a company that the reader may not see.
        companies = self._as_reader(self, reader).env.companies
        env = self.sudo().with_context(allowed_company_ids=companies.ids).env
        # PostgreSQL would spend two seconds compiling these queries to save some milliseconds
        env.cr.execute("SET LOCAL jit = off")
        # What another answer has read may have changed since
        env = env(context={**env.context, READINGS: Readings(env)})
        with_cost = any(not wanted.isdisjoint(source.codes_with_cost) for source in self._get_sources())
        return wanted, Request(env, partners.ids, period, tuple(breakdowns), with_cost, reader)

    def _check_period(self, period):
        """:raises UserError: for days that no figures can be computed for"""
        if not period.is_possible:
            raise UserError(
                self.env._(
                    "Figures cover at most %(most)s years, between %(first)s and %(last)s. Choose a shorter period "
                    "than from %(date_from)s to %(date_to)s.",
                    most=MOST_YEARS,
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                    date_from=period.date_from,
                    date_to=period.date_to,
                )
            )

    def _check_known(self, kind, given, known):
        """:return: what was given, as a set; it may be anything that a client sends"""
        unknown = [each for each in given if not isinstance(each, str) or each not in known]
        if unknown:
            raise UserError(
                self.env._(
                    "Unknown %(kind)s: %(unknown)s. Available: %(known)s.",
                    kind=kind,
                    unknown=", ".join(sorted(map(shortened, unknown[:10]))),
                    known=", ".join(sorted(known)),
                )
            )
        return set(given)
