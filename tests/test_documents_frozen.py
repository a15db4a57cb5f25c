"""What was held stays: no document of a held review follows what is written later, in any language."""

import io
import zipfile
from datetime import date
from importlib import util

from freezegun import freeze_time

from odoo.addons.key_account_management.documents.data.frozen import FrozenDocuments
from odoo.addons.key_account_management.screens.portal import PortalReview
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .checkout import ROOT
from .documents import FOLDER, SLIDES, DocumentCase, make_pdf, pages_of, text_of_zip

BRIEFING = "key_account_management.action_report_briefing_{}"
MINUTES = "key_account_management.action_report_review_minutes"


def without_dates(content):
    """A file, and the workbooks of its charts, say when they were made."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name != "docProps/core.xml":
                target.writestr(name, without_dates(part) if name.endswith(".xlsx") else part)
    return result.getvalue()


class FrozenCase(DocumentCase):
    """A review of which every document says something in each place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.company.partner_id.tz = "UTC"
        cls.contact = cls.make_customer(
            "Cara Contact", is_company=False, parent_id=cls.account.id, function="Buyer", email="cara@example.com"
        )
        cls.contact.write({"key_account_role": "decision_maker", "key_account_attitude": "critic"})
        shared = {"partner_id": cls.account.id, "is_shared": True, "user_id": cls.manager.id}
        cls.measure = cls.env["key.account.care.measure"].create(
            {**shared, "name": "Workshop", "date_start": date(2025, 10, 1), "date_end": date(2025, 11, 1)}
        )
        cls.milestone = cls.env["key.account.milestone"].create(
            {**shared, "name": "Prototype", "date_deadline": date(2025, 11, 5)}
        )
        cls.review.write(
            {
                "goals": "Grow together",
                "customer_situation": "They are growing",
                "sensitive_topics": "The lost crates",
                "participant_ids": [Command.set((cls.contact | cls.manager.partner_id).ids)],
                "folder_attachment_ids": [
                    Command.create(
                        {
                            "name": "Catalogue.pdf",
                            "raw": make_pdf("Page of the catalogue"),
                            "mimetype": "application/pdf",
                            "res_model": "key.account.review",
                            "res_id": cls.review.id,
                        }
                    )
                ],
            }
        )
        cls.topic = cls.review.topic_ids[0]
        cls.topic.write({"result": "A pilot", "result_user_id": cls.manager.id, "internal_hint": "Be careful"})
        cls.issue = cls.env["key.account.review.issue"].create(
            {"review_id": cls.review.id, "name": "Late goods", "is_shared": True}
        )
        cls.condition = cls.env["key.account.review.condition"].create(
            {
                "review_id": cls.review.id,
                "product_id": cls.product.id,
                "value_proposed": 50.0,
                "outcome": "agreed",
                "value_agreed": 55.0,
            }
        )

    def hold(self):
        self.review.with_user(self.manager).action_hold()

    def documents(self):
        """:return: ``{document: its text}`` of all documents of the review"""
        self.env.flush_all()
        self.env.invalidate_all()
        reports = {"slides": SLIDES, "folder": FOLDER, "briefing": BRIEFING, "minutes": MINUTES}
        texts = {name: pages_of(self.render(report, self.review)) for name, report in reports.items()}
        for audience in ("customer", "internal"):
            texts[f"{audience} workbook"] = self.cells(self.workbook(self.review, audience))
            texts[f"{audience} PowerPoint"] = text_of_zip(without_dates(self.powerpoint(self.review, audience)))
        portal = PortalReview(self.env["key.account.figures"]._for_system(self.review.with_user(self.outsider).sudo()))
        texts["portal"] = portal.page()
        review = self.review.with_user(self.manager)
        kinds = ("presentation", "folder", "briefing", "workbook", "review_minutes")
        texts["files"] = [review._get_key_account_file(kind) for kind in kinds]
        return texts

    def assertSameDocuments(self, before):
        after = self.documents()
        for name, text in before.items():
            with self.subTest(name):
                self.assertEqual(after[name], text)


@freeze_time("2025-11-20 12:00")
class TestFrozen(FrozenCase):
    def test_nothing_written_later_is_in_them(self):
        self.hold()
        before = self.documents()
        self.account.write(
            {
                "name": "Omega",
                "street": "Elsewhere 1",
                "lang": "de_DE",
                "key_account_manager_id": self.head.id,
                "key_account_team_ids": [Command.set(self.manager.ids)],
            }
        )
        self.review.user_id = self.manager
        self.company.write({"name": "Renamed Company", "primary_color": "#00FF00", "website": "https://new.example"})
        self.company.partner_id.street = "New Street 1"
        (self.manager | self.rep).write({"name": "Somebody Else", "email": "else@example.com", "lang": "de_DE"})
        self.product.write({"name": "Throne", "list_price": 1.0})
        self.category.name = "Seats"
        self.contact.write({"name": "Nobody", "function": "Retired", "key_account_attitude": "supporter"})
        self.make_customer("Newcomer", is_company=False, parent_id=self.account.id)
        self.measure.write({"name": "Other", "state": "done"})
        self.milestone.write({"name": "Other", "date_deadline": date(2025, 11, 15)})
        shared = {"partner_id": self.account.id, "is_shared": True, "user_id": self.manager.id}
        self.env["key.account.care.measure"].create(
            {**shared, "name": "Invented", "date_start": date(2025, 10, 1), "date_end": date(2025, 11, 2)}
        )
        self.env["key.account.milestone"].create({**shared, "name": "Invented", "date_deadline": date(2025, 11, 2)})
        self.invoice(self.account, date(2025, 8, 1), (self.desk, 3, 500.0))
        with freeze_time("2026-11-20"):
            self.assertSameDocuments(before)

    def test_what_is_deleted_later_stays(self):
        self.hold()
        before = self.documents()
        self.review.folder_attachment_ids.sudo().raw = make_pdf("Forged")
        self.assertSameDocuments(before)
        self.env["ir.attachment"].browse(self.review.folder_attachment_ids.ids).unlink()
        self.milestone.unlink()
        self.measure.unlink()
        self.review.participant_ids = [Command.unlink(self.manager.partner_id.id)]
        self.review.participant_ids = [Command.set((self.contact | self.manager.partner_id).ids)]
        self.assertSameDocuments(before)

    def test_the_customer_moves_to_another_language(self):
        """Half of the texts changed: labels did, what was frozen with the figures did not."""
        self.hold()
        before = self.documents()
        self.account.lang = "de_DE"
        self.assertSameDocuments(before)
        # Not those of a review that is still to be held
        other = self.review.create({"partner_id": self.account.id, "year": 2024})
        data = self.env["key.account.document"].with_user(self.manager)._get_document_data(other)
        self.assertEqual(data.language, "de_DE")

    def test_corrections_until_it_is_closed(self):
        """What the review itself says; what others wrote since stays as it was."""
        self.hold()
        self.contact.name = "Nobody"
        self.milestone.name = "Other"
        review = self.review.with_user(self.manager)
        review.retrospective = "An excellent year"
        self.topic.with_user(self.manager).result = "Two pilots"
        documents = self.documents()
        self.assertIn("An excellent year", str(documents["folder"]))
        self.assertIn("Two pilots", str(documents["minutes"]))
        self.assertIn("Cara Contact", str(documents["folder"]))
        self.assertIn("Prototype", str(documents["folder"]))
        self.assertNotIn("Other", str(documents["folder"]))
        review.folder_attachment_ids = [
            Command.create({"name": "Second.pdf", "raw": make_pdf("Second"), "mimetype": "application/pdf"})
        ]
        self.assertIn("Second", str(self.documents()["folder"]))

    def test_closed_for_good(self):
        self.hold()
        review = self.review.with_user(self.manager)
        agreed = self.env["key.account.care.measure"].create(
            {
                "name": "Agreed",
                "partner_id": self.account.id,
                "is_shared": True,
                "review_id": review.id,
                "date_start": date(2025, 11, 20),
                "date_end": date(2026, 3, 1),
            }
        )
        self.assertIn("Agreed", str(self.documents()["folder"]))
        review._close()
        before = self.documents()
        self.assertIn("Agreed", str(before["folder"]))
        agreed.write({"name": "Given up", "state": "done"})
        agreed.copy({"name": "Thought of later", "is_shared": True})
        review.internal_note = "Noted later"
        self.assertSameDocuments(before)
        with self.assertRaisesRegex(UserError, "Reopen"):
            review.folder_attachment_ids = [Command.clear()]
        review.action_reopen()
        review.goals = "Other goals"
        documents = self.documents()
        self.assertIn("Other goals", str(documents["folder"]))
        self.assertIn("Agreed", str(documents["folder"]))
        self.assertNotIn("Given up", str(documents["folder"]))

    def test_the_next_review_is_live(self):
        self.hold()
        self.milestone.name = "Second Prototype"
        self.milestone.date_deadline = date(2026, 5, 1)
        other = self.review.create({"partner_id": self.account.id, "year": 2026})
        with freeze_time("2026-02-01"):
            data = self.env["key.account.document"].with_user(self.manager)._get_document_data(other, "internal")
        self.assertEqual([step.name for step in data.briefing.milestones], ["Second Prototype"])

    def test_no_role_reads_what_is_frozen(self):
        """Both editions are in it: representatives and customers get what was made of their own."""
        self.hold()
        frozen = self.env["key.account.review.frozen"].search([("review_id", "=", self.review.id)])
        self.assertIn("lost crates", str(frozen.data))
        files = frozen._get_files()
        self.assertEqual(files.mapped("name"), ["Catalogue.pdf"])
        for user in (self.outsider, self.rep, self.manager, self.head):
            with self.subTest(user.name):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(frozen.with_user(user).has_access(operation))
                with self.assertRaises(AccessError):
                    files.with_user(user).read(["raw"])
        for text in (self.render(FOLDER, self.review, self.rep), self.render(SLIDES, self.review, self.rep)):
            self.assertNotIn("lost crates", str(pages_of(text)))
        with self.assertRaises(AccessError):
            self.render(BRIEFING, self.review, self.rep)

    def test_what_became_internal_is_not_in_old_documents(self):
        self.hold()
        self.assertIn("sales_volume", self.data().figures)
        self.env.ref("key_account_management.kpi_sales_volume").audience = "internal"
        self.assertNotIn("sales_volume", self.data().figures)

    def data(self, audience="customer"):
        return self.env["key.account.document"].with_user(self.manager)._get_document_data(self.review, audience)

    def test_kept_versions(self):
        """A year later, by someone else: the same version."""
        self.hold()
        self.workbook(self.review)
        self.milestone.name = "Other"
        with freeze_time("2026-11-20"):
            self.env["key.account.document"].with_user(self.head)._render_workbook(self.review.with_user(self.head))
        documents = self.review.document_ids.filtered(lambda document: document.kind == "workbook")
        self.assertEqual(documents.mapped("version"), [1])

    # === WHAT IS STORED ===#

    def test_other_versions_of_the_code(self):
        """Fields that were added since have their default, those that are gone are left out."""
        self.hold()
        frozen = self.env["key.account.review.frozen"].search([("review_id", "=", self.review.id)])
        plain = frozen.data
        plain["customer"]["folder"]["fax"] = "gone"
        plain["customer"]["review"].pop("reviewer")
        plain["internal"]["briefing"].pop("topic_hints")
        plain["later"] = {}
        documents = FrozenDocuments.from_plain(plain)
        self.assertIsNone(documents.customer.review.reviewer)
        self.assertEqual(documents.internal.briefing.topic_hints, [])
        self.assertEqual([step.name for step in documents.customer.folder.milestones], ["Prototype"])

    def test_what_comes_back_is_what_was_stored(self):
        before = {audience: self.data(audience) for audience in ("customer", "internal")}
        minutes = self.env["key.account.document"].with_user(self.manager)._get_minutes(self.review)
        frozen = FrozenDocuments(before["customer"], before["internal"], minutes)
        after = FrozenDocuments.from_plain(frozen.to_plain())
        self.assertEqual(after.minutes, minutes)
        for audience, data in before.items():
            restored = getattr(after, audience)
            for name in vars(data).keys() - {"figures", "prices", "messages", "source_tables"}:
                self.assertEqual(getattr(restored, name), getattr(data, name), name)

    def test_held_before_the_update(self):
        """Reviews that were held earlier are frozen when the add-on is updated, as they are then."""
        self.hold()
        frozen = self.env["key.account.review.frozen"]
        frozen.search([("review_id", "=", self.review.id)]).unlink()
        self.milestone.name = "Followed until the update"
        # Nothing is frozen: made of what is there, as before; corrected and closed as well
        self.topic.result = "Two pilots"
        self.review.with_user(self.manager)._close()
        self.assertIn("Followed until the update", str(self.documents()["folder"]))
        path = ROOT / "key_account_management/migrations/19.0.2.0.1/post-migration.py"
        spec = util.spec_from_file_location("post_migration", path)
        migration = util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.freeze_held_reviews(self.env)
        before = self.documents()
        self.milestone.name = "Other"
        self.assertSameDocuments(before)


@freeze_time("2025-11-20 12:00")
class TestWhoeverPrints(FrozenCase):
    def people(self):
        """Colleagues who differ in everything that a user can set, and by their rights."""
        self.rep.write({"lang": "de_DE", "tz": "Asia/Tokyo"})
        self.manager.write({"lang": "en_US", "tz": "America/Los_Angeles"})
        other = self.make_company("Other Company", "base.USD", chart=False)
        other.paperformat_id = self.env.ref("base.paperformat_us")
        self.company.paperformat_id = self.env.ref("base.paperformat_euro")
        self.head.write({"lang": False, "tz": False, "company_ids": [Command.link(other.id)], "company_id": other.id})
        return {
            self.rep: {},
            self.manager: {"lang": "de_DE", "tz": "Pacific/Auckland", "active_test": False, "show_address": True},
            self.head: {"allowed_company_ids": [other.id, self.company.id]},
        }

    def check_everybody_prints_the_same(self):
        texts, data = [], []
        for user, context in self.people().items():
            self.env.invalidate_all()
            review = self.review.with_user(user).with_context(**context)
            documents = review.env["key.account.document"]
            data.append([repr(documents._get_folder_data(review)), repr(documents._get_minutes(review))])
            html = review.env["ir.actions.report"]._render_qweb_html(FOLDER.format("review"), review.ids)[0]
            texts.append([html, text_of_zip(without_dates(documents._render_workbook(review)))])
        for said in (data, texts):
            self.assertEqual(said[1:], said[:1] * 2)
        versions = self.review.document_ids.filtered(lambda document: document.kind == "workbook")
        self.assertEqual(versions.mapped("version"), [1])

    def test_of_a_review_in_preparation(self):
        self.account.lang = False
        # Another day in Tokyo
        with freeze_time("2025-11-20 23:30"):
            self.check_everybody_prints_the_same()

    def test_of_a_held_review(self):
        # On another day for the one who held it
        with freeze_time("2025-11-20 03:00"):
            self.manager.tz = "America/Los_Angeles"
            self.hold()
            self.assertEqual(self.review.date_to, date(2025, 11, 20))
            self.assertEqual(
                self.env["key.account.document"]._get_document_data(self.review).review.held_on, date(2025, 11, 20)
            )
        self.check_everybody_prints_the_same()

    def test_days_follow_the_company(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        with freeze_time("2025-11-20 23:30"):
            for user, context in self.people().items():
                documents = self.env["key.account.document"].with_user(user).with_context(**context)
                data = documents._get_document_data(self.review.with_user(user))
                self.assertEqual((data.printed_on, data.period.date_to), (date(2025, 11, 21), date(2025, 11, 21)))
