"""What a customer's people see of reviews in the portal: what was switched on for them, and nothing else."""

import base64
from datetime import timedelta
from pathlib import Path

from lxml import html

from odoo import fields
from odoo.addons import key_account_management
from odoo.addons.key_account_management.documents.kinds import KINDS
from odoo.addons.key_account_management.screens.portal import PortalReview
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.service.model import call_kw
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

    def test_the_customer_sees_date_and_agenda(self):
        self.review.slot_ids[1].action_take()
        response = self.open_as(self.customer)
        self.assertEqual(response.status_code, 200)
        for text in ("Hamburg", "New lines", "&lt;b&gt;Two&lt;/b&gt; of them", "Future Topics", "Manager"):
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

    # === DOCUMENTS ===#

    def keep(self, kind="folder", content=b"%PDF-1", user=None, **values):
        """A version as printing keeps it."""
        documents = self.env["key.account.review.document"].with_user(user or self.manager).sudo()
        number = len(self.review.sudo().document_ids) + 1
        return documents.create(
            {
                "name": f"Alpha 2026 ({number}).pdf",
                "review_id": self.review.id,
                "kind": kind,
                "audience": KINDS[kind].audience,
                "language": "en_US",
                "version": number,
                "fingerprint": str(number),
                "content": base64.b64encode(content),
                **values,
            }
        ).with_user(self.manager)

    def address_of(self, document):
        return f"{self.address}/documents/{document.id}"

    def test_documents_are_opened_by_the_account_manager_only(self):
        folder, presentation = self.keep(), self.keep("presentation", b"%PDF-2")
        page = self.open_as(self.customer).text
        self.assertNotIn("/documents/", page)
        self.assertNotIn("/folder", page)
        for address in (self.address_of(folder), self.address_of(presentation), f"{self.address}/folder"):
            self.assertEqual(self.open_as(self.customer, address).status_code, 404)
        folder.action_show_on_portal()
        page = self.open_as(self.customer).text
        self.assertIn(self.address_of(folder), page)
        self.assertIn("Customer Folder", page)
        self.assertNotIn(self.address_of(presentation), page)
        response = self.open_as(self.customer, self.address_of(folder))
        # Exactly the version that was shown, whatever was changed since
        self.assertEqual((response.status_code, response.content), (200, b"%PDF-1"))
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(self.open_as(self.customer, self.address_of(presentation)).status_code, 404)
        for user in (self.stranger, self.manager):
            self.assertEqual(self.open_as(user, self.address_of(folder)).status_code, 404)
        folder.action_hide_from_portal()
        self.assertEqual(self.open_as(self.customer, self.address_of(folder)).status_code, 404)

    def test_one_version_of_a_document(self):
        first, second, german = self.keep(), self.keep(), self.keep(language="de_DE")
        (first | german).action_show_on_portal()
        second.action_show_on_portal()
        self.assertEqual([each.is_on_portal for each in (first, second, german)], [False, True, True])

    def test_nothing_internal_on_the_portal(self):
        for kind in ("briefing", "internal_workbook", "workbook"):
            document = self.keep(kind)
            with self.subTest(kind), self.assertRaisesRegex(UserError, "not a document for the portal"):
                document.action_show_on_portal()
            self.assertFalse(document.can_be_on_portal or document.is_on_portal)

    def test_documents_of_a_review_that_is_not_in_the_portal(self):
        document = self.keep()
        self.review.portal_enabled = False
        with self.assertRaisesRegex(UserError, "switch on Show in Customer Portal first"):
            document.action_show_on_portal()
        self.review.portal_enabled = True
        document.action_show_on_portal()
        self.review.portal_enabled = False
        self.assertEqual(self.open_as(self.customer, self.address_of(document)).status_code, 404)

    def test_documents_of_another_review(self):
        document = self.keep()
        document.action_show_on_portal()
        other = self.make_review(year=self.review.year + 1)
        other.portal_enabled = True
        response = self.open_as(self.customer, f"{PORTAL}/{other.id}/documents/{document.id}")
        self.assertEqual(response.status_code, 404)

    def test_who_puts_documents_on_the_portal(self):
        document = self.keep()
        second = self.make_user("second", "key_account_management.group_key_account_manager")
        for user in (self.rep, second, self.outsider, self.customer):
            for method in ("action_show_on_portal", "action_hide_from_portal"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    call_kw(self.env[document._name].with_user(user), method, [document.ids], {})
        for user in (self.rep, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                document.with_user(user).write({"is_on_portal": True})
        self.assertFalse(document.is_on_portal)

    # === PROPOSALS ===#

    def test_proposals_apart_from_the_agenda(self):
        topics = self.review.env["key.account.review.topic"]
        for section, name in (("cooperation", "Joint stock"), ("conditions", "Two percent"), ("activities", "Fair")):
            topics.create(
                {"review_id": self.review.id, "section": section, "name": name, "description": f"About {name}"}
            )
        self.assertFalse(self.review.portal_proposals)
        data = PortalReview(self.review).page()
        self.assertEqual(
            data["agenda"],
            [
                ("Planned Activities", [("Fair", "About Fair")]),
                ("Cooperation Proposals", []),
                ("Conditions", []),
                ("Future Topics", [("New lines", "<b>Two</b> of them")]),
            ],
        )
        page = self.open_as(self.customer).text
        self.assertIn("Cooperation Proposals", page)
        for text in ("Joint stock", "Two percent", "Our proposals"):
            self.assertNotIn(text, page)
        self.review.portal_proposals = True
        page = self.open_as(self.customer).text
        for text in ("Our proposals", "Joint stock", "About Joint stock", "Two percent"):
            self.assertIn(text, page)

    # === DATE, PLACE AND PEOPLE ===#

    def test_date_place_and_participants(self):
        self.assertEqual(PortalReview(self.review).page()["participants"], [], "nothing agreed yet")
        self.review.slot_ids[0].action_take()
        page = self.text_of_portal()
        for text in ("6:00", "Japan Time (Asia/Tokyo)", "Hamburg", "Participants", self.anna.name, "Manager"):
            self.assertIn(text, page)
        self.assertIn("Japan Time", self.open_as(self.customer, PORTAL).text)
        # As the minutes say
        self.review.action_hold()
        self.assertIn((self.anna.name, "Alpha"), PortalReview(self.review).page()["participants"])

    # === EXISTING DATABASES ===#

    def test_update_shows_nothing_new(self):
        by_manager, by_customer = self.keep(), self.keep(user=self.customer)
        newer, presentation = self.keep(), self.keep("presentation", user=self.customer)
        hidden = self.make_review(year=self.review.year + 1)
        self.env.flush_all()
        path = Path(key_account_management.__file__).parent / "migrations/19.0.2.4.0/post-migration.py"
        load_script(str(path), "post-migration").migrate(self.cr, "19.0.2.3.0")
        self.env.invalidate_all()
        shown = by_manager | by_customer | newer | presentation
        self.assertEqual(shown.filtered("is_on_portal"), by_customer, "what the customer has already")
        self.assertTrue(self.review.portal_proposals, "was on the page")
        self.assertFalse(hidden.portal_proposals)

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
                "participants",
                "agenda",
                "proposals",
                "documents",
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
        for address in (self.address, f"{self.address}/documents/1"):
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
        for address in (PORTAL, self.address, f"{self.address}/documents/1"):
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
        """What was put on the portal is all that a customer can fetch, whatever they write into the address line."""
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
