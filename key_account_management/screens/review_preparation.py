from typing import Any

from odoo import fields
from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.figure import Figure, meets_target
from .figure_text import describe

# Figures that are always shown if they are known and the user may see them
HEADLINE = ("revenue", "contribution_margin_rate", "returns", "satisfaction", "visits", "dso")
MOVED = 3


class ReviewPreparation:
    """What the first page of a review shows besides its own fields. Requested when the page is open."""

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env
        self.format = Formatter(review.env)

    def data(self) -> dict[str, Any]:
        """:return: see ``get_preparation`` of the review"""
        review = self.review
        if not review.date_from or review.date_from > fields.Date.context_today(review):
            figures, period = [], None
        else:
            figures, period = self._get_figures(), review._get_period()
        shown = {figure["code"]: figure for figure in figures}
        moved = sorted((figure for figure in figures if figure["moved"]), key=lambda figure: -abs(figure["moved"]))
        return {
            "period": self.format.period(period) if period else "",
            "previous": self.format.period(period.previous) if period else "",
            "is_frozen": review.is_frozen,
            "headline": [shown[code] for code in HEADLINE if code in shown],
            "better": [figure for figure in moved if figure["good"] is True][:MOVED],
            "worse": [figure for figure in moved if figure["good"] is False][:MOVED],
            "promises": self._get_promises(),
        }

    # === FIGURES ===#

    def _get_figures(self) -> list[dict[str, Any]]:
        """:return: the figures with a value that the user may see, and by what share they ``moved`` (None: unknown)"""
        definitions, figures = self._read_frozen() if self.review.is_frozen else self._read_live()
        described = []
        for definition in definitions:
            figure = figures[definition.code]
            if figure.value is None:
                continue
            data = {
                "value": figure.value,
                "previous": figure.previous,
                "unit": figure.unit,
                "note": figure.note,
                "target": figure.target,
                "met": meets_target(figure.value, figure.target, definition.better),
            }
            text = describe(definition, data, self.format)
            moved = None
            # A change that is rounded away on the screen does not count
            if figure.previous and not text["change"].startswith("±"):
                moved = (figure.value - figure.previous) / abs(figure.previous)
            described.append(text | {"moved": moved})
        return described

    def _read_frozen(self) -> tuple[BaseModel, dict[str, Figure]]:
        # The record rules show internal ones to those who may see them
        definitions = self.env["key.account.review.figure"].search([("review_id", "=", self.review.id)])
        return definitions, {definition.code: definition._get_figure() for definition in definitions}

    def _read_live(self) -> tuple[BaseModel, dict[str, Figure]]:
        review = self.review
        accounts = review.partner_id.with_company(review.company_id)
        accounts = accounts.with_context(allowed_company_ids=review.company_id.ids)
        read = accounts.get_key_account_figures(review.date_from, review.date_to)[review.partner_id.id]
        # Of figures that the user was given
        definitions = self.env["key.account.kpi"].sudo().search([("code", "in", list(read))])
        return definitions, {
            code: Figure(data["value"], data["previous"], unit=data["unit"], note=data["note"], target=data["target"])
            for code, data in read.items()
        }

    # === PROMISES ===#

    def _get_promises(self) -> dict[str, Any]:
        """What was agreed in the last review, and what became of it."""
        last = self.review._get_last_review()
        rows = []
        for topic in last.topic_ids.filtered("result"):
            rows.append(_promise(topic, topic.result, *self._get_followup_state(topic)))
        for condition in last.condition_ids.filtered(lambda condition: condition.outcome == "agreed"):
            done = condition.carried_over_on
            if done:
                day = self.format.date(done, "short")
                state: tuple[str, bool | None] = (self.env._("In the price list since %(date)s", date=day), True)
            else:
                state = self._get_followup_state(condition)
            rows.append(_promise(condition, condition.result or condition.display_agreed, *state))
        for issue in last.issue_ids:
            latest = issue._get_latest()
            label = dict(latest._fields["state"]._description_selection(self.env))[latest.state]
            rows.append(_promise(issue, issue.result or "", label, latest.state == "solved"))
        return {"review": last.display_name if last else "", "rows": rows}

    def _get_followup_state(self, record: BaseModel) -> tuple[str, bool | None]:
        """:return: what became of a result's follow-up, as text, and whether this is good (None: not known)"""
        made = record.followup and record.followup.exists()
        if not made:
            return ("", None) if not record.followup else (self.env._("Deleted"), False)
        if made._name == "mail.activity":
            return (self.env._("Done"), True) if not made.active else (self.env._("Activity: to do"), None)
        field = "status" if made._name == "key.account.milestone" else "state"
        states = dict(made._fields[field]._description_selection(self.env))
        good = {"done": True, "cancelled": False, "late": False}
        return f"{made.display_name}: {states[made[field]]}", good.get(made[field])


def _promise(record: BaseModel, promised: str, became: str, good: bool | None) -> dict[str, Any]:
    return {"what": record.display_name, "promised": promised, "became": became, "good": good}
