"""Which days are compared with which, and what the change is where the previous year is not complete."""

from datetime import date

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.figure import Figure, Row
from odoo.addons.key_account_management.figures.period import Period
from odoo.fields import Command

from .common import YEAR, KeyAccountCase, shown_figures


class TestPreviousYear(KeyAccountCase):
    def test_a_months_end_is_compared_with_the_months_end(self):
        for (date_from, date_to), expected in {
            # Fiscal years that end in February
            (date(2024, 3, 1), date(2025, 2, 28)): (date(2023, 3, 1), date(2024, 2, 29)),
            (date(2023, 3, 1), date(2024, 2, 29)): (date(2022, 3, 1), date(2023, 2, 28)),
            (date(2025, 3, 1), date(2026, 2, 28)): (date(2024, 3, 1), date(2025, 2, 28)),
            # One day
            (date(2024, 2, 29), date(2024, 2, 29)): (date(2023, 2, 28), date(2023, 2, 28)),
            (date(2025, 2, 28), date(2025, 2, 28)): (date(2024, 2, 29), date(2024, 2, 29)),
            (date(2024, 2, 28), date(2024, 2, 28)): (date(2023, 2, 28), date(2023, 2, 28)),
            (date(2026, 2, 28), date(2026, 2, 28)): (date(2025, 2, 28), date(2025, 2, 28)),
            # Quarters, and any days
            (date(2024, 1, 1), date(2024, 3, 31)): (date(2023, 1, 1), date(2023, 3, 31)),
            (date(2025, 2, 10), date(2025, 2, 27)): (date(2024, 2, 10), date(2024, 2, 27)),
            (date(2025, 4, 30), date(2025, 6, 29)): (date(2024, 4, 30), date(2024, 6, 29)),
        }.items():
            with self.subTest(date_from=date_from, date_to=date_to):
                self.assertEqual(Period(date_from, date_to).previous, Period(*expected))

    def test_the_last_day_of_a_fiscal_year_counts(self):
        self.invoice(self.account, date(2024, 2, 29), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 2, 28), (self.product, 1, 70.0))
        revenue = self.figures(self.account, (date(2024, 3, 1), date(2025, 2, 28)), ["revenue"])["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"]), (70.0, 100.0))

    @freeze_time("2025-06-15 12:00")
    def test_a_running_year_is_compared_to_date_in_every_figure(self):
        for year in (2023, 2024, 2025):
            for month in (3, 5, 10):
                if (year, month) != (2025, 10):
                    self.invoice(self.account, date(year, month, 10), (self.product, 1, 100.0 * month))
                    order = self.env["sale.order"].create(
                        {"partner_id": self.account.id, "date_order": f"{year}-{month:02}-10 12:00:00"}
                    )
                    order.state = "sale"
        for period in (YEAR, (date(2025, 1, 1), date(2025, 6, 15))):
            with self.subTest(period):
                figures = self.figures(self.account, period)
                self.assertEqual((figures["revenue"]["value"], figures["revenue"]["previous"]), (800.0, 800.0))
                self.assertEqual(figures["revenue"]["change"], 0.0)
                self.assertEqual(figures["contribution_margin"]["previous"], 680.0)
                self.assertEqual((figures["order_count"]["value"], figures["order_count"]["previous"]), (2, 2))
                self.assertEqual(figures["credit_notes_value"]["previous"], 0.0)
        cockpit = self.account.get_key_account_cockpit("free", *YEAR)
        self.assertEqual(cockpit["previous"], "January 1, 2024 to June 15, 2024")


class TestCompleteness(KeyAccountCase):
    def book(self, account, first, *amounts):
        """An invoice a month, from the month of ``first`` on, always on the 10th."""
        for number, amount in enumerate(amounts):
            month = first.month - 1 + number
            self.invoice(account, date(first.year + month // 12, month % 12 + 1, 10), (self.product, 1, amount))

    def revenue(self, period=YEAR, **options):
        return self.figures(self.account, period, ["revenue"], **options)["revenue"]

    def test_complete(self):
        self.book(self.account, date(2023, 12, 1), 1.0)
        self.book(self.account, date(2024, 12, 1), 100.0, 150.0)
        revenue = self.revenue()
        self.assertEqual((revenue["value"], revenue["previous"], revenue["change"]), (150.0, 100.0, 0.5))
        self.assertEqual(revenue["note"], "")

    def test_books_that_begin_in_september(self):
        """100 a month from September 2024 on, then 120: 20 % more, and not 260 %."""
        self.book(self.account, date(2024, 9, 1), *4 * [100.0], *12 * [120.0])
        revenue = self.revenue()
        self.assertEqual((revenue["value"], revenue["previous"]), (1440.0, 400.0))
        self.assertEqual(revenue["change"], 0.2)
        self.assertEqual(
            revenue["note"],
            "The change is that from September 2025 on: there are no invoices from before September 2024 to compare "
            "with.",
        )

    def test_each_kind_of_figure(self):
        self.book(self.account, date(2024, 9, 1), *4 * [100.0], *12 * [120.0])
        figures = self.figures(self.account)
        # Costs of 60 each, so margins of 40 and 60
        self.assertEqual(figures["contribution_margin"]["change"], 0.5)
        self.assertEqual(figures["contribution_margin_rate"]["change"], 0.1)
        self.assertEqual(figures["sales_volume"]["change"], 0.0)
        # What is open at a moment has no months: 400 and 1840
        self.assertEqual((figures["receivable"]["value"], figures["receivable"]["previous"]), (1840.0, 400.0))
        self.assertEqual((figures["receivable"]["change"], figures["receivable"]["note"]), (3.6, ""))

    def test_fewer_than_three_months(self):
        self.book(self.account, date(2024, 11, 1), *2 * [100.0], *12 * [120.0])
        revenue = self.revenue()
        self.assertEqual((revenue["previous"], revenue["change"]), (200.0, None))
        self.assertIn("too few months", revenue["note"])
        self.assertEqual(self.revenue((date(2025, 11, 1), date(2025, 11, 30)))["change"], None)
        self.assertEqual(self.revenue((date(2025, 12, 1), date(2025, 12, 31)))["change"], 0.2, "complete")

    def test_three_months(self):
        self.book(self.account, date(2024, 10, 1), *3 * [100.0], *12 * [120.0])
        self.assertEqual(self.revenue()["change"], 0.2)

    @freeze_time("2025-11-15 12:00")
    def test_a_running_year(self):
        """October, and November up to the 15th: two months."""
        self.book(self.account, date(2024, 10, 1), *3 * [100.0], *11 * [120.0])
        self.assertIsNone(self.revenue()["change"])
        self.invoice(self.account, date(2024, 9, 20), (self.product, 1, 100.0))
        # 3 x 120 with 3 x 100
        self.assertEqual(self.revenue()["change"], 0.2)

    def test_first_invoice_in_the_first_month(self):
        self.book(self.account, date(2024, 1, 1), 100.0, *11 * [0.0], 150.0)
        revenue = self.revenue()
        self.assertEqual((revenue["change"], revenue["note"]), (0.5, ""))

    def test_each_account_by_its_own_months(self):
        self.book(self.foreign, date(2023, 12, 1), 1.0)
        self.book(self.foreign, date(2024, 2, 1), 100.0)
        self.book(self.foreign, date(2025, 8, 1), 300.0)
        self.book(self.account, date(2024, 9, 1), *4 * [100.0], *12 * [120.0])
        figures = (self.account | self.foreign).get_key_account_figures(*YEAR, codes=["revenue"])
        self.assertEqual(figures[self.account.id]["revenue"]["change"], 0.2)
        self.assertEqual(figures[self.foreign.id]["revenue"]["change"], 2.0)

    def test_another_company_whose_books_begin_later(self):
        other = self.make_company("Other Company", "base.EUR")
        self.book(self.account, date(2023, 12, 1), 1.0, *12 * [100.0], *12 * [110.0])
        for month in range(9, 13):
            self.invoice(self.foreign, date(2024, month, 10), (self.product, 1, 1.0), company=other)
            self.invoice(self.account, date(2024, month, 10), (self.product, 1, 100.0), company=other)
        for month in range(1, 13):
            self.invoice(self.account, date(2025, month, 10), (self.product, 1, 110.0), company=other)
        self.assertEqual(self.revenue()["change"], 0.1)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        revenue = self.figures(both, codes=["revenue"])["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"], revenue["change"]), (2640.0, 1600.0, 0.1))
        # It has bought from the other company since September only, but that company has sold since before
        self.invoice(self.foreign, date(2023, 12, 10), (self.product, 1, 1.0), company=other)
        self.assertEqual(self.figures(both, codes=["revenue"])["revenue"]["change"], 0.65)

    def test_what_does_not_begin_the_books(self):
        """Drafts, vendor bills, and a journal whose first invoice came later."""
        other = self.make_company("Other Company", "base.EUR")
        self.book(self.account, date(2023, 12, 1), 1.0, *12 * [100.0], *12 * [110.0])
        line = (self.product, 1, 1.0)
        self.invoice(self.foreign, date(2023, 6, 10), line, company=other, post=False)
        self.invoice(self.foreign, date(2023, 7, 10), line, company=other, move_type="in_invoice")
        export = self.env["account.journal"].create(
            {"name": "Export", "code": "EXP", "type": "sale", "company_id": other.id}
        )
        for year, amount in ((2024, 100.0), (2025, 110.0)):
            for month in range(9 if year == 2024 else 1, 13):
                self.invoice(self.account, date(year, month, 10), (self.product, 1, amount), company=other)
        self.invoice(self.foreign, date(2025, 2, 10), line, company=other, journal_id=export.id)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        revenue = self.figures(both, codes=["revenue"])["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"], revenue["change"]), (2640.0, 1600.0, 0.1))

    def test_rows(self):
        self.book(self.account, date(2024, 9, 1), *4 * [100.0], *12 * [120.0])
        rows = self.account.get_key_account_breakdown("revenue", "category", *YEAR)["rows"]
        self.assertEqual([row["texts"][2] for row in rows if row["label"] == "Chairs"], ["+20.0%"])

    def test_health_takes_the_comparable_change(self):
        self.book(self.account, date(2024, 9, 1), *4 * [100.0], *12 * [100.0])
        rows = {row[0]: row for row in self.figures(self.account, codes=["health"])["health"]["table"]["rows"]}
        self.assertEqual(rows["Revenue Trend"][2], 50.0)

    def test_an_account_without_invoices(self):
        self.assertEqual((self.revenue()["change"], self.revenue()["note"]), (None, "No invoices in this period."))

    def test_frozen(self):
        rows = [Row(1, "A", 2.0, 1.0, "EUR", compared=(2.0, None))]
        figure = Figure(1440.0, 400.0, unit="EUR", compared=(480.0, 400.0), breakdowns={"product": rows})
        self.assertEqual(Figure.from_dict(figure.to_dict()), figure)
        figure = Figure(1440.0, 400.0, unit="EUR", compared=(None, None))
        self.assertEqual((Figure.from_dict(figure.to_dict()), figure.change), (figure, None))


class TestPending(KeyAccountCase):
    """Drafts and deliveries that are not invoiced yet are counted beside the revenue."""

    def revenue(self, partner=None, **options):
        return self.figures(partner or self.account, YEAR, ["revenue"], **options)["revenue"]

    def test_none(self):
        self.invoice(self.account, date(2025, 3, 10), (self.product, 1, 100.0))
        self.assertEqual(self.revenue()["pending"], {"count": 0, "amount": 0.0})
        figures = self.figures(self.account, codes=["dso", "sales_volume"])
        self.assertEqual({figure["pending"] for figure in figures.values()}, {None})

    def test_one_draft(self):
        """What turns 2.0 % less into 7.6 % more."""
        self.invoice(self.account, date(2023, 12, 10), (self.product, 1, 1.0))
        self.invoice(self.account, date(2024, 3, 10), (self.product, 1, 445000.0))
        self.invoice(self.account, date(2025, 3, 10), (self.product, 1, 436100.0))
        self.invoice(self.account, date(2025, 6, 10), (self.product, 2, 21360.0), post=False)
        revenue = self.revenue()
        self.assertEqual((revenue["value"], revenue["change"]), (436100.0, -0.02))
        self.assertEqual(revenue["pending"], {"count": 1, "amount": 42720.0})
        figure = self.env["key.account.figures"]._compute_figures(self.account, Period(*YEAR), ["revenue"])
        figure = figure[self.account.id]["revenue"]
        self.assertEqual(round(figure.change_with_pending, 4), 0.076)
        # 42,720 are more than 2 % of the revenue
        self.assertEqual(figure.pending.complete_until, date(2025, 6, 9))
        self.assertIsNone(Figure.from_dict(figure.to_dict()).pending, "not frozen")
        cockpit = self.account.get_key_account_cockpit("free", *YEAR)
        shown = shown_figures(cockpit)["revenue"]
        self.assertIn("One draft or delivery that is not invoiced yet, of", shown["note"])
        self.assertIn("42,720", shown["note"])
        self.assertIn("would turn \N{MINUS SIGN}2.0% into +7.6%.", shown["note"])

    def test_which_drafts(self):
        self.invoice(self.account, date(2025, 3, 10), (self.product, 1, 1000.0))
        for day, amount in (
            (date(2025, 1, 1), 1.0),
            (date(2025, 12, 31), 2.0),
            (date(2024, 12, 31), 4.0),
            (date(2026, 1, 1), 8.0),
        ):
            self.invoice(self.account, day, (self.product, 1, amount), post=False)
        self.credit_note(self.account, date(2025, 5, 5), (self.product, 1, 16.0), post=False)
        self.invoice(self.foreign, date(2025, 5, 5), (self.product, 1, 32.0), post=False)
        self.invoice(self.account, date(2025, 5, 5), (self.product, 1, 64.0), post=False).button_cancel()
        south = self.make_customer("Alpha South", parent_id=self.account.id)
        self.invoice(south, date(2025, 5, 5), (self.product, 1, 128.0), post=False)
        self.assertEqual(self.revenue()["pending"], {"count": 4, "amount": 115.0})

    def test_a_draft_without_a_date_is_invoiced_today(self):
        self.invoice(self.account, False, (self.product, 1, 50.0), post=False, date=date(2025, 1, 1))
        for today, count in (("2025-12-31 12:00", 1), ("2026-01-01 12:00", 0)):
            with freeze_time(today):
                self.assertEqual(self.revenue()["pending"]["count"], count, today)

    def test_delivered_and_not_invoiced(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_order": "2025-04-04 12:00:00",
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 90.0}),
                    Command.create({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 7.0}),
                ],
            }
        )
        order.action_confirm()
        order.date_order = "2025-04-04 12:00:00"
        self.assertEqual(self.revenue()["pending"]["count"], 0)
        order.order_line[0].qty_delivered = 4
        self.assertEqual(self.revenue()["pending"], {"count": 1, "amount": 360.0})
        self.assertEqual(self.revenue(self.foreign)["pending"]["count"], 0)
        # What is on a draft counts once
        invoice = order._create_invoices()
        invoice.invoice_date = date(2025, 4, 30)
        self.assertEqual(self.revenue()["pending"], {"count": 1, "amount": 970.0})
        invoice.action_post()
        self.assertEqual(self.revenue()["pending"], {"count": 0, "amount": 0.0})

    def test_what_was_credited_was_invoiced(self):
        """10 were delivered and invoiced, 3 of them credited, of which nothing will be invoiced again."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_order": "2025-04-04 12:00:00",
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 12, "price_unit": 9.99})
                ],
            }
        )
        order.action_confirm()
        order.date_order = "2025-04-04 12:00:00"
        self.product.invoice_policy = "delivery"
        order.order_line.qty_delivered = 10
        invoice = order._create_invoices()
        invoice.invoice_date = date(2025, 4, 30)
        invoice.action_post()
        credit = invoice._reverse_moves([{"invoice_date": date(2025, 5, 5), "date": date(2025, 5, 5)}])
        credit.invoice_line_ids.quantity = 3
        # The draft takes something back, once
        self.assertEqual(self.revenue()["pending"], {"count": 1, "amount": -29.97})
        credit.action_post()
        self.assertEqual(self.revenue()["pending"], {"count": 0, "amount": 0.0})
        order.order_line.qty_delivered = 12
        self.assertEqual(self.revenue()["pending"], {"count": 1, "amount": 19.98})

    def test_several_companies(self):
        other = self.make_company("Other Company", "base.EUR")
        self.invoice(self.account, date(2025, 5, 5), (self.product, 1, 10.0), post=False)
        self.invoice(self.account, date(2025, 5, 5), (self.product, 1, 30.0), post=False, company=other)
        self.assertEqual(self.revenue()["pending"], {"count": 1, "amount": 10.0})
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(self.revenue(both)["pending"], {"count": 2, "amount": 40.0})
