"""What people entered about the demo accounts because Odoo does not know it."""

from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from ..figures.period import Period
from .workdays import workday

MODULE = "key_account_management"
# No invitations to people who do not exist
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "no_mail_to_attendees": True, "dont_notify": True}

# Purchases in this fiscal year, in thousands of US dollars, and how they grow in a year
DEMAND = {
    "demo_account_growing": (0.08, {"sensor": 1250, "motor": 1150, "laser": 900, "software": 210}),
    "demo_account_shrinking": (-0.04, {"scanner": 1700, "motor": 620, "sensor": 480, "software": 260}),
    "demo_account_late": (0.03, {"scanner": 540, "sensor": 430, "motor": 520}),
    "demo_account_returns": (0.06, {"laser": 980, "sensor": 720, "software": 190}),
    "demo_account_group": (0.05, {"scanner": 2900, "software": 640, "motor": 780, "sensor": 510}),
    "demo_account_foreign": (0.07, {"motor": 1900, "sensor": 310, "laser": 360}),
    "demo_account_candidate": (0.1, {"sensor": 380, "motor": 240, "software": 160}),
}
SOURCES = (
    "Conversation with the head of purchasing",
    "Annual report of the customer",
    "Market study of the trade association",
)

# Agency, class, score, age in months, validity in months
RATINGS = {
    "demo_account_growing": [("Creditreform", "2", 212, 4, 12), ("Creditreform", "2", 224, 17, 12)],
    "demo_account_shrinking": [("Dun & Bradstreet", "3", 58, 7, 12)],
    "demo_account_late": [("Dun & Bradstreet", "4", 31, 3, 12), ("Dun & Bradstreet", "3", 52, 16, 12)],
    "demo_account_returns": [("Creditreform", "2", 198, 14, 12)],
    "demo_account_group": [("S&P", "BBB+", 0, 9, 12)],
    "demo_account_foreign": [("Creditreform", "1", 165, 5, 12)],
}

# What the contacts said in turn, newest first: scores, and a comment on the first of them
SATISFACTION = {
    "demo_account_growing": (
        ("demo_contact_hansen_buyer", "demo_contact_hansen"),
        (9, 10, 9, 8, 10, 9, 8, 9),
        ("Schnelle Antworten, gute Beratung.", "Ein Partner auf Augenhöhe."),
    ),
    "demo_account_shrinking": (
        ("demo_contact_northfield",),
        (4, 5, 6, 6, 7, 7, 8, 8),
        ("We have to ask three times to get a delivery date.", "Good products, slow answers."),
    ),
    "demo_account_late": (
        ("demo_contact_delta",),
        (7, 8, 7, 7, 8, 7),
        ("Fair prices. The invoices could be clearer.",),
    ),
    "demo_account_returns": (
        ("demo_contact_kessler",),
        (5, 6, 6, 7, 8, 8),
        ("Zu viele Rücksendungen bei den Markierköpfen.",),
    ),
    "demo_account_group": (
        ("demo_contact_meridian", "demo_contact_meridian_east"),
        (8, 9, 9, 10, 8, 7, 8, 8),
        ("One contact for all our companies is what we needed.", "Commissioning went without a hitch."),
    ),
    "demo_account_foreign": (("demo_contact_voss",), (9, 9, 10, 9, 9, 8), ("Verlässlich, auch wenn es eilt.",)),
    "demo_account_candidate": (("demo_contact_lakeside",), (8, 7), ("A good start.",)),
}
WEEKS_BETWEEN_ANSWERS = 9

# In thousands of US dollars
CREDIT_LIMITS = {
    "demo_account_growing": 350,
    "demo_account_shrinking": 250,
    "demo_account_late": 200,
    "demo_account_returns": 250,
    "demo_account_group": 400,
    "demo_account_foreign": 300,
    "demo_account_candidate": 50,
}

# Contacts and how many weeks ago they were visited; a negative number is planned
VISITS = {
    "demo_contact_hansen": (8, 34, 61, 86, -5),
    "demo_contact_hansen_buyer": (3, 14, 21, 28, 41, 54, 70, 79),
    "demo_contact_northfield": (24, 45, 58, 66, 75, 88),
    "demo_contact_delta": (6, 19, 33, 59, 72, -3),
    "demo_contact_kessler": (5, 17, 30, 57, 83, -2),
    "demo_contact_meridian": (4, 15, 27, 38, 56, 68, 81, -4),
    "demo_contact_meridian_east": (9, 22, 35, 62, 76),
    "demo_contact_voss": (7, 20, 31, 44, 60, 73, 85, -6),
    "demo_contact_lakeside": (11, 37),
}


class Entered:
    """Makes these records for the company, counted back from today."""

    def __init__(self, env, company, today):
        self.env = env(context=dict(env.context, **QUIET))
        self.company = company
        self.today = today

    def make(self):
        self.env["key.account.demand"].create(list(self._demands()))
        self.env["key.account.rating"].create(list(self._ratings()))
        self.env["key.account.satisfaction"].create(list(self._satisfaction()))
        self.company.account_use_credit_limit = True
        for account, thousands in CREDIT_LIMITS.items():
            self.ref(account).credit_limit = thousands * 1000

    def visit(self, since=date.min, until=date.max):
        """Makes the visits from the first of these days on and before the other."""
        self.env["calendar.event"].create(
            [values for values in self._visits() if since <= values["start"].date() < until]
        )

    def ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _demands(self):
        year = Period.of_fiscal_year(self.company, self.today).year
        for number, (account, (growth, thousands)) in enumerate(DEMAND.items()):
            for position, (category, amount) in enumerate(thousands.items()):
                for age in range(3):
                    yield {
                        "partner_id": self.ref(account).id,
                        "company_id": self.company.id,
                        "categ_id": self.ref(f"demo_category_{category}").id,
                        "year": year - age,
                        "amount": round(amount / (1 + growth) ** age, -1) * 1000,
                        "source": SOURCES[(number + position) % len(SOURCES)],
                        "date": self.today - relativedelta(years=age, weeks=6 + 2 * position),
                    }

    def _ratings(self):
        for account, ratings in RATINGS.items():
            for agency, rating_class, score, age, validity in ratings:
                rated_on = self.today - relativedelta(months=age)
                yield {
                    "partner_id": self.ref(account).id,
                    "company_id": self.company.id,
                    "agency": agency,
                    "rating_class": rating_class,
                    "score": score,
                    "date": rated_on,
                    "valid_until": rated_on + relativedelta(months=validity),
                }

    def _satisfaction(self):
        for account, (contacts, scores, comments) in SATISFACTION.items():
            for position, score in enumerate(scores):
                yield {
                    "partner_id": self.ref(account).id,
                    "company_id": self.company.id,
                    "contact_id": self.ref(contacts[position % len(contacts)]).id,
                    "score": score,
                    "date": self.today - relativedelta(weeks=5 + position * WEEKS_BETWEEN_ANSWERS),
                    "comment": comments[position] if position < len(comments) else False,
                }

    def _visits(self):
        manager = self.ref("demo_user_manager")
        for name, ages in VISITS.items():
            contact = self.ref(name)
            for weeks in ages:
                day = workday(self.today - relativedelta(weeks=weeks), 1 if weeks < 0 else -1)
                start = datetime.combine(day, time(17))
                yield {
                    "name": f"{contact.commercial_partner_id.name}: {contact.name}",
                    "key_account_visit": True,
                    "user_id": manager.id,
                    "partner_ids": [Command.set((contact | manager.partner_id).ids)],
                    "start": start,
                    "stop": start + relativedelta(hours=2),
                    "location": contact.commercial_partner_id.city,
                }
