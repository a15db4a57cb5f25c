"""Fields of ours on orders and meetings that are filled in automatically: nobody else says what is in them."""

from odoo.exceptions import AccessError
from odoo.fields import Command

from .coaching import CoachingCase
from .test_customer_access import our_fields


class TestFilledIn(CoachingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.order = cls.env["sale.order"].create({"partner_id": cls.account.id, "user_id": cls.head.id})
        cls.meeting = cls.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2025-03-03 09:00:00",
                "stop": "2025-03-03 10:00:00",
                "partner_ids": cls.account.ids,
            }
        )

    def test_whose_order_and_whose_visit_it_is(self):
        chosen = {"key_account_customer_id": self.foreign.id}
        proposed = {"default_key_account_customer_id": self.foreign.id}
        attendee = self.meeting.attendee_ids
        values = {"partner_id": self.account.id}
        for records, new in ((self.order, values), (attendee, {**values, "event_id": self.meeting.id})):
            records = records.with_user(self.head)
            for forge in (
                lambda records=records: records.write(chosen),
                lambda records=records, new=new: records.create({**new, **chosen}),
                lambda records=records, new=new: records.with_context(**proposed).create(new),
            ):
                with self.subTest(records._name), self.assertRaises(AccessError):
                    forge()
            self.assertEqual(records.sudo().key_account_customer_id, self.account)

    def test_whatever_is_stored_is_filled_in(self):
        """The next computed field of ours on models of others cannot be written either."""
        stored = {
            (name, field)
            for name, names in our_fields(self.env).items()
            for field in names
            if (described := self.env[name]._fields[field]).compute
            and described.store
            and described.readonly
            and not described.inherited
        }
        known = {"sale.order": self.order, "calendar.attendee": self.meeting.attendee_ids, "res.partner": self.account}
        for name, field in stored:
            with self.subTest(name, field=field), self.assertRaises(AccessError):
                known[name].with_user(self.head).write({field: self.foreign.id})

    def test_no_name_of_any_coaching_session(self):
        session = self.session(name="Secret", users=self.colleague)
        spec = {"key_account_coaching_id": {"fields": {"display_name": {}}}}
        meetings = self.env["calendar.event"].with_user(self.rep)
        with self.assertRaises(AccessError):
            session.with_user(self.rep).read(["name"])
        sent = {"key_account_coaching_id": session.id}
        for answer in (
            meetings.onchange(sent, [], spec),
            meetings.with_context(default_key_account_coaching_id=session.id).onchange({}, [], spec),
        ):
            self.assertFalse(answer["value"].get("key_account_coaching_id"))
        answer = self.account.with_user(self.rep).onchange(
            {"meeting_ids": [Command.create(sent)]}, [], {"meeting_ids": {"fields": spec}}
        )
        self.assertNotIn("Secret", str(answer))
        own = meetings.create({"name": "Own", "start": "2025-03-03 09:00:00", "stop": "2025-03-03 10:00:00"})
        with self.assertRaises(AccessError):
            own.web_save(sent, spec)
