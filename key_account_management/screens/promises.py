from collections import defaultdict
from typing import Any

from odoo.models import BaseModel

from ..documents.formatter import Formatter


class Promises:
    """What was agreed in a review, and what became of it.

    :param review: one that was held, or none
    """

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env
        self.format = Formatter(review.env)
        self.topics = review.topic_ids.filtered("result")
        self.conditions = review.condition_ids.filtered(lambda condition: condition.outcome == "agreed")
        self.made = self._read_followups()

    def rows(self) -> list[dict[str, Any]]:
        """:return: ``[{"what", "promised", "became": text, "good": True, False or None (not known)}]``"""
        rows = [_promise(topic, topic.result, *self._get_followup_state(topic)) for topic in self.topics]
        for condition in self.conditions:
            done = condition.carried_over_on
            if done:
                day = self.format.date(done, "short")
                state: tuple[str, bool | None] = (self.env._("In the price list since %(date)s", date=day), True)
            else:
                state = self._get_followup_state(condition)
            rows.append(_promise(condition, condition.result or condition.display_agreed, *state))
        for issue in self.review.issue_ids:
            latest = issue._get_latest()
            label = dict(latest._fields["state"]._description_selection(self.env))[latest.state]
            rows.append(_promise(issue, issue.result or "", label, latest.state == "solved"))
        return rows

    def _read_followups(self) -> dict[tuple[str, int], BaseModel]:
        """What is still there of what results became, read together."""
        ids: defaultdict[str, set[int]] = defaultdict(set)
        for followup in (part.followup for parts in (self.topics, self.conditions) for part in parts if part.followup):
            ids[followup._name].add(followup.id)
        return {
            (model, record.id): record
            for model, known in ids.items()
            for record in self.env[model].browse(known).exists()
        }

    def _get_followup_state(self, record: BaseModel) -> tuple[str, bool | None]:
        """:return: what became of a result's follow-up, as text, and whether this is good (None: not known)"""
        if not record.followup:
            return "", None
        made = self.made.get((record.followup._name, record.followup.id))
        if not made:
            return self.env._("Deleted"), False
        if made._name == "mail.activity":
            return (self.env._("Done"), True) if not made.active else (self.env._("Activity: to do"), None)
        field = "status" if made._name == "key.account.milestone" else "state"
        states = dict(made._fields[field]._description_selection(self.env))
        good = {"done": True, "cancelled": False, "late": False}
        return f"{made.display_name}: {states[made[field]]}", good.get(made[field])


def _promise(record: BaseModel, promised: str, became: str, good: bool | None) -> dict[str, Any]:
    return {"what": record.display_name, "promised": promised, "became": became, "good": good}
