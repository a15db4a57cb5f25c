from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import known_sum
from ..period import Period
from ..request import Request
from ..source import Records, Source
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

    def _measures_domain(self, period: Period) -> Domain:
        promotion = Domain("kind", "=", "promotion")
        return Domain("state", "!=", "cancelled") & (
            (~promotion & self._due_domain("date_end", period)) | (promotion & self._running_domain(period))
        )

    def _milestones_domain(self, period: Period) -> Domain:
        return self._due_domain("date_deadline", period)

    def _due_domain(self, deadline: str, period: Period) -> Domain:
        """Those whose deadline is in the period; what was spent on one with a deadline ahead counts today."""
        domain = self._own_domain() & Domain(deadline, ">=", period.date_from)
        return domain if period.date_to >= self.today else domain & Domain(deadline, "<=", period.date_to)

    def _running_domain(self, period: Period) -> Domain:
        """Those with a day in the period; what was spent on one that is still to begin counts today."""
        domain = self._own_domain() & Domain("date_end", ">=", period.date_from)
        return domain if period.date_to >= self.today else domain & Domain("date_start", "<=", period.date_to)

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
        for measure in self.env["key.account.care.measure"].search_fetch(
            self._measures_domain(period),
            ["partner_id", "company_id", "kind", "state", "date_start", "date_end", "cost_actual", "hours_actual"],
            order="id",
        ):
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

    def _share_of_days(self, measure: BaseModel, period: Period) -> float:
        """What part of a measure's days up to today is in the period; one that is still to begin has today only."""
        whole = Period(min(measure.date_start, self.today), min(measure.date_end, self.today))
        days = whole.within(period)
        return days.days / whole.days if days else 0.0

    def _read_milestones(self, period: Period, costs: CostsOfAccounts) -> None:
        groups = self.env["key.account.milestone"]._read_group(
            self._milestones_domain(period), ["partner_id", "company_id"], ["cost_actual:sum", "date_done:count"]
        )
        for partner, company, cost, reached in groups:
            for account in self.request.accounts_of[partner.id]:
                of_account = costs[account]
                # The cost of a milestone that has not been reached is unknown
                of_account.has_direct |= bool(reached) or bool(cost)
                of_account.milestones += self._convert(cost, company)

    def _read_visits(self, period: Period, costs: CostsOfAccounts) -> None:
        """Meetings do not belong to a company: their hours cost what they cost in the active one."""
        for account, hours in VisitFigures(self.request).hours(period).items():
            self._add_work(costs[account], hours, self.env.company)

    def _coaching_domain(self, period: Period) -> Domain:
        """Sessions that were held; their hours count on the day on which they began."""
        return (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "held")
            & Domain(self._moment_domain("start", period))
            & Domain("active", "in", (True, False))
        )

    def _read_coaching(self, period: Period, costs: CostsOfAccounts) -> None:
        """The sum of the hours is for account managers, the sessions stay private to those who took part."""
        groups = self.env["key.account.coaching.session"]._read_group(
            self._coaching_domain(period), ["partner_id", "company_id"], ["hours:sum"]
        )
        for partner, company, hours in groups:
            for account in self.request.accounts_of[partner.id]:
                self._add_work(costs[account], hours, company)

    def _add_work(self, of_account: Costs, hours: float, company: BaseModel) -> None:
        if company.key_account_hourly_cost:
            of_account.work = (of_account.work or 0.0) + self._convert(hours * company.key_account_hourly_cost, company)
        else:
            of_account.hours_without_cost += hours

    def _read_analytic_items(self, period: Period, costs: CostsOfAccounts) -> None:
        accounts_of = self._read_analytic_accounts(costs)
        for column, analytic_ids in self._columns(accounts_of).items():
            groups = self.env["account.analytic.line"]._read_group(
                Domain(column, "in", analytic_ids) & self._items_domain(period),
                [column, "company_id"],
                ["amount:sum"],
            )
            for analytic, company, amount in groups:
                for account in accounts_of.get((analytic, company), ()):
                    costs[account].analytic -= self._convert(amount, company)

    def _columns(self, accounts_of: Iterable[tuple[BaseModel, BaseModel]]) -> dict[str, list[int]]:
        """:return: ``{column of the items: ids of analytic accounts}``: each plan has a column of its own"""
        by_column = defaultdict(list)
        for analytic, _company in accounts_of:
            by_column[analytic.root_plan_id._column_name()].append(analytic.id)
        return by_column

    def _items_domain(self, period: Period) -> Domain:
        return (
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("date", ">=", period.date_from)
            & Domain("date", "<=", period.date_to)
        )

    def _read_analytic_accounts(self, costs: CostsOfAccounts) -> dict[tuple[BaseModel, BaseModel], set[int]]:
        """:return: ``{(analytic account, company): ids of the accounts whose costs it holds}``"""
        accounts_of = defaultdict(set)
        partners = self.env["res.partner"].with_context(active_test=False)
        domain = [("id", "in", self.request.customer_ids), ("key_account_analytic_id", "!=", False)]
        for company in self.env.companies:
            for partner in partners.with_company(company).search_fetch(domain, ["key_account_analytic_id"]):
                for account in self.request.accounts_of[partner.id]:
                    accounts_of[partner.key_account_analytic_id.with_env(self.env), company].add(account)
                    costs[account].has_direct = True
        return accounts_of

    def _read_overhead(self, period: Period, costs: CostsOfAccounts) -> None:
        """Each account's share of the companies' overhead, for the days of the period."""
        for key, read in (("revenue", self._read_revenue), ("orders", self._read_orders)):
            companies = self._companies_with_overhead(key)
            if not companies:
                continue
            totals, by_customer = read(period, companies)
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
            orders = Domain("key_account_customer_id", *own) & self._orders_domain(period, companies)
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

    def _orders_domain(self, period: Period, companies: BaseModel) -> Domain:
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "sale")
            & Domain(self._moment_domain("date_order", period))
        )

    def _read_revenue(self, period: Period, companies: BaseModel) -> OverheadBase:
        """:return: ``{company: revenue}`` of all customers, ``{(customer, company): revenue}`` of the request's"""
        lines = self._lines_domain(period, companies)
        return self._read_base("key.account.sales.report", lines, "customer_id", "price_subtotal:sum")

    def _read_orders(self, period: Period, companies: BaseModel) -> OverheadBase:
        """As `_read_revenue`, the numbers of confirmed orders."""
        return self._read_base(
            "sale.order", self._orders_domain(period, companies), "key_account_customer_id", "__count"
        )

    def _read_base(self, model: str, domain: Domain, customer: str, aggregate: str) -> OverheadBase:
        records = self.env[model]
        own = domain & Domain(customer, "in", self.request.customer_ids)
        return (
            dict(records._read_group(domain, ["company_id"], [aggregate])),
            {tuple(keys): amount for *keys, amount in records._read_group(own, [customer, "company_id"], [aggregate])},
        )

    def _convert(self, amount: float, company: BaseModel) -> float:
        return amount * self.rates[company]
