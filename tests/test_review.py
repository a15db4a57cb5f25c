"""The annual review: its period, its parts, and figures that never change once it has been held."""

from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import FIGURES, KeyAccountCase


@freeze_time("2026-02-10 09:00")
class TestReview(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))
        cls.review = cls.make_review(2025)

    @classmethod
    def make_review(cls, year, **values):
        values = {"partner_id": cls.account.id, "year": year, **values}
        return cls.env["key.account.review"].with_user(cls.manager).create(values)

    def revenue(self, review):
        return review._get_figures(["revenue"])["revenue"].value

    # === PERIOD ===#

    def test_defaults(self):
        review = self.env["key.account.review"].with_user(self.manager).create({"partner_id": self.account.id})
        self.assertEqual((review.year, review.state, review.user_id), (2026, "preparation", self.manager))
        self.assertEqual((review.date_from, review.date_to), (date(2026, 1, 1), date(2026, 2, 10)))
        sections = list(dict.fromkeys(review.topic_ids.mapped("section")))
        self.assertEqual(sections, ["status", "activities", "cooperation", "conditions", "future"])

    def test_a_year_that_is_over_counts_in_full(self):
        self.assertEqual((self.review.date_from, self.review.date_to), (date(2025, 1, 1), date(2025, 12, 31)))

    def test_fiscal_year_that_ends_in_february(self):
        self.company.write({"fiscalyear_last_month": "2", "fiscalyear_last_day": 28})
        self.assertEqual((self.review.date_from, self.review.date_to), (date(2024, 3, 1), date(2025, 2, 28)))
        leap = self.make_review(2024)
        self.assertEqual(leap.date_to, date(2024, 2, 29))

    def test_cut_off_day(self):
        self.review.cutoff_date = date(2025, 3, 9)
        self.assertIsNone(self.revenue(self.review))
        self.review.cutoff_date = date(2025, 3, 10)
        self.assertEqual(self.revenue(self.review), 300.0)
        with self.assertRaises(ValidationError):
            self.review.cutoff_date = date(2026, 1, 1)

    # === BAD INPUT ===#

    def test_partner_that_is_not_a_key_account(self):
        with self.assertRaisesRegex(ValidationError, "Walk-in is not a key account"):
            self.make_review(2026, partner_id=self.make_customer("Walk-in").id)

    @mute_logger("odoo.sql_db")
    def test_one_review_a_year(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make_review(2025)
        self.review.action_cancel()
        self.review.flush_recordset()
        self.assertTrue(self.make_review(2025))

    @mute_logger("odoo.sql_db")
    def test_years_have_four_digits(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make_review(26)

    # === HOLDING ===#

    def test_who_and_when(self):
        self.review.action_hold()
        self.assertEqual(self.review.held_by_id, self.manager)
        self.assertEqual(self.review.held_on, datetime(2026, 2, 10, 9))
        self.assertEqual(set(self.review.figure_ids.kpi_id.mapped("code")), FIGURES)

    def test_frozen_figures_never_change(self):
        self.review.action_hold()
        before = {figure.kpi_id.code: figure.data for figure in self.review.sudo().figure_ids}
        self.invoice(self.account, date(2025, 3, 11), (self.product, 1, 999.0))
        self.assertEqual(self.revenue(self.review), 300.0)
        self.assertEqual({figure.kpi_id.code: figure.data for figure in self.review.sudo().figure_ids}, before)
        live = self.account.get_key_account_figures("2025-01-01", "2025-12-31", ["revenue"])
        self.assertEqual(live[self.account.id]["revenue"]["value"], 1299.0)

    def test_definitions_are_frozen_in_all_languages(self):
        self.review.action_hold()
        frozen = self.review.sudo().figure_ids.filtered(lambda figure: figure.code == "revenue")
        kpi = frozen.kpi_id
        kpi.name = "Turnover"
        self.assertEqual((frozen.name, frozen.unit, frozen.audience), ("Revenue", "money", "customer"))
        self.assertEqual(frozen.with_context(lang="de_DE").name, "Umsatz")
        # What became internal does not stay open in old reviews
        kpi.audience = "internal"
        self.assertEqual(frozen.audience, "internal")

    def test_year_in_progress_freezes_its_last_day(self):
        self.invoice(self.account, date(2026, 2, 1), (self.product, 1, 50.0))
        review = self.make_review(2026)
        review.action_hold()
        with freeze_time("2027-01-15"):
            review.invalidate_recordset()
            self.assertEqual(review.date_to, date(2026, 2, 10))
            self.assertEqual(self.revenue(review), 50.0)

    def test_account_and_period_are_frozen_too(self):
        self.review.action_hold()
        for values in ({"partner_id": self.foreign.id}, {"year": 2024}, {"cutoff_date": False}, {"state": "cancelled"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "Alpha 2025"):
                self.review.write(values)
        with self.assertRaises(UserError):
            self.review.unlink()
        self.review.place = "Hamburg"

    def test_not_twice(self):
        self.review.action_hold()
        with self.assertRaisesRegex(UserError, "already been marked as held"):
            self.review.action_hold()
        self.assertEqual(len(self.review.figure_ids), len(FIGURES))

    def test_not_before_the_year_begins(self):
        review = self.make_review(2027)
        with self.assertRaisesRegex(UserError, "does not begin until"):
            review.action_hold()

    def test_cancelled_and_taken_up_again(self):
        self.review.action_cancel()
        self.review.action_prepare()
        self.assertEqual(self.review.state, "preparation")

    def test_account_without_invoices(self):
        review = self.make_review(2025, partner_id=self.make_account("Empty").id)
        review.action_hold()
        self.assertIsNone(self.revenue(review))
        shown = {figure.display_value for figure in review.figure_ids if figure.unit != "count"}
        self.assertEqual(shown, {"–"})

    def test_merging_the_account_keeps_the_review(self):
        twin = self.make_customer("Alpha Twin")
        self.env["base.partner.merge.automatic.wizard"]._merge((self.account | twin).ids, self.account)
        self.assertEqual(self.review.partner_id, self.account)
