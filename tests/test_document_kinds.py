"""The one list of documents: each of them can be made, is called what users call it, and can be added to."""

import unicodedata
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.documents.kinds import KEPT_LABELS, KINDS, LABELS, PDF_LABELS
from odoo.addons.key_account_management.tools.files import file_name, files_told_apart
from odoo.tests import HttpCase, tagged

from .documents import DocumentCase


@freeze_time("2025-11-20 12:00")
class TestKinds(DocumentCase):
    def test_each_can_be_made(self):
        documents = self.env["key.account.document"]
        for code, kind in KINDS.items():
            with self.subTest(code):
                for model, name in kind.reports.items():
                    report = self.env.ref(name)
                    self.assertEqual((report.key_account_document, report.model), (code, model))
                methods = [kind.gather] if kind.reports else [kind.renderer] if not kind.parts else []
                for method in methods:
                    self.assertTrue(callable(getattr(documents, method)))
                for part in kind.parts:
                    self.assertIn(part, KINDS)

    def test_choices(self):
        self.assertEqual(
            LABELS,
            [
                ("presentation", "Review Presentation"),
                ("folder", "Customer Folder"),
                ("briefing", "Internal Briefing"),
                ("powerpoint", "PowerPoint"),
                ("internal_powerpoint", "Internal PowerPoint"),
                ("workbook", "Workbook"),
                ("internal_workbook", "Internal Workbook"),
            ],
        )
        self.assertEqual(KEPT_LABELS, [*LABELS, ("review_minutes", "Minutes")])
        self.assertEqual(
            [code for code, _label in PDF_LABELS],
            ["presentation", "folder", "briefing", "review_minutes", "review_checklist", "review_checklist_empty"],
        )

    def test_names_of_files_are_in_the_language_of_the_reader(self):
        for record in (self.review, self.account):
            with self.subTest(record._name):
                self.assertEqual(record._get_key_account_file_name("folder"), "Alpha 2025 - Customer Folder")
                german = record.with_context(lang="de_DE")
                self.assertEqual(german._get_key_account_file_name("folder"), "Alpha 2025 - Kundenmappe")
        self.review.year = 2024
        self.assertEqual(self.review._get_key_account_file_name("review_minutes"), "Alpha 2024 - Minutes")

    def test_every_system_can_save_the_files(self):
        for name, saved in (
            ('A/B "C": <D>?*|E\\F', "A-B -C-- -D----E-F"),
            ("One\nTwo\tThree", "One-Two-Three"),
            ("txt.\u202eexe", "txt.-exe"),
            (" .Dots", "Dots"),
        ):
            self.account.name = name
            for record in (self.review, self.account):
                with self.subTest(name, model=record._name):
                    self.assertEqual(record._get_key_account_file_name("folder"), f"{saved} 2025 - Customer Folder")

    def test_long_names_keep_their_end(self):
        self.account.name = "Ä" * 1000
        name = self.account._get_key_account_file("folder")
        self.assertLessEqual(len(name.encode()), 220)
        self.assertRegex(name, "^Ä+…Ä+ 2025 - Customer Folder.pdf$")

    def test_names_of_devices(self):
        for name in ("CON", "nul", "com1", "LPT¹", "aux", "Prn.x"):
            self.assertEqual(file_name(name, extension="zip"), f"_{name}.zip")
        for name in ("Console", "com10", "null"):
            self.assertEqual(file_name(name, extension="zip"), f"{name}.zip")

    def test_files_of_a_zip_are_told_apart_on_every_system(self):
        """Also those whose names were stored before there were rules for them."""
        given = (
            "Müller.pdf",
            "MÜLLER.pdf",
            "Mu\u0308ller.pdf",
            "A:B.pdf",
            "A-B.pdf",
            "x" * 300 + ".pdf",
            "X" * 300 + ".pdf",
        )
        names = list(files_told_apart((name, 7, b"") for name in given))
        self.assertEqual(len({unicodedata.normalize("NFC", name).casefold() for name in names}), len(given))
        for name in names:
            self.assertNotRegex(name, r'[\x00-\x1f"*/:<>?\\|]')
            self.assertTrue(name.endswith(".pdf"))
            self.assertLessEqual(len(name.encode()), 255)

    def test_another_module_adds_to_the_data(self):
        documents = type(self.env["key.account.document"])
        gather = documents._gather

        def gather_more(*arguments):
            data = gather(*arguments)
            data.folder.situation.append(("Fleet", "Forty vans"))
            return data

        with patch.object(documents, "_gather", gather_more):
            data = self.env["key.account.document"]._get_presentation_data(self.review)
        self.assertIn(("Fleet", "Forty vans"), data.folder.situation)


@tagged("-at_install", "post_install")
class TestAddresses(DocumentCase, HttpCase):
    def test_what_is_not_downloaded_there(self):
        """Odoo's reports have addresses of their own, and other models have no documents."""
        self.authenticate(self.manager.login, self.manager.login)
        for address in (
            f"review_minutes/key.account.review/{self.review.id}",
            f"folder/res.partner/{self.account.id}",
            f"workbook/res.users/{self.manager.id}",
            f"brochure/res.partner/{self.account.id}",
            "workbook/res.partner/x",
        ):
            with self.subTest(address), self.assertNoLogs("odoo", "WARNING"):
                response = self.url_open(f"/key_account_management/document/{address}")
                self.assertEqual(response.status_code, 404)
