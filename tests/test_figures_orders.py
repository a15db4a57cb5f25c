"""Orders (size, minimum, frequency) and returns by value, compared with numbers computed by hand."""

from datetime import date, datetime
from statistics import median

from .common import YEAR, KeyAccountCase
from .independent.at_hand import look_at, worked_out

SPRING = date(2025, 4, 2)
SIZES = ["smallest_order", "median_order", "mean_order"]
RETURNS = ["returns", "returns_value", "credit_notes_value"]


class OrderCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env["res.currency"].create({"name": "TST", "symbol": "T"})
        cls.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": cls.currency.id, "company_id": cls.company.id}
                for day, rate in ((date(2024, 1, 1), 2.0), (date(2025, 6, 1), 4.0))
            ]
        )
        cls.price_list = cls.env["product.pricelist"].create({"name": "T", "currency_id": cls.currency.id})

    @classmethod
    def order(cls, partner, price, day, confirm=True, company=None, moment=None, **values):
        company = company or cls.company
        moment = moment or datetime(day.year, day.month, day.day, 12)
        line = {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": price, "tax_ids": False}
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date_order": moment,
                    "order_line": [(0, 0, line)],
                    **values,
                }
            )
        )
        if confirm:
            order.action_confirm()
            order.date_order = moment
        return order

    def assertFigures(self, expected, partner=None, period=YEAR, side="value"):
        figures = self.figures(partner or self.account, period, list(expected))
        for code, value in expected.items():
            if value is None:
                self.assertIsNone(figures[code][side], code)
            else:
                self.assertAlmostEqual(figures[code][side], value, 6, code)


class TestOrders(OrderCase):
    def test_sizes(self):
        for price in (900.0, 100.0, 200.0, 350.0):
            self.order(self.account, price, SPRING)
        self.order(self.foreign, 5.0, SPRING)
        self.assertFigures({"smallest_order": 100.0, "median_order": 275.0, "mean_order": 387.5, "order_count": 4})
        self.order(self.account, 1000.0, SPRING)
        self.assertFigures({"median_order": 350.0, "mean_order": 510.0})
        self.assertEqual(self.figures(self.account)["median_order"]["unit"], "EUR")

    def test_quotations_and_cancelled_orders_do_not_count(self):
        self.order(self.account, 100.0, SPRING)
        self.order(self.account, 1.0, SPRING, confirm=False)
        self.order(self.account, 1.0, SPRING)._action_cancel()
        self.assertFigures({"smallest_order": 100.0, "order_count": 1})

    def test_tax_does_not_count(self):
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        order = self.order(self.account, 100.0, SPRING, confirm=False)
        order.order_line.tax_ids = tax
        order.action_confirm()
        order.date_order = datetime(2025, 4, 2)
        self.assertEqual(order.amount_total, 110.0)
        self.assertFigures({"mean_order": 100.0})

    def test_by_order_date(self):
        for day, price in zip(
            (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31)),
            (1.0, 20.0, 30.0, 400.0, 500.0),
            strict=True,
        ):
            self.order(self.account, price, day)
        self.assertFigures({"mean_order": 450.0, "order_count": 2, "smallest_order": 400.0})
        self.assertFigures({"mean_order": 25.0, "order_count": 2, "smallest_order": 20.0}, side="previous")

    def test_no_orders_after_earlier_ones(self):
        """Who ordered years ago orders nothing now; before the first order, nothing is known."""
        self.order(self.account, 50.0, date(2022, 6, 1))
        self.assertFigures({"order_count": 0, "mean_order": None})
        self.assertFigures({"order_count": None}, period=(date(2021, 1, 1), date(2021, 12, 31)))
        self.assertFigures({"order_count": None}, self.foreign)

    def test_group_of_companies(self):
        child = self.make_customer("Alpha North", parent_id=self.account.id)
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": child.id})
        inner = self.make_account("Alpha Inside", parent_id=self.account.id)
        for partner, price in ((self.account, 1.0), (child, 2.0), (contact, 3.0), (inner, 4.0)):
            self.order(partner, price, SPRING)
        (contact | child).action_archive()
        self.assertFigures({"order_count": 4, "mean_order": 2.5})
        self.assertFigures({"order_count": 1, "mean_order": 4.0}, inner)

    def test_foreign_currency_at_the_rate_of_the_day(self):
        self.order(self.account, 100.0, date(2025, 5, 31), pricelist_id=self.price_list.id)
        self.order(self.account, 100.0, date(2025, 6, 1), pricelist_id=self.price_list.id)
        self.assertFigures({"smallest_order": 25.0, "mean_order": 37.5})
        document = self.figures(self.account, codes=SIZES, currency="document")["mean_order"]["document"]
        self.assertEqual((document["value"], document["previous"], document["unit"]), (100.0, None, "TST"))
        self.order(self.account, 50.0, date(2024, 6, 1))
        self.assertIsNone(self.figures(self.account, codes=SIZES, currency="document")["mean_order"]["document"])

    def test_no_orders(self):
        for code, figure in self.figures(self.account, codes=[*SIZES, "order_count"]).items():
            self.assertIsNone(figure["value"], code)
            self.assertEqual(figure["note"], "No confirmed orders in this period.", code)
        self.order(self.account, 50.0, date(2024, 6, 1))
        self.assertFigures({"order_count": 0, "mean_order": None})

    def test_free_orders_are_orders(self):
        self.order(self.account, 0.0, SPRING)
        self.order(self.account, 10.0, SPRING)
        self.assertFigures({"smallest_order": 0.0, "mean_order": 5.0, "order_count": 2})

    def test_records(self):
        mine = self.order(self.account, 100.0, SPRING) | self.order(self.account, 20.0, SPRING)
        self.order(self.foreign, 1.0, SPRING)
        self.order(self.account, 1.0, date(2024, 4, 2))
        self.account.key_account_minimum_order = 50.0
        for code, orders in (("median_order", mine), ("order_interval", mine), ("orders_below_minimum", mine[1])):
            action = self.account.action_view_key_account_figure(code, *YEAR)
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), orders, code)
        action = self.account.action_view_key_account_figure("minimum_order", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.account)

    # === MINIMUM ===#

    def test_count_and_share(self):
        self.account.key_account_minimum_order = 200.0
        for price in (199.99, 200.0, 350.0, 20.0):
            self.order(self.account, price, SPRING)
        self.order(self.account, 10.0, date(2024, 4, 2))
        expected = {"minimum_order": 200.0, "orders_below_minimum": 2, "orders_below_minimum_share": 0.5}
        self.assertFigures(expected)
        self.assertFigures(
            {"minimum_order": None, "orders_below_minimum": 1, "orders_below_minimum_share": 1.0}, side="previous"
        )

    def test_the_companys_minimum(self):
        self.company.key_account_minimum_order = 50.0
        self.order(self.account, 10.0, SPRING)
        self.assertFigures({"minimum_order": 50.0, "orders_below_minimum": 1})

    def test_no_minimum(self):
        self.order(self.account, 10.0, SPRING)
        for code in ("minimum_order", "orders_below_minimum", "orders_below_minimum_share"):
            figure = self.figures(self.account, codes=[code])[code]
            self.assertEqual((figure["value"], figure["note"]), (None, "No minimum order value has been agreed."), code)

    def test_foreign_currency(self):
        """At the rate of the order's day: 100 TST are 50 EUR, later 25."""
        self.account.key_account_minimum_order = 50.0
        self.order(self.account, 100.0, date(2025, 5, 31), pricelist_id=self.price_list.id)
        self.assertFigures({"orders_below_minimum": 0, "orders_below_minimum_share": 0.0})
        self.order(self.account, 100.0, date(2025, 6, 1), pricelist_id=self.price_list.id)
        self.assertFigures({"orders_below_minimum": 1, "orders_below_minimum_share": 0.5})

    def test_two_companies(self):
        """Each order is compared with the minimum of its company, in that one's currency: 1 TST is 0.25 EUR."""
        second = self.make_company("Second Company", "base.EUR")
        second.currency_id = self.currency
        self.account.key_account_minimum_order = 50.0
        self.account.with_company(second).key_account_minimum_order = 1000.0
        self.order(self.account, 60.0, SPRING)
        self.order(self.account, 800.0, SPRING, company=second)
        self.assertFigures({"order_count": 1, "orders_below_minimum": 0})
        both = self.account.with_context(allowed_company_ids=(self.company | second).ids)
        expected = {"minimum_order": 50.0, "order_count": 2, "mean_order": 130.0, "smallest_order": 60.0}
        self.assertFigures({**expected, "orders_below_minimum": 1, "orders_below_minimum_share": 0.5}, both)

    # === RHYTHM ===#

    def interval(self):
        return self.figures(self.account, codes=["order_interval"])["order_interval"]

    def test_mean_of_the_days_between(self):
        """10, 0 and 20 days."""
        for day in (date(2025, 3, 11), date(2025, 3, 1), date(2025, 3, 11), date(2025, 3, 31)):
            self.order(self.account, 10.0, day)
        self.order(self.account, 10.0, date(2024, 3, 1))
        interval = self.interval()
        self.assertEqual((interval["value"], interval["previous"], interval["unit"]), (10.0, None, "days"))
        self.assertEqual(interval["audience"], "internal")

    def test_one_order(self):
        self.order(self.account, 10.0, SPRING)
        interval = self.interval()
        self.assertEqual(
            (interval["value"], interval["note"]), (None, "Fewer than two confirmed orders in this period.")
        )

    def test_all_on_one_day(self):
        for _number in range(2):
            self.order(self.account, 10.0, SPRING)
        self.assertEqual(self.interval()["value"], 0.0)

    # === MANY ===#

    def test_number_of_queries(self):
        """As many for many accounts as for few."""
        accounts = self.account | self.foreign
        accounts |= self.env["res.partner"].create(
            [{"name": f"Account {number}", "is_company": True, "key_account_status": "active"} for number in range(10)]
        )
        for account in accounts:
            account.key_account_minimum_order = 10.0
            self.order(account, 5.0, SPRING)
            self.invoice(account, SPRING, (self.product, 1, 5.0))

        codes = [*SIZES, *RETURNS, "minimum_order", "orders_below_minimum", "order_interval"]

        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.get_key_account_figures(*YEAR, codes=codes)
            return self.env.cr.sql_log_count - before

        queries(accounts)
        self.assertEqual(queries(accounts[:2]), queries(accounts))

    def test_many_orders(self):
        """Median and average of many orders, recomputed from the orders themselves."""
        prices = [(number * 37) % 101 + 0.25 for number in range(21)]
        for number, price in enumerate(prices):
            self.order(self.account, price, date(2025, 1 + number % 12, 1 + number))
        self.assertFigures(
            {
                "median_order": median(prices),
                "mean_order": round(sum(prices) / len(prices), 2),
                "smallest_order": min(prices),
            }
        )


class TestReturns(OrderCase):
    def reverse(self, invoice, day, quantity=None):
        credit_note = invoice._reverse_moves([{"invoice_date": day, "date": day}])
        if quantity is not None:
            credit_note.invoice_line_ids[0].quantity = quantity
        credit_note.action_post()
        return credit_note

    def test_share_of_what_was_invoiced(self):
        """Only what reverses an invoice counts, compared with the invoices before credit notes."""
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        self.invoice(self.account, SPRING, (self.product, 5, 200.0), move_type="out_receipt")
        self.reverse(invoice, date(2025, 5, 5), quantity=3)
        self.credit_note(self.account, date(2025, 6, 6), (None, 1, 50.0))
        self.invoice(self.foreign, SPRING, (self.product, 10, 100.0))
        self.assertFigures({"returns": 300 / 2000, "returns_value": 300.0, "credit_notes_value": 350.0})
        self.assertEqual(self.value(self.account, "revenue"), 1650.0)

    def test_by_the_date_of_the_credit_note(self):
        invoice = self.invoice(self.account, date(2024, 12, 1), (self.product, 10, 100.0))
        self.reverse(invoice, date(2025, 1, 5), quantity=4)
        self.assertFigures({"returns": None, "returns_value": 400.0})
        self.assertFigures({"returns": 0.0, "returns_value": 0.0, "credit_notes_value": 0.0}, side="previous")
        note = self.figures(self.account, codes=["returns"])["returns"]["note"]
        self.assertEqual(note, "Nothing was invoiced in this period to compare the returns with.")

    def test_drafts_and_cancelled_credit_notes_do_not_count(self):
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        invoice._reverse_moves([{"invoice_date": SPRING, "date": SPRING}])
        invoice._reverse_moves([{"invoice_date": SPRING, "date": SPRING}]).button_cancel()
        self.assertFigures({"returns": 0.0, "returns_value": 0.0})

    def test_tax_does_not_count(self):
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0, {"tax_ids": tax.ids}))
        self.reverse(invoice, SPRING, quantity=1)
        self.assertFigures({"returns": 0.1, "returns_value": 100.0})

    def test_breakdowns(self):
        desk = self.make_product("Desk", categ_id=False)
        first = self.invoice(self.account, date(2025, 1, 10), (self.product, 10, 100.0))
        second = self.invoice(self.account, date(2025, 2, 10), (desk, 10, 50.0), (self.product, 10, 100.0))
        self.reverse(first, date(2025, 2, 20), quantity=5)
        self.reverse(second, date(2025, 2, 20), quantity=1)

        def rows(code, breakdown):
            rows = self.figures(self.account, codes=[code], breakdown=breakdown)[code]["breakdown"]
            return {row["label"]: row["value"] for row in rows if row["value"] is not None}

        # February: 500 of the first, 50 + 1000 of the second, 1500 invoiced
        self.assertEqual(rows("returns_value", "month"), {"Jan 2025": 0.0, "Feb 2025": 1550.0})
        self.assertEqual(rows("returns", "month"), {"Jan 2025": 0.0, "Feb 2025": 1550 / 1500})
        self.assertEqual(rows("returns_value", "product"), {"Chair": 1500.0, "Desk": 50.0})
        self.assertEqual(rows("returns", "product"), {"Chair": 0.75, "Desk": 0.1})
        self.assertEqual(rows("returns", "category"), {"Chairs": 0.75, "Without category": 0.1})
        self.assertEqual(rows("returns_value", "customer"), {"Alpha": 1550.0})

    def test_currencies(self):
        invoice = self.invoice(self.account, date(2025, 5, 1), (self.product, 10, 100.0), currency_id=self.currency.id)
        self.reverse(invoice, date(2025, 6, 1), quantity=2)
        figures = self.figures(self.account, codes=RETURNS, breakdown="month", currency="document")
        # 1000 TST at 2, 200 TST at 4
        self.assertEqual([figures[code]["value"] for code in RETURNS], [0.1, 50.0, 50.0])
        document = figures["returns_value"]["document"]
        self.assertEqual((document["value"], document["unit"]), (200.0, "TST"))
        self.assertEqual(sum(row["value"] or 0.0 for row in document["breakdown"]), 200.0)

    def test_records(self):
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        returned = self.reverse(invoice, SPRING, quantity=3)
        bonus = self.credit_note(self.account, SPRING, (None, 1, 50.0))
        for code, moves in (
            ("returns_value", returned),
            ("credit_notes_value", returned | bonus),
            ("returns", invoice | returned),
        ):
            action = self.account.action_view_key_account_figure(code, *YEAR)
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]).move_id, moves, code)

    def test_against_the_independent_calculation(self):
        """Revenue is what was invoiced less all credit notes."""
        invoice = self.invoice(self.account, SPRING, (self.product, 7, 33.33, {"discount": 12.5}), (None, 1, 9.99))
        self.reverse(invoice, SPRING, quantity=2)
        self.credit_note(self.account, SPRING, (self.product, 1, 12.34))
        look = look_at(self.account, YEAR, self.company)
        self.assertFigures({code: worked_out(code, look) for code in ("credit_notes_value", "returns", "revenue")})
