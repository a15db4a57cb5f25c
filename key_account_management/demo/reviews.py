from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from ..figures.period import Period
from . import review_parts
from .entered import MODULE
from .last_reviews import LAST_REVIEWS, TOPICS
from .review_texts import REVIEWS
from .workdays import workday


class Reviews:
    """Last fiscal year's reviews were held, this one's are in preparation."""

    def __init__(self, env, company, today):
        self.today = today
        self.company = company
        self.manager = env.ref(f"{MODULE}.demo_user_manager")
        self.reviews = env["key.account.review"].with_user(self.manager).with_context(tracking_disable=True)
        self.year = Period.of_fiscal_year(company, today).year
        self.planned = {name: workday(today + relativedelta(days=text["days"])) for name, text in REVIEWS.items()}
        self.held = {name: workday(day - relativedelta(years=1), -1) for name, day in self.planned.items()}

    def ref(self, name):
        return self.reviews.env.ref(f"{MODULE}.{name}")

    @property
    def first_held(self):
        return min(self.held.values())

    def hold_last(self):
        """Freezes records as they were then, if they have a date: special prices that began later do not apply yet."""
        price = self.ref("demo_price_growing_vision").sudo()
        begins = price.date_start
        price.date_start = price.date_end - timedelta(days=1)
        for name, text in REVIEWS.items():
            self._hold_last(name, text)
        price.date_start = begins

    def _hold_last(self, name, text):
        last, day = LAST_REVIEWS[name], self.held[name]
        review = self.reviews.create(
            {
                **self._values(name),
                "year": self.year - 1,
                "place": text["place"],
                "retrospective": text["previous"],
                "participant_ids": [
                    Command.set(
                        [
                            self.manager.partner_id.id,
                            self.ref(f"demo_user_{last['responsible']}").partner_id.id,
                            *(self.ref(contact).id for contact in last["participants"]),
                        ]
                    )
                ],
            }
        )
        topics = dict(zip(TOPICS, review.topic_ids, strict=True))
        for topic, (description, *_result) in last["topics"].items():
            topics[topic].description = description
        issues = self._add_parts(review, "issue", review_parts.last_issues(review_parts.PARTS[name]))
        if day < review.date_to:
            review.cutoff_date = day
        review.action_hold()
        # Holding a review always happens now and freezes it: only here was it held a year ago
        review.flush_recordset()
        review.env.cr.execute(
            "UPDATE key_account_review SET held_on = %s, planned_date = %s WHERE id = %s",
            (datetime.combine(day, time(18)), day, review.id),
        )
        review.invalidate_recordset(["held_on", "planned_date"])
        review.modified(["held_on"])
        responsible = self.ref(f"demo_user_{last['responsible']}")
        for topic, (_description, *settled) in last["topics"].items():
            if settled:
                result, days = settled
                topics[topic].write(self._settle(responsible, day, days) | {"result": result})
        issues.filtered("result").write(self._settle(self.manager, day, 45))
        # What its documents say as well
        review._freeze_documents()

    def _settle(self, responsible, day, days):
        return {"result_user_id": responsible.id, "result_date": workday(day + timedelta(days=days))}

    def prepare(self):
        for name, text in REVIEWS.items():
            parts = review_parts.PARTS[name]
            self._note_events(name, parts["events"])
            topics = [
                Command.create(
                    {
                        "section": section,
                        "name": topic,
                        "description": description,
                        "minutes": 15,
                        "user_id": self.manager.id,
                    }
                )
                for section, topic, description in text["topics"]
            ]
            review = self.reviews.create(
                {
                    **self._values(name),
                    **review_parts.situation(parts),
                    "year": self.year,
                    "planned_date": self.planned[name],
                    "place": text["place"],
                    "opening_occasion": text["occasion"],
                    "opening_hook": text["hook"],
                    "opening_goal": text["goal"],
                    "retrospective": text["retrospective"],
                    "internal_note": text["internal"],
                    "topic_ids": topics,
                }
            )
            self._add_parts(review, "issue", review_parts.issues(parts))
            self._add_parts(review, "condition", review_parts.conditions(review.env, parts))
            review.checklist_ids[:4].is_done = True

    def _values(self, name):
        return {"partner_id": self.ref(name).id, "company_id": self.company.id}

    def _add_parts(self, review, part, vals_list):
        records = review.env[f"key.account.review.{part}"]
        return records.create([{"review_id": review.id, **values} for values in vals_list])

    def _note_events(self, name, events):
        self.reviews.env["key.account.event"].create(
            [
                {
                    **self._values(name),
                    "date": self.today - relativedelta(months=months),
                    "effect": effect,
                    "name": text,
                    "is_shared": shared,
                }
                for months, effect, text, shared in events
            ]
        )
