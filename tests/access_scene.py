"""One record of each of our models, for an account in a company: what tests of access try on."""

from datetime import date, datetime

from odoo.fields import Command

from .snapshots import make_candidate, make_decision, make_purchase, make_snapshot

KPI = "key_account_management.kpi_revenue"


class AccessScene:
    """The records of an account, made by the system.

    :param case: a `KeyAccountCase`
    :param account: the key account that they belong to
    :param company: the company that they belong to
    :param person: who is responsible for them
    :param coach: who coaches the person
    :param year: of plans, reviews, targets; there may be one a year for each account and company
    """

    def __init__(self, case, account, company, person, coach, year):
        self.env = case.env(context=dict(case.env.context, allowed_company_ids=company.ids))
        self.account, self.company, self.person, self.coach, self.year = (
            account,
            company,
            person,
            coach,
            year,
        )
        self.category, self.product = case.category, case.product
        self.values = {}
        self.records = {}
        self._account_records()
        self._plan()
        self._coaching()
        self._review()
        self._documents()
        self.visit = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "key_account_visit": True,
                "user_id": person.id,
                "partner_ids": [Command.set((account | person.partner_id).ids)],
                "start": datetime(year, 6, 1, 9),
                "stop": datetime(year, 6, 1, 10),
            }
        )
        self.invoice = case.invoice(account, date(year, 6, 1), (case.product, 1, 10.0), company=company)
        self.lead = self.env["crm.lead"].create({"name": "More", "partner_id": account.id, "company_id": company.id})

    def _make(self, model, values, creatable=None):
        """:param creatable: values of a second record, where there may be only one of the first"""
        self.records[model] = record = self.env[model].create(values)
        self.values[model] = creatable or values
        return record

    def _mine(self, **values):
        return {"partner_id": self.account.id, "company_id": self.company.id, **values}

    def _account_records(self):
        account = {"partner_id": self.account.id}
        kpi = self.env.ref(KPI)
        bare = self.account.copy({"name": "Bare", "key_account_status": "active", "parent_id": self.account.id})
        bare.key_account_manager_id = self.account.key_account_manager_id
        bare.key_account_team_ids = self.account.key_account_team_ids
        bare.message_partner_ids = False
        # A profile belongs to an account, in all companies
        profile = self.env["key.account.profile"].search([("partner_id", "=", self.account.id)])
        self.values["key.account.profile"] = {"partner_id": bare.id, "tasks": "Tasks"}
        self.records["key.account.profile"] = profile or profile.create({**account, "tasks": "Tasks"})
        self._make(
            "key.account.demand",
            self._mine(categ_id=self.category.id, year=self.year, amount=5.0, source="Guess"),
            self._mine(categ_id=self.category.id, year=self.year + 1, amount=5.0, source="Guess"),
        )
        self._make("key.account.rating", self._mine(agency="Agency", rating_class="A"))
        self._make("key.account.satisfaction", self._mine(score=5.0))
        self._make("key.account.event", self._mine(name="Strike", date=date(self.year, 3, 1)))
        self._make(
            "key.account.target",
            self._mine(kpi_id=kpi.id, year=self.year, value=7.0),
            self._mine(kpi_id=kpi.id, year=self.year + 1, value=7.0),
        )
        decision = make_decision(self.account, self.company, self.person)
        self.records[decision._name] = decision
        self.values[decision._name] = self._mine(name="More", code="visit", reason="Ill", until=date(2030, 1, 1))
        self.records["key.account.snapshot"] = make_snapshot(self.account, self.company, date(self.year, 6, 30))
        self.values["key.account.snapshot"] = self._mine(
            currency_id=self.company.currency_id.id, date=date(self.year, 7, 31)
        )
        self.records["key.account.candidate"] = make_candidate(self.account, self.company)
        self.values["key.account.candidate"] = {
            "partner_id": self.account.id,
            "company_id": self.env.ref("base.main_company").id,
            "currency_id": self.company.currency_id.id,
        }
        self.records["key.account.category.purchase"] = make_purchase(self.account, self.company, self.category)
        other = self.env["product.category"].create({"name": "Never Bought"})
        self.values["key.account.category.purchase"] = self._mine(
            currency_id=self.company.currency_id.id, category_id=other.id, state="never"
        )
        self._make(
            "key.account.care.measure", self._mine(name="Call", user_id=self.person.id, date_end=date(2030, 1, 1))
        )
        self._make("key.account.visit", self._mine(user_id=self.person.id, day=date(2030, 1, 1), purpose="Prices"))
        self._make(
            "key.account.care.process", {"name": "Complaints", "company_id": self.company.id, "user_id": self.person.id}
        )

    def _plan(self):
        def period(year):
            return {"date_from": date(year, 1, 1), "date_to": date(year, 12, 31)}

        plan = self._make(
            "key.account.plan",
            self._mine(user_id=self.person.id, **period(self.year)),
            self._mine(user_id=self.person.id, **period(self.year + 1)),
        )
        orders = self.env.ref("key_account_management.kpi_visits")
        returns = self.env.ref("key_account_management.kpi_satisfaction")
        self._make(
            "key.account.plan.objective",
            {"plan_id": plan.id, "kpi_id": orders.id, "target_value": 4.0},
            {"plan_id": plan.id, "kpi_id": returns.id, "target_value": 4.0},
        )
        self._make("key.account.plan.input", {"plan_id": plan.id, "name": "Strong"})
        self._make("key.account.plan.step", {"plan_id": plan.id, "name": "Analyse"})
        self._make(
            "key.account.milestone",
            self._mine(name="Prototype", user_id=self.person.id, date_deadline=date(2030, 1, 1)),
        )

    def _coaching(self):
        def plan_values(year):
            period = {"date_from": date(year, 1, 1), "date_to": date(year, 12, 31)}
            return self._mine(user_id=self.coach.id, goal="Listen", **period)

        plan = self._make("key.account.coaching.plan", plan_values(self.year), plan_values(self.year + 1))
        self._make("key.account.coaching.guideline", {"plan_id": plan.id, "text": "Ask first"})
        self._make(
            "key.account.coaching.participant",
            {"plan_id": plan.id, "user_id": self.person.id},
        )
        self._make(
            "key.account.coaching.session",
            self._mine(
                name="Closing",
                user_id=self.coach.id,
                participant_ids=[Command.set(self.person.ids)],
                start=datetime(2030, 1, 7, 9),
                stop=datetime(2030, 1, 7, 10),
            ),
        )

    def _review(self):
        review = self._make("key.account.review", self._mine(year=self.year), self._mine(year=self.year + 1))
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.account.id})
        second = self.env["res.partner"].create({"name": "Engineer", "parent_id": self.account.id})
        self._make("key.account.review.topic", {"review_id": review.id, "section": "status", "name": "Topic"})
        self._make("key.account.review.checklist", {"review_id": review.id, "section": "goals", "name": "Clear"})
        self._make(
            "key.account.review.note",
            {"review_id": review.id, "slide": "topics-1", "page": 5, "title": "Pilot"},
            {"review_id": review.id, "slide": "topics-2", "page": 6, "title": "Logistics"},
        )
        self._make("key.account.review.issue", {"review_id": review.id, "name": "Late deliveries"})
        self._make(
            "key.account.review.condition",
            {"review_id": review.id, "kind": "service", "name": "Hotline", "text_proposed": "Day and night"},
        )
        self._make(
            "key.account.review.slot", {"review_id": review.id, "start": datetime(2030, 2, 4, 9), "duration": 2.0}
        )
        self._make(
            "key.account.review.invitation",
            {"review_id": review.id, "partner_id": contact.id},
            {"review_id": review.id, "partner_id": second.id},
        )

    def _documents(self):
        held = self.env["key.account.review"].create(self._mine(year=self.year - 1))
        held.action_hold()
        figures = held.figure_ids
        self.records["key.account.review.figure"] = figures.filtered(lambda figure: figure.audience == "customer")[:1]
        self.values["key.account.review.figure"] = {"review_id": held.id, "data": {}}

    def samples(self):
        """:return: ``{model: record}``: also the account, a visit, an opportunity and an invoice of it"""
        others = (self.account, self.visit, self.lead, self.invoice, self.invoice.invoice_line_ids[:1])
        return self.records | {record._name: record for record in others}
