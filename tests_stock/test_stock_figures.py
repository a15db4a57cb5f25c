"""Figures of the add-on for Inventory, compared with numbers computed by hand."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command

from tests.common import YEAR, KeyAccountCase

STOCK_FIGURES = {"stock_turnover", "stock_days", "returns_quantity", "delivery_reliability"}


class StockCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.warehouse_of(cls.company)
        cls.goods = cls.make_goods("Desk", cost=10.0)

    @classmethod
    def warehouse_of(cls, company):
        return cls.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)

    @classmethod
    def make_goods(cls, name, **values):
        return cls.make_product(name, is_storable=True, **values)

    @classmethod
    def receive(cls, product, quantity, day, company=None):
        """Puts a quantity into stock on a day, in the product's own unit."""
        company = company or cls.company
        move = (
            cls.env["stock.move"]
            .with_company(company)
            .create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "product_uom": product.uom_id.id,
                    "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": cls.warehouse_of(company).lot_stock_id.id,
                    "company_id": company.id,
                }
            )
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        move.date = datetime(day.year, day.month, day.day, 12)
        return move

    @classmethod
    def sell(cls, partner, *lines, promised=None, company=None):
        """Confirms an order; a line is (product, quantity) and perhaps a unit."""
        company = company or cls.company
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "warehouse_id": cls.warehouse_of(company).id,
                    "commitment_date": promised,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "product_uom_id": (unit[0] if unit else product.uom_id).id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for product, quantity, *unit in lines
                    ],
                }
            )
        )
        order.action_confirm()
        return order

    @classmethod
    def deliver(cls, order, day, quantities=None, hour=12):
        """Processes the open delivery of an order on a day, in full or with the quantities by product."""
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.quantity = (quantities or {}).get(move.product_id, 0.0 if quantities else move.product_uom_qty)
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        picking.date_done = datetime(day.year, day.month, day.day, hour)
        return picking

    @classmethod
    def take_back(cls, picking, day, quantities):
        """Returns quantities by product of a delivery."""
        wizard = (
            cls.env["stock.return.picking"].with_context(active_model="stock.picking", active_id=picking.id).create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.product_id, 0.0)
        back = wizard._create_return()
        back.button_validate()
        back.date_done = datetime(day.year, day.month, day.day, 12)
        return back

    def ship(self, partner, product, quantity, day, **options):
        return self.deliver(self.sell(partner, (product, quantity), **options), day)


class TestReturnedGoods(StockCase):
    def returns(self, **options):
        return self.figures(self.account, codes=["returns_quantity"], **options)["returns_quantity"]

    def test_share_of_the_delivered_quantity(self):
        """3 of 20 desks and 2 of 5 lamps came back: 5 of 25."""
        lamp = self.make_goods("Lamp")
        order = self.sell(self.account, (self.goods, 20), (lamp, 5))
        picking = self.deliver(order, date(2025, 3, 3))
        self.take_back(picking, date(2025, 4, 4), {self.goods: 3, lamp: 2})
        self.ship(self.foreign, self.goods, 100, date(2025, 3, 3))
        figure = self.returns(breakdown="product")
        self.assertAlmostEqual(figure["value"], 0.2)
        self.assertEqual((figure["unit"], figure["audience"], figure["previous"]), ("%", "customer", None))
        self.assertEqual(
            [(row["key"], row["label"], row["value"]) for row in figure["breakdown"]],
            [(lamp.id, "Lamp", 0.4), (self.goods.id, "Desk", 0.15)],
        )

    def test_by_the_day_of_the_transfer(self):
        """Delivered in one year, returned in the next: each counts in its own."""
        picking = self.ship(self.account, self.goods, 10, date(2024, 12, 31))
        self.take_back(picking, date(2025, 1, 1), {self.goods: 1})
        figure = self.returns()
        self.assertEqual((figure["value"], figure["previous"]), (None, 0.0))
        self.assertEqual(figure["note"], "Nothing was delivered in this period.")

    def test_units(self):
        """Two dozens delivered, half a dozen back; metres cannot be added to pieces."""
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        picking = self.deliver(self.sell(self.account, (self.goods, 2, self.dozen)), date(2025, 3, 3))
        self.assertEqual(picking.move_ids.product_uom, self.dozen)
        self.take_back(picking, date(2025, 4, 4), {self.goods: 0.5})
        self.assertAlmostEqual(self.returns()["value"], 0.25)
        rope = self.make_goods("Rope", uom_id=self.env.ref("uom.product_uom_meter").id)
        self.ship(self.account, rope, 7, date(2025, 3, 3))
        figure = self.returns(breakdown="product")
        self.assertIsNone(figure["value"])
        self.assertIn(rope.uom_id.name, figure["note"])
        self.assertEqual([(row["label"], row["value"]) for row in figure["breakdown"]], [("Desk", 0.25), ("Rope", 0.0)])

    def test_subsidiaries_and_contacts(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": subsidiary.id})
        picking = self.ship(contact, self.goods, 8, date(2025, 3, 3))
        self.take_back(picking, date(2025, 3, 4), {self.goods: 2})
        self.assertEqual(self.returns()["value"], 0.25)

    def test_records(self):
        order = self.sell(self.account, (self.goods, 20))
        picking = self.deliver(order, date(2025, 3, 3))
        back = self.take_back(picking, date(2025, 4, 4), {self.goods: 3})
        self.ship(self.foreign, self.goods, 1, date(2025, 3, 3))
        action = self.account.action_view_key_account_figure("returns_quantity", *YEAR)
        moves = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(moves, picking.move_ids | back.move_ids)

    def test_steps_inside_the_warehouse_do_not_count(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.receive(self.goods, 10, date(2025, 1, 1))
        order = self.sell(self.account, (self.goods, 10))
        while picking := order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[:1]:
            self.deliver(order, date(2025, 3, 3))
            self.assertEqual(picking.state, "done")
        self.assertEqual(len(order.picking_ids), 2)
        self.take_back(order.picking_ids.sorted("id")[-1], date(2025, 3, 4), {self.goods: 5})
        self.assertEqual(self.returns()["value"], 0.5)


class TestDeliveryReliability(StockCase):
    def reliability(self, period=YEAR):
        return self.value(self.account, "delivery_reliability", period)

    def promise(self, day, delivered_on, hour=12, **options):
        order = self.sell(self.account, (self.goods, 1), promised=datetime(day.year, day.month, day.day, 9))
        return self.deliver(order, delivered_on, hour=hour, **options)

    def test_share_in_time(self):
        """Before the day, in the evening of the day, and a day late: two of three."""
        day = date(2025, 5, 5)
        self.promise(day, date(2025, 5, 2))
        self.promise(day, day, hour=20)
        late = self.promise(day, date(2025, 5, 6))
        self.assertAlmostEqual(self.reliability(), 2 / 3)
        action = self.account.action_view_key_account_figure("delivery_reliability", *YEAR)
        pickings = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(pickings), 3)
        self.assertIn(late, pickings)

    def test_by_the_day_of_the_delivery(self):
        # A customer before the year before: it can be compared
        self.invoice(self.account, date(2023, 12, 31), (self.goods, 1, 10.0))
        self.promise(date(2024, 12, 30), date(2025, 1, 2))
        self.promise(date(2024, 12, 31), date(2024, 12, 31))
        figure = self.figures(self.account, codes=["delivery_reliability"])["delivery_reliability"]
        self.assertEqual((figure["value"], figure["previous"], figure["change"]), (0.0, 1.0, -1.0))

    def test_each_partial_delivery_counts(self):
        order = self.sell(self.account, (self.goods, 10), promised=datetime(2025, 5, 5, 9))
        self.deliver(order, date(2025, 5, 5), {self.goods: 4})
        self.deliver(order, date(2025, 6, 5))
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(self.reliability(), 0.5)

    def test_deadline_without_a_date_on_the_order(self):
        order = self.sell(self.account, (self.goods, 1))
        order.picking_ids.move_ids.date_deadline = datetime(2025, 5, 4, 9)
        self.deliver(order, date(2025, 5, 5))
        self.assertEqual(self.reliability(), 0.0)
        order.commitment_date = datetime(2025, 5, 5, 9)
        self.assertEqual(self.reliability(), 1.0)

    def test_nothing_promised(self):
        order = self.sell(self.account, (self.goods, 1))
        self.deliver(order, date(2025, 5, 5)).date_deadline = False
        figure = self.figures(self.account, codes=["delivery_reliability"])["delivery_reliability"]
        self.assertIsNone(figure["value"])
        self.assertEqual(figure["note"], "No deliveries with a promised date in this period.")

    def test_returns_are_not_deliveries(self):
        picking = self.promise(date(2025, 5, 5), date(2025, 5, 5))
        self.take_back(picking, date(2025, 7, 7), {self.goods: 1})
        self.assertEqual(self.reliability(), 1.0)

    def test_days_are_those_of_the_company(self):
        """1 a.m. on 1 January in UTC is still 31 December in New York."""
        self.promise(date(2025, 12, 31), date(2026, 1, 1), hour=1)
        self.assertIsNone(self.reliability())
        self.assertIsNone(self.value(self.account.with_context(tz="America/New_York"), "delivery_reliability"))
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self.value(self.account, "delivery_reliability"), 1.0)


@freeze_time("2026-02-10 09:00")
class TestStockTurnover(StockCase):
    QUARTER = (date(2025, 1, 1), date(2025, 3, 31))

    def turnover(self, period=QUARTER, partner=None):
        figures = self.figures(partner or self.account, period, ["stock_turnover", "stock_days"])
        return figures["stock_turnover"]["value"], figures["stock_days"]["value"]

    def test_one_product(self):
        """100 at the start, 70 after January, 60 after February, 40 after March: 67.5 on average, 60 delivered."""
        self.receive(self.goods, 100, date(2024, 12, 30))
        self.ship(self.account, self.goods, 20, date(2025, 1, 15))
        self.ship(self.foreign, self.goods, 10, date(2025, 1, 31))
        self.ship(self.account, self.goods, 30, date(2025, 2, 1))
        self.receive(self.goods, 20, date(2025, 2, 28))
        self.ship(self.account, self.goods, 20, date(2025, 3, 31))
        turns, days = self.turnover()
        self.assertAlmostEqual(turns, 80 / 67.5)
        self.assertAlmostEqual(days, 90 / (80 / 67.5))

    def test_products_weigh_by_their_cost(self):
        """Desk (10): 40 of 100 at the start; vase (200): 1 of 2. 600 over (1000 + 400 + 3 × (600 + 200)) / 4."""
        vase = self.make_goods("Vase", cost=200.0)
        other = self.make_goods("Not bought", cost=1000.0)
        for product, quantity in ((self.goods, 100), (vase, 2), (other, 50)):
            self.receive(product, quantity, date(2024, 6, 1))
        self.ship(self.account, self.goods, 40, date(2025, 1, 10))
        self.ship(self.account, vase, 1, date(2025, 1, 10))
        self.ship(self.foreign, other, 40, date(2025, 1, 10))
        self.assertAlmostEqual(self.turnover()[0], 600 / ((1400 + 3 * 800) / 4))

    def test_only_ends_of_months_in_the_period(self):
        """From 10 January to 20 February: the stock before the 10th and that of 31 January count."""
        self.receive(self.goods, 100, date(2025, 1, 9))
        self.ship(self.account, self.goods, 20, date(2025, 1, 10))
        self.ship(self.account, self.goods, 70, date(2025, 2, 20))
        self.assertAlmostEqual(self.turnover((date(2025, 1, 10), date(2025, 2, 20)))[0], 90 / 90)

    def test_months_to_come_do_not_count(self):
        """On 10 February 2026 the year has one month behind it; days in stock are of the 41 days so far."""
        self.receive(self.goods, 100, date(2025, 12, 1))
        self.ship(self.account, self.goods, 50, date(2026, 1, 20))
        turns, days = self.turnover((date(2026, 1, 1), date(2026, 12, 31)))
        self.assertAlmostEqual(turns, 50 / 75)
        self.assertAlmostEqual(days, 41 / (50 / 75))

    def test_year_before(self):
        self.receive(self.goods, 100, date(2023, 12, 1))
        self.ship(self.account, self.goods, 100, date(2024, 3, 31))
        figure = self.figures(self.account, self.QUARTER, ["stock_turnover"])["stock_turnover"]
        self.assertIsNone(figure["value"])
        self.assertAlmostEqual(figure["previous"], 100 / 75)
        self.assertEqual((figure["unit"], figure["audience"]), ("turns", "internal"))
        self.assertEqual(figure["note"], "Nothing was delivered from stock in this period.")

    def test_unknown_cost_and_no_stock(self):
        gift = self.make_goods("Gift")
        self.receive(gift, 10, date(2024, 12, 1))
        self.ship(self.account, gift, 5, date(2025, 1, 5))
        self.assertEqual(self.turnover(), (None, None))
        self.ship(self.account, self.goods, 5, date(2025, 1, 5))
        figure = self.figures(self.account, self.QUARTER, ["stock_turnover"])["stock_turnover"]
        self.assertEqual((figure["value"], figure["note"]), (None, "These products had no stock with a known cost."))

    def test_dozens(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        self.receive(self.goods, 48, date(2024, 12, 1))
        self.deliver(self.sell(self.account, (self.goods, 2, self.dozen)), date(2025, 1, 5))
        self.assertAlmostEqual(self.turnover()[0], 24 / ((48 + 3 * 24) / 4))

    def test_returns_go_back_into_stock(self):
        self.receive(self.goods, 100, date(2024, 12, 1))
        picking = self.ship(self.account, self.goods, 40, date(2025, 1, 5))
        self.take_back(picking, date(2025, 2, 5), {self.goods: 20})
        self.assertAlmostEqual(self.turnover()[0], 40 / ((100 + 60 + 80 + 80) / 4))

    def test_records(self):
        self.receive(self.goods, 100, date(2024, 12, 1))
        pickings = self.ship(self.account, self.goods, 40, date(2025, 1, 5))
        pickings |= self.ship(self.foreign, self.goods, 1, date(2025, 1, 5))
        self.ship(self.foreign, self.make_goods("Not bought"), 1, date(2025, 1, 5))
        action = self.account.action_view_key_account_figure("stock_turnover", *self.QUARTER)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), pickings.move_ids)


class TestCompaniesAndAccess(StockCase):
    def test_two_companies(self):
        """Each with its own stock, cost and currency: 1 TST is worth 0.5 EUR."""
        second = self.make_company("Second Company", "base.EUR")
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        second.currency_id = currency
        self.env["res.currency.rate"].create(
            {"name": date(2024, 1, 1), "rate": 2.0, "currency_id": currency.id, "company_id": self.company.id}
        )
        self.goods.with_company(second).standard_price = 40.0
        picking = None
        for company, quantity in ((self.company, 10), (second, 50)):
            self.receive(self.goods, 100, date(2024, 12, 1), company=company)
            order = self.sell(self.account, (self.goods, quantity), company=company, promised=datetime(2025, 1, 4))
            picking = self.deliver(order, date(2025, 1, 5) if company == second else date(2025, 1, 4))
        self.take_back(picking, date(2025, 1, 6), {self.goods: 3})
        codes = ["stock_turnover", "returns_quantity", "delivery_reliability"]
        january = (date(2025, 1, 1), date(2025, 1, 31))
        one = self.figures(self.account, january, codes)
        self.assertEqual([one[code]["value"] for code in codes], [100 / ((1000 + 900) / 2), 0.0, 1.0])
        both = self.figures(self.account.with_context(allowed_company_ids=(self.company | second).ids), january, codes)
        expected = [(100 + 1000) / ((1000 + 900 + 2000 + 1060) / 2), 3 / 60, 0.5]
        for code, value in zip(codes, expected, strict=True):
            self.assertAlmostEqual(both[code]["value"], value, 6, code)

    def test_roles(self):
        own = set(self.figures(self.account, user=self.rep))
        self.assertEqual(own & STOCK_FIGURES, {"returns_quantity"})
        self.assertLessEqual(STOCK_FIGURES, set(self.figures(self.account, user=self.manager)))
        for code in STOCK_FIGURES - {"returns_quantity"}:
            with self.subTest(code), self.assertRaisesRegex(AccessError, code):
                self.figures(self.account, codes=[code], user=self.rep)

    def test_account_without_deliveries(self):
        for code, figure in self.figures(self.account, codes=list(STOCK_FIGURES)).items():
            with self.subTest(code):
                self.assertIsNone(figure["value"])
                self.assertTrue(figure["note"])

    def test_number_of_queries(self):
        """As many for many accounts as for few."""
        accounts = self.account | self.foreign
        accounts |= self.env["res.partner"].create(
            [{"name": f"Account {number}", "is_company": True, "key_account_status": "active"} for number in range(10)]
        )
        for account in accounts:
            self.ship(account, self.goods, 1, date(2025, 3, 3), promised=datetime(2025, 3, 3))
            self.ship(account, self.make_goods(f"Of {account.name}", cost=1.0), 1, date(2025, 3, 3))

        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.get_key_account_figures(*YEAR, codes=list(STOCK_FIGURES), breakdown="product")
            return self.env.cr.sql_log_count - before

        queries(accounts)
        self.assertEqual(queries(accounts[:2]), queries(accounts))

    @freeze_time("2026-02-10 09:00")
    def test_held_reviews_keep_their_figures(self):
        """As Odoo does it: the add-on's records go, and what was frozen stays as it was."""
        picking = self.ship(self.account, self.goods, 20, date(2025, 3, 3))
        self.take_back(picking, date(2025, 3, 4), {self.goods: 5})
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        review.action_hold()
        documents = self.env["key.account.document"]

        def customer_figures():
            data = documents._get_document_data(review, "customer")
            return {code: vars(figure) for code, figure in data.figures.items()}

        before = customer_figures()
        self.assertEqual(before["returns_quantity"]["figure"].value, 0.25)
        kpis = self.env["key.account.kpi"].search([("code", "in", list(STOCK_FIGURES))])
        self.env["ir.model.data"]._module_data_uninstall(["key_account_management_stock"])
        self.assertFalse(kpis.exists())
        self.assertFalse(self.env["ir.model.data"].search([("module", "=", "key_account_management_stock")]))
        self.env.invalidate_all()
        self.assertEqual(customer_figures(), before)
        frozen = {figure.code: figure for figure in review.figure_ids}
        self.assertEqual(frozen["stock_turnover"].audience, "internal")
        self.assertEqual(frozen["returns_quantity"].display_value, "25.0%")
        self.assertEqual(frozen["returns_quantity"].with_context(lang="en_US").name, "Returns by Quantity")
        self.assertTrue(documents._render_workbook(review, "internal"))
        self.assertNotIn("stock_turnover", frozen["stock_turnover"].with_user(self.rep).search([]).mapped("code"))
