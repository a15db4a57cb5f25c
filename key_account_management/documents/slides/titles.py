"""Titles of slides: the one sentence that the slide says, the same as in the customer folder where it has it."""

from collections.abc import Sequence

from odoo.api import Environment
from odoo.tools.i18n import format_list

from ..data.document_data import DocumentData
from ..data.messages import NAME, SAME
from ..data.steps import Step
from ..formatter import NO_BREAK_SPACE, Formatter
from ..texts import shorten
from .slide import LargeNumber

# A category that contributes less than this share of the change did not drive it
DRIVER = 0.2
# Characters of a title that names all topics of a slide
TOPICS = 90


class Titles:
    def __init__(self, env: Environment, data: DocumentData, formatter: Formatter) -> None:
        self.env = env
        self.data = data
        self.format = formatter

    def year(self) -> str:
        if "revenue" not in self.data.figures:
            return self.data.period_text
        if not self.data.has_sales:
            return self.data.messages["revenue"]
        change = self.data.figures["revenue"].figure.change
        if change is None or abs(change) < SAME or self.data.figures["revenue"].figure.compared:
            return self.data.messages["revenue"]
        values = {
            "change": self.format.percent(abs(change), 0 if abs(change) >= 0.1 else 1),
            "drivers": format_list(self.env, self._drivers(change)),
        }
        if not values["drivers"]:
            return self.data.messages["revenue"]
        if change > 0:
            return self.env._("Revenue up %(change)s, driven by %(drivers)s", **values)
        return self.env._("Revenue down %(change)s, mainly in %(drivers)s", **values)

    def _drivers(self, change: float) -> list[str]:
        """:return: names of the two categories that moved the most in the direction of the whole"""
        sign = 1 if change > 0 else -1
        moves = [
            (sign * ((now or 0.0) - (before or 0.0)), row.label)
            for row in self.data.goods("revenue", "category")
            for now, before in [row.figure.pair]
        ]
        total = sum(move for move, _label in moves if move > 0)
        moves = sorted((move for move in moves if move[0] > DRIVER * total), reverse=True)
        return [shorten(label, NAME) for _move, label in moves[:2] if label]

    def service(self, numbers: Sequence[LargeNumber]) -> str:
        """:param numbers: the slide's large numbers"""
        better = [number.label for number in numbers if number.tone == "good"]
        worse = [number.label for number in numbers if number.tone == "bad"]
        if better and worse:
            return self.env._(
                "Better than in the previous year: %(better)s; to be improved: %(worse)s",
                better=format_list(self.env, better[:2]),
                worse=format_list(self.env, worse[:2]),
            )
        if better:
            return self.env._("Better than in the previous year: %(better)s", better=format_list(self.env, better[:3]))
        if worse:
            return self.env._("What we want to improve: %(worse)s", worse=format_list(self.env, worse[:3]))
        return format_list(self.env, [f"{number.label} {number.value}" for number in numbers[:2]])

    def promises(self, steps: Sequence[Step]) -> str:
        if len(steps) == 1:
            return f"{steps[0].name}: {steps[0].state_text}"
        done = sum(step.state == "done" for step in steps)
        still_open = sum(step.state in ("planned", "in_progress") for step in steps)
        running = sum(step.state == "in_progress" for step in steps)
        values = {"done": done, "count": len(steps), "open": still_open, "running": running}
        if done == len(steps) > 2:
            return self.env._("All %(count)s promises kept", **values)
        if not done and still_open > 1:
            return self.env._("%(open)s promises still open", **values)
        if running:
            return self.env._("%(done)s of %(count)s promises kept, %(running)s in progress", **values)
        return self.env._("%(done)s of %(count)s promises kept", **values)

    def next_steps(self, steps: Sequence[Step]) -> str:
        day = self.format.date(steps[0].deadline, "long").replace(" ", NO_BREAK_SPACE)
        return self.env._("Next: %(step)s by %(date)s", step=steps[0].name, date=day)

    def topics(self, names: Sequence[str], default: str) -> str:
        """:param names: names of the slide's topics"""
        together = " · ".join(names)
        return together if together and len(together) <= TOPICS else default
