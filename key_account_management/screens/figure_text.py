from collections.abc import Mapping
from typing import Any, TypedDict

from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.figure import Figure


class FigureText(TypedDict):
    """A figure as the browser gets it."""

    code: str
    name: str
    formula: str
    audience: str
    note: str
    value: str
    previous: str
    change: str
    # Whether it changed for the better, None if it did not change
    good: bool | None
    target: str
    # Whether the target is met, None if that is not known
    met: bool | None


def describe(kpi: BaseModel, data: Mapping[str, Any], formatter: Formatter) -> FigureText:
    """A figure as text: what screens show of it.

    :param kpi: its definition
    :param data: the figure as ``get_key_account_figures`` gives it
    :param formatter: a `Formatter` of the reader's language
    """
    figure = Figure(data["value"], data["previous"], unit=data["unit"])
    value, previous, change = formatter.texts(figure, kpi.unit)
    target = data.get("target")
    good = None
    if figure.change:
        good = (figure.change > 0) == (kpi.better == "up")
    return {
        "code": kpi.code,
        "name": kpi.name,
        "formula": kpi.formula,
        "audience": kpi.audience,
        "note": data["note"],
        "value": value,
        "previous": previous,
        "change": change,
        "good": good,
        "target": formatter.value(target, kpi.unit, data["unit"]) if target is not None else "",
        "met": data.get("met"),
    }
