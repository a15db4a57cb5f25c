"""Fields of ours on orders and meetings that are filled in automatically: nobody else says what is in them."""

import contextlib

import psycopg2

from odoo.addons.key_account_management.models.mail_thread import NOT_FROM_EMAILS
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from .coaching import CoachingCase
from .test_customer_access import our_fields

# What clients may choose on models of others, and who decides about it. The engine follows these as superuser.
LINKS = {
    # No role has access
    ("calendar.event", "key_account_review_id"),
    ("calendar.event", "key_account_session_id"),
    ("calendar.event", "key_account_visit_id"),
    # Only those who may read the items: `test_who_chooses_the_analytic_account`
    ("res.partner", "key_account_analytic_id"),
    # Those who manage the account: `AccountGuard`; they may read all of these
    ("res.partner", "key_account_manager_id"),
    ("res.partner", "key_account_peer_group_id"),
    ("res.partner", "key_account_team_ids"),
    ("res.partner", "key_account_tier_id"),
}


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

    def test_emails_that_a_client_hands_over(self):
        """Odoo takes them as superuser from every employee: they make, move and say nothing that is not theirs."""
        email = "From: x@example.com\nTo: y@example.com\nSubject: Forged\nMessage-Id: <{}@x>\n\nForged\n"
        session = self.session(name="Secret", users=self.colleague)
        new = {"name": "Forged", "partner_id": self.foreign.id, "date_end": "2030-01-01", "user_id": self.rep.id}
        meeting = {"start": "2025-03-03 09:00:00", "stop": "2025-03-03 10:00:00", "name": "Forged"}
        forged = [
            ("key.account.coaching.session", {}, session.id),
            ("res.partner", {"key_account_status": "active", "key_account_manager_id": self.rep.id}, None),
            ("res.partner", {"parent_id": self.foreign.id, "is_company": True}, None),
            ("calendar.event", {**meeting, "key_account_session_id": session.id}, None),
            # Nor by what the context or their own settings propose
            ("res.partner", {}, None),
            ("survey.user_input", {}, None),
            *(
                (name, new, None)
                for name, model in self.env.items()
                if name.startswith("key.account.") and hasattr(model, "message_process") and not model._abstract
            ),
        ]
        for user in (self.outsider, self.rep):
            threads = self.env["res.partner"].with_user(user)
            for number, (model, values, thread) in enumerate(forged):
                with self.subTest(model, user=user.name), self.assertRaises(AccessError):
                    threads.message_process(model, email.format(f"{user.id}-{number}"), values, thread_id=thread)
        own = self.session(name="Own", users=self.rep)
        threads = self.env["res.partner"].with_user(self.manager)
        threads.message_process(own._name, email.format("own"), thread_id=own.id)
        self.assertIn("Forged", own.message_ids[0].body)
        self.assertTrue(threads.message_process("crm.lead", email.format("other")))

    def test_the_next_model_that_emails_could_create(self):
        fields_of_ours = {
            name
            for name, names in our_fields(self.env).items()
            if hasattr(self.env[name], "message_process") and any(self.env[name]._fields[each].store for each in names)
        }
        # Whoever books says what a credit is for; figures of a category are for everybody who may edit it
        self.assertEqual(fields_of_ours - {"account.move", "product.category"}, NOT_FROM_EMAILS)

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

    def test_whatever_is_linked_is_decided(self):
        """The next link of ours on a model of others needs somebody who decides where it may lead."""
        links = {
            (name, field)
            for name, names in our_fields(self.env).items()
            for field in names
            if (described := self.env[name]._fields[field]).type in ("many2one", "many2many")
            and described.store
            and not described.readonly
        }
        self.assertEqual(links, LINKS)

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

    def test_no_name_of_what_cannot_be_read(self):
        """Whatever can be about records of all models: its form, and the record that results."""
        session = self.session(name="Secret", users=self.colleague)
        said = {}
        for name, model in self.env.items():
            model = model.with_user(self.rep)
            for field in model._fields.values() if not model._abstract else ():
                if field.type != "many2one_reference" or not field.model_field:
                    continue
                sent = {field.model_field: session._name, field.name: session.id}
                if "res_model_id" in model._fields:
                    sent["res_model_id"] = self.env["ir.model"]._get_id(session._name)
                texts = {key: {} for key, each in model._fields.items() if each.type == "char"}
                self.env.invalidate_all()
                with contextlib.suppress(AccessError, UserError):
                    said[name] = model.onchange(sent, [], texts)
        self.assertIn("mail.activity", said)
        self.assertFalse([name for name, answer in said.items() if "Secret" in str(answer)])
        activities = self.env["mail.activity"].with_user(self.rep)
        about = {"res_model_id": self.env["ir.model"]._get_id(session._name), "res_id": session.id}
        mine = self.account.with_user(self.rep).activity_schedule("mail.mail_activity_data_todo", user_id=self.rep.id)
        for forge in (lambda: mine.write(about), lambda: activities.create({**about, "user_id": self.rep.id})):
            with self.assertRaises(AccessError):
                forge()

    def test_no_name_of_messages_files_and_activities_about_it(self):
        """Every link to one of them, on any form."""
        session = self.session(name="Secret", users=self.colleague)
        about = {
            "mail.message": session.message_post(body="Secret", subject="Secret"),
            "ir.attachment": self.env["ir.attachment"].create(
                {"name": "Secret", "raw": b"Secret", "res_model": session._name, "res_id": session.id}
            ),
            "mail.activity": session.activity_schedule("mail.mail_activity_data_todo", summary="Secret"),
        }
        tried = set()
        for name, model in self.env.items():
            if model._abstract:
                continue
            model = model.with_user(self.rep)
            texts = {key: {} for key, each in model._fields.items() if each.type in ("char", "text", "html")}
            for field in model._fields.values():
                if field.type not in ("many2one", "many2many") or field.comodel_name not in about:
                    continue
                linked = about[field.comodel_name].id
                value = linked if field.type == "many2one" else [Command.link(linked)]
                spec = {**texts, field.name: {"fields": {"display_name": {}}}}
                for values, context in (({field.name: value}, {}), ({}, {f"default_{field.name}": value})):
                    tried.add((name, field.name))
                    self.env.invalidate_all()
                    with contextlib.suppress(AccessError, UserError):
                        told = model.with_context(**context).onchange(values, [], spec)
                        with self.subTest(name, field=field.name, context=context):
                            self.assertNotIn("Secret", str(told))
        self.assertIn(("mail.compose.message", "parent_id"), tried)

    def test_no_name_of_what_a_window_is_about(self):
        """Windows that name a model and ids as text, or as a reference: what they fill in, in the form and saved."""
        session = self.session(name="Secret", users=self.colleague)
        about = {"model": session._name, "res_model": session._name, "model_name": session._name}
        about |= {"res_id": session.id, "res_ids": str(session.ids), "record_id": session.id}
        about["res_model_id"] = about["model_id"] = self.env["ir.model"]._get_id(session._name)
        tried = set()
        for name, model in self.env.items():
            fields = model._fields
            if model._abstract or not any(key.startswith(("res_id", "record_id")) for key in fields):
                continue
            model = model.with_user(self.rep)
            sent = {
                key: value
                for key, value in about.items()
                if key in fields and isinstance(value, str) == (fields[key].type in ("char", "text", "selection"))
            }
            sent |= {key: f"{session._name},{session.id}" for key, each in fields.items() if each.type == "reference"}
            texts = [key for key, each in fields.items() if each.type in ("char", "text", "html")]
            proposed = {f"default_{key}": value for key, value in sent.items()}
            tried.add(name)
            for ask in (
                lambda model=model, sent=sent, texts=texts: model.onchange(sent, [], {key: {} for key in texts}),
                lambda model=model, proposed=proposed, texts=texts: model.with_context(**proposed).onchange(
                    {}, [], {key: {} for key in texts}
                ),
                lambda model=model, sent=sent, texts=texts: model.create(sent).read(texts),
            ):
                self.env.invalidate_all()
                refused = (UserError, ValueError, LookupError, TypeError, psycopg2.Error)
                with contextlib.suppress(*refused), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    told = str(ask())
                    with self.subTest(name):
                        self.assertNotIn("Secret", told)
        self.assertIn("mail.compose.message", tried)
