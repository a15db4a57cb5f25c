"""What others do all day: an invoice, an order, a payment, a contact. Run with and without the add-on."""

import statistics
from datetime import date

from .measure import Clock, Measurements

TIMES = 20


def measure_others(env, variant):
    """:param variant: ``with`` or ``without`` the add-on; a row for each of them is the median of so many times"""
    env = env(user=env.ref("base.user_admin"))
    measurements = Measurements()
    partners = env["res.partner"].create([{"name": f"Bench {number}"} for number in range(TIMES)])
    products = env["product.product"].create(
        [{"name": f"Bench {number}", "list_price": 9.99, "type": "service"} for number in range(5)]
    )
    invoices = []

    def make_invoice(number):
        lines = [(0, 0, {"product_id": product.id, "quantity": 3, "price_unit": 9.99}) for product in products]
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partners[number].id,
                "invoice_date": date.today(),
                "invoice_line_ids": lines,
            }
        )
        invoices.append(invoice)
        env.flush_all()

    def post_invoice(number):
        invoices[number].action_post()

    def pay(number):
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices[number].ids
        )
        wizard.create({})._create_payments()

    def save_order(number):
        order = env["sale.order"].create(
            {
                "partner_id": partners[number].id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 3}) for product in products],
            }
        )
        order.action_confirm()

    def save_contact(number):
        contact = env["res.partner"].create({"name": f"Bench contact {number}", "parent_id": partners[number].id})
        env.flush_all()
        contact.write({"phone": "+1 555 0100", "city": "Springfield"})

    for key, function in (
        ("make_invoice", make_invoice),
        ("post_invoice", post_invoice),
        ("payment", pay),
        ("order", save_order),
        ("contact", save_contact),
    ):
        seconds, queries, clock = [], 0, Clock(env)
        for number in range(TIMES):
            env.flush_all()
            env.invalidate_all()
            before, start = env.cr.sql_log_count, clock.now()
            function(number)
            env.flush_all()
            seconds.append(clock.now() - start)
            queries = env.cr.sql_log_count - before
        # The first ones fill caches
        measurements.add(key, variant=variant, seconds=statistics.median(seconds[3:]), queries=queries)
