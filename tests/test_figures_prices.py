"""Floor prices and special prices, each against numbers worked out by hand."""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.fields import Command

from .common import YEAR, KeyAccountCase

SPRING = date(2025, 4, 2)
SUMMER = date(2025, 7, 1)
INTERNAL_TABLE = [
    "Product",
    "Floor Price",
    "Lowest Price",
    "Average Price",
    "Last Price",
    "Lines below the Floor Price",
]


class TestMinimumPrice(KeyAccountCase):
    """The chair costs 60.00; with a minimum margin of 25 % its floor price is 80.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_minimum_margin = 0.25

    def rows(self, account=None, **options):
        """:return: ``{product: the other columns}``"""
        figure = self.figures(account or self.account, codes=["minimum_price"], **options)["minimum_price"]
        return {row[0]: row[1:] for row in figure["table"]["rows"]}

    def assertBelow(self, value, revenue, account=None, **options):
        figures = self.figures(account or self.account, codes=["minimum_price", "revenue_below_floor"], **options)
        self.assertEqual(figures["minimum_price"]["value"], value)
        self.assertEqual(figures["revenue_below_floor"]["value"], revenue)
        return figures["minimum_price"]

    def opened(self, code="minimum_price", period=YEAR, account=None):
        account = account or self.account
        ((model, domain),) = account._get_key_account_figure_records(code, *period)
        return account.env[model].search(domain)

    def test_floor_and_prices(self):
        self.invoice(self.account, SPRING, (self.product, 2, 100.0), (self.product, 3, 70.0))
        self.invoice(self.account, SUMMER, (self.product, 5, 90.0))
        figure = self.assertBelow(1, 210.0)
        self.assertEqual([column["label"] for column in figure["table"]["columns"]], INTERNAL_TABLE)
        # (200 + 210 + 450) / 10
        self.assertEqual(figure["table"]["rows"], [["Chair", 80.0, 70.0, 86.0, 90.0, 1]])
        lines = self.opened()
        self.assertEqual((lines._name, len(lines), lines.price_subtotal), ("key.account.sales.report", 1, 210.0))
        self.assertEqual(self.opened("revenue_below_floor"), lines)

    def test_exactly_the_floor_is_not_below(self):
        self.invoice(self.account, SPRING, (self.product, 7, 80.0), (self.product, 7, 79.99))
        self.assertBelow(1, 559.93)

    def test_a_price_rounded_to_cents_is_not_below(self):
        """40 / 0.9 = 44.444...: no one can ask more than 44.44 for one."""
        self.company.key_account_minimum_margin = 0.1
        self.product.standard_price = 40.0
        self.invoice(self.account, SPRING, (self.product, 1, 44.44), (self.product, 1, 44.43))
        self.assertBelow(1, 44.43)
        self.invoice(self.account, SPRING, (self.product, 9, 44.44))
        self.assertBelow(2, 44.43 + 399.96)

    def test_credit_notes_and_returns_are_not_prices(self):
        self.invoice(self.account, SPRING, (self.product, 5, 90.0))
        self.credit_note(self.account, SUMMER, (self.product, 5, 10.0), (self.product, -1, 20.0))
        self.invoice(self.account, SUMMER, (self.product, -1, 20.0), (self.product, 2, 90.0))
        self.assertBelow(0, 0.0)
        self.assertEqual(self.rows()["Chair"], [80.0, 90.0, 90.0, 90.0, 0])
        self.assertFalse(self.opened())

    def test_discount_and_free_goods(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.0, {"discount": 30.0}), (self.product, 1, 0.0))
        self.assertBelow(2, 70.0)
        self.assertEqual(self.rows()["Chair"][1:3], [0.0, 35.0])

    def test_prices_without_tax(self):
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "price_include_override": "tax_included"}
        )
        self.invoice(self.account, SPRING, (self.product, 1, 86.9, {"tax_ids": [Command.set(tax.ids)]}))
        self.assertBelow(1, 79.0)

    def test_other_units(self):
        """A dozen for 900.00 is 75.00 each; eggs are kept in dozens and cost 2.40, floor 3.20."""
        eggs = self.make_product("Eggs", cost=2.4, uom_id=self.dozen.id)
        self.invoice(
            self.account,
            SPRING,
            (self.product, 1, 900.0, {"product_uom_id": self.dozen.id}),
            (self.product, 12, 85.0),
            (eggs, 24, 0.3, {"product_uom_id": self.unit.id}),
        )
        self.assertBelow(1, 900.0)
        self.assertEqual(self.rows(), {"Chair": [80.0, 75.0, 80.0, 85.0, 1], "Eggs": [3.2, 3.6, 3.6, 3.6, 0]})

    def test_margin_of_the_category(self):
        self.category.key_account_minimum_margin = 0.4
        self.invoice(
            self.account,
            SPRING,
            (self.product, 1, 99.0),
            (self.make_product("Loose", cost=6.0, categ_id=False), 1, 8.0),
        )
        self.assertBelow(1, 99.0)
        self.assertEqual({name: row[0] for name, row in self.rows().items()}, {"Chair": 100.0, "Loose": 8.0})

    def test_two_years_back(self):
        """Products bought in 24 months up to the end of the period; lines below the floor in the period."""
        self.invoice(self.account, date(2023, 12, 31), (self.make_product("Old", cost=60.0), 1, 10.0))
        self.invoice(self.account, date(2024, 1, 1), (self.product, 1, 70.0))
        self.invoice(self.account, SPRING, (self.product, 1, 75.0), (self.product, 1, 78.0))
        figure = self.figures(self.account, codes=["minimum_price"])["minimum_price"]
        self.assertEqual(figure["table"]["rows"], [["Chair", 80.0, 70.0, 74.33, 78.0, 2]])
        self.assertEqual((figure["value"], figure["previous"], figure["change"]), (2, 1, 1.0))
        old = self.figures(self.account, (date(2023, 1, 1), date(2023, 12, 31)), ["minimum_price"])["minimum_price"]
        self.assertEqual((old["value"], old["previous"]), (1, None))

    def test_last_price_of_the_day_is_the_last_line(self):
        self.invoice(self.account, SUMMER, (self.product, 1, 81.0), (self.product, 1, 82.0))
        self.invoice(self.account, SPRING, (self.product, 1, 99.0))
        last = self.env["account.move.line"].search(
            [("product_id", "=", self.product.id)], order="date desc, id desc", limit=1
        )
        self.assertEqual(self.rows()["Chair"][3], last.price_unit)

    def test_unknown_cost(self):
        gift = self.make_product("Gift")
        self.invoice(self.account, SPRING, (gift, 1, 5.0))
        figure = self.assertBelow(None, None)
        self.assertEqual(figure["note"], "No invoices of products with a known cost in this period.")
        self.assertEqual(figure["table"]["rows"], [["Gift", None, 5.0, 5.0, 5.0, None]])
        self.invoice(self.account, SPRING, (self.product, 1, 50.0))
        figure = self.assertBelow(1, 50.0)
        self.assertEqual(figure["note"], "Products without a known cost and therefore without a floor price: 1.")

    def test_nothing_bought(self):
        figure = self.assertBelow(None, None)
        self.assertNotIn("table", figure)
        self.assertTrue(figure["note"])
        self.assertFalse(self.opened())
        self.invoice(self.account, SPRING, (None, 1, 5.0))
        self.assertBelow(None, None)

    def test_drafts_do_not_count(self):
        self.invoice(self.account, SPRING, (self.product, 1, 1.0), post=False)
        self.assertBelow(None, None)

    def test_subsidiaries_and_accounts_inside_accounts(self):
        subsidiary = self.make_account("Alpha South", parent_id=self.account.id, active=False)
        self.invoice(subsidiary, SPRING, (self.product, 2, 70.0))
        self.invoice(self.account, SUMMER, (self.product, 2, 100.0), (self.product, 1, 79.0))
        self.assertBelow(2, 219.0)
        self.assertBelow(1, 140.0, account=subsidiary)
        self.assertEqual(self.rows()["Chair"], [80.0, 70.0, 83.8, 79.0, 2])
        self.assertEqual(len(self.opened(account=self.account | subsidiary)), 2)

    def test_foreign_currency(self):
        """Two dollars to the euro: a chair for 150 dollars is below 80 euros."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 2.0}
        )
        self.invoice(self.account, SPRING, (self.product, 1, 150.0), (self.product, 1, 160.0), currency_id=dollar.id)
        self.assertBelow(1, 75.0)

    def test_companies_and_their_costs(self):
        """The other company works in dollars, half a euro each: cost 130 dollars, no minimum margin: floor 65 euros."""
        other = self.make_company("Other Company", "base.USD")
        for company, currency in ((self.company, "base.USD"), (other, "base.EUR")):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": self.env.ref(currency).id,
                    "company_id": company.id,
                    "name": "2020-01-01",
                    "rate": 2.0 if currency == "base.USD" else 0.5,
                }
            )
        self.product.with_company(other).standard_price = 130.0
        self.invoice(self.account, SPRING, (self.product, 1, 70.0))
        self.invoice(self.account, SPRING, (self.product, 1, 140.0), (self.product, 1, 120.0), company=other)
        self.assertBelow(1, 70.0)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        figures = self.figures(both, codes=["minimum_price", "revenue_below_floor"])
        self.assertEqual(
            sorted(figures["minimum_price"]["table"]["rows"]),
            [
                ["Chair", "Other Company", 65.0, 60.0, 65.0, 60.0, 1],
                ["Chair", "Test Company", 80.0, 70.0, 70.0, 70.0, 1],
            ],
        )
        self.assertEqual((figures["minimum_price"]["value"], figures["revenue_below_floor"]["value"]), (2, 130.0))
        self.assertEqual(len(self.opened(account=both)), 2)

    def test_against_all_lines_one_by_one(self):
        """Many lines with awkward prices, checked in Python from the invoice lines themselves."""
        products = [self.make_product(f"Part {number}", cost=number * 1.37) for number in range(1, 6)]
        self.category.key_account_minimum_margin = 0.17
        for day in range(1, 25):
            self.invoice(
                self.account,
                date(2024 + day % 2, 1 + day % 12, day),
                *(
                    (product, 1 + (day * index) % 7, (1.37 * (index + 1)) * (0.9 + day / 50))
                    for index, product in enumerate(products)
                ),
            )
        below = {True: [], False: []}
        for line in self.env["account.move.line"].search([("product_id", "in", [product.id for product in products])]):
            floor = line.product_id.standard_price / (1 - 0.17)
            if self.company.currency_id.compare_amounts(line.price_subtotal, floor * line.quantity) < 0:
                below[line.date.year == 2025].append(line)
        figure = self.figures(self.account, codes=["minimum_price"])["minimum_price"]
        self.assertTrue(below[True] and below[False])
        self.assertEqual((figure["value"], figure["previous"]), (len(below[True]), len(below[False])))
        self.assertEqual(set(self.opened().ids), {line.id for line in below[True]})

    def test_internal(self):
        self.invoice(self.account, SPRING, (self.product, 1, 70.0))
        self.assertBelow(1, 70.0, user=self.manager)
        self.assertNotIn("minimum_price", self.figures(self.account, user=self.rep))


class SpecialPriceCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("product.group_product_pricelist")
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.period = (cls.today - timedelta(days=365), cls.today)
        cls.recently = cls.today - timedelta(days=30)
        cls.price_list = cls.make_price_list("Alpha's")
        cls.account.property_product_pricelist = cls.price_list

    @classmethod
    def make_price_list(cls, name, currency=None):
        currency = currency or cls.company.currency_id
        return cls.env["product.pricelist"].create(
            {"name": name, "currency_id": currency.id, "company_id": cls.company.id}
        )

    @classmethod
    def rule(cls, price_list=None, product=None, **values):
        target = (
            {"applied_on": "0_product_variant", "product_id": product.id, "product_tmpl_id": product.product_tmpl_id.id}
            if product
            else {"applied_on": "3_global"}
        )
        return cls.env["product.pricelist.item"].create(
            {"pricelist_id": (price_list or cls.price_list).id, "compute_price": "fixed", **target, **values}
        )

    def both(self, account=None, **options):
        codes = ["special_price", "special_price_difference"]
        figures = self.figures(account or self.account, self.period, codes, **options)
        return [figures[code] for code in codes]

    def rows(self, figure):
        return {row[0]: row[1:] for row in figure["table"]["rows"]}


class TestSpecialPrice(SpecialPriceCase):
    """The chair's list price is 100.00."""

    def test_without_rules(self):
        self.invoice(self.account, self.recently, (self.product, 3, 90.0))
        special, difference = self.both()
        self.assertEqual((special["value"], special["previous"], special["note"]), (0, None, ""))
        self.assertEqual(self.rows(special), {"Chair": [100.0, 3.0, 100.0, None, None]})
        self.assertEqual((difference["value"], difference["previous"]), (0.0, None))
        self.assertEqual(self.rows(difference), {"Chair": [100.0, 100.0, 0.0, None]})

    def test_usual_quantity_and_scale(self):
        """1 for 95.00, from 5 for 80.00; the median of 2, 6 and 10 is 6, a credit note changes nothing."""
        self.rule(product=self.product, fixed_price=95.0)
        scale = self.rule(product=self.product, fixed_price=80.0, min_quantity=5)
        for quantity in (2, 6, 10):
            self.invoice(self.account, self.recently, (self.product, quantity, 90.0))
        self.credit_note(self.account, self.recently, (self.product, 1, 90.0), (self.product, 1, 90.0))
        special, difference = self.both()
        self.assertEqual(special["value"], 1)
        self.assertEqual(self.rows(special), {"Chair": [95.0, 6.0, 80.0, None, None]})
        self.assertAlmostEqual(difference["value"], -0.2)
        list_price, price, share, rule = self.rows(difference)["Chair"]
        self.assertEqual((list_price, price, round(share, 9)), (100.0, 80.0, -0.2))
        self.assertIn("80.00", rule)
        for records in (self.product, scale):
            action = self.account.action_view_key_account_figure("special_price", *self.period, records._name)
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), records)

    def test_usual_quantity_in_the_unit_of_the_product(self):
        self.rule(product=self.product, fixed_price=80.0, min_quantity=20)
        self.invoice(self.account, self.recently, (self.product, 2, 900.0, {"product_uom_id": self.dozen.id}))
        self.assertEqual(self.rows(self.both()[0]), {"Chair": [100.0, 24.0, 80.0, None, None]})

    def test_validity(self):
        start, end = datetime(2020, 1, 1, 12), datetime(2099, 12, 31, 12)
        self.rule(product=self.product, fixed_price=85.0, date_start=start, date_end=end)
        self.invoice(self.account, self.recently, (self.product, 1, 90.0))
        self.assertEqual(self.rows(self.both()[0]), {"Chair": [85.0, 1.0, 85.0, "2020-01-01", "2099-12-31"]})

    def test_ended_and_coming_rules(self):
        ended, coming = self.make_product("Ended"), self.make_product("Coming")
        self.rule(product=ended, fixed_price=1.0, date_end=fields.Datetime.now() - timedelta(days=1))
        self.rule(product=coming, fixed_price=1.0, date_start=fields.Datetime.now() + timedelta(days=1))
        special, difference = self.both()
        self.assertEqual(self.rows(special), {"Coming": [100.0, None, None, None, None]})
        self.assertEqual(special["value"], 0)
        self.assertIsNone(difference["value"])
        self.assertIn("24 months", difference["note"])

    def test_named_products(self):
        """Rules name variants and all variants of a template; categories and everything name nothing."""
        attribute = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [Command.create({"name": name}) for name in ("Red", "Blue")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Stool",
                "list_price": 50.0,
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        self.rule(applied_on="1_product", product_tmpl_id=template.id, fixed_price=40.0)
        self.rule(product=self.product, fixed_price=90.0)
        self.make_product("In the category only")
        self.rule(applied_on="2_product_category", categ_id=self.category.id, fixed_price=1.0)
        self.rule(compute_price="percentage", percent_price=10.0)
        special, difference = self.both()
        self.assertEqual(special["value"], 3)
        self.assertEqual(
            {name: row[0] for name, row in self.rows(special).items()},
            {"Chair": 90.0, "Stool (Red)": 40.0, "Stool (Blue)": 40.0},
        )
        self.assertIsNone(difference["value"])
        self.assertEqual(round(self.rows(difference)["Stool (Red)"][2], 9), -0.2)

    def test_category_rule_and_weights(self):
        """Chair 10 % off on 300.00, table as listed on 100.00: 7.5 % off on average."""
        self.rule(
            applied_on="2_product_category", categ_id=self.category.id, compute_price="percentage", percent_price=10
        )
        table = self.make_product("Table", categ_id=self.env["product.category"].create({"name": "Tables"}).id)
        self.invoice(self.account, self.recently, (self.product, 3, 100.0), (table, 1, 100.0))
        self.credit_note(self.account, self.recently, (self.product, 3, 100.0))
        special, difference = self.both()
        self.assertEqual(special["value"], 1)
        self.assertAlmostEqual(difference["value"], -0.075)

    def test_foreign_price_list(self):
        """Two dollars to the euro: 180 dollars are 90 euros, and 200 dollars the list price."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 2.0}
        )
        # List prices of shared products are in the main company's currency
        self.product.company_id = self.company
        price_list = self.make_price_list("Dollars", dollar)
        self.account.property_product_pricelist = price_list
        self.rule(price_list, self.product, fixed_price=180.0)
        other = self.make_product("Table", company_id=self.company.id)
        self.invoice(self.account, self.recently, (self.product, 1, 90.0), (other, 1, 100.0))
        special, difference = self.both()
        self.assertEqual(special["value"], 1)
        self.assertEqual({name: row[0] for name, row in self.rows(special).items()}, {"Chair": 180.0, "Table": 200.0})
        self.assertEqual(
            {column["unit"] for column in special["table"]["columns"] if column["kind"] == "price"}, {"USD"}
        )
        self.assertEqual({name: row[1] for name, row in self.rows(difference).items()}, {"Chair": 90.0, "Table": 100.0})
        self.assertEqual(
            {column["unit"] for column in difference["table"]["columns"] if column["kind"] == "price"}, {"EUR"}
        )

    def test_chained_price_lists(self):
        """10 % off a list with the chair at 80.00."""
        base = self.make_price_list("Base")
        self.rule(base, self.product, fixed_price=80.0)
        self.rule(compute_price="formula", base="pricelist", base_pricelist_id=base.id, price_discount=10.0)
        self.invoice(self.account, self.recently, (self.product, 1, 72.0))
        self.assertEqual(self.rows(self.both()[0])["Chair"][0], 72.0)

    def test_as_a_quotation_would_have_it(self):
        self.rule(product=self.product, fixed_price=77.0, min_quantity=4)
        self.invoice(self.account, self.recently, (self.product, 4, 90.0))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 4})],
            }
        )
        self.assertEqual(self.rows(self.both()[0])["Chair"][2], order.order_line.price_unit)

    def test_list_price_of_zero(self):
        self.product.list_price = 0.0
        self.rule(product=self.product, fixed_price=10.0)
        self.invoice(self.account, self.recently, (self.product, 1, 10.0))
        special, difference = self.both()
        self.assertEqual(special["value"], 1)
        self.assertIsNone(difference["value"])
        self.assertIsNone(self.rows(difference)["Chair"][2])

    def test_price_lists_switched_off(self):
        self.rule(product=self.product, fixed_price=10.0)
        self.env.ref("base.group_user").implied_ids -= self.env.ref("product.group_product_pricelist")
        self.env.ref("product.group_product_pricelist").user_ids = [Command.clear()]
        self.account.invalidate_recordset()
        self.invoice(self.account, self.recently, (self.product, 1, 10.0))
        special, _difference = self.both()
        self.assertEqual((special["value"], self.rows(special)["Chair"][0]), (0, 100.0))

    def test_nothing(self):
        special, difference = self.both()
        self.assertIsNone(special["value"])
        self.assertIsNone(difference["value"])
        self.assertNotIn("table", special)
        self.assertTrue(special["note"] and difference["note"])

    def test_each_company_has_its_own_price_list(self):
        other = self.make_company("Other Company", "base.EUR")
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=self.company.ids))
        self.rule(product=self.product, fixed_price=70.0)
        self.invoice(self.account, self.recently, (self.product, 1, 10.0))
        self.assertEqual(self.both()[0]["value"], 1)
        self.invoice(self.account, self.recently, (self.product, 1, 10.0), company=other)
        account = self.account.with_context(allowed_company_ids=other.ids)
        self.assertEqual(self.both(account)[0]["value"], 0)

    def test_customers_see_their_own_price_only(self):
        self.rule(product=self.product, fixed_price=70.0)
        self.invoice(self.account, self.recently, (self.product, 1, 10.0))
        special = self.figures(self.account, self.period, user=self.rep)["special_price"]
        labels = [column["label"] for column in special["table"]["columns"]]
        self.assertEqual(
            labels,
            ["Product", "Price Today", "Usual Quantity", "Price at the Usual Quantity", "Valid from", "Valid to"],
        )
        self.assertNotIn(100.0, special["table"]["rows"][0])
        action = self.account.with_user(self.rep).action_view_key_account_figure("special_price", *self.period)
        self.assertEqual(len(self.env[action["res_model"]].with_user(self.rep).search(action["domain"])), 1)


class TestQueries(SpecialPriceCase):
    def test_number_of_queries(self):
        """Eight or nineteen accounts: the same number of queries."""
        self.rule(product=self.product, fixed_price=70.0)
        table = self.make_product("Table", cost=30.0)
        accounts = self.env["res.partner"].union(*(self.make_account(f"Account {number}") for number in range(20)))
        accounts.property_product_pricelist = self.price_list
        for account in accounts:
            self.invoice(account, self.recently, (self.product, 2, 65.0), (table, 5, 100.0))
        codes = ["minimum_price", "revenue_below_floor", "special_price", "special_price_difference"]
        counts = []
        for some in (accounts[:1], accounts[:8], accounts[:19]):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            figures = some.get_key_account_figures(*self.period, codes)
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual({figure["special_price"]["value"] for figure in figures.values()}, {1})
            self.assertEqual({figure["minimum_price"]["value"] for figure in figures.values()}, {0})
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 60)
