"""What needs somebody's attention and only the engine or the documents can tell: kept by the night beside the facts.

Codes and numbers, as facts are; `screens/attention_words.py` says them in the reader's language. Each names the figures
that it tells something of, so that nobody reads what they may not see.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from .figure import AccountFigures
from .period import Period
from .reader import SYSTEM
from .reasons import DAYS_LATER
from .request import Request
from .sources.special_prices import SpecialPriceFigures

# ``{"code", "figures": [codes], and numbers}``
Signal = dict[str, Any]

# What has to be computed beside the figures of the portfolio
CODES = ("minimum_price", "revenue_below_floor")
# A special price that ends within so many days can still be renewed in time
ENDS_SOON = 45
# After so many days, a draft has been forgotten: an invoice, a quotation
INVOICE_LIES = 7
QUOTATION_LIES = 14


class SignalReader:
    """Finds the signals of some accounts in one company as of today, with as many queries for all as for one."""

    def __init__(self, env: Environment, accounts: BaseModel, today: date) -> None:
        """:param env: of the system; its one company counts"""
        self.today = today
        self.currency = env.company.currency_id
        year = Period.of_fiscal_year(env.company, today)
        self.request = Request(env, accounts.ids, Period(year.date_from, today), reader=SYSTEM)
        self.env = self.request.env

    def find(self, figures: dict[int, AccountFigures]) -> dict[int, list[Signal]]:
        """:return: ``{account id: signals}``"""
        signals: dict[int, list[Signal]] = defaultdict(list)
        for account, of_account in figures.items():
            signals[account] += self._of_figures(of_account)
        for account, signal in (*self._ending_prices(), *self._draft_invoices(), *self._quotations()):
            signals[account].append(signal)
        return signals

    # === FIGURES ===#

    def _of_figures(self, figures: AccountFigures) -> Iterable[Signal]:
        below, revenue = figures["minimum_price"].value, figures["revenue_below_floor"].value
        if below and revenue is not None:
            codes = ["minimum_price", "revenue_below_floor"]
            yield {"code": "price_floor", "figures": codes, "count": int(below), "amount": revenue}
        days, before = figures["days_late"].pair
        # as floats: days
        if days is not None and before is not None and days - before >= DAYS_LATER:
            yield {"code": "pays_later", "figures": ["days_late"], "days": days - before, "late": days}

    # === DOCUMENTS ===#

    def _ending_prices(self) -> Iterable[tuple[int, Signal]]:
        """What the account buys at a special price that ends soon, and for how much a year."""
        until = self.today + timedelta(ENDS_SOON)
        # Prices are only computed for accounts of which one can end
        rules = self.env["product.pricelist.item"].search(
            [("date_end", ">=", self.today), ("date_end", "<", until + timedelta(days=1))]
        )
        accounts = self.env["res.partner"].browse(self.request.account_ids) if rules else ()
        concerned = [each.id for each in accounts if each._get_key_account_price_list() in rules.pricelist_id]
        if not concerned:
            return
        prices = SpecialPriceFigures(Request(self.env, concerned, self.request.period, reader=SYSTEM))
        for account, endings in prices.ending(until).items():
            first = min(endings, key=lambda ending: (ending.day, -ending.revenue))
            yield (
                account,
                {
                    "code": "price_ends",
                    "figures": ["special_price"],
                    "count": len(endings),
                    "product": first.product,
                    "day": fields.Date.to_string(first.day),
                    "rules": sorted({ending.rule for ending in endings}),
                    "amount": self.currency.round(sum(ending.revenue for ending in endings)),
                },
            )

    def _draft_invoices(self) -> Iterable[tuple[int, Signal]]:
        company = self.env.company
        # By their journals: the index of these begins with the state, and there are few drafts
        journals = self.env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)])
        drafts = self.env["account.move"].search_fetch(
            Domain("journal_id", "in", journals.ids)
            & Domain("state", "=", "draft")
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
            & Domain("commercial_partner_id", "in", self.request.customer_ids)
            & Domain("create_date", "<", fields.Datetime.now() - timedelta(INVOICE_LIES)),
            ["commercial_partner_id", "amount_untaxed_signed", "invoice_date", "create_date"],
        )
        return self._of_documents(
            "draft_invoice",
            "revenue",
            (
                (
                    draft.commercial_partner_id.id,
                    draft.id,
                    draft.amount_untaxed_signed,
                    draft.invoice_date or draft.create_date.date(),
                )
                for draft in drafts
            ),
        )

    def _quotations(self) -> Iterable[tuple[int, Signal]]:
        orders = self.env["sale.order"].search_fetch(
            Domain("key_account_customer_id", "in", self.request.customer_ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "in", ("draft", "sent"))
            & (
                Domain("date_order", "<", fields.Datetime.now() - timedelta(QUOTATION_LIES))
                | Domain("validity_date", "<", self.today)
            ),
            ["key_account_customer_id", "amount_untaxed", "currency_rate", "date_order"],
        )
        return self._of_documents(
            "quotation",
            "order_count",
            (
                (
                    order.key_account_customer_id.id,
                    order.id,
                    order.amount_untaxed / (order.currency_rate or 1.0),
                    order.date_order.date(),
                )
                for order in orders
            ),
        )

    def _of_documents(
        self, code: str, figure: str, documents: Iterable[tuple[int, int, float, date]]
    ) -> Iterable[tuple[int, Signal]]:
        """:param documents: (customer, id, amount in the company's currency, day)"""
        found: dict[int, list[list[Any]]] = defaultdict(list)
        for customer, record, amount, day in documents:
            for account in self.request.accounts_of[customer]:
                found[account].append([record, self.currency.round(amount), fields.Date.to_string(day)])
        for account, lying in found.items():
            yield account, {"code": code, "figures": [figure], "documents": lying}
