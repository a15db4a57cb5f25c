"""What was printed from a review is kept, and documents for several accounts are generated in the background."""

import io
import zipfile
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .common import HEAD, USER
from .documents import FOLDER, DocumentCase

JOB = "odoo.addons.key_account_management.models.documents.key_account_document_job_line"


class VersionCase(DocumentCase):
    def versions(self, user=None, **values):
        documents = self.env["key.account.review.document"].with_user(user or self.head)
        domain = [(name, "=", value) for name, value in values.items()]
        return documents.search([("review_id", "=", self.review.id), *domain])

    def job(self, accounts, kind="workbook", user=None, **values):
        lines = [Command.create({"partner_id": partner.id}) for partner in accounts]
        jobs = self.env["key.account.document.job"].with_user(user or self.manager)
        return jobs.create({"kind": kind, "line_ids": lines, **values})

    def run_jobs(self, *time_left):
        """Runs the scheduled job, without its commits.

        :param time_left: what each of them says; if empty, that there is time
        """
        time_left = {"side_effect": time_left} if time_left else {"return_value": 1000.0}
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", **time_left):
            self.env["key.account.document.job"].sudo()._cron_make_documents()


@freeze_time("2025-11-20 12:00")
class TestVersions(VersionCase):
    def test_the_same_is_kept_once_and_what_changed_again(self):
        first = self.workbook(self.review)
        self.workbook(self.review)
        self.assertEqual(self.versions().mapped("version"), [1])
        self.invoice(self.account, date(2025, 7, 1), (self.product, 1, 100.0))
        second = self.workbook(self.review)
        self.assertEqual(sorted(self.versions().mapped("version")), [1, 2])
        self.assertEqual([version._get_bytes() for version in self.versions().sorted("version")], [first, second])

    def test_editions_and_languages_have_versions_of_their_own(self):
        self.workbook(self.review)
        self.workbook(self.review, "internal")
        self.account.lang = "de_DE"
        self.workbook(self.review)
        self.assertEqual(
            sorted((version.kind, version.language, version.version) for version in self.versions()),
            [("internal_workbook", "en_US", 1), ("workbook", "de_DE", 1), ("workbook", "en_US", 1)],
        )

    @mute_logger("odoo.sql_db")
    def test_two_people_print_at_once(self):
        """Whoever does not see yet what the other one stored creates the next version."""
        self.workbook(self.review)
        documents = type(self.env["key.account.review.document"])
        self.invoice(self.account, date(2025, 7, 1), (self.product, 1, 100.0))
        with patch.object(documents, "search", lambda records, *args, **kwargs: records.browse()):
            self.workbook(self.review)
        self.assertEqual(sorted(self.versions().mapped("version")), [1, 2])

    def test_what_is_printed_by_the_account_is_kept_with_its_review(self):
        pdf = self.render(FOLDER, self.account)
        version = self.versions(kind="folder")
        self.assertEqual(version._get_bytes(), pdf)
        self.assertEqual(version.name, "Alpha 2025 - Customer Folder (1).pdf")

    def test_an_account_without_review_keeps_nothing(self):
        account = self.make_account("Gamma")
        self.workbook(account)
        self.assertFalse(self.env["key.account.review.document"].search([("partner_id", "=", account.id)]))

    def test_who_finds_them(self):
        self.workbook(self.review)
        self.workbook(self.review, "internal")
        internal = self.versions(audience="internal")
        for user, audiences in ((self.rep, ["customer"]), (self.manager, ["customer", "internal"])):
            with self.subTest(user.name):
                self.assertEqual(sorted(self.versions(user).mapped("audience")), audiences)
        with self.assertRaises(AccessError):
            internal.with_user(self.rep).read(["content"])
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", internal._name), ("res_id", "=", internal.id), ("res_field", "=", "content")])
        )
        with self.assertRaises(AccessError):
            attachments.with_user(self.rep).read(["raw"])
        with self.assertRaises(AccessError):
            self.versions(self.manager)[:1].name = "Other"
        with self.assertRaises(AccessError):
            self.env["key.account.review.document"].with_user(self.outsider).search_count([])

    def test_other_accounts_and_companies(self):
        self.workbook(self.review)
        other_rep = self.make_user("other_rep", USER)
        self.assertFalse(self.versions(other_rep))
        other = self.make_company("Other Company", "base.EUR", chart=False)
        other_head = self.make_user("other_head", HEAD, company=other)
        documents = self.env["key.account.review.document"].with_user(other_head)
        self.assertFalse(documents.with_context(allowed_company_ids=other.ids).search([]))


@freeze_time("2025-11-20 12:00")
class TestDocumentsOfManyAccounts(VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_account("Gamma", lang="de_DE")
        cls.invoice(cls.second, date(2025, 3, 10), (cls.product, 1, 100.0))

    def test_zip_of_workbooks(self):
        job = self.job(self.account | self.second)
        self.assertEqual((job.state, job.finished, job.count), ("waiting", 0, 2))
        self.run_jobs()
        self.assertEqual((job.state, job.made, job.failed), ("done", 2, 0))
        name, content = job._get_file()
        self.assertEqual(name, "Workbook.zip")
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        self.assertEqual(sorted(names), ["Alpha 2025 - Workbook.xlsx", "Gamma 2025 - Workbook.xlsx"])

    def test_merged_folders(self):
        job = self.job(self.account | self.second, "folder", pack="merged")
        self.run_jobs()
        name, content = job._get_file()
        self.assertEqual(name, "Customer Folder.pdf")
        pages = [len(PdfFileReader(io.BytesIO(line._get_bytes())).pages) for line in job.line_ids]
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), sum(pages))
        self.assertGreater(min(pages), 2)

    def test_one_account_does_not_stop_the_others(self):
        job = self.job(self.account | self.second)
        original = type(self.env["key.account.document"])._render_workbook

        def failing(documents, record, audience="customer"):
            if record.id == self.account.id:
                raise ValueError("boom")
            return original(documents, record, audience)

        self.patch(type(self.env["key.account.document"]), "_render_workbook", failing)
        with self.assertLogs(JOB, "ERROR") as logs:
            self.run_jobs()
        self.assertIn("Alpha", logs.output[0])
        self.assertEqual((job.state, job.made, job.failed), ("done", 1, 1))
        line = job.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(line.partner_id, self.account)
        self.assertNotIn("boom", line.message)
        # What was generated is not generated again
        self.patch(type(self.env["key.account.document"]), "_render_workbook", original)
        job.action_try_again()
        self.run_jobs()
        self.assertEqual((job.state, job.made, job.failed), ("done", 2, 0))

    def test_stopped_and_taken_up_again(self):
        job = self.job(self.account | self.second)
        self.run_jobs(1000.0, 0.0)
        self.assertEqual((job.state, job.made), ("running", 1))
        job.action_stop()
        self.run_jobs()
        self.assertEqual((job.state, job.made), ("stopped", 1))
        self.assertEqual(job._get_file()[0], "Workbook.zip")
        job.action_try_again()
        self.run_jobs()
        self.assertEqual((job.state, job.made), ("done", 2))

    def test_rights_of_who_asked(self):
        with self.assertRaisesRegex(AccessError, "internal figures"):
            self.job(self.account, "internal_workbook", self.rep)
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.job(self.account | self.foreign)
        with self.assertRaises(AccessError):
            self.job(self.account, user_id=self.head.id)
        with self.assertRaisesRegex(UserError, "ZIP"):
            self.job(self.account, pack="merged")
        job = self.job(self.account, user=self.rep)
        # What is changed in between is checked again when it is generated
        with self.assertRaises(AccessError):
            job.kind = "internal_workbook"
        job.sudo().kind = "internal_workbook"
        with self.assertNoLogs(JOB, "WARNING"):
            self.run_jobs()
        self.assertEqual((job.made, job.failed), (0, 1))
        self.assertIn("internal figures", job.line_ids.message)
        with self.assertRaisesRegex(UserError, "ready"):
            job._get_file()

    def test_jobs_are_their_owners(self):
        job = self.job(self.account)
        for user in (self.rep, self.head):
            with self.assertRaises(AccessError):
                job.with_user(user).read(["kind"])
            with self.assertRaises(AccessError):
                job.line_ids.with_user(user).read(["content"])
        with self.assertRaises(AccessError):
            job.line_ids.with_user(self.manager).state = "made"

    def test_wizard(self):
        wizard = self.env["key.account.document.wizard"].with_user(self.manager)
        action = wizard.with_context(active_ids=self.account.ids).create({"kind": "workbook"}).action_make()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).line_ids.partner_id, self.account)


@tagged("post_install", "-at_install")
class TestDownloads(HttpCase):
    def test_download(self):
        account = self.env.ref("key_account_management.demo_account_growing")
        job = (
            self.env["key.account.document.job"]
            .with_user(self.env.ref("key_account_management.demo_user_manager"))
            .create({"kind": "workbook", "line_ids": [Command.create({"partner_id": account.id})]})
        )
        address = f"/key_account_management/documents/{job.id}"
        self.authenticate("kim", "kim")
        self.assertEqual(self.url_open(address).status_code, 404)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=1000.0):
            self.env["key.account.document.job"]._cron_make_documents()
        response = self.url_open(address)
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        self.assertEqual(len(zipfile.ZipFile(io.BytesIO(response.content)).namelist()), 1)
        self.authenticate("admin", "admin")
        with self.assertNoLogs("odoo", "WARNING"):
            self.assertEqual(self.url_open(f"{address}?debug=1").status_code, 404)
