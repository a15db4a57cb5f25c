"""Measures and milestones: which of them are behind us and which are ahead; each once, even recurring ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from odoo.fields import Domain
from odoo.models import BaseModel


@dataclass
class Step:
    """A measure or a milestone. ``state`` is the key of a care measure's state.

    ``account``: whose it is if it belongs to a subsidiary; ``responsible``: internal only; ``series``: the same for
    all occurrences of a recurring measure; ``done_on``: when a milestone was reached, for the
    portal; ``source``: model and id of the record. Documents do not show these two: they make no new version of them.
    """

    name: str
    state: str
    state_text: str
    deadline: date
    account: str = ""
    responsible: str = ""
    rhythm: str = ""
    series: int | None = None
    done_on: date | None = field(default=None, repr=False)
    source: str = field(default="", repr=False)


def split_steps(steps: Iterable[Step], today: date) -> tuple[list[Step], list[Step]]:
    """:return: (those behind, those ahead), lists of `Step`, the earliest first"""
    steps = sorted(steps, key=lambda step: step.deadline)
    ahead = [step for step in steps if step.state not in ("done", "cancelled") and step.deadline >= today]
    behind = [step for step in steps if step not in ahead]
    # Of a recurring measure, the last and the next occurrence are shown
    return _one_of_each(behind[::-1])[::-1], _one_of_each(ahead)


def _one_of_each(steps: Iterable[Step]) -> list[Step]:
    """The first of each series, and all that are not in a series."""
    shown, seen = [], set()
    for step in steps:
        if step.series is None or step.series not in seen:
            shown.append(step)
            seen.add(step.series)
    return shown


def add_steps(steps: Iterable[Step], others: Iterable[Step]) -> list[Step]:
    """:return: the steps as they are, with those of the others whose records are not among them; the earliest first"""
    steps = list(steps)
    known = {step.source for step in steps}
    return sorted([*steps, *(step for step in others if step.source not in known)], key=lambda step: step.deadline)


class StepGatherer:
    """The measures and milestones that documents show: as with the figures, those of an account and of all below it.

    They are read with the rights of the account's environment.
    """

    def __init__(self, partner: BaseModel, internal: bool = False) -> None:
        self.env = partner.env
        self.partner = partner
        self.internal = internal

    def measures(self, domain: Domain) -> list[Step]:
        """:return: list of `Step`, the earliest first"""
        measures = self.env["key.account.care.measure"].search(self._domain() & domain, order="date_end, id")
        states = dict(measures._fields["state"]._description_selection(self.env))
        # A measure comes after the one it follows, so that the series of that one is known
        series: dict[int, int] = {}
        for measure in measures.sorted("id"):
            series[measure.id] = series.get(measure.predecessor_id.id, measure.id)
        return [
            Step(
                measure.name,
                measure.state,
                states[measure.state],
                measure.date_end,
                *self._whose(measure),
                rhythm=measure.rhythm_text or "",
                series=series[measure.id],
                source=f"{measure._name},{measure.id}",
            )
            for measure in measures
        ]

    def milestones(self, domain: Domain) -> list[Step]:
        """:return: as `measures`"""
        milestones = self.env["key.account.milestone"].search(self._domain() & domain, order="date_deadline, id")
        statuses = dict(milestones._fields["status"]._description_selection(self.env))
        if not self.internal:
            # That a promise is at risk is internal
            statuses["at_risk"] = statuses["on_track"]
            # To a customer, what is overdue is a payment
            statuses["late"] = self.env._("Late")
        return [
            Step(
                milestone.name,
                "done" if milestone.date_done else "planned",
                statuses[milestone.status],
                milestone.date_deadline,
                *self._whose(milestone),
                done_on=milestone.date_done or None,
                source=f"{milestone._name},{milestone.id}",
            )
            for milestone in milestones
        ]

    def _whose(self, record: BaseModel) -> tuple[str, str]:
        account = "" if record.partner_id == self.partner else record.partner_id.name or ""
        return account, record.user_id.name or "" if self.internal else ""

    def _domain(self) -> Domain:
        return Domain("partner_id", "child_of", self.partner.id) & Domain("company_id", "=", self.env.company.id)
