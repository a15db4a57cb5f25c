"""Sheets of a review that need no figures: the minutes for the customer, the planning checklist for ourselves."""

from dataclasses import dataclass

from odoo import api, models

from .document_data import Person, Sender
from .formatter import Formatter


@dataclass
class Settled:
    """A topic, issue or condition with its result. Texts are as people read them, empty where there is none."""

    title: str
    text: str
    result: str
    responsible: str
    until: str


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
    sections: list[tuple[str, list]]
    is_empty: bool = False

    @property
    def data(self):
        """What the sheet was made of: itself, it writes all that it holds."""
        return self

    @property
    def footer(self):
        return " · ".join(filter(None, (self.sender.name, self.title, self.account)))


@dataclass
class Question:
    text: str
    is_done: bool
    note: str


class KeyAccountDocument(models.AbstractModel):
    _inherit = "key.account.document"  # pylint: disable=consider-merging-classes-inherited

    # === MINUTES ===#

    @api.model
    def _get_minutes(self, review):
        """The minutes in the customer's language, with nothing but what the customer may read.

        Internal hints and notes, issues that are not shared and proposals that were not agreed are left out here.
        """
        review.ensure_one()
        review.check_access("read")
        language = review.partner_id.lang or self.env.user.lang or self.env.lang
        # Names of colleagues are no secret to the participants, but user records are to some users
        review = review.with_context(lang=language, allowed_company_ids=review.company_id.ids)
        gatherer = self.with_env(review.env)
        return gatherer._fill_sheet(
            review,
            "customer",
            gatherer.env._("Minutes"),
            gatherer._gather_settled(review),
            gatherer._gather_people(review),
        )

    def _gather_settled(self, review):
        """:return: list of (title, list of `Settled`)"""
        topics = self.env["key.account.review.topic"]
        sections = [
            (
                title,
                [
                    self._settle(topic, topic.description)
                    for topic in review.topic_ids
                    if topic.section == section and (topic.name or topic.description or topic.result)
                ],
            )
            for section, title in topics._fields["section"]._description_selection(self.env)
        ]
        issues = review.issue_ids.filtered("is_shared")
        states = dict(issues._fields["state"]._description_selection(self.env))
        sections.append((self.env._("Open questions"), [self._settle(issue, states[issue.state]) for issue in issues]))
        agreed = review.condition_ids.filtered(lambda condition: condition.outcome == "agreed")
        sections.append(
            (
                self.env._("Agreed conditions"),
                [self._settle(condition, condition.display_agreed) for condition in agreed],
            )
        )
        return [(title, settled) for title, settled in sections if settled]

    def _settle(self, record, text):
        until = record.result_date
        return Settled(
            record.display_name,
            text or "",
            record.result or "",
            record.sudo().result_user_id.name or "",
            Formatter(self.env).date(until, "medium") if until else "",
        )

    def _gather_people(self, review):
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

    # === CHECKLIST ===#

    @api.model
    def _get_checklist(self, review):
        """The checklist as far as it is filled in, in the user's language."""
        return self._gather_checklist(review, is_empty=False)

    @api.model
    def _get_empty_checklist(self, review):
        """The same to be filled in with a pen."""
        return self._gather_checklist(review, is_empty=True)

    def _gather_checklist(self, review, is_empty):
        review.ensure_one()
        review.check_access("read")
        entries = review.checklist_ids
        sections = [
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
        sheet = self._fill_sheet(review, "internal", self.env._("Review Planning Checklist"), sections, [])
        sheet.is_empty = is_empty
        return sheet

    def _fill_sheet(self, review, audience, title, sections, people):
        day = review.planned_date or (review.held_on and review.held_on.date())
        return ReviewSheet(
            review=ReviewReference(review.id),
            audience=audience,
            language=review.env.lang or "en_US",
            sender=self.with_company(review.company_id)._gather_sender(),
            title=title,
            account=f"{review.partner_id.name} {review.year}",
            held_on=Formatter(review.env).date(day) if day else "",
            place=review.place or "",
            people=people,
            sections=[(name, entries) for name, entries in sections if entries],
        )
