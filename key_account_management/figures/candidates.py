"""Which ordinary customers could become key accounts: what is known of each, and the points that it gets for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# What gets all the points, see `CRITERIA`
FULL_GROWTH, FULL_SHARE, FULL_POTENTIAL = 0.5, 0.05, 0.5


@dataclass(frozen=True)
class Candidate:
    """A customer that is no key account, in 12 months. What is not known is None.

    ``place``: its rank by revenue among all ordinary customers, from 1 on; ``others``: how many these are; ``growth``
    and ``share`` (of the company's revenue) as shares; ``months``: in how many of the 12 it bought; ``categories``: of
    how many product categories, of ``categories_sold`` that the company sells; ``potential``: open opportunities,
    weighted with their probability.
    """

    revenue: float
    place: int
    others: int
    growth: float | None
    share: float | None
    months: int
    categories: int
    categories_sold: int
    products: int
    potential: float | None


def _revenue(candidate: Candidate) -> float | None:
    """The largest ordinary customer has all points, the smallest one none.

    >>> [_revenue(_example(place=place, others=5)) for place in (1, 3, 5)], _revenue(_example(place=1, others=1))
    ([1.0, 0.5, 0.0], 1.0)
    """
    return 1.0 if candidate.others < 2 else (candidate.others - candidate.place) / (candidate.others - 1)


def _growth(candidate: Candidate) -> float | None:
    """Half of the points for the revenue of the year before, all of them for half as much again.

    >>> [_growth(_example(growth=growth)) for growth in (0.0, 0.25, 3.0, -0.5, -1.0, None)]
    [0.5, 0.75, 1.0, 0.0, 0.0, None]
    """
    if candidate.growth is None:
        return None
    return _within(0.5 + candidate.growth / FULL_GROWTH / 2)


def _share(candidate: Candidate) -> float | None:
    """
    >>> [_share(_example(share=share)) for share in (0.025, 0.2, None)]
    [0.5, 1.0, None]
    """
    return None if candidate.share is None else _within(candidate.share / FULL_SHARE)


def _breadth(candidate: Candidate) -> float | None:
    """
    >>> _breadth(_example(categories=2, categories_sold=8)), _breadth(_example(categories=0, categories_sold=0))
    (0.25, None)
    """
    return _within(candidate.categories / candidate.categories_sold) if candidate.categories_sold else None


def _regularity(candidate: Candidate) -> float | None:
    return candidate.months / 12


def _potential(candidate: Candidate) -> float | None:
    """All points if half of the revenue may come in addition.

    >>> [_potential(_example(revenue=100.0, potential=amount)) for amount in (25.0, 500.0, None)]
    [0.5, 1.0, None]
    """
    return None if candidate.potential is None else _within(candidate.potential / candidate.revenue / FULL_POTENTIAL)


# Code, as in the fields of the weights (``key_account_candidate_...`` of the company): points from 0 to 1
CRITERIA: dict[str, Callable[[Candidate], float | None]] = {
    "revenue": _revenue,
    "growth": _growth,
    "share": _share,
    "breadth": _breadth,
    "regularity": _regularity,
    "potential": _potential,
}


def score(candidate: Candidate, weights: Mapping[str, float]) -> float | None:
    """The weighted mean of the points from 0 to 100; what is not known drops out of the weights.

    :param weights: ``{code of the criterion: weight}``
    :return: None if nothing that is known has a weight

    >>> score(_example(months=6, growth=None), {"regularity": 1, "growth": 5, "share": 0})
    50.0
    >>> score(_example(months=12, growth=0.0), {"regularity": 3, "growth": 1})
    87.5
    >>> score(_example(growth=None), {"growth": 5}) is None, score(_example(), {}) is None
    (True, True)
    """
    points = {code: rate(candidate) for code, rate in CRITERIA.items()}
    counted = [(weights.get(code, 0), value) for code, value in points.items() if value is not None]
    total = sum(weight for weight, _value in counted)
    # as floats: weights are whole numbers
    if total <= 0:
        return None
    return round(100 * sum(weight * value for weight, value in counted) / total, 1)


def _within(points: float) -> float:
    return min(max(points, 0.0), 1.0)


def _example(**values: float | None) -> Candidate:
    """Of the examples above."""
    some = {
        "revenue": 100.0,
        "place": 1,
        "others": 10,
        "growth": 0.0,
        "share": 0.01,
        "months": 6,
        "categories": 1,
        "categories_sold": 4,
        "products": 3,
        "potential": None,
    }
    return Candidate(**some | values)  # type: ignore[arg-type]
