from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from ..figure import known_sum
from ..period import DayParts, Period
from ..request import Request
from ..source import Records, Source, days_domain
from .all_customers import AllCustomers
from .visits import VisitFigures


@dataclass
class Costs:
    """What one account costs in a period beyond the goods, in the request's currency."""

    # Whether there is anything that could have a cost; if not, the cost is unknown rather than zero
    has_direct: bool = False
    care: float = 0.0
    promotions: float = 0.0
    milestones: float = 0.0
    analytic: float = 0.0
    hours_without_cost: float = 0.0
    # None: not set up
    work: float | None = None
    overhead: float | None = None

    @property
    def direct(self) -> float | None:
        return self.care + self.promotions + self.milestones + self.analytic if self.has_direct else None

    @property
    def indirect(self) -> float | None:
        return known_sum(self.work, self.overhead)


# By account id; accounts without costs get empty ones
CostsOfAccounts = defaultdict[int, Costs]
# What overhead is allocated by: per company, and per customer and company
OverheadBase = tuple[dict[BaseModel, float], dict[tuple[BaseModel, BaseModel], float]]


class CostRecords(Source):
    """Reads what a customer costs beyond the goods; `CostFigures` computes the figures."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])

    def _costs(self, period: Period) -> CostsOfAccounts:
        """:return: ``{account id: Costs}``"""
        costs: CostsOfAccounts = defaultdict(Costs)
        elapsed = period.up_to(self.today)
        if elapsed:
            self._set_up_work(costs)
            self._read_measures(elapsed, costs)
            self._read_milestones(elapsed, costs)
            self._read_visits(elapsed, costs)
            self._read_coaching(elapsed, costs)
            self._read_analytic_items(elapsed, costs)
            self._read_overhead(elapsed, costs)
        return costs

    def _measures_domain(self, *periods: Period) -> Domain:
        promotion = Domain("kind", "=", "promotion")
        return Domain("state", "!=", "cancelled") & Domain.OR(
            (~promotion & self._due_domain("date_end", period)) | (promotion & self._running_domain(period))
            for period in periods
        )

    def _milestones_domain(self, *periods: Period) -> Domain:
        return Domain.OR(self._due_domain("date_deadline", period) for period in periods)

    def _due_domain(self, deadline: str, period: Period) -> Domain:
        """Those whose deadline is in the period; what was spent on one with a deadline ahead counts today."""
        days = self._with_ahead(period)
        return self._own_domain() & Domain(deadline, ">=", days.date_from) & Domain(deadline, "<=", days.date_to)

    def _running_domain(self, period: Period) -> Domain:
        """Those with a day in the period; what was spent on one that is still to begin counts today."""
        days = self._with_ahead(period)
        return self._own_domain() & Domain("date_end", ">=", days.date_from) & Domain("date_start", "<=", days.date_to)

    def _with_ahead(self, period: Period) -> Period:
        """The days whose costs count in a period: with today, all that are ahead as well."""
        return period if period.date_to < self.today else Period(period.date_from, date.max)

    def _own_domain(self) -> Domain:
        return (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            # Archived records have still cost something
            & Domain("active", "in", (True, False))
        )

    def _set_up_work(self, costs: CostsOfAccounts) -> None:
        """No hours are a real zero where an hour has a cost."""
        if any(self.env.companies.mapped("key_account_hourly_cost")):
            for account in self.request.account_ids:
                costs[account].work = 0.0

    def _read_measures(self, period: Period, costs: CostsOfAccounts) -> None:
        """A promotion costs the same on each of its days up to today, other measures on the day of their deadline."""
        for measure in self._of_elapsed("measures", period, self._measures):
            is_promotion, is_done, company = measure.kind == "promotion", measure.state == "done", measure.company_id
            share = self._share_of_days(measure, period) if is_promotion else 1.0
            cost = self._convert(measure.cost_actual * share, company)
            for account in self.request.accounts_of[measure.partner_id.id]:
                of_account = costs[account]
                # The cost of a measure that is only planned is unknown
                of_account.has_direct |= is_done or bool(measure.cost_actual)
                if is_promotion:
                    of_account.promotions += cost
                else:
                    of_account.care += cost
                if is_done:
                    self._add_work(of_account, measure.hours_actual * share, company)

    def _measures(self, periods: Sequence[Period]) -> dict[Period, BaseModel]:
        measures = self.env["key.account.care.measure"].search_fetch(
            self._measures_domain(*periods),
            ["partner_id", "company_id", "kind", "state", "date_start", "date_end", "cost_actual", "hours_actual"],
            order="id",
        )

        def costs_in(measure: BaseModel, days: Period) -> bool:
            begins = measure.date_start if measure.kind == "promotion" else measure.date_end
            return measure.date_end >= days.date_from and begins <= days.date_to

        days = {period: self._with_ahead(period) for period in periods}
        return {
            period: measures.filtered(lambda measure, days=days[period]: costs_in(measure, days)) for period in periods
        }

    def _share_of_days(self, measure: BaseModel, period: Period) -> float:
        """What part of a measure's days up to today is in the period; one that is still to begin has today only."""
        whole = Period(min(measure.date_start, self.today), min(measure.date_end, self.today))
        days = whole.within(period)
        return days.days / whole.days if days else 0.0

    def _read_milestones(self, period: Period, costs: CostsOfAccounts) -> None:
        for milestone in self._of_elapsed("milestones", period, self._milestones):
            cost = milestone.cost_actual
            for account in self.request.accounts_of[milestone.partner_id.id]:
                of_account = costs[account]
                # The cost of a milestone that has not been reached is unknown
                of_account.has_direct |= bool(milestone.date_done) or bool(cost)
                of_account.milestones += self._convert(cost, milestone.company_id)

    def _milestones(self, periods: Sequence[Period]) -> dict[Period, BaseModel]:
        milestones = self.env["key.account.milestone"].search_fetch(
            self._milestones_domain(*periods),
            ["partner_id", "company_id", "date_deadline", "date_done", "cost_actual"],
            order="id",
        )
        days = {period: self._with_ahead(period) for period in periods}
        return {
            period: milestones.filtered(lambda milestone, days=days[period]: milestone.date_deadline in days)
            for period in periods
        }

    def _read_visits(self, period: Period, costs: CostsOfAccounts) -> None:
        """Meetings do not belong to a company: their hours cost what they cost in the active one."""
        for account, hours in VisitFigures(self.request).hours(period).items():
            self._add_work(costs[account], hours, self.env.company)

    def _coaching_domain(self, *periods: Period) -> Domain:
        """Sessions that were held; their hours count on the day on which they began."""
        return (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "held")
            & Domain(self._moment_domain("start", *periods))
            & Domain("active", "in", (True, False))
        )

    def _read_coaching(self, period: Period, costs: CostsOfAccounts) -> None:
        """The sum of the hours is for account managers, the sessions stay private to those who took part."""
        for partner, company, _day, hours in self._of_elapsed("coaching", period, self._coaching):
            for account in self.request.accounts_of[partner.id]:
                self._add_work(costs[account], hours, company)

    def _coaching(self, periods: Sequence[Period]) -> dict[Period, list[tuple[BaseModel, BaseModel, date, float]]]:
        """:return: ``{period: [(partner, company, day, hours)]}``"""
        groups = self.env["key.account.coaching.session"]._read_group(
            self._coaching_domain(*DayParts(periods).joined),
            ["partner_id", "company_id"],
            ["start:array_agg", "hours:array_agg"],
        )
        sessions = [
            (partner, company, self._day(start, company), hours)
            for partner, company, *of_sessions in groups
            for start, hours in zip(*of_sessions, strict=True)
        ]
        return {period: [session for session in sessions if session[2] in period] for period in periods}

    def _add_work(self, of_account: Costs, hours: float, company: BaseModel) -> None:
        if company.key_account_hourly_cost:
            of_account.work = (of_account.work or 0.0) + self._convert(hours * company.key_account_hourly_cost, company)
        else:
            of_account.hours_without_cost += hours

    def _read_analytic_items(self, period: Period, costs: CostsOfAccounts) -> None:
        accounts_of = self._analytic_accounts()
        for accounts in accounts_of.values():
            for account in accounts:
                costs[account].has_direct = True
        for analytic, company, _day, amount in self._of_elapsed("analytic_items", period, self._analytic_items):
            for account in accounts_of.get((analytic, company), ()):
                costs[account].analytic -= self._convert(amount, company)

    def _analytic_items(
        self, periods: Sequence[Period]
    ) -> dict[Period, list[tuple[BaseModel, BaseModel, date, float]]]:
        """:return: ``{period: [(analytic account, company, day, amount)]}``"""
        items: list[tuple[BaseModel, BaseModel, date, float]] = []
        for column, analytic_ids in self._columns(self._analytic_accounts()).items():
            items += self.env["account.analytic.line"]._read_group(
                Domain(column, "in", analytic_ids) & self._items_domain(*DayParts(periods).joined),
                [column, "company_id", "date:day"],
                ["amount:sum"],
            )
        return {period: [item for item in items if item[2] in period] for period in periods}

    def _columns(self, accounts_of: Iterable[tuple[BaseModel, BaseModel]]) -> dict[str, list[int]]:
        """:return: ``{column of the items: ids of analytic accounts}``: each plan has a column of its own"""
        by_column = defaultdict(list)
        for analytic, _company in accounts_of:
            by_column[analytic.root_plan_id._column_name()].append(analytic.id)
        return by_column

    def _items_domain(self, *periods: Period) -> Domain:
        return Domain("company_id", "in", self.env.companies.ids) & days_domain("date", periods)

    def _analytic_accounts(self) -> dict[tuple[BaseModel, BaseModel], set[int]]:
        """:return: ``{(analytic account, company): ids of the accounts whose costs it holds}``"""
        key = ("analytic_accounts", *self.request.account_ids)
        return self.request.readings.once(key, self._read_analytic_accounts)

    def _read_analytic_accounts(self) -> dict[tuple[BaseModel, BaseModel], set[int]]:
        accounts_of = defaultdict(set)
        partners = self.env["res.partner"].with_context(active_test=False)
        domain = [("id", "in", self.request.customer_ids), ("key_account_analytic_id", "!=", False)]
        for company in self.env.companies:
            for partner in partners.with_company(company).search_fetch(domain, ["key_account_analytic_id"]):
                for account in self.request.accounts_of[partner.id]:
                    accounts_of[partner.key_account_analytic_id.with_env(self.env), company].add(account)
        return accounts_of

    def _read_overhead(self, period: Period, costs: CostsOfAccounts) -> None:
        """Each account's share of the companies' overhead, for the days of the period."""
        for key, read in (("revenue", self._read_revenue), ("orders", self._read_orders)):
            companies = self._companies_with_overhead(key)
            if not companies:
                continue
            totals, by_customer = self._of_elapsed(f"overhead_{key}", period, partial(read, companies))
            overhead_of = {
                company: self._convert(company.key_account_overhead_pool, company)
                * sum(share for _part, share in period.fiscal_years(company).values())
                for company in companies
                if self.currency.compare_amounts(totals.get(company, 0.0), 0.0) > 0
            }
            base: defaultdict[tuple[int, BaseModel], float] = defaultdict(float)
            for (customer, company), amount in by_customer.items():
                for account in self.request.accounts_of[customer.id]:
                    base[account, company] += amount
            for company, overhead in overhead_of.items():
                for account in self.request.account_ids:
                    # Customers whose credit notes exceed their invoices bear no overhead
                    share = max(base[account, company], 0.0) / totals[company]
                    costs[account].overhead = (costs[account].overhead or 0.0) + overhead * share

    def _overhead_records(self, period: Period) -> Records:
        """The accounts' sales lines or orders by which they bear a share of the overhead."""
        own = ("in", self.request.customer_ids)
        records: Records = []
        if companies := self._companies_with_overhead("revenue"):
            lines = Domain("customer_id", *own) & self._lines_domain(period, companies)
            records.append(("key.account.sales.report", list(lines)))
        if companies := self._companies_with_overhead("orders"):
            orders = Domain("key_account_customer_id", *own) & self._orders_domain(companies, period)
            records.append(("sale.order", list(orders)))
        return records

    def _companies_with_overhead(self, key: str) -> BaseModel:
        return self.env.companies.filtered(
            lambda company: company.key_account_overhead_key == key and company.key_account_overhead_pool
        )

    def _lines_domain(self, period: Period, companies: BaseModel) -> Domain:
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("invoice_date", ">=", period.date_from)
            & Domain("invoice_date", "<=", period.date_to)
        )

    def _orders_domain(self, companies: BaseModel, *periods: Period) -> Domain:
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "sale")
            & Domain(self._moment_domain("date_order", *periods))
        )

    def _read_revenue(self, companies: BaseModel, periods: Sequence[Period]) -> dict[Period, OverheadBase]:
        """:return: ``{company: revenue}`` of all customers, ``{(customer, company): revenue}`` of the request's"""
        everybody = self.request.figures(AllCustomers)
        totals, own = (
            self.env.execute_query(everybody.revenues(periods, by, customer_ids))
            for by, customer_ids in (
                (("company_id",), None),
                (("customer_id", "company_id"), self.request.customer_ids),
            )
        )
        of = {company.id: company for company in companies}
        partners = self.env["res.partner"]
        return {
            period: (
                {
                    of[company]: float(revenues[number])
                    for company, *revenues in totals
                    if company in of and revenues[number] is not None
                },
                {
                    (partners.browse(customer), of[company]): float(revenues[number])
                    for customer, company, *revenues in own
                    if company in of and revenues[number] is not None
                },
            )
            for number, period in enumerate(periods)
        }

    def _read_orders(self, companies: BaseModel, periods: Sequence[Period]) -> dict[Period, OverheadBase]:
        """As `_read_revenue`, the numbers of confirmed orders."""
        days = DayParts(periods).joined
        own = Domain("key_account_customer_id", "in", self.request.customer_ids)
        totals = self._count_orders(self._orders_domain(companies, *days), ["company_id"], periods)
        counts = self._count_orders(
            self._orders_domain(companies, *days) & own, ["key_account_customer_id", "company_id"], periods
        )
        of = {company.id: company for company in companies}
        partners = self.env["res.partner"]
        return {
            period: (
                {of[company]: numbers[position] for company, *numbers in totals if numbers[position]},
                {
                    (partners.browse(customer), of[company]): numbers[position]
                    for customer, company, *numbers in counts
                    if numbers[position]
                },
            )
            for position, period in enumerate(periods)
        }

    def _count_orders(self, domain: Domain, by: Sequence[str], periods: Sequence[Period]) -> list[tuple[int, ...]]:
        """:return: ids of these fields, and the number of orders in each period"""
        self.env.flush_all()
        orders = self.env["sale.order"]
        query = orders._search(domain)
        columns = [orders._field_to_sql(query.table, name, query) for name in by]
        counts = []
        for period in periods:
            moments = Domain(self._moment_domain("date_order", period)).optimize_full(orders)
            counts.append(SQL("COUNT(*) FILTER (WHERE %s)", moments._to_sql(orders, query.table, query)))
        query.groupby = SQL(", ").join(columns)
        return self.env.execute_query(query.select(*columns, *counts))

    def _convert(self, amount: float, company: BaseModel) -> float:
        return amount * self.rates[company]
