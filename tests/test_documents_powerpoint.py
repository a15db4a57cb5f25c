"""The PowerPoint: the same slides as in the PDF, native charts with the figures, and whatever was entered."""

import base64
import io
import sys
from datetime import date
from unittest.mock import patch

import openpyxl
from PIL import Image
from pptx import Presentation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .documents import SLIDES, DocumentCase, pages_of, text_of_zip


def titles_of(content):
    return [slide.shapes.title.text_frame.text for slide in Presentation(io.BytesIO(content)).slides]


def charts_of(content):
    """:return: ``{title of the slide: chart}``"""
    return {
        slide.shapes.title.text_frame.text: shape.chart
        for slide in Presentation(io.BytesIO(content)).slides
        for shape in slide.shapes
        if shape.has_chart
    }


def texts_of(content):
    """:return: all texts on each slide, including those in tables"""
    pages = []
    for slide in Presentation(io.BytesIO(content)).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        texts += [cell.text_frame.text for table in tables for row in table.rows for cell in row.cells]
        pages.append("\n".join(texts))
    return pages


class TestPowerPoint(DocumentCase):
    def measure(self, name, day, state="planned", **values):
        return self.env["key.account.care.measure"].create(
            {
                "name": name,
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_start": date(2024, 1, 1),
                "date_end": day,
                "state": state,
                "is_shared": True,
                **values,
            }
        )

    # === SLIDES ===#

    def test_refused_conditions_are_not_proposals(self):
        self.review.condition_ids = [
            Command.create({"kind": "service", "name": "Delivery", "text_proposed": "Within a day"}),
            Command.create({"kind": "service", "name": "Idea", "text_proposed": "Gone", "outcome": "refused"}),
        ]
        texts = "\n".join(texts_of(self.powerpoint(self.review)))
        self.assertIn("Within a day", texts)
        self.assertNotIn("Gone", texts)

    def test_titles(self):
        self.assertEqual(
            titles_of(self.powerpoint(self.review)),
            [
                "Alpha",
                "Why we are meeting",
                "Our agenda",
                "Revenue up 50%, driven by Chairs",
                "March was the strongest month",
                "Chairs makes up 90% of the revenue and grew the most, by 900\N{NO-BREAK SPACE}€",
                "Chair makes up 90% of the revenue and grew the most, by 900\N{NO-BREAK SPACE}€",
                "Our year together",
                "First · Later",
                "Your contacts",
            ],
        )

    def test_charts_are_native_and_hold_the_figures(self):
        charts = list(charts_of(self.powerpoint(self.review)).values())
        self.assertEqual(len(charts), 4)
        year, months, categories, products = (
            [list(series.values) for series in chart.plots[0].series] for chart in charts
        )
        self.assertEqual([months[1][2], months[1][4], months[1][5]], [1700, 500, -100])
        self.assertEqual(months[0][2], 1400)
        self.assertEqual([year[1][2], year[1][-1], year[0][-1]], [1700, 2100, 1400])
        self.assertEqual(categories, [[1000, 400], [1900, 200]])
        self.assertEqual(products, [[1000, 400], [1900, 200]])
        self.assertEqual(list(charts[2].plots[0].categories), ["Chairs  +90.0%", "Desks  −50.0%"])
        # What one sees when one edits the chart
        book = openpyxl.load_workbook(io.BytesIO(charts[2].part.chart_workbook.xlsx_part.blob))
        rows = list(book.active.iter_rows(min_row=2, values_only=True))
        self.assertEqual([row[1:] for row in rows], [(1000, 1900), (400, 200)])

    def test_charts_look_as_in_the_pdf(self):
        """The same steps on the axis, amounts with their currency, and contents in the same order."""
        charts = list(charts_of(self.powerpoint(self.review)).values())
        axis = charts[1].value_axis
        self.assertEqual((axis.minimum_scale, axis.maximum_scale, axis.major_unit), (-500, 2000, 500))
        self.assertEqual(charts[2].plots[0].series[1]._element.xpath(".//c:val//c:formatCode")[0].text, '#,##0"\xa0€"')
        for chart in charts_of(self.powerpoint(self.review)).values():
            self.assertEqual([series.name[-4:] for series in chart.plots[0].series], ["2024", "2025"])
            self.assertTrue(chart.has_legend)

    def test_nothing_has_a_shadow(self):
        """The style of a shape would draw one."""
        slides = Presentation(io.BytesIO(self.powerpoint(self.review))).slides
        self.assertFalse([shape.name for slide in slides for shape in slide.shapes if shape._element.xpath("p:style")])

    def test_the_same_slides_as_in_the_pdf(self):
        self.measure("Workshop", date(2025, 3, 1), "done")
        self.measure("Test run", date(2025, 12, 24))
        for lang in ("en_US", "de_DE"):
            self.account.lang = lang
            with self.subTest(lang):
                pages = pages_of(self.render(SLIDES, self.review))
                titles = titles_of(self.powerpoint(self.review))
                self.assertEqual(len(pages), len(titles))
                for page, title in zip(pages, titles, strict=True):
                    self.assertIn(" ".join(title.split()), " ".join(page.split()))

    def test_measures_that_the_customer_may_see(self):
        self.measure("Workshop", date(2025, 3, 1), "done")
        self.measure("Late one", date(2025, 4, 1), "in_progress")
        self.measure("Test run", date(2025, 12, 24))
        self.measure("Not theirs", date(2025, 12, 24), is_shared=False)
        self.measure("Long ago", date(2024, 12, 24), "done")
        pages = texts_of(self.powerpoint(self.review))
        looking_back = next(page for page in pages if "1 of 2 promises kept, 1 in progress" in page)
        for text in ("Workshop", "Late one", "Mar 1, 2025", "Done", "In Progress"):
            self.assertIn(text, looking_back)
        ahead = next(
            page for page in pages if "Next: Test run by December\N{NO-BREAK SPACE}24,\N{NO-BREAK SPACE}2025" in page
        )
        self.assertIn("Dec 24, 2025", ahead)
        for text in ("Not theirs", "Long ago"):
            self.assertNotIn(text, "".join(pages))

    def test_never_too_many_slides(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.invoice(subsidiary, date(2025, 7, 1), (self.desk, 1, 50.0))
        for number in range(60):
            self.measure(f"Step {number}", date(2025, 12, 24))
        titles = titles_of(self.powerpoint(self.review))
        self.assertLessEqual(len(titles), 16)
        self.assertFalse([title for title in titles if "Of the group's" in title])
        self.assertIn("Step 59", "".join(texts_of(self.powerpoint(self.review))))

    # === EDITIONS ===#

    def test_notes_of_the_internal_edition_only(self):
        for audience, expected in (("internal", True), ("customer", False)):
            content = self.powerpoint(self.review, audience)
            slides = Presentation(io.BytesIO(content)).slides
            notes = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
            self.assertEqual(notes, ["top secret"] if expected else [])
            self.assertEqual("notesSlide" in text_of_zip(content), expected)
        self.assertEqual(titles_of(self.powerpoint(self.review)), titles_of(self.powerpoint(self.review, "internal")))

    def test_internal_edition_by_role(self):
        documents = self.env["key.account.document"].with_user(self.rep)
        with self.assertRaises(AccessError):
            documents._render_powerpoint(self.review.with_user(self.rep), "internal")
        with self.assertRaises(AccessError):
            self.review.with_user(self.rep).action_print_key_account_document("internal_powerpoint")
        self.assertTrue(documents._render_powerpoint(self.review.with_user(self.rep)))

    def test_versions(self):
        self.powerpoint(self.review)
        self.powerpoint(self.review, "internal")
        versions = self.env["key.account.review.document"].search([("review_id", "=", self.review.id)])
        self.assertEqual(
            {(version.kind, version.audience) for version in versions},
            {("powerpoint", "customer"), ("internal_powerpoint", "internal")},
        )

    def test_properties(self):
        properties = Presentation(io.BytesIO(self.powerpoint(self.review))).core_properties
        self.assertEqual((properties.author, properties.last_modified_by), ("Test Company", "Test Company"))
        self.assertEqual(properties.title, "Annual Review 2025 – Alpha")
        self.assertNotIn("thumbnail", text_of_zip(self.powerpoint(self.review)))

    # === WHATEVER SOMEBODY HAS ENTERED ===#

    def test_logos(self):
        huge = io.BytesIO()
        Image.new("RGB", (4000, 3000), "red").save(huge, "PNG")
        partner = self.company.partner_id
        attachments = self.env["ir.attachment"].sudo()
        for content, pictures in ((b"", 0), (huge.getvalue(), 1), (b"\x89PNG broken", 0)):
            partner.image_1920 = base64.b64encode(huge.getvalue()) if content else False
            if pictures == 0 and content:
                stored = attachments.search(
                    [("res_model", "=", "res.partner"), ("res_id", "=", partner.id), ("res_field", "=", "image_1920")]
                )
                stored.write({"raw": content})
                self.env.invalidate_all()
            with self.subTest(size=len(content)):
                file = self.powerpoint(self.review)
                cover = Presentation(io.BytesIO(file)).slides[0]
                self.assertEqual(len([shape for shape in cover.shapes if shape.shape_type == 13]), pictures)
                self.assertLess(len(file), 500_000)
                self.assertIn("Test Company", pages_of(self.render(SLIDES, self.review))[0])

    def test_colors_that_nobody_could_read(self):
        for color in ("#FFFFFF", "yellow", False):
            self.company.primary_color = color
            with self.subTest(color):
                self.assertNotIn('<a:accent1><a:srgbClr val="FFFFFF"', text_of_zip(self.powerpoint(self.review)))
                self.assertEqual(len(pages_of(self.render(SLIDES, self.review))), 10)

    def test_pasted_markup(self):
        script = "<script>alert(1)</script> & <b>bold</b>"
        self.review.topic_ids = [Command.create({"section": "status", "name": script, "description": script})]
        self.review.retrospective = script
        for pages in (texts_of(self.powerpoint(self.review)), pages_of(self.render(SLIDES, self.review))):
            self.assertGreaterEqual("".join(pages).count(script), 3)

    def test_characters_that_files_can_not_hold(self):
        self.review.retrospective = "A good\x0b\x01 year"
        self.assertIn("year", "".join(texts_of(self.powerpoint(self.review))))

    def test_long_names_and_lists(self):
        self.account.name = "Alpha " * 40
        self.product.name = "Chair with a very long name " * 6
        self.review.topic_ids = [
            Command.create({"section": "status", "name": f"Topic {number} " * 8, "description": "Words " * 300})
            for number in range(12)
        ]
        content = self.powerpoint(self.review)
        self.assertEqual(len(titles_of(content)), len(pages_of(self.render(SLIDES, self.review))))
        self.assertLessEqual(max(map(len, titles_of(content))), 140)
        self.assertEqual("".join(texts_of(content)).count("Words"), 12 * 300)

    def test_without_sales_and_without_review(self):
        account = self.make_account("Empty", lang="de_DE")
        titles = titles_of(self.powerpoint(account))
        self.assertEqual(titles, ["Empty", "Keine Rechnungen in diesem Zeitraum", "Ihre Ansprechpartner"])
        self.review.action_cancel()
        self.assertEqual(len(titles_of(self.powerpoint(self.account))), 6)

    def test_frozen(self):
        self.review.with_user(self.manager).action_hold()
        before = texts_of(self.powerpoint(self.review))
        self.invoice(self.account, date(2025, 8, 1), (self.desk, 3, 500.0))
        self.assertEqual(texts_of(self.powerpoint(self.review)), before)

    def test_without_python_pptx(self):
        with (
            patch.dict(sys.modules, {"pptx": None}),
            self.assertRaisesRegex(UserError, "pip install python-pptx"),
        ):
            self.review.with_user(self.manager).action_print_key_account_document("powerpoint")


@tagged("post_install", "-at_install")
class TestDownload(HttpCase):
    def test_download(self):
        account = self.env.ref("key_account_management.demo_account_growing")
        self.authenticate("kim", "kim")
        response = self.url_open(f"/key_account_management/document/powerpoint/res.partner/{account.id}")
        self.assertIn("presentationml", response.headers["Content-Type"])
        self.assertGreater(len(titles_of(response.content)), 8)
        for path in (
            "presentation/res.partner/1",
            "powerpoint/res.users/1",
            "powerpoint/res.partner/x",
            "no/res.partner/1",
        ):
            with self.subTest(path):
                self.assertEqual(self.url_open(f"/key_account_management/document/{path}").status_code, 404)
