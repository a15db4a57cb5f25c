"""Deletion deletes: no file stays behind when its record goes, and an uninstall keeps what belongs to people."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.addons.key_account_management.hooks import uninstall_hook
from odoo.addons.key_account_management.models.documents import key_account_document_job
from odoo.fields import Command

from .documents import make_pdf
from .test_document_versions import VersionCase

# Models that hold files, and what deletes them by the database's cascade: each deletes them itself, see below
CASCADES = {
    ("key.account.review.document", "key.account.review"),
    ("key.account.review.frozen", "key.account.review"),
    ("key.account.review.topic", "key.account.review"),
    ("key.account.document.job.line", "key.account.document.job"),
    ("key.account.document.job.line", "res.partner"),
}


@freeze_time("2025-11-20 12:00")
class TestFiles(VersionCase):
    def files(self):
        """:return: all files of our models, those of fields as well"""
        self.env.flush_all()
        self.env.cr.execute("SELECT id FROM ir_attachment WHERE res_model LIKE 'key.account.%'")
        return {file for (file,) in self.env.cr.fetchall()}

    def test_each_cascade_is_tested_here(self):
        """Records that the database deletes leave their files and messages: a new cascade gets its test."""
        found = set()
        for name, model in self.env.items():
            if not name.startswith("key.account.") or not model._auto or model._abstract or model._transient:
                continue
            stored = model._fields.values()
            holds = "mail.thread" in model._inherit or any(
                (field.type == "binary" and field.attachment) or field.comodel_name == "ir.attachment"
                for field in stored
            )
            if holds or name == "key.account.review.frozen":
                found |= {
                    (name, field.comodel_name)
                    for field in stored
                    if field.type == "many2one" and field.store and field.ondelete == "cascade"
                }
        self.assertEqual(found, CASCADES)

    def test_of_a_deleted_review(self):
        before = self.files()
        account = self.make_account("Gamma", lang="en_US")
        review = self.env["key.account.review"].create({"partner_id": account.id, "year": 2025})
        review.topic_ids[0].material_ids = [
            Command.create({"name": "Plan.pdf", "raw": make_pdf("Plan"), "res_model": "key.account.review.topic"})
        ]
        for audience in ("customer", "internal"):
            self.workbook(review, audience)
        review.message_post(body="Look", attachments=[("Note.txt", b"note")])
        self.assertGreaterEqual(len(self.files() - before), 4)
        review.with_user(self.manager).unlink()
        self.assertEqual(self.files(), before)

    def test_of_a_deleted_job(self):
        before = self.files()
        job = self.job(self.account, "internal_workbook")
        self.run_jobs()
        kept = set(self.review.document_ids.ids)
        self.assertEqual(len(self.files() - before), 1 + len(kept))
        job.unlink()
        self.assertEqual(len(self.files() - before), len(kept))

    def test_of_a_deleted_partner(self):
        customer = self.make_customer("Walk-In", lang="en_US")
        before = self.files()
        job = self.job(customer | self.account)
        self.run_jobs()
        files = self.files() - before
        customer.unlink()
        self.assertEqual(len(files - self.files()), 1)
        self.assertEqual(job.line_ids.partner_id, self.account)

    def test_partners_cost_one_query(self):
        """Nothing else than looking for generated documents, however many partners are deleted."""
        counts = []
        for number in (1, 5):
            partners = self.env["res.partner"].create([{"name": f"Nobody {each}"} for each in range(number)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partners._unlink_key_account_files()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, [1, 1])

    def test_jobs_have_a_retention(self):
        old, running, new = (self.job(self.account) for _job in range(3))
        self.run_jobs()
        running.sudo().state = "running"
        before = self.files()
        day = fields.Datetime.now() - timedelta(days=key_account_document_job.KEPT_DAYS, minutes=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account_document_job SET write_date = %s WHERE id IN %s", [day, tuple((old | running).ids)]
        )
        self.env.invalidate_all()
        self.env["key.account.document.job"]._gc_jobs()
        self.assertEqual((old | running | new).exists(), running | new)
        self.assertEqual(len(before - self.files()), 1)

    def test_what_the_database_deleted_is_cleaned_up(self):
        """Whatever the way: records deleted in SQL, by another add-on, and uploads into forms that were not saved."""
        attachments = self.env["ir.attachment"]
        before = self.files()
        self.workbook(self.review)
        values = {"res_model": "key.account.review", "raw": b"x", "mimetype": "text/plain"}
        upload, recent, used = attachments.create([{**values, "name": name} for name in ("Upload", "Recent", "Used")])
        own = attachments.create({**values, "name": "Own", "res_id": self.review.id})
        gone = attachments.create({**values, "name": "Gone", "res_id": 2**31 - 5})
        self.review.topic_ids[0].material_ids = used
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id IN %s",
            [datetime(2025, 11, 18), tuple((upload | used).ids)],
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = %s", [datetime(2025, 11, 20), recent.id]
        )
        self.env.cr.execute("DELETE FROM key_account_review_document WHERE review_id = %s", [self.review.id])
        self.env.invalidate_all()
        attachments._gc_key_account_files()
        self.assertEqual((upload | gone).exists(), attachments)
        self.assertEqual(self.files() - before, set((recent | used | own).ids))

    # === UNINSTALL ===#

    def test_uninstall_keeps_meetings_and_nothing_of_ours(self):
        review = self.review.with_user(self.manager)
        contact = self.make_customer("Cara", is_company=False, parent_id=self.account.id, email="cara@example.com")
        review.invitation_ids = [Command.create({"partner_id": contact.id})]
        review.slot_ids = [Command.create({"start": "2025-12-01 09:00:00"})]
        review.slot_ids.action_take()
        meeting = review.meeting_id
        self.assertEqual(meeting.res_model, "key.account.review")
        kind = "key_account_management.mail_activity_plan_visit"
        reminder = self.account.activity_schedule(kind, date(2025, 12, 1), user_id=self.manager.id)
        own = self.account.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id)
        on_review = review.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id)
        note = self.account.message_post(body="Kept")
        self.workbook(self.review, "internal")
        self.hold_and_print()
        model = self.env["ir.model"]._get_id("key.account.review")
        template = self.env["mail.template"].create({"name": "My own", "model_id": model})
        own_filter = self.env["ir.filters"].create({"name": "Mine", "model_id": "key.account.review"})
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual((meeting.exists(), meeting.active), (meeting, True))
        self.assertFalse(meeting.res_model_id or meeting.res_model or meeting.res_id)
        self.assertIn(contact, meeting.partner_ids)
        self.assertTrue(own.exists() and note.exists())
        self.assertFalse(reminder.exists() or on_review.exists() or template.exists() or own_filter.exists())
        self.assertFalse(self.files())
        for model, field in (
            ("mail.message", "model"),
            ("mail.followers", "res_model"),
            ("mail.activity", "res_model"),
        ):
            self.assertFalse(self.env[model].search_count([(field, "=like", "key.account.%")]), model)

    def hold_and_print(self):
        self.review.with_user(self.manager).action_hold()
        self.workbook(self.review)
        self.review.message_post(body="Held", attachments=[("Note.txt", b"note")])
