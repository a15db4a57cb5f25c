"""What Odoo looks up as superuser, a client may have asked: nothing of ours answers such questions."""

from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import KeyAccountCase

SECRETS = {"key_account_peer_group_id.name": "Mills", "key_account_profile_ids.tasks": "Save energy"}


class TestSearching(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        peers = cls.env["key.account.peer.group"].create({"name": "Mills"})
        (cls.account | cls.foreign).write({"key_account_peer_group_id": peers.id})
        for account in cls.account | cls.foreign:
            cls.env["key.account.profile"].create({"partner_id": account.id, "tasks": "Save energy"})
        cls.contact = cls.make_customer("Ann", parent_id=cls.foreign.id, is_company=False)
        cls.bait = cls.make_customer("Bait")
        cls.bait.message_subscribe((cls.contact | cls.account).ids)
        cls.company.key_account_hourly_cost = 91.0
        cls.note = cls.env["ir.attachment"].create(
            {
                "name": "Note",
                "raw": b"Note",
                "res_model": "res.partner",
                "res_id": cls.bait.id,
                "company_id": cls.company.id,
            }
        )
        cls.buyer = new_test_user(cls.env, "test_buyer", "base.group_portal", company_id=cls.company.id)
        cls.buyer.partner_id.parent_id = cls.foreign
        cls.env.flush_all()

    def as_user(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def assertTellsNothing(self, model, path, domain):
        """Refused, or empty as for a record that one may not read."""
        with suppress(AccessError):
            self.assertFalse(model.search(domain), path)

    def test_those_who_follow(self):
        for user in (self.outsider, self.rep, self.manager):
            bait = self.as_user(self.bait, user)
            for name, value in SECRETS.items():
                if user == self.manager and name.startswith("key_account_peer_group_id"):
                    # May read it of all accounts
                    continue
                path = f"message_partner_ids.parent_id.{name}"
                with self.subTest(user.name, path=path):
                    self.assertTellsNothing(bait, path, [("id", "=", bait.id), (path, "=", value)])
        found = [("message_partner_ids.key_account_peer_group_id.name", "=", "Mills"), ("id", "=", self.bait.id)]
        self.assertTrue(self.as_user(self.bait, self.manager).search(found))
        for user in (self.outsider, self.rep, self.manager):
            bait = self.as_user(self.bait, user)
            for condition in (
                ("message_partner_ids.name", "=", "Ann"),
                ("message_partner_ids", "in", self.contact.ids),
                ("message_partner_ids", "ilike", "Ann"),
            ):
                with self.subTest(user.name, condition=condition):
                    self.assertIn(self.bait, bait.search([condition]))
            self.assertNotIn(self.bait, bait.search([("message_partner_ids", "not in", self.contact.ids)]))

    def test_files(self):
        of_maker = "create_uid.partner_id.parent_id"
        self.env.cr.execute("UPDATE ir_attachment SET create_uid = %s WHERE id = %s", (self.buyer.id, self.note.id))
        self.env.invalidate_all()
        for user in (self.outsider, self.rep):
            files = self.as_user(self.env["ir.attachment"], user)
            for limit in (None, 5):
                for domain in (
                    [("company_id.key_account_hourly_cost", "=", 91.0)],
                    ["!", ("company_id.key_account_hourly_cost", "!=", 91.0)],
                    [("company_id", "any", [("key_account_hourly_cost", "=", 91.0)])],
                    *([(f"{of_maker}.{name}", "=", value)] for name, value in SECRETS.items()),
                    [("res_model", "=", "res.partner"), (f"{of_maker}.key_account_profile_ids.tasks", "!=", False)],
                ):
                    with self.subTest(user.name, domain=domain, limit=limit):
                        try:
                            found = files.search([("id", "=", self.note.id), *domain], limit=limit)
                        except AccessError:
                            continue
                        self.assertFalse(found)
                for domain in (
                    [("company_id.name", "=", self.company.name)],
                    [("create_uid.name", "=", self.buyer.name)],
                    [("company_id", "=", self.company.id), ("name", "=", "Note")],
                    [("create_uid.partner_id.parent_id", "=", self.foreign.id)],
                ):
                    with self.subTest(user.name, domain=domain, limit=limit):
                        self.assertIn(self.note, files.search([("id", "=", self.note.id), *domain], limit=limit))
        files = self.as_user(self.env["ir.attachment"], self.manager)
        self.assertIn(self.note, files.search([("company_id.key_account_hourly_cost", "=", 91.0)]))

    def test_followers(self):
        """Who follows something is for those who may read it."""
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.foreign.id, "date_from": "2025-01-01", "date_to": "2025-12-31"}
        )
        plan.message_subscribe(self.head.partner_id.ids)
        everybody = self.env["mail.followers"].search([("res_model", "=", plan._name), ("res_id", "=", plan.id)])
        self.assertTrue(everybody)
        by_partner = [("partner_id", "=", self.head.partner_id.id)]
        for user in (self.outsider, self.rep, self.manager):
            followers = self.as_user(self.env["mail.followers"], user)
            with self.subTest(user.name):
                self.assertFalse(followers.search([("res_model", "=", plan._name)]) & everybody)
                self.assertFalse(followers.search(by_partner) & everybody)
                self.assertFalse(followers.search([("id", "in", everybody.ids)]))
                self.assertRaises(AccessError, followers.browse(everybody.ids).read, ["partner_id"])
                groups = followers.formatted_read_group(by_partner, ["res_model"], ["__count"])
                self.assertNotIn(plan._name, [group["res_model"] for group in groups])
                of_bait = self.as_user(self.bait, user).message_follower_ids
                self.assertEqual(of_bait.partner_id, self.contact | self.account)
        as_head = self.as_user(plan, self.head)
        self.assertEqual(as_head.message_follower_ids, everybody)
        self.assertTrue(as_head.message_follower_ids.read(["partner_id"]))
        self.assertEqual(
            self.as_user(plan, self.head).search([("message_partner_ids", "in", self.head.partner_id.ids)]), plan
        )

    def test_notifications(self):
        """What happens to something, and to whom it is told, is for those who may read it."""
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.foreign.id, "date_from": "2025-01-01", "date_to": "2025-12-31"}
        )
        self.head.notification_type = "inbox"
        plan.message_notify(body="News", partner_ids=self.head.partner_id.ids, subject="News")
        told = self.env["mail.notification"].search([("mail_message_id.model", "=", plan._name)])
        told = told.filtered(lambda one: one.mail_message_id.res_id == plan.id)
        self.assertTrue(told)
        for user in (self.outsider, self.rep, self.manager):
            notifications = self.as_user(self.env["mail.notification"], user)
            with self.subTest(user.name):
                self.assertFalse(notifications.search([("id", "in", told.ids)]))
                self.assertFalse(notifications.search([("res_partner_id", "=", self.head.partner_id.id)]) & told)
                self.assertRaises(AccessError, notifications.browse(told.ids).read, ["mail_message_id"])
        self.assertTrue(self.as_user(told, self.head).read(["mail_message_id"]))
        # One's own ones beside those of others open no way to these
        mine = ("res_partner_id", "=", self.manager.partner_id.id)
        notifications = self.as_user(self.env["mail.notification"], self.manager)
        self.assertFalse(notifications.search(["|", mine, ("id", "in", told.ids)]) & told)
        self.assertFalse(notifications.search(["!", mine]) & told)
        about_bait = self.bait.message_notify(body="News", partner_ids=self.head.partner_id.ids, subject="News")
        seen = self.as_user(about_bait.notification_ids, self.outsider)
        self.assertEqual(seen.search([("id", "in", seen.ids)]), seen)
        self.assertTrue(seen.read(["res_partner_id"]))

    def test_the_inbox_asks_for_ones_own_notifications_as_in_odoo(self):
        notifications = self.as_user(self.env["mail.notification"], self.outsider)
        mine = [("res_partner_id", "=", self.outsider.partner_id.id), ("is_read", "=", False)]
        self.assertNotIn("key.account", str(notifications._search(mine).select()))
        self.assertIn("key.account", str(notifications._search(mine[1:]).select()))

    def test_notes_about_customers(self):
        """Customers search their company by its messages: by those that they may read."""
        self.foreign.message_post(body="Will soon leave us", subtype_xmlid="mail.mt_note")
        self.foreign.message_post(body="Welcome", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.env.flush_all()
        for user, found in ((self.buyer, self.foreign.browse()), (self.outsider, self.foreign)):
            account = self.as_user(self.foreign, user)
            with self.subTest(user.name):
                for text, wanted in (("Welcome", self.foreign), ("soon leave", found)):
                    self.assertEqual(account.search([("message_ids.body", "ilike", text)]), wanted)
