"""The templates of the import are taken by Odoo's import as they are, in both languages."""

import io
from datetime import date

import openpyxl

from odoo.addons.key_account_management.screens.import_template import ImportTemplate
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MANAGER, KeyAccountCase

MODELS = ("key.account.demand", "key.account.rating", "key.account.satisfaction", "key.account.care.measure")


class TestImportTemplates(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")

    def template(self, model, lang):
        return ImportTemplate(self.env[model].with_user(self.manager).with_context(lang=lang)).content()

    def load(self, model, lang, content):
        """:return: (what Odoo's import says, the records that it made)"""
        records = self.env[model].with_user(self.manager).with_context(lang=lang)
        before = records.search([])
        importer = records.env["base_import.import"].create(
            {
                "res_model": model,
                "file": content,
                "file_name": "template.xlsx",
                "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "float_thousand_separator": "",
            "float_decimal_separator": "." if lang == "en_US" else ",",
        }
        preview = importer.parse_preview(options)
        self.assertNotIn("error", preview)
        columns = [preview["matches"].get(column, [False])[0] for column in range(len(preview["headers"]))]
        options = preview["options"] | options
        return columns, importer.execute_import(columns, preview["headers"], options), records.search([]) - before

    def test_the_example_is_imported(self):
        for model in MODELS:
            for lang in ("en_US", "de_DE"):
                with self.subTest(model, lang=lang):
                    columns, answer, made = self.load(model, lang, self.template(model, lang))
                    self.assertEqual(tuple(columns), self.env[model]._import_fields)
                    self.assertFalse(answer["messages"])
                    self.assertEqual(len(made), 1)
                    self.assertEqual(made.partner_id, self.account)
                    made.unlink()

    def test_numbers_and_dates(self):
        """Half a point stays half a point where the comma is the decimal sign."""
        book = openpyxl.load_workbook(io.BytesIO(self.template("key.account.satisfaction", "de_DE")))
        sheet = book.active
        columns = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(2, columns["Datum"]).value = date(2025, 2, 3)
        sheet.cell(2, columns["Bewertung (0–10)"]).value = 8.5
        changed = io.BytesIO()
        book.save(changed)
        _columns, answer, made = self.load("key.account.satisfaction", "de_DE", changed.getvalue())
        self.assertFalse(answer["messages"])
        self.assertEqual((made.score, made.date), (8.5, date(2025, 2, 3)))

    def test_columns_explain_themselves(self):
        book = openpyxl.load_workbook(io.BytesIO(self.template("key.account.rating", "en_US")))
        (account, agency, *_others) = book.active[1]
        self.assertEqual((account.value, agency.value), ("Account", "Agency"))
        self.assertEqual(agency.comment.text, "Required. Who gave the rating, e.g. Creditreform.")

    def test_offered_where_one_imports(self):
        for model in MODELS:
            (template,) = self.env[model].with_user(self.manager).get_import_templates()
            self.assertEqual(template["template"], f"/key_account_management/import_template/{model}")
        (template,) = self.env["key.account.rating"].with_context(lang="en_US").get_import_templates()
        self.assertEqual(template["label"], "Import Template for Credit Rating of a Key Account")

    def test_a_role_has_the_columns_that_it_may_write(self):
        measures = self.env["key.account.care.measure"].with_user(self.rep)
        self.assertNotIn("cost_planned", ImportTemplate(measures).names)


@tagged("post_install", "-at_install")
class TestDownload(HttpCase):
    def test_who_gets_a_template(self):
        manager = new_test_user(self.env, "import_manager", MANAGER)
        self.authenticate(manager.login, manager.login)
        address = "/key_account_management/import_template/"
        answer = self.url_open(f"{address}key.account.demand")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"PK"))
        for model in ("res.partner", "key.account.kpi", "nothing", "key.account.figures"):
            self.assertEqual(self.url_open(f"{address}{model}").status_code, 404, model)
        employee = new_test_user(self.env, "import_employee", "base.group_user")
        self.authenticate(employee.login, employee.login)
        self.assertEqual(self.url_open(f"{address}key.account.demand").status_code, 404)
