"""Every figure in every hard case: the engine and the independent calculation agree on all of them.

Each test adds one hard case to the same ordinary business, and names the figures that it moves: a case
that moves nothing would prove nothing.
"""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.fields import Command

from .common import FIGURES, YEAR
from .independent import figures as independent
from .independent.books import Books
from .independent.compare import NEAR, NEAR_BY_CODE, is_near
from .independent.look import Look
from .scene import INVOICED, PAID, SceneCase

FORECAST = {code for code in FIGURES if code.startswith("forecast")}
SALES = {"revenue", "sales_volume", "cost_of_goods_sold", "contribution_margin", "contribution_margin_rate"}
AFTER_COSTS = {"contribution_margin_2", "contribution_margin_3_rate", "customer_costs", "indirect_costs"}
MARKET = {"share_of_wallet", "peer_percentile", "peer_rank"}
PAYMENT = {"receivable", "dso", "dso_count_back", "exposure", "credit_use"}
# What can be added up over companies
ADDED = ("revenue", "cost_of_goods_sold", "contribution_margin", "credit_notes_value", "returns_value", "receivable")
ORDERS = {"order_count", "mean_order", "median_order", "order_interval", "orders_below_minimum_share"}


class TestHardCases(SceneCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_company(cls.company)
        cls.peers = cls.env["res.partner"].create(
            [{"name": f"Peer {number}", "is_company": True, "key_account_status": "active"} for number in range(4)]
        )
        cls.env["key.account.demand"].search([]).unlink()
        cls.fill(cls.account | cls.peers, cls.product)
        cls.pay(cls.invoices[0], PAID)
        cls.plain = cls.values_now()

    @classmethod
    def values_now(cls):
        return cls.calculated(cls.account, YEAR, cls.company)["value"]

    @classmethod
    def calculated(cls, partner, period, company):
        """:return: ``{"value": {code: number}, "previous": {code: number}}`` as calculated independently"""
        look = Look(Books(cls.env, company, fields.Date.context_today(cls.env.user)), partner.id, *period)
        return {
            side: {code: work_out(code, look) for code in FIGURES}
            for side, work_out in (("value", independent.value), ("previous", independent.previous))
        }

    def assertAgree(self, moved, partner=None, period=YEAR, company=None):
        """All figures of the account agree, now and for the previous year; those named have changed."""
        company = company or self.company
        partner = (partner or self.account).with_context(allowed_company_ids=company.ids)
        figures = self.figures(partner, period)
        self.assertEqual(set(figures), FIGURES)
        sides = self.calculated(partner, period, company)
        wrong = {}
        for code in FIGURES:
            for side in sides:
                if not is_near(figures[code][side], sides[side][code], self.near(code)):
                    wrong[code, side] = (figures[code][side], sides[side][code])
        self.assertEqual(wrong, {})
        self.assertEqual({code for code in moved if sides["value"][code] == self.plain[code]}, set(), "did not move")
        return figures

    def near(self, code):
        """How far two calculations may differ that do not round in the same places."""
        unit = self.env.ref(f"key_account_management.kpi_{code}").unit
        return NEAR_BY_CODE.get(code) or NEAR.get(unit, 0)

    # === PLAIN ===#

    def test_plain(self):
        """No figure is empty here, except for what lies ahead."""
        figures = self.assertAgree(set())
        self.assertEqual(
            {code for code, figure in figures.items() if figure["value"] is None},
            {"next_visit_days", *FORECAST} - {"forecast"},
        )

    # === DOCUMENTS ===#

    def test_credit_note(self):
        self.invoice(
            self.account,
            date(2025, 3, 15),
            (self.product, 1, 100.0),
            move_type="out_refund",
            reversed_entry_id=self.invoices[0].id,
        )
        self.assertAgree(
            SALES
            | AFTER_COSTS
            | PAYMENT
            | MARKET - {"peer_rank", "peer_percentile"}
            | {"returns", "credit_notes_value", "promotion_uplift"}
        )

    def test_refund_without_an_original(self):
        figures = self.assertAgree(set())
        self.credit_note(self.account, date(2025, 3, 15), (self.product, 1, 100.0))
        after = self.assertAgree(SALES | AFTER_COSTS | PAYMENT | {"credit_notes_value", "promotion_revenue"})
        self.assertEqual(after["returns"]["value"], figures["returns"]["value"])

    def test_receipt(self):
        self.invoice(self.account, date(2025, 3, 15), (self.product, 1, 50.0), move_type="out_receipt")
        self.assertAgree(SALES | AFTER_COSTS | PAYMENT | {"minimum_price", "revenue_below_floor", "promotion_revenue"})

    def test_other_units(self):
        boxes = {"product_uom_id": self.dozen.id}
        eggs = self.make_product("Eggs", cost=24.0, uom_id=self.dozen.id)
        self.invoice(
            self.account,
            date(2025, 3, 15),
            (self.product, 2, 900.0, boxes),
            (eggs, 6, 1.5, {"product_uom_id": self.unit.id}),
        )
        self.order(self.account, date(2025, 8, 1), self.product, 1, 900.0, product_uom_id=self.dozen.id)
        self.assertAgree(SALES | AFTER_COSTS | ORDERS | {"minimum_price", "special_price_difference"})

    def test_down_payment_and_final_invoice(self):
        order = self.order(self.account, date(2025, 8, 1), self.product, 10, 100.0)
        for day, values in (
            (date(2025, 8, 5), {"advance_payment_method": "percentage", "amount": 30}),
            (date(2025, 10, 5), {"advance_payment_method": "delivered"}),
        ):
            wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
            known = order.invoice_ids
            wizard.create(values).create_invoices()
            invoice = order.invoice_ids - known
            invoice.invoice_date = day
            invoice.action_post()
            self.pay(invoice, day + timedelta(days=40))
            self.assertAgree(ORDERS | {"revenue", "days_to_pay", "dso"})
            # The down payment alone has no quantity and no cost
            self.assertAgree({"revenue"}, period=(date(2025, 8, 1), day))

    def test_zero_and_free_lines(self):
        self.invoice(self.account, INVOICED, (self.product, 0, 100.0), (self.product, 3, 0.0))
        self.order(self.account, date(2025, 8, 1), self.product, 4, 0.0)
        self.assertAgree(
            {"sales_volume", "cost_of_goods_sold", "contribution_margin", "minimum_price", "smallest_order"}
            | {"special_price_difference", "order_count", "promotion_return"} - {"special_price_difference"}
        )

    def test_lines_without_a_product(self):
        self.invoice(self.account, INVOICED, (None, 3, 70.0))
        self.credit_note(self.account, INVOICED, (None, 1, 10.0))
        self.assertAgree(
            {"revenue", "cost_coverage", "peer_percentile", "dso", "contribution_margin"} - {"peer_percentile"}
        )

    def test_service_products(self):
        hour = self.env.ref("uom.product_uom_hour")
        service = self.make_product("Assembly", cost=30.0, type="service", uom_id=hour.id)
        self.invoice(self.account, INVOICED, (service, 3, 40.0))
        self.order(self.account, date(2025, 8, 1), service, 3, 40.0)
        figures = self.assertAgree(
            SALES | AFTER_COSTS | ORDERS | {"minimum_price", "special_price_difference", "exposure"}
        )
        self.assertIsNone(figures["sales_volume"]["value"])

    # === PRODUCTS AND PARTNERS ===#

    def test_archived_products(self):
        old = self.make_product("Stool", cost=30.0)
        self.invoice(self.account, INVOICED, (old, 3, 40.0))
        self.order(self.account, date(2025, 8, 1), old, 3, 40.0)
        self.price_lists[0].item_ids.copy({"product_id": old.id, "product_tmpl_id": old.product_tmpl_id.id})
        old.action_archive()
        self.product.action_archive()
        self.assertAgree(
            SALES
            | AFTER_COSTS
            | ORDERS
            | MARKET - {"peer_percentile", "peer_rank"}
            | {"minimum_price", "special_price"}
        )

    def test_subsidiaries(self):
        self.make_subsidiary()
        self.assertAgree(
            SALES
            | AFTER_COSTS
            | PAYMENT
            | ORDERS
            | MARKET
            | {"credit_limit", "satisfaction", "visits", "promotions", "nps"}
        )

    def test_archived_subsidiary_and_account(self):
        self.make_subsidiary()
        self.buyer.action_archive()
        self.subsidiary.action_archive()
        moved = SALES | AFTER_COSTS | PAYMENT | ORDERS | {"credit_limit", "satisfaction", "visits", "promotions"}
        self.assertAgree(moved)
        self.contacts[0].action_archive()
        self.account.action_archive()
        self.assertAgree(moved)

    def test_merged_partners(self):
        """Two that were one: what both had counts, whatever is below them."""
        twin = self.make_account("Alfa")
        self.make_subsidiary(parent_id=twin.id)
        self.fill_twin(twin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((twin | self.account).ids, self.account)
        self.assertFalse(twin.exists())
        self.assertAgree(SALES | AFTER_COSTS | PAYMENT | ORDERS | MARKET | {"satisfaction", "visits", "promotions"})
        # Estimates, targets: those of the account that stays
        self.assertEqual(self.account.key_account_demand_ids.mapped("amount"), [9000.0])

    def fill_twin(self, twin):
        """Has an estimate for the same category and year, and a sale."""
        self.env["key.account.demand"].create(
            {
                "partner_id": twin.id,
                "categ_id": self.category.id,
                "year": 2025,
                "amount": 1.0,
                "source": "Guess",
                "date": "2025-01-01",
            }
        )
        self.invoice(twin, INVOICED, (self.product, 7, 100.0))

    def make_subsidiary(self, **values):
        """A company below the account with something of every theme."""
        self.subsidiary = self.make_account(
            "Alpha South", **{"parent_id": self.account.id, "credit_limit": 700.0, **values}
        )
        self.buyer = self.env["res.partner"].create({"name": "Ole", "parent_id": self.subsidiary.id})
        self.invoice(self.subsidiary, INVOICED, (self.product, 30, 100.0))
        self.order(self.subsidiary, date(2025, 8, 1), self.product, 1, 100.0)
        for model, record in (
            ("key.account.satisfaction", {"date": "2025-06-01", "score": 2}),
            ("key.account.rating", {"date": "2025-06-01", "score": 600, "agency": "Creditreform"}),
        ):
            self.env[model].create({"partner_id": self.subsidiary.id, **record})
        self.env["key.account.care.measure"].create(self._measures(0, self.subsidiary, self.product))
        start = datetime(2025, 7, 1, 8)
        self.env["calendar.event"].with_context(dont_notify=True, no_mail_to_attendees=True).create(
            {
                "name": "Visit",
                "key_account_visit": True,
                "user_id": self.manager.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "partner_ids": [Command.set(self.buyer.ids)],
            }
        )

    def order(self, partner, day, product, quantity, price, company=None, **values):
        company = company or self.company
        line = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": price, "tax_ids": [], **values}
        order = (
            self.env["sale.order"]
            .with_context(allowed_company_ids=company.ids)
            .create({"partner_id": partner.id, "company_id": company.id, "order_line": [Command.create(line)]})
        )
        order.action_confirm()
        order.date_order = datetime(day.year, day.month, day.day, 12)
        return order

    # === VISITS ===#

    def test_kinds_of_visits(self):
        """Planned without any guest, reported with and without a meeting, of each kind; a call that took its place."""
        visits = self.env["key.account.visit"].with_context(dont_notify=True, no_mail_to_attendees=True)
        last = visits.browse()
        for day, kind in enumerate(("visit", "nobody_met", "phone_instead", "phone"), 3):
            report = {"partner_id": self.account.id, "kind": kind, "day": f"2025-11-{day:02}", "result": "Said"}
            last |= visits.browse(visits.save_report(f"a token of a test {kind}", report)["visit_id"])
        lost = last[0].copy({"start": False, "day": date(2025, 10, 6)})
        # Its meeting is gone, the report is not
        lost._store({"state": "done"})
        visits.create({"partner_id": self.account.id, "start": fields.Datetime.now() + timedelta(days=9)})
        # The last one that starts the interval again
        self.assertAgree({"visits", "days_since_visit", "indirect_costs", "health"})
        self.assertEqual(self.value(self.account, "visits"), 3)
        self.assertEqual(self.value(self.account, "days_since_visit"), (date(2025, 12, 31) - date(2025, 11, 5)).days)

    # === CURRENCIES AND COMPANIES ===#

    def make_currency(self):
        """At 2 for a unit of ours up to May 2025, at 4 since June, at 5 today."""
        self.foreign_currency = self.env["res.currency"].create({"name": "TST", "symbol": "T", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": self.foreign_currency.id, "company_id": self.company.id}
                for day, rate in ((date(2024, 1, 1), 2.0), (date(2025, 6, 1), 4.0), (date(2026, 1, 1), 5.0))
            ]
        )

    def test_foreign_currency_with_a_rate_that_changes(self):
        self.make_currency()
        currency = {"currency_id": self.foreign_currency.id}
        early = self.invoice(self.account, date(2025, 5, 31), (self.product, 10, 150.0), **currency)
        self.invoice(self.account, date(2025, 6, 1), (self.product, 10, 150.0), **currency)
        self.credit_note(self.account, date(2025, 6, 2), (self.product, 1, 150.0), **currency)
        self.pay(early, date(2025, 7, 10))
        price_list = self.price_lists[0].copy({"name": "T", **currency})
        self.account.property_product_pricelist = price_list
        for day in (date(2025, 5, 20), date(2025, 7, 20)):
            self.order(self.account, day, self.product, 5, 180.0)
        self.env["key.account.demand"].search([("partner_id", "=", self.account.id)]).write(
            {"amount": 40000.0, **currency}
        )
        self.env.flush_all()
        self.assertAgree(
            SALES
            | AFTER_COSTS
            | PAYMENT
            | ORDERS - {"median_order"}
            | MARKET
            | {"special_price_difference", "days_to_pay", "minimum_price"} - {"special_price_difference"}
        )

    def test_two_companies(self):
        self.make_currency()
        self.second = self.make_company("Second Company", "base.EUR")
        self.second.currency_id = self.foreign_currency
        self.set_up_company(self.second)
        self.product.with_company(self.second).standard_price = 200.0
        self.account.with_company(self.second).credit_limit = 900.0
        there = {"company": self.second}
        invoice = self.invoice(self.account, INVOICED, (self.product, 10, 300.0), **there)
        self.credit_note(self.account, INVOICED, (self.product, 1, 300.0), **there, reversed_entry_id=invoice.id)
        self.invoice(self.peers[0], INVOICED, (self.product, 40, 300.0), **there)
        self.order(self.account, date(2025, 8, 1), self.product, 3, 300.0, **there)
        own = {"partner_id": self.account.id, "company_id": self.second.id}
        self.env["key.account.satisfaction"].create({**own, "date": "2025-06-01", "score": 2})
        self.env["key.account.care.measure"].create(
            [{**values, **own} for values in self._measures(0, self.account, self.product)]
        )
        self.env["key.account.demand"].create(
            {
                **own,
                "categ_id": self.category.id,
                "year": 2025,
                "amount": 7000.0,
                "source": "Buyer",
                "date": "2025-01-01",
            }
        )
        self.env.flush_all()
        # The second company changes nothing for the first one alone, except for who is in a group of peers
        self.assertAgree(set())
        self.assertEqual(self.values_now(), self.plain)
        moved = (SALES - {"contribution_margin_rate"}) | PAYMENT | ORDERS
        moved |= {"share_of_wallet", "satisfaction", "direct_costs", "returns"}
        self.assertAgree(moved, company=self.second)
        self.assertAdded(self.second)

    def assertAdded(self, second):
        """Amounts of a second company are added at today's rate."""
        partner = self.account.with_context(allowed_company_ids=(self.company | second).ids)
        figures = self.figures(partner, codes=list(ADDED))
        own, other = (self.calculated(partner, YEAR, company)["value"] for company in (self.company, second))
        today = fields.Date.context_today(partner)
        books = Books(self.env, self.company, today)
        for code in ADDED:
            total = own[code] + books.converted(other[code], second.currency_id.id, today)
            self.assertTrue(is_near(figures[code]["value"], total, NEAR["money"]), (code, figures[code], total))

    # === PERIODS ===#

    def test_leap_day(self):
        for day in (date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)):
            invoice = self.invoice(self.account, day, (self.product, 1, float(day.month * 100 + day.day)))
            self.order(self.account, day, self.product, 1, float(day.month * 100 + day.day))
            self.pay(invoice, day)
            self.env["key.account.satisfaction"].create(
                {"partner_id": self.account.id, "date": day, "score": day.month}
            )
        for period in (
            (date(2024, 2, 29), date(2024, 2, 29)),
            (date(2024, 2, 1), date(2024, 2, 29)),
            (date(2025, 2, 28), date(2025, 3, 31)),
        ):
            with self.subTest(period):
                self.assertAgree(SALES | {"satisfaction", "order_count", "visit_target"}, period=period)

    def test_fiscal_year_not_from_january(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.env["key.account.demand"].search([("partner_id", "=", self.account.id)]).copy(
            {"year": 2026, "amount": 500.0}
        )
        for period in (YEAR, (date(2024, 7, 1), date(2025, 6, 30)), (date(2025, 6, 1), date(2025, 7, 31))):
            with self.subTest(period):
                self.assertAgree({"share_of_wallet"}, period=period)

    def test_period_without_data(self):
        """Nothing is known, or nothing happened: never a false zero."""
        figures = self.assertAgree(
            SALES | MARKET | {"promotions", "dso"}, period=(date(2022, 1, 1), date(2022, 12, 31))
        )
        zero = {code for code, figure in figures.items() if figure["value"] == 0}
        # An analytic account without items, and no hours: these cost nothing
        costs = {"direct_costs", "indirect_costs", "customer_costs"}
        self.assertEqual(zero, {"promotions", "visits", "satisfaction_answers"} | costs)

    def test_customer_without_anything(self):
        nobody = self.make_customer("Nobody")
        figures = self.assertAgree(SALES | PAYMENT | MARKET, nobody)
        zero = {code for code, figure in figures.items() if figure["value"] == 0}
        self.assertEqual(zero, {"promotions", "visits", "satisfaction_answers", "indirect_costs", "customer_costs"})
