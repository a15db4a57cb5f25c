"""One record of each of our models, of an account that is the user's and of one that is not."""

from datetime import date, datetime

from odoo.fields import Command

from .coaching import CoachingCase
from .snapshots import make_candidate, make_decision, make_purchase, make_snapshot

# What these tests do not create: users cannot create any, or they are in every database
FROM_OTHERS = {
    "key.account.attention.decision",
    "key.account.candidate",
    "key.account.category.purchase",
    "key.account.document.job.line",
    "key.account.kpi",
    "key.account.review.document",
    "key.account.review.figure",
    "key.account.snapshot",
}
# No role has any access to these
NOBODYS = {
    "key.account.customer.revenue",
    "key.account.customer.revenue.state",
    "key.account.forecast",
    "key.account.forecast.basis",
    "key.account.review.frozen",
    "key.account.scheduled.job",
}
# The year of what tests create
NEW = 2035
START, STOP = datetime(2025, 5, 6, 9), datetime(2025, 5, 6, 10)


class GuardCase(CoachingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = {
            name: cls.env[name]
            for name, model in cls.env.items()
            if name.startswith("key.account.") and not model._abstract and model._auto and name not in NOBODYS
        }
        cls.kpi = cls.env.ref("key_account_management.kpi_revenue")
        cls.contact = cls.make_customer("Contact of Alpha", is_company=False, parent_id=cls.account.id)
        cls.foreign_contact = cls.make_customer("Contact of Beta", is_company=False, parent_id=cls.foreign.id)
        cls.own = cls.make_records(cls.account, cls.contact, cls.manager, cls.rep, 2025)
        cls.theirs = cls.make_records(cls.foreign, cls.foreign_contact, cls.head, cls.head, 2015)

    @classmethod
    def make_records(cls, account, contact, manager, rep, year):
        """:return: ``{name of the model: record}``"""
        records = {}
        for name in cls.models.keys() - FROM_OTHERS:
            cls._make(records, name, account, contact, manager, rep, year)
        review = records["key.account.review"]
        frozen = cls.env["key.account.review"].create({"partner_id": account.id, "year": year - 2})
        frozen.action_hold()
        records["key.account.review.figure"] = frozen.figure_ids[0]
        records["key.account.review.document"] = cls.env["key.account.review.document"].create(
            {
                "name": "Folder",
                "review_id": review.id,
                "kind": "folder",
                "audience": "customer",
                "language": "en_US",
                "version": 1,
                "content": "QQ==",
                "fingerprint": "1",
            }
        )
        records["key.account.document.job.line"] = records["key.account.document.job"].line_ids
        records["key.account.kpi"] = cls.kpi
        records["key.account.candidate"] = make_candidate(account, cls.company)
        records["key.account.category.purchase"] = make_purchase(account, cls.company, cls.category)
        records["key.account.attention.decision"] = make_decision(account, cls.company, manager)
        records["key.account.snapshot"] = make_snapshot(account, cls.company, date(year, 6, 30))
        return records

    @classmethod
    def _make(cls, records, name, account, contact, manager, rep, year):
        if name not in records:
            needed = {
                "review": "key.account.review",
                "plan": "key.account.plan",
                "coaching": "key.account.coaching.plan",
            }
            values = cls.values(
                name,
                account,
                contact,
                manager,
                rep,
                lambda kind: cls._make(records, needed[kind], account, contact, manager, rep, year).id,
                year,
            )
            records[name] = cls.env[name].create(values)
        return records[name]

    @classmethod
    def values(cls, name, account, contact, manager, rep, parent, year):
        """:return: what a user has to say to create a record of this model"""
        of_account = {"partner_id": account.id, "company_id": cls.company.id}
        kpi = cls.env.ref("key_account_management.kpi_visits") if year == NEW else cls.kpi
        period = {"date_from": date(year, 1, 1), "date_to": date(year, 12, 31)}
        values = {
            "key.account.care.area": {"name": f"Area {account.name} {year}"},
            "key.account.care.measure": {**of_account, "name": "Call", "date_end": date(2030, 1, 1), "user_id": rep.id},
            "key.account.care.process": {"name": "Process", "company_id": cls.company.id, "user_id": rep.id},
            "key.account.coaching.plan": {**of_account, **period, "goal": "Goal", "user_id": manager.id},
            "key.account.coaching.session": {
                **of_account,
                "name": "Secret",
                "user_id": manager.id,
                "start": START,
                "stop": STOP,
            },
            "key.account.demand": {
                **of_account,
                "categ_id": cls.category.id,
                "year": year,
                "amount": 1.0,
                "source": "Buyer",
            },
            "key.account.document.job": {
                "kind": "workbook",
                "user_id": manager.id,
                "line_ids": [Command.create({"partner_id": account.id})],
            },
            "key.account.event": {**of_account, "name": "Fire"},
            "key.account.milestone": {
                **of_account,
                "name": "Pilot",
                "date_deadline": date(2030, 1, 1),
                "user_id": rep.id,
            },
            "key.account.milestone.stage": {"name": "Stage"},
            "key.account.milestone.type": {"name": "Type"},
            "key.account.peer.group": {"name": "Group"},
            "key.account.plan": {**of_account, **period, "user_id": manager.id},
            "key.account.profile": {"partner_id": contact.id},
            "key.account.rating": {**of_account, "agency": "Agency", "score": 1.0},
            "key.account.review": {**of_account, "year": year},
            "key.account.review.checklist.template": {"name": "Question"},
            "key.account.review.topic.template": {"name": "Topic"},
            "key.account.satisfaction": {**of_account, "score": 5.0},
            "key.account.target": {**of_account, "kpi_id": kpi.id, "year": year + 1, "value": 1.0},
            "key.account.target.proposal": {"company_id": cls.company.id, "partner_ids": [Command.set(account.ids)]},
            "key.account.target.proposal.line": lambda: {
                # Windows are of whoever opened them
                "proposal_id": cls.env["key.account.target.proposal"]
                .with_user(manager)
                .create({"company_id": cls.company.id})
                .id,
                "partner_id": account.id,
                "value": 1.0,
            },
            "key.account.tier": {"name": "Tier"},
            "key.account.visit": {**of_account, "day": date(2030, 1, 1), "user_id": rep.id},
            "key.account.care.process.check": lambda: {
                "process_id": cls.env["key.account.care.process"].create({"name": "Checked"}).id,
                "rating": "3",
            },
            "key.account.document.wizard": {"partner_ids": [Command.set(account.ids)]},
        }
        of_parent = {
            "key.account.coaching.guideline": ("plan_id", "coaching", {"text": "Listen"}),
            "key.account.coaching.participant": ("plan_id", "coaching", {"user_id": rep.id}),
            "key.account.document.job.line": ("job_id", "document.job", {"partner_id": account.id}),
            "key.account.plan.input": ("plan_id", "plan", {"name": "Strong"}),
            "key.account.plan.step": ("plan_id", "plan", {"name": "Analyse"}),
            "key.account.plan.objective": ("plan_id", "plan", {"kpi_id": kpi.id}),
            "key.account.review.checklist": ("review_id", "review", {"name": "Question"}),
            "key.account.review.condition": ("review_id", "review", {"product_id": cls.product.id}),
            "key.account.review.invitation": ("review_id", "review", {"partner_id": contact.id}),
            "key.account.review.issue": ("review_id", "review", {"name": "Issue"}),
            "key.account.review.note": ("review_id", "review", {"slide": f"cover-{year}", "title": "Cover"}),
            "key.account.review.slot": ("review_id", "review", {"start": datetime(2030, 1, 1, 9)}),
            "key.account.review.topic": ("review_id", "review", {"name": "Topic"}),
            "key.account.review.carry.over": ("review_id", "review", {}),
            "key.account.review.hold": ("review_id", "review", {}),
            "key.account.review.proposal": ("review_id", "review", {}),
        }
        if name == "key.account.review.close":
            return {"review_ids": [Command.set([parent("review")])]}
        if name in of_parent:
            field, kind, more = of_parent[name]
            return {field: parent(kind), **more}
        found = values[name]
        return found() if callable(found) else found
