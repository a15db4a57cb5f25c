"""Measures and milestones: which of them are behind us, and which are ahead; each once, also those that recur."""

from dataclasses import dataclass
from datetime import date


@dataclass
class Step:
    """A measure or a milestone. ``state`` is the key of a care measure's state.

    ``account``: whose it is if it is one's below; ``responsible``: for ourselves only; ``series``: the same for
    those that one recurring measure consists of; ``done_on``: when a milestone was reached.
    """

    name: str
    state: str
    state_text: str
    deadline: date
    account: str = ""
    responsible: str = ""
    rhythm: str = ""
    series: int | None = None
    done_on: date | None = None


def split_steps(steps, today):
    """:return: (those behind, those ahead), lists of `Step`, the earliest first"""
    steps = sorted(steps, key=lambda step: step.deadline)
    ahead = [step for step in steps if step.state not in ("done", "cancelled") and step.deadline >= today]
    behind = [step for step in steps if step not in ahead]
    # Of one that recurs the last one is shown, and the next
    return _one_of_each(behind[::-1])[::-1], _one_of_each(ahead)


def _one_of_each(steps):
    """The first of each series, and all that are in none."""
    shown, seen = [], set()
    for step in steps:
        if step.series is None or step.series not in seen:
            shown.append(step)
            seen.add(step.series)
    return shown
