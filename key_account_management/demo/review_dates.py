"""One review whose dates were proposed two days ago; no email went out to people who do not exist."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .workdays import workday

ACCOUNT = "key_account_management.demo_account_group"
CONTACTS = ("demo_contact_meridian", "demo_contact_meridian_east")
PLACES = (
    {"place": "Seattle, Union Plaza", "note": "with a tour of the scan tunnels"},
    {"place": "Bayside, test centre"},
    {"videocall_url": "https://meet.bayside.example.com/meridian"},
)


def propose_dates(env, manager):
    review = env["key.account.review"].search(
        [("partner_id", "=", env.ref(ACCOUNT).id), ("state", "=", "preparation")], limit=1
    )
    review = review.with_user(manager).with_context(tracking_disable=True)
    starts = [
        start + (workday(start.date()) - start.date())
        for start in env["key.account.review.slot"].with_user(manager)._suggest_starts(manager)
    ]
    asked_on = fields.Datetime.now() - relativedelta(days=2)
    # As superuser: nobody enters by hand when someone was asked
    review.sudo().write(
        {
            "state": "proposed",
            "planned_date": False,
            "slot_ids": [
                Command.create({"start": start, **place}) for start, place in zip(starts, PLACES, strict=True)
            ],
            "invitation_ids": [
                Command.create(
                    {
                        "partner_id": env.ref(f"key_account_management.{contact}").id,
                        "asked_on": asked_on,
                        "expires_on": min(starts[-1], asked_on + relativedelta(days=21)),
                    }
                )
                for contact in CONTACTS
            ],
        }
    )
