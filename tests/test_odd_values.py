"""What cannot be saved in one of our records is refused with a sentence, whichever field it is sent for."""

from datetime import date

from odoo import fields
from odoo.addons.key_account_management.models.access.storable import is_storable
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from .guard import GuardCase

LONG = "9" * 5000
NUMBERS = ("abc", float("nan"), float("inf"), 10**30, LONG, [1], {"a": 1})
LINKS = ("abc", -1, 2**31, 10**30, LONG, [1], [4, 1], {"id": 1}, 1.5)
LINES = (
    5,
    "abc",
    True,
    {"a": 1},
    ["abc"],
    [[]],
    [[9, 0, 0]],
    [[4]],
    [[4, 0]],
    [[4, "x"]],
    [[6, 0, 5]],
    [[6, 0, ["a"]]],
    [[0, 0, 5]],
    [[1, 0, {}]],
    [[6, 0, [10**30]]],
)
TEXTS = ("\0", "a\0b", "\ud800")
DAYS = ("abc", "2025-02-30", "10000-01-01", 5, [1], {"a": 1}, True)
ODD = {
    "integer": (*NUMBERS, 2**31),
    "float": NUMBERS,
    "monetary": NUMBERS,
    "char": TEXTS,
    "text": TEXTS,
    "html": TEXTS,
    "date": DAYS,
    "datetime": DAYS,
    "selection": ("nonsense", 5, [1], {"a": 1}, "\0"),
    "many2one": LINKS,
    "many2many": LINES,
    "one2many": LINES,
    "reference": ("abc", "res.users,1", "nomodel,1", "res.partner,abc", 5, ","),
}


class TestOddValues(GuardCase):
    def fields(self):
        """:return: (field, odd values) of what a form offers"""
        for model in self.models.values():
            for field in model._fields.values():
                if field.type in ODD and not field.readonly and (field.store or field.inverse):
                    yield field, ODD[field.type]

    def assertSentence(self, record, method, *arguments):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            call_kw(record.browse(), method, arguments, {"context": dict(record.env.context)})
        self.assertLess(len(str(caught.exception)), 500)

    def test_values_of_every_field(self):
        tried = 0
        for field, values in self.fields():
            model = self.env[field.model_name].with_user(self.manager)
            for value in values:
                with self.subTest(str(field), value=str(value)[:20] if value != 10**30 else "long"):
                    self.assertFalse(is_storable(model, field, value))
                tried += 1
        self.assertGreater(tried, 1000)

    def test_every_way_to_every_model(self):
        """One field of each type: written, in a form, of a new record, as a default."""
        tried = {}
        for field, values in self.fields():
            tried.setdefault((field.model_name, field.type), (field.name, values[0]))
        for (name, _type), (field, value) in tried.items():
            # The head may write all of these
            records = self.env[name].with_user(self.head)
            with self.subTest(name, field=field):
                self.assertSentence(records, "write", self.theirs[name].ids, {field: value})
                self.assertSentence(records, "onchange", [], {field: value}, [field], {})
                self.assertSentence(records, "create", [{field: value}])
                forged = records.with_context(**{f"default_{field}": value})
                self.assertSentence(forged, "default_get", [field])

    def test_what_is_no_field(self):
        for name in self.models:
            records = self.env[name].with_user(self.head)
            self.assertSentence(records, "create", [{"nothing": 1}])
            self.assertSentence(records, "write", self.theirs[name].ids, {"nothing": 1})

    def test_what_is_required(self):
        """Said before the database does: left out, or emptied."""
        tried = 0
        for name, model in self.models.items():
            for field in model._fields.values():
                if not field.required or not field.column_type or field.readonly or field.related:
                    continue
                if field.type in ("boolean", "integer", "float", "monetary"):
                    continue
                records = self.env[name].with_user(self.head)
                with self.subTest(str(field)):
                    label = field._description_string(records.env)
                    with self.assertRaisesRegex(UserError, label), self.env.cr.savepoint():
                        records.browse(self.theirs[name].ids).write({field.name: False})
                    tried += 1
        self.assertGreater(tried, 40)

    def test_required_fields_that_follow_from_others(self):
        """The database requires them at once: what is computed later comes too late."""
        late = [
            str(field)
            for model in self.models.values()
            for field in model._fields.values()
            if field.required and field.compute and field.store and not field.precompute and not field.related
        ]
        self.assertFalse(late)
        process = self.own["key.account.care.process"].with_user(self.rep)
        check = process.env["key.account.care.process.check"].create({"process_id": process.id})
        self.assertEqual(check.rating, process.rating)

    def test_what_a_client_says_was_selected(self):
        wizard = self.env["key.account.document.wizard"].with_user(self.manager)
        for odd in (["abc"], 5, "abc", [[1]], {"a": 1}, None):
            with self.subTest(str(odd)):
                given = wizard.with_context(active_ids=odd).default_get(["partner_ids"])
                self.assertFalse([each for command in given.get("partner_ids") or () for each in command[2]])
        meeting = self.env["calendar.event"].with_user(self.manager)
        for odd in ("abc", 10**30, 1.5, True, None):
            with self.subTest(str(odd)):
                visit = meeting.with_context(key_account_visit_to=odd)
                spec = {"key_account_invitation_note": {}}
                visit.onchange({"key_account_visit": True}, ["key_account_visit"], spec)

    def test_what_a_form_sends_is_possible(self):
        """Links with their names, new lines with made-up ids, nothing at all."""
        review = self.own["key.account.review"].with_user(self.manager)
        spec = {"partner_id": {"fields": {"display_name": {}}}, "slot_ids": {"fields": {"start": {}}}, "name": {}}
        values = {
            "partner_id": {"id": self.account.id, "display_name": "Alpha"},
            "user_id": self.manager.id,
            "slot_ids": [[0, "virtual_1", {"start": "2030-01-01 10:00:00"}]],
            "goals": False,
            "place": "",
            "attendee_ids": [],
        }
        review.browse().onchange(values, ["partner_id"], spec)
        review.write({"place": "", "goals": None, "attendee_ids": [[6, 0, []]], "slot_ids": [[5]]})
        review.write({"slot_ids": [[0, 0, {"start": "2030-01-01 10:00:00", "duration": "2"}]]})

    def test_the_first_and_the_last_day(self):
        """What is computed from them ends with the calendar, or is refused."""
        process = self.own["key.account.care.process"].with_user(self.manager)
        process.write({"last_checked": date(9999, 12, 1), "check_rhythm": 12})
        self.assertEqual(process.next_check, date.max)
        measure = self.own["key.account.care.measure"].with_user(self.manager)
        for first, last in ((date(1, 1, 1), date(1, 1, 2)), (date(9999, 12, 1), date(9999, 12, 31))):
            done = measure.copy({"date_start": first, "date_end": last, "rhythm_number": 1, "rhythm_unit": "day"})
            done.action_done()
            self.assertGreaterEqual(done.successor_id.date_end, fields.Date.context_today(measure))
            promotion = {"kind": "promotion", "product_ids": [Command.set(self.product.ids)]}
            measure.copy({"date_start": first, "date_end": date.max, **promotion}).read(["promotion_revenue"])
        review = self.own["key.account.review"].with_user(self.manager)
        for day in (date(1, 1, 1), date.max):
            with self.subTest(day), self.assertRaisesRegex(UserError, "between 1900 and 2999"):
                review.planned_date = day
        slot = self.own["key.account.review.slot"].with_user(self.manager)
        with self.assertRefused("must be more than 0 and at most 24 hours"):
            slot.duration = 10.0**9
        plan = self.own["key.account.plan"].with_user(self.manager)
        plan.date_to = date.max
        with self.assertRaisesRegex(UserError, "already has a plan"):
            plan.action_copy_into_next_period()

    def test_one_record_at_a_time(self):
        """Buttons for one record, called without any or with several."""
        several = self.own["key.account.review"] + self.theirs["key.account.review"]
        for records in (several, several.browse()):
            for method in (
                "action_propose_dates",
                "action_suggest_slots",
                "action_view_meeting",
                "action_fill_look_back",
            ):
                with self.subTest(method, count=len(records)), self.assertRaisesRegex(UserError, "exactly one record"):
                    getattr(records.with_user(self.head), method)()
        for name, method in (
            ("res.partner", "action_view_key_account_plan"),
            ("res.partner", "action_plan_key_account_visit"),
            ("calendar.event", "action_add_key_account_measure"),
            ("crm.lead", "action_view_key_account_measures"),
            ("account.move", "action_view_key_account_invoice"),
        ):
            with self.subTest(name, method=method), self.assertRaisesRegex(UserError, "exactly one record"):
                getattr(self.env[name].with_user(self.head), method)()


@tagged("post_install", "-at_install")
class TestOddAddresses(HttpCase, GuardCase):
    def test_ids_in_addresses(self):
        self.manager.password = "a password of the manager"
        self.authenticate(self.manager.login, "a password of the manager")
        for address in (
            "/key_account_management/documents/%s",
            "/key_account_management/slides/%s",
            "/key_account_management/document/workbook/res.partner/%s",
            "/key_account_management/document/workbook/key.account.review/1,%s",
            "/my/key-account-reviews/%s",
            "/my/key-account-reviews/%s/documents/1",
            "/my/key-account-reviews/1/documents/%s",
        ):
            for odd in ("0", "-1", "abc", "1.5", str(2**31 - 1), str(2**31), str(10**30), LONG, "²", "٣"):
                with self.subTest(address=address, odd=odd[:20]):
                    # Or whose: what is named beside it is somebody else's
                    self.assertIn(self.url_open(address % odd).status_code, (403, 404))

    def test_reports_of_nothing(self):
        self.manager.password = "a password of the manager"
        self.authenticate(self.manager.login, "a password of the manager")
        reports = self.env["ir.actions.report"].search([("key_account_document", "!=", False)])
        self.assertGreater(len(reports), 8)
        for report in reports:
            for odd in ("", "/0", "/abc"):
                with self.subTest(report.report_name, odd=odd):
                    response = self.url_open(f"/report/html/{report.report_name}{odd}")
                    self.assertLess(response.status_code, 500)
