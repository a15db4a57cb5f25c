from collections.abc import Mapping
from typing import Any

from odoo import fields
from odoo.models import BaseModel

from ..documents.data.knowledge import KnowledgeGatherer
from ..documents.formatter import Formatter
from ..figures.figure import Figure, ratio
from .figure_text import describe
from .promises import Promises

# Figures that are always shown if they are known and the user may see them
HEADLINE = ("revenue", "contribution_margin_rate", "returns", "satisfaction", "visits", "dso")
MOVED = 3
# Where a text of the profile may go in the customer's documents, once somebody has read it with the customer's eyes
TARGETS = {
    "requirements": "customer_situation",
    "tasks": "customer_situation",
    "markets": "customer_situation_market",
    "technologies": "customer_situation_potential",
}
# A point more or less of them is worth a share of the revenue
SHARES_OF_REVENUE = (
    "contribution_margin_rate",
    "contribution_margin_2_rate",
    "contribution_margin_3_rate",
    "returns",
)


class ReviewPreparation:
    """What the first page of a review shows besides its own fields. Requested when the page is open."""

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env
        self.format = Formatter(review.env)

    def data(self) -> dict[str, Any]:
        """:return: see ``get_preparation`` of the review"""
        review = self.review
        today = fields.Date.context_today(review)
        if not review.date_from or review.date_from > today:
            figures, period = [], None
        else:
            figures, period = self._get_figures(), review._get_period()
        shown = {figure["code"]: figure for figure in figures}
        moved = sorted((figure for figure in figures if figure["moved"]), key=_weight, reverse=True)
        return {
            "period": self.format.period(period) if period else "",
            "previous": self.format.period(period.to_date(today).previous) if period else "",
            "is_frozen": review.is_frozen,
            "headline": [shown[code] for code in HEADLINE if code in shown],
            "better": [figure for figure in moved if figure["good"] is True][:MOVED],
            "worse": [figure for figure in moved if figure["good"] is False][:MOVED],
            "promises": self._get_promises(),
            "known": self._get_known(),
        }

    # === FIGURES ===#

    def _get_figures(self) -> list[dict[str, Any]]:
        """:return: the figures with a value that the user may see, and by what share they ``moved`` (None:
        unknown, or not worth discussing) and what that is ``worth`` in money (None: it cannot be said)"""
        definitions, figures = self._read_frozen() if self.review.is_frozen else self._read_live()
        # Today's: what was worth discussing then is not frozen
        matters = {code for code, kpi in self.env["key.account.kpi"]._get_by_code().items() if kpi.matters}
        described = []
        for definition in definitions:
            figure = figures[definition.code]
            if figure.value is None:
                continue
            text = describe(definition, figure, self.format)
            moved = worth = None
            # A change that is rounded away on the screen does not count, nor one in what is not worth discussing
            if figure.change and definition.code in matters and not text["change"].startswith("±"):
                moved = self._moved(figure, definition, figures)
                worth = self._worth(figure, definition, figures)
            described.append(text | {"moved": moved, "worth": worth})
        return described

    def _moved(self, figure: Figure, definition: BaseModel, figures: Mapping[str, Figure]) -> float | None:
        """By what share a figure moved; None if it moved for no other reason than less business."""
        value, previous = figure.pair
        if value is None or not previous:
            return None
        # Less returned or overdue because less was sold is no improvement
        expected = previous * self._business(figures) if _falls_with_business(figure, definition) else previous
        if previous > value >= expected:
            return None
        return (value - expected) / abs(previous)

    def _worth(self, figure: Figure, definition: BaseModel, figures: Mapping[str, Figure]) -> float | None:
        """What the change is worth in money; None where that cannot be said."""
        value, previous = figure.pair
        if value is None or previous is None:
            return None
        revenue = figures["revenue"].value if "revenue" in figures else None
        if definition.unit == "money":
            share = self._business(figures) if _falls_with_business(figure, definition) else 1.0
            return value - previous * share
        if definition.code in SHARES_OF_REVENUE and revenue is not None:
            return (value - previous) * revenue
        return None

    def _business(self, figures: Mapping[str, Figure]) -> float:
        """What is left of the business of the year before, at most all of it."""
        revenue = figures.get("revenue")
        left = ratio(*revenue.pair) if revenue else None
        return 1.0 if left is None else min(max(left, 0.0), 1.0)

    def _read_frozen(self) -> tuple[BaseModel, dict[str, Figure]]:
        # The record rules show internal ones to those who may see them
        definitions = self.env["key.account.review.figure"].search([("review_id", "=", self.review.id)])
        return definitions, {definition.code: definition._get_figure() for definition in definitions}

    def _read_live(self) -> tuple[BaseModel, dict[str, Figure]]:
        review = self.review
        accounts = review.partner_id.with_company(review.company_id)
        accounts = accounts.with_context(allowed_company_ids=review.company_id.ids)
        engine = accounts.env["key.account.figures"]
        figures = engine._compute_figures(accounts, review._get_period())[review.partner_id.id]
        # Of figures that the user was given
        return self.env["key.account.kpi"].sudo().search([("code", "in", list(figures))]), figures

    # === WHAT WE KNOW ===#

    def _get_known(self) -> dict[str, Any] | None:
        """What need not be asked again; None once the review has been held."""
        review = self.review
        if review.is_frozen:
            return None
        known = KnowledgeGatherer(review.partner_id, review.company_id).gather()
        labels = {name: review._fields[name]._description_string(self.env) for name in set(TARGETS.values())}
        return {
            "texts": [
                {
                    "name": each.name,
                    "label": each.label,
                    "text": each.text,
                    "checked": self.format.date(each.checked_on, "medium") if each.checked_on else "",
                    "is_old": each.is_old,
                    "target": TARGETS[each.name],
                    "target_label": labels[TARGETS[each.name]],
                }
                for each in known.texts
            ],
            "missing": known.missing,
            "plan": known.plan,
            "analysis": [{"label": label, "found": found} for label, found in known.analysis],
            "potential": [{"label": label, "value": value} for label, value in known.potential],
            "may_confirm": bool(review.partner_id.may_edit_key_account_profile),
            "may_write": review.has_access("write"),
        }

    # === PROMISES ===#

    def _get_promises(self) -> dict[str, Any]:
        """What was agreed in the last review, and what became of it."""
        last = self.review._get_last_review()
        return {"review": last.display_name if last else "", "rows": Promises(last).rows()}


def _weight(figure: Mapping[str, Any]) -> tuple[bool, float]:
    """What is worth the most money first, then what moved the most of that whose worth cannot be said."""
    worth = figure["worth"]
    return (True, abs(worth)) if worth is not None else (False, abs(figure["moved"]))


def _falls_with_business(figure: Figure, definition: BaseModel) -> bool:
    """Whether it is an amount of which less is better, and which is less when less is sold."""
    return definition.unit == "money" and (figure.better or definition.better) == "down"
