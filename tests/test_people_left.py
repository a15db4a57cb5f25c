"""Who has left gets no activity and no email: the head of key accounts does, and finds what is left behind."""

import re
from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools.safe_eval import safe_eval

from .dates import DatesCase


class TestPeopleLeft(DatesCase):
    def leave(self, user=None):
        (user or self.manager).sudo().action_archive()
        self.env.invalidate_all()

    def test_who_stands_in(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        self.assertEqual(self.manager._get_key_account_stand_in(self.company), self.manager)
        self.leave()
        self.assertEqual(self.manager._get_key_account_stand_in(self.company), self.head)
        self.assertNotEqual(self.manager._get_key_account_stand_in(other), self.head)

    def test_dates_of_a_review(self):
        review = self.review.sudo()
        token = self.propose()[self.anna]
        self.leave()
        self.assertIn("Head", self.get(token).text)
        self.assertNotIn("Manager", self.get(token).text)
        self.post(token, "write", message="In June?")
        self.choose(token, review.slot_ids[0])
        self.assertEqual(review.activity_ids.user_id, self.head)
        self.assertEqual(review.meeting_id.user_id, self.head)
        self.assertNotIn(self.manager.partner_id, review.meeting_id.partner_ids)
        self.assertNotIn(self.manager.partner_id, review.message_ids.notified_partner_ids)
        review.meeting_id.with_user(self.outsider).write({"location": "Elsewhere"})
        review.meeting_id.unlink()
        self.assertEqual(review.activity_ids.user_id, self.head)

    def test_preparation_and_results(self):
        review = self.review.sudo()
        issue = self.env["key.account.review.issue"].create(
            {"review_id": review.id, "name": "Late", "result": "Call", "result_user_id": self.rep.id}
        )
        issue.result_date = date.today()
        self.leave()
        self.leave(self.rep)
        review.planned_date = date.today() + timedelta(days=60)
        review.action_schedule_preparation()
        issue.action_make_activity()
        self.assertEqual(review.activity_ids.user_id, self.head)

    def test_milestones_and_reminders(self):
        milestone = self.env["key.account.milestone"].create(
            {
                "name": "Pilot",
                "partner_id": self.account.id,
                "user_id": self.rep.id,
                "date_deadline": date.today() - timedelta(days=3),
            }
        )
        self.account.key_account_tier_id = self.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        self.account.key_account_since = date(2020, 1, 1)
        self.leave()
        self.leave(self.rep)
        milestone._notify_late()
        self.assertEqual(milestone.activity_ids.user_id, self.head)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 60)
        self.env["res.partner"]._cron_remind_of_key_account_visits()
        reminder = self.account.activity_search(["key_account_management.mail_activity_plan_visit"])
        self.assertEqual(reminder.user_id, self.head)

    @freeze_time("2026-11-30 08:00:00")
    def test_the_weekly_message(self):
        self.leave()
        users = self.env["res.users"]
        due = users.search(users._get_care_message_domain(date(2026, 11, 30)))
        self.assertIn(self.head, due)
        self.assertNotIn(self.manager, due)
        message = self.head.with_user(self.head)._get_key_account_message()
        gaps = next(item for item in message["items"] if item["code"] == "care_gap")
        self.assertIn(self.account.name, gaps["sentence"])

    def test_open_activities_go_to_the_head(self):
        review = self.review.sudo()
        activity = review.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id)
        review.message_subscribe(self.manager.partner_id.ids)
        self.leave()
        self.assertEqual(activity.user_id, self.head)
        self.assertNotIn(self.manager.partner_id, review.message_partner_ids)

    def test_no_minutes_and_no_proposal(self):
        review = self.review.sudo()
        self.rep.email = "rep@example.com"
        review.participant_ids = self.rep.partner_id | self.anna
        self.assertEqual(review._get_minutes_recipients(), self.rep.partner_id | self.anna)
        self.leave(self.rep)
        self.assertEqual(review._get_minutes_recipients(), self.anna)
        review.invitation_ids = [
            Command.create({"partner_id": self.anna.id}),
            Command.create({"partner_id": self.bernd.id}),
        ]
        self.bernd.active = False
        self.assertEqual(self.open_proposal().invitation_ids.partner_id, self.anna)
        self.assertNotIn(self.bernd, review._get_invited())

    def test_minutes_are_sent_by_someone_who_is_there(self):
        review = self.review.sudo()
        self.manager.email, self.head.email = "manager@example.com", "head@example.com"
        review.user_id = self.manager
        template = self.env.ref("key_account_management.mail_template_review_minutes")
        self.assertEqual(template._render_field("email_from", review.ids)[review.id], self.manager.email_formatted)
        self.leave()
        self.assertEqual(template._render_field("email_from", review.ids)[review.id], self.head.email_formatted)
        self.assertIn(self.head.name, template._render_field("body_html", review.ids)[review.id])
        self.head.email = False
        sender = template._render_field("email_from", review.ids)[review.id]
        self.assertEqual(sender, review.company_id.email_formatted)

    def test_cancelled_meetings(self):
        review = self.review.sudo()
        review.attendee_ids = self.rep
        self.propose()
        review.slot_ids[0].with_user(self.manager).action_take()
        meeting = review.meeting_id
        self.leave(self.rep)
        review.action_cancel()
        told = self.env["mail.mail"].search([("model", "=", "calendar.event"), ("res_id", "=", meeting.id)])
        cancelled = told.filtered(lambda mail: "canceled" in mail.body_html)
        self.assertIn(self.anna, cancelled.recipient_ids)
        self.assertNotIn(self.rep.partner_id, cancelled.recipient_ids)

    def test_filters_find_what_is_left_behind(self):
        """Every list of records that someone is responsible for has the filter."""
        review = self.review.sudo()
        values = {"partner_id": self.account.id, "user_id": self.manager.id}
        records = [
            (self.account, "res.partner_view_search"),
            (review, "key_account_review_view_search"),
            (
                self.env["key.account.milestone"].create({**values, "name": "M", "date_deadline": date.today()}),
                "key_account_milestone_view_search",
            ),
            (
                self.env["key.account.plan"].create(
                    {**values, "date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}
                ),
                "key_account_plan_view_search",
            ),
            (
                self.env["key.account.review.issue"].create(
                    {"review_id": review.id, "name": "I", "result_user_id": self.manager.id}
                ),
                "key_account_review_issue_view_search",
            ),
        ]
        for record, _view in records:
            with self.subTest(record._name):
                arch = etree.fromstring(record.get_view(view_type="search")["arch"])
                if record._name == "res.partner":
                    arch = etree.fromstring(
                        record.get_view(self.env.ref("base.view_res_partner_filter").id, "search")["arch"]
                    )
                (domain,) = arch.xpath("//filter[contains(@name, '_left')]/@domain")
                domain = [*safe_eval(domain), ("id", "=", record.id)]
                self.assertFalse(record.with_user(self.head).search(domain))
                self.manager.sudo().active = False
                self.assertEqual(record.with_user(self.head).search(domain), record)
                self.manager.sudo().active = True


class TestNotReached(DatesCase):
    """A proposal that could not be sent says so and can be sent again."""

    def test_an_email_that_failed(self):
        self.propose()
        invitation = self.review.invitation_ids[0]
        self.assertEqual((invitation.delivery, self.review.not_reached), ("sending", ""))
        self.mails[0].write({"state": "exception", "failure_reason": "Mailbox full"})
        self.env.invalidate_all()
        self.assertEqual((invitation.delivery, invitation.delivery_note), ("failed", "Mailbox full"))
        self.assertEqual(self.review.not_reached, "Anna")
        self.mails[0].write({"state": "outgoing", "failure_reason": False})
        self.env.invalidate_all()
        self.assertEqual(invitation.delivery, "sending")

    def test_the_account_manager_is_told_and_sends_again(self):
        self.propose()
        invitation, other = self.review.invitation_ids
        for mail in self.mails:
            failed = mail.recipient_ids == self.anna
            mail._postprocess_sent_message(
                [] if failed else self.bernd.ids,
                [],
                failure_reason="No address" if failed else False,
                failure_type="mail_email_invalid" if failed else None,
            )
        self.env.invalidate_all()
        # Both emails are gone
        self.assertFalse(self.env["mail.mail"].sudo().search([("id", "in", [mail.id for mail in self.mails])]))
        self.assertEqual((invitation.delivery, other.delivery), ("failed", "sent"))
        self.assertEqual(invitation.delivery_note, "No address")
        activity = self.review.activity_ids.filtered(lambda activity: "could not be sent to Anna" in activity.summary)
        self.assertEqual(activity.user_id, self.manager)
        action = invitation.action_send_again()
        proposal = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        self.assertEqual(proposal.invitation_ids, invitation)
        proposal.opened_on += timedelta(seconds=5)
        proposal.action_send()
        self.env.invalidate_all()
        self.assertEqual((invitation.delivery, self.review.not_reached), ("sending", ""))

    def test_an_email_that_came_back(self):
        self.propose()
        invitation = self.review.invitation_ids[0]
        mail = self.mails[0]
        message_id = mail.message_id
        mail._postprocess_sent_message(self.anna.ids, [])
        self.env.invalidate_all()
        self.assertEqual(invitation.delivery, "sent")
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "bounced_email": "anna@example.com",
                "bounced_partner": self.anna,
                "bounced_msg_ids": [message_id],
                "bounced_message": self.env["mail.message"],
                "body": "<p>Unknown user</p>",
                "email_from": "mailer-daemon@example.com",
                "message_id": "<bounce>",
                "to": "bounce@example.com",
            },
        )
        self.env.invalidate_all()
        self.assertEqual((invitation.delivery, invitation.delivery_note), ("failed", "Unknown user"))

    def test_each_contact_says_what_became_of_the_proposal(self):
        """Sent, not sent and why in words, link opened, answered; and the sum of it on the review."""
        tokens = self.propose()
        anna, bernd = self.review.invitation_ids
        self.assertEqual((anna.progress, self.review.proposal_summary), ("", "Being Sent: 2"))
        for mail in self.mails:
            mail._postprocess_sent_message(mail.recipient_ids.ids, [])
        self.env.invalidate_all()
        self.assertRegex(anna.progress, r"^Sent on .*, link not opened yet$")
        # Programs that check emails follow links, and load no pictures
        page = self.get(tokens[self.anna]).text
        self.env.invalidate_all()
        self.assertEqual((anna.delivery, anna.opened_on), ("sent", False))
        picture = re.search(r'src="(/key-account/dates/[\w-]+/seen)"', page)[1]
        self.assertEqual(self.url_open(picture).headers["Content-Type"], "image/gif")
        self.env.invalidate_all()
        self.assertEqual((anna.delivery, bernd.delivery), ("opened", "sent"))
        self.assertRegex(anna.progress, r"^Link opened on .*, no answer yet$")
        self.assertEqual(self.review.proposal_summary, "Sent: 1, Link Opened: 1")
        self.post(tokens[self.anna], "write", message="Rather in May")
        self.env.invalidate_all()
        self.assertRegex(anna.progress, r"^Replied on .* that no date suits")
        self.choose(tokens[self.bernd], self.review.slot_ids[0])
        self.env.invalidate_all()
        self.assertEqual((anna.delivery, bernd.delivery), ("answered", "chosen"))

    def test_pictures_of_links_that_lead_nowhere(self):
        response = self.url_open("/key-account/dates/nobodys/seen")
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, "image/gif"))

    def test_why_in_words(self):
        self.propose()
        anna, bernd = self.review.invitation_ids
        for invitation, kind, reason, words in (
            (anna, "mail_smtp", False, "Our mail server could not be reached"),
            (bernd, "mail_email_invalid", "bernd@", "The email address is not valid: bernd@"),
        ):
            invitation.sudo()._handle_failed(reason, kind)
            self.assertEqual((invitation.delivery, invitation.progress), ("failed", words))
        anna.sudo().write({"failure": "550 No", "failure_type": "unknown"})
        self.assertEqual(anna.progress, "The mail server did not accept it: 550 No")

    def test_send_again_to_those_only(self):
        self.propose()
        anna, _bernd = self.review.invitation_ids
        anna.sudo()._handle_failed("No", "mail_email_invalid")
        for user in (self.rep, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.review.with_user(user).action_send_again()
        action = self.review.action_send_again()
        proposal = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        self.assertEqual(proposal.invitation_ids, anna)
        self.assertIn("Bernd", proposal.asked_before)
        proposal.opened_on += timedelta(seconds=5)
        before = len(self.mails)
        proposal.action_send()
        self.assertEqual([mail.recipient_ids for mail in self.mails[before:]], [self.anna])
        self.assertEqual((anna.delivery, self.review.not_reached), ("sending", ""))
        self.assertEqual(self.review.action_send_again()["tag"], "display_notification")

    def test_other_emails_cost_nothing(self):
        mail = self.env["mail.mail"].create({"body_html": "Hello", "email_to": "x@example.com"})
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(mail._get_key_account_invitations())
