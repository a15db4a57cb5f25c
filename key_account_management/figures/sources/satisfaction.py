from collections import defaultdict
from collections.abc import Sequence

from odoo import fields
from odoo.api import DomainType

from ..figure import AccountFigures, Figure, Figures
from ..period import Period
from ..request import Request
from ..source import Records, Source

# With fewer answers, a single one would reverse the Net Promoter Score
NPS_ANSWERS = 5
PROMOTER, DETRACTOR = 9, 6


class SatisfactionFigures(Source):
    """Average score, number of answers and Net Promoter Score, from the satisfaction records."""

    codes = ("satisfaction", "satisfaction_answers", "nps")
    codes_over_time = ("satisfaction_answers",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.has_begun = request.period.date_from <= fields.Date.context_today(self.env["res.partner"])

    def compute(self) -> Figures:
        scores = [self._scores(period) for period in (self.request.period, self.request.previous)]
        return {
            account: self._figures(*(of_account[account] for of_account in scores))
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        return [("key.account.satisfaction", self._domain(self.request.period))]

    def _domain(self, period: Period) -> DomainType:
        return [
            ("partner_id", "in", self.request.customer_ids),
            ("company_id", "in", self.env.companies.ids),
            ("date", ">=", period.date_from),
            ("date", "<=", period.date_to),
        ]

    def _scores(self, period: Period) -> defaultdict[int, list[float]]:
        """:return: ``{account id: [score]}``"""
        scores = defaultdict(list)
        for record in self.env["key.account.satisfaction"].search_fetch(
            self._domain(period), ["partner_id", "score"], order="id"
        ):
            for account in self.request.accounts_of[record.partner_id.id]:
                scores[account].append(record.score)
        return scores

    def _figures(self, now: list[float], before: list[float]) -> AccountFigures:
        no_answers = "" if now else self.env._("No one was asked, or no one answered, in this period.")
        figures = {
            "satisfaction": Figure(_mean(now), _mean(before), note=no_answers),
            "satisfaction_answers": Figure(len(now) if self.has_begun else None, len(before), note=no_answers),
            "nps": Figure(_net_promoter_score(now), _net_promoter_score(before), note=no_answers),
        }
        if not self.has_begun:
            for figure in figures.values():
                figure.note = self.env._("The period has not begun.")
        elif now and figures["nps"].value is None:
            figures["nps"].note = self.env._(
                "Answers: %(answers)d. The Net Promoter Score requires at least %(needed)d.",
                answers=len(now),
                needed=NPS_ANSWERS,
            )
        return figures


def _mean(scores: Sequence[float]) -> float | None:
    return sum(scores) / len(scores) if scores else None


def _net_promoter_score(scores: Sequence[float]) -> float | None:
    """Percentage of promoters less percentage of detractors, -100 to 100; None with too few answers.

    >>> _net_promoter_score([10, 9, 8, 6, 3])
    0.0
    >>> _net_promoter_score([10, 9, 9, 7, 6])
    40.0
    """
    if len(scores) < NPS_ANSWERS:
        return None
    balance = sum((score >= PROMOTER) - (score <= DETRACTOR) for score in scores)
    return 100.0 * balance / len(scores)
