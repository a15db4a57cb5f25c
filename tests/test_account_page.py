"""What an account opens with: numbers by role, one click from their records, and two years on one line."""

import json
from datetime import date, datetime

from freezegun import freeze_time
from lxml import etree

from odoo.addons.key_account_management.models.account.account_guard import MANAGED
from odoo.addons.key_account_management.tools.client import ACCOUNT_PAGE
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form

from .test_snapshot import NOW, SnapshotCase
from .visits import make_meeting

NB = "\N{NO-BREAK SPACE}"
ALL = ["health", "revenue", "forecast", "margin_3", "overdue_amount", "promises"]
FOR_REPRESENTATIVES = ["revenue", "promises", "target", "visits", "satisfaction", "measures_open"]


class PageCase(SnapshotCase):
    def page(self, account=None, user=None):
        return (account or self.account).with_user(user or self.manager).get_key_account_page()

    def numbers(self, account=None, user=None):
        return {number["key"]: number for number in self.page(account, user)["numbers"]}

    def timeline(self, account=None, user=None):
        return (account or self.account).with_user(user or self.manager).get_key_account_timeline()

    def bars(self, **options):
        return {month["key"]: month["value"] for month in self.timeline(**options)["months"]}

    def marks(self, kind, **options):
        """:return: ``[(text, tone, whether it is open)]`` of a lane"""
        (lane,) = (lane for lane in self.timeline(**options)["lanes"] if lane["kind"] == kind)
        return [(item["title"], mark["tone"], mark["is_open"]) for mark in lane["marks"] for item in mark["items"]]

    def open(self, opening, user=None):
        model, method, args = json.loads(json.dumps(opening))
        return call_kw(self.env[model].with_user(user or self.manager), method, args, {})


@freeze_time(NOW)
class TestNumbers(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refresh()

    def test_six_for_each_role(self):
        self.assertEqual(list(self.numbers()), ALL)
        self.assertEqual(list(self.numbers(user=self.head)), ALL)
        self.assertEqual(list(self.numbers(user=self.rep)), FOR_REPRESENTATIVES)

    def test_values_by_hand(self):
        due = date(2025, 3, 2)
        self.invoice(self.account, due, (self.product, 1, 77.0), invoice_date_due=due)
        self.refresh(self.account)
        numbers = self.numbers()
        # 14 chairs instead of 11, and 77: 1477 / 1100
        self.assertEqual(numbers["revenue"]["value"], f"1,477{NB}€")
        self.assertEqual(
            (numbers["revenue"]["detail"], numbers["revenue"]["detail_tone"]), ("+34.3% on last year", "success")
        )
        self.assertEqual(
            (numbers["overdue_amount"]["value"], numbers["overdue_amount"]["tone"]), (f"77{NB}€", "danger")
        )

    def test_what_is_not_known(self):
        numbers = self.numbers(self.silent)
        self.assertEqual([numbers[name]["value"] for name in ALL[:4]], [""] * 4)
        self.assertEqual([numbers[name]["open"] for name in ALL[:4]], [None] * 4)
        self.assertEqual(numbers["promises"]["detail"], "no review held yet")

    def test_each_is_one_click_from_its_records(self):
        for user in (self.manager, self.rep):
            for name, number in self.numbers(user=user).items():
                if number["open"] and number["value"]:
                    with self.subTest(name, user=user.login):
                        self.assertIn("res_model", self.open(number["open"], user))
        action = self.open(self.numbers()["revenue"]["open"])
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(lines.mapped("price_subtotal")), 1400.0)

    def test_what_the_head_makes_internal(self):
        self.env["key.account.kpi"].search(
            [("code", "in", ("revenue", "satisfaction", "visits"))]
        ).audience = "internal"
        numbers = self.numbers(user=self.rep)
        self.assertEqual(list(numbers), ["promises", "measures_open", "returns_rate", "milestones_open"])
        self.assertFalse(self.timeline(user=self.rep)["has_revenue"])
        self.assertEqual({month["value"] for month in self.timeline(user=self.rep)["months"]}, {None})
        self.assertEqual(list(self.numbers()), ALL)

    def test_nothing_internal_for_representatives(self):
        due = date(2025, 3, 2)
        self.invoice(self.account, due, (self.product, 1, 77.0), invoice_date_due=due)
        self.refresh(self.account)
        overdue = f'"77{NB}€"'
        self.assertIn(overdue, json.dumps(self.page(), ensure_ascii=False))
        told = json.dumps(self.page(user=self.rep), ensure_ascii=False)
        for internal in (overdue, "overdue_amount", "margin", "forecast", '"health"'):
            self.assertNotIn(internal, told)

    def test_who_may_not(self):
        for user, account, error in (
            (self.outsider, self.account, AccessError),
            (self.rep, self.foreign, AccessError),
            (self.manager, self.foreign, AccessError),
            (self.head, self.make_customer("Nobody"), UserError),
            (self.head, self.make_customer("Anna", parent_id=self.account.id, is_company=False), UserError),
        ):
            for method in ("get_key_account_page", "get_key_account_timeline", "get_key_account_people_map"):
                with self.subTest(method, user=user.login, account=account.name), self.assertRaises(error):
                    getattr(account.with_user(user), method)()
            with self.assertRaises(error):
                account.with_user(user).refresh_key_account_page()

    def test_before_the_first_night(self):
        novo = self.make_account("Novo")
        page = self.page(novo)
        self.assertEqual((page["numbers"], page["why"], page["as_of"]), ([], "", ""))
        self.assertEqual(page["empty"], "No figures have been computed for this account yet.")
        self.invoice(novo, date(2025, 8, 1), (self.product, 3, 100.0))
        page = novo.with_user(self.manager).refresh_key_account_page()
        self.assertEqual((page["empty"], page["numbers"][1]["value"]), ("", f"300{NB}€"))
        self.assertTrue(page["as_of"].startswith("As of "))
        self.assertEqual(len(self.env["key.account.snapshot"].search([("partner_id", "=", novo.id)])), 1)

    def test_as_of_names_the_company_of_several(self):
        self.manager.company_ids |= self.make_company("Second Company", "base.EUR", chart=False)
        self.assertTrue(self.page()["as_of"].startswith("Test Company, as of "))

    def test_promises(self):
        review = (
            self.env["key.account.review"].with_user(self.manager).create({"partner_id": self.account.id, "year": 2024})
        )
        review.topic_ids.unlink()
        for number, state in enumerate(("done", "cancelled", "planned", None)):
            topic = review.topic_ids.create(
                {
                    "review_id": review.id,
                    "name": f"Topic {number}",
                    "result": "Agreed",
                    "result_user_id": self.manager.id,
                    "result_date": date(2025, 9, 1),
                }
            )
            if state:
                topic.action_make_measure()
                topic.followup.state = state
        self.assertEqual(self.numbers()["promises"]["value"], "", "It has not been held")
        review.action_hold()
        promises = self.numbers()["promises"]
        self.assertEqual((promises["value"], promises["detail"]), ("1 of 4", "3 open"))
        self.assertEqual(promises["detail_tone"], "danger", "One was cancelled")
        self.assertEqual(self.open(promises["open"])["res_id"], review.id)
        self.assertEqual(self.numbers(user=self.rep)["promises"]["value"], "1 of 4")

    def test_queries_do_not_grow_with_promises(self):
        review = (
            self.env["key.account.review"].with_user(self.manager).create({"partner_id": self.account.id, "year": 2024})
        )
        review.topic_ids.unlink()
        review.action_hold()

        def promise(numbers):
            for number in numbers:
                agreed = {
                    "review_id": review.id,
                    "name": f"Agreed {number}",
                    "result": "Yes",
                    "result_user_id": self.manager.id,
                    "result_date": date(2025, 9, 1),
                }
                first, second = review.topic_ids.create([agreed, agreed])
                first.action_make_measure()
                second.action_make_milestone()
                review.issue_ids.create({"review_id": review.id, "name": f"Open {number}"})

        def count():
            for _time in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                value = self.numbers()["promises"]["value"]
            return value, self.env.cr.sql_log_count - start

        promise(range(2))
        value, before = count()
        self.assertEqual(value, "0 of 6")
        promise(range(2, 10))
        value, after = count()
        self.assertEqual(value, "0 of 30")
        self.assertLessEqual(after, before)

    def test_queries_do_not_grow(self):
        def count(method):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            getattr(self.account.with_user(self.manager), method)()
            return self.env.cr.sql_log_count - start

        def book(numbers):
            for number in numbers:
                month = 1 + number % 7
                self.invoice(self.account, date(2025, month, 5), (self.product, 1, 10.0))
                person = self.make_customer(f"Person {number}", parent_id=self.account.id, is_company=False)
                person.write({"key_account_role": "buyer", "key_account_our_contact_id": people[number % 3].id})
                make_meeting(people[number % 3], datetime(2025, month, 6, 9), person)
                of_account = {"name": f"Record {number}", "partner_id": self.account.id}
                visit = self.env["key.account.visit"].create(
                    {
                        "partner_id": self.account.id,
                        "day": date(2025, month, 7),
                        "contact_ids": [Command.link(person.id)],
                    }
                )
                visit._store({"state": "done"})
                self.env["key.account.care.measure"].create(
                    {
                        **of_account,
                        "user_id": self.manager.id,
                        "date_start": date(2025, 1, 1),
                        "date_end": date(2025, 9, 1),
                    }
                )
                self.env["key.account.milestone"].create(
                    {**of_account, "user_id": self.manager.id, "date_deadline": date(2025, month, 1)}
                )
                self.env["key.account.event"].create({**of_account, "date": date(2025, month, 1)})
                self.make_account(f"More {number}")
            self.refresh(self.account)

        people = self.manager | self.rep | self.head
        methods = (
            "get_key_account_page",
            "get_key_account_timeline",
            "get_key_account_people_map",
            "get_key_account_next_steps",
        )

        def count_all():
            # Once to fill the caches
            for method in methods:
                count(method)
            return [count(method) for method in methods]

        book(range(3))
        before = count_all()
        book(range(3, 15))
        for method, queries, more in zip(methods, before, count_all(), strict=True):
            self.assertLessEqual(more, queries, method)


@freeze_time(NOW)
class TestNextSteps(PageCase):
    def missing(self, user=None, account=None):
        steps = (account or self.account).with_user(user or self.manager).get_key_account_next_steps()
        return [(step["text"], step["open"][1]) for step in steps["not_planned"]]

    def test_what_is_not_planned(self):
        visit = ("No visit is planned.", "action_plan_key_account_visit")
        plan = ("There is no action plan.", "action_view_key_account_plan")
        review = ("No annual review is being prepared.", "action_prepare_key_account_review")
        self.assertEqual(self.missing(), [visit, plan, review])
        for step in self.account.with_user(self.manager).get_key_account_next_steps()["not_planned"]:
            model, method, args = step["open"]
            self.assertIn("res_model", call_kw(self.env[model].with_user(self.manager), method, args, {}))
        self.env["key.account.plan"].create(
            {"partner_id": self.account.id, "date_from": date(2025, 1, 1), "date_to": date(2025, 12, 31)}
        )
        self.assertEqual(self.missing(), [visit, review])
        self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        self.assertEqual(self.missing(), [visit])
        self.env["key.account.visit"].create(
            {"partner_id": self.account.id, "start": datetime(2025, 8, 16, 9), "user_id": self.manager.id}
        )
        self.env.invalidate_all()
        self.assertEqual(self.missing(), [])

    def test_of_those_who_plan_it(self):
        self.assertEqual(self.missing(self.rep), [])
        self.account.key_account_status = "former"
        self.assertEqual(self.missing(), [])

    def test_a_new_account_has_its_figures_at_once(self):
        customer = self.make_customer("Until Now a Customer")
        self.invoice(customer, date(2025, 8, 15), (self.product, 3, 33.33))
        self.env["res.partner"].browse(customer.id).with_user(self.manager).action_make_key_account()
        page = customer.with_user(self.manager).get_key_account_page()
        self.assertEqual(page["empty"], "")
        self.assertEqual(f"100{NB}€", {number["key"]: number["value"] for number in page["numbers"]}["revenue"])


class TestTimeline(PageCase):
    def test_sums_against_the_books(self):
        self.invoice(self.account, date(2025, 3, 20), (self.product, 2, 75.5))
        self.credit_note(self.account, date(2025, 4, 2), (self.product, 1, 30.0))
        self.invoice(self.account, date(2025, 5, 2), (self.product, 9, 99.0), post=False)
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT to_char(invoice_date, 'YYYY-MM'), SUM(amount_untaxed_signed)
              FROM account_move
             WHERE partner_id IN %s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
          GROUP BY 1
            """,
            [(self.account.id, self.daughter.id)],
        )
        booked = dict(self.env.cr.fetchall())
        bars = self.bars()
        # From September 2023 to August 2025, and three months that have not come
        months = list(bars)
        self.assertEqual((len(months), months[0], months[23], months[-1]), (27, "2023-09", "2025-08", "2025-11"))
        for month, value in list(bars.items())[:24]:
            self.assertAlmostEqual(value, booked.get(month, 0.0), msg=month)
        self.assertEqual(set(list(bars.values())[24:]), {None})
        self.assertEqual((bars["2025-03"], bars["2025-04"], bars["2025-05"]), (1151.0, 370.0, 0.0))
        self.assertNotIn("2023-03", bars)

    def test_a_bar_opens_its_invoices(self):
        (month,) = (month for month in self.timeline()["months"] if month["key"] == "2025-04")
        args = [[self.account.id], "revenue", month["date_from"], month["date_to"]]
        action = self.open(["res.partner", "action_view_key_account_figure", args])
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).move_id.invoice_date, date(2025, 4, 1))

    def test_without_anything(self):
        timeline = self.timeline(account=self.silent)
        self.assertFalse(timeline["has_revenue"])
        self.assertFalse([mark for lane in timeline["lanes"] for mark in lane["marks"]])

    def test_marks(self):
        visits = self.env["key.account.visit"].with_user(self.manager)
        done = visits.create({"partner_id": self.account.id, "day": date(2025, 2, 3), "purpose": "Prices"})
        done._store({"state": "done"})
        visits.create({"partner_id": self.account.id, "day": date(2025, 7, 1), "start": datetime(2025, 7, 1, 8)})
        person = self.make_customer("Anna", parent_id=self.account.id, is_company=False)
        make_meeting(self.manager, datetime(2024, 6, 3, 9), person, name="Lunch")
        self.assertEqual(
            self.marks("visits"),
            [
                ("Jun 3, 2024: Lunch", "", False),
                ("Feb 3, 2025: Visit: Prices", "", False),
                ("Jul 1, 2025: Visit – report missing", "danger", True),
            ],
        )
        measure = {"partner_id": self.account.id, "user_id": self.manager.id, "date_start": date(2025, 1, 1)}
        measures = self.env["key.account.care.measure"]
        measures.create({**measure, "name": "Late", "date_end": date(2025, 8, 1)})
        measures.create(
            {**measure, "name": "Done", "date_end": date(2025, 5, 1), "state": "done", "done_on": date(2025, 5, 9)}
        )
        measures.create({**measure, "name": "Given up", "date_end": date(2025, 5, 1), "state": "cancelled"})
        measures.create({**measure, "name": "Far", "date_end": date(2026, 5, 1)})
        self.assertEqual(
            self.marks("measures"), [("May 9, 2025: Done", "", False), ("Aug 1, 2025: Late", "danger", True)]
        )
        self.env["key.account.milestone"].create(
            {
                "name": "Sample",
                "partner_id": self.daughter.id,
                "user_id": self.manager.id,
                "date_deadline": date(2025, 9, 30),
            }
        )
        self.assertEqual(self.marks("milestones"), [("Sep 30, 2025: Sample", "", True)])
        events = self.env["key.account.event"]
        events.create({"name": "Fire", "partner_id": self.account.id, "date": date(2025, 1, 7), "effect": "bad"})
        events.create({"name": "Prize", "partner_id": self.account.id, "date": date(2024, 1, 7), "effect": "good"})
        self.assertEqual(
            self.marks("events"), [("Jan 7, 2024: Prize", "success", False), ("Jan 7, 2025: Fire", "danger", False)]
        )

    def test_the_next_visit_and_review_that_are_due(self):
        self.account.write({"key_account_since": date(2025, 5, 1), "key_account_next_review": date(2025, 10, 2)})
        self.refresh(self.account)
        # Twelve visits a year
        self.assertEqual(self.marks("visits"), [("Jun 1, 2025: Next visit due", "danger", True)])
        self.assertEqual(self.marks("reviews"), [("Oct 2, 2025: Annual review due", "", True)])
        (lane,) = (lane for lane in self.timeline()["lanes"] if lane["kind"] == "reviews")
        self.assertEqual(
            self.open(lane["marks"][0]["items"][0]["open"])["context"]["default_partner_id"], self.account.id
        )
        (lane,) = (lane for lane in self.timeline(user=self.rep)["lanes"] if lane["kind"] == "reviews")
        self.assertIsNone(lane["marks"][0]["items"][0]["open"], "Representatives do not prepare reviews")

    def test_what_is_close_together_is_one(self):
        for day in (3, 5, 9):
            self.env["key.account.event"].create(
                {"name": f"E{day}", "partner_id": self.account.id, "date": date(2025, 6, day), "effect": "good"}
            )
        (lane,) = (lane for lane in self.timeline()["lanes"] if lane["kind"] == "events")
        self.assertEqual([len(mark["items"]) for mark in lane["marks"]], [3])
        # June 2025 is the 22nd of 27 months; the middle of its third day
        self.assertAlmostEqual(lane["marks"][0]["position"], (21 + 2.5 / 30) / 27, places=3)


@freeze_time(NOW)
class TestForm(PageCase):
    def arch(self, user):
        view = self.env.ref("key_account_management.res_partner_view_form_account")
        return etree.fromstring(self.env["res.partner"].with_user(user).get_view(view.id)["arch"])

    def tabs(self, user):
        return self.arch(user).xpath("//notebook[@name='key_account_tabs']/page/@name")

    def test_customers_entered_twice(self):
        """Whoever enters a key account is told that there is such a customer, if they may read it."""
        view = self.env.ref("key_account_management.res_partner_view_form_account")

        def found(name, user):
            form = Form(self.env["res.partner"].with_user(user), view)
            form.name = name
            return form.key_account_same_name_id

        there = self.make_customer("Sander 100% Pumps")
        self.env["res.partner"].create({"name": "A Contact", "parent_id": there.id})
        self.assertEqual(found(" sander 100% pumps", self.manager), there)
        self.assertFalse(found("Sander 100% Pump", self.manager))
        self.assertFalse(found("Sander 1000 Pumps", self.manager))
        self.assertFalse(found("A Contact", self.manager))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        there.company_id = elsewhere
        self.assertFalse(found("Sander 100% Pumps", self.manager))
        with Form(self.account.with_user(self.manager), view) as form:
            form.name = there.name
            self.assertFalse(form.key_account_same_name_id)

    def test_tabs_and_buttons(self):
        self.assertEqual(
            self.tabs(self.manager),
            [
                "key_account_overview",
                "key_account_figures",
                "key_account_people",
                "key_account_profile",
                "key_account_assessments",
                "key_account_care",
                "key_account_reviews",
                "key_account_contact",
            ],
        )
        buttons = self.arch(self.manager).xpath("//header/*/@name")
        self.assertEqual(
            buttons,
            [
                "action_plan_key_account_visit",
                "action_write_key_account_report",
                "action_add_key_account_measure",
                "key_account_documents",
                "action_prepare_key_account_review",
            ],
        )
        self.assertNotIn("action_prepare_key_account_review", self.arch(self.rep).xpath("//header/*/@name"))
        self.assertEqual(self.tabs(self.outsider), ["key_account_contact"])

    def test_everything_of_the_contact_is_behind(self):
        """Each field of Odoo's own form, and of what other add-ons add to it, is in the account's."""
        own = etree.fromstring(self.env["res.partner"].with_user(self.manager).get_view(view_type="form")["arch"])
        names = set(own.xpath("//field[not(ancestor::field)]/@name"))
        here = set(self.arch(self.manager).xpath("//field[not(ancestor::field)]/@name"))
        # Shown by the map
        self.assertEqual(names - here, {"key_account_person_ids"})
        buttons = set(own.xpath("//button[not(ancestor::field)]/@name"))
        self.assertEqual(
            buttons - set(self.arch(self.manager).xpath("//button/@name")), {"action_view_key_account_people"}
        )
        contact = self.arch(self.manager).xpath("//page[@name='key_account_contact']")[0]
        for name in ("street", "vat", "child_ids", "user_id", "property_payment_term_id", "comment", "email", "phone"):
            self.assertTrue(contact.xpath(f".//field[@name='{name}']"), name)

    def test_nothing_looks_editable_that_is_not(self):
        forms = (
            self.env.ref("base.view_partner_form"),
            self.env.ref("key_account_management.res_partner_view_form_account"),
        )
        for form in forms:
            arch = etree.fromstring(self.env["res.partner"].with_user(self.manager).get_view(form.id)["arch"])
            for name in MANAGED:
                for node in arch.xpath(f"//field[@name='{name}'][not(ancestor::field)]"):
                    self.assertIn(node.get("readonly"), ("1", "not may_edit_key_account"), name)

    def test_who_may_edit_the_account(self):
        nobodys = self.make_account("Nobody's", key_account_manager_id=False)
        customer = self.make_customer("Customer")
        for user, expected in (
            (self.outsider, [False] * 4),
            (self.rep, [False] * 4),
            (self.manager, [True, False, True, True]),
            (self.head, [True] * 4),
        ):
            accounts = (self.account, self.foreign, nobodys, customer)
            self.assertEqual([each.with_user(user).may_edit_key_account for each in accounts], expected, user.login)
        new = self.env["res.partner"].with_user(self.manager).new({"name": "New", "key_account_status": "active"})
        self.assertTrue(new.may_edit_key_account)

    def test_contacts_open_as_they_are(self):
        form = self.env["res.partner"].get_view(view_type="form")
        self.assertEqual(form["id"], self.env.ref("base.view_partner_form").id)
        self.assertFalse(self.account.with_user(self.manager).get_formview_action()["views"][0][0])

    def test_all_actions_of_the_app(self):
        view = self.env.ref("key_account_management.res_partner_view_form_account")
        actions = self.env["ir.actions.act_window"].search([("res_model", "=", "res.partner")])
        ours = actions.filtered(
            lambda action: (action.get_external_id()[action.id] or "").startswith("key_account_management.")
        )
        people = self.env.ref("key_account_management.key_account_people_action")
        for action in ours - people:
            forms = [view_id for view_id, kind in action.views if kind == "form"]
            self.assertEqual(forms, [view.id], action.name)
        self.refresh(self.account)
        row = self.row(self.account, self.manager)
        self.assertEqual(row.action_open_account()["views"], [(view.id, "form")])

    def test_links_to_accounts(self):
        """Fields of our own models that lead to an account open it as the app shows it."""
        view = self.env.ref("key_account_management.res_partner_view_form_account")
        account = self.account.with_user(self.manager).with_context(**ACCOUNT_PAGE)
        self.assertEqual(account.get_formview_action()["views"], [(view.id, "form")])
        self.assertFalse(self.make_customer("X").with_user(self.manager).with_context(**ACCOUNT_PAGE).get_formview_id())
        self.assertFalse(account.with_user(self.outsider).get_formview_id())
        missing = [
            f"{model}.{name}"
            for model in self.env
            if model.startswith("key.account.") and not self.env[model]._abstract
            for name, field in self.env[model]._fields.items()
            if field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.string == "Account"
            and field.context != ACCOUNT_PAGE
        ]
        self.assertFalse(missing)

    def test_next_review_is_prepared_or_made(self):
        action = self.account.with_user(self.manager).action_prepare_key_account_review()
        self.assertFalse(action["res_id"])
        review = (
            self.env["key.account.review"].with_user(self.manager).create({"partner_id": self.account.id, "year": 2025})
        )
        action = self.account.with_user(self.rep).action_prepare_key_account_review()
        self.assertEqual((action["res_id"], action["views"]), (review.id, [(False, "form")]))
        review.unlink()
        with self.assertRaises(AccessError):
            self.account.with_user(self.rep).action_prepare_key_account_review()

    def test_documents(self):
        groups = self.env["res.partner"].with_user(self.manager).get_key_account_documents()
        kinds = {group["audience"]: [document["kind"] for document in group["documents"]] for group in groups}
        self.assertEqual(list(kinds), ["customer", "internal"])
        self.assertEqual(kinds["internal"], ["briefing", "internal_powerpoint", "internal_workbook"])
        self.assertIn("presentation_and_folder", kinds["customer"])
        (group,) = self.env["res.partner"].with_user(self.rep).get_key_account_documents()
        self.assertEqual([document["kind"] for document in group["documents"]], kinds["customer"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.outsider).get_key_account_documents()
        # Only what can be printed from there
        reviews = self.env["key.account.review"].with_user(self.manager).get_key_account_documents()
        self.assertIn("review_minutes", [document["kind"] for document in reviews[0]["documents"]])
