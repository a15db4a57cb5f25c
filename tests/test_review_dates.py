"""Dates of a review: proposed by email, chosen on a page without a login, agreed by hand, moved and cancelled."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import format_date, mute_logger

from .common import HEAD
from .dates import DatesCase


class TestReviewDates(DatesCase):
    # === PROPOSING ===#

    def test_each_contact_gets_one_mail_in_their_language(self):
        proposal = self.open_proposal()
        self.assertEqual(proposal.invitation_ids.partner_id, self.anna | self.bernd)
        self.assertEqual(self.review.state, "preparation")
        self.assertIn("Kind regards", proposal.preview)
        self.assertIn("Mit freundlichen Grüßen", proposal.preview)
        self.assertNotIn("/key-account/dates/", proposal.preview)
        proposal.note = "See <b>you</b>"
        proposal.action_send()
        self.assertEqual([mail.recipient_ids for mail in self.mails], [self.anna, self.bernd])
        english, german = self.mails
        self.assertIn("Dates for our annual review", english.subject)
        self.assertIn("Termine für unser Jahresgespräch", german.subject)
        self.assertIn("See &lt;b&gt;you&lt;/b&gt;", english.body_html)
        # 9:00 UTC; Bernd's time zone is unknown, so it is ours
        self.assertIn("6:00", english.body_html)
        self.assertIn("Asia/Tokyo", english.body_html)
        self.assertIn("Europe/Berlin", german.body_html)
        self.assertNotEqual(self.token_of(english), self.token_of(german))
        self.assertEqual(self.review.state, "proposed")

    def test_nothing_comes_from_the_context(self):
        """The email with the link is for the contact alone, and the meeting says what was agreed."""
        proposal = self.open_proposal()
        proposal.with_context(default_email_cc="spy@example.com", default_email_to="spy@example.com").action_send()
        self.assertTrue(self.mails)
        self.assertNotIn("spy", str([(mail.email_cc, mail.email_to) for mail in self.mails]))
        slot = self.review.slot_ids[0].with_context(default_description="Forged", default_recurrency=True)
        slot.with_user(self.manager).action_take()
        meeting = self.review.sudo().meeting_id
        self.assertTrue(meeting)
        self.assertNotIn("Forged", meeting.description or "")

    def test_time_zone(self):
        invitations = self.env["key.account.review.invitation"].create(
            [{"review_id": self.review.id, "partner_id": contact.id} for contact in (self.anna, self.bernd)]
        )
        self.assertEqual(invitations.mapped(lambda asked: asked._get_timezone()), ["Asia/Tokyo", "Europe/Berlin"])
        # All of Austria has one time, the United States have several
        self.account.country_id = self.env.ref("base.at")
        self.assertEqual(invitations[1]._get_timezone(), "Europe/Vienna")
        self.account.country_id = self.env.ref("base.us")
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(invitations[1]._get_timezone(), "America/New_York")

    def test_nothing_is_sent_twice(self):
        first, second = self.open_proposal(), self.open_proposal()
        first.action_send()
        first.action_send()
        second.action_send()
        self.assertEqual(len(self.mails), 2)

    def test_asked_again_on_purpose_only(self):
        token = self.propose()[self.anna]
        proposal = self.open_proposal()
        self.assertFalse(proposal.invitation_ids)
        self.assertEqual(proposal.asked_before, "Anna, Bernd")
        with self.assertRaisesRegex(UserError, "at least one contact"):
            proposal.action_send()
        proposal.opened_on += timedelta(seconds=5)
        proposal.invitation_ids = self.review.invitation_ids.filtered(lambda asked: asked.partner_id == self.anna)
        proposal.action_send()
        self.assertEqual(len(self.mails), 3)
        self.assertEqual(self.get(token).status_code, 404)
        self.assertEqual(self.get(self.token_of(self.mails[-1])).status_code, 200)

    def test_contacts_without_email_are_named_and_the_rest_works(self):
        self.review.invitation_ids = [
            Command.create({"partner_id": contact.id}) for contact in (self.anna, self.nomail)
        ]
        proposal = self.open_proposal()
        self.assertEqual((proposal.without_email, proposal.invitation_ids.partner_id), ("Nomail", self.anna))
        proposal.action_send()
        self.assertEqual(len(self.mails), 1)

    def test_nobody_with_an_email(self):
        (self.anna | self.bernd).email = False
        with self.assertRaisesRegex(UserError, "Anna, Bernd, Nomail"):
            self.review.action_propose_dates()

    def test_no_date_in_the_future(self):
        review = self.make_review(days=(-60, -50), year=2020)
        with self.assertRaisesRegex(UserError, "no open date in the future"):
            review.action_propose_dates()
        review.slot_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "no open date in the future"):
            review.action_propose_dates()

    def test_only_contacts_of_the_account(self):
        with self.assertRefused("does not belong to Alpha"):
            self.review.invitation_ids = [Command.create({"partner_id": self.foreign.id})]

    def test_links_are_addresses_on_the_web(self):
        with self.assertRefused("is not a valid link"):
            self.review.slot_ids[0].videocall_url = "javascript:alert(1)"

    def test_quick_entry(self):
        with Form(self.env["key.account.review.slot"].with_user(self.manager)) as form:
            form.review_id = self.review
        slot = form.record
        local = fields.Datetime.context_timestamp(slot.with_context(tz="Europe/Berlin"), slot.start)
        self.assertEqual((local.hour, slot.duration, slot.stop - slot.start), (10, 2, timedelta(hours=2)))
        self.assertLess(local.weekday(), 5)
        self.assertGreater(slot.start, fields.Datetime.now() + timedelta(days=19))

    def test_suggested_dates_avoid_what_the_responsible_has_in_the_calendar(self):
        suggest = self.env["key.account.review.slot"].with_user(self.manager)._suggest_starts
        first = suggest(self.manager)[0]
        self.env["calendar.event"].create(
            {
                "name": "Busy",
                "start": first + timedelta(hours=1),
                "stop": first + timedelta(hours=5),
                "partner_ids": [Command.set(self.manager.partner_id.ids)],
            }
        )
        self.assertGreater(suggest(self.manager)[0].date(), first.date())
        review = self.make_review(days=(), year=2021)
        review.action_suggest_slots()
        review.action_suggest_slots()
        self.assertEqual(len(review.slot_ids), 3)

    # === THE CUSTOMER'S PAGE ===#

    def test_page_says_what_the_mail_says_and_no_more(self):
        self.review.slot_ids[1].write({"note": "with a tour", "videocall_url": "https://meet.example.com/x"})
        response = self.get(self.propose()[self.anna])
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        for text in ("Test Company", "Manager", "Hamburg", "with a tour", "https://meet.example.com/x", "6:00"):
            self.assertIn(text, response.text)
        for text in ("top secret", "what only the documents say", "Alpha", "Nomail", "Rep"):
            self.assertNotIn(text, response.text)

    def test_reading_changes_nothing(self):
        token = self.propose()[self.anna]
        slot = self.review.slot_ids[0]
        self.get(token)
        self.get(token, method="HEAD")
        for action in ("choose", "write"):
            response = self.url_open(f"/key-account/dates/{token}/{action}?slot={slot.id}&message=no")
            self.assertIn(response.status_code, (404, 405))
        self.assertEqual((self.review.state, slot.state), ("proposed", "open"))
        self.assertFalse(self.review.invitation_ids.filtered(lambda asked: asked.used_on or asked.answered_on))

    @mute_logger("odoo.http")
    def test_forms_of_other_sites_change_nothing(self):
        token = self.propose()[self.anna]
        response = self.choose(token, self.review.slot_ids[0], csrf="0" * 40)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.review.state, "proposed")

    def test_choosing_makes_the_meeting(self):
        self.review.attendee_ids = self.rep
        token = self.propose()[self.anna]
        first, second, third = self.review.slot_ids
        second.place = "Kiel"
        response = self.choose(token, second)
        self.assertEqual(response.status_code, 200)
        self.assertIn("We have agreed on this date", response.text)
        self.assertIn("Kiel", response.text)
        self.assertNotIn("Hamburg", response.text)
        meeting = self.review.meeting_id
        self.assertEqual((meeting.start, meeting.stop), (second.start, second.start + timedelta(hours=2)))
        self.assertEqual((meeting.user_id, meeting.location, meeting.key_account_visit), (self.manager, "Kiel", True))
        people = self.manager.partner_id | self.rep.partner_id | self.anna | self.bernd
        self.assertEqual(meeting.attendee_ids.partner_id, people)
        self.assertEqual((first.state, second.state, third.state), ("withdrawn", "taken", "withdrawn"))
        self.assertEqual(
            (self.review.state, self.review.planned_date, self.review.place),
            ("scheduled", second.start.date(), "Kiel"),
        )
        message = self.review.message_ids.filtered(lambda message: "Anna chose" in message.body)
        self.assertEqual(message.author_id, self.anna)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)

    def test_what_changes_is_noted_as_the_contacts_doing(self):
        token = self.propose()[self.anna]
        self.choose(token, self.review.slot_ids[0])
        tracked = self.review.sudo().message_ids.filtered("tracking_value_ids")
        self.assertEqual(tracked.author_id, self.anna)

    def test_a_link_is_good_for_one_answer(self):
        tokens = self.propose()
        first, second, _third = self.review.slot_ids
        csrf = self.get(tokens[self.anna]).text.split('name="csrf_token" value="')[1].split('"')[0]
        self.choose(tokens[self.anna], first)
        again = self.choose(tokens[self.anna], second, csrf=csrf)
        self.assertEqual(again.status_code, 410)
        self.assertIn("You have already chosen a date", again.text)
        # 9:00 in UTC, in Tokyo
        self.assertIn("6:00\N{NARROW NO-BREAK SPACE}PM", again.text)
        late = self.choose(tokens[self.bernd], second, csrf=csrf)
        self.assertEqual(late.status_code, 409)
        self.assertIn("Ihr Haus hat inzwischen diesen Termin gewählt:", late.text)
        self.assertIn("Hamburg", late.text)
        self.assertIn(format_date(first.env, first.start, "de_DE", "full"), late.text)
        self.assertEqual((first.state, second.state), ("taken", "withdrawn"))
        self.assertEqual(self.env["calendar.event"].search_count([("res_id", "=", self.review.id)]), 1)

    def test_a_date_that_was_withdrawn_meanwhile(self):
        token = self.propose()[self.anna]
        slot = self.review.slot_ids[0]
        slot.action_withdraw()
        foreign = self.make_review(partner_id=self.make_account("Gamma").id).slot_ids[0]
        for wrong in (slot, foreign):
            response = self.choose(token, wrong)
            self.assertEqual(response.status_code, 409)
            self.assertIn("Please choose another one", response.text)
        self.assertEqual(self.review.state, "proposed")

    def test_links_that_are_wrong_changed_or_expired_look_the_same(self):
        token = self.propose()[self.anna]
        invitation = self.review.invitation_ids.filtered(lambda asked: asked.partner_id == self.anna)
        csrf = self.get(token).text.split('name="csrf_token" value="')[1].split('"')[0]
        unknown = self.get("x" * 43)
        changed = self.get(token[:-1] + ("a" if token[-1] != "a" else "b"))
        invitation.sudo().expires_on = fields.Datetime.now() - timedelta(seconds=1)
        expired = self.get(token)
        for response in (unknown, changed, expired, self.get("y" * 5000)):
            self.assertEqual(response.status_code, 404)
            self.assertEqual(response.text, unknown.text)
            self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertIn("reply to that email", unknown.text)
        self.assertNotIn("Test Company", unknown.text)
        self.assertEqual(self.choose(token, self.review.slot_ids[0], csrf=csrf).status_code, 404)
        self.assertEqual(self.post(token, "write", csrf=csrf, message="Hi").status_code, 404)
        self.assertEqual(self.review.state, "proposed")

    def test_links_end_with_the_last_date_or_after_the_days_in_the_settings(self):
        self.company.key_account_proposal_days = 10
        self.propose()
        expiry = self.review.invitation_ids[0].expires_on
        self.assertAlmostEqual(expiry, fields.Datetime.now() + timedelta(days=10), delta=timedelta(minutes=1))
        self.company.key_account_proposal_days = 300
        review = self.make_review(partner_id=self.account.id, year=2021)
        self.propose(review)
        self.assertEqual(review.invitation_ids[0].expires_on, review.slot_ids[-1].start)

    def test_review_that_is_no_longer_open(self):
        token = self.propose()[self.anna]
        for leave in ("action_cancel", "action_hold"):
            getattr(self.review, leave)()
            response = self.get(token)
            self.assertEqual(response.status_code, 410)
            self.assertIn("no longer available", response.text)
            self.assertNotIn("Hamburg", response.text)
            if self.review.state == "cancelled":
                self.review.action_prepare()

    def test_all_dates_withdrawn(self):
        token = self.propose()[self.anna]
        self.review.slot_ids.action_withdraw()
        response = self.get(token)
        self.assertEqual(response.status_code, 200)
        self.assertIn("None of the proposed dates", response.text)
        self.assertEqual(self.post(token, "write", message="In June?").status_code, 200)

    def test_none_of_these_suits(self):
        token = self.propose()[self.anna]
        text = "Not in <script>alert(1)</script> May\nbut in June" + "!" * 3000
        response = self.post(token, "write", message=text)
        self.assertIn("we have received your message", response.text)
        message = self.review.message_ids.filtered(lambda message: message.author_id == self.anna)
        self.assertIn("&lt;script&gt;", message.body)
        self.assertNotIn("<script", message.body)
        self.assertLess(len(message.body), 2200)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)
        activity = self.review.activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.manager, "None of the dates suits Anna"))
        # Once; and a date can still be chosen
        self.post(token, "write", message="Again")
        self.assertEqual(len(self.review.activity_ids), 1)
        self.choose(token, self.review.slot_ids[0])
        self.assertEqual(self.review.state, "scheduled")

    # === BY HAND ===#

    def agree(self, slot):
        """Agrees with Nomail, who can be asked on the phone only."""
        if not self.review.invitation_ids:
            self.review.invitation_ids = [Command.create({"partner_id": self.nomail.id})]
        slot.action_take()

    def test_agreed_on_the_phone(self):
        slot = self.review.slot_ids[1]
        with self.assertRaisesRegex(UserError, "Who will attend from the customer"):
            slot.action_take()
        self.agree(slot)
        self.assertIn(self.nomail, self.review.meeting_id.attendee_ids.partner_id)
        self.assertEqual((self.review.state, self.review.meeting_id.start), ("scheduled", slot.start))
        with self.assertRaisesRegex(UserError, "cannot be chosen"):
            self.review.slot_ids[0].action_take()
        with self.assertRaisesRegex(UserError, "agreed with the customer"):
            slot.start += timedelta(days=1)
        with self.assertRaisesRegex(UserError, "agreed with the customer"):
            slot.unlink()

    def test_cancelling_the_review_cancels_the_meeting(self):
        self.propose()
        self.agree(self.review.slot_ids[0])
        meeting = self.review.meeting_id
        self.review.action_cancel()
        self.assertEqual((self.review.state, self.review.slot_ids[0].state), ("cancelled", "withdrawn"))
        self.assertEqual((meeting.active, self.review.meeting_id), (False, meeting.browse()))
        self.assertFalse(self.review.activity_ids)
        told = self.env["mail.mail"].search([("model", "=", "calendar.event"), ("res_id", "=", meeting.id)])
        for contact, text in ((self.anna, "has been canceled"), (self.bernd, "ist abgesagt")):
            (cancelled,) = (mail for mail in told if mail.recipient_ids == contact and text in mail.body_html)
            self.assertIn("Hamburg", cancelled.body_html)

    def test_rescheduling(self):
        self.propose()
        self.agree(self.review.slot_ids[0])
        meeting = self.review.meeting_id
        self.review.action_reschedule()
        self.assertEqual((self.review.state, self.review.planned_date, meeting.active), ("preparation", False, False))
        slot = self.review.slot_ids[1]
        slot.action_reopen()
        slot.action_take()
        self.assertEqual((self.review.state, self.review.meeting_id.start), ("scheduled", slot.start))

    def test_a_meeting_that_is_moved_moves_the_review(self):
        self.agree(self.review.slot_ids[0])
        meeting = self.review.meeting_id.with_user(self.manager)
        day = self.start + timedelta(days=3)
        meeting.write({"start": day, "stop": day + timedelta(hours=1), "location": "Bremen"})
        self.assertEqual((self.review.planned_date, self.review.place), (day.date(), "Bremen"))

    def test_a_meeting_that_is_deleted_needs_another_date(self):
        for delete in ("unlink", "action_archive"):
            with self.subTest(delete):
                review = self.make_review(year=2020 if delete == "unlink" else 2021)
                self.propose(review)
                review.slot_ids[0].action_take()
                self.assertEqual(review.planned_date, self.start.date())
                getattr(review.meeting_id.with_user(self.manager), delete)()
                self.assertEqual((review.state, review.planned_date), ("preparation", False))
                self.assertFalse(review.meeting_id)
                self.assertEqual(review.slot_ids[0].state, "withdrawn")
                self.assertIn("deleted in the calendar", review.activity_ids.summary)
                # The way to another date is open
                review.slot_ids[2].action_reopen()
                review.slot_ids[2].action_take()
                self.assertEqual(review.state, "scheduled")

    def test_people_of_the_meeting_are_those_of_the_review(self):
        self.propose()
        self.review.slot_ids[0].action_take()
        self.assertEqual(self.review.participant_ids, self.review.meeting_id.partner_ids)
        self.review.meeting_id.partner_ids -= self.bernd
        self.assertNotIn(self.bernd, self.review.participant_ids)
        self.assertIn(self.anna, self.review.participant_ids)

    def test_activities_move_with_the_date(self):
        self.review.planned_date = self.start.date() - timedelta(days=14)
        self.review.action_schedule_preparation()
        before = {activity: activity.date_deadline for activity in self.review.activity_ids}
        self.propose()
        self.review.slot_ids[0].action_take()
        # Those of the meeting, which is an activity of Odoo itself, are not ours
        for activity, deadline in before.items():
            self.assertEqual(activity.date_deadline, deadline + timedelta(days=14))

    def test_taking_back_the_status_takes_back_the_meeting(self):
        """Also over RPC; and no one reaches a meeting that does not belong to the review."""
        self.propose()
        self.review.slot_ids[0].action_take()
        meeting = self.review.meeting_id
        self.review.write({"state": "preparation"})
        self.assertFalse(meeting.active)
        self.assertEqual(self.review.slot_ids[0].state, "withdrawn")
        foreign = self.env["calendar.event"].create(
            {"name": "Private", "start": self.start, "stop": self.start + timedelta(hours=1)}
        )
        with self.assertRaises(AccessError):
            self.review.write({"meeting_id": foreign.id})
        self.review.sudo().meeting_id = foreign
        self.review.action_cancel()
        self.assertTrue(foreign.active)

    def test_pasted_html_is_text_for_the_customer(self):
        self.review.slot_ids[0].write({"note": "<b>tour</b>", "place": "<script>alert(1)</script>"})
        token = self.propose()[self.anna]
        for text in (self.get(token).text, self.mails[0].body_html):
            self.assertIn("&lt;b&gt;tour&lt;/b&gt;", text)
            self.assertNotIn("<script>alert(1)", text)

    def test_review_without_a_person_responsible(self):
        """The account manager stands in."""
        token = self.propose()[self.anna]
        self.review.user_id = False
        self.assertIn("Manager", self.get(token).text)
        self.post(token, "write", message="In June?")
        self.choose(token, self.review.slot_ids[0])
        self.assertEqual(
            (self.review.activity_ids.user_id, self.review.meeting_id.user_id), (self.manager, self.manager)
        )

    # === ACCESS ===#

    def test_who_may_what(self):
        self.propose()
        foreign = self.env["key.account.review"].create(
            {
                "partner_id": self.foreign.id,
                "slot_ids": [Command.create({"start": self.start})],
                "invitation_ids": [Command.create({"partner_id": self.foreign.id})],
            }
        )
        other = self.make_company("Other Company", "base.EUR", chart=False)
        stranger = self.make_user("stranger", HEAD, company=other)
        for own, theirs in (
            (self.review.slot_ids, foreign.slot_ids),
            (self.review.invitation_ids, foreign.invitation_ids),
        ):
            with self.subTest(own._name):
                everything = own | theirs
                found = {
                    user: own.with_user(user)
                    .with_context(allowed_company_ids=user.company_ids.ids)
                    .search([("id", "in", everything.ids)])
                    for user in (self.rep, self.manager, self.head, stranger)
                }
                self.assertEqual(found[self.rep], own)
                self.assertEqual(found[self.manager], own)
                self.assertEqual(found[self.head], everything)
                self.assertFalse(found[stranger])
                grouped = own.with_user(self.rep)._read_group([], ["review_id"], ["__count"])
                self.assertEqual(grouped, [(self.review, len(own))])
                with self.assertRaises(AccessError):
                    own.with_user(self.outsider).search([])
                with self.assertRaises(AccessError):
                    own[0].with_user(self.rep).write({"review_id": self.review.id})
                with self.assertRaises(AccessError):
                    theirs.with_user(self.manager).read(["review_id"])
                with self.assertRaises(AccessError):
                    theirs.with_user(self.manager).write({"review_id": self.review.id})
        with self.assertRaises(AccessError):
            self.review.slot_ids[0].with_user(self.rep).action_take()
        with self.assertRaises(AccessError):
            self.review.with_user(self.rep).action_propose_dates()

    def test_tokens_are_nowhere(self):
        token = self.propose()[self.anna]
        invitations = self.review.invitation_ids
        self.assertNotIn(token, str(invitations.sudo().read([])))
        self.assertNotIn("token_hash", invitations.with_user(self.head).fields_get())
        with self.assertRaises(AccessError):
            invitations.with_user(self.head).read(["token_hash"])
        exporter = self.make_user("exporter", f"{HEAD},base.group_allow_export")
        with self.assertRaises(AccessError):
            invitations.with_user(exporter).export_data(["token_hash"])
        with self.assertRaises(AccessError):
            invitations.with_user(self.head).search([("token_hash", "like", "a")])
        self.assertNotIn(token, "".join(self.review.message_ids.mapped("body")))
        for mail in self.mails:
            self.assertTrue(mail.auto_delete)
            for user in (self.manager, self.head):
                with self.assertRaises(AccessError):
                    mail.mail_message_id.with_user(user).read(["body"])
        # Rendering the template manually gives no link either
        self.assertNotIn(token, str(invitations.with_user(self.manager)._render_proposal("body_html", "")))

    def test_copies_have_no_dates(self):
        copy = self.review.copy({"year": 2019})
        self.assertFalse(copy.slot_ids | copy.invitation_ids.review_id.slot_ids)
        self.assertFalse(copy.portal_enabled)
