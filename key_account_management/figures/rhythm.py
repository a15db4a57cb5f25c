"""How often something is bought, and whether the next purchase is late."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

# So many intervals show a rhythm
FEWEST_INTERVALS = 3
# How much longer than usual is late, as a factor, and in days at least
LATE_FACTOR = 1.5
LATE_DAYS = 14


def usual_interval(days: Iterable[date]) -> float | None:
    """The median of the days between a day with purchases and the next one.

    :param days: with purchases
    :return: None with fewer than three intervals: that is no rhythm

    >>> january = [date(2025, 1, day) for day in (1, 11, 15, 27)]
    >>> usual_interval(january)
    10
    >>> usual_interval([*january, date(2025, 1, 27), date(2025, 2, 26)])
    11.0
    >>> usual_interval(january[:3]) is None
    True
    """
    intervals = [(later - earlier).days for earlier, later in pairwise(sorted(set(days)))]
    return median(intervals) if len(intervals) >= FEWEST_INTERVALS else None


def is_late(last: date | None, usual: float | None, today: date) -> bool:
    """Whether the next purchase should have come: more than one and a half times the usual interval has gone by since
    the last one, and more than two weeks beyond the usual interval, so that short ones raise no alarm after a weekend.

    :param usual: see `usual_interval`

    >>> last = date(2025, 1, 1)
    >>> [is_late(last, 10, last + timedelta(days=days)) for days in (15, 24, 25)]
    [False, False, True]
    >>> [is_late(last, 60, last + timedelta(days=days)) for days in (75, 90, 91)]
    [False, False, True]
    >>> is_late(last, None, date(2030, 1, 1))
    False
    """
    if last is None or usual is None:
        return False
    gone = (today - last) / timedelta(days=1)
    return gone > LATE_FACTOR * usual and gone > usual + LATE_DAYS
