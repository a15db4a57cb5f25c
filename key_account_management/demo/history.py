"""Turns the stories into orders, invoices, credit notes and payments, by Odoo's own steps."""

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from .stories import COST_RISE, COST_RISE_MONTH, CUSTOMERS, KEY_ACCOUNTS, MONTHS, SEASON

MODULE = "key_account_management"
# Invoices are written and payments come in on these days of a month: few days make large batches
INVOICE_DAYS = (4, 11, 18, 25)
PAYMENT_DAYS = (2, 9, 16, 23, 28)
# No mails, no tracking messages: nobody reads the chatter of thousands of demo documents
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}


class History:
    def __init__(self, env, company, today):
        self.env = env(context=dict(env.context, lang="en_US", allowed_company_ids=company.ids, **QUIET))
        self.company = company.with_env(self.env)
        self.today = today
        self.stories = KEY_ACCOUNTS | CUSTOMERS
        self.products = {}
        self.terms = self.env.ref("account.account_payment_term_30days")

    def make(self):
        if self._is_made():
            # Costs are those of the files again
            for story in self.stories.values():
                for name in story.products:
                    self._product(name)
            self._raise_costs()
            return
        orders = self._order()
        invoices = self._invoice(orders)
        self._return_goods(invoices)
        self._pay(invoices)

    def ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _is_made(self):
        """Whether an earlier installation left the history of these customers."""
        accounts = [self.ref(name).id for name in self.stories]
        return bool(self.env["sale.order"].search_count([("partner_id", "in", accounts)], limit=1))

    def _month(self, position):
        """First day of a month; 0 is the oldest."""
        return self.today.replace(day=1) - relativedelta(months=MONTHS - 1 - position)

    # === ORDERS ===#

    def _order(self):
        """:return: ``{order: (account's name, day of the invoice)}``"""
        planned = defaultdict(list)
        for month in range(MONTHS):
            for name, story in self.stories.items():
                planned[month >= COST_RISE_MONTH] += self._plan_month(name, story, month)
        orders = {}
        for risen in (False, True):
            if risen:
                self._raise_costs()
            values = [plan["values"] for plan in planned[risen]]
            created = self.env["sale.order"].create(values)
            created.action_confirm()
            for order, plan in zip(created, planned[risen], strict=True):
                # Confirming dates an order of today
                order.date_order = plan["values"]["date_order"]
                orders[order] = (plan["name"], plan["invoice_date"])
        return orders

    def _plan_month(self, name, story, month):
        """:return: plans of the orders of one account in one month"""
        # One generator an account and month: the history does not depend on how long it is.
        rng = random.Random(f"{name}/{month}")
        start = self._month(month)
        # Spread over the year; not everyone's year begins in January
        place = (start.month + random.Random(name).randrange(12)) % 12
        count = (place + 1) * story.orders // 12 - place * story.orders // 12
        revenue = story.monthly * (1 + story.growth) ** (month / 12) * SEASON[start.month - 1]
        plans = []
        for _number in range(count):
            invoice_date = start.replace(day=rng.choice(INVOICE_DAYS))
            ordered_on = invoice_date - timedelta(days=rng.randint(2, 9))
            lines = self._plan_lines(rng, story, revenue * 12 / story.orders * rng.uniform(0.9, 1.1))
            if ordered_on > self.today or not lines:
                continue
            partner = self.ref(name)
            plans.append(
                {
                    "name": name,
                    "invoice_date": invoice_date,
                    "values": {
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "user_id": self.ref(story.seller).id,
                        "date_order": datetime.combine(ordered_on, time(10)),
                        "payment_term_id": self.terms.id,
                        "order_line": lines,
                    },
                }
            )
        return plans

    def _plan_lines(self, rng, story, revenue):
        names = rng.sample(list(story.products), min(len(story.products), rng.randint(3, 4)))
        weights = sum(story.products[name] for name in names)
        lines = []
        for name in names:
            product = self._product(name)
            quantity = round(revenue * story.products[name] / weights / product.list_price)
            if not quantity:
                continue
            line = {"product_id": product.id, "product_uom_qty": quantity}
            if name == "sensor_reflector":
                # Ordered in dozens, measured in units
                line["product_uom_id"] = self.env.ref("uom.product_uom_dozen").id
                line["product_uom_qty"] = max(1, quantity // 12)
            lines.append(Command.create(line))
        return lines

    def _product(self, name):
        if name not in self.products:
            self.products[name] = self.ref(f"demo_product_{name}")
        return self.products[name]

    def _raise_costs(self):
        for product in self.products.values():
            product.standard_price *= COST_RISE

    # === INVOICES ===#

    def _invoice(self, orders):
        """Invoices what is due and posts it; the latest orders stay open.

        :return: ``{posted invoice: account's name}``
        """
        invoices = self._invoice_advances(orders)
        by_day = defaultdict(lambda: self.env["sale.order"])
        for order, (_name, day) in orders.items():
            if day <= self.today:
                by_day[day] |= order
        latest = max(by_day)
        for day, due in sorted(by_day.items()):
            drafts = due.with_context(default_invoice_date=day)._create_invoices(grouped=True, final=True)
            if day == latest:
                # Some of the latest invoices are not posted yet, and one was a mistake
                drafts[-1].button_cancel()
                drafts = drafts[:-3]
            drafts.action_post()
            for invoice in drafts:
                invoices[invoice] = orders[invoice.invoice_line_ids.sale_line_ids.order_id[:1]][0]
        return invoices

    def _invoice_advances(self, orders):
        """Down payments on some orders, settled in the same month.

        :return: ``{posted invoice: account's name}``
        """
        advances = {}
        ordered = Counter()
        for order, (name, day) in orders.items():
            every = self.stories[name].down_payment_every
            ordered[name] += 1
            if not every or ordered[name] % every or day > self.today:
                continue
            wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids, active_model="sale.order")
            wizard.create({"advance_payment_method": "percentage", "amount": 30}).create_invoices()
            advance = order.invoice_ids
            advance.invoice_date = max(order.date_order.date(), day.replace(day=1))
            advance.action_post()
            advances[advance] = name
        return advances

    # === CREDIT NOTES ===#

    def _return_goods(self, invoices):
        """Part of the goods on some invoices is returned some days later."""
        by_day = defaultdict(lambda: self.env["account.move"])
        for invoice, name in invoices.items():
            rng = random.Random(f"return/{invoice.invoice_origin}")
            day = invoice.invoice_date + timedelta(days=rng.randint(6, 16))
            story = self.stories[name]
            if rng.random() < story.returns and day <= self.today and self._get_returned(invoice, story):
                by_day[day] |= invoice
        for day, moves in by_day.items():
            wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=moves.ids)
            reversal = wizard.create({"journal_id": moves[0].journal_id.id, "date": day, "reason": "Returned goods"})
            reversal.refund_moves()
            credit_notes = reversal.new_move_ids
            for credit_note in credit_notes:
                self._reduce_to_returned_part(credit_note, self.stories[invoices[credit_note.reversed_entry_id]])
            credit_notes.invoice_date = day
            credit_notes.action_post()
            for credit_note in credit_notes:
                both = credit_note | credit_note.reversed_entry_id
                both.line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def _get_returned(self, move, story):
        """:return: the line of an invoice or credit note of which goods come back, if there is one"""
        wanted = self._product(story.returned) if story.returned else move.invoice_line_ids.product_id
        return move.invoice_line_ids.filtered(
            lambda line: line.product_id in wanted and line.product_id.type == "consu" and line.quantity > 0
        )[:1]

    def _reduce_to_returned_part(self, credit_note, story):
        returned = self._get_returned(credit_note, story)
        commands = [Command.delete(line.id) for line in credit_note.invoice_line_ids - returned]
        quantity = max(1, round(returned.quantity * 0.6))
        credit_note.invoice_line_ids = [*commands, Command.update(returned.id, {"quantity": quantity})]

    # === PAYMENTS ===#

    def _pay(self, invoices):
        by_day = defaultdict(lambda: self.env["account.move"])
        for invoice, name in invoices.items():
            rng = random.Random(f"payment/{invoice.name}")
            day = _next_day(invoice.invoice_date + timedelta(days=rng.randint(*self.stories[name].pays_after)))
            if day <= self.today and invoice.amount_residual > 0:
                by_day[day] |= invoice
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        self._book_payments(journal)
        method = journal.inbound_payment_method_line_ids[:1]
        paid = [(invoice, day) for day, moves in sorted(by_day.items()) for invoice in moves]
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": invoice.commercial_partner_id.id,
                    "amount": invoice.amount_residual,
                    "currency_id": invoice.currency_id.id,
                    "date": day,
                    "journal_id": journal.id,
                    "payment_method_line_id": method.id,
                    "memo": invoice.name,
                    "invoice_ids": invoice.ids,
                }
                for invoice, day in paid
            ]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                (payment.move_id | invoice).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
                for payment, (invoice, _day) in zip(payments, paid, strict=True)
            ]
        )

    def _book_payments(self, journal):
        """Payments are booked when they are registered: nobody imports the demo company's bank statements."""
        account = self.env["account.account"].search(
            [("account_type", "=", "asset_current"), ("reconcile", "=", True), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        lines = journal.inbound_payment_method_line_ids.filtered(lambda line: not line.payment_account_id)
        lines.payment_account_id = account


def _next_day(day: date):
    """The next day on which payments come in."""
    for of_month in PAYMENT_DAYS:
        if day.day <= of_month:
            return day.replace(day=of_month)
    return day.replace(day=1) + relativedelta(months=1, day=PAYMENT_DAYS[0])
