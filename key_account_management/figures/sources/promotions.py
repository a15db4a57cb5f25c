from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from ..figure import AccountFigures, Column, Figure, Figures, Table, ratio
from ..period import Period
from ..request import Request
from ..source import Records, Source, united
from .sales import SalesFigures
from .sales_groups import of_goods


@dataclass
class Promotion:
    """The days of a promotion in a period, with the sales of its products: on these days, one year earlier, and before
    the promotion.

    ``sales``: for each of `times` a pair (number of sales lines, revenue). The days of several periods add up to the
    whole promotion.
    """

    measure: BaseModel
    # All its days up to today, and those that count
    whole: Period
    days: Period
    # Of the days that count
    cost: float
    sales: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def times(self) -> dict[str, Period]:
        """:return: ``{name: Period}`` of what is compared, and of what decides with what"""
        year_before = self.whole.previous.date_from
        directly_before = self.whole.date_from - timedelta(days=self.whole.days)
        return {
            "promotion": self.days,
            "year_before": self._same_days(year_before),
            "days_before": self._same_days(directly_before),
            "whole_year_before": Period(year_before, year_before + timedelta(days=self.whole.days - 1)),
        }

    def _same_days(self, start: date) -> Period:
        """The days that count, if the whole promotion had started on another day."""
        first = start + (self.days.date_from - self.whole.date_from)
        return Period(first, first + timedelta(days=self.days.days - 1))

    def revenue(self, time: str) -> float:
        return self.sales.get(time, (0, 0.0))[1]

    @property
    def compared_with(self) -> str:
        """The previous year, unless nothing was sold on the days of the whole promotion then."""
        return "year_before" if "whole_year_before" in self.sales else "days_before"

    @property
    def uplift(self) -> float:
        return self.revenue("promotion") - self.revenue(self.compared_with)


class PromotionFigures(Source):
    """What promotions cost and what they brought: promotions joined with the sales lines of their products."""

    codes = ("promotions", "promotion_cost", "promotion_revenue", "promotion_uplift", "promotion_return")
    codes_with_cost = codes
    codes_over_time = ("promotions", "promotion_cost", "promotion_revenue", "promotion_uplift")

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])

    def compute(self) -> Figures:
        rates = self.request.figures(SalesFigures)
        now, before = (
            self._by_account(self._of_period("promotions", period, self._promotions)) for period in self._periods()
        )
        return {
            account: self._figures(now[account], before[account], rates[account]["contribution_margin_rate"])
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        if code == "promotion_revenue":
            return self._lines_records(compared=False)
        records: Records = [("key.account.care.measure", list(self._promotions_domain(self.request.period)))]
        if code in ("promotion_uplift", "promotion_return"):
            records += self._lines_records(compared=True)
        if code == "promotion_return":
            records += SalesFigures(self.request).records("contribution_margin_rate")
        return united(records)

    def _periods(self) -> tuple[Period, Period]:
        return self.request.period, self.request.previous

    # === READING ===#

    def _promotions_domain(self, period: Period) -> Domain:
        """Those that overlap the period and are over or running: a day of the promotion is in it and not ahead."""
        return (
            Domain("kind", "=", "promotion")
            & Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "!=", "cancelled")
            & Domain("date_start", "<=", min(period.date_to, self.today))
            & Domain("date_end", ">=", period.date_from)
            & Domain("active", "in", (True, False))
        )

    def _promotions(self, periods: Sequence[Period]) -> dict[Period, list[Promotion]]:
        """:return: for each period its promotions, one that runs up to today, with their sales on its days"""
        domain = Domain.OR(map(self._promotions_domain, periods))
        measures = self.env["key.account.care.measure"].search(domain, order="date_start, id")
        promotions = {period: list(self._in_period(measures, period)) for period in periods}
        self._read_sales(list(chain.from_iterable(promotions.values())))
        return promotions

    def _in_period(self, measures: Iterable[BaseModel], period: Period) -> Iterator[Promotion]:
        for measure in measures:
            whole = self._whole(measure)
            days = whole.within(period)
            if days:
                cost = measure.cost_actual * days.days / whole.days
                rate = self.request.rates.into_company(measure.currency_id, self.env.company)
                yield Promotion(measure, whole, days, cost * rate)

    def _whole(self, measure: BaseModel) -> Period:
        return Period(measure.date_start, min(measure.date_end, self.today))

    def gather(self, measures: BaseModel) -> list[Promotion]:
        """:return: the promotions, which have begun, with their sales on all their days"""
        promotions = [promotion for measure in measures for promotion in self._in_period(measure, self._whole(measure))]
        self._read_sales(promotions)
        return promotions

    def _by_account(self, promotions: Iterable[Promotion]) -> defaultdict[int, list[Promotion]]:
        """:return: ``{account id: [Promotion]}``"""
        by_account = defaultdict(list)
        for promotion in promotions:
            for account in self.request.accounts_of[promotion.measure.partner_id.id]:
                by_account[account].append(promotion)
        return by_account

    def _customers_of(self, promotions: Iterable[Promotion]) -> defaultdict[int, list[int]]:
        """:return: ``{partner id of a promotion: ids of the customers at whom it promotes}``"""
        partners = list({promotion.measure.partner_id.id for promotion in promotions})
        customers_of = defaultdict(list)
        for customer, owners in Request(self.env, partners, self.request.period).accounts_of.items():
            for owner in owners:
                customers_of[owner].append(customer)
        return customers_of

    def _read_sales(self, promotions: list[Promotion]) -> None:
        """Reads the sales lines of the promoted products in all times that are compared."""
        customers_of = self._customers_of(promotions)
        rows = [
            (position, name, promotion.measure.company_id.id, customer, time.date_from, time.date_to)
            for position, promotion in enumerate(promotions)
            for name, time in promotion.times.items()
            for customer in customers_of[promotion.measure.partner_id.id]
        ]
        if not rows:
            return
        self.env.flush_all()
        positions, names, companies, customers, starts, ends = map(list, zip(*rows, strict=True))
        lines = self.env["key.account.sales.report"]._search(
            [
                ("customer_id", "in", customers),
                ("invoice_date", ">=", min(starts)),
                ("invoice_date", "<=", max(ends)),
                *of_goods(self.env),
            ]
        )
        columns = ("customer_id", "company_id", "invoice_date", "product_id", "product_categ_id", "price_subtotal")
        results = self.env.execute_query(
            SQL(
                """
                SELECT time.position, time.name, COUNT(*), SUM(line.price_subtotal)
                  FROM unnest(%(positions)s, %(measures)s, %(names)s, %(companies)s, %(customers)s,
                              %(starts)s::date[], %(ends)s::date[])
                       AS time(position, measure_id, name, company_id, customer_id, date_from, date_to)
                  JOIN (%(lines)s) AS line
                    ON line.customer_id = time.customer_id
                   AND line.company_id = time.company_id
                   AND line.invoice_date BETWEEN time.date_from AND time.date_to
                 WHERE EXISTS (
                           SELECT FROM key_account_measure_product_rel promoted
                            WHERE promoted.measure_id = time.measure_id AND promoted.product_id = line.product_id
                       )
                    OR EXISTS (
                           SELECT FROM key_account_measure_category_rel promoted
                             JOIN product_category above ON above.id = promoted.category_id
                             JOIN product_category category ON category.parent_path LIKE above.parent_path || '%%'
                            WHERE promoted.measure_id = time.measure_id AND category.id = line.product_categ_id
                       )
              GROUP BY time.position, time.name
                """,
                positions=positions,
                measures=[promotions[position].measure.id for position in positions],
                names=names,
                companies=companies,
                customers=customers,
                starts=starts,
                ends=ends,
                lines=lines.select(*(SQL.identifier(lines.table, column) for column in columns)),
            )
        )
        for position, name, count, revenue in results:
            promotions[position].sales[name] = (count, revenue)

    def _lines_records(self, compared: bool) -> Records:
        """The sales lines of the promoted products while the promotions of the period ran.

        :param compared: also those of the time with which they are compared
        """
        (promotions,) = self._promotions([self.request.period]).values()
        customers_of = self._customers_of(promotions)
        lines = Domain.OR(
            Domain("customer_id", "in", customers_of[promotion.measure.partner_id.id])
            & Domain("company_id", "=", promotion.measure.company_id.id)
            & Domain("invoice_date", ">=", promotion.times[time].date_from)
            & Domain("invoice_date", "<=", promotion.times[time].date_to)
            & Domain("adjustment", "=", False)
            & (
                Domain("product_id", "in", promotion.measure.product_ids.ids)
                | Domain("product_categ_id", "child_of", promotion.measure.product_category_ids.ids)
            )
            for promotion in promotions
            for time in ("promotion", *([promotion.compared_with] if compared else []))
        )
        return [("key.account.sales.report", list(lines))]

    # === FIGURES ===#

    def _figures(self, now: list[Promotion], before: list[Promotion], rate: Figure) -> AccountFigures:
        figures = {
            # No promotions is a known number, in a period that has begun
            "promotions": Figure(
                *(
                    len(promotions) if period.date_from <= self.today else None
                    for promotions, period in zip((now, before), self._periods(), strict=True)
                )
            ),
            "promotion_cost": self._money(now, before, lambda promotion: promotion.cost),
            "promotion_revenue": self._money(now, before, lambda promotion: promotion.revenue("promotion")),
            "promotion_uplift": self._money(now, before, lambda promotion: promotion.uplift),
            "promotion_return": Figure(self._return(now, rate.value), self._return(before, rate.previous), unit="%"),
        }
        figures["promotions"].table = self._table(now, rate.value)
        self._add_notes(figures, now, rate)
        return figures

    def _money(self, now: list[Promotion], before: list[Promotion], amount: Callable[[Promotion], float]) -> Figure:
        return Figure(
            *(self.round_money(sum(map(amount, promotions))) if promotions else None for promotions in (now, before)),
            unit=self.currency.name,
        )

    def _return(self, promotions: Sequence[Promotion], rate: float | None) -> float | None:
        """What remains of the uplift's margin after the cost, per unit of cost."""
        cost = sum(promotion.cost for promotion in promotions)
        if rate is None:
            return None
        return ratio(sum(promotion.uplift for promotion in promotions) * rate - cost, cost)

    def _table(self, promotions: list[Promotion], rate: float | None) -> Table:
        unit = self.currency.name
        table = Table(
            [
                Column(self.env._("Promotion")),
                Column(self.env._("Start Date"), "date"),
                Column(self.env._("End Date"), "date"),
                Column(self.env._("Cost"), "money", unit),
                Column(self.env._("Revenue"), "money", unit),
                Column(self.env._("Compared with")),
                Column(self.env._("Revenue at that time"), "money", unit),
                Column(self.env._("Uplift"), "money", unit),
                Column(self.env._("Return"), "percent", "%"),
            ]
        )
        names = {"year_before": self.env._("Previous year"), "days_before": self.env._("Preceding days")}
        for promotion in promotions:
            table.rows.append(
                [
                    promotion.measure.name,
                    fields.Date.to_string(promotion.measure.date_start),
                    fields.Date.to_string(promotion.measure.date_end),
                    self.round_money(promotion.cost),
                    self.round_money(promotion.revenue("promotion")),
                    names[promotion.compared_with],
                    self.round_money(promotion.revenue(promotion.compared_with)),
                    self.round_money(promotion.uplift),
                    self._return([promotion], rate),
                ]
            )
        return table

    def _add_notes(self, figures: AccountFigures, now: list[Promotion], rate: Figure) -> None:
        if not now:
            note = (
                self.env._("The period has not begun.")
                if self.request.period.date_from > self.today
                else self.env._("No promotions in this period.")
            )
            for figure in figures.values():
                figure.note = note
            return
        if figures["promotion_return"].value is not None:
            figures["promotion_return"].note, figures["promotion_return"].warns = rate.note, rate.warns
        elif rate.value is None:
            figures["promotion_return"].note = rate.note or self.env._("The contribution margin is not known.")
        else:
            figures["promotion_return"].note = self.env._("No cost of the promotions is recorded.")
