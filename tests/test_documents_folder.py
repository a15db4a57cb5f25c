"""The customer folder: its contents, chapters and appendix, on A4 and US Letter."""

import io
import re
from datetime import date

from PyPDF2 import PdfReader, PdfWriter

from odoo.addons.key_account_management.documents.data.appendix import UnusablePdf, read_pdf
from odoo.addons.key_account_management.documents.pdf.folder_view import FolderView
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from .documents import FOLDER, DocumentCase, make_pdf, page_sizes, pages_of

CHAPTERS = {
    "en_US": (
        "Agenda and topics",
        "The people on both sides",
        "Where you stand",
        "Our year together",
        "The year at a glance",
        "Revenue by month",
        "Revenue and volume by category",
        "Most purchased products",
        "What we do together",
        "Goals and perspectives",
        "Prices, terms and services under discussion",
        "Your prices",
        "What the figures mean",
    ),
    "de_DE": (
        "Agenda und Themen",
        "Die Beteiligten auf beiden Seiten",
        "Wo Sie stehen",
        "Das gemeinsame Jahr",
        "Das Jahr auf einen Blick",
        "Umsatz nach Monaten",
        "Umsatz und Absatz nach Kategorie",
        "Meistgekaufte Produkte",
        "Was wir gemeinsam tun",
        "Ziele und Perspektiven",
        "Preise, Konditionen und Leistungen im Gespräch",
        "Ihre Preise",
        "Was die Kennzahlen bedeuten",
    ),
}


def protect(pdf, password):
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        writer.add_page(page)
    writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


class TestFolder(DocumentCase):
    def fill(self, review):
        """Content for each chapter."""
        self.env["res.partner"].create(
            [
                {
                    "name": "Ann Buyer",
                    "parent_id": self.account.id,
                    "function": "Head of Purchasing",
                    "email": "ann@alpha.example.com",
                    "phone": "+49 40 1234",
                    "comment": "top secret",
                },
            ]
        )
        measure = {"partner_id": self.account.id, "company_id": self.company.id, "date_start": date(2025, 1, 1)}
        self.env["key.account.care.measure"].create(
            [
                {**measure, "name": "Joint workshop", "date_end": date(2025, 12, 24), "is_shared": True},
                {**measure, "name": "Cut their discount", "date_end": date(2025, 12, 24)},
                {
                    **measure,
                    "name": "Long ago",
                    "date_start": date(2023, 1, 1),
                    "date_end": date(2023, 12, 24),
                    "state": "done",
                    "is_shared": True,
                },
            ]
        )
        milestone = {
            "partner_id": self.account.id,
            "company_id": self.company.id,
            "date_deadline": date(2025, 12, 31),
        }
        self.env["key.account.milestone"].create(
            [{**milestone, "name": "Pilot runs", "is_shared": True}, {**milestone, "name": "Bring in their rival"}]
        )
        review.write(
            {
                "customer_situation": "Three new plants",
                "goals": "Half the lead time",
                "sensitive_topics": "top secret",
                "condition_ids": [
                    Command.create({"kind": "service", "name": "Delivery", "text_proposed": "Within a day"}),
                    Command.create(
                        {"kind": "service", "name": "Refused idea", "text_proposed": "Gone", "outcome": "refused"}
                    ),
                ],
            }
        )

    def attach(self, **files):
        self.review.folder_attachment_ids = [
            Command.create({"name": f"{name}.pdf", "raw": content, "mimetype": "application/pdf"})
            for name, content in files.items()
        ]

    def contents(self, pages):
        """:return: {title: page} of the contents, as numbers count from 1"""
        text = pages[1]
        titles = CHAPTERS["de_DE" if "enthält" in text else "en_US"]
        found = {}
        for title in titles:
            if title in text:
                found[title] = int(text.split(title, 1)[1].split()[0])
        return found

    # === CHAPTERS AND CONTENTS ===#

    def test_contents_name_the_pages_of_the_chapters(self):
        self.fill(self.review)
        # So much text that chapters lie on many pages, and one that reads like a heading of another chapter
        self.review.retrospective = "A good year. " * 900 + "\n9  What we do together"
        self.review.topic_ids[:1].description = "Long.\n" * 70
        self.attach(Catalogue=make_pdf("one", "two"), Terms=make_pdf("three"))
        for lang in ("en_US", "de_DE"):
            self.account.lang = lang
            with self.subTest(lang):
                pages = pages_of(self.render(FOLDER, self.review))
                found = self.contents(pages)
                self.assertEqual(tuple(found), CHAPTERS[lang])
                for number, (title, page) in enumerate(found.items(), 1):
                    self.assertIn(f"{number} {title}", pages[page - 1], title)
                self.assertGreater(found[CHAPTERS[lang][4]], 7)
                catalogue = int(pages[1].split("Catalogue", 1)[1].split()[0])
                self.assertEqual(pages[catalogue - 1 :], ["one", "two", "three"])
                self.assertIn(f"2 / {len(pages)}", pages[1])
                self.assertIn(f"Terms {len(pages)}", pages[1])

    def test_what_is_in_it(self):
        self.fill(self.review)
        text = " ".join(pages_of(self.render(FOLDER, self.review)))
        for expected in (
            "Ann Buyer",
            "Head of Purchasing",
            "ann@alpha.example.com",
            "+49 40 1234",
            "Three new plants",
            "Joint workshop",
            "Dec 24, 2025",
            "Pilot runs",
            "On Track",
            "Half the lead time",
            "Delivery",
            "Within a day",
            "Chair $ 100.00 10",
            "March 2025 1,700 € 1,400 € ▲ +21.4%",
            "June 2025 −100 € 0€ –",
            "Total 2,100 € 1,400 €",
            "Amounts excluding tax on invoices",
        ):
            self.assertIn(expected, text)
        for hidden in ("Cut their discount", "Bring in their rival", "top secret", "Refused idea", "Long ago"):
            self.assertNotIn(hidden, text)

    def test_chapters_without_content_drop_out(self):
        account = self.make_account("Empty", lang="en_US")
        pages = pages_of(self.render(FOLDER, account))
        self.assertEqual(
            list(self.contents(pages)), ["The people on both sides", "The year at a glance", "What the figures mean"]
        )
        self.assertIn("nothing was invoiced", " ".join(pages))

    def test_the_same_whoever_prints(self):
        self.fill(self.review)
        self.assertEqual(
            pages_of(self.render(FOLDER, self.review, self.rep)), pages_of(self.render(FOLDER, self.review))
        )

    def test_html_in_texts_is_text(self):
        self.review.retrospective = "<script>document.body.innerHTML = 'gone'</script><b>bold</b>"
        self.assertIn(
            "<script>document.body.innerHTML = 'gone'</script><b>bold</b>",
            " ".join(pages_of(self.render(FOLDER, self.review))),
        )

    def test_long_lists_and_names(self):
        self.account.name = "Alpha " * 14 + "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik"
        self.env["res.partner"].create(
            [{"name": f"Person {number:02}", "parent_id": self.account.id} for number in range(60)]
        )
        products = self.env["product.product"].create(
            [
                {"name": f"Part {number:03} " + "x" * (number % 60), "list_price": 10, "categ_id": self.category.id}
                for number in range(200)
            ]
        )
        self.invoice(self.account, date(2025, 7, 1), *((product, 1, 9.5) for product in products))
        pages = pages_of(self.render(FOLDER, self.review))
        text = " ".join(pages)
        self.assertIn("Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik", pages[0].replace(" ", ""))
        for number in range(60):
            self.assertEqual(text.count(f"Person {number:02}"), 1)
        contents = self.contents(pages)
        prices = pages[contents["Your prices"] - 1 : contents["What the figures mean"] - 1]
        for number in range(200):
            # A line that is split at the end of a page would appear twice
            self.assertEqual(" ".join(prices).count(f"Part {number:03}"), 1)
        self.assertGreater(len(prices), 5)
        for page in prices:
            self.assertRegex(page, r"^(\d+ Your prices .* )?Product Price Today Usual Quantity")
        # No page with what did not fit on the previous one
        self.assertTrue(all(page.count("Part ") > 10 for page in prices[:-1]))

    def test_a_price_is_said_once(self):
        """The price at the usual quantity has its own column if it differs for any product."""
        heading = "Price at the Usual Quantity"
        self.assertNotIn(heading, " ".join(pages_of(self.render(FOLDER, self.review))))
        price_list = self.env["product.pricelist"].create(
            {
                "name": "By quantity",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.product.id,
                            "compute_price": "fixed",
                            "fixed_price": 95.0,
                            "min_quantity": 5,
                        }
                    )
                ],
            }
        )
        self.account.with_company(self.company).property_product_pricelist = price_list
        text = " ".join(pages_of(self.render(FOLDER, self.review)))
        self.assertIn(heading, text)
        self.assertRegex(text, r"Chair 100\.00 € 10 95\.00 €")

    def test_headings_of_tables_that_go_over_pages(self):
        measures = self.env["key.account.care.measure"].create(
            [
                {
                    "name": f"Measure {number:02} " + "of many words " * (number % 12),
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "date_end": date(2025, 12, 24),
                    "is_shared": True,
                }
                for number in range(60)
            ]
        )
        self.review.condition_ids = [
            Command.create({"kind": "service", "name": f"Service {number:02}", "text_proposed": "Better " * number})
            for number in range(1, 41)
        ]
        for paper in ("base.paperformat_euro", "base.paperformat_us"):
            self.company.paperformat_id = self.env.ref(paper)
            pages = pages_of(self.render(FOLDER, self.review))
            with self.subTest(paper):
                for word, count, heading in (
                    ("Measure", len(measures), "Measure Status Deadline"),
                    ("Service", 40, "Condition Today Proposal"),
                ):
                    named = [page for page in pages[2:] if re.search(rf"{word} \d\d", page)]
                    self.assertEqual(sum(len(re.findall(rf"{word} \d\d", page)) for page in named), count)
                    self.assertGreater(len(named), 1)
                    for page in named:
                        self.assertIn(heading, page)

    def test_a_long_agenda_leaves_no_page_almost_empty(self):
        self.fill(self.review)
        contents = self.contents(pages_of(self.render(FOLDER, self.review)))
        self.assertEqual((contents["Agenda and topics"], contents["The people on both sides"]), (3, 4))
        # A bit more than a page
        self.review.topic_ids = [
            Command.create({"section": "status", "name": f"Topic {number:02}", "description": "Long"})
            for number in range(14)
        ]
        pages = pages_of(self.render(FOLDER, self.review))
        self.assertEqual(self.contents(pages)["The people on both sides"], 4)
        self.assertRegex(pages[3], r"Future Topics.*The people on both sides.*Ann Buyer")

    def test_what_is_shared_of_the_whole_group(self):
        """As the figures: of the account and of those below it, which are named."""
        plant = self.make_account("Alpha Plant", parent_id=self.account.id, is_company=True)
        outside = self.make_account("Alpha Rival")
        values = {"company_id": self.company.id, "is_shared": True}
        for account, name in ((self.account, "Own"), (plant, "Below"), (outside, "Elsewhere")):
            account_values = {**values, "partner_id": account.id}
            self.env["key.account.care.measure"].create(
                {**account_values, "name": f"{name} measure", "date_end": date(2025, 12, 24)}
            )
            self.env["key.account.milestone"].create(
                {**account_values, "name": f"{name} milestone", "date_deadline": date(2025, 12, 31)}
            )
        text = " ".join(pages_of(self.render(FOLDER, self.review)))
        self.assertRegex(text, r"Own measure Planned Dec 24, 2025 Below measure Planned Dec 24, 2025 Alpha Plant")
        self.assertRegex(text, r"Own milestone On Track Dec 31, 2025 Below milestone On Track Dec 31, 2025 Alpha Plant")
        self.assertNotIn("Elsewhere", text)
        text = " ".join(pages_of(self.render(FOLDER, plant)))
        self.assertIn("Below measure", text)
        self.assertNotIn("Own measure", text)

    # === LOGO AND PAPER ===#

    def test_a_broken_logo_is_left_out(self):
        before = len(pages_of(self.render(FOLDER, self.review)))
        for logo in (False, b"bm8gaW1hZ2U=", b"iVBORw0KGgo="):
            # As an import into the database leaves it: Odoo's own field refuses what is not an image
            with self.subTest(logo):
                attachment = self.env["ir.attachment"].search(
                    [
                        ("res_model", "=", "res.partner"),
                        ("res_field", "=", "image_1920"),
                        ("res_id", "=", self.company.partner_id.id),
                    ]
                )
                attachment.unlink()
                if logo:
                    self.env["ir.attachment"].create(
                        {
                            "name": "image_1920",
                            "res_model": "res.partner",
                            "res_field": "image_1920",
                            "res_id": self.company.partner_id.id,
                            "datas": logo,
                        }
                    )
                self.env.invalidate_all()
                self.assertEqual(len(pages_of(self.render(FOLDER, self.review))), before)

    def test_us_companies_print_on_letter(self):
        self.fill(self.review)
        self.company.paperformat_id = self.env.ref("base.paperformat_us")
        pdf = self.render(FOLDER, self.review)
        self.assertEqual(set(page_sizes(pdf)), {(216, 279)})
        pages = pages_of(pdf)
        for number, (title, page) in enumerate(self.contents(pages).items(), 1):
            self.assertIn(f"{number} {title}", pages[page - 1])
        self.company.paperformat_id = self.env.ref("base.paperformat_euro")
        self.assertEqual(set(page_sizes(self.render(FOLDER, self.review))), {(210, 297)})

    # === APPENDIX ===#

    def test_broken_and_protected_files_are_named_and_left_out(self):
        whole = make_pdf("whole page")
        self.attach(
            Whole=whole,
            Torn=whole[: len(whole) // 3],
            Nonsense=b"%PDF-1.4 and nothing more",
            Locked=protect(whole, "secret"),
        )
        pages = pages_of(self.render(FOLDER, self.review))
        self.assertEqual(pages[-1], "whole page")
        self.assertIn("Whole", pages[1])
        for name in ("Torn", "Nonsense", "Locked"):
            self.assertNotIn(name, pages[1])
        checklist = self.review.with_user(self.manager).get_folder_checklist()
        self.assertIn("Locked.pdf is password-protected", checklist["warning"])
        self.assertIn("Torn.pdf is damaged", checklist["warning"])
        self.assertIn("Nonsense.pdf is damaged", checklist["warning"])
        self.assertNotIn("Whole", checklist["warning"])
        self.env.cr.precommit.run()
        notices = self.env["bus.bus"].search([("message", "like", "Locked.pdf")])
        self.assertTrue(notices)

    def test_read_pdf(self):
        whole = make_pdf("one", "two")
        copy, pages = read_pdf(whole)
        self.assertEqual((pages, pages_of(copy)), (2, ["one", "two"]))
        for content, reason in ((b"", "broken"), (b"text", "broken"), (protect(whole, "secret"), "protected")):
            with self.assertRaises(UnusablePdf) as caught:
                read_pdf(content)
            self.assertEqual(caught.exception.reason, reason)

    def test_only_pdf_files(self):
        with self.assertRaisesRegex(ValidationError, r"notes\.txt"):
            self.review.folder_attachment_ids = [Command.create({"name": "notes.txt", "raw": b"text"})]

    def test_nobody_prints_files_they_may_not_read(self):
        private = self.env["ir.attachment"].create(
            {"name": "salaries.pdf", "raw": make_pdf("salaries"), "mimetype": "application/pdf"}
        )
        with self.assertRaises(AccessError):
            self.review.with_user(self.manager).folder_attachment_ids = [Command.link(private.id)]

    # === CHECKLIST ===#

    def test_checklist_ticks_what_the_folder_contains(self):
        def ticked():
            lines = self.review.with_user(self.manager).get_folder_checklist()["lines"]
            return {line["title"] for line in lines if line["done"]}, lines

        done, lines = ticked()
        self.assertEqual([line["title"] for line in lines][-1], "Appendix")
        self.assertNotIn("Goals and perspectives", done)
        self.assertTrue(all(line["hint"] for line in lines if not line["done"]))
        self.assertEqual(done, set(self.contents(pages_of(self.render(FOLDER, self.review)))))
        self.review.goals = "More"
        self.attach(Catalogue=make_pdf("one"))
        self.assertEqual(ticked()[0] - done, {"Goals and perspectives", "Appendix"})
        # In the reader's language, not in the customer's
        self.account.lang = "de_DE"
        self.assertIn("Your prices", [line["title"] for line in ticked()[1]])

    def test_more_files_than_the_contents_have_room_for(self):
        data = self.env["key.account.document"].with_user(self.manager)._get_document_data(self.review)
        data.folder.appendix = [type("File", (), {"name": f"File {number}"}) for number in range(60)]
        lines = FolderView(self.env, data).contents
        self.assertLess(lines[-1].position, 250)
        self.assertRegex(lines[-1].title, r"^\d+ more files$")
