from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ...figures.request import Request
from ...figures.sources.abc_class import AbcFigures
from ...figures.sources.costs import CostFigures
from ...figures.sources.credit import CreditFigures
from ...figures.sources.health import HealthFigures
from ...figures.sources.health_parts import PARTS
from ...figures.sources.market import MarketFigures
from ...figures.sources.orders import OrderFigures
from ...figures.sources.peers import PeerFigures
from ...figures.sources.prices import MinimumPriceFigures
from ...figures.sources.promotions import PromotionFigures
from ...figures.sources.receivables import ReceivableFigures
from ...figures.sources.returns import ReturnFigures
from ...figures.sources.sales import SalesFigures
from ...figures.sources.sales_groups import GROUPINGS, TREES
from ...figures.sources.satisfaction import SatisfactionFigures
from ...figures.sources.source_rows import receivable_rows, sales_rows
from ...figures.sources.special_prices import SpecialPriceFigures
from ...figures.sources.visits import VisitFigures
from ...figures.sources.white_space import WhiteSpaceFigures


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
        ]

    @api.model
    def _get_health_parts(self):
        """The components of an account's health: `HealthPart` classes. A module adds its own by extending the list."""
        return list(PARTS)

    @api.model
    def _get_breakdowns(self):
        return (*GROUPINGS, *TREES)

    @api.model
    def _compute_figures(self, partners, period, codes=None, breakdowns=()):
        """The figures of many accounts, in a number of queries that does not depend on how many there are.

        Counts the companies of the context, in the active company's currency. Checks no access beyond
        the companies': that is for the callers, see ``res.partner.get_key_account_figures``.

        :param partners: the accounts; each is counted with everything below it
        :param Period period: the period; the same days one year earlier are computed with it
        :param codes: which figures; None for all
        :param breakdowns: any of `_get_breakdowns`
        :return: ``{partner id: {code: Figure}}``
        :raises UserError: for an unknown code or breakdown
        """
        wanted, request = self._prepare_request(partners, period, codes, breakdowns)
        figures = {account: {} for account in partners.ids}
        for source in self._get_sources():
            if wanted.isdisjoint(source.codes):
                continue
            for account, computed in request.figures(source).items():
                figures[account].update((code, figure) for code, figure in computed.items() if code in wanted)
        self._add_targets(figures, partners, period)
        return figures

    @api.model
    def _compute_many(self, wanted):
        """Figures of records that each have their own account, company and period.

        One computation for each distinct company and period, however many records ask. Checks no access,
        like `_compute_figures`.

        :param wanted: list of (account, company, Period, code)
        :return: ``{(account, company, Period, code): Figure}``, each in its company's currency
        """
        groups = defaultdict(list)
        for each in wanted:
            groups[each[1], each[2]].append(each)
        figures = {}
        for (company, period), of_group in groups.items():
            engine = self.with_company(company).with_context(allowed_company_ids=company.ids)
            accounts = self.env["res.partner"].union(*(account for account, *_rest in of_group))
            computed = engine._compute_figures(accounts, period, {code for *_rest, code in of_group})
            figures |= {each: computed[each[0].id][each[3]] for each in of_group}
        return figures

    def _add_targets(self, figures, partners, period):
        """Adds the target to each figure, if the period is (the beginning of) a fiscal year.

        Targets belong to one company: figures of several companies have none.
        """
        year = self.env["key.account.target"]._get_year(period)
        if not year or len(self.env.companies) > 1:
            return
        for partner, targets in self.env["key.account.target"]._get_targets(partners, year).items():
            for code in targets.keys() & figures[partner].keys():
                figure = figures[partner][code]
                figure.target, figure.target_is_agreed = targets[code]

    @api.model
    def _get_records(self, partners, period, code):
        """The records behind a figure of these accounts together; parameters and errors as for `_compute_figures`.

        :return: list of (name of the model, domain); empty if there is nothing to open
        """
        _wanted, request = self._prepare_request(partners, period, [code], ())
        (source,) = (source for source in self._get_sources() if code in source.codes)
        return source(request).records(code)

    @api.model
    def _get_source_rows(self, partner, period, internal):
        """The records that the figures of an account are made of, one by one, see `source_rows`.

        :param internal: whether to read receivables as well
        :return: (sales lines, open items, invoices) as lists of dicts
        """
        _wanted, request = self._prepare_request(partner, period, [], ())
        return (sales_rows(request), *(receivable_rows(request) if internal else ([], [])))

    def _prepare_request(self, partners, period, codes, breakdowns):
        known = {code for source in self._get_sources() for code in source.codes}
        wanted = known if codes is None else set(codes)
        self._check_known(self.env._("figure"), wanted, known)
        self._check_known(self.env._("breakdown"), set(breakdowns), set(self._get_breakdowns()))
        # Read before superuser mode: this raises for a company that the user may not see.
        companies = self.env.companies
        env = self.sudo().with_context(allowed_company_ids=companies.ids).env
        # PostgreSQL would spend two seconds compiling these queries to save some milliseconds
        env.cr.execute("SET LOCAL jit = off")
        with_cost = any(not wanted.isdisjoint(source.codes_with_cost) for source in self._get_sources())
        return wanted, Request(env, partners.ids, period, tuple(breakdowns), with_cost)

    def _check_known(self, kind, wanted, known):
        unknown = wanted - known
        if unknown:
            raise UserError(
                self.env._(
                    "Unknown %(kind)s: %(unknown)s. Available: %(known)s.",
                    kind=kind,
                    unknown=", ".join(sorted(map(str, unknown))),
                    known=", ".join(sorted(known)),
                )
            )
