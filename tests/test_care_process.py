"""Care processes: the check, what becomes due, who may do what, and the worksheet as it is printed."""

import re
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import HEAD
from .documents import pages_of
from .test_care_measure import MeasureCase


@tagged("post_install", "-at_install")
class TestCareProcess(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls.env.ref("key_account_management.care_area_service")
        cls.process = cls.make_process("Complaints", user_id=cls.manager.id, area_id=cls.area.id, check_rhythm=6)

    @classmethod
    def make_process(cls, name, **values):
        return cls.env["key.account.care.process"].create({"name": name, **values})

    def check_form(self, user=None, process=None):
        checks = self.env["key.account.care.process.check"].with_user(user or self.manager)
        return Form(checks.with_context(default_process_id=(process or self.process).id))

    # === THE CHECK ===#

    @freeze_time("2025-03-10")
    def test_check(self):
        process = self.process.with_context(tracking_disable=False)
        process.weak_points = "Nobody calls back"
        process.rating = "2"
        self.flush_tracking()
        form = self.check_form()
        self.assertEqual((form.rating, form.weak_points, form.date), ("2", "Nobody calls back", date(2025, 3, 10)))
        form.rating = "4"
        form.improvement = "Call back within a day"
        form.partner_ids = self.account
        self.assertEqual(form.measure_name, "Complaints")
        form.date_end = date(2025, 4, 30)
        check = form.save()
        check.with_context(tracking_disable=False).action_check()
        self.flush_tracking()
        self.assertEqual((process.rating, process.improvement), ("4", "Call back within a day"))
        self.assertEqual((process.last_checked, process.next_check), (date(2025, 3, 10), date(2025, 9, 10)))
        measure = process.measure_ids
        self.assertEqual((measure.name, measure.partner_id, measure.area_id), ("Complaints", self.account, self.area))
        self.assertEqual((measure.user_id, measure.date_end), (self.manager, date(2025, 4, 30)))
        self.assertEqual((measure.description, process.measure_count), ("Call back within a day", 1))
        # The chatter tells what the check changed, and what is done about it
        changes = process.message_ids.tracking_value_ids
        self.assertIn(
            ("rating", "Weak", "Good"),
            [(each.field_id.name, each.old_value_char, each.new_value_char) for each in changes],
        )
        self.assertIn("last_checked", changes.field_id.mapped("name"))
        self.assertIn("Planned for Alpha: Complaints", " ".join(process.message_ids.mapped("body")))

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    @freeze_time("2025-03-10")
    def test_check_is_all_or_nothing(self):
        def not_rated(form):
            form.rating = "0"

        def ahead(form):
            form.date = date(2025, 3, 11)

        for message, change in (("one to five stars", not_rated), ("cannot be in the future", ahead)):
            form = self.check_form()
            form.rating = "3"
            change(form)
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                form.save().action_check()
        check = self.env["key.account.care.process.check"].create(
            {"process_id": self.process.id, "rating": "3", "partner_ids": [Command.set(self.account.ids)]}
        )
        with self.assertRaisesRegex(UserError, "a name and a deadline"):
            check.action_check()
        self.assertFalse(self.process.last_checked)

    def test_no_measures_for_accounts_of_others(self):
        values = {
            "process_id": self.process.id,
            "rating": "3",
            "date_end": date(2999, 1, 1),
            "partner_ids": [Command.set(self.foreign.ids)],
        }
        checks = self.env["key.account.care.process.check"]
        check = checks.with_user(self.manager).create(values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            check.action_check()
        check.invalidate_recordset()
        self.assertFalse(check.process_id.last_checked)
        checks.with_user(self.head).create(values).action_check()
        self.assertEqual(self.process.measure_ids.partner_id, self.foreign)

    # === WHAT IS DUE ===#

    @freeze_time("2025-08-31")
    def test_next_check(self):
        never, without, checked = (
            self.make_process("Never", check_rhythm=1),
            self.make_process("Without", last_checked=date(2025, 8, 31)),
            self.make_process("Checked", check_rhythm=6, last_checked=date(2025, 8, 31)),
        )
        self.assertEqual(never.next_check, never.create_date.date())
        self.assertFalse(without.next_check)
        self.assertEqual(checked.next_check, date(2026, 2, 28))
        checked.check_rhythm = 0
        self.assertFalse(checked.next_check)

    def test_negative_rhythm(self):
        with self.assertRefused("between 1 and 999"):
            self.make_process("Wrong", check_rhythm=-1)

    # === ACCESS ===#

    def test_roles(self):
        own = self.make_process("Own", user_id=self.rep.id)
        processes = self.env["key.account.care.process"]
        domain = [("company_id", "=", self.company.id)]
        self.assertEqual(processes.with_user(self.rep).search(domain), self.process | own)
        own.with_user(self.rep).weak_points = "Slow"
        form = self.check_form(self.rep, own)
        form.rating = "3"
        form.partner_ids = self.account
        form.date_end = date(2999, 1, 1)
        form.save().action_check()
        self.assertEqual((own.rating, own.measure_ids.user_id), ("3", self.rep))
        with self.assertRaises(AccessError):
            self.process.with_user(self.rep).weak_points = "Slow"
        with self.assertRaises(AccessError):
            processes.with_user(self.rep).create({"name": "New"})
        processes.with_user(self.manager).create({"name": "New"}).rating = "1"
        with self.assertRaises(AccessError):
            own.with_user(self.manager).unlink()
        self.outsider.group_ids |= self.env.ref("base.group_allow_export")
        for method in ("search_count", "search_read", "read_group", "export_data"):
            with self.subTest(method), self.assertRaises(AccessError):
                records = processes.with_user(self.outsider)
                if method == "export_data":
                    self.process.with_user(self.outsider).export_data(["name"])
                elif method == "read_group":
                    records._read_group([], [], ["__count"])
                else:
                    getattr(records, method)([])
        own.measure_ids.unlink()
        own.with_user(self.head).unlink()

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        head = self.make_user("other_head", f"{HEAD},base.group_allow_export", company=other)
        processes = self.env["key.account.care.process"].with_user(head).with_context(allowed_company_ids=other.ids)
        self.assertFalse(processes.search([("company_id", "=", self.company.id)]))
        process = self.process.with_env(processes.env)
        for attempt in (
            lambda: process.read(["name"]),
            lambda: process.export_data(["name"]),
            lambda: process.write({"name": "Mine"}),
            lambda: process.message_post(body="Hello"),
            lambda: process.message_ids.mapped("body") or process.check_access("read"),
        ):
            with self.subTest(attempt), self.assertRaises(AccessError):
                attempt()
        with self.assertRaisesRegex(UserError, "Complaints"):
            self.measure(company_id=other.id, process_id=self.process.id)

    # === WORKSHEET ===#

    def worksheet(self, user, report="report_care_worksheet", processes=None, **context):
        reports = self.env["ir.actions.report"].with_user(user)
        reports = reports.with_context(allowed_company_ids=self.company.ids, force_report_rendering=True, **context)
        ids = (self.process if processes is None else processes).ids
        pdf, kind = reports._render_qweb_pdf(f"key_account_management.{report}", ids)
        self.assertEqual(kind, "pdf")
        return pages_of(pdf)

    @freeze_time("2025-03-10")
    def test_filled_worksheet(self):
        self.process.write({"weak_points": "Nobody calls back", "improvement": "A rota", "rating": "2"})
        self.measure(name="Hotline", area_id=self.area.id, rhythm_unit="month", cost_planned=4711.0)
        self.measure(name="Survey", state="done", done_on=date(2024, 4, 1), effect="strong")
        self.measure(name="Long Ago", state="done", done_on=date(2024, 3, 1))
        self.measure(name="Called Off", state="cancelled")
        self.measure(self.foreign, name="Not Mine")
        self.measure(name="Spring", kind="promotion", product_ids=[Command.set(self.product.ids)])
        text = " ".join(self.worksheet(self.manager))
        for expected in (
            *("Worksheet: Care Processes", "Hotline", "monthly", "Alpha", "Survey", "Strong Effect", "No measures yet"),
            *("Without a Care Area", "Complaints", "Nobody calls back", "A rota", "Test Company", "1/1"),
        ):
            self.assertIn(expected, text)
        for unexpected in ("Long Ago", "Called Off", "Not Mine", "Beta", "Spring", "4711"):
            self.assertNotIn(unexpected, text)
        self.assertIn("Not Mine", " ".join(self.worksheet(self.head)))

    @freeze_time("2025-03-10")
    def test_heading_on_each_page_of_the_worksheet(self):
        for number in range(60):
            self.measure(name=f"Measure {number:02} " + "of many words " * (number % 6), area_id=self.area.id)
        pages = [page for page in self.worksheet(self.manager) if "Measure " in page]
        self.assertEqual(sum(len(re.findall(r"Measure \d\d", page)) for page in pages), 60)
        self.assertGreater(len(pages), 2)
        for page in pages:
            self.assertIn("Account Measure Responsible", page)

    def test_empty_worksheet(self):
        self.measure(name="Hotline", area_id=self.area.id)
        text = " ".join(self.worksheet(self.manager, "report_care_worksheet_empty", self.process.browse()))
        for expected in ("Participants", self.area.name, "1/2"):
            self.assertIn(expected, text)
        for unexpected in ("Hotline", "Complaints"):
            self.assertNotIn(unexpected, text)

    def test_worksheet_in_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._get("key_account_management")._update_translations(["de_DE"])
        text = " ".join(self.worksheet(self.manager, lang="de_DE"))
        self.assertIn("Arbeitsblatt: Pflegeprozesse", text)
        self.assertIn("Noch keine Maßnahmen", text)

    def test_worksheets_are_for_the_role(self):
        for report in ("report_care_worksheet", "report_care_worksheet_empty"):
            with self.subTest(report), self.assertRaises(AccessError):
                self.worksheet(self.outsider, report)
