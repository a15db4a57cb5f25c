"""The figures once more, calculated in another way: all rows are fetched and added up in Python.

Slow and simple on purpose. It shares no code with the add-on, so both have to make the same mistake
for a wrong sum to pass.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property

CUSTOMER_DOCUMENTS = {"out_invoice", "out_refund", "out_receipt"}


class Independent:
    """Figures of one account in a period, for the companies given."""

    def __init__(self, account, date_from, date_to, companies):
        self.env = account.with_company(companies[0]).sudo().env
        self.env.flush_all()
        self.date_from, self.date_to = date_from, date_to
        self.days = (date_to - date_from).days + 1
        self.companies = set(companies.ids)
        self.currency = companies[0].currency_id
        self.customers = self._family(account.id)
        self.product_info = {
            row["id"]: row
            for row in self._fetch(
                """SELECT p.id, p.standard_price, t.categ_id, t.uom_id
                     FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id"""
            )
        }

    # === READING ===#

    def _fetch(self, query):
        # pylint: disable=sql-injection
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    def _family(self, account):
        """The account and everyone who has it above them, at any distance."""
        parents = {row["id"]: row["parent_id"] for row in self._fetch("SELECT id, parent_id FROM res_partner")}
        family = set()
        for partner in parents:
            above = partner
            while above is not None and above != account:
                above = parents[above]
            if above == account:
                family.add(partner)
        return family

    def _convert(self, amount, company):
        """Into the currency of the calculation, at today's rate."""
        source = self.env["res.company"].browse(company).currency_id
        return source._convert(amount, self.currency, self.env.company, round=False)

    @cached_property
    def lines(self):
        """The sales lines of the period."""
        return [row for row in self.lines_of_all(self.date_from) if row["commercial_partner_id"] in self.customers]

    def lines_of_all(self, date_from):
        """The sales lines of all customers from that day to the period's end."""
        rows = self._fetch(
            """SELECT l.id, l.debit, l.credit, l.quantity, l.product_id, l.product_uom_id,
                      l.display_type, l.is_downpayment, m.move_type, m.state, m.invoice_date, m.company_id,
                      m.commercial_partner_id, m.reversed_entry_id
                 FROM account_move_line l JOIN account_move m ON m.id = l.move_id"""
        )
        return [
            row
            for row in rows
            if row["company_id"] in self.companies
            and row["state"] == "posted"
            and row["move_type"] in CUSTOMER_DOCUMENTS
            and row["display_type"] == "product"
            and date_from <= row["invoice_date"] <= self.date_to
        ]

    def _receivable_items(self):
        rows = self._fetch(
            """SELECT l.id, l.move_id, l.date, l.date_maturity, l.balance, l.company_id, l.partner_id, m.move_type,
                      m.invoice_date, m.invoice_date_due
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a ON a.id = l.account_id
                WHERE a.account_type = 'asset_receivable' AND m.state = 'posted'"""
        )
        return [row for row in rows if row["partner_id"] in self.customers and row["company_id"] in self.companies]

    def _matches(self):
        """What each item was matched with: ``{item id: [(day, amount, is no money)]}``"""
        rows = self._fetch(
            """SELECT p.amount, d.id AS debit, c.id AS credit, d.date AS debit_date, c.date AS credit_date,
                      c.move_id IN (SELECT id FROM account_move WHERE move_type = 'out_refund') AS is_credit_note,
                      (d.move_id IN (SELECT exchange_move_id FROM account_partial_reconcile)
                       OR c.move_id IN (SELECT exchange_move_id FROM account_partial_reconcile)) AS exchange
                 FROM account_partial_reconcile p
                 JOIN account_move_line d ON d.id = p.debit_move_id
                 JOIN account_move_line c ON c.id = p.credit_move_id"""
        )
        matches = defaultdict(list)
        for row in rows:
            day = max(row["debit_date"], row["credit_date"])
            matches[row["debit"]].append((day, row["amount"], row["exchange"] or row["is_credit_note"]))
            matches[row["credit"]].append((day, -row["amount"], row["exchange"] or row["is_credit_note"]))
        return matches

    # === SALES ===#

    def _key(self, line, by):
        if line["is_downpayment"] and by in ("category", "product"):
            return "down_payment"
        product = self.product_info.get(line["product_id"])
        return {
            None: lambda: None,
            "month": lambda: line["invoice_date"].strftime("%Y-%m"),
            "product": lambda: line["product_id"],
            "category": lambda: product and product["categ_id"],
        }[by]()

    def revenue(self, by=None):
        """:return: ``{key: amount}``, the key of the total is None"""
        sums = defaultdict(float)
        for line in self.lines:
            sums[self._key(line, by)] += self._convert(line["credit"] - line["debit"], line["company_id"])
        return {key: self.currency.round(amount) for key, amount in sums.items()}

    def total(self):
        """The revenue as one number, None without a line."""
        return self.revenue().get(None)

    def _quantity(self, line):
        """Signed, in the product's own unit."""
        uoms = self.env["uom.uom"]
        own = uoms.browse(self.product_info[line["product_id"]]["uom_id"])
        quantity = uoms.browse(line["product_uom_id"] or own.id)._compute_quantity(line["quantity"], own, round=False)
        return -quantity if line["move_type"] == "out_refund" else quantity

    def volume(self):
        """:return: ``{product id: quantity}``"""
        sums = defaultdict(float)
        for line in self.lines:
            if line["product_id"]:
                sums[line["product_id"]] += self._quantity(line)
        return {product: round(quantity, 2) for product, quantity in sums.items()}

    def cost(self):
        """Cost of goods sold of all lines whose cost is known."""
        return self.currency.round(sum(cost for _line, cost in self.known_costs()))

    def known_costs(self):
        """:return: ``[(line, its cost)]`` of the lines whose cost is known; a cost of zero is not"""
        ordered = defaultdict(list)
        for row in self._fetch("SELECT invoice_line_id, order_line_id FROM sale_order_line_invoice_rel"):
            ordered[row["invoice_line_id"]].append(row["order_line_id"])
        costs = []
        for line in self.lines:
            if not line["product_id"]:
                continue
            product = self.product_info[line["product_id"]]
            company = str(line["company_id"])
            unit_cost = (
                self._cost_when_sold(ordered[line["id"]], product["uom_id"])
                if line["id"] in ordered
                else (product["standard_price"] or {}).get(company, 0.0)
            )
            if unit_cost:
                costs.append((line, self._convert(unit_cost * self._quantity(line), line["company_id"])))
        return costs

    def _cost_when_sold(self, order_lines, unit):
        """Average of the order lines' costs by quantity, for one unit of the product, in the company's currency."""
        unit = self.env["uom.uom"].browse(unit)
        quantities = costs = 0.0
        for line in self.env["sale.order.line"].browse(order_lines):
            order = line.order_id
            quantity = line.product_uom_id._compute_quantity(line.product_uom_qty, unit, round=False)
            price = line.product_uom_id._compute_price(line.purchase_price, unit)
            costs += quantity * order.currency_id._convert(
                price, order.company_id.currency_id, order.company_id, order.date_order, round=False
            )
            quantities += quantity
        return costs / quantities

    # === RECEIVABLES ===#

    def receivable(self):
        return self.currency.round(
            sum(
                self._convert(item["balance"], item["company_id"])
                for item in self._receivable_items()
                if item["date"] <= self.date_to
            )
        )

    def overdue(self):
        """Invoices past their due date at the period's end, less all credits that were open then."""
        matches = self._matches()
        total = 0.0
        for item in self._receivable_items():
            # What has no due date is due on its own date, as in Odoo's aged receivable
            due = item["date_maturity"] or item["date"]
            if item["date"] <= self.date_to:
                matched = sum(amount for day, amount, _exchange in matches[item["id"]] if day <= self.date_to)
                rest = item["balance"] - matched
                if rest < 0 or due < self.date_to:
                    total += self._convert(rest, item["company_id"])
        return max(self.currency.round(total), 0.0)

    def gross(self, date_from=None, date_to=None):
        """Invoiced with tax, credit notes deducted."""
        return sum(
            self._convert(item["balance"], item["company_id"])
            for item in self._receivable_items()
            if item["move_type"] in CUSTOMER_DOCUMENTS
            and (date_from or self.date_from) <= item["invoice_date"] <= (date_to or self.date_to)
        )

    def dso(self):
        return self.receivable() / self.gross() * self.days

    def dso_count_back(self):
        """Goes back month by month until the invoices make up the receivable."""
        open_amount, days, last = self.receivable(), 0.0, self.date_to
        while self.currency.compare_amounts(open_amount, 0) > 0:
            first = date(last.year, last.month, 1)
            gross = self.gross(first, last)
            if self.currency.compare_amounts(gross, open_amount) >= 0:
                return days + open_amount / gross * last.day
            open_amount, days, last = open_amount - gross, days + last.day, first - timedelta(days=1)
            assert monthrange(last.year, last.month)[1] == last.day
        return days

    def _paid(self):
        """:return: ``(paid, days after the invoice, days after the due date)``, of the invoices last paid in P"""
        matches = self._matches()
        invoices = defaultdict(list)
        for item in self._receivable_items():
            if item["move_type"] in ("out_invoice", "out_receipt"):
                invoices[item["move_id"]].append(item)
        for items in invoices.values():
            found = [match for item in items for match in matches[item["id"]]]
            rest = sum(abs(item["balance"] - sum(m[1] for m in matches[item["id"]])) for item in items)
            money = [(day, amount) for day, amount, is_other in found if not is_other]
            paid_on = max((day for day, _amount in money), default=None)
            if rest < 0.005 and paid_on and self.date_from <= paid_on <= self.date_to:
                amount = sum(self._convert(paid, items[0]["company_id"]) for _day, paid in money)
                late = (paid_on - items[0]["invoice_date_due"]).days
                yield amount, (paid_on - items[0]["invoice_date"]).days, max(late, 0)

    def days_to_pay(self):
        return self._mean(1)

    def days_late(self):
        return self._mean(2)

    def _mean(self, position):
        paid = list(self._paid())
        amount = sum(row[0] for row in paid)
        return sum(row[0] * row[position] for row in paid) / amount if amount else None
