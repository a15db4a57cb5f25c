"""Meetings that are ticked as customer visits."""

from datetime import timedelta

from odoo.fields import Command


def make_meeting(user, start, partners, **values):
    """A meeting of an hour that counts as a visit to the accounts of these partners; nobody is written to."""
    meetings = user.env["calendar.event"].with_context(dont_notify=True, no_mail_to_attendees=True)
    return meetings.create(
        {
            "name": "Visit",
            "key_account_visit": True,
            "user_id": user.id,
            "start": start,
            "stop": start + timedelta(hours=1),
            "partner_ids": [Command.set(partners.ids)],
            **values,
        }
    )
