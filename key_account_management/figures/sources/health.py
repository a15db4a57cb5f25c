from dataclasses import replace

from odoo import fields
from odoo.api import Environment

from ..figure import Column, Figure, Figures, Table
from ..period import Period
from ..request import Request
from ..source import Records, Source, united
from .health_parts import HealthPart, Score

# With fewer components the average would be meaningless
NEEDED_PARTS = 3

Scores = list[tuple[HealthPart, Score]]


class HealthFigures(Source):
    """The state of the relationship: the weighted average of components from 0 to 100, see `health_parts`.

    Components build on other figures. The weights are those of the active company; components without a weight do
    not exist, those without data are left out of the average and named.
    """

    codes = codes_with_cost = codes_without_months = ("health",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])
        self.weights = self.env.company._get_key_account_health_weights()

    @classmethod
    def periods_of_sales(cls, request: Request) -> list[Period]:
        """The part of the period that is over, and two years before: its health a year ago looks back a year, too."""
        period = request.period.up_to(request.today)
        return [period, period.previous, period.previous.previous] if period else []

    def compute(self) -> Figures:
        # A year in progress is compared with the same days of the previous year, not with all of it
        period = self.request.period.up_to(self.today)
        if not period:
            note = self.env._("The period has not begun.")
            return {account: {"health": Figure(note=note)} for account in self.request.account_ids}
        now = self._parts(self._request(period))
        before = self._parts(self._request(period.previous)) if not self.request.only_values else now
        return {
            account: {"health": self._figure(now[account], before[account])} for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        period = self.request.period.up_to(self.today)
        parts = self._make_parts(self._request(period)) if period else []
        return united([record for part in parts for record in part.records()])

    # === PARTS ===#

    def _request(self, period: Period) -> Request:
        """What has already been computed for the period is not computed again."""
        return self.request if period == self.request.period else self.request.for_period(period)

    def _make_parts(self, request: Request) -> list[HealthPart]:
        """The components with a weight."""
        # The year before the previous one is only looked at by components that look at a previous year
        alone = request if request.period == self.request.period else replace(request, compares=False)
        parts = self.env["key.account.figures"]._get_health_parts()
        return [part(request if part.is_trend else alone) for part in parts if self.weights[part.code]]

    def _parts(self, request: Request) -> dict[int, Scores]:
        """:return: ``{account id: [(part, its Score)]}``"""
        parts = [(part, part.compute()) for part in self._make_parts(request)]
        return {account: [(part, scores[account]) for part, scores in parts] for account in self.request.account_ids}

    # === FIGURE ===#

    def _figure(self, now: Scores, before: Scores) -> Figure:
        figure = Figure(self._mean(now), self._mean(before), note=self._note(now))
        figure.table = Table(
            [
                Column(self.env._("Component")),
                Column(self.env._("Value")),
                Column(self.env._("Score"), "score"),
                Column(self.env._("Weight"), "percent", "%"),
                Column(self.env._("How the score is calculated, or why there is none")),
            ],
            [
                [part.label, score.value or None, score.score, self.weights[part.code] / 100, score.reason]
                for part, score in now
            ],
        )
        return figure

    def _mean(self, parts: Scores) -> float | None:
        known = [(score.score, self.weights[part.code]) for part, score in parts if score.score is not None]
        if len(known) < NEEDED_PARTS:
            return None
        return round(sum(score * weight for score, weight in known) / sum(weight for _score, weight in known), 1)

    def _note(self, parts: Scores) -> str:
        unknown = ", ".join(part.label for part, score in parts if score.score is None)
        if len(parts) - sum(score.score is None for _part, score in parts) < NEEDED_PARTS:
            return self.env._(
                "Fewer than %(needed)d components are known. No data for: %(parts)s.",
                needed=NEEDED_PARTS,
                parts=unknown,
            )
        return self.env._("Left out for lack of data: %(parts)s.", parts=unknown) if unknown else ""


def part_scores(env: Environment, figure: Figure) -> dict[str, tuple[float | None, float]]:
    """
    :param env: with the company for which the figure was computed
    :param figure: ``health``
    :return: ``{code of the component: (score or None, weight)}``, of those with a weight
    """
    weights = env.company._get_key_account_health_weights()
    codes = [part.code for part in env["key.account.figures"]._get_health_parts() if weights[part.code]]
    rows = figure.table.rows if figure.table else []
    # One for each component, see `HealthFigures._figure`
    return {code: (row[2], row[3]) for code, row in zip(codes, rows, strict=False)}
