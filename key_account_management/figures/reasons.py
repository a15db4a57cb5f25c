"""Why an account stands where it stands: the few facts that say it, as codes and numbers.

They come from the decomposition of the revenue and the components of the health; `screens/why.py` says them in the
reader's language. Each names the figures that it tells something of, so that nobody reads what they may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo.models import BaseModel

from .figure import AccountFigures, Figure
from .sources.revenue_change import parts_by_category

# A change in revenue that is worth a word
NOTABLE_CHANGE = 0.05
# A further category is named if it makes up so much of the change, and a reason if it makes up so much of a category
SHARE_OF_CHANGE = 0.3
SHARE_OF_CATEGORY = 0.5
MOST_CATEGORIES = 2
QUANTITIES = ("volume", "mix", "quantity")
# Scores below which a component of the health is a concern. Trends are at 50 if nothing changed
CONCERN = 70.0
CONCERN_TREND = 40.0
TRENDS = ("revenue", "margin")
# Paying so many days later than a year ago is worth saying
DAYS_LATER = 5.0

# ``{"code", "figures": [codes], and numbers}``
Fact = dict[str, Any]


@dataclass
class Situation:
    """What is known of an account on a day.

    ``scores``: as of `part_scores`. ``is_visit_overdue``: the next visit was due, and none is planned.
    ``overdue_measures``, ``overdue_milestones``: how many there are.
    """

    figures: AccountFigures
    currency: BaseModel
    scores: Mapping[str, tuple[float | None, float]] = field(default_factory=dict)
    is_visit_overdue: bool = False
    overdue_measures: int = 0
    overdue_milestones: int = 0


def find_reasons(situation: Situation) -> list[Fact]:
    """:return: the facts, what matters most first; empty if nothing is known"""
    change = situation.figures["revenue"].change
    of_revenue = _of_revenue(situation)
    concerns = _concerns(situation)
    if change is not None and abs(change) < NOTABLE_CHANGE:
        return [*concerns, *of_revenue]
    return [*of_revenue, *concerns]


# === REVENUE ===#


def _of_revenue(situation: Situation) -> list[Fact]:
    revenue = situation.figures["revenue"]
    change = revenue.change
    if change is None:
        return []
    if abs(change) < NOTABLE_CHANGE:
        return [{"code": "same_level", "figures": ["revenue"], "rate": change}]
    # The decomposition compares whole periods: it says nothing where only some months can be compared
    categories = [] if revenue.compared else _categories(situation, change > 0)
    return categories or [{"code": "revenue", "figures": ["revenue"], "rate": change}]


def _categories(situation: Situation, is_up: bool) -> list[Fact]:
    """The categories that moved the revenue in the direction in which it moved, each with its main reason."""
    figure = situation.figures.get("revenue_change")
    if not figure or not figure.value:
        return []
    currency = situation.currency
    facts: list[Fact] = []
    for category, parts in parts_by_category(figure):
        amount = currency.round(sum(parts.values()))
        if currency.is_zero(amount) or (currency.compare_amounts(amount, 0.0) > 0) != is_up:
            continue
        if facts and abs(amount) < SHARE_OF_CHANGE * abs(figure.value):
            break
        facts.append(
            {
                "code": "category",
                "figures": ["revenue_change"],
                "category": category,
                "amount": amount,
                "part": _main_part(parts, amount),
            }
        )
        if len(facts) == MOST_CATEGORIES:
            break
    return facts


def _main_part(parts: Mapping[str, float], amount: float) -> str | None:
    """:return: the part that explains most of an amount, None if none explains enough of it

    Whether more was bought of all products or of the dearer ones, which tells volume from mix, is one here.

    >>> _main_part({"price": -10.0, "volume": -50.0, "mix": -30.0, "new": 5.0}, -85.0)
    'volume'
    >>> _main_part({"price": -40.0, "volume": -45.0, "lost": -15.0}, -100.0) is None
    True
    """
    parts = {name: part for name, part in parts.items() if name not in QUANTITIES} | {
        "volume": sum(parts.get(name, 0.0) for name in QUANTITIES)
    }
    shares = {name: part / amount for name, part in parts.items()}
    part = max(shares, key=lambda name: shares[name])
    return part if shares[part] >= SHARE_OF_CATEGORY else None


# === CONCERNS ===#


def _concerns(situation: Situation) -> list[Fact]:
    """One fact for each component of the health that is low, the one that costs most first."""
    found = []
    for code, (score, weight) in situation.scores.items():
        if score is None or score >= (CONCERN_TREND if code in TRENDS else CONCERN):
            continue
        if fact := _concern(code, situation):
            found.append(((100.0 - score) * weight, fact))
    return [fact for _loss, fact in sorted(found, key=lambda each: -each[0])]


def _concern(code: str, situation: Situation) -> Fact | None:
    figures = situation.figures
    if code == "margin":
        return _fact(code, "contribution_margin_rate", figures, points=figures["contribution_margin_rate"].change)
    if code == "payment":
        return _payment(figures, situation.currency)
    if code == "returns":
        return _fact(code, "returns", figures, share=figures["returns"].value)
    if code == "satisfaction":
        return _fact(code, "satisfaction", figures, score=figures["satisfaction"].value)
    if code == "contact" and situation.is_visit_overdue:
        return {
            "code": code,
            "figures": ["days_since_visit", "next_visit_days"],
            "days": figures["days_since_visit"].value,
        }
    if code == "measures" and situation.overdue_measures:
        return {"code": code, "figures": [], "count": situation.overdue_measures}
    if code == "plan" and situation.overdue_milestones:
        return {"code": code, "figures": [], "count": situation.overdue_milestones}
    # The revenue has been said; what other add-ons weigh, only they could say
    return None


def _payment(figures: AccountFigures, currency: BaseModel) -> Fact | None:
    overdue, late = figures["overdue_amount"].value, figures["days_late"]
    if overdue is not None and currency.compare_amounts(overdue, 0.0) > 0:
        return {"code": "overdue", "figures": ["overdue_amount"], "amount": overdue}
    later = _difference(late)
    if later is not None and later >= DAYS_LATER:
        return {"code": "later", "figures": ["days_late"], "days": later}
    return _fact("late", "days_late", figures, days=late.value)


def _fact(code: str, figure: str, figures: AccountFigures, **numbers: float | None) -> Fact | None:
    return None if None in numbers.values() else {"code": code, "figures": [figure], **numbers}


def _difference(figure: Figure) -> float | None:
    value, previous = figure.pair
    return None if value is None or previous is None else value - previous
