"""The rows of the core tables as they are, of one company, and what one row says about another."""

from collections import defaultdict
from datetime import UTC
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from odoo import fields

from .numbers import decimal

INCOME = ("income", "income_other")
MOVES = ("out_invoice", "out_refund", "out_receipt")


class Books:
    """
    :param company: the company
    :param today: the day that it is
    :param booked: ``{(table, id): commercial partner}`` of documents whose contact has moved since: the tables of
        orders and meetings keep no commercial partner, whoever made the documents knows it
    """

    def __init__(self, env, company, today, booked=None):
        env.flush_all()
        self.env = env
        self.today = today
        self.now = fields.Datetime.now()
        self.booked = booked or {}
        # What was asked for once: rows by their query, and what looks found about an account
        self._kept, self.found = {}, {}
        self.company = self._company(company)
        self.partners = self._keyed(
            "res_partner",
            "id, parent_id, commercial_partner_id, industry_id, country_id, key_account_status, key_account_tier_id,"
            " key_account_peer_group_id, key_account_minimum_order, credit_limit, key_account_analytic_id",
        )
        self.children = defaultdict(list)
        for partner in self.partners.values():
            self.children[partner.parent_id].append(partner.id)
        self._products()
        self._moves()
        self._orders()
        self._settlements()
        self._rates()

    # === ROWS ===#

    def rows(self, table, columns, where="TRUE", *parameters):
        """:return: the rows, asked for once"""
        query = f"SELECT {columns} FROM {table} WHERE {where}"  # noqa: S608
        asked = (query, repr(parameters))
        if asked not in self._kept:
            self.env.cr.execute(query, parameters)
            names = [column.name for column in self.env.cr.description]
            self._kept[asked] = [
                SimpleNamespace(**dict(zip(names, row, strict=True))) for row in self.env.cr.fetchall()
            ]
        return self._kept[asked]

    def _keyed(self, table, columns, where="TRUE", *parameters):
        return {row.id: row for row in self.rows(table, columns, where, *parameters)}

    def has_column(self, table, column):
        return bool(
            self.rows("information_schema.columns", "1 AS one", "table_name = %s AND column_name = %s", table, column)
        )

    def _company(self, company):
        row = self.rows("res_company", "*", "id = %s", company.id)[0]
        row.fiscal_month = int(row.fiscalyear_last_month)
        row.fiscal_day = row.fiscalyear_last_day
        partner = self.rows("res_partner", "tz", "id = %s", row.partner_id)[0]
        row.zone = ZoneInfo(partner.tz or "UTC")
        return row

    def own(self, by_company):
        """The value of a field that each company has for itself."""
        return (by_company or {}).get(str(self.company.id))

    def _products(self):
        self.products = self._keyed(
            "product_product p JOIN product_template t ON t.id = p.product_tmpl_id",
            "p.id, t.categ_id, t.uom_id, p.standard_price, t.list_price, t.id AS template_id, t.type, t.invoice_policy",
        )
        self.categories = self._keyed(
            "product_category",
            "id, parent_id, key_account_minimum_margin, key_account_has_minimum_margin",
        )
        self.units = self._keyed("uom_uom", "id, factor, parent_path")
        for unit in self.units.values():
            unit.factor = decimal(unit.factor)
            # Units share a reference unit if their path begins with the same one
            unit.reference = int(unit.parent_path.split("/")[0])

    def _moves(self):
        kind = ", key_account_credit_kind" if self.has_column("account_move", "key_account_credit_kind") else ""
        self.moves = self._keyed(
            "account_move",
            "id, move_type, state, partner_id, commercial_partner_id, invoice_date, date, invoice_date_due,"
            f" reversed_entry_id, currency_id, amount_total, amount_total_signed{kind}",
            "company_id = %s",
            self.company.id,
        )
        accounts = self._keyed("account_account", "id, account_type")
        self.lines = self._keyed(
            "account_move_line",
            "id, move_id, display_type, account_id, partner_id, product_id, product_uom_id, quantity, balance,"
            " amount_currency, currency_id, date, date_maturity, price_subtotal, price_total, is_downpayment",
            "company_id = %s",
            self.company.id,
        )
        self.lines_of = defaultdict(list)
        for line in self.lines.values():
            line.balance, line.amount_currency = decimal(line.balance), decimal(line.amount_currency)
            line.quantity = decimal(line.quantity)
            line.account_type = accounts[line.account_id].account_type if line.account_id else None
            line.move = self.moves[line.move_id]
            line.order_lines = []
            self.lines_of[line.move_id].append(line)
        for move in self.moves.values():
            move.lines = self.lines_of[move.id]
            move.kind_by_hand = getattr(move, "key_account_credit_kind", None)

    def _orders(self):
        self.orders = self._keyed(
            "sale_order",
            "id, partner_id, partner_invoice_id, state, date_order, commitment_date, currency_id, amount_untaxed",
            "company_id = %s",
            self.company.id,
        )
        marks = [
            column for column in ("is_delivery", "reward_id") if self.has_column("sale_order_line", column)
        ]  # of the modules that are installed
        self.order_lines = self._keyed(
            "sale_order_line",
            ", ".join(
                [
                    "id, order_id, product_id, product_uom_id, product_uom_qty, qty_delivered, price_subtotal,"
                    " price_total, purchase_price, is_downpayment, display_type",
                    *marks,
                ]
            ),
            "company_id = %s",
            self.company.id,
        )
        for order in self.orders.values():
            order.day = self.day(order.date_order)
            order.lines = []
        for line in self.order_lines.values():
            line.order = self.orders[line.order_id]
            line.order.lines.append(line)
            line.invoice_lines = []
            line.is_charge = bool(getattr(line, "is_delivery", None))
            line.is_reward = bool(getattr(line, "reward_id", None))
            for name in ("product_uom_qty", "qty_delivered", "price_subtotal", "price_total", "purchase_price"):
                setattr(line, name, decimal(getattr(line, name)))
        for link in self.rows("sale_order_line_invoice_rel", "invoice_line_id, order_line_id"):
            if link.invoice_line_id in self.lines and link.order_line_id in self.order_lines:
                self.lines[link.invoice_line_id].order_lines.append(self.order_lines[link.order_line_id])
                self.order_lines[link.order_line_id].invoice_lines.append(self.lines[link.invoice_line_id])

    def _settlements(self):
        """What was set against what: ``settled[line]`` has (day, other line, amount, amount in the line's currency)."""
        self.settled = defaultdict(list)
        for part in self.rows(
            "account_partial_reconcile",
            "debit_move_id, credit_move_id, amount, debit_amount_currency, credit_amount_currency, max_date",
            "company_id = %s",
            self.company.id,
        ):
            debit, credit = self.lines[part.debit_move_id], self.lines[part.credit_move_id]
            amount = decimal(part.amount)
            self.settled[debit.id].append((part.max_date, credit, amount, decimal(part.debit_amount_currency)))
            self.settled[credit.id].append((part.max_date, debit, amount, decimal(part.credit_amount_currency)))
        self.payment_moves = {
            row.move_id
            for table in ("account_payment", "account_bank_statement_line")
            for row in self.rows(table, "move_id", "move_id IS NOT NULL")
        }

    def _rates(self):
        self.rates = self.rows(
            "res_currency_rate",
            "currency_id, company_id, name, rate",
            "company_id IS NULL OR company_id = %s",
            self.company.id,
        )

    # === WHAT FOLLOWS ===#

    def day(self, moment):
        """The day of a moment where the company is; the database keeps UTC."""
        return moment and moment.replace(tzinfo=UTC).astimezone(self.company.zone).date()

    def tree(self, account):
        """The account and everything below it."""
        found, waiting = set(), [account]
        while waiting:
            partner = waiting.pop()
            found.add(partner)
            waiting += self.children[partner]
        return found

    def top(self, partner):
        while self.partners[partner].parent_id:
            partner = self.partners[partner].parent_id
        return partner

    def rate(self, currency, day):
        """How much of the currency one unit of the company's rates is worth.

        As Odoo looks rates up: the company's own come first; before the first rate, the first one applies.
        """
        own, shared = (
            sorted(
                (rate for rate in self.rates if rate.currency_id == currency and rate.company_id == company),
                key=lambda rate: rate.name,
            )
            for company in (self.company.id, None)
        )
        for rates in (own, shared):
            before = [rate for rate in rates if rate.name <= day]
            if before:
                return decimal(before[-1].rate)
        for rates in (own, shared):
            if rates:
                return decimal(rates[0].rate)
        return decimal(1)

    def converted(self, amount, currency, day):
        """An amount of a currency in the company's, at the rate of a day, not rounded."""
        if currency == self.company.currency_id:
            return amount
        return amount / self.rate(currency, day) * self.rate(self.company.currency_id, day)

    def in_unit(self, quantity, unit, other):
        """A quantity of one unit in another one."""
        if not unit or not other:
            return quantity
        return quantity * self.units[unit].factor / self.units[other].factor

    def cost(self, product):
        """A product's cost in the company today, None if there is none: in Odoo 0 means that none was entered."""
        return decimal(self.own(self.products[product].standard_price)) or None

    def category_path(self, category):
        """The category and those above it."""
        path = []
        while category:
            path.append(category)
            category = self.categories[category].parent_id
        return path

    def commercial_partner(self, table, record, partner):
        """Whose document it is, as it was booked: see ``booked``."""
        return self.booked.get((table, record, partner)) or self.partners[partner].commercial_partner_id
