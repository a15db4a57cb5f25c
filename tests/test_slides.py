"""What the slides say: titles, what is shown once, and how much is on each."""

from datetime import date

from odoo.addons.key_account_management.documents.pdf.presentation_view import PresentationView
from odoo.addons.key_account_management.documents.slides.builder import SlideBuilder
from odoo.fields import Command

from .documents import FOLDER, DocumentCase, pages_of


class TestSlides(DocumentCase):
    def slides(self, kind=None):
        """:return: the slides of the review, or those of one kind"""
        documents = self.env["key.account.document"].with_user(self.manager)
        data = documents._get_presentation_data(self.review.with_user(self.manager))
        slides = SlideBuilder(documents.with_context(lang=data.language).env, data).build()
        return [slide for slide in slides if slide.kind == kind] if kind else slides

    def rows(self, kind):
        return [[cell.text for cell in row] for slide in self.slides(kind) for row in slide.table.rows]

    def step(self, model, name, day, **values):
        return self.env[f"key.account.{model}"].create(
            {
                "name": name,
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_start": date(2024, 1, 1),
                "date_end" if model == "care.measure" else "date_deadline": day,
                "is_shared": True,
                **values,
            }
        )

    # === THE YEAR ===#

    def test_title_of_a_year_with_less_revenue(self):
        """Chairs fell by 1,300 € and desks rose by 100 €: the whole fell by less than the chairs."""
        self.invoice(self.account, date(2024, 4, 1), (self.product, 22, 100.0))
        self.invoice(self.account, date(2025, 4, 1), (self.desk, 1, 300.0))
        (slide,) = self.slides("year")
        self.assertEqual(slide.title, "Revenue down 33%, mainly in Chairs")

    def test_discounts_and_charges_are_no_products(self):
        """Chairs are 2,300 of goods for 2,500, though after a discount of 399 all is less than the chairs alone."""
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        self.invoice(self.account, date(2025, 4, 1), (self.product, 4, 100.0), (rebate, 1, -399.0))
        for kind, name in (("products", "Chair"), ("categories", "Chairs")):
            (slide,) = self.slides(kind)
            title = f"{name} makes up 92% of the revenue and grew the most, by 1,300\N{NO-BREAK SPACE}€"
            self.assertEqual(slide.title, title)
            self.assertEqual(len(slide.chart.labels), 2, slide.chart.labels)
        self.assertNotIn("Rebate", str(self.slides()))

    # === WHAT WAS PROMISED, AND WHAT IS NEXT ===#

    def test_what_is_due_before_the_talk_is_behind_it(self):
        """The meeting is on December 1: until then it is a promise, and not late before its own day."""
        self.step("care.measure", "Workshop", date(2025, 11, 28))
        self.step("care.measure", "Late one", date(2025, 11, 10))
        self.step("care.measure", "Pilot", date(2025, 12, 1))
        tones = {row[0].text: row[2].tone for slide in self.slides("promises") for row in slide.table.rows}
        self.assertEqual(tones, {"Late one": "bad", "Workshop": ""})
        self.assertEqual([row[1] for row in self.rows("next_steps")], ["Pilot"])

    def test_a_review_that_was_held_shows_nothing_later(self):
        """What was due up to then, and what the meeting led to, whatever has been planned since."""
        self.step("care.measure", "Workshop", date(2025, 10, 10), state="done")
        self.review.with_user(self.manager).action_hold()
        topic = self.review.topic_ids[:1]
        topic.write({"result": "A pilot", "result_user_id": self.manager.id, "result_date": date(2026, 2, 1)})
        topic.with_user(self.manager).action_make_milestone()
        topic.followup.is_shared = True
        self.step("care.measure", "Agreed", date(2026, 3, 1), review_id=self.review.id)
        self.step("care.measure", "Later idea", date(2026, 4, 1))
        self.step("milestone", "Later milestone", date(2026, 5, 1))
        self.assertIn("Workshop", str(self.rows("promises") + self.rows("retrospective")))
        self.assertEqual([row[1] for row in self.rows("next_steps")], [topic.followup.name, "Agreed"])

    def test_a_promise_at_risk_is_internal(self):
        self.step("milestone", "Launch", date(2026, 3, 1), is_at_risk=True)
        documents = self.env["key.account.document"].with_user(self.manager)
        data = documents._get_document_data(self.review.with_user(self.manager))
        self.assertEqual([step.state_text for step in data.folder.milestones], ["On Track"])
        data = documents._get_document_data(self.review.with_user(self.manager), "internal")
        self.assertEqual([step.state_text for step in data.briefing.milestones], ["At Risk"])

    def test_a_recurring_measure_is_shown_once(self):
        """The last one behind us and the next one ahead, with its frequency."""
        done = {"state": "done"}
        first = self.step("care.measure", "Call", date(2025, 10, 10), **done)
        last = self.step(
            "care.measure", "Call", date(2025, 11, 10), rhythm_unit="month", predecessor_id=first.id, **done
        )
        self.step("care.measure", "Call", date(2025, 8, 1), **done)
        self.assertEqual(
            self.rows("promises"), [["Call", "Aug 1, 2025", "Done"], ["Call, monthly", "Nov 10, 2025", "Done"]]
        )
        self.assertEqual(self.rows("next_steps"), [["Dec 10, 2025", "Call, monthly"]])
        folder = " ".join(pages_of(self.render(FOLDER, self.review)))
        self.assertNotIn("Call Done Oct 10, 2025", folder)
        for shown in ("Call Done Aug 1, 2025", "Call Done Nov 10, 2025", "Call Planned Dec 10, 2025"):
            self.assertIn(shown, folder)
        last.successor_id.name = "Monthly Call"
        self.assertEqual(self.rows("next_steps"), [["Dec 10, 2025", "Monthly Call"]])

    def test_milestones_stand_beside_measures(self):
        self.step("care.measure", "Workshop", date(2025, 3, 1), state="done")
        done = {"stage_id": self.env.ref("key_account_management.milestone_stage_done").id}
        self.step("milestone", "Prototype", date(2025, 2, 1), **done)
        self.step("milestone", "Audit", date(2025, 11, 1))
        self.step("milestone", "New plant", date(2026, 2, 1))
        self.step("milestone", "Not theirs", date(2026, 2, 1), is_shared=False)
        self.step("milestone", "Long ago", date(2024, 12, 1), **done)
        self.assertEqual(
            self.rows("promises"),
            [
                ["Prototype", "Feb 1, 2025", "Reached"],
                ["Workshop", "Mar 1, 2025", "Done"],
                ["Audit", "Nov 1, 2025", "Late"],
            ],
        )
        self.assertEqual(self.slides("promises")[0].title, "2 of 3 promises kept")
        self.assertEqual(self.rows("next_steps"), [["Feb 1, 2026", "New plant"]])

    def test_what_is_not_due_yet_is_a_next_step_only(self):
        self.step("care.measure", "Calendar", date(2025, 12, 1), state="in_progress")
        self.assertFalse(self.slides("promises"))
        self.assertEqual(self.rows("next_steps"), [["Dec 1, 2025", "Calendar"]])

    def test_a_single_promise_is_shown_below_the_retrospective(self):
        self.step("care.measure", "Workshop", date(2025, 3, 1), state="done")
        self.assertFalse(self.slides("promises"))
        (slide,) = self.slides("retrospective")
        self.assertEqual([cell.text for cell in slide.table.rows[0]], ["Workshop", "Mar 1, 2025", "Done"])
        self.assertEqual(slide.table.columns[0][0], "What we promised")
        text, table = slide.areas()["blocks"], slide.areas()["table"]
        self.assertLess(text[1] + text[3], table[1])
        self.review.retrospective = "A good year\n" * 12
        self.assertEqual(len(self.rows("promises")), 1)
        self.review.retrospective = ""
        self.assertEqual(self.slides("promises")[0].title, "Workshop: Done")

    def test_rows_of_two_lines_are_taller(self):
        for number in range(12):
            self.step("care.measure", f"Step {number}", date(2025, 3, 1), state="done")
        self.assertEqual([len(slide.table.rows) for slide in self.slides("promises")], [6, 6])
        self.env["key.account.care.measure"].search([("partner_id", "=", self.account.id)]).name = "Long name " * 9
        self.assertEqual([len(slide.table.rows) for slide in self.slides("promises")], [4, 4, 4])

    def test_titles_of_promises(self):
        first, second = (self.step("care.measure", name, date(2025, 3, 1)) for name in ("Workshop", "Audit"))
        self.assertEqual(self.slides("promises")[0].title, "2 promises still open")
        first.state = "done"
        self.assertEqual(self.slides("promises")[0].title, "1 of 2 promises kept")
        second.state = "done"
        self.assertEqual(self.slides("promises")[0].title, "2 of 2 promises kept")
        self.step("care.measure", "Test run", date(2025, 4, 1), state="done")
        self.assertEqual(self.slides("promises")[0].title, "All 3 promises kept")

    def test_a_short_goal_is_the_title_of_the_steps_to_it(self):
        self.review.goals = "One agreement by spring."
        self.assertFalse(self.slides("goals"))
        self.assertEqual([slide.title for slide in self.slides("contacts")], ["One agreement by spring"])
        self.step("care.measure", "Workshop", date(2025, 12, 1))
        self.assertFalse(self.slides("goals"))
        self.assertEqual([slide.title for slide in self.slides("next_steps")], ["One agreement by spring"])
        self.assertEqual([slide.title for slide in self.slides("contacts")], ["Your contacts"])
        self.review.goals = "One agreement by spring. And a common stock."
        self.assertEqual([slide.title for slide in self.slides("goals")], ["One agreement by spring"])
        self.assertIn("Next: Workshop", self.slides("next_steps")[0].title)

    # === TEXTS ===#

    def test_long_names_are_smaller_on_the_cover(self):
        for name, size in (("Alpha", 44), ("Alpha Antriebstechnik GmbH & Co. KG", 36), ("Alpha " * 14, 30)):
            self.account.name = name
            self.assertEqual(self.slides("cover")[0].title_size, size)

    def test_the_first_text_is_the_title_when_it_is_one_sentence(self):
        (opening,) = self.slides("opening")
        self.assertEqual((opening.title, opening.kicker, len(opening.blocks)), ("Why we are meeting", "", 1))
        self.review.opening_goal = "Halve the returns."
        (opening,) = self.slides("opening")
        self.assertEqual((opening.title, opening.kicker), ("Ten years together", "Why we are meeting"))
        self.assertEqual([block.label for block in opening.blocks], ["Our most important goal"])
        self.review.opening_occasion = "Ten years together. And a new plant."
        self.assertEqual([slide.title for slide in self.slides("opening")], ["Why we are meeting"])

    def test_the_customer_is_spoken_to(self):
        self.review.write({"customer_situation": "A" * 120, "customer_situation_market": "It grows"})
        for lang, labels in (("en_US", ["You", "Your market"]), ("de_DE", ["Sie", "Ihr Markt"])):
            self.account.lang = lang
            with self.subTest(lang):
                self.assertEqual([block.label for block in self.slides("situation")[0].blocks], labels)

    def test_topics_are_spread_evenly(self):
        self.review.topic_ids = [Command.clear()] + [
            Command.create({"section": "status", "name": f"Topic number {number}", "description": "Short"})
            for number in range(7)
        ]
        slides = self.slides("topics")
        self.assertEqual([len(slide.blocks) for slide in slides], [4, 3])
        self.assertEqual(slides[0].title, " · ".join(f"Topic number {number}" for number in range(4)))
        self.review.topic_ids[-1].unlink()
        (slide,) = self.slides("topics")
        self.assertEqual(slide.title, "Topics for our meeting")
        self.assertEqual(slide.text_size, 16)

    def test_a_title_is_not_said_again(self):
        self.review.topic_ids = [Command.clear(), Command.create({"section": "status", "name": "Stock"})]
        (slide,) = self.slides("topics")
        self.assertEqual((slide.title, slide.blocks[0].heading), ("Stock", ""))

    # === FIGURES ===#

    def test_units_stand_below_large_numbers(self):
        numbers = {number.label: number for number in self.slides("year")[0].numbers}
        self.assertEqual(numbers["Sales Volume, Units"].value, "20")
        self.assertEqual(numbers["Sales Volume, Units"].previous, "12")

    def test_captions_name_the_currency(self):
        captions = {slide.kind: slide.chart.caption for slide in self.slides() if slide.chart}
        self.assertEqual(
            captions,
            {
                "year": "Cumulative revenue in EUR, month by month",
                "months": "Revenue in EUR",
                "categories": "Revenue and change",
                "products": "Revenue and change",
            },
        )

    def test_months_above_the_year_before(self):
        account = self.make_account("Gamma", lang="en_US")
        documents = self.env["key.account.document"].with_user(self.manager)

        def title(day, amount):
            self.invoice(account, day, (self.product, 1, amount))
            data = documents._get_presentation_data(account.with_user(self.manager))
            return data.messages["months"]

        strongest = "March was the strongest month"
        self.assertEqual(title(date(2025, 3, 10), 100.0), strongest)
        for month in range(1, 11):
            self.assertEqual(title(date(2024, month, 10), 500.0), strongest, "a month compares with nothing")
        tail = "of the 11 months {} above the previous year"
        self.assertEqual(f"{strongest}; none {tail.format('was')}", title(date(2024, 11, 10), 500.0))
        self.assertIn(f"; one {tail.format('was')}", title(date(2025, 3, 10), 1000.0))
        self.assertIn(f"; 2 {tail.format('were')}", title(date(2025, 6, 10), 550.0))

    def test_long_names_leave_room_for_the_figures(self):
        self.invoice(self.account, date(2025, 7, 1), (self.desk, 1, 1_700.0))
        for product in self.product | self.desk:
            product.with_context(lang="de_DE").name = f"{product.name} in einer Ausführung mit langem Namen"
            product.categ_id.name = f"{product.name} in einer Ausführung mit langem Namen"
        self.account.lang = "de_DE"
        titles = {slide.kind: slide.title for slide in self.slides()}
        for kind in ("categories", "products"):
            self.assertTrue(titles[kind].endswith("€"), titles[kind])
        self.assertLessEqual(len(titles["year"]), 104)

    def test_one_bar_alone_is_no_slide(self):
        account = self.make_account("Gamma", lang="en_US")
        self.invoice(account, date(2025, 3, 10), (self.product, 1, 100.0))
        documents = self.env["key.account.document"].with_user(self.manager)
        data = documents._get_presentation_data(account.with_user(self.manager))
        kinds = [slide.kind for slide in SlideBuilder(documents.env, data).build()]
        self.assertEqual(kinds, ["cover", "year", "months", "contacts"])

    def test_charts_of_all_kinds_are_drawn(self):
        documents = self.env["key.account.document"].with_user(self.manager)
        view = PresentationView(documents.env, documents._get_presentation_data(self.review.with_user(self.manager)))
        drawn = {slide.kind: view.slide_chart(slide.chart, 302, 110) for slide in view.slides if slide.chart}
        self.assertEqual(set(drawn), {"year", "months", "categories", "products"})
        for kind, svg in drawn.items():
            # Values are shown next to bars instead of an axis
            has_axis = ">0<" in svg.replace("\n", "")
            self.assertEqual((kind, has_axis), (kind, kind in ("year", "months")))
        self.assertIn("1,900\N{NO-BREAK SPACE}€", drawn["categories"])

    def test_conditions_name_products_in_the_readers_language(self):
        self.product.with_context(lang="de_DE").name = "Stuhl"
        condition = self.env["key.account.review.condition"].create(
            {"review_id": self.review.id, "product_id": self.product.id, "value_proposed": 50.0}
        )
        condition.flush_recordset()
        for lang, name in (("en_US", "Chair"), ("de_DE", "Stuhl")):
            self.account.lang = lang
            self.assertEqual([row[0] for row in self.rows("conditions")], [name])
        self.review.with_user(self.manager).action_hold()
        self.product.with_context(lang="de_DE").name = "Hocker"
        self.env.invalidate_all()
        self.assertEqual(condition.with_context(lang="de_DE").display_name, "Chair")
