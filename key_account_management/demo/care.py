from dateutil.relativedelta import relativedelta

from odoo.fields import Domain

from .entered import MODULE

# name, account, area, responsible, (number, unit), planned cost, planned hours, first deadline in days from today,
# and how completed ones went: (days late, actual cost, actual hours, effect, what it achieved); None: not rated
RECURRING = [
    (
        *("Monatliches Telefonat mit dem Einkauf", "growing", "requirements", "rep_robin", (1, "month"), 0, 1.5, -75),
        [(0, 0, 1.5, "some", "Forecast for the quarter"), (2, 0, 1.0, "some", False), (1, 0, 2.0, None, False)],
    ),
    (
        *("Technologietag je Quartal", "growing", "technology", "manager", (3, "month"), 1200, 16.0, -160),
        [
            (4, 1340, 18.0, "strong", "Two pilots started"),
            (0, 1150, 15.0, "strong", "Vision software is now part of their plan"),
        ],
    ),
    (
        *("Satisfaction Survey by Phone", "shrinking", "satisfaction", "rep_alex", (6, "month"), 0, 4.0, -370),
        [(10, 0, 5.0, "none", "No answer from plant engineering"), (3, 0, 4.0, None, False)],
    ),
    (
        *("Market Watch: Convenience Food", "late", "markets", "rep_alex", (1, "month"), 0, 3.0, -20),
        [(0, 0, 3.5, "some", "Two new competitors found and reported to product management")],
    ),
    (
        *("Complaint Review with Quality Assurance", "returns", "deficits", "rep_robin", (2, "week"), 0, 2.0, -25),
        [(0, 0, 2.0, "some", False), (1, 0, 2.5, "strong", "Root cause of the laser returns found")],
    ),
    (
        *("Service Review of All Sites", "group", "service", "manager", (1, "year"), 2500, 24.0, -350),
        [(12, 2740, 26.0, "strong", "Spare parts are kept at two sites")],
    ),
    (
        *("Abstimmung Antriebstechnik", "foreign", "problems", "rep_robin", (3, "month"), 300, 6.0, -80),
        [(5, 280, 6.5, "some", "Only four open points left")],
    ),
]

# What the customers know about and find in their documents, in their language
SHARED = {
    "Monatliches Telefonat mit dem Einkauf",
    "Technologietag je Quartal",
    "Service Review of All Sites",
    "Abstimmung Antriebstechnik",
    "Vereinbarung über Reaktionszeiten",
    "Technology Talk on Camera Scanning",
    "Technologieausblick auf dem Kundentag",
    "Delivery Calendar for All Sites",
    "Hotline Number for the Night Shift",
}

# Once: name, account, area, responsible, status, start and deadline in days from today, planned cost and hours, process
ONCE = [
    ("Competitor Price Study", "growing", "markets", "rep_robin", "in_progress", -20, 25, 800, 12.0, None),
    ("Vereinbarung über Reaktionszeiten", "growing", "service", "manager", "planned", -5, 40, 0, 8.0, "hotline"),
    ("Ask Why Deliveries Were Refused", "growing", "deficits", "rep_robin", "planned", -30, -6, 0, 3.0, "complaints"),
    ("New Requirement Profile", "shrinking", "requirements", "manager", "planned", -10, 6, 0, 10.0, None),
    ("Technology Talk on Camera Scanning", "shrinking", "technology", "rep_alex", "planned", -3, 30, 400, 8.0, None),
    ("Hotline Number for the Night Shift", "late", "service", "rep_alex", "in_progress", -25, -2, 0, 4.0, "hotline"),
    ("Technologieausblick auf dem Kundentag", "returns", "technology", "rep_robin", "planned", 5, 50, 600, 8.0, None),
    ("Delivery Calendar for All Sites", "group", "problems", "rep_alex", "in_progress", -15, 4, 0, 12.0, "delivery"),
    ("Survey after the Merger", "group", "satisfaction", "manager", "planned", 0, 35, 0, 6.0, "satisfaction"),
    ("Export Market Briefing", "foreign", "markets", "manager", "planned", -2, 60, 500, 6.0, None),
]

# What is to do next about a measure: its name, the account, kind of activity, days from today, what
ACTIVITIES = [
    ("Monatliches Telefonat mit dem Einkauf", "growing", "call", 8, "Ask for the forecast of the next quarter"),
    ("Competitor Price Study", "growing", "todo", -2, "Compare the list prices of drives"),
    ("Vereinbarung über Reaktionszeiten", "growing", "meeting", 12, "Draft with the head of maintenance"),
    ("Ask Why Deliveries Were Refused", "growing", "call", -1, "Goods inward, Flensburg"),
    ("New Requirement Profile", "shrinking", "meeting", 3, "Walk through the packing hall"),
    ("Satisfaction Survey by Phone", "shrinking", "call", 0, "Plant engineering"),
    ("Hotline Number for the Night Shift", "late", "email", 0, "Send the number to all shift leaders"),
    ("Delivery Calendar for All Sites", "group", "email", 2, "Send the calendar to the sites for approval"),
    ("Complaint Review with Quality Assurance", "returns", "meeting", 3, "Bring the figures on the latest returns"),
    ("Abstimmung Antriebstechnik", "foreign", "todo", 6, "Agenda"),
]

# name, area, owner, rating, months between checks, days since the last one, how it works, weak points, improvement
PROCESSES = {
    "complaints": (
        *("Complaint Handling", "deficits", "manager", "2", 6, 200),
        "The hotline records the complaint, quality assurance responds within five days, sales informs the customer.",
        "The account manager is not informed. A response takes nine days on average.",
        "A copy of each complaint to the account manager; first response within two days.",
    ),
    "hotline": (
        *("Hotline", "service", "rep_alex", "3", 6, 60),
        "Two people from 8 a.m. to 6 p.m., US Pacific time.",
        "European customers cannot reach anyone before the afternoon.",
        "A partner in Hamburg takes over in the morning.",
    ),
    "delivery": (
        *("Delivery Dates", "problems", "manager", "4", 12, 150),
        "The order confirmation states the delivery date; changes are sent by email.",
        "A customer with several sites receives several emails.",
        "One calendar per customer.",
    ),
    "satisfaction": (
        *("Satisfaction Survey", "satisfaction", "manager", "3", 12, 340),
        "Once a year by email; the results are discussed in the annual review.",
        "Few answers from plant engineering.",
        "Follow up by phone if no one answers.",
    ),
    "requirements": (
        *("Requirement Profile", "requirements", "rep_robin", "0", 12, None),
        "Kept by the sales representative in a separate document.",
        False,
        False,
    ),
}


class Care:
    """Customer care with a past: recurring measures that were closed again and again, and care processes."""

    def __init__(self, env, company, today):
        self.env = env
        self.company = company
        self.today = today
        self.measures = env["key.account.care.measure"]

    def make(self):
        self.processes = {key: self._make_process(*values) for key, values in PROCESSES.items()}
        for *values, past in RECURRING:
            self._make_recurring(*values, past)
        self.measures.create([self._prepare_once(*values) for values in ONCE])
        self._make_sources()
        for values in ACTIVITIES:
            self._make_activity(*values)

    def ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _day(self, days):
        return self.today + relativedelta(days=days)

    def _make_process(self, name, area, owner, rating, rhythm, age, description, weak_points, improvement):
        return self.env["key.account.care.process"].create(
            {
                "name": name,
                "area_id": self.ref(f"care_area_{area}").id,
                "user_id": self.ref(f"demo_user_{owner}").id,
                "company_id": self.company.id,
                "rating": rating,
                "check_rhythm": rhythm,
                "last_checked": age and self._day(-age),
                "description": description,
                "weak_points": weak_points,
                "improvement": improvement,
            }
        )

    def _prepare(self, name, account, area, responsible):
        return {
            "name": name,
            "partner_id": self.ref(f"demo_account_{account}").id,
            "company_id": self.company.id,
            "area_id": self.ref(f"care_area_{area}").id,
            "user_id": self.ref(f"demo_user_{responsible}").id,
            "is_shared": name in SHARED,
        }

    def _make_recurring(self, name, account, area, responsible, rhythm, cost, hours, first, past):
        measure = self.measures.create(
            {
                **self._prepare(name, account, area, responsible),
                "rhythm_number": rhythm[0],
                "rhythm_unit": rhythm[1],
                "cost_planned": cost,
                "hours_planned": hours,
                "date_start": self._day(first - 10),
                "date_end": self._day(first),
            }
        )
        for late, cost_actual, hours_actual, effect, note in past:
            measure.write(
                {
                    "state": "done",
                    "done_on": min(measure.date_end + relativedelta(days=late), self.today),
                    "cost_actual": cost_actual,
                    "hours_actual": hours_actual,
                    "effect": effect,
                    "effect_note": note,
                }
            )
            measure = measure.successor_id

    def _prepare_once(self, name, account, area, responsible, state, start, end, cost, hours, process):
        return {
            **self._prepare(name, account, area, responsible),
            "state": state,
            "date_start": self._day(start),
            "date_end": self._day(end),
            "cost_planned": cost,
            "hours_planned": hours,
            "process_id": process and self.processes[process].id,
        }

    def _make_activity(self, name, account, kind, days, summary):
        measure = self.measures.search(
            Domain("name", "=", name)
            & Domain("partner_id", "=", self.ref(f"demo_account_{account}").id)
            & self.measures._get_live_domain(),
            limit=1,
        )
        measure.with_context(mail_activity_quick_update=True).activity_schedule(
            f"mail.mail_activity_data_{kind}", self._day(days), summary, user_id=measure.user_id.id
        )

    def _make_sources(self):
        """An opportunity and a meeting from which measures came."""
        account, robin = self.ref("demo_account_growing"), self.ref("demo_user_rep_robin")
        opportunity = self.env["crm.lead"].create(
            {
                "name": "Vision Inspection for Line 5",
                "type": "opportunity",
                "partner_id": account.id,
                "company_id": self.company.id,
                "user_id": robin.id,
                "expected_revenue": 86000,
                "probability": 60,
            }
        )
        meeting = self.env["calendar.event"].search(
            [("key_account_visit", "=", True), ("partner_ids", "child_of", account.ids), ("start", "<", self.today)],
            order="start desc",
            limit=1,
        )
        self.measures.create(
            [
                {
                    **self._prepare("Test Bench on Loan", "growing", "technology", "rep_robin"),
                    "date_start": self._day(-2),
                    "date_end": self._day(18),
                    "hours_planned": 10.0,
                    "opportunity_id": opportunity.id,
                },
                {
                    **self._prepare("Answer to the Cable Problem", "growing", "problems", "rep_robin"),
                    "state": "in_progress",
                    "date_start": self._day(-8),
                    "date_end": self._day(3),
                    "hours_planned": 4.0,
                    "event_id": meeting.id,
                },
            ]
        )
