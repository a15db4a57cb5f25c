from typing import Any

from odoo import fields
from odoo.models import BaseModel

# What is typed while presenting, and where it is kept: the only fields that `save_talk` writes
RESULT = ("result", "result_user_id", "result_date")
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "topic": ("topic_ids", ("is_done", *RESULT)),
    "issue": ("issue_ids", ("state", *RESULT)),
    "condition": ("condition_ids", ("outcome", "value_agreed", "text_agreed", *RESULT)),
    "checklist": ("checklist_ids", ("is_done", "note")),
    "note": ("note_ids", ("text",)),
}


def talk_values(part: str, record: BaseModel) -> dict[str, Any]:
    """:return: the values of a part of a review that can be typed while presenting, as a browser compares them: texts
    and days are text, people are ids
    """
    values: dict[str, Any] = {}
    for name in PARTS[part][1]:
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            values[name] = value.id
        elif field.type == "date":
            values[name] = fields.Date.to_string(value) if value else ""
        else:
            values[name] = value if field.type in ("boolean", "float") else value or ""
    return values


class Talk:
    """What the panel next to the slides shows of a review while it is held.

    Nothing in it is internal but the checklist, which the panel shows on request only.
    """

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env

    def content(self) -> dict[str, Any]:
        """See ``key.account.review.get_talk``."""
        review = self.review
        # In any of the user's companies: the presentation was opened in one of them
        may_write = review.has_access("write") and review.state not in ("closed", "cancelled")
        return {
            "title": review.display_name,
            "may_write": may_write,
            "why_not": "" if may_write else self._why_not(),
            "may_see_internal": review.partner_id._may_see_audience("internal"),
            "people": self._people(),
            "parts": {
                part: [self.describe(part, record) for record in review[name]] for part, (name, _names) in PARTS.items()
            },
        }

    def describe(self, part: str, record: BaseModel) -> dict[str, Any]:
        """:return: one of the parts of the review: what it is, and its ``values``"""
        return {
            "id": record.id,
            "name": record[record._rec_name or "name"] or "",
            "values": talk_values(part, record),
            **self._get_details(part, record),
        }

    def _get_details(self, part: str, record: BaseModel) -> dict[str, Any]:
        if part == "topic":
            return self._topic(record)
        if part == "condition":
            return self._condition(record)
        if part == "checklist":
            return {"section": self._label(record, "section")}
        return {"slide": record.slide} if part == "note" else {}

    def _why_not(self) -> str:
        if self.review.state == "closed":
            return self.env._("The minutes are final. To correct them, reopen the review.")
        if self.review.state == "cancelled":
            return self.env._("The review was cancelled.")
        return self.env._("Only the account manager can write minutes and results.")

    def _people(self) -> list[dict[str, Any]]:
        """Who can be responsible for a result: those who look after the account or take part, and who is already."""
        review = self.review
        # As superuser: names of colleagues are not secret, but users are to some
        known = review.sudo()
        account = known.partner_id
        parts = (known.topic_ids, known.issue_ids, known.condition_ids)
        users = known.user_id | account.key_account_manager_id | account.key_account_team_ids | known.attendee_ids
        users |= known.participant_ids.user_ids | known.topic_ids.user_id
        for part in parts:
            users |= part.result_user_id
        return [
            {"id": user.id, "name": user.name}
            for user in users.filtered(lambda user: not user.share).sorted(lambda user: user.name or "")
        ]

    def _topic(self, topic: BaseModel) -> dict[str, Any]:
        spent = 60.0 * topic.minutes_spent
        if topic.started_on:
            spent += (fields.Datetime.now() - topic.started_on).total_seconds()
        return {
            "title": topic.display_name,
            "section": self._label(topic, "section"),
            "minutes": topic.minutes,
            # In seconds and up to now: the clocks of browser and server need not agree
            "spent": round(spent),
            "is_running": bool(topic.started_on),
        }

    def _condition(self, condition: BaseModel) -> dict[str, Any]:
        is_price = condition.kind == "price"
        unit = "%" if condition.categ_id else condition.currency_id.symbol or ""
        return {
            "name": condition.display_name,
            "is_price": is_price,
            "unit": unit if is_price else "",
            "today": condition.display_today or "",
            "proposed": condition.display_proposed or "",
            "agreed": condition.display_agreed or "",
        }

    def _label(self, record: BaseModel, name: str) -> str:
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")
