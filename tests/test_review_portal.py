"""What a customer's people see of reviews in the portal: what was switched on for them, and nothing else."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.addons.key_account_management.documents.kinds import KINDS
from odoo.addons.key_account_management.screens.portal import PortalReview
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .dates import DatesCase

PORTAL = "/my/key-account-reviews"


class TestReviewPortal(DatesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_portal_user("customer", cls.anna)
        stranger = cls.env["res.partner"].create({"name": "Stranger", "parent_id": cls.foreign.id})
        cls.stranger = cls.make_portal_user("stranger", stranger)
        for user in (cls.manager, cls.customer, cls.stranger):
            user.password = user.login

    @classmethod
    def make_portal_user(cls, login, partner):
        user = new_test_user(cls.env, f"test_{login}", groups="base.group_portal", partner_id=partner.id)
        user.lang = "en_US"
        return user

    def setUp(self):
        super().setUp()
        self.review.write(
            {
                "portal_enabled": True,
                "planned_date": self.start.date(),
                "invitation_ids": [Command.create({"partner_id": self.anna.id})],
                "topic_ids": [
                    Command.clear(),
                    Command.create({"section": "future", "name": "New lines", "description": "<b>Two</b> of them"}),
                    Command.create({"section": "status"}),
                ],
            }
        )
        self.address = f"{PORTAL}/{self.review.id}"

    def open_as(self, user, address=None):
        self.authenticate(user and user.login, user and user.login)
        return self.url_open(address or self.address, timeout=60)

    def test_the_customer_sees_date_agenda_and_folder(self):
        self.review.slot_ids[1].action_take()
        response = self.open_as(self.customer)
        self.assertEqual(response.status_code, 200)
        for text in ("Hamburg", "New lines", "&lt;b&gt;Two&lt;/b&gt; of them", "Future Topics", "Manager", "folder"):
            self.assertIn(text, response.text)
        # In the customer's own time, that of Tokyo
        day = self.review.slot_ids[1].start
        self.assertIn(f"{day:%B} {day.day}, {day.year}", response.text)
        self.assertIn("6:00", response.text)
        for text in ("top secret", "Status"):
            self.assertNotIn(text, response.text)
        overview = self.open_as(self.customer, PORTAL)
        self.assertIn(self.address, overview.text)
        self.assertNotIn("top secret", overview.text)

    def test_the_folder_is_the_customers_edition(self):
        printed = []

        def render(reports, report, ids, **_options):
            printed.append((report, ids))
            return b"%PDF-", "pdf"

        self.patch(type(self.env["ir.actions.report"]), "_render_qweb_pdf", render)
        response = self.open_as(self.customer, f"{self.address}/folder")
        self.assertEqual((response.status_code, response.content), (200, b"%PDF-"))
        self.assertIn("Customer%20Folder", response.headers["Content-Disposition"])
        self.assertEqual(printed, [("key_account_management.action_report_folder_review", self.review.ids)])

    def test_data_of_the_page(self):
        """The page is made of this: a new field of reviews only reaches customers if it is added here."""
        data = PortalReview(self.review).page()
        self.assertEqual(
            set(data),
            {
                "id",
                "title",
                "account",
                "company",
                "reviewer",
                "reviewer_email",
                "period",
                "date",
                "place",
                "videocall_url",
                "agenda",
                "milestones",
            },
        )
        self.assertEqual(data["date"], "", "not agreed yet")
        self.assertEqual(data["agenda"], [("Future Topics", [("New lines", "<b>Two</b> of them")])])
        self.assertEqual(set(PortalReview(self.review).line()), {"id", "title", "account", "date", "place"})

    def test_shared_milestones(self):
        done = self.env["key.account.milestone.stage"].create({"name": "There", "is_done": True})
        shared = {"partner_id": self.account.id, "is_shared": True}
        reached = {**shared, "stage_id": done.id, "date_deadline": self.review.date_from}
        before = self.review.date_from - timedelta(days=1)
        milestones = self.env["key.account.milestone"].create(
            [
                {**reached, "name": "Prototype", "date_done": self.review.date_from, "description": "top secret"},
                {**reached, "name": "Long ago", **dict.fromkeys(("date_deadline", "date_done"), before)},
                {**shared, "name": "Press Shop", "date_deadline": self.review.date_to, "expected_revenue": 98765.0},
                {**shared, "name": "Our Own", "date_deadline": self.review.date_to, "is_shared": False},
                {**shared, "name": "Of Beta", "date_deadline": self.review.date_to, "partner_id": self.foreign.id},
            ]
        )
        milestones[0].copy({"name": "Given Up"}).active = False
        self.assertEqual(sorted(self.milestones_of_portal()), ["Press Shop", "Prototype"])
        response = self.open_as(self.customer)
        for text in ("Prototype", "reached on", "Press Shop"):
            self.assertIn(text, response.text)
        for text in ("Long ago", "Our Own", "Of Beta", "Given Up", "top secret", "98765", "98,765"):
            self.assertNotIn(text, response.text)

    # === AS IN THE FOLDER ===#

    def milestones_of_portal(self):
        return [name for name, _account, _day in PortalReview(self.review).page()["milestones"]]

    def text_of_folder(self):
        reports = self.env["ir.actions.report"].with_user(self.manager)
        content, _type = reports._render_qweb_html(
            "key_account_management.action_report_folder_review", self.review.ids
        )
        return html.fromstring(content.decode()).text_content()

    def text_of_portal(self):
        return html.fromstring(self.open_as(self.customer).text).text_content()

    def make_milestone(self, name, **values):
        return self.env["key.account.milestone"].create(
            {
                "name": name,
                "partner_id": self.account.id,
                "date_deadline": self.review.date_to,
                "is_shared": True,
                **values,
            }
        )

    def check_folder_and_portal(self, shown, hidden):
        """Names that both documents say, or neither."""
        self.assertEqual(set(self.milestones_of_portal()) & {*shown, *hidden}, set(shown))
        for text in (self.text_of_folder(), self.text_of_portal()):
            for name in shown:
                self.assertIn(name, text)
            for name in hidden:
                self.assertNotIn(name, text)

    def test_milestones_of_a_subsidiary(self):
        below = self.make_account("Alpha South", parent_id=self.account.id)
        self.make_milestone("Second Line", partner_id=below.id)
        self.make_milestone("Cut Their Discount", partner_id=below.id, is_shared=False)
        self.check_folder_and_portal(["Second Line"], ["Cut Their Discount"])
        # Whose it is, as the folder says
        for text in (self.text_of_folder(), self.text_of_portal()):
            self.assertIn("Alpha South", text)

    def test_milestones_planned_after_the_talk(self):
        today = fields.Date.today()
        self.make_milestone("Due Before", date_deadline=today)
        self.review.action_hold()
        self.make_milestone("Thought of Later", date_deadline=today + timedelta(days=200))
        self.check_folder_and_portal(["Due Before"], ["Thought of Later"])

    def test_milestones_that_the_talk_led_to(self):
        topic = self.review.topic_ids.filtered("name")
        topic.write(
            {
                "result": "A second line",
                "result_user_id": self.manager.id,
                "result_date": fields.Date.today() + timedelta(days=200),
            }
        )
        self.review.action_hold()
        topic.action_make_milestone()
        topic.followup.is_shared = True
        self.check_folder_and_portal([topic.followup.name], [])

    def test_agenda(self):
        """In the language of the account, like the folder; our hints are in neither."""
        self.account.lang = "de_DE"
        self.review.topic_ids[-1].internal_hint = "top secret"
        for text in (self.text_of_folder(), self.text_of_portal()):
            for shown in ("Zukunftsthemen", "New lines", "<b>Two</b> of them"):
                self.assertIn(shown, text)
            self.assertNotIn("top secret", text)

    def test_pages_compute_no_more_figures_than_a_document_needs(self):
        computed = []
        engine = type(self.env["key.account.figures"])
        original = engine._compute_figures

        def compute(figures, partners, period, codes, *args, **options):
            computed.append(list(codes))
            return original(figures, partners, period, codes, *args, **options)

        self.patch(engine, "_compute_figures", compute)
        self.open_as(self.customer, PORTAL)
        self.assertFalse(computed)
        self.open_as(self.customer)
        self.assertEqual(computed, [["revenue"]])

    def check_hidden(self, user, review=None):
        for address in (self.address, f"{self.address}/folder"):
            with self.assertNoLogs("odoo", "WARNING"):
                response = self.open_as(user, address)
            self.assertEqual(response.status_code, 404, address)
            self.assertNotIn("Hamburg", response.text)
        self.assertNotIn(f"{self.review.id}</", self.open_as(user, PORTAL).text)

    def test_people_of_other_customers(self):
        self.check_hidden(self.stranger)

    def test_switched_off(self):
        self.assertFalse(self.env["key.account.review"].default_get(["portal_enabled"]).get("portal_enabled"))
        self.review.portal_enabled = False
        self.check_hidden(self.customer)

    def test_cancelled(self):
        self.review.action_cancel()
        self.check_hidden(self.customer)

    def test_our_own_people(self):
        """They use the app; the customer's page is not theirs."""
        self.check_hidden(self.manager)

    def test_without_a_login(self):
        for address in (PORTAL, self.address, f"{self.address}/folder"):
            response = self.url_open(address, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])

    def test_people_of_a_company_of_the_group_see_the_groups_review(self):
        below = self.make_customer("Alpha South", parent_id=self.account.id)
        person = self.env["res.partner"].create({"name": "Carla", "parent_id": below.id})
        self.assertEqual(self.open_as(self.make_portal_user_with_password(person)).status_code, 200)

    def make_portal_user_with_password(self, partner):
        user = self.make_portal_user("south", partner)
        user.password = user.login
        return user

    def test_no_right_to_the_model(self):
        """The page is the only way: neither lists nor reading nor other reports."""
        for model in ("key.account.review", "key.account.review.slot", "key.account.review.invitation"):
            self.assertFalse(self.env[model].with_user(self.customer).has_access("read"))
        response = self.open_as(self.customer, f"/key_account_management/slides/{self.review.id}")
        self.assertEqual(response.status_code, 404)

    def test_no_other_address_of_a_document(self):
        """The folder on the page is the only document that a customer can fetch, whatever they write into the address
        line.
        """
        manager = self.review.with_user(self.manager).with_context(allowed_company_ids=self.company.ids)
        for kind in ("workbook", "internal_workbook"):
            manager._make_key_account_document(kind)
        kept = self.review.document_ids
        self.assertEqual(set(kept.mapped("audience")), {"customer", "internal"})
        of_kept = [("res_model", "=", kept._name), ("res_id", "in", kept.ids), ("res_field", "=", "content")]
        files = self.env["ir.attachment"].search(of_kept)
        self.assertEqual(len(files), len(kept))
        self.assertFalse(any(file.public or file.access_token for file in files))
        job = self.env["key.account.document.job"].with_user(self.manager).create({"kind": "folder"})
        addresses = [f"/key_account_management/documents/{job.id}", f"/key_account_management/slides/{self.review.id}"]
        addresses += [f"/web/content/{kept._name}/{record.id}/content" for record in kept]
        addresses += [f"/web/content/{file.id}" for file in files]
        for name, kind in KINDS.items():
            for record in (self.account, self.review):
                addresses.append(f"/key_account_management/document/{name}/{record._name}/{record.id}")
                if report := kind.reports.get(record._name):
                    addresses += [f"/report/{converter}/{report}/{record.id}" for converter in ("pdf", "html", "text")]
        for user in (self.customer, self.stranger, None):
            self.authenticate(user and user.login, user and user.login)
            for address in addresses:
                with self.subTest(user.name if user else "logged out", address=address), mute_logger("odoo.http"):
                    response = self.url_open(address, allow_redirects=False, timeout=60)
                    self.assertNotEqual(response.status_code, 200)
                    if not user and response.status_code == 303:
                        self.assertIn("/web/login", response.headers["Location"])

    def test_slides(self):
        """For who may see the review; in the customer's edition."""
        self.review.opening_occasion = "Ten years together"
        address = f"/key_account_management/slides/{self.review.id}"
        response = self.open_as(self.manager, address)
        self.assertEqual(response.status_code, 200)
        self.assertIn('class="slide"', response.text)
        self.assertIn("Ten years together", response.text)
        self.assertNotIn("top secret", response.text)
        self.assertIn("script-src 'none'", response.headers["Content-Security-Policy"])
        foreign = self.env["key.account.review"].create({"partner_id": self.foreign.id})
        for wrong in (foreign.id, foreign.id + 1000):
            with self.assertNoLogs("odoo", "WARNING"):
                response = self.open_as(self.manager, f"/key_account_management/slides/{wrong}")
            self.assertEqual(response.status_code, 404)

    def test_a_moved_meeting_moves_the_date_of_the_page(self):
        self.review.slot_ids[0].action_take()
        meeting = self.review.meeting_id
        meeting.write({"start": meeting.start + timedelta(days=2), "stop": meeting.stop + timedelta(days=2)})
        day = meeting.start
        self.assertIn(f"{day:%B} {day.day}, {day.year}", PortalReview(self.review).page()["date"])
