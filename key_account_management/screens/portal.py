from datetime import datetime
from typing import Any

from odoo.models import BaseModel
from odoo.tools import format_date

from ..documents.data.document_data import Section
from ..documents.data.review_sheets import gather_people
from ..documents.data.steps import Step
from ..tools.time_zones import moment_texts, timezone_text

# The portal shows no figures, and computing them takes time: only what gathering a document requires
CODES = ("revenue",)
# The sections of the agenda with what we propose: apart from it, and only when the account manager says so
PROPOSALS = {"cooperation", "conditions"}

Agenda = list[tuple[str, list[tuple[str, str]]]]


class PortalReview:
    """What a customer's contacts see of a review in the portal, as plain data: pages show this and nothing else.

    What they may read of agenda and milestones is what `DocumentData` holds, as in the customer folder.

    :param review: as superuser, found by ``_find_for_portal``: customers' contacts have no access to the model
    """

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env

    def line(self) -> dict[str, Any]:
        """For the list of reviews, without anything that requires the document's data."""
        review = self.review
        return {
            "id": review.id,
            "title": self.env._("Annual Review %(year)s", year=review.year),
            "account": review._get_key_account_name(),
            "date": self._get_date(),
            "place": review.place or "",
        }

    def page(self) -> dict[str, Any]:
        """For the page of one review."""
        review = self.review
        data = self.env["key.account.document"]._get_document_data(review, "customer", codes=CODES)
        agenda, proposals = self._split(data.review.sections)
        return self.line() | {
            "company": data.sender.name,
            "reviewer": data.review.reviewer.name,
            "reviewer_email": data.review.reviewer.email,
            "period": (format_date(self.env, data.period.date_from), format_date(self.env, data.period.date_to)),
            "videocall_url": self._get_taken_slot().videocall_url or "",
            "participants": self._get_participants(),
            "agenda": agenda,
            "proposals": proposals if review.portal_proposals else [],
            "documents": [
                {"id": document.id, "label": document.label, "day": format_date(self.env, document.create_date)}
                for document in review._get_portal_documents()
            ],
            "milestones": [self._describe_milestone(milestone) for milestone in data.folder.milestones],
        }

    def _split(self, sections: list[Section]) -> tuple[Agenda, Agenda]:
        """:return: the agenda, which names the sections with proposals, and these with what they propose"""
        codes = [code for code, _label in self.env["key.account.review.topic"]._fields["section"].selection]
        agenda: Agenda = []
        proposals: Agenda = []
        for code, section in zip(codes, sections, strict=False):
            if section.topics:
                agenda.append((section.title, [] if code in PROPOSALS else section.topics))
            if section.topics and code in PROPOSALS:
                proposals.append((section.title, section.topics))
        return agenda, proposals

    def _get_participants(self) -> list[tuple[str, str]]:
        """:return: (name, company) of who was agreed to take part, or took part"""
        review = self.review
        if review.state in ("preparation", "proposed"):
            return []
        frozen = review._get_frozen_documents()
        people = frozen.minutes.people if frozen else gather_people(review)
        return [(person.name, person.role) for person in people]

    def _get_taken_slot(self) -> BaseModel:
        return self.review.slot_ids.filtered(lambda slot: slot.state == "taken")[:1]

    def _get_date(self) -> str:
        review = self.review
        if review.state in ("preparation", "proposed"):
            # What we have planned is not agreed yet
            return ""
        begins, ends = self._get_appointment()
        if begins and ends:
            timezone = self.env.user.tz or review.partner_id.tz or review._get_reviewer().tz or "UTC"
            texts = moment_texts(self.env, begins, ends, timezone)
            zone = timezone_text(self.env, timezone)
            return f"{texts['day']}, {texts['begin']} – {texts['end']}, {zone}"
        return format_date(self.env, review.planned_date, date_format="full") if review.planned_date else ""

    def _get_appointment(self) -> tuple[datetime | None, datetime | None]:
        """:return: begin and end of the meeting, if the customer agreed on them"""
        review = self.review
        frozen = review._get_frozen_documents()
        if frozen:
            return frozen.customer.review.begins, frozen.customer.review.ends
        if review.start and self._get_taken_slot():
            # As agreed: what anyone does in the calendar is not
            return review.start, review.stop
        return None, None

    def _describe_milestone(self, milestone: Step) -> tuple[str, str, str]:
        """:return: (name, whose it is if not the account's own, day)"""
        if milestone.done_on:
            day = self.env._("reached on %(date)s", date=format_date(self.env, milestone.done_on))
        else:
            day = format_date(self.env, milestone.deadline)
        return milestone.name, milestone.account, day
