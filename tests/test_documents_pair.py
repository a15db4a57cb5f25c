"""Presentation and folder in one go: the same as each on its own, in less time."""

import io
import zipfile
from threading import Barrier
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.base.models import ir_actions_report
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .documents import FOLDER, SLIDES, DocumentCase, make_pdf, page_sizes, pages_of

PAIR = "presentation_and_folder"
# `HttpCase` lets wkhtmltopdf ask the server, by a lock that only the thread with the page's cursor holds. Ours asks
# for nothing, and runs in another one.
RUN = ir_actions_report._run_wkhtmltopdf


@freeze_time("2025-11-20 12:00")
class TestPair(DocumentCase):
    def pair(self, record, user=None):
        user = user or self.manager
        record = record.with_user(user).with_context(allowed_company_ids=self.company.ids)
        return record._make_key_account_documents(PAIR)

    def versions(self):
        return self.env["key.account.review.document"].search([("review_id", "=", self.review.id)])

    def test_the_same_as_each_by_itself(self):
        content = make_pdf("Our price list")
        attachment = self.env["ir.attachment"].create({"name": "Prices.pdf", "raw": content})
        self.review.folder_attachment_ids = [Command.link(attachment.id)]
        for lang in ("en_US", "de_DE"):
            for record in (self.review, self.account):
                with self.subTest(lang, model=record._name):
                    self.account.lang = lang
                    slides, folder = self.pair(record).values()
                    self.assertEqual(pages_of(slides), pages_of(self.render(SLIDES, record)))
                    self.assertEqual(pages_of(folder), pages_of(self.render(FOLDER, record)))
                    self.assertEqual(set(page_sizes(slides)), {(338, 190)})
                    self.assertIn("Our price list", pages_of(folder)[-1])

    def test_the_same_data_are_kept_once(self):
        """What is printed together has the same data as what is printed separately: no new version."""
        self.pair(self.review)
        self.render(SLIDES, self.review)
        self.render(FOLDER, self.review)
        self.assertEqual(sorted(self.versions().mapped("kind")), ["folder", "presentation"])

    def test_figures_are_read_once(self):
        engine = type(self.env["key.account.figures"])
        with patch.object(engine, "_compute_figures", autospec=True, side_effect=engine._compute_figures) as computed:
            self.pair(self.review)
        self.assertEqual(computed.call_count, 1)

    def test_wkhtmltopdf_prints_both_at_a_time(self):
        # Its scale is measured once, by a separate page
        self.env["ir.actions.report"]._measure_wkhtmltopdf_scale()
        both = Barrier(2)

        def run_with_the_other(arguments):
            both.wait(timeout=10)
            return RUN(arguments)

        with patch.object(ir_actions_report, "_run_wkhtmltopdf", run_with_the_other):
            self.assertEqual(len(self.pair(self.review)), 2)

    def test_names(self):
        self.assertEqual(
            list(self.pair(self.review)), ["Alpha 2025 - Review Presentation.pdf", "Alpha 2025 - Customer Folder.pdf"]
        )
        twin = self.make_account("Alpha", lang="en_US")
        self.assertEqual(
            list(self.pair(self.account | twin))[2:],
            [f"Alpha 2025 - Review Presentation ({twin.id}).pdf", f"Alpha 2025 - Customer Folder ({twin.id}).pdf"],
        )

    def test_on_the_paper_of_the_company(self):
        self.company.paperformat_id = self.env.ref("base.paperformat_us")
        slides, folder = self.pair(self.review).values()
        self.assertEqual(set(page_sizes(slides)), {(338, 190)})
        self.assertEqual(set(page_sizes(folder)), {(216, 279)})

    def test_somebody_elses_account(self):
        stranger = self.make_user("stranger", "key_account_management.group_key_account_manager")
        with self.assertRaises(AccessError):
            self.pair(self.account, stranger)
        with self.assertRaises(AccessError):
            self.account.with_user(stranger).action_print_key_account_document(PAIR)

    def test_no_wkhtmltopdf(self):
        with (
            patch.object(self.registry["ir.actions.report"], "get_wkhtmltopdf_state", lambda _self: "install"),
            self.assertRaisesRegex(UserError, "require wkhtmltopdf"),
        ):
            self.account.with_user(self.manager).action_print_key_account_document(PAIR)

    def test_what_fails_in_the_other_thread_is_reported(self):
        """Before wkhtmltopdf gets its page, and when it fails on it: neither waits forever."""
        reports = self.registry["ir.actions.report"]

        def fails_early(_self, bodies, **_options):
            raise UserError("No paper")

        def fails_late(_self, bodies, **_options):
            list(bodies)
            raise UserError("No ink")

        for fails, message in ((fails_early, "No paper"), (fails_late, "No ink")):
            with (
                self.subTest(message),
                patch.object(reports, "_run_wkhtmltopdf", fails),
                self.assertRaisesRegex(UserError, message),
            ):
                self.pair(self.review)
        self.assertFalse(self.versions())


@tagged("-at_install", "post_install")
class TestPairDownload(DocumentCase, HttpCase):
    def test_one_archive(self):
        self.authenticate(self.manager.login, self.manager.login)
        action = self.review.with_user(self.manager).action_print_key_account_document(PAIR)
        with patch.object(ir_actions_report, "_run_wkhtmltopdf", RUN):
            response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200, response.text[:500])
        self.assertIn("Alpha%202025%20-%20Presentation%20and%20Folder.zip", response.headers["Content-Disposition"])
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            names = archive.namelist()
            self.assertEqual(names, ["Alpha 2025 - Review Presentation.pdf", "Alpha 2025 - Customer Folder.pdf"])
            for name in names:
                self.assertIn("Alpha", "".join(pages_of(archive.read(name))))
