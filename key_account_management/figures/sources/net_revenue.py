from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from ..figure import AccountFigures, Column, Figure, Figures, Table, rounded
from ..period import DayParts, Period
from ..source import Reader, Records, Source, days_domain, united
from .sales import SalesFigures
from .sales_groups import CreditGroups


class PaidItem(NamedTuple):
    """A receivable item of an invoice, and an entry that paid it and booked cash discounts.

    ``discount``: of the whole entry, in the currency of the figures; ``coin``: what it is rounded to there. ``paid``:
    what the entry paid of the item; ``offered``: the discount on the item that was offered until the entry's day.
    """

    entry: int
    discount: float
    coin: float
    customer: int
    invoice_date: date
    is_counted: bool
    paid: float
    offered: float


class CashDiscounts(Reader):
    """Cash discounts taken (Skonto), as they were booked.

    Whoever pays an invoice with a discount, Odoo writes the difference off to the company's account for cash discounts,
    in the entry of the payment or of the bank statement, the tax on it to the tax's own account. The entry is matched
    with the invoice, and this is how its discount finds the invoice.

    One entry that pays several invoices has one discount: it is divided in proportion to what was still offered on
    each of them, or if nothing was, to what was paid.
    """

    def compute(self) -> list[dict[int, float]]:
        """:return: for the period and for the one before ``{customer id: amount}``, by the date of the invoices"""
        return [
            self._of_period("cash_discounts", period, self._read)
            for period in (self.request.period, self.request.previous)
        ]

    def _read(self, periods: Sequence[Period]) -> dict[Period, dict[int, float]]:
        taken: dict[Period, dict[int, float]] = {period: defaultdict(float) for period in periods}
        entries: dict[int, list[PaidItem]] = defaultdict(list)
        for item in self._items(periods):
            entries[item.entry].append(item)
        for items in entries.values():
            for item, amount in zip(items, divided(items), strict=True):
                for period in periods:
                    if item.is_counted and item.invoice_date in period:
                        taken[period][item.customer] += amount
        return taken

    def discount_items(self, period: Period) -> Domain:
        """The journal items of the discounts on the invoices of the period."""
        if not self._accounts():
            return Domain.FALSE
        self.env.flush_all()
        entries = self.env.execute_query(SQL("SELECT DISTINCT entry.id %s", self._from_entries([period])))
        return Domain("move_id", "in", [entry for (entry,) in entries]) & Domain("account_id", "in", self._accounts())

    def _accounts(self) -> tuple[int, ...]:
        """The accounts for cash discounts; a branch may book to that of its company."""
        companies = self.env.companies | self.env.companies.parent_ids
        return tuple(companies.account_journal_early_pay_discount_loss_account_id.ids)

    def _items(self, periods: Iterable[Period]) -> list[PaidItem]:
        if not self.request.customer_ids or not self._accounts():
            return []
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                  WITH entries AS (SELECT DISTINCT entry.id, entry.date, entry.company_id %(entries)s)
                SELECT entries.id,
                       MAX(discount.amount * account_currency_table.rate),
                       item.partner_id,
                       invoice.invoice_date,
                       item.partner_id IN %(partners)s,
                       SUM(part.amount),
                       MAX(CASE WHEN entries.date <= item.discount_date
                                THEN ABS(item.balance - item.discount_balance) ELSE 0 END)
                  FROM entries
                  JOIN %(currency_table)s ON account_currency_table.company_id = entries.company_id
            CROSS JOIN LATERAL (
                           SELECT SUM(line.balance) AS amount
                             FROM account_move_line line
                            WHERE line.move_id = entries.id AND line.account_id IN %(accounts)s
                       ) AS discount
                  JOIN account_move_line paying ON paying.move_id = entries.id
                  JOIN account_partial_reconcile part ON part.credit_move_id = paying.id
                  JOIN account_move_line item ON item.id = part.debit_move_id
                  JOIN account_account account ON account.id = item.account_id
                  JOIN account_move invoice ON invoice.id = item.move_id
                 WHERE account.account_type = 'asset_receivable'
                   AND invoice.move_type IN ('out_invoice', 'out_receipt')
                   AND discount.amount != 0
              GROUP BY entries.id, item.id, invoice.id
              ORDER BY entries.id, item.id
                """,
                entries=self._from_entries(DayParts(periods).joined),
                **self._parameters(),
            )
        )
        return [PaidItem(entry, discount, self.currency.rounding, *item) for entry, discount, *item in rows]

    def _from_entries(self, periods: Iterable[Period]) -> SQL:
        """FROM and WHERE of the entries with discounts that paid invoices of the customers and periods."""
        return SQL(
            """
                  FROM account_move invoice
                  JOIN account_move_line item ON item.move_id = invoice.id
                  JOIN account_account account ON account.id = item.account_id
                  JOIN account_partial_reconcile part ON part.debit_move_id = item.id
                  JOIN account_move_line paying ON paying.id = part.credit_move_id
                  JOIN account_move entry ON entry.id = paying.move_id
                 WHERE item.partner_id IN %(partners)s
                   AND item.company_id IN %(companies)s
                   AND account.account_type = 'asset_receivable'
                   AND invoice.state = 'posted'
                   AND invoice.move_type IN ('out_invoice', 'out_receipt')
                   AND (%(in_periods)s)
                   AND entry.move_type = 'entry'
                   AND entry.state = 'posted'
                   AND EXISTS (
                           SELECT FROM account_move_line line
                            WHERE line.move_id = entry.id AND line.account_id IN %(accounts)s
                       )
            """,
            in_periods=SQL(" OR ").join(
                SQL("invoice.invoice_date BETWEEN %s AND %s", period.date_from, period.date_to) for period in periods
            ),
            **self._parameters(),
        )

    def _parameters(self) -> dict[str, SQL | tuple[int, ...]]:
        return {
            "partners": tuple(self.request.customer_ids),
            "companies": tuple(self.env.companies.ids),
            "accounts": self._accounts(),
            "currency_table": self.request.rates.table(self.env.companies),
        }


def divided(items: list[PaidItem]) -> list[float]:
    """The discount of an entry, divided among the items that it paid; the last ones make up for the rounding.

    >>> items = [PaidItem(1, 10.0, 0.01, 7, None, True, paid, 0.0) for paid in (100.0, 100.0, 100.0)]
    >>> divided(items)
    [3.33, 3.34, 3.33]
    >>> divided([items[0], items[1]._replace(offered=2.0)])
    [0.0, 10.0]
    """
    weights = [item.offered for item in items]
    if not any(weights):
        weights = [item.paid for item in items]
    total, coin = sum(weights), items[0].coin
    parts: list[float] = []
    reached = 0.0
    given = 0
    for weight in weights:
        reached += weight
        coins = round(items[0].discount * reached / total / coin) - given
        given += coins
        parts.append(round(coins * coin, 10))
    return parts


@dataclass
class Granted:
    """What was granted to an account later, in one period. ``elsewhere``: bonuses that are not in the revenue."""

    cash_discounts: float = 0.0
    bonuses_in_revenue: float = 0.0
    bonuses_elsewhere: float = 0.0


class NetRevenueFigures(Source):
    """Revenue after what is granted later: cash discounts taken, and bonuses.

    A bonus credited on an account of income is in the revenue already, one on another account (expenses, or a provision
    that is used) is not.
    """

    codes = ("cash_discounts", "bonus_credits", "net_revenue", "net_margin")
    codes_with_cost = ("net_margin",)
    has_credits = True

    def compute(self) -> Figures:
        sales = self.request.figures(SalesFigures)
        now, before = self._granted()
        return {
            account: self._figures(sales[account], now[account], before[account])
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        discounts = CashDiscounts(self.request).discount_items(self.request.period)
        bonuses = self._bonus_items(self.request.period)
        lines = SalesFigures(self.request).records("revenue")
        if code == "cash_discounts":
            return self._items(discounts)
        if code == "bonus_credits":
            ((model, domain),) = lines
            return [(model, [*domain, ("credit_kind", "=", "bonus")]), *self._items(bonuses)]
        return united([*lines, *self._items(discounts | bonuses)])

    def _items(self, domain: Domain) -> Records:
        return [] if domain.is_false() else [("account.move.line", list(domain))]

    # === READING ===#

    def _granted(self) -> list[dict[int, Granted]]:
        """:return: for the period and for the one before ``{account id: Granted}``"""
        discounts = self.request.figures(CashDiscounts)
        groups = self.request.figures(CreditGroups)
        periods = (self.request.period, self.request.previous)
        of_periods = []
        for taken, sold, period in zip(discounts, groups, periods, strict=True):
            granted: dict[int, Granted] = defaultdict(Granted)
            amounts = {"cash_discounts": taken, "bonuses_elsewhere": self._bonuses_elsewhere(period)}
            amounts["bonuses_in_revenue"] = defaultdict(float)
            for group in sold[None]:
                if group.credit_kind == "bonus":
                    amounts["bonuses_in_revenue"][group.customer.id] -= group.revenue
            for name, by_customer in amounts.items():
                self._add_up(granted, name, by_customer)
            of_periods.append(granted)
        return of_periods

    def _add_up(self, granted: dict[int, Granted], name: str, by_customer: dict[int, float]) -> None:
        for customer, amount in by_customer.items():
            for account in self.request.accounts_of[customer]:
                setattr(granted[account], name, getattr(granted[account], name) + amount)

    def _bonuses_elsewhere(self, period: Period) -> dict[int, float]:
        """:return: ``{customer id: amount}`` of the bonus credits that are no revenue"""
        bonuses: dict[int, float] = defaultdict(float)
        for customer, company, _day, amount in self._of_period("bonuses_elsewhere", period, self._read_bonuses):
            bonuses[customer.id] += amount * self.rates[company]
        return bonuses

    def _read_bonuses(self, periods: Sequence[Period]) -> dict[Period, list[tuple[BaseModel, BaseModel, date, float]]]:
        """:return: ``{period: [(customer, company, day, amount)]}``"""
        bonuses = self.env["account.move.line"]._read_group(
            self._bonus_items(*DayParts(periods).joined),
            ["partner_id", "company_id", "invoice_date:day"],
            ["balance:sum"],
        )
        return {period: [bonus for bonus in bonuses if bonus[2] in period] for period in periods}

    def _bonus_items(self, *periods: Period) -> Domain:
        """The lines of bonus credits that are no revenue."""
        return (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("parent_state", "=", "posted")
            & Domain("display_type", "=", "product")
            & Domain("move_id.move_type", "=", "out_refund")
            & Domain("move_id.key_account_credit_kind", "=", "bonus")
            & days_domain("invoice_date", periods)
            & Domain("account_id.account_type", "not in", ("income", "income_other"))
        )

    # === FIGURES ===#

    def _figures(self, sales: AccountFigures, now: Granted, before: Granted) -> AccountFigures:
        revenue, margin = sales["revenue"], sales["contribution_margin"]
        net = self._less(revenue, now, before)
        net_margin = self._less(margin, now, before)
        discounts = self._amounts(revenue, now.cash_discounts, before.cash_discounts)
        bonuses = self._amounts(revenue, *(of.bonuses_in_revenue + of.bonuses_elsewhere for of in (now, before)))
        net.table = self._table(revenue, now, before, discounts, bonuses, net)
        return {
            "cash_discounts": discounts,
            "bonus_credits": bonuses,
            "net_revenue": net,
            "net_margin": net_margin,
        }

    def _less(self, figure: Figure, now: Granted, before: Granted) -> Figure:
        """A figure after what was granted and is not in it."""
        return Figure(
            *(
                None if amount is None else self.round_money(amount - of.cash_discounts - of.bonuses_elsewhere)
                for amount, of in ((figure.value, now), (figure.previous, before))
            ),
            unit=self.currency.name,
            note=figure.note,
            warns=figure.warns,
        )

    def _amounts(self, revenue: Figure, now: float, before: float) -> Figure:
        """Nothing was granted where something was sold: 0; where nothing was sold it is not known."""
        return Figure(
            *(
                self.round_money(amount) if amount or sold is not None else None
                for amount, sold in ((now, revenue.value), (before, revenue.previous))
            ),
            unit=self.currency.name,
            note="" if now else revenue.note,
        )

    def _table(
        self, revenue: Figure, now: Granted, before: Granted, discounts: Figure, bonuses: Figure, net: Figure
    ) -> Table:
        """From the revenue before bonuses to the net revenue; what is deducted is negative."""
        before_bonuses = [
            None if amount is None else amount + of.bonuses_in_revenue
            for amount, of in ((revenue.value, now), (revenue.previous, before))
        ]
        rows = [
            (self.env._("Revenue before bonuses"), *before_bonuses),
            (self.env._("Bonus credits"), *_deducted(bonuses)),
            (self.env._("Cash discounts taken"), *_deducted(discounts)),
            (self.env._("Net revenue"), net.value, net.previous),
        ]
        unit = self.currency.name
        return Table(
            [
                Column(self.env._("Amount")),
                Column(self.env._("This period"), "money", unit),
                Column(self.env._("Previous year"), "money", unit),
            ],
            [[label, *(rounded(self.currency, amount) for amount in amounts)] for label, *amounts in rows],
        )


def _deducted(figure: Figure) -> list[float | None]:
    return [None if amount is None else 0.0 - amount for amount in (figure.value, figure.previous)]
