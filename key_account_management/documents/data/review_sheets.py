"""Sheets of a review that need no figures: the minutes for the customer, the planning checklist for internal use."""

from collections.abc import Sequence
from dataclasses import dataclass

from odoo.models import BaseModel

from ...tools.time_zones import company_day
from ..formatter import Formatter
from .folder_data import Person
from .sender import Sender, gather_sender


@dataclass
class Settled:
    """A topic, issue or condition with its result. Texts are as people read them, empty where there is none."""

    title: str
    text: str
    result: str
    responsible: str
    until: str


@dataclass
class Question:
    text: str
    is_done: bool
    note: str


SheetSection = tuple[str, Sequence[Settled | Question]]


@dataclass
class ReviewReference:
    id: int


@dataclass
class ReviewSheet:
    """What both sheets have in common; ``sections`` are (title, list of entries) and only those with entries."""

    review: ReviewReference
    audience: str
    language: str
    sender: Sender
    title: str
    account: str
    held_on: str
    place: str
    people: list[Person]
    sections: list[SheetSection]
    is_empty: bool = False


def gather_people(review: BaseModel) -> list[Person]:
    """:return: who takes part in a review, with the company in place of a role"""
    # Colleagues need not have a company on their contact
    own = review.company_id.name
    return [
        Person(
            partner.name or partner.email or "",
            partner.commercial_company_name or ("" if partner.partner_share else own),
            "",
            "",
        )
        for partner in review.participant_ids
    ]


class SheetGatherer:
    """Gathers the sheets of a review. Access to it was checked before."""

    def __init__(self, review: BaseModel) -> None:
        """:param review: in the language and with the company of the sheet"""
        self.env = review.env
        self.review = review
        self.format = Formatter(review.env)

    def gather_minutes(self) -> ReviewSheet:
        """The minutes, with only what the customer may read.

        Internal hints and notes, issues that are not shared and proposals that were not agreed are left out here.

        :return: `ReviewSheet`
        """
        return self._fill_sheet("customer", self.env._("Minutes"), self._gather_settled(), gather_people(self.review))

    def gather_checklist(self, is_empty: bool) -> ReviewSheet:
        """The checklist, as far as it is filled in or to be filled in with a pen.

        :return: `ReviewSheet`
        """
        entries = self.review.checklist_ids
        sections: list[SheetSection] = [
            (
                title,
                [
                    Question(entry.name, entry.is_done and not is_empty, "" if is_empty else entry.note or "")
                    for entry in entries
                    if entry.section == section
                ],
            )
            for section, title in entries._fields["section"]._description_selection(self.env)
        ]
        sheet = self._fill_sheet("internal", self.env._("Review Planning Checklist"), sections, [])
        sheet.is_empty = is_empty
        return sheet

    def _gather_settled(self) -> list[SheetSection]:
        """:return: list of (title, list of `Settled`)"""
        topics = self.env["key.account.review.topic"]
        sections: list[SheetSection] = [
            (
                title,
                [
                    self._settle(topic, topic.description)
                    for topic in self.review.topic_ids
                    if topic.section == section and (topic.name or topic.description or topic.result)
                ],
            )
            for section, title in topics._fields["section"]._description_selection(self.env)
        ]
        issues = self.review.issue_ids.filtered("is_shared")
        states = dict(issues._fields["state"]._description_selection(self.env))
        sections.append((self.env._("Open questions"), [self._settle(issue, states[issue.state]) for issue in issues]))
        said = [Settled(note.title, "", note.text, "", "") for note in self.review.note_ids if note.text]
        sections.append((self.env._("What was discussed"), said))
        agreed = self.review.condition_ids.filtered(lambda condition: condition.outcome == "agreed")
        sections.append(
            (
                self.env._("Agreed conditions"),
                [self._settle(condition, condition.display_agreed) for condition in agreed],
            )
        )
        return sections

    def _settle(self, record: BaseModel, text: str | None) -> Settled:
        until = record.result_date
        return Settled(
            record.display_name,
            text or "",
            record.result or "",
            # Names of colleagues are not secret to the participants, but user records are to some users
            record.sudo().result_user_id.name or "",
            self.format.date(until, "medium") if until else "",
        )

    def _fill_sheet(self, audience: str, title: str, sections: list[SheetSection], people: list[Person]) -> ReviewSheet:
        review = self.review
        day = review.planned_date or (review.held_on and company_day(review.company_id, review.held_on))
        return ReviewSheet(
            review=ReviewReference(review.id),
            audience=audience,
            language=self.env.lang or "en_US",
            sender=gather_sender(review.with_company(review.company_id).env),
            title=title,
            account=f"{review.partner_id.name} {review.year}",
            held_on=self.format.date(day) if day else "",
            place=review.place or "",
            people=people,
            sections=[(name, entries) for name, entries in sections if entries],
        )
