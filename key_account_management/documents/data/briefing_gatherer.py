from collections import Counter
from dataclasses import replace
from typing import Any

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import float_compare

from .document_data import FigureData
from .folder_data import BriefingData, PersonWithAttitude, Proposal, Room
from .folder_gatherer import describe_condition, shown_conditions
from .knowledge import KnowledgeGatherer
from .steps import StepGatherer


class BriefingGatherer:
    """What the briefing shows besides the figures: read with the rights of whoever prints it, never for a customer."""

    def __init__(self, partner: BaseModel, review: BaseModel) -> None:
        self.env = partner.env
        self.partner = partner
        self.review = review

    def gather(self, figures: dict[str, FigureData]) -> BriefingData:
        """
        :param figures: ``{code: FigureData}`` of the document
        :return: `BriefingData`
        """
        steps = StepGatherer(self.partner, internal=True)
        data = BriefingData(
            people=self._gather_attitudes(),
            measures=steps.measures(self.env["key.account.care.measure"]._get_live_domain()),
            milestones=steps.milestones(Domain("date_done", "=", False)),
            room=_gather_room(figures),
            known=KnowledgeGatherer(self.partner, self.review.company_id or self.env.company).gather(),
        )
        return self.write_review(data)

    def write_review(self, data: BriefingData) -> BriefingData:
        """:return: the data with what the review itself says as it is now"""
        hints, topic_hints = gather_hints(self.review)
        return replace(
            data,
            notes=self._gather_internal_notes(),
            issues=self._gather_issues(),
            conditions=self._gather_proposals(data.room),
            hints=hints,
            topic_hints=topic_hints,
        )

    def _gather_internal_notes(self) -> list[tuple[str, str]]:
        """:return: list of (title, text) of what is sensitive, followed by the hints on individual topics"""
        review = self.review
        notes = [
            (review._fields[name]._description_string(self.env), review[name])
            for name in ("sensitive_topics", "internal_note")
            if review[name]
        ]
        notes += [(topic.display_name, topic.internal_hint) for topic in review.topic_ids if topic.internal_hint]
        notes += [(issue.name, issue.internal_note) for issue in review.issue_ids if issue.internal_note]
        return notes

    def _gather_attitudes(self) -> list[PersonWithAttitude]:
        def label(person: BaseModel, name: str) -> str:
            options = dict(person._fields[name]._description_selection(self.env))
            return options.get(person[name], "")

        return [
            PersonWithAttitude(
                person.name or person.display_name,
                person.function or "",
                label(person, "key_account_role"),
                label(person, "key_account_influence"),
                label(person, "key_account_attitude"),
                person.key_account_attitude or "",
                person.key_account_reports_to_id.name or "",
            )
            for person in self.partner._get_key_account_people()
        ]

    def _gather_proposals(self, room: list[Room]) -> list[Proposal]:
        proposals = []
        for condition in shown_conditions(self.review):
            # The effect is unknown for what was not bought in the last twelve months
            known = condition.has_proposal and (condition.revenue_effect or condition.quantity_year)
            proposals.append(
                Proposal(
                    *describe_condition(condition),
                    condition.revenue_effect if known else None,
                    condition.margin_rate_today if condition.has_margin_today else None,
                    condition.margin_rate_proposed if condition.has_margin_proposed else None,
                    self._below_floor(condition, room),
                )
            )
        return proposals

    def _below_floor(self, condition: BaseModel, room: list[Room]) -> list[str]:
        """:return: names of the products of a proposed price that would be below the floor price"""
        # Users cannot read it: it says more than they asked for
        base = condition.sudo().base
        if not base or not condition.has_proposal:
            return []
        products = condition.product_id or self.env["product.product"].search(
            [("categ_id", "child_of", condition.categ_id.id)]
        )
        # As the figures name them
        names = set(products.with_context(display_default_code=False).mapped("display_name"))
        below = []
        for product in room:
            if product.product not in names or product.floor is None:
                continue
            price = condition.value_proposed * base["rate"]
            if condition.categ_id:
                price = (product.list_price or 0.0) * (1 - condition.value_proposed / 100)
            if float_compare(price, product.floor, precision_digits=4) < 0:
                below.append(product.product)
        return below

    def _gather_issues(self) -> list[tuple[str, str]]:
        """:return: list of (open issue, who raised it)"""
        issues = self.review.issue_ids
        sides = dict(issues._fields["side"]._description_selection(self.env))
        return [(issue.name, sides[issue.side]) for issue in issues if issue.state == "open"]


def gather_hints(review: BaseModel) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """:return: what only the speaker should know: by kind of slide, and for topics as (topic, hint)"""
    hints = {"agenda": [review.internal_note]} if review.internal_note else {}
    return hints, [(topic.name or "", topic.internal_hint) for topic in review.topic_ids if topic.internal_hint]


def _gather_room(figures: dict[str, FigureData]) -> list[Room]:
    """Today's prices next to the floor prices, products with the least room first.

    Both figures identify products by name. For two with the same name it would be unclear which price is whose:
    these have no price here.
    """
    floors, prices = (_table_rows(figures, code) for code in ("minimum_price", "special_price_difference"))
    names = Counter(row[0] for row in floors)
    # Product, list price, price today at the usual quantity
    priced = {row[0]: row for row in prices if names[row[0]] == 1}
    for name, count in Counter(row[0] for row in prices).items():
        if count > 1:
            priced.pop(name, None)
    room = []
    for row in floors:
        # Product, possibly its company, floor, lowest, average and last price, lines below the floor
        floor, lines_below = row[-5], row[-1]
        _name, list_price, price, *_more = priced.get(row[0], (None, None, None))
        room.append(Room(row[0], price, floor, list_price, lines_below))
    return sorted(room, key=lambda item: (item.share is None, item.share or 0.0, item.product))


def _table_rows(figures: dict[str, FigureData], code: str) -> list[list[Any]]:
    table = figures[code].figure.table if code in figures else None
    return table.rows if table else []
