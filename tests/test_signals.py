"""What the night finds that needs attention, from booked documents; the amounts are worked out by hand."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Command

from .attention import NOW, AttentionCase


@freeze_time(NOW)
class TestSignals(AttentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_minimum_margin = 0.25
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("product.group_product_pricelist")

    def signals(self, account=None):
        """:return: ``{code: signal}`` of an account after the night"""
        account = account or self.account
        row = self.env["key.account.snapshot"]._of_company(self.company)._refresh_today(account)
        return {signal["code"]: signal for signal in row.signals or ()}

    def test_nothing_known_is_nothing(self):
        self.assertEqual(self.signals(), {})

    def test_price_below_the_floor(self):
        # A chair costs 60: with a margin of 25 % that is 80
        self.invoice(self.account, "2025-03-01", (self.product, 2, 70.0), (self.product, 1, 80.0))
        self.invoice(self.account, "2024-12-01", (self.product, 9, 70.0))
        signal = self.signals()["price_floor"]
        self.assertEqual((signal["count"], signal["amount"]), (1, 140.0))

    def test_special_price_that_ends(self):
        def rule(product, price, end):
            values = {"applied_on": "0_product_variant", "product_id": product.id, "compute_price": "fixed"}
            values |= {"product_tmpl_id": product.product_tmpl_id.id, "fixed_price": price, "date_end": end}
            return Command.create(values)

        later, unsold = self.make_product("Table"), self.make_product("Lamp")
        self.account.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Alpha",
                "company_id": self.company.id,
                "item_ids": [
                    # 45 days from August 15 are September 29
                    rule(self.product, 90.0, datetime(2025, 9, 29, 12)),
                    rule(later, 90.0, datetime(2025, 9, 30, 12)),
                    rule(unsold, 90.0, datetime(2025, 9, 1, 12)),
                ],
            }
        )
        self.invoice(self.account, "2025-03-01", (self.product, 2, 90.0), (later, 5, 90.0))
        self.invoice(self.account, "2024-03-01", (self.product, 4, 100.0))
        signal = self.signals()["price_ends"]
        # 180 and 400 in two years
        self.assertEqual(
            (signal["product"], signal["day"], signal["count"], signal["amount"]), ("Chair", "2025-09-29", 1, 290.0)
        )
        item = self.item("price_ends")
        self.assertEqual(item["title"], "Special price of Chair ends on Sep 29, 2025")
        self.assertEqual(item["amount_text"], "290\N{NO-BREAK SPACE}€ a year")

    def test_pays_later_than_a_year_ago(self):
        for year, paid in ((2024, date(2024, 3, 31)), (2025, date(2025, 4, 4))):
            invoice = self.invoice(
                self.account, date(year, 3, 1), (self.product, 1, 100.0), invoice_date_due=date(year, 3, 31)
            )
            self.pay(invoice, paid)
        self.assertNotIn("pays_later", self.signals(), "Four days are not worth a word")
        invoice = self.invoice(self.account, "2025-04-01", (self.product, 1, 100.0), invoice_date_due="2025-05-01")
        self.pay(invoice, date(2025, 5, 9))
        # The mean of 4 and 8 days, after 0
        signal = self.signals()["pays_later"]
        self.assertEqual((signal["days"], signal["late"]), (6.0, 6.0))

    def test_drafts_left_lying(self):
        old, new = (
            self.invoice(self.account, "2025-07-01", (self.product, quantity, 100.0), post=False) for quantity in (3, 5)
        )
        self.env.cr.execute("UPDATE account_move SET create_date = '2025-08-07 12:00' WHERE id = %s", [old.id])
        self.env.cr.execute("UPDATE account_move SET create_date = '2025-08-09 12:00' WHERE id = %s", [new.id])
        self.env.invalidate_all()
        signal = self.signals()["draft_invoice"]
        self.assertEqual(signal["documents"], [[old.id, 300.0, "2025-07-01"]])

    def test_quotations_left_lying(self):
        def order(day, **values):
            line = {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 50.0, "tax_ids": []}
            return self.env["sale.order"].create(
                {
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "date_order": day,
                    "validity_date": False,
                    "order_line": [Command.create(line)],
                    **values,
                }
            )

        old = order(datetime(2025, 7, 31, 12))
        order(datetime(2025, 8, 2, 12))
        over = order(datetime(2025, 8, 10, 12), validity_date=date(2025, 8, 14))
        order(datetime(2025, 7, 1, 12)).action_confirm()
        self.env.flush_all()
        signal = self.signals()["quotation"]
        self.assertEqual(
            {document[0]: document[1] for document in signal["documents"]}, {old.id: 100.0, over.id: 100.0}
        )
        item = self.item("quotation")
        self.assertEqual((item["title"], item["amount"]), ("2 quotations are left lying", 200.0))
        # What is settled is gone at once
        old.action_cancel()
        self.assertEqual(self.item("quotation")["amount"], 100.0)

    def test_not_for_month_ends(self):
        self.invoice(self.account, "2025-03-01", (self.product, 2, 70.0))
        rows = self.env["key.account.snapshot"]._of_company(self.company)
        rows._refresh(self.account)
        ends = rows.search([("partner_id", "=", self.account.id), ("is_current", "=", False)])
        self.assertTrue(ends)
        self.assertFalse(any(ends.mapped("signals")))
