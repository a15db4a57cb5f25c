"""Who buys, pays and receives, and on whose day: a document counts for the company for which it was booked, then."""

from datetime import date, datetime

import pytz
from freezegun import freeze_time

from odoo.fields import Command
from odoo.modules.module import load_script

from .checkout import ROOT
from .common import YEAR
from .test_figures_orders import SPRING, OrderCase

ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin")
MIGRATION = ROOT / "key_account_management/migrations/19.0.2.1.0/pre-migration.py"


class TestWhoBuys(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.account.id})

    def leave(self):
        """Ann changes from Alpha to Beta."""
        self.ann.parent_id = self.foreign
        self.assertEqual(self.ann.commercial_partner_id, self.foreign)

    def invoice_order(self, order, day):
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def records(self, partner, code, period=YEAR):
        """:return: the records behind a figure"""
        ((model, domain),) = partner.with_user(self.head)._get_key_account_figure_records(code, *period)
        found = self.env[model].search(domain)
        # People may search by it; salespeople see their own orders
        found.user_id = self.head
        self.assertEqual(self.env[model].with_user(self.head).search(domain), found)
        return found

    # === THREE ACCOUNTS IN ONE DEAL ===#

    def test_one_deal_of_three_accounts(self):
        """The order is the buyer's; the invoice, its price and the debt are the payer's; the receiver has no part."""
        payer, receiver = self.make_account("Payer"), self.make_account("Receiver")
        order = self.order(self.account, 1144.42, SPRING, partner_invoice_id=payer.id, partner_shipping_id=receiver.id)
        invoice = self.invoice_order(order, date(2025, 4, 10))
        self.assertEqual(invoice.commercial_partner_id, payer)
        expected = {
            self.account: {"order_count": 1, "mean_order": 1144.42, "revenue": None, "receivable": None},
            payer: {"order_count": None, "mean_order": None, "revenue": 1144.42, "receivable": 1144.42},
            receiver: dict.fromkeys(("order_count", "mean_order", "revenue", "receivable")),
        }
        for account, figures in expected.items():
            with self.subTest(account.name):
                self.assertFigures(figures, account)
                table = self.figures(account, codes=["special_price"])["special_price"].get("table")
                self.assertEqual(len(table["rows"]) if table else 0, int(account == payer))
        self.assertEqual(self.records(self.account, "order_count"), order)
        self.assertFalse(self.records(payer, "order_count") | self.records(receiver, "order_count"))

    # === PEOPLE WHO MOVE ===#

    def test_a_contact_takes_no_orders_along(self):
        """Neither does a quotation stay where its writer was: it becomes an order of the company of that day."""
        kept = self.order(self.ann, 429.41, SPRING)
        quotation = self.order(self.ann, 715.02, SPRING, confirm=False)
        self.leave()
        quotation.action_confirm()
        quotation.date_order = datetime(2025, 5, 5, 12)
        new = self.order(self.ann, 10.06, date(2025, 6, 6))
        self.assertFigures({"order_count": 1, "mean_order": 429.41})
        self.assertFigures({"order_count": 2, "mean_order": 362.54}, self.foreign)
        self.assertEqual(self.records(self.account, "order_count"), kept)
        self.assertEqual(self.records(self.foreign, "mean_order"), quotation | new)
        # Without a company, and with a company of her own
        self.ann.parent_id = False
        self.ann.is_company = True
        self.assertFigures({"order_count": 1})
        self.assertFigures({"order_count": 2}, self.foreign)
        self.assertFigures({"order_count": None}, self.ann)

    @freeze_time("2025-06-15 12:00")
    def test_a_contact_takes_nothing_along_that_will_be_invoiced(self):
        """What Ann ordered for Alpha is still Alpha's to pay: half of 858.82 is delivered and not invoiced."""
        order = self.order(self.ann, 429.41, SPRING, commitment_date=datetime(2025, 5, 5, 12))
        order.order_line.write({"product_uom_qty": 2, "price_unit": 429.41, "qty_delivered": 1})
        other = self.order(self.account, 10.06, SPRING, partner_invoice_id=self.foreign.id)
        other.order_line.qty_delivered = 1
        self.leave()
        for account, opened, delivered in ((self.account, 858.82, 429.41), (self.foreign, 10.06, 10.06)):
            self.assertFigures({"exposure": opened, "forecast_orders": opened, "forecast": opened}, account)
            pending = self.figures(account, codes=["revenue"])["revenue"]["pending"]
            self.assertEqual(pending, {"count": 1, "amount": delivered})
        domains = dict(self.account.with_user(self.head)._get_key_account_figure_records("exposure", *YEAR))
        self.assertEqual(self.env["sale.order"].search(domains["sale.order"]), order)

    def test_an_order_is_confirmed_again_elsewhere(self):
        order = self.order(self.ann, 429.41, SPRING)
        self.leave()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        order.date_order = datetime(2025, 5, 5, 12)
        self.assertFigures({"order_count": None})
        self.assertFigures({"order_count": 1}, self.foreign)

    def test_a_subsidiary_takes_its_orders_along(self):
        """It is the company for which they were booked, wherever it belongs."""
        shop = self.make_customer("Shop", parent_id=self.account.id)
        self.order(shop, 429.41, SPRING)
        shop.parent_id = self.foreign
        self.assertFigures({"order_count": None})
        self.assertFigures({"order_count": 1}, self.foreign)

    def test_merged_companies(self):
        twin = self.make_account("Alfa")
        order = self.order(twin, 429.41, SPRING)
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge((twin | self.account).ids, self.account)
        self.assertEqual(self.records(self.account, "order_count"), order)

    def test_overhead_by_orders(self):
        self.company.write({"key_account_overhead_pool": 3650.0, "key_account_overhead_key": "orders"})
        kept = self.order(self.ann, 429.41, SPRING)
        self.leave()
        self.order(self.ann, 10.06, date(2025, 6, 6))
        self.assertFigures({"indirect_costs": 1825.0})
        self.assertFigures({"indirect_costs": 1825.0}, self.foreign)
        domains = dict(self.account.with_user(self.head)._get_key_account_figure_records("indirect_costs", *YEAR))
        self.assertEqual(self.env["sale.order"].search(domains["sale.order"]), kept)

    # === DATABASES OF BEFORE ===#

    def test_older_databases(self):
        """An invoice says for whom the order was; of others, where its customer is today is all that is known."""
        invoiced = self.order(self.ann, 429.41, SPRING)
        self.invoice_order(invoiced, date(2025, 4, 10))
        # An invoice to somebody else says nothing about who ordered
        elsewhere = self.order(self.ann, 715.02, SPRING, partner_invoice_id=self.make_customer("Payer").id)
        self.invoice_order(elsewhere, date(2025, 4, 10))
        other = self.order(self.ann, 10.06, SPRING)
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2025-03-01 09:00:00",
                "stop": "2025-03-01 10:00:00",
                "partner_ids": [Command.set(self.ann.ids)],
            }
        )
        self.leave()
        self.env.flush_all()
        for table in ("sale_order", "calendar_attendee"):
            self.env.cr.execute(f"ALTER TABLE {table} DROP COLUMN key_account_customer_id")
        script = load_script(str(MIGRATION), "key_account_migration")
        # Once more: what is there stays
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.2.0.1")
            self.env.invalidate_all()
            self.assertEqual(invoiced.key_account_customer_id, self.account)
            self.assertEqual((elsewhere | other).key_account_customer_id, self.foreign)
            self.assertEqual(meeting.attendee_ids.key_account_customer_id, self.foreign)


class TestWhoseDay(OrderCase):
    def order_at(self, time_zone, moment, price, partner=None, **values):
        """Confirms an order at a time of a place."""
        utc = pytz.timezone(time_zone).localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
        return self.order(partner or self.account, price, None, moment=utc, **values)

    def test_days_are_those_of_the_company(self):
        """From the first second of the year to the last one, whoever looks at it from where."""
        for zone in ZONES:
            self.company.partner_id.tz = zone
            account = self.make_account(zone)
            for moment, price in (
                (datetime(2024, 12, 31, 23, 59, 59), 1.01),
                (datetime(2025, 1, 1), 20.02),
                (datetime(2025, 12, 31, 23, 59, 59), 300.03),
                (datetime(2026, 1, 1), 4000.04),
            ):
                self.order_at(zone, moment, price, account)
            for viewer in (*ZONES, "UTC"):
                with self.subTest(company=zone, viewer=viewer):
                    seen = account.with_context(tz=viewer)
                    self.assertFigures({"order_count": 2, "smallest_order": 20.02, "order_interval": 364.0}, seen)
                    self.assertFigures({"order_count": 1, "smallest_order": 1.01}, seen, side="previous")
                    domains = seen._get_key_account_figure_records("mean_order", *YEAR)
                    ((_model, domain),) = domains
                    found = self.env["sale.order"].with_context(tz=viewer).search(domain)
                    self.assertEqual(sorted(found.mapped("amount_untaxed")), [20.02, 300.03])

    def test_a_company_without_a_time_zone_is_where_its_country_is(self):
        self.company.partner_id.write({"tz": False, "country_id": self.env.ref("base.de").id})
        self.order_at("Europe/Berlin", datetime(2026, 1, 1), 429.41)
        self.assertFigures({"order_count": None}, self.account.with_context(tz="UTC"))

    def test_each_company_has_its_own_days(self):
        """Auckland's year begins and ends 21 hours before that of Los Angeles."""
        other = self.make_company("Other Company", "base.EUR")
        self.company.partner_id.tz, other.partner_id.tz = ZONES[:2]
        self.order_at("Pacific/Auckland", datetime(2025, 1, 1, 0, 30), 1.01)
        self.order_at("America/Los_Angeles", datetime(2025, 12, 31, 23, 30), 20.02, company=other)
        # At the same moments for the other company
        self.order_at("Pacific/Auckland", datetime(2025, 1, 1, 0, 30), 300.03, company=other)
        self.order_at("America/Los_Angeles", datetime(2025, 12, 31, 23, 30), 4000.04)
        for first, second in ((self.company, other), (other, self.company)):
            both = self.account.with_context(allowed_company_ids=[first.id, second.id])
            with self.subTest(first.name):
                self.assertFigures({"order_count": 2, "mean_order": 10.52, "order_interval": 364.0}, both)
