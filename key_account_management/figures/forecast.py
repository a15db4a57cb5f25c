"""What an account will have bought by the end of a fiscal year: the method, on plain lists of revenue by month.

A combination of three simple estimates, which single ones and most machine learning do not beat on monthly series of a
business (M4: Makridakis et al. 2018, https://doi.org/10.1016/j.ijforecast.2018.06.001). One of them is TSB (Teunter,
Syntetos, Babai 2011; https://arxiv.org/abs/1307.6102), unbiased for customers that buy now and then, and falling when
they stop. All parameters are fixed: anybody can compute a forecast again.

Lists of months are oldest first, in months of the fiscal year, and end with the last month that is over: whole years,
then the ``closed`` months of the current one. Zeros before the first revenue are no history: nobody was a customer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, quantiles

YEAR = 12
# Whole years that a forecast looks at. One more tells since when a customer has bought, and what was known a year ago
YEARS_USED = 3
YEARS_READ = YEARS_USED + 1
# Months of an account's own revenue that weigh as much as the seasonality of its group
OWN_SEASON_AFTER = 24
# Growth to date counts in full only after many months, and never for more than this
GROWTH_DAMPED_BY = 3
MOST_GROWTH = 3.0
# Of the level of what is bought at a time, and of how often
SMOOTHING = 0.2
# Fewer past errors than that tell nothing about the next one
FEWEST_ERRORS = 10

Months = Sequence[float]


class Activity(Enum):
    """How regularly a customer buys: forecasts of rare buyers are further off."""

    REGULAR = "regular"
    FREQUENT = "frequent"
    RARE = "rare"


# Range of the ratio of what came to what was expected, by activity
Ratios = Mapping[Activity, tuple[float, float]]


@dataclass(frozen=True)
class Base:
    """What the rest of the year brings by what was invoiced so far.

    ``season``: share of each month of the fiscal year in it; ``due``: that of the months that are over; ``rest``: None
    with less than a year of history.
    """

    season: list[float]
    closed: int
    activity: Activity
    rest: float | None

    @property
    def due(self) -> float:
        return sum(self.season[: self.closed])

    @property
    def by_month(self) -> list[float]:
        """The rest by month, the first open one first."""
        open_months = self.season[self.closed :]
        left = sum(open_months)
        return [(self.rest or 0.0) * share / left if left else 0.0 for share in open_months]


def forecast_base(months: Months, closed: int, group: Sequence[float] | None) -> Base:
    """The forecast without orders.

    :param group: the share of each month in the year of comparable customers, None if it is not known
    """
    history = known_months(months)
    years = complete_years(months, closed)
    season = seasonality(years, group)
    rest = None
    if len(history) >= YEAR:
        left = sum(season[closed:])
        estimates = [
            estimate
            for estimate in (
                damped_growth([sum(year) for year in years], sum(_last(months, closed)), sum(season[:closed]), closed),
                level(history, season, closed) * YEAR * left,
                sum(history[-YEAR:]) * left,
            )
            if estimate is not None
        ]
        # More can be credited than is invoiced in a year; that does not go on
        rest = max(fmean(estimates), 0.0)
    return Base(season, closed, activity(history), rest)


def known_months(months: Months) -> list[float]:
    """From the first revenue on.

    >>> known_months([0.0, 0.0, 5.0, 0.0])
    [5.0, 0.0]
    """
    first = next((position for position, revenue in enumerate(months) if revenue), len(months))
    return list(months[first:])


def complete_years(months: Months, closed: int) -> list[list[float]]:
    """:return: the last years that are over and lie after the first revenue, the latest first

    >>> [sum(year) for year in complete_years([0.0] * 3 + [1.0] * 9 + [2.0] * 12 + [3.0] * 12 + [4.0], 1)]
    [36.0, 24.0]
    """
    whole = list(months[: len(months) - closed])
    years: list[list[float]] = []
    for end in range(len(whole), YEAR - 1, -YEAR):
        if len(years) == YEARS_USED or len(known_months(months)) < len(months) - end + YEAR:
            break
        years.append(whole[end - YEAR : end])
    return years


def month_shares(years: Iterable[Months]) -> list[float] | None:
    """The mean share of each month in its year; months in which more was credited than invoiced have none.

    >>> month_shares([[3.0, 1.0] + [0.0] * 10, [1.0, 1.0] + [-2.0] * 10, [0.0] * 12])[:3]
    [0.625, 0.375, 0.0]
    """
    shares = []
    for year in years:
        positive = [max(revenue, 0.0) for revenue in year]
        if total := sum(positive):
            shares.append([revenue / total for revenue in positive])
    return [fmean(of_month) for of_month in zip(*shares, strict=True)] if shares else None


def seasonality(years: Sequence[Months], group: Sequence[float] | None) -> list[float]:
    """The share of each month in the account's year: its own, the more it has bought, else that of its group.

    >>> [round(share, 9) for share in seasonality([[12.0] + [0.0] * 11], [1 / 12] * 12)[:2]]
    [0.12, 0.08]
    """
    own = month_shares(years)
    if group is None:
        return own or [1 / YEAR] * YEAR
    if own is None:
        return list(group)
    # as floats: months are rounded
    bought = sum(revenue > 0 for year in years for revenue in year)
    weight = bought / (bought + OWN_SEASON_AFTER)
    return [weight * mine + (1 - weight) * others for mine, others in zip(own, group, strict=True)]


def damped_growth(totals: Sequence[float], to_date: float, due: float, closed: int) -> float | None:
    """The rest of a usual year, times the growth to date, of which the more is believed the more months are over.

    :param totals: revenue of the last whole years, the latest first; without any the estimate is None
    :param due: share of a usual year that the months that are over bring

    >>> round(damped_growth([120.0, 90.0], 66.0, 0.5, 3), 6) == round(55 * 1.2**0.5, 6)
    True
    >>> damped_growth([120.0], 0.0, 0.5, 3) == 60.0 * (1 / 3) ** 0.5
    True
    """
    if not totals:
        return None
    usual = max((2 * totals[0] + totals[1]) / 3 if len(totals) > 1 else totals[0], 0.0)
    growth = 1.0
    if usual * due > 0:
        growth = min(max(to_date / (usual * due), 1 / MOST_GROWTH), MOST_GROWTH)
    return usual * (1 - due) * growth ** (closed / (closed + GROWTH_DAMPED_BY))


def level(history: Months, season: Sequence[float], closed: int) -> float:
    """The mean revenue of a month without its season, by TSB: what is bought at a time × how often.

    :param history: months since the first revenue, at least a year; the last one is the last of the ``closed`` months

    >>> level([12.0] * 12, [1 / 12] * 12, 0)
    12.0
    >>> round(level([12.0] * 12 + [0.0], [1 / 12] * 12, 1), 9)
    9.6
    """
    first = closed - len(history)
    # A month in which nobody ever buys says nothing about the level
    flat = [
        revenue / (YEAR * season[(first + position) % YEAR])
        for position, revenue in enumerate(history)
        if season[(first + position) % YEAR] > 0
    ]
    # as floats: what was rounded is 0 without its season, too
    start = [amount for amount in flat[:YEAR] if amount > 0]
    size, often = (fmean(start), len(start) / len(flat[:YEAR])) if start else (0.0, 0.0)
    for amount in flat[YEAR:]:
        # as floats: as above
        if amount > 0:
            size += SMOOTHING * (amount - size)
            often += SMOOTHING * (1 - often)
        else:
            often -= SMOOTHING * often
    return size * often


def activity(history: Months) -> Activity:
    """By the share of the last 24 months that have revenue.

    >>> activity([1.0] * 21 + [0.0] * 3), activity([1.0, 0.0] * 12), activity([1.0, 0.0, 0.0] * 8)
    (<Activity.REGULAR: 'regular'>, <Activity.FREQUENT: 'frequent'>, <Activity.RARE: 'rare'>)
    """
    last = history[-2 * YEAR :]
    # as floats: months are rounded
    share = sum(revenue > 0 for revenue in last) / len(last) if last else 0.0
    return Activity.REGULAR if share > 0.85 else Activity.FREQUENT if share > 0.45 else Activity.RARE


def _last(months: Months, number: int) -> Months:
    return months[len(months) - number :]


# === ORDERS ===#


def with_orders(
    by_month: Months, orders: Months, known: Sequence[float | None], begun: float = 0.0, invoiced: float = 0.0
) -> list[float]:
    """What each open month still brings, with what is on order for it.

    :param by_month: what the months bring by what was invoiced so far, the first open one first
    :param orders: what is on order for each of them
    :param known: share of a month's revenue that is usually on order one month ahead, two months and so on; None: not
        known, then the larger one of the two counts
    :param begun: share of the first open month that is over: so much of the rest is known by now
    :param invoiced: what was invoiced in it

    >>> with_orders([100.0, 100.0, 100.0], [80.0, 40.0, 120.0], [0.75, 0.25, None])
    [105.0, 115.0, 120.0]
    >>> with_orders([100.0], [10.0], [0.5], begun=0.5, invoiced=60.0), with_orders([100.0], [10.0], [None], 0.5, 60.0)
    ([35.0], [40.0])
    """
    expected = []
    for position, (usual, on_order) in enumerate(zip(by_month, orders, strict=True)):
        share = known[position]
        first = position == 0
        if share is None:
            expected.append(max(on_order, usual - (invoiced if first else 0.0)))
        else:
            expected.append(on_order + (1 - share) * (1 - begun if first else 1.0) * usual)
    return expected


# === RANGE ===#


@dataclass(frozen=True)
class Replay:
    """The method applied as of the same month one year earlier, when the rest of that year was not known."""

    activity: Activity
    to_date: float
    expected_rest: float
    actual_rest: float
    # A copy of the year before
    copied_rest: float

    @property
    def actual(self) -> float:
        return self.to_date + self.actual_rest

    @property
    def error(self) -> float:
        return abs(self.expected_rest - self.actual_rest)

    @property
    def copy_error(self) -> float:
        return abs(self.copied_rest - self.actual_rest)


def year_before(months: Months, closed: int) -> tuple[list[float], list[float]]:
    """:return: (the months that were known one year earlier, the rest of that year)

    >>> year_before([float(month) for month in range(26)], 2) == (
    ...     [float(month) for month in range(14)], [float(month) for month in range(14, 24)])
    True
    """
    end = len(months) - YEAR
    return list(months[:end]), list(months[end : len(months) - closed])


def replay(months: Months, closed: int, group: Sequence[float] | None) -> Replay | None:
    """:param group: as for `forecast_base`, as it was known one year earlier
    :return: None without a year of history then
    """
    before, rest = year_before(months, closed)
    base = forecast_base(before, closed, group)
    if base.rest is None:
        return None
    _earlier, copied = year_before(before, closed)
    return Replay(base.activity, sum(_last(before, closed)), base.rest, sum(rest), sum(copied))


def error_ratios(replays: Iterable[Replay]) -> dict[Activity, tuple[float, float]]:
    """Between which multiples of what was expected four of five customers' rests came: 10 % and 90 % quantile.

    By activity; where too few customers are, those of all count. Empty with too few altogether.
    """
    ratios: dict[Activity, list[float]] = {kind: [] for kind in Activity}
    for each in replays:
        # as floats: far below any currency's rounding, nothing is expected
        if each.expected_rest > 1e-6:
            ratios[each.activity].append(each.actual_rest / each.expected_rest)
    everyone = [ratio for of_kind in ratios.values() for ratio in of_kind]
    if len(everyone) < FEWEST_ERRORS:
        return {}
    return {
        kind: quantile_range(of_kind if len(of_kind) >= FEWEST_ERRORS else everyone) for kind, of_kind in ratios.items()
    }


def quantile_range(values: Sequence[float]) -> tuple[float, float]:
    """The 10 % and the 90 % quantile, between two values in proportion.

    >>> quantile_range([float(value) for value in range(11)])
    (1.0, 9.0)
    """
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[0], tenths[-1]


def forecast_range(
    to_date: float, base: Base, on_order: float, expected: float, ratios: Ratios
) -> tuple[float, float] | None:
    """The range in which four of five forecasts lie, with what is expected in it.

    :param to_date: revenue of the months that are over
    :param on_order: orders of the rest of the year
    :param expected: the forecast
    :return: (low, high), or None if it is not known
    """
    if base.rest is None or base.activity not in ratios:
        return None
    low, high = ratios[base.activity]
    return min(to_date + max(on_order, base.rest * low), expected), max(to_date + base.rest * high, expected)


# === QUALITY ===#


def weighted_error(expected: Months, actual: Months) -> float | None:
    """WAPE: Σ|expected - actual| / Σ actual. Percentages of each customer would mislead where one bought little.

    >>> weighted_error([90.0, 15.0], [100.0, 0.0])
    0.25
    """
    total = sum(actual)
    # as floats: far below any currency's rounding, nothing was bought
    if total < 1e-6:
        return None
    return sum(abs(ours - true) for ours, true in zip(expected, actual, strict=True)) / total
