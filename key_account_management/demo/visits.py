"""Reports on visits, written by the account manager as they would on a phone."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .entered import MODULE, QUIET
from .workdays import workday

# Of the last visit to these accounts: what was said, in the language of whoever went there, and what was a risk
REPORTS = {
    "growing": (
        "Frau Hansen plant eine dritte Linie für den Herbst. Sie will vorher wissen, ob wir die Greifer schneller "
        "liefern können. Der Einkauf fragt nach Staffelpreisen.",
        "Ein zweiter Anbieter hat Muster für die Greifer geliefert.",
    ),
    "shrinking": (
        "Diane Walsh wants fixed delivery days before she talks about volume again. The fault list was gone through, "
        "four points are settled.",
        "They test a second source for the motors.",
    ),
    "late": (
        "Accounts payable has a new system. Invoices with a purchase order number are paid on time, the others wait "
        "for someone to look at them.",
        "",
    ),
    "group": ("The three companies want one price list. Commissioning in the east went without a hitch.", ""),
}
# A call since, on an account that has not been visited for long: no visit, and the interval goes on
CALL = ("shrinking", 3, "Marcus Bell asks for the list of open faults each Monday.")


class Visits:
    """Writes the reports, counted back from today."""

    def __init__(self, env, company, today):
        manager = env.ref(f"{MODULE}.demo_user_manager")
        self.env = env(context=dict(env.context, **QUIET))
        self.today = today
        self.visits = self.env["key.account.visit"].with_user(manager).with_company(company)

    def report(self):
        for name, (text, risk) in REPORTS.items():
            account = self.env.ref(f"{MODULE}.demo_account_{name}")
            meeting = self.env["calendar.event"].search(
                [
                    ("key_account_visit", "=", True),
                    ("partner_ids", "child_of", account.ids),
                    ("stop", "<", fields.Datetime.now()),
                    # What was said in a review stands there
                    ("key_account_review_id", "=", False),
                ],
                order="start desc",
                limit=1,
            )
            self.visits.save_report(
                f"demo report {name}",
                {
                    "event_id": meeting.id,
                    "partner_id": account.id,
                    "day": fields.Date.to_string(meeting.start.date()),
                    "result": text,
                    "new": [{"kind": "risk", "name": risk, "day": False}] if risk else [],
                },
            )
        name, weeks, text = CALL
        day = workday(self.today - relativedelta(weeks=weeks), -1)
        call = self.visits.create(
            {
                "partner_id": self.env.ref(f"{MODULE}.demo_account_{name}").id,
                "kind": "phone",
                "day": day,
                "contact_ids": [Command.set(self.env.ref(f"{MODULE}.demo_contact_northfield_buyer").ids)],
            }
        )
        self.visits.save_report(
            "demo report of a call",
            {"visit_id": call.id, "kind": "phone", "day": fields.Date.to_string(day), "result": text},
        )
