"""How the tests of documents create them and read their contents."""

import io
import subprocess
import zipfile
from datetime import date

import openpyxl
from freezegun import freeze_time
from lxml import etree
from reportlab.pdfgen.canvas import Canvas

from odoo.fields import Command

from .common import KeyAccountCase

SLIDES = "key_account_management.action_report_presentation_{}"
FOLDER = "key_account_management.action_report_folder_{}"


def make_pdf(*texts):
    """:return: a PDF with one page for each text"""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 300))
    for text in texts:
        canvas.drawString(50, 200, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pages_of(pdf):
    """:return: the text of each page, with single spaces only"""
    result = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in result.stdout.decode().split("\f")[:-1]]


def page_sizes(pdf):
    """:return: (width, height) of each page in whole millimetres"""
    result = subprocess.run(["pdfinfo", "-l", "999", "-"], input=pdf, capture_output=True, check=True)
    sizes = [
        line.split(":")[1].split()
        for line in result.stdout.decode().splitlines()
        if line.startswith("Page ") and " size:" in line
    ]
    return [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, _by, height, *_pts in sizes]


def text_of_zip(content):
    """:return: all texts, numbers and attributes in all files of a workbook or a presentation: sheets, hidden ones,
    slides, charts with the workbooks in them, notes, properties"""
    texts = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            texts.append(name)
            if name.endswith(".xlsx"):
                texts.append(text_of_zip(archive.read(name)))
            elif not name.endswith((".png", ".jpeg")):
                for element in etree.fromstring(archive.read(name)).iter():
                    texts += [element.text or "", *element.attrib.values()]
    return "\n".join(texts)


@freeze_time("2025-11-20 12:00")
class DocumentCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.make_product("Desk", cost=90.0, categ_id=cls.category.create({"name": "Desks"}).id)
        cls.account.lang = "en_US"
        cls.invoice(cls.account, date(2024, 3, 10), (cls.product, 10, 100.0), (cls.desk, 2, 200.0))
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 15, 100.0), (cls.desk, 1, 200.0))
        cls.invoice(cls.account, date(2025, 5, 10), (cls.product, 5, 100.0))
        cls.credit_note(cls.account, date(2025, 6, 10), (cls.product, 1, 100.0))
        cls.review = cls.env["key.account.review"].create(
            {
                "partner_id": cls.account.id,
                "year": 2025,
                "place": "Hamburg",
                "planned_date": date(2025, 12, 1),
                "opening_occasion": "Ten years together",
                "retrospective": "A good year",
                "internal_note": "top secret",
                "topic_ids": [
                    Command.create({"section": "future", "name": "Later", "description": "On <b>new</b> markets"}),
                    Command.create({"section": "status", "name": "First", "description": "How we are doing"}),
                ],
            }
        )

    def render(self, report, record, user=None):
        user = user or self.manager
        reports = (
            self.env["ir.actions.report"]
            .with_user(user)
            .with_context(
                # otherwise Odoo gives HTML in tests
                force_report_rendering=True,
                allowed_company_ids=self.company.ids,
            )
        )
        kind = "review" if record._name == "key.account.review" else "partner"
        pdf, _type = reports._render_qweb_pdf(report.format(kind), record.ids)
        return pdf

    def workbook(self, record, audience="customer"):
        content = (
            self.env["key.account.document"]
            .with_user(self.manager)
            ._render_workbook(record.with_user(self.manager), audience)
        )
        return content

    def powerpoint(self, record, audience="customer"):
        return (
            self.env["key.account.document"]
            .with_user(self.manager)
            ._render_powerpoint(record.with_user(self.manager), audience)
        )

    def cells(self, content, formulas=False):
        """:return: ``{sheet: {first cell: list of the row's cells}}``"""
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas)
        return {
            sheet.title: {row[0]: list(row[1:]) for row in sheet.iter_rows(values_only=True) if row and row[0]}
            for sheet in book
        }
