"""Conditions: today's prices, what a proposal would have meant, and the one way into the price list."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from .reviews import ReviewCase


@freeze_time("2026-02-10 09:00")
class TestReviewConditions(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("product.group_product_pricelist")
        cls.general = cls.env["product.pricelist"].create(
            {
                "name": "General",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": 10.0})
                ],
            }
        )
        (cls.account | cls.foreign).with_company(cls.company).property_product_pricelist = cls.general
        # Only the first two count: the third is older than twelve months
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 10, 90.0))
        cls.invoice(cls.account, date(2025, 9, 10), (cls.product, 30, 90.0))
        cls.invoice(cls.account, date(2025, 2, 10), (cls.product, 500, 90.0))

    def price_at(self, day, product=None):
        price_list = self.account.with_company(self.company).property_product_pricelist
        return price_list._get_product_price(product or self.product, 1.0, date=day)

    def wizard(self, **values):
        return (
            self.env["key.account.review.carry.over"]
            .with_user(self.manager)
            .create({"review_id": self.review.id, "date_from": date(2026, 4, 1), **values})
        )

    # === TODAY AND EFFECT ===#

    def test_price_of_a_product(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=81.0)
        self.assertEqual((condition.name, condition.value_today, condition.quantity_year), ("Chair", 90.0, 40.0))
        self.assertAlmostEqual(condition.revenue_effect, 40 * (81.0 - 90.0))
        # 40 times 90 of revenue and 40 times 60 of cost
        self.assertAlmostEqual(condition.margin_rate_today, (3600 - 2400) / 3600)
        self.assertAlmostEqual(condition.margin_rate_proposed, (3240 - 2400) / 3240)
        self.assertEqual(condition.display_today, "90.00\N{NO-BREAK SPACE}€")

    def test_entered_in_the_form(self):
        with Form(self.review) as form, form.condition_ids.new() as line:
            line.product_id = self.product
            line.value_proposed = 81.0
            self.assertEqual((line.name, line.display_today), ("Chair", "90.00\N{NO-BREAK SPACE}€"))
            self.assertAlmostEqual(line.revenue_effect, 40 * (81.0 - 90.0))
        self.assertAlmostEqual(self.review.condition_ids.revenue_effect, 40 * (81.0 - 90.0))

    def test_no_discount_is_said_when_there_were_purchases(self):
        self.general.item_ids.percent_price = 0.0
        condition = self.make("condition", categ_id=self.category.id)
        self.assertEqual(condition.display_today, "No discount")
        other = self.make("condition", categ_id=self.env["product.category"].create({"name": "Never bought"}).id)
        self.assertEqual(other.display_today, "")

    def test_discount_on_a_category(self):
        child = self.env["product.category"].create({"name": "Stools", "parent_id": self.category.id})
        stool = self.make_product("Stool", cost=10.0, list_price=50.0, categ_id=child.id)
        self.invoice(self.account, date(2025, 10, 1), (stool, 20, 45.0))
        condition = self.make("condition", categ_id=self.category.id, value_proposed=15.0)
        self.assertAlmostEqual(condition.value_today, 10.0)
        self.assertAlmostEqual(condition.revenue_effect, (40 * 100 + 20 * 50) * -0.05)
        self.assertEqual(condition.display_proposed, "15% discount")
        condition.value_proposed = 12.5
        self.assertEqual(condition.display_proposed, "12.5% discount")

    def test_discount_dropped(self):
        """0 only counts as proposed or agreed if it is ticked."""
        condition = self.make("condition", categ_id=self.category.id)
        self.assertEqual((condition.display_proposed, condition.revenue_effect), ("", 0.0))
        condition.has_proposal = True
        self.assertEqual(condition.display_proposed, "No discount")
        self.assertAlmostEqual(condition.revenue_effect, 40 * (100.0 - 90.0))
        with self.assertRefused("enter what was agreed"):
            condition.outcome = "agreed"
        condition.action_agree()
        self.assertEqual((condition.outcome, condition.display_agreed), ("agreed", "No discount"))
        self.wizard().action_carry_over()
        self.assertEqual(self.price_at(datetime(2026, 4, 15)), 100.0)
        with self.assertRaisesRegex(UserError, "stay as agreed"):
            condition.has_agreement = False

    def test_free_of_charge(self):
        # Not at today's price: the effect is on what was invoiced
        self.invoice(self.account, date(2025, 10, 10), (self.product, 10, 70.0))
        with Form(self.review) as form, form.condition_ids.new() as line:
            line.product_id = self.product
            self.assertFalse(line.has_proposal)
            line.has_proposal = True
        condition = self.review.condition_ids
        self.assertEqual(condition.display_proposed, "0.00\N{NO-BREAK SPACE}€")
        self.assertAlmostEqual(condition.revenue_effect, -(40 * 90.0 + 10 * 70.0))
        # Without revenue there is no margin
        self.assertFalse(condition.has_margin_proposed)
        # A price replaces the 0, and without it there is no longer a proposal
        condition.value_proposed = 81.0
        condition.value_proposed = 0.0
        self.assertEqual((condition.has_proposal, condition.display_proposed), (False, ""))

    def test_margin_of_zero_is_known(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=60.0)
        self.assertEqual((condition.has_margin_proposed, condition.margin_rate_proposed), (True, 0.0))
        self.assertTrue(condition.has_margin_today)
        with Form(condition.with_user(self.manager)) as form:
            self.assertFalse(form._get_modifier("margin_rate_proposed", "invisible"))

    def test_what_was_never_bought_has_no_effect_and_no_margin(self):
        other = self.make_product("Table", cost=1.0)
        condition = self.make("condition", product_id=other.id, value_proposed=80.0)
        self.assertEqual((condition.value_today, condition.quantity_year, condition.revenue_effect), (90.0, 0.0, 0.0))
        self.assertEqual(condition.margin_rate_today, 0.0)
        self.assertFalse(condition.has_margin_today or condition.has_margin_proposed)

    def test_todays_prices_are_updated_only_on_demand_and_before_holding(self):
        condition = self.make("condition", product_id=self.product.id)
        self.general.item_ids.percent_price = 20.0
        self.assertEqual(condition.value_today, 90.0)
        self.review.action_refresh_conditions()
        self.assertEqual(condition.value_today, 80.0)
        self.review.action_hold()
        self.general.item_ids.percent_price = 30.0
        self.review.action_refresh_conditions()
        self.assertEqual(condition.value_today, 80.0)

    def test_terms_of_payment(self):
        terms = self.env["account.payment.term"].create({"name": "Sixty"})
        self.account.with_company(self.company).property_payment_term_id = terms
        condition = self.make("condition", kind="terms", name="Payment", text_proposed="30 days")
        self.assertEqual(condition.payment_term_today_id, terms)
        self.assertEqual((condition.display_today, condition.display_proposed), ("Sixty", "30 days"))
        condition.action_agree()
        self.assertEqual((condition.outcome, condition.text_agreed, condition.value_agreed), ("agreed", "30 days", 0.0))

    def test_in_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"name": date(2026, 1, 1), "currency_id": dollar.id, "rate": 2.0, "company_id": self.company.id}
        )
        self.general.currency_id = dollar
        # Otherwise its list price is in the currency of Odoo's first company
        self.product.company_id = self.company
        condition = self.make("condition", product_id=self.product.id, value_proposed=160.0)
        self.assertEqual((condition.currency_id, condition.value_today), (dollar, 180.0))
        self.assertAlmostEqual(condition.revenue_effect, 40 * -10.0)

    # === BAD INPUT ===#

    def test_bad_input(self):
        product, categ = self.product.id, self.category.id
        for message, values in (
            ("choose one of the two", {}),
            ("choose one of the two", {"product_id": product, "categ_id": categ}),
            ("Enter the term", {"kind": "service"}),
            ("cannot exceed 100%", {"categ_id": categ, "value_proposed": 101.0}),
            ("cannot be negative", {"product_id": product, "value_proposed": -1.0}),
            ("Chair: enter what was agreed", {"product_id": product, "outcome": "agreed"}),
            ("Service: enter what was agreed", {"kind": "service", "name": "Service", "outcome": "agreed"}),
        ):
            with self.subTest(message), self.assertRefused(message):
                self.make("condition", **values)

    # === INTO THE PRICE LIST ===#

    def test_own_price_list_instead_of_the_general_one(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0)
        condition.action_agree()
        # Not automatically
        self.assertEqual(self.price_at(datetime(2026, 4, 15)), 90.0)
        wizard = self.wizard(date_to=date(2026, 12, 31))
        self.assertTrue(wizard.is_general)
        self.assertIn("Chair: 80.00", wizard.preview)
        self.assertIn("Prices: Alpha", wizard.preview)
        self.assertIn("April 1, 2026", wizard.preview)
        wizard.action_carry_over()
        for day, price in (
            (datetime(2026, 3, 31, 23, 59), 90.0),
            (datetime(2026, 4, 1), 80.0),
            (datetime(2026, 12, 31, 23, 59), 80.0),
            (datetime(2027, 1, 1), 90.0),
        ):
            self.assertEqual(self.price_at(day), price, day)
        # All else is as before, for the account and for others
        table = self.make_product("Table")
        self.assertEqual(self.price_at(datetime(2026, 5, 1), table), 90.0)
        self.assertEqual(self.foreign.with_company(self.company).property_product_pricelist, self.general)
        self.assertEqual(len(self.general.item_ids), 1)
        self.assertEqual(condition.carried_over_on, date(2026, 2, 10))
        self.assertTrue(condition.pricelist_item_id)

    def test_not_twice(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0)
        condition.action_agree()
        first, second = self.wizard(), self.wizard()
        first.action_carry_over()
        with self.assertRaisesRegex(UserError, "no agreed price"):
            second.action_carry_over()
        with self.assertRaisesRegex(UserError, "stay as agreed: Chair"):
            condition.value_agreed = 70.0
        self.assertFalse(self.review.has_prices_to_carry_over)

    def test_valid_on_the_days_of_the_company(self):
        """Whoever carries them over, wherever they are."""
        self.company.partner_id.tz = "Asia/Tokyo"
        self.manager.tz = "America/Los_Angeles"
        self.make("condition", product_id=self.product.id, value_proposed=80.0).action_agree()
        self.wizard(date_to=date(2026, 4, 30)).action_carry_over()
        rule = self.env["product.pricelist.item"].search([("product_id", "=", self.product.id)])
        self.assertEqual(
            (rule.date_start, rule.date_end), (datetime(2026, 3, 31, 15), datetime(2026, 4, 30, 14, 59, 59))
        )

    def test_into_the_general_price_list_when_asked_to(self):
        self.make("condition", categ_id=self.category.id, value_proposed=25.0).action_agree()
        self.wizard(target="general").action_carry_over()
        self.assertEqual(self.price_at(datetime(2026, 4, 2)), 75.0)
        self.assertEqual(self.account.with_company(self.company).property_product_pricelist, self.general)

    def test_own_price_list_is_written_into(self):
        own = self.general.copy({"name": "Own"})
        own.item_ids |= self.env["product.pricelist.item"].create(
            {
                "pricelist_id": own.id,
                "applied_on": "0_product_variant",
                "product_id": self.product.id,
                "product_tmpl_id": self.product.product_tmpl_id.id,
                "min_quantity": 50,
                "fixed_price": 70.0,
            }
        )
        self.account.with_company(self.company).property_product_pricelist = own
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0)
        condition.action_agree()
        wizard = self.wizard()
        self.assertFalse(wizard.is_general)
        self.assertIn("≥ 50", wizard.preview)
        wizard.action_carry_over()
        self.assertEqual(condition.pricelist_item_id.pricelist_id, own)
        self.assertEqual(self.price_at(datetime(2026, 4, 2)), 80.0)

    def test_only_agreed_prices(self):
        self.make("condition", product_id=self.product.id, value_proposed=80.0)
        self.make("condition", kind="service", name="Stock", text_proposed="Here").action_agree()
        with self.assertRaisesRegex(UserError, "no agreed price"):
            self.wizard().action_carry_over()

    def test_a_price_list_of_another_company(self):
        """Whoever edits contacts can choose it in Odoo: it is neither read nor written for them."""
        other = self.make_company("Other Company", "base.EUR")
        theirs = self.env["product.pricelist"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_tmpl_id": self.product.product_tmpl_id.id,
                            "product_id": self.product.id,
                            "fixed_price": 7.77,
                        }
                    )
                ],
            }
        )
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).read(["name"])
        self.account.with_user(self.manager).property_product_pricelist = theirs
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0).with_user(self.manager)
        self.assertEqual(condition.value_today, 100.0)
        figure = self.figures(self.account, codes=["special_price"], user=self.manager)["special_price"]
        self.assertNotIn("7.77", str(figure))
        condition.action_agree()
        for target in ("general", "own"):
            self.assertNotIn("Theirs", self.wizard(target=target).preview)
        self.wizard(target="general").action_carry_over()
        self.assertEqual(theirs.item_ids.mapped("fixed_price"), [7.77])
        self.assertEqual(self.price_at(datetime(2026, 4, 2)), 80.0)

    def test_price_lists_switched_off(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0)
        condition.action_agree()
        self.env.ref("base.group_user").implied_ids -= self.env.ref("product.group_product_pricelist")
        self.manager.group_ids -= self.env.ref("product.group_product_pricelist")
        with self.assertRaisesRegex(UserError, "are disabled"):
            self.wizard().action_carry_over()

    # === ACCESS ===#

    def test_margins_are_internal(self):
        condition = self.make("condition", product_id=self.product.id, value_proposed=80.0).with_user(self.rep)
        self.assertEqual(condition.value_proposed, 80.0)
        for field in ("margin_rate_today", "margin_rate_proposed", "has_margin_today", "has_margin_proposed", "base"):
            with self.subTest(field):
                self.assertNotIn(field, condition.fields_get())
                with self.assertRaises(AccessError):
                    condition.read([field])
                with self.assertRaises(AccessError):
                    condition.search([(field, "!=", False)])
        with self.assertRaises(AccessError):
            condition.action_agree()
        with self.assertRaises(AccessError):
            self.env["key.account.review.carry.over"].with_user(self.rep).create({"review_id": self.review.id})
