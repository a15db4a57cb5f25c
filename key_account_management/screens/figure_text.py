from typing import TypedDict

from odoo.models import BaseModel
from odoo.tools import format_datetime

from ..documents.formatter import Formatter
from ..figures.figure import Figure
from ..tools.time_zones import company_timezone


class FigureText(TypedDict):
    """A figure as the browser gets it."""

    code: str
    name: str
    formula: str
    audience: str
    note: str
    # Whether the note warns of relying on the value
    warns: bool
    value: str
    previous: str
    change: str
    # Whether it changed for the better, None if it did not change or neither is better
    good: bool | None
    # Of the fiscal year, and while it is not over what of it is due by now, if that is less
    target: str
    target_to_date: str
    # Whether the target is met, known at the end of its year; before that whether the figure is where it should be by
    # now; else None
    met: bool | None
    ahead: bool | None


def describe(kpi: BaseModel, figure: Figure, formatter: Formatter) -> FigureText:
    """A figure as text: what screens show of it.

    :param kpi: its definition
    :param formatter: a `Formatter` of the reader's language
    """
    value, previous, change = formatter.texts(figure, kpi.unit)
    target, target_to_date = (
        formatter.value(amount, kpi.unit, figure.unit) if amount is not None else ""
        for amount in (figure.target, None if figure.target_is_final else figure.target_to_date)
    )
    return {
        "code": kpi.code,
        "name": kpi.name,
        "formula": kpi.formula,
        "audience": kpi.audience,
        "note": " ".join(
            filter(None, [figure.note, _pending_text(figure, kpi, formatter), _as_of_text(figure, formatter)])
        ),
        "warns": figure.value is not None and (figure.warns or _turns_with_pending(figure)),
        "value": value,
        "previous": previous,
        "change": change,
        "good": figure.is_better(kpi.better),
        "target": target,
        "target_to_date": target_to_date if target_to_date != target else "",
        "met": figure.meets_target(kpi.better),
        "ahead": figure.is_ahead(kpi.better),
    }


def _as_of_text(figure: Figure, formatter: Formatter) -> str:
    """As of when it is, if not as of now."""
    if not figure.as_of:
        return ""
    env = formatter.env
    moment = format_datetime(env, figure.as_of, tz=company_timezone(env.company), dt_format="short")
    return env._("All customers as of %(moment)s.", moment=moment)


def _turns_with_pending(figure: Figure) -> bool:
    """Whether what is not booked yet would turn more into less, or less into more."""
    change, other = figure.change, figure.change_with_pending
    return change is not None and other is not None and (change > 0) != (other > 0)


def _pending_text(figure: Figure, kpi: BaseModel, formatter: Formatter) -> str:
    """What is not booked yet, and what it would change."""
    pending, env = figure.pending, formatter.env
    if not pending or not pending.count:
        return ""
    values = {"count": pending.count, "amount": formatter.value(pending.amount, kpi.unit, figure.unit)}
    change = figure.change_with_pending
    if change is None or figure.change is None:
        if pending.count == 1:
            return env._("One draft or delivery that is not invoiced yet comes on top: %(amount)s.", **values)
        return env._("%(count)s drafts or deliveries that are not invoiced yet come on top: %(amount)s.", **values)
    values |= {"change": formatter.signed_percent(figure.change), "other": formatter.signed_percent(change)}
    if pending.count == 1:
        return env._(
            "One draft or delivery that is not invoiced yet, of %(amount)s, would turn %(change)s into %(other)s.",
            **values,
        )
    return env._(
        "%(count)s drafts or deliveries that are not invoiced yet, of %(amount)s, would turn %(change)s into "
        "%(other)s.",
        **values,
    )
