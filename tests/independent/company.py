"""A little company with its customers and two and a half years of business, made by Odoo's normal steps.

Everything random comes from one seed, so that a difference that was found can be looked at again.
"""

import random
from datetime import date, datetime, timedelta

from odoo.fields import Command

TODAY = date(2026, 3, 18)
NOW = "2026-03-18 14:00:00"
BEGIN = date(2023, 9, 4)
EDGES = [
    date(2024, 2, 29),
    date(2024, 2, 28),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 2, 28),
    date(2025, 3, 1),
]
FISCAL_YEARS = [(12, 31), (2, 28), (6, 30)]


class LittleCompany:
    """:ivar booked: see `Books`"""

    def __init__(self, case, seed, name, currency, foreign, regulars=0):
        """:param regulars: number of customers who buy a little all the time: what forecasts are compared with"""
        self.case = case
        self.random = random.Random(seed)
        self.company = case.make_company(name, currency)
        self.env = case.env(context=dict(case.env.context, allowed_company_ids=self.company.ids))
        self.company = self.company.with_env(self.env)
        case.manager.company_ids |= self.company
        self.foreign = self.env.ref(foreign)
        self.foreign.active = True
        self.booked = {}
        self._settings()
        self._rates()
        self._terms()
        self._products()
        self._customers()
        self._bookings()
        self._orders()
        self._move_contact()
        self._later()
        self._settle()
        self._work()
        self._knowledge()
        self._granted()
        self._plans()
        self._edges()
        self._regulars(regulars)
        self.env.flush_all()

    # === CHANCE ===#

    def chance(self, probability):
        return self.random.random() < probability

    def day(self, first=BEGIN, last=TODAY):
        if self.chance(0.06):
            edges = [edge for edge in EDGES if first <= edge <= last]
            if edges:
                return self.random.choice(edges)
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def cents(self, low, high):
        return self.random.randint(int(low * 100), int(high * 100)) / 100

    # === WHAT THERE IS ===#

    def _settings(self):
        month, day = self.random.choice(FISCAL_YEARS)
        self.company.partner_id.tz = self.random.choice(["Europe/Berlin", "America/New_York", "UTC"])
        self.company.write(
            {
                "fiscalyear_last_month": str(month),
                "fiscalyear_last_day": day,
                "account_use_credit_limit": True,
                "key_account_minimum_order": self.cents(100, 400),
                "key_account_minimum_margin": self.random.choice([0.1, 0.25]),
                "key_account_hourly_cost": self.cents(40, 90),
                "key_account_overhead_pool": self.cents(5000, 20000),
                "key_account_overhead_key": self.random.choice(["none", "revenue", "orders"]),
            }
        )
        if self.chance(0.5):
            self.company.downpayment_account_id = self.env["account.account"].create(
                {
                    "name": "Payments Received",
                    "code": "259900",
                    "account_type": "liability_current",
                    "company_ids": [Command.set(self.company.ids)],
                }
            )

    def _rates(self):
        day, rate = date(2023, 1, 1), self.random.uniform(0.8, 1.3)
        values = []
        while day <= TODAY:
            values.append(
                {
                    "currency_id": self.foreign.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": round(rate, 5),
                }
            )
            rate *= self.random.uniform(0.96, 1.04)
            day = (day.replace(day=1) + timedelta(days=40)).replace(day=self.random.choice([1, 1, 15]))
        values.append(
            {
                "currency_id": self.company.currency_id.id,
                "company_id": self.company.id,
                "name": date(2023, 1, 1),
                "rate": 1.0,
            }
        )
        self.env["res.currency.rate"].create(values)

    def _terms(self):
        terms = self.env["account.payment.term"]
        line = {"value": "percent", "value_amount": 100.0, "nb_days": 30}
        self.discount_term = terms.create(
            {
                "name": "2% in 10 days",
                "company_id": self.company.id,
                "early_discount": True,
                "discount_percentage": 2.0,
                "discount_days": 10,
                "early_pay_discount_computation": self.random.choice(["included", "excluded"]),
                "line_ids": [Command.create(line)],
            }
        )
        self.terms = [
            terms,
            terms.create({"name": "30 days", "company_id": self.company.id, "line_ids": [Command.create(line)]}),
            terms.create(
                {
                    "name": "Two parts",
                    "company_id": self.company.id,
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 40.0, "nb_days": 7}),
                        Command.create({"value": "percent", "value_amount": 60.0, "nb_days": 45}),
                    ],
                }
            ),
            self.discount_term,
        ]
        self.tax = self.company.account_sale_tax_id

    def _products(self):
        categories = self.env["product.category"]
        goods = categories.create({"name": "Goods"})
        chairs = categories.create(
            {
                "name": "Chairs",
                "parent_id": goods.id,
                "key_account_has_minimum_margin": True,
                "key_account_minimum_margin": 0.35,
            }
        )
        office = categories.create({"name": "Office Chairs", "parent_id": chairs.id})
        material = categories.create({"name": "Material", "parent_id": goods.id})
        services = categories.create({"name": "Services"})
        self.categories = goods | chairs | office | material | services
        unit, dozen, kilogram, gram = (
            self.env.ref(f"uom.product_uom_{name}") for name in ("unit", "dozen", "kgm", "gram")
        )
        self.dozen, self.unit, self.gram, self.kilogram = dozen, unit, gram, kilogram

        def make(name, category, uom, price, cost, **values):
            product = self.env["product.product"].create(
                {
                    "name": name,
                    "type": "consu",
                    "categ_id": category.id,
                    "uom_id": uom.id,
                    "list_price": price,
                    "taxes_id": [Command.set(self.tax.ids if self.chance(0.6) else [])],
                    "invoice_policy": "order",
                    # The list price of a shared product is in the main company's currency
                    "company_id": self.random.choice([self.company.id, False]),
                    **values,
                }
            )
            product.with_company(self.company).standard_price = cost
            return product

        self.stool = make("Stool", chairs, unit, 39.95, self.cents(15, 25))
        self.chair = make("Chair", office, unit, 149.90, self.cents(70, 110), invoice_policy="delivery")
        self.table = make("Table", goods, unit, 333.33, self.cents(150, 220))
        self.box = make("Box of Feet", chairs, dozen, 24.99, self.cents(9, 14))
        self.foam = make("Foam", material, kilogram, 7.77, self.cents(3, 5))
        self.repair = make("Repair", services, unit, 80.00, 0.0, type="service")
        self.products = [self.stool, self.chair, self.table, self.box, self.repair]
        if self.chance(0.7):
            # Without it, all quantities can be added up
            self.products.append(self.foam)

    def _customers(self):
        partners = self.env["res.partner"]
        tiers = self.env["key.account.tier"].search([], limit=3)
        industries = self.env["res.partner.industry"].create([{"name": "Hotels"}, {"name": "Schools"}])
        country = self.env.ref("base.de")

        def make(name, parent=None, **values):
            return partners.create(
                {
                    "name": name,
                    "is_company": True,
                    "parent_id": parent and parent.id,
                    "country_id": country.id,
                    "property_payment_term_id": False,
                    **values,
                }
            )

        def account(name, parent=None, **values):
            return make(
                name,
                parent,
                key_account_status="active",
                key_account_manager_id=self.case.manager.id,
                key_account_tier_id=self.random.choice(tiers).id,
                **values,
            )

        self.alpha = account("Alpha", industry_id=industries[0].id)
        self.alpha_south = account("Alpha South", self.alpha, industry_id=industries[0].id)
        self.alpha_shop = make("Alpha Shop", self.alpha_south)
        self.beta = account("Beta", industry_id=industries[0].id)
        self.beta_north = make("Beta North", self.beta)
        # Buys for the first time in the middle of the year, and always in the foreign currency
        self.gamma = account("Gamma", industry_id=industries[1].id)
        self.former = account("Former", industry_id=industries[1].id)
        self.former.key_account_status = "former"
        self.never = account("Never")
        self.anna = partners.create({"name": "Anna", "parent_id": self.alpha.id})
        self.bruno = partners.create({"name": "Bruno", "parent_id": self.beta.id})
        self.others = [make(f"Customer {number}", industry_id=industries[0].id) for number in range(4)]
        self.accounts = [self.alpha, self.alpha_south, self.beta, self.gamma, self.never]
        self.buyers = [self.alpha, self.alpha_south, self.alpha_shop, self.beta, self.beta_north, self.anna, self.bruno]
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Alpha's",
                "currency_id": self.company.currency_id.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.table.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 299.99,
                            "min_quantity": 2,
                        }
                    ),
                    Command.create(
                        {
                            "applied_on": "2_product_category",
                            "categ_id": self.stool.categ_id.id,
                            "compute_price": "percentage",
                            "percent_price": 12.5,
                        }
                    ),
                ],
            }
        )
        self.foreign_pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": self.foreign.id, "company_id": self.company.id}
        )
        for partner in self.alpha | self.alpha_south | self.alpha_shop:
            partner.with_company(self.company).property_product_pricelist = pricelist

    # === INVOICES ===#

    def _line(self, product=None):
        product = product or self.random.choice([*self.products, None])
        price = self.cents(3, 400) if not product else round(product.list_price * self.random.uniform(0.4, 1.1), 2)
        values = {
            "product_id": product.id if product else False,
            "name": product.name if product else "By arrangement",
            "quantity": self.random.choice([1, 2, 3, 5, 7, 12]),
            "price_unit": price,
            "discount": self.random.choice([0, 0, 0, 5, 12.5]),
        }
        if product == self.foam:
            values["quantity"] = self.random.choice([0.333, 2.5, 17.25])
            if self.chance(0.3):
                values.update(product_uom_id=self.gram.id, quantity=750.0, price_unit=0.01)
        elif product and product.uom_id == self.unit and product.type == "consu" and self.chance(0.15):
            values.update(product_uom_id=self.dozen.id, quantity=1, price_unit=round(price * 12, 2))
        if not product:
            values["tax_ids"] = [Command.set(self.tax.ids if self.chance(0.5) else [])]
        return Command.create(values)

    def _invoice_values(self, partner, day, move_type="out_invoice", currency=None):
        lines = [self._line() for _number in range(self.random.randint(1, 4))]
        if self.chance(0.1):
            lines.append(Command.create({"display_type": "line_note", "name": "Thank you"}))
        return {
            "move_type": move_type,
            "partner_id": partner.id,
            "invoice_date": day,
            "date": day,
            "company_id": self.company.id,
            "invoice_payment_term_id": self.random.choice(self.terms).id,
            "currency_id": (currency or self.company.currency_id).id,
            "invoice_line_ids": lines,
        }

    def _bookings(self):
        values = []
        for _number in range(26):
            partner = self.random.choice(self.buyers)
            kind = self.random.choices(["out_invoice", "out_receipt", "out_refund"], [86, 4, 10])[0]
            currency = self.foreign if self.chance(0.15) else None
            values.append(self._invoice_values(partner, self.day(), kind, currency))
        for _number in range(5):
            values.append(self._invoice_values(self.gamma, self.day(date(2025, 4, 20)), currency=self.foreign))
        for partner in [*self.others, self.former]:
            for _number in range(2):
                values.append(self._invoice_values(partner, self.day()))
        # The books begin on this day
        values.append(self._invoice_values(self.others[0], BEGIN))
        moves = self.env["account.move"].create(values)
        drafts = moves.filtered(lambda move: move.partner_id in self.buyers_set() and self.chance(0.06))
        cancelled = (moves - drafts).filtered(lambda move: move.partner_id in self.buyers_set() and self.chance(0.04))
        cancelled.button_cancel()
        self.posted = moves - drafts - cancelled
        self.posted.action_post()
        self.open = list(self.posted.filtered(lambda move: move.move_type == "out_invoice"))
        self.credits = list(self.posted.filtered(lambda move: move.move_type == "out_refund"))

    def sell_to(self, partner):
        """Somebody else's customer buys here as well."""
        values = [self._invoice_values(partner, self.day()) for _number in range(4)]
        moves = self.env["account.move"].create(values)
        moves.action_post()
        self._pay(moves[0], self.after(moves[0].invoice_date))
        self.env.flush_all()

    def buyers_set(self):
        return self.env["res.partner"].union(*self.buyers)

    # === ORDERS ===#

    def _order(self, partner, day, **values):
        moment = datetime.combine(day, datetime.min.time()) + timedelta(
            hours=self.random.choice([9, 9, 12, 23]), minutes=30
        )
        lines = []
        for product in self.random.sample(self.products, self.random.randint(1, 3)):
            lines.append(
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": self.random.choice([1, 2, 4, 6, 10]),
                        "price_unit": round(product.list_price * self.random.uniform(0.5, 1.05), 2),
                        "discount": self.random.choice([0, 0, 7.5]),
                        **({"product_uom_id": self.dozen.id} if product == self.stool and self.chance(0.3) else {}),
                    }
                )
            )
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date_order": moment,
                "payment_term_id": self.random.choice(self.terms).id,
                "order_line": lines,
                **({"pricelist_id": self.foreign_pricelist.id} if self.chance(0.15) else {}),
                **values,
            }
        )
        self.booked_to(order, partner)
        return order, moment

    def booked_to(self, record, *partners):
        """Keeps whose document it is now: its contact may move."""
        for partner in partners:
            self.booked[record._name.replace(".", "_"), record.id, partner.id] = partner.commercial_partner_id.id

    def _confirm(self, order, moment):
        order.action_confirm()
        order.date_order = moment

    def _discount(self, order):
        wizard = self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": self.random.choice([0.05, 0.123]),
            }
            if self.chance(0.6)
            else {"sale_order_id": order.id, "discount_type": "amount", "discount_amount": self.cents(5, 20)}
        )
        wizard.action_apply_discount()

    def _advance(self, order, day, method, **values):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids, active_id=order.id)
            .create({"advance_payment_method": method, "sale_order_ids": [Command.set(order.ids)], **values})
        )
        invoice = wizard._create_invoices(order)
        invoice.invoice_date = day
        return invoice

    def _post(self, invoice):
        invoice.action_post()
        self.posted |= invoice
        return invoice

    def _orders(self):
        for number in range(12):
            self._one_order(number, self.random.choice(self.buyers))

    def _one_order(self, number, partner):
        values = {}
        if number % 5 == 1:
            # Who buys, pays and receives are three accounts
            values = {"partner_invoice_id": self.beta.id, "partner_shipping_id": self.alpha_shop.id}
        day = self.day()
        order, moment = self._order(partner, day, **values)
        self.booked_to(order, order.partner_invoice_id)
        if self.chance(0.1):
            return  # remains a quotation
        if self.chance(0.3):
            self._discount(order)
        self._confirm(order, moment)
        if self.chance(0.08):
            order.with_context(disable_cancel_warning=True).action_cancel()
            return
        if self.chance(0.25):
            advance = self.random.choice([20, 33.3])
            self._post(self._advance(order, self.after(day, 40), "percentage", amount=advance))
        if self.chance(0.75):
            self._invoice_order(order, day)

    def _invoice_order(self, order, day):
        for line in order.order_line.filtered(lambda line: line.product_id.invoice_policy == "delivery"):
            line.qty_delivered = line.product_uom_qty
        if not order.order_line.filtered("qty_to_invoice"):
            return
        invoice = self._advance(order, self.after(day, 40), "delivered")
        if self.chance(0.3):
            for line in invoice.invoice_line_ids.filtered(lambda line: line.quantity > 1 and not line.is_downpayment):
                line.quantity = line.quantity - 1
        self._post(invoice)
        if invoice.move_type == "out_invoice":
            self.open.append(invoice)
        delivered = order.order_line.filtered(
            lambda line: (
                line.product_id.invoice_policy == "delivery" and line.qty_invoiced > 1 and not line.is_downpayment
            )
        )
        if delivered and self.chance(0.6):
            # Some came back: less is delivered, and the order makes the credit note
            delivered[0].qty_delivered = delivered[0].qty_invoiced - 1
            refund = order._create_invoices(final=True)
            refund.invoice_date = self.after(invoice.invoice_date, 40)
            self._post(refund)

    def _move_contact(self):
        """Bruno changes to Alpha: what he ordered before stays with Beta."""
        start = datetime(2025, 2, 11, 9)
        self._visit(start, self.bruno)
        self.bruno.parent_id = self.alpha

    def _later(self):
        for number in range(2):
            self._one_order(number + 20, self.bruno)
        self._visit(datetime(2025, 10, 7, 12), self.bruno)

    # === PAYMENTS AND CREDITS ===#

    def _pay(self, invoice, day, **values):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": day, **values})
        )
        return wizard._create_payments()

    def _reverse(self, move, day, modify=False):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": day, "journal_id": move.journal_id.id, "reason": "Agreed"})
        )
        (wizard.modify_moves if modify else wizard.refund_moves)()
        return wizard.new_move_ids

    def _settle(self):
        ways = {
            "open": 12,
            "paid": 26,
            "paid_twice": 12,
            "part": 10,
            "written_off": 8,
            "discount": 14,
            "overpaid": 6,
            "returned": 10,
            "replaced": 6,
            "returned_then_paid": 6,
        }
        for invoice in self.open:
            if not invoice.amount_residual:
                continue
            way = self.random.choices(list(ways), list(ways.values()))[0]
            if invoice.invoice_payment_term_id == self.discount_term and self.chance(0.5):
                way = "discount"
            getattr(self, f"_settle_{way}")(invoice, invoice.invoice_date)
        for credit in self.credits[:1]:
            # The credit note was a mistake
            self._post(self._reverse(credit, self.after(credit.invoice_date, 20)))

    def after(self, day, days=60):
        return self.day(day, min(day + timedelta(days=days), TODAY))

    def _settle_open(self, invoice, day):
        pass

    def _settle_paid(self, invoice, day):
        self._pay(invoice, self.after(day))

    def _settle_paid_twice(self, invoice, day):
        first = self.after(day, 25)
        self._pay(invoice, first, amount=round(invoice.amount_residual * 0.37, 2))
        self._pay(invoice, self.after(first))

    def _settle_part(self, invoice, day):
        self._pay(invoice, self.after(day), amount=round(invoice.amount_residual * 0.61, 2))

    def _settle_written_off(self, invoice, day):
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self._pay(
            invoice,
            self.after(day),
            amount=round(invoice.amount_residual - 0.37, 2),
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )

    def _settle_discount(self, invoice, day):
        self._pay(invoice, self.after(day, 8))

    def _settle_overpaid(self, invoice, day):
        self._pay(invoice, self.after(day), amount=round(invoice.amount_residual + 11.11, 2))

    def _settle_returned(self, invoice, day):
        refund = self._reverse(invoice, self.after(day, 90))
        lines = refund.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        if len(lines) > 1:
            lines[1:].unlink()
        elif lines.quantity > 1:
            lines.quantity = lines.quantity - 1
        else:
            lines.price_unit = round(lines.price_unit * 0.8, 2)
        self._post(refund)

    def _settle_returned_then_paid(self, invoice, day):
        self._settle_returned(invoice, day)
        if invoice.amount_residual:
            self._pay(invoice, self.after(day, 90))

    def _settle_replaced(self, invoice, day):
        day = self.after(day, 30)
        again = self._reverse(invoice, day, modify=True).filtered(lambda move: move.move_type == "out_invoice")
        again.invoice_date = day
        first = again.invoice_line_ids.filtered(lambda line: line.display_type == "product" and not line.is_downpayment)
        first[:1].price_unit = round(first[:1].price_unit * 0.95, 2)
        self._post(again)
        if again.amount_residual > 0 and self.chance(0.5):
            self._pay(again, self.after(day))

    # === WORK FOR THE CUSTOMER ===#

    def _visit(self, start, *partners, hours=1.5, **values):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "key_account_visit": True,
                "start": start,
                "stop": start + timedelta(hours=hours),
                "partner_ids": [Command.set([partner.id for partner in partners])],
                **values,
            }
        )
        self.booked_to(meeting, *partners)
        return meeting

    def _work(self):
        for _number in range(9):
            start = datetime.combine(self.day(), datetime.min.time()) + timedelta(
                hours=self.random.choice([8, 13, 22, 23])
            )
            guests = self.random.sample(
                [self.anna, self.bruno, self.alpha_south, self.gamma], self.random.randint(1, 2)
            )
            meeting = self._visit(start, *guests, hours=self.random.choice([1, 1.5, 2.25]))
            for attendee in meeting.attendee_ids:
                attendee.state = self.random.choice(["accepted", "needsAction", "declined", "tentative"])
        day = self.day(date(2025, 1, 1), date(2025, 12, 1))
        meeting = self._visit(
            datetime.combine(day, datetime.min.time()), self.anna, allday=True, start_date=day, stop_date=day
        )
        meeting.attendee_ids.state = "accepted"
        self._visit(datetime(2026, 4, 9, 8), self.anna, self.gamma)
        measures = []
        for _number in range(8):
            start = self.day()
            end = start + timedelta(days=self.random.choice([0, 9, 40, 100]))
            measures.append(
                {
                    "name": "Measure",
                    "kind": "care",
                    "partner_id": self.random.choice([self.alpha, self.alpha_south, self.beta]).id,
                    "company_id": self.company.id,
                    "date_start": start,
                    "date_end": end,
                    "state": self.random.choice(["planned", "done", "done", "cancelled"]),
                    "cost_actual": self.random.choice([0, self.cents(20, 200)]),
                    "hours_actual": self.random.choice([0, 1.25, 3.5]),
                }
            )
        for _number in range(5):
            start = self.day(date(2024, 2, 1))
            measures.append(
                {
                    "name": "Promotion",
                    "kind": "promotion",
                    "partner_id": self.random.choice([self.alpha, self.beta]).id,
                    "company_id": self.company.id,
                    "date_start": start,
                    "date_end": start + timedelta(days=self.random.choice([13, 29, 75])),
                    "state": self.random.choice(["planned", "in_progress", "done", "cancelled"]),
                    "cost_actual": self.cents(20, 300),
                    "product_ids": [Command.set(self.random.choice(self.products).ids)],
                    "product_category_ids": [
                        Command.set(self.stool.categ_id.ids if self.chance(0.5) else []),
                    ],
                }
            )
        self.env["key.account.care.measure"].create(measures)
        self.env["key.account.milestone"].create(
            [
                {
                    "name": "Milestone",
                    "partner_id": self.random.choice([self.alpha, self.beta]).id,
                    "company_id": self.company.id,
                    "date_deadline": self.day(last=date(2026, 6, 30)),
                    "cost_actual": self.cents(10, 90),
                }
                for _number in range(4)
            ]
        )
        sessions = self.env["key.account.coaching.session"].create(
            [
                {
                    "name": "Session",
                    "partner_id": self.alpha.id,
                    "company_id": self.company.id,
                    "user_id": self.case.manager.id,
                    "start": datetime.combine(day, datetime.min.time()) + timedelta(hours=9),
                    "stop": datetime.combine(day, datetime.min.time()) + timedelta(hours=11),
                    "hours": 2.75,
                    "state": self.random.choice(["planned", "held"]),
                }
                for day in (self.day(last=date(2026, 3, 1)) for _number in range(3))
            ]
        )
        self.sessions = sessions
        plan = self.env["account.analytic.plan"].search([], limit=1) or self.env["account.analytic.plan"].create(
            {"name": "Customers"}
        )
        analytic = self.env["account.analytic.account"].create(
            {"name": "Alpha's own", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.alpha.with_company(self.company).key_account_analytic_id = analytic
        self.env["account.analytic.line"].create(
            [
                {
                    "name": "Gift",
                    plan._column_name(): analytic.id,
                    "date": self.day(),
                    "amount": -self.cents(5, 60) if self.chance(0.8) else self.cents(5, 20),
                    "company_id": self.company.id,
                }
                for _number in range(5)
            ]
        )

    # === WHAT IS KNOWN ABOUT THE CUSTOMER ===#

    def _knowledge(self):
        self.env["key.account.satisfaction"].create(
            [
                {
                    "partner_id": self.random.choice([self.alpha, self.alpha, self.alpha_south, self.beta]).id,
                    "company_id": self.company.id,
                    "date": self.day(),
                    "score": self.random.choice([3, 6, 6.5, 7, 8.5, 9, 10]),
                }
                for _number in range(22)
            ]
        )
        self.env["key.account.rating"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "agency": self.random.choice(["Creditreform", "Schufa"]),
                    "score": self.random.choice([155.0, 212.5, 300.0]),
                    "date": day,
                    "valid_until": self.random.choice([False, day + timedelta(days=200)]),
                }
                for partner in (self.alpha, self.beta)
                for day in (self.day() for _number in range(3))
            ]
        )
        self.env["key.account.demand"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "categ_id": category.id,
                    "year": year,
                    "amount": self.cents(500, 9000),
                    "date": date(year - 1, 11, 3),
                    "source": "Buyer",
                }
                for partner in (self.alpha, self.beta)
                for category in self.random.sample(list(self.categories), 2)
                for year in (2024, 2025, 2026)
            ]
        )
        for partner in (self.alpha, self.alpha_south, self.gamma):
            partner.with_company(self.company).credit_limit = self.cents(1000, 9000)
        self.alpha.with_company(self.company).key_account_minimum_order = self.cents(200, 600)

    def _granted(self):
        """Kinds of credit that the accountant set, one of them booked on an account of expenses."""
        expenses = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        credits = self.env["account.move"]
        for kind in ("bonus", "bonus", "price", "correction"):
            partner = self.random.choice([self.alpha, self.alpha_south, self.beta])
            currency = self.foreign if self.chance(0.3) else None
            values = self._invoice_values(partner, self.day(date(2024, 9, 1)), "out_refund", currency)
            credit = credits.create({**values, "invoice_line_ids": values["invoice_line_ids"][:1]})
            if kind == "bonus" and credits:
                credit.invoice_line_ids.account_id = expenses
            credit.key_account_credit_kind = kind
            credits |= credit
        credits.action_post()

    def _plans(self):
        """What is hoped for: targets, and opportunities with quotations and without."""
        revenue = self.env["key.account.kpi"].search([("code", "=", "revenue")])
        self.env["key.account.target"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "kpi_id": revenue.id,
                    "year": year,
                    "value": self.cents(5000, 20000),
                }
                for partner in (self.alpha, self.beta)
                for year in (2025, 2026)
            ]
        )
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "More",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "expected_revenue": self.cents(500, 5000),
                    "probability": probability,
                    "date_deadline": deadline,
                }
                for partner, probability, deadline in (
                    (self.alpha, 35.5, date(2026, 5, 4)),
                    (self.alpha_south, 60, False),
                    (self.beta, 20, date(2027, 9, 1)),
                    (self.beta, 45, False),
                    (self.never, 70, date(2026, 4, 4)),
                )
            ]
        )
        novelty = self.env["product.product"].create(
            {"name": "Novelty", "categ_id": self.env["product.category"].create({"name": "Novelties"}).id}
        )
        for lead in leads[:2]:
            self.env["sale.order"].create(
                {
                    "partner_id": lead.partner_id.id,
                    "company_id": self.company.id,
                    "opportunity_id": lead.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": self.cents(20, 90)})
                        for product in (self.stool, novelty)
                    ],
                }
            )
        # Confirmed, and promised for later
        for number in range(3):
            order, moment = self._order(
                self.random.choice([self.alpha, self.beta]), self.day(date(2026, 1, 10), date(2026, 3, 10))
            )
            if number:
                order.commitment_date = datetime(2026, 3 + 2 * number, 6, 10)
            self._confirm(order, moment)

    def _regulars(self, number):
        industry = self.alpha.industry_id
        values = []
        for each in range(number):
            partner = self.env["res.partner"].create(
                {"name": f"Regular {each}", "is_company": True, "industry_id": industry.id}
            )
            month = BEGIN.replace(day=1)
            while month < TODAY:
                if self.chance(0.3 + 0.05 * each):
                    day = min(month + timedelta(days=self.random.randint(0, 27)), TODAY)
                    line = {"name": "As always", "quantity": 1, "price_unit": self.cents(20, 300), "tax_ids": []}
                    values.append(
                        {
                            "move_type": "out_invoice",
                            "partner_id": partner.id,
                            "invoice_date": day,
                            "company_id": self.company.id,
                            "invoice_line_ids": [Command.create(line)],
                        }
                    )
                month = (month + timedelta(days=32)).replace(day=1)
        self.env["account.move"].create(values).action_post()

    def _edges(self):
        """Something of each kind on the first and the last day of periods, and at this very moment."""
        first, last, leap = date(2025, 1, 1), date(2025, 12, 31), date(2024, 2, 29)
        for day in (first, last, leap):
            midnight = datetime.combine(day, datetime.min.time())
            self._visit(midnight, self.anna, allday=True, start_date=day, stop_date=day)
            order, moment = self._order(self.beta, day)
            self._confirm(order, moment.replace(hour=12))
            self._post(self.env["account.move"].create(self._invoice_values(self.alpha, day)))
        # Over by now, and still to come
        self._visit(datetime(2026, 3, 18, 12, 30), self.gamma)
        self._visit(datetime(2026, 3, 18), self.anna, allday=True, start_date=TODAY, stop_date=TODAY)
        self.env["key.account.satisfaction"].create(
            [
                {"partner_id": self.alpha.id, "company_id": self.company.id, "date": day, "score": score}
                for day, score in ((first, 1), (last, 2.5), (leap, 4))
            ]
        )
        self.env["key.account.rating"].create(
            [
                {
                    "partner_id": self.alpha.id,
                    "company_id": self.company.id,
                    "agency": "Creditreform",
                    "score": score,
                    "date": day,
                    "valid_until": until,
                }
                for day, until, score in ((first, first, 111.0), (last, False, 122.0), (leap, leap, 133.0))
            ]
        )
        work = {"company_id": self.company.id, "state": "done", "cost_actual": 12.34, "hours_actual": 1.5}
        self.env["key.account.care.measure"].create(
            [
                {
                    **work,
                    "name": "Edge",
                    "kind": kind,
                    "partner_id": self.alpha.id,
                    "date_start": start,
                    "date_end": end,
                    "product_ids": [Command.set(self.chair.ids if kind == "promotion" else [])],
                }
                for kind, start, end in (
                    ("promotion", last, date(2026, 1, 20)),
                    ("promotion", date(2024, 12, 20), first),
                    ("promotion", TODAY, date(2026, 4, 1)),
                    ("care", first, first),
                    ("care", last, last),
                    ("care", TODAY, TODAY),
                )
            ]
        )
