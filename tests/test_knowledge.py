"""What is known of an account is shown when a review is prepared, and in the briefing: nobody is asked again."""

from datetime import date

from freezegun import freeze_time

from .documents import pages_of
from .reviews import ReviewCase
from .snapshots import make_snapshot

BRIEFING = "key_account_management.action_report_briefing_review"


@freeze_time("2026-02-10 09:00")
class TestKnowledge(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2025-01-05 09:00"):
            cls.account.key_account_markets = "Breweries and dairies"
        with freeze_time("2026-01-05 09:00"):
            cls.account.key_account_tasks = "Too few fitters"
        cls.company.sudo().key_account_profile_months = 6
        plan = cls.env["key.account.plan"].create(
            {
                "name": "Plan 2026",
                "partner_id": cls.account.id,
                "company_id": cls.company.id,
                "user_id": cls.manager.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
            }
        )
        cls.env["key.account.plan.input"].create(
            [
                {"plan_id": plan.id, "kind": kind, "name": name}
                for kind, name in (
                    ("2_weakness", "Slow spare parts"),
                    ("1_strength", "Service"),
                    ("1_strength", "Known in the plant"),
                    ("5_talk", "Not part of the analysis"),
                )
            ]
        )
        cls.env["key.account.snapshot"].search([("partner_id", "=", cls.account.id)]).unlink()
        make_snapshot(
            cls.account, cls.company, date(2026, 2, 10), is_current=True, white_space=40000.0, share_of_wallet=0.25
        )

    def known(self, user=None, review=None):
        return (review or self.review).with_user(user or self.manager).get_preparation()["known"]

    def test_what_is_there(self):
        known = self.known()
        self.assertEqual(
            [(each["name"], each["text"], each["checked"], each["is_old"]) for each in known["texts"]],
            [
                ("tasks", "Too few fitters", "Jan 5, 2026", False),
                ("markets", "Breweries and dairies", "Jan 5, 2025", True),
            ],
        )
        self.assertEqual(known["missing"], ["Requirement Profile", "Technologies"])
        self.assertEqual(
            known["analysis"],
            [
                {"label": "Strength", "found": ["Service", "Known in the plant"]},
                {"label": "Weakness", "found": ["Slow spare parts"]},
            ],
        )
        self.assertEqual([each["value"] for each in known["potential"]], ["40,000\N{NO-BREAK SPACE}€", "25.0%"])

    def test_still_right(self):
        account = self.account.with_user(self.manager)
        account.with_context(key_account_text="markets").action_key_account_still_valid()
        (markets,) = (each for each in self.known()["texts"] if each["name"] == "markets")
        self.assertEqual((markets["checked"], markets["is_old"]), ("Feb 10, 2026", False))

    def test_never_checked_again(self):
        self.company.sudo().key_account_profile_months = 0
        self.assertFalse(any(each["is_old"] for each in self.known()["texts"]))

    def test_targets_are_fields_of_the_review(self):
        for each in self.known()["texts"]:
            self.assertEqual(self.review._fields[each["target"]].type, "text")

    def test_for_representatives(self):
        self.account.key_account_team_ids = self.rep
        known = self.known(self.rep)
        self.assertEqual([each["name"] for each in known["texts"]], ["tasks", "markets"])
        self.assertFalse(known["potential"], "White space is internal")
        self.assertFalse(known["may_confirm"] or known["may_write"])

    def test_nothing_known(self):
        gamma = self.make_account("Gamma")
        known = self.known(review=self.make_review(2026, gamma))
        self.assertEqual((known["texts"], known["analysis"], known["potential"], known["plan"]), ([], [], [], ""))
        self.assertEqual(len(known["missing"]), 4)

    def test_nothing_is_asked_any_more_once_it_was_held(self):
        self.last.action_hold()
        self.assertIsNone(self.known(review=self.last))

    def test_in_the_briefing(self):
        reports = self.env["ir.actions.report"].with_user(self.manager).with_context(force_report_rendering=True)
        content, _type = reports._render_qweb_pdf(BRIEFING, self.review.ids)
        text = " ".join(pages_of(content))
        for expected in ("Breweries and dairies", "January 5, 2025", "Service; Known in the plant", "40,000"):
            self.assertIn(expected, text)
        self.assertNotIn("Not part of the analysis", text)
        for name in ("folder", "presentation"):
            report = f"key_account_management.action_report_{name}_review"
            content, _type = reports._render_qweb_pdf(report, self.review.ids)
            self.assertNotIn("Breweries", " ".join(pages_of(content)))
