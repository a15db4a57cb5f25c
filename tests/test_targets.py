"""Targets: who sets them, when they are shown next to a figure, and in which documents."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .common import HEAD, YEAR, KeyAccountCase, shown_figures
from .documents import FOLDER, SLIDES, DocumentCase, pages_of, text_of_zip


def set_target(account, code, value, year=2025, **values):
    kpi = account.env.ref(f"key_account_management.kpi_{code}")
    return account.env["key.account.target"].create(
        {"partner_id": account.id, "kpi_id": kpi.id, "value": value, "year": year, **values}
    )


class TestTargets(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 10, 100.0))

    def target_and_met(self, code, period=YEAR, **options):
        figure = self.figures(self.account, period, [code], **options)[code]
        return figure["target"], figure["met"]

    # === BESIDE THE FIGURES ===#

    def test_higher_and_lower_is_better(self):
        for code, value, met in (
            ("revenue", 1000.0, True),
            ("revenue", 1000.01, False),
            ("receivable", 1000.0, None),
            # 1,000 open of 1,000 invoiced in 365 days
            ("dso", 365.0, True),
            ("dso", 364.0, False),
            # Costs are neither better high nor low
            ("cost_of_goods_sold", 600.0, None),
            # Percentages are entered in percent
            ("contribution_margin_rate", 40.0, True),
            ("contribution_margin_rate", 40.1, False),
        ):
            with self.subTest(code, value=value):
                target = set_target(self.account, code, value)
                share = value / 100 if code == "contribution_margin_rate" else value
                self.assertEqual(self.target_and_met(code), (share, met))
                target.unlink()

    def test_undefined_figure(self):
        set_target(self.account, "days_late", 3.0)
        self.assertEqual(self.target_and_met("days_late"), (3.0, None))

    def test_a_target_of_zero(self):
        set_target(self.account, "dso", 0.0)
        self.assertEqual(self.target_and_met("dso"), (0.0, False))
        self.assertIsNone(self.figures(self.account, codes=["dso"])["dso"]["ahead_of_target"])

    def test_without_a_target(self):
        set_target(self.account, "revenue", 5.0, year=2024)
        set_target(self.foreign, "revenue", 5.0)
        self.assertEqual(self.target_and_met("revenue"), (None, None))

    def test_only_for_fiscal_years(self):
        set_target(self.account, "revenue", 1000.0)
        for period, target in (
            ((date(2025, 1, 1), date(2025, 1, 1)), 1000.0),
            ((date(2025, 1, 1), date(2026, 1, 1)), None),
            ((date(2025, 1, 2), date(2025, 12, 31)), None),
            ((date(2024, 1, 1), date(2024, 12, 31)), None),
        ):
            with self.subTest(period):
                self.assertEqual(self.target_and_met("revenue", period)[0], target)

    def test_fiscal_year_that_ends_in_june(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        set_target(self.account, "revenue", 1000.0)
        self.assertEqual(self.target_and_met("revenue", (date(2024, 7, 1), date(2025, 6, 30))), (1000.0, True))
        self.assertEqual(self.target_and_met("revenue"), (None, None))

    def test_of_one_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        set_target(self.account, "revenue", 1000.0)
        set_target(self.account, "revenue", 5.0, company_id=other.id)
        self.assertEqual(self.target_and_met("revenue"), (1000.0, True))
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertIsNone(self.figures(both, codes=["revenue"])["revenue"]["target"])

    def test_one_query_for_all(self):
        accounts = self.account | self.foreign
        for account in accounts:
            set_target(account, "revenue", 1000.0)
            set_target(account, "dso", 30.0)
        targets = self.env["key.account.target"]
        self.assertEqual(
            targets._get_targets(accounts, 2025),
            {account.id: {"revenue": (1000.0, False), "dso": (30.0, False)} for account in accounts},
        )
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            targets._get_targets(accounts, 2025)

    # === A PART OF THE YEAR ===#

    def ahead(self, code="revenue", period=YEAR, account=None):
        """:return: (value ÷ what of the target is due, whether it is met, whether the screen says ahead)"""
        account = account or self.account
        figure = self.figures(account, period, [code])[code]
        cockpit = account.get_key_account_cockpit("free", *period)
        shown = shown_figures(cockpit)[code]
        self.assertEqual(shown["met"], figure["met"])
        ratio = figure["ahead_of_target"]
        return ratio if ratio is None else round(ratio, 6), figure["met"], shown["ahead"]

    def test_by_days(self):
        """1,000 up to April 10, the 100th of 365 days: exactly in time for 3,650."""
        until = (date(2025, 1, 1), date(2025, 4, 10))
        target = set_target(self.account, "revenue", 3650.0)
        self.assertEqual(self.ahead(period=until), (1.0, None, True))
        target.value = 3651.0
        self.assertEqual(self.ahead(period=until)[1:], (None, False))
        self.assertEqual(self.ahead(), (round(1000 / 3651, 6), False, None))
        target.value = 1000.0
        self.assertEqual(self.ahead(), (1.0, True, None))

    def test_by_last_years_months(self):
        """Three quarters of last year's revenue came by March, half of the rest in April."""
        for day, amount in (
            (date(2023, 12, 1), 1.0),
            (date(2024, 1, 31), 500.0),
            (date(2024, 3, 31), 1000.0),
            (date(2024, 4, 1), 250.0),
            (date(2024, 12, 31), 250.0),
        ):
            self.invoice(self.account, day, (self.product, 1, amount))
        set_target(self.account, "revenue", 2000.0)
        for end, due in (
            (date(2025, 1, 31), 500.0),
            (date(2025, 2, 28), 500.0),
            (date(2025, 3, 31), 1500.0),
            # Half of April's 250
            (date(2025, 4, 15), 1625.0),
            (date(2025, 11, 30), 1750.0),
        ):
            with self.subTest(end=end):
                value = 1000.0 if end >= date(2025, 3, 10) else 0.0
                ratio = round(value / due, 6)
                self.assertEqual(self.ahead(period=(date(2025, 1, 1), end))[0], ratio)

    def test_last_year_is_incomplete(self):
        """Its months say nothing about a whole year: by days."""
        self.invoice(self.account, date(2024, 11, 10), (self.product, 1, 1000.0))
        set_target(self.account, "revenue", 3650.0)
        self.assertEqual(self.ahead(period=(date(2025, 1, 1), date(2025, 4, 10)))[0], 1.0)

    def test_shares_and_moments_are_due_at_all_times(self):
        set_target(self.account, "contribution_margin_rate", 40.0)
        set_target(self.account, "dso", 50.0)
        until = (date(2025, 1, 1), date(2025, 4, 10))
        self.assertEqual(self.ahead("contribution_margin_rate", until), (1.0, None, True))
        self.assertEqual(self.ahead("dso", until), (2.0, None, False))

    @freeze_time("2025-04-10 12:00")
    def test_a_year_in_progress(self):
        set_target(self.account, "revenue", 3650.0)
        self.assertEqual(self.ahead(), (1.0, None, True))

    def test_without_a_target_there_is_nothing_ahead(self):
        self.assertEqual(self.ahead(), (None, None, None))
        set_target(self.account, "revenue", 1.0)
        self.assertEqual(self.ahead(period=(date(2025, 1, 2), date(2025, 12, 31))), (None, None, None))

    def test_fiscal_year_that_ends_in_february(self):
        self.company.write({"fiscalyear_last_month": "2", "fiscalyear_last_day": 28})
        set_target(self.account, "revenue", 4000.0, year=2026)
        # 10 of the year's 365 days
        self.assertEqual(
            self.ahead(period=(date(2025, 3, 1), date(2025, 3, 10)))[0], round(1000 / (4000 * 10 / 365), 6)
        )

    # === AGREED WITH THE CUSTOMER ===#

    def test_only_what_the_customer_agreed_to_is_agreed(self):
        """A target is ours until somebody says otherwise, and again as soon as it is another one."""
        target = set_target(self.account, "revenue", 1000.0)
        self.assertFalse(target.is_agreed)
        changes = {
            "value": 1100.0,
            "year": 2026,
            "kpi_id": self.env.ref("key_account_management.kpi_nps").id,
            "partner_id": self.foreign.id,
        }
        for name, value in changes.items():
            with self.subTest(name):
                target.is_agreed = True
                target.write({name: value})
                self.assertFalse(target.is_agreed)
                self.env.flush_all()
        target.write({"value": 1200.0, "is_agreed": True})
        self.assertTrue(target.is_agreed)
        self.assertTrue(set_target(self.account, "revenue", 1.0, is_agreed=True).is_agreed)
        self.assertFalse(target.copy({"year": 2030}).is_agreed)

    def test_entered_in_the_action_plan(self):
        target = set_target(self.account, "revenue", 1000.0, is_agreed=True)
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.account.id, "date_from": YEAR[0], "date_to": YEAR[1]}
        )
        plan.with_user(self.manager).target_revenue = 1000.0
        self.assertTrue(target.is_agreed, "the same number as before")
        plan.with_user(self.manager).target_revenue = 1000.5
        self.assertEqual((target.value, target.is_agreed), (1000.5, False))

    # === BAD INPUT ===#

    @mute_logger("odoo.sql_db")
    def test_one_target_for_figure_and_year(self):
        target = set_target(self.account, "revenue", 1.0)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            set_target(self.account, "revenue", 2.0)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            target.year = 25
        self.assertTrue(set_target(self.account, "revenue", 2.0, year=2026))

    def test_customer_who_is_not_a_key_account(self):
        with self.assertRaisesRegex(ValidationError, "Walk-in is not a key account yet"):
            set_target(self.make_customer("Walk-in"), "revenue", 1.0)

    # === ACCESS ===#

    def test_who_reads_and_writes(self):
        revenue, dso, foreign = (
            set_target(self.account, "revenue", 1.0),
            set_target(self.account, "dso", 30.0),
            set_target(self.foreign, "revenue", 1.0),
        )
        targets = self.env["key.account.target"]
        for user, seen in ((self.rep, revenue), (self.manager, revenue | dso), (self.head, revenue | dso | foreign)):
            with self.subTest(user.name):
                self.assertEqual(targets.with_user(user).search([("company_id", "=", self.company.id)]), seen)
        with self.assertRaises(AccessError):
            revenue.with_user(self.rep).value = 2.0
        with self.assertRaises(AccessError):
            dso.with_user(self.rep).read(["value"])
        dso.with_user(self.manager).value = 31.0
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).value = 2.0
        with self.assertRaises(AccessError):
            dso.with_user(self.manager).partner_id = self.foreign
        with self.assertRaises(AccessError):
            targets.with_user(self.outsider).search_count([])

    def test_representatives_see_met_of_their_figures(self):
        set_target(self.account, "revenue", 1000.0)
        self.assertEqual(self.target_and_met("revenue", user=self.rep), (1000.0, True))

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        head = self.make_user("other_head", HEAD, company=other)
        target = set_target(self.account, "revenue", 1.0)
        targets = self.env["key.account.target"].with_user(head).with_context(allowed_company_ids=other.ids)
        self.assertNotIn(target, targets.search([]))


class TestTargetsInDocuments(DocumentCase):
    def test_without_targets_there_is_no_column(self):
        self.assertNotIn("Target", self.cells(self.workbook(self.review))["Overview"]["Figure"])
        self.assertNotIn("This period Target", "".join(pages_of(self.render(FOLDER, self.review))))
        self.review.with_user(self.manager).action_hold()
        self.assertFalse(self.review.has_targets)

    def test_workbook_and_folder(self):
        target = set_target(self.account, "revenue", 2345.0)
        self.check_hidden(self.account, self.review)
        target.is_agreed = True
        overview = self.cells(self.workbook(self.review))["Overview"]
        self.assertEqual(overview["Figure"], ["This period", "Previous year", "Change", "Target", "Unit", "Note"])
        self.assertEqual(overview["Revenue"][:5], [2100, 1400, 0.5, 2345, "EUR"])
        folder = "".join(pages_of(self.render(FOLDER, self.review)))
        self.assertIn("This period Target", folder)
        self.assertIn("2,345", folder)

    def check_hidden(self, *records):
        """The target of 2,345 is in internal documents, and nowhere in the customer's."""
        for record in records:
            with self.subTest(record._name):
                internal = self.cells(self.workbook(record, "internal"))["Overview"]
                self.assertEqual(internal["Revenue"][3], 2345)
                self.assertNotIn("Target", self.cells(self.workbook(record))["Overview"]["Figure"])
                files = {
                    "workbook": text_of_zip(self.workbook(record)),
                    "PowerPoint": text_of_zip(self.powerpoint(record)),
                    "presentation": "".join(pages_of(self.render(SLIDES, record))),
                    "folder": "".join(pages_of(self.render(FOLDER, record))),
                }
                for name, text in files.items():
                    self.assertNotRegex(text, r"2[.,]?345", name)

    def test_customers_see_no_target_of_an_internal_figure(self):
        set_target(self.account, "cost_of_goods_sold", 2345.0)
        self.assertNotIn("Target", self.cells(self.workbook(self.review))["Overview"]["Figure"])
        self.assertNotIn("2,345", "".join(pages_of(self.render(FOLDER, self.review))))
        internal = self.cells(self.workbook(self.review, "internal"))["Overview"]
        self.assertEqual(internal["Cost of Goods Sold"][3], 2345)

    def test_frozen_with_the_review(self):
        target = set_target(self.account, "revenue", 2345.0, is_agreed=True)
        set_target(self.account, "dso", 30.0)
        self.review.with_user(self.manager).action_hold()
        target.value = 1.0
        self.assertFalse(target.is_agreed)
        figures = {figure.kpi_id.code: figure for figure in self.review.figure_ids}
        self.assertIn("2,345", figures["revenue"].display_target)
        self.assertFalse(figures["sales_volume"].display_target)
        self.assertTrue(self.review.has_targets)
        self.assertEqual(self.cells(self.workbook(self.review))["Overview"]["Revenue"][3], 2345)

    def test_frozen_before_it_was_agreed(self):
        target = set_target(self.account, "revenue", 2345.0)
        self.review.with_user(self.manager).action_hold()
        target.is_agreed = True
        self.check_hidden(self.review)

    def test_frozen_before_targets_could_be_internal(self):
        """Documents of reviews that were held stay as they were."""
        set_target(self.account, "revenue", 2345.0)
        self.review.with_user(self.manager).action_hold()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account_review_figure SET data = data - 'target_is_agreed' WHERE review_id = %s",
            [self.review.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.cells(self.workbook(self.review))["Overview"]["Revenue"][3], 2345)
        self.assertNotIn("target_is_agreed", repr(self.review.figure_ids[0]._get_figure()), "would be a new version")

    def test_target_of_a_customer_with_another_currency(self):
        """The target is in the company's currency: next to amounts in another one it would mislead."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        account = self.make_account("Overseas", lang="en_US")
        self.invoice(account, date(2025, 3, 1), (self.product, 1, 100.0), currency_id=dollar.id)
        set_target(account, "revenue", 2345.0)
        self.assertNotIn("Target", self.cells(self.workbook(account))["Overview"]["Figure"])
