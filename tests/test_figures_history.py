"""The values of several periods at once are those of each period by itself, in as many queries as for one."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.sources.abc_class import AbcFigures
from odoo.addons.key_account_management.figures.sources.peers import PeerFigures
from odoo.fields import Command

from .common import FIGURES
from .scene import NOTHING_SENT, SceneCase

# As of today only: there is nothing to draw
WITHOUT_HISTORY = {
    "minimum_order",
    "credit_limit",
    "exposure",
    "credit_use",
    "next_visit_days",
    "special_price",
    "special_price_difference",
} | {code for code in FIGURES if code.startswith("forecast")}


@freeze_time("2025-08-15 12:00")
class TestHistory(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_company(cls.company)
        cls.peers = cls.env["res.partner"].create(
            [{"name": f"Peer {number}", "is_company": True, "key_account_status": "active"} for number in range(4)]
        )
        cls.fill(cls.account | cls.peers, cls.product)
        cls.book_odd_sales()
        cls.make_odd_records()

    @classmethod
    def book_odd_sales(cls):
        """In two currencies, units and companies of the group, on the first and last days of quarters and beside."""
        currency = cls.env["res.currency"].create({"name": "TST", "symbol": "T", "rounding": 0.01})
        cls.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": currency.id, "company_id": cls.company.id}
                for day, rate in ((date(2021, 1, 1), 1.37), (date(2024, 4, 1), 0.83), (date(2025, 3, 31), 7.7))
            ]
        )
        north = cls.make_customer("Alpha North", parent_id=cls.account.id)
        loose = cls.make_product("Loose", categ_id=False)
        desk = cls.make_product("Desk", cost=7.77)
        days = [
            *(date(2022, 8, 16), date(2023, 2, 28), date(2023, 10, 1), date(2023, 12, 31), date(2024, 2, 29)),
            *(date(2024, 3, 31), date(2024, 4, 1), date(2024, 6, 30), date(2024, 8, 15), date(2024, 8, 16)),
            *(date(2024, 11, 11), date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 31), date(2025, 5, 5)),
            *(date(2025, 6, 30), date(2025, 7, 1), date(2025, 8, 15)),
        ]
        invoices = []
        for number, day in enumerate(days):
            invoice = cls.invoice(
                north if number % 3 else cls.account,
                day,
                (cls.product, 1 + number % 5, 33.33 + number),
                (desk, 2.5, 7.01 * (number + 1), {"product_uom_id": (cls.dozen if number % 2 else cls.unit).id}),
                (loose, 1, 0.07 * number),
                currency_id=(currency if number % 4 == 1 else cls.company.currency_id).id,
                invoice_date_due=date.fromordinal(day.toordinal() + 10),
            )
            invoices.append(invoice)
            kind = ("return", "price", "correction", "bonus")[number % 4]
            cls.invoice(north, day, (desk, 1, 5.55 + number), move_type="out_refund", key_account_credit_kind=kind)
        for number, invoice in enumerate(invoices[:-2]):
            if number % 3:
                paid_on = date.fromordinal(invoice.invoice_date.toordinal() + 11 * (number % 7))
                cls.pay(invoice, min(paid_on, date(2025, 8, 14)))

    @classmethod
    def make_odd_records(cls):
        numbers = range(12)
        ends = [date(2023 + number // 4, 3 * (number % 4) + 3, 28) for number in numbers]
        of_account = {"partner_id": cls.account.id}
        records = cls.env(context={**cls.env.context, **NOTHING_SENT})
        records["key.account.satisfaction"].create(
            [
                {**of_account, "date": day, "score": float(10 - number % 7 % 4)}
                for number, day in enumerate(ends * 5)
                if day < date(2025, 8, 15)
            ]
        )
        records["key.account.demand"].create(
            [
                {**of_account, "categ_id": cls.category.id, "year": year, "amount": 1234.56, "source": "Guess"}
                for year in (2023, 2024)
            ]
        )
        records["key.account.rating"].create(
            [
                {**of_account, "agency": "Other", "score": 100.0 + day.month, "date": day}
                for day in ends
                if day < date(2025, 8, 15)
            ]
        )
        records["key.account.care.measure"].create(
            [
                {
                    **of_account,
                    "name": f"Measure {number}",
                    "kind": "promotion" if number % 2 else "care",
                    "date_start": day.replace(day=7),
                    "date_end": date.fromordinal(day.toordinal() + 9),
                    "product_ids": [Command.link(cls.product.id)] if number % 2 else [],
                    "cost_actual": 12.34 * number,
                    "hours_actual": 1.5,
                    "state": "done" if number % 3 else "planned",
                }
                for number, day in enumerate(ends)
            ]
        )
        contact = records["res.partner"].create({"name": "Reader", "parent_id": cls.account.id})
        records["calendar.event"].create(
            [
                {
                    "name": "Visit",
                    # At the other end of the day, and on the last one of the quarter where the company is
                    "start": datetime(day.year, day.month, day.day, 22, 30),
                    "stop": datetime(day.year, day.month, day.day, 23, 30),
                    "key_account_visit": True,
                    "partner_ids": [Command.link(contact.id)],
                }
                for day in ends
            ]
        )
        cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.account.id,
                    "date_order": datetime(day.year, day.month, 27 + number % 2, 22, 45),
                    "order_line": [
                        Command.create(
                            {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": 99.99 * number}
                        )
                    ],
                }
                for number, day in enumerate(ends)
                if day < date(2025, 8, 1)
            ]
        ).write({"state": "sale"})

    def quarters(self, number):
        return [
            Period(date(2023 + position // 4, position % 4 * 3 + 1, 1), end)
            for position, end in enumerate(
                (
                    *(date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31)),
                    *(date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)),
                    *(date(2025, 3, 31), date(2025, 6, 30), date(2025, 8, 15)),
                )
            )
        ][-number:]

    def history(self, accounts, periods):
        return accounts.env["key.account.figures"]._compute_history(accounts, periods)

    def test_values_are_those_of_each_period_by_itself(self):
        """Whole quarters, a part of one, one that has not begun, some that overlap."""
        periods = [
            *self.quarters(8),
            Period(date(2024, 2, 29), date(2025, 2, 28)),
            Period(date(2025, 1, 1), date(2025, 12, 31)),
            Period(date(2025, 10, 1), date(2025, 12, 31)),
        ]
        for accounts in (self.account, self.account | self.peers):
            history = self.history(accounts, periods)
            single = [accounts.env["key.account.figures"]._compute_figures(accounts, period) for period in periods]
            for account in accounts:
                of_account = history[account.id]
                self.assertEqual(set(of_account), FIGURES - WITHOUT_HISTORY)
                for code, values in of_account.items():
                    self.assertEqual(len(values), len(periods))
                    for period, value, figures in zip(periods, values, single, strict=True):
                        expected = figures[account.id][code].value
                        with self.subTest(account=account.name, code=code, period=period):
                            if value is None or expected is None:
                                self.assertEqual(value, expected)
                            else:
                                self.assertAlmostEqual(value, expected, 9)

    def test_there_is_something_to_compare(self):
        """Each figure that is drawn has values in some quarters, and not always the same."""
        of_account = self.history(self.account, self.quarters(11))[self.account.id]
        same = {code for code, values in of_account.items() if len(set(values) - {None}) < 2}
        # Settings, the only peers, and what nobody was granted
        self.assertLessEqual(same, {"visit_target", "abc_class", "peer_rank", "peer_percentile", "cash_discounts"})

    def test_queries_do_not_depend_on_the_number_of_periods(self):
        self.leave_out_all_customers()
        counts = []
        for number in (8, 2, 2, 8):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # Always with one in which nothing was bought: then it is read since when the account is a customer
            self.history(self.account, [Period(date(2010, 1, 1), date(2010, 3, 31)), *self.quarters(number)])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def leave_out_all_customers(self):
        """Comparisons with all customers look at more than these accounts."""
        sources = [
            source
            for source in self.env["key.account.figures"]._get_sources()
            if source not in (PeerFigures, AbcFigures)
        ]
        self.patch(self.env.registry["key.account.figures"], "_get_sources", lambda _engine: sources)
        self.company.key_account_overhead_pool = 0.0
