from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from odoo import fields
from odoo.api import DomainType
from odoo.models import BaseModel
from odoo.tools import SQL, format_amount, format_date

from ..figure import AccountFigures, Figure, Figures, ratio, rounded
from ..period import Period
from ..request import Request
from ..source import Records, Source
from .open_orders import open_orders, owed_by
from .receivable_records import Balance, ReceivableRecords


@dataclass
class Credit:
    """What one account owes or has ordered, and its limit."""

    documents: int = 0
    receivable: float = 0.0
    orders: float = 0.0
    limit: float = 0.0
    # Legal entities with and without a limit
    limited: list[str] = field(default_factory=list)
    unlimited: list[str] = field(default_factory=list)

    @property
    def exposure(self) -> float | None:
        return self.receivable + self.orders if self.documents else None


class CreditFigures(Source):
    """Creditworthiness from the ratings entered, credit limit and its usage from Odoo's own fields.

    Limits and open orders have no history: they are today's.
    """

    codes = ("creditworthiness", "credit_limit", "exposure", "credit_use")
    codes_without_months = codes
    codes_without_history = ("credit_limit", "exposure", "credit_use")

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])

    def compute(self) -> Figures:
        credits = self._credits()
        ratings = self._ratings()
        accounts = self.env["res.partner"].browse(self.request.account_ids)
        return {
            account.id: {
                "creditworthiness": self._creditworthiness(account, ratings[account]),
                **self._credit_figures(credits[account.id]),
            }
            for account in accounts
        }

    def records(self, code: str) -> Records:
        if code == "creditworthiness":
            end = self.request.to_date.date_to
            latest = [self._latest(ratings, end).id for ratings in self._ratings().values()]
            return [("key.account.rating", [("id", "in", latest)])]
        limited: Records = [("res.partner", [("id", "in", self._limited().ids), ("active", "in", (True, False))])]
        if code == "credit_limit":
            return limited
        self.env.flush_all()
        items = ReceivableRecords(self.request).open_items(Period(self.today, self.today))
        exposure: Records = [
            ("account.move.line", [("id", "in", [item["id"] for item in items])]),
            ("sale.order", [("id", "in", [order["id"] for order in self._open_orders()])]),
        ]
        return exposure if code == "exposure" else exposure + limited

    # === READING ===#

    def _ratings_domain(self) -> DomainType:
        # An agency rates a company, not the companies below it
        return [
            ("partner_id", "in", self.request.account_ids),
            ("company_id", "in", self.env.companies.ids),
        ]

    def _ratings(self) -> dict[BaseModel, BaseModel]:
        """:return: ``{account: its ratings up to the period's end, today if it is running, newest first}``"""
        key = ("ratings", *self.request.account_ids)
        ratings = self.request.readings.once(
            key, lambda: self.env["key.account.rating"].search(self._ratings_domain())
        ).filtered(lambda rating: rating.date <= self.request.to_date.date_to)
        return defaultdict(self.env["key.account.rating"].browse, ratings.grouped("partner_id"))

    def _legal_entities(self) -> BaseModel:
        """The customers of the accounts that have a credit limit of their own, see ``_commercial_fields``."""
        customers = self.env["res.partner"].browse(self.request.customer_ids)
        return customers.filtered(lambda customer: customer.commercial_partner_id == customer)

    def _credits(self) -> defaultdict[int, Credit]:
        """:return: ``{account id: Credit}``"""
        return self.request.readings.once(("credits", *self.request.account_ids), self._read_credits)

    def _read_credits(self) -> defaultdict[int, Credit]:
        credits: defaultdict[int, Credit] = defaultdict(Credit)
        self._read_receivables(credits)
        self._read_orders(credits)
        self._read_limits(credits)
        return credits

    def _read_receivables(self, credits: defaultdict[int, Credit]) -> None:
        balances: defaultdict[int, Balance] = defaultdict(Balance)
        if self.request.customer_ids:
            ReceivableRecords(self.request).add_open_items(Period(self.today, self.today), balances)
        for account, balance in balances.items():
            credits[account].receivable = balance.receivable
            credits[account].documents += balance.items

    def _read_orders(self, credits: defaultdict[int, Credit]) -> None:
        """What confirmed orders will still be invoiced, taxes included, at today's rates."""
        companies = {company.id: company for company in self.env.companies}
        for order in self._open_orders():
            company = companies[order["company_id"]]
            currency = self.env["res.currency"].browse(order["currency_id"])
            amount = order["amount"] * self.request.rates.into_company(currency, company) * self.rates[company]
            for account in self.request.accounts_of[order["debtor_id"]]:
                credits[account].orders += amount
                credits[account].documents += 1

    def _open_orders(self) -> list[dict[str, Any]]:
        if not self.request.customer_ids:
            return []
        self.env.flush_all()
        condition = SQL(
            "%s AND sale.company_id IN %s", owed_by(self.request.customer_ids), tuple(self.env.companies.ids)
        )
        return self.env.execute_query_dict(open_orders(self.env, condition))

    def _limited(self) -> BaseModel:
        """The legal entities with a limit in one of the companies that use credit limits."""
        companies = self.env.companies.filtered("account_use_credit_limit")
        return self._legal_entities().filtered(
            lambda customer: any(customer.with_company(company).credit_limit for company in companies)
        )

    def _read_limits(self, credits: defaultdict[int, Credit]) -> None:
        """Limits of the companies that use credit limits; 0 means that there is none."""
        for company in self.env.companies.filtered("account_use_credit_limit"):
            for customer in self._legal_entities().with_company(company):
                limit = customer.credit_limit * self.rates[company]
                for account in self.request.accounts_of[customer.id]:
                    credits[account].limit += limit
                    (credits[account].limited if limit else credits[account].unlimited).append(customer.name)

    # === FIGURES ===#

    def _creditworthiness(self, account: BaseModel, ratings: BaseModel) -> Figure:
        end, previous_end = self.request.to_date.date_to, self.request.previous.date_to
        rating = self._latest(ratings, end)
        trust = self._trust(account)
        if not rating:
            return Figure(note=" ".join(filter(None, [self.env._("No rating is on record."), trust])))
        # Agencies use different scales: only earlier ratings by the same one can be compared
        same = ratings.filtered(lambda other: other.agency == rating.agency)
        before = self._latest(same.filtered(lambda other: other.date <= previous_end), previous_end)
        parts = [self._describe(rating, end), trust]
        return Figure(
            rating.score or None,
            before.score or None,
            note=" ".join(filter(None, parts)),
            warns=rating._is_expired_on(end),
            better=rating.better or None,
        )

    def _latest(self, ratings: BaseModel, day: date) -> BaseModel:
        """The newest rating that is valid on the day, otherwise the newest one."""
        valid = ratings.filtered(lambda rating: not rating._is_expired_on(day))
        return valid[:1] or ratings[:1]

    def _describe(self, rating: BaseModel, day: date) -> str:
        given_on = format_date(self.env, rating.date, date_format="medium")
        text = ", ".join(filter(None, [rating.agency, rating.rating_class, given_on]))
        if rating._is_expired_on(day):
            expired_on = format_date(self.env, rating.valid_until, date_format="medium")
            return self.env._("%(rating)s: expired on %(day)s.", rating=text, day=expired_on)
        if not rating.score:
            return self.env._("%(rating)s: class only, no score.", rating=text)
        return f"{text}."

    def _trust(self, account: BaseModel) -> str:
        """Odoo's own degree of trust, in the active company."""
        trust = account.with_company(self.env.company).trust
        labels = dict(account._fields["trust"]._description_selection(self.env))
        return self.env._("Degree of trust: %(trust)s.", trust=labels[trust]) if trust else ""

    def _credit_figures(self, credit: Credit) -> AccountFigures:
        money, note = self.currency.name, self._limit_note(credit)
        # Some of the customers have no limit: that of the others is not the limit of all
        warns = bool(credit.limited and credit.unlimited)
        limit = self.round_money(credit.limit) if credit.limited else None
        figures = {
            "credit_limit": Figure(limit, unit=money, note=note, warns=warns),
            "exposure": self._exposure(credit),
            "credit_use": Figure(ratio(credit.exposure, credit.limit), unit="%", note=note, warns=warns),
        }
        if credit.limited and not credit.documents:
            figures["credit_use"].note = figures["exposure"].note
        if self.request.period.date_from > self.today:
            not_begun = self.env._("The period has not begun.")
            return {code: Figure(unit=figure.unit, note=not_begun) for code, figure in figures.items()}
        return figures

    def _exposure(self, credit: Credit) -> Figure:
        if not credit.documents:
            return Figure(unit=self.currency.name, note=self.env._("No receivables and no open orders."))
        return Figure(
            rounded(self.currency, credit.exposure),
            unit=self.currency.name,
            note=self.env._(
                "As of today: receivables %(receivable)s, orders not yet invoiced %(orders)s.",
                receivable=format_amount(self.env, credit.receivable, self.currency),
                orders=format_amount(self.env, credit.orders, self.currency),
            ),
        )

    def _limit_note(self, credit: Credit) -> str:
        if not any(company.account_use_credit_limit for company in self.env.companies):
            return self.env._("Credit limits are not enabled in the Invoicing settings.")
        if not credit.limited:
            return self.env._("No credit limit is set.")
        if credit.unlimited:
            return self.env._("Without a limit: %(customers)s.", customers=", ".join(sorted(set(credit.unlimited))))
        return ""
