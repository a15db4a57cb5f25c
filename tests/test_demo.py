"""The demo data agree with each other, whatever today is."""

from datetime import date

from odoo import fields
from odoo.addons.key_account_management.demo.history import History
from odoo.addons.key_account_management.demo.kept import keep
from odoo.addons.key_account_management.demo.reviews import REVIEWS
from odoo.addons.key_account_management.demo.workdays import workday
from odoo.tests import TransactionCase, tagged

MODULE = "key_account_management"


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def accounts(self):
        return self.env["res.partner"].union(*(self.env.ref(f"{MODULE}.{name}") for name in REVIEWS))

    def test_workdays(self):
        for day, moved, back in (
            (date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 23)),
            (date(2027, 1, 1), date(2027, 1, 4), date(2026, 12, 30)),
            (date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 2)),
            (date(2026, 11, 26), date(2026, 11, 30), date(2026, 11, 25)),
            (date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 4)),
            (date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        ):
            self.assertEqual((workday(day), workday(day, -1)), (moved, back))

    def test_customers_meet_us_on_workdays(self):
        reviews = self.env["key.account.review"].search([("partner_id", "in", self.accounts().ids)])
        events = self.env["calendar.event"].search(
            [("key_account_visit", "=", True), ("partner_ids", "child_of", self.accounts().ids)]
        )
        days = [event.start.date() for event in events] + list(filter(None, reviews.mapped("planned_date")))
        self.assertGreater(len(days), 50)
        self.assertEqual([day for day in days if day != workday(day)], [])

    def test_visits_are_reported(self):
        """By the account manager, on meetings that took place; a call is none, and neither are those of reviews."""
        visits = self.env["key.account.visit"].search(
            [("partner_id", "in", self.accounts().ids), ("report_token", "like", "demo report")]
        )
        self.assertEqual(sorted(visits.mapped("kind")), ["phone", *["visit"] * 4])
        self.assertEqual(visits.reported_by_id, self.env.ref(f"{MODULE}.demo_user_manager"))
        for visit in visits:
            self.assertTrue(visit.result)
            self.assertEqual(bool(visit.event_id), visit.kind == "visit")
            self.assertFalse(visit.event_id.key_account_review_id)

    def test_customers_pay_the_prices_of_their_lists(self):
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.partner_id", "child_of", self.accounts().ids),
                ("state", "=", "sale"),
                ("product_id", "!=", False),
                ("is_downpayment", "=", False),
            ]
        )
        discounted = 0
        for line in lines:
            order = line.order_id
            price = order.partner_id.property_product_pricelist._get_product_price(
                line.product_id,
                line.product_uom_qty,
                currency=order.currency_id,
                uom=line.product_uom_id,
                date=order.date_order,
            )
            paid = line.price_unit * (1 - line.discount / 100)
            self.assertAlmostEqual(paid, price, 1, (order.name, line.product_id.name))
            discounted += order.currency_id == self.env.company.currency_id and paid < line.product_id.list_price
        # Some have their own prices, some pay list prices
        self.assertTrue(0 < discounted < len(lines))

    def test_proposals_are_better_than_today(self):
        reviews = self.env["key.account.review"].search(
            [("partner_id", "in", self.accounts().ids), ("state", "in", ("preparation", "proposed"))]
        )
        prices = reviews.condition_ids.filtered(lambda condition: condition.kind == "price")
        self.assertGreater(len(prices), 5)
        for price in prices:
            # At every quantity; a discount is the better the higher it is
            if price.categ_id:
                self.assertGreater(price.value_proposed, price.value_today, price.display_name)
                continue
            partner = price.review_id.partner_id
            for quantity in (1.0, 1000.0):
                today = partner.property_product_pricelist._get_product_price(price.product_id, quantity)
                self.assertLess(price.value_proposed, today, price.display_name)
        below = [
            price.product_id
            for price in prices.filtered("product_id")
            if price.value_proposed
            < price.product_id.standard_price / (1 - price.product_id.categ_id.key_account_effective_minimum_margin)
        ]
        self.assertEqual(below, [self.env.ref(f"{MODULE}.demo_product_scanner_tunnel")])

    def test_the_portfolio_is_filled(self):
        """With a sentence for each account, and its last months."""
        accounts = self.env["res.partner"].search([("key_account_status", "!=", False)])
        rows = self.env["key.account.snapshot"].search([("partner_id", "in", accounts.ids), ("as_of", "!=", False)])
        current = rows.filtered("is_current")
        self.assertEqual(current.partner_id, accounts)
        self.assertTrue(all(current.mapped("why")))
        self.assertEqual(len(set((rows - current).mapped("date"))), 12)

    def test_visits_have_one_target(self):
        """That of the tier."""
        visits = self.env.ref(f"{MODULE}.kpi_visits")
        targets = self.env["key.account.target"].search([("partner_id", "in", self.accounts().ids)])
        self.assertTrue(targets)
        self.assertNotIn(visits, targets.kpi_id)

    def test_held_reviews_have_minutes(self):
        held = self.env["key.account.review"].search(
            [("partner_id", "in", self.accounts().ids), ("state", "=", "held")]
        )
        self.assertEqual(held.partner_id, self.accounts())
        for review in held:
            customers = review.participant_ids.filtered(
                lambda partner, review=review: partner.commercial_partner_id != self.env.company.partner_id
            )
            self.assertGreaterEqual(len(customers), 2, review.name)
            settled = review.topic_ids.filtered("result")
            self.assertGreaterEqual(len(settled), 2, review.name)
            self.assertTrue(all(topic.result_user_id and topic.result_date and topic.description for topic in settled))
            self.assertGreater(min(settled.mapped("result_date")), review.held_on.date())
            self.assertFalse(review._get_results_without_owner())

    def test_held_reviews_know_nothing_of_later(self):
        held = self.env["key.account.review"].search(
            [("partner_id", "in", self.accounts().ids), ("state", "=", "held")]
        )
        for review in held:
            figures = review._get_figures(["next_visit_days", "special_price"])
            self.assertIsNone(figures["next_visit_days"].value, review.name)
            begun = [row[4] for row in figures["special_price"].table.rows if row[4]]
            self.assertFalse([day for day in begun if day > str(review.held_on.date())], review.name)
        price = self.env.ref(f"{MODULE}.demo_price_growing_vision")
        self.assertLess(price.date_start, fields.Datetime.now())

    def test_returns_match_the_texts(self):
        returned = self.env["account.move.line"].search(
            [
                ("move_id.move_type", "=", "out_refund"),
                ("partner_id", "=", self.env.ref(f"{MODULE}.demo_account_returns").id),
                ("product_id", "!=", False),
                ("display_type", "=", "product"),
            ]
        )
        self.assertEqual(returned.product_id, self.env.ref(f"{MODULE}.demo_product_laser_head"))

    def test_down_payments_are_settled_in_their_month(self):
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.partner_id", "=", self.env.ref(f"{MODULE}.demo_account_group").id),
                ("is_downpayment", "=", True),
                ("display_type", "=", False),
            ]
        )
        self.assertTrue(lines)
        for line in lines:
            dates = line.invoice_lines.mapped("move_id.invoice_date")
            self.assertEqual(len({(day.year, day.month) for day in dates}), 1, dates)


@tagged("post_install", "-at_install")
class TestInstalledAgain(TransactionCase):
    """An uninstallation leaves customers, orders and invoices; ``scripts/update`` tries it as a whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Done by the demo data; once more changes nothing
        keep(cls.env)

    def uninstall(self):
        """What Odoo does with the external ids of the add-on."""
        self.env["ir.model.data"].search([("module", "=", MODULE), ("name", "=like", "demo\\_%")]).unlink()
        self.env.registry.clear_cache()

    def test_customers_and_products_are_found_again(self):
        names = ("demo_account_growing", "demo_user_manager", "demo_product_sensor_vision", "demo_contact_hansen")
        before = [self.env.ref(f"{MODULE}.{name}") for name in names]
        self.uninstall()
        self.env["key.account.demo"]._find_again()
        self.assertEqual([self.env.ref(f"{MODULE}.{name}") for name in names], before)

    def test_what_was_deleted_is_made_anew(self):
        self.uninstall()
        kept = self.env["ir.model.data"].search([("module", "=", "__key_account_demo__"), ("model", "=", "crm.lead")])
        name, lead = kept[0].name, self.env["crm.lead"].browse(kept[0].res_id)
        # As by somebody in another way than the ORM's: that takes the external ids along
        self.env.cr.execute("DELETE FROM crm_lead WHERE id = %s", lead.ids)
        self.env.invalidate_all()
        self.env["key.account.demo"]._find_again()
        self.assertFalse(self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False))

    def test_meetings_are_not_doubled(self):
        visits = self.env["calendar.event"].search([("key_account_visit", "=", True)])
        self.assertGreater(len(visits), 50)
        self.env["key.account.demo"]._find_again()
        self.assertFalse(visits.exists())

    def test_the_history_is_not_made_twice(self):
        company = self.env.ref("base.main_company")
        product = self.env.ref(f"{MODULE}.demo_product_sensor_vision")
        orders, cost = self.env["sale.order"].search_count([]), product.standard_price
        History(self.env, company, fields.Date.today()).make()
        self.assertEqual(self.env["sale.order"].search_count([]), orders)
        self.assertGreater(product.standard_price, cost)
