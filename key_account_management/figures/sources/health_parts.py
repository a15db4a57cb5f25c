"""The components of `HealthFigures`: each turns figures of other sources into a score from 0 to 100."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from odoo import fields
from odoo.fields import Domain
from odoo.tools import formatLang

from ..figure import AccountFigures
from ..percent import format_percent
from ..request import Request
from ..source import Records, Source
from .receivables import ReceivableFigures
from .returns import ReturnFigures
from .sales import SalesFigures
from .satisfaction import SatisfactionFigures
from .visits import VisitFigures

# What gives a score of 0; unchanged revenue and margin give 50, the same upwards 100
REVENUE_SPAN = 0.2
MARGIN_SPAN = 0.05
# What gives a score of 0; none of it gives 100
DAYS_LATE_LIMIT = 30.0
OVERDUE_LIMIT = 0.5
RETURNS_LIMIT = 0.1


@dataclass
class Score:
    """``score`` is None without data. ``value`` is what it is based on, as text; ``reason`` is how, or why not."""

    score: float | None
    value: str
    reason: str


class HealthPart:
    """A component of an account's health in the period of a `Request`.

    Its weight is the field ``key_account_health_<code>`` of the company.
    """

    code = ""
    # What it is built on: a source, and its figures whose records are opened, by default the first one
    source: type[Source]
    figures: tuple[str, ...] = ()
    # Whether the previous year is part of it, and not only shown next to it
    is_trend = False

    def __init__(self, request: Request) -> None:
        self.request = request
        self.env = request.env

    @property
    def label(self) -> str:
        return self.env["res.company"]._fields[f"key_account_health_{self.code}"]._description_string(self.env)

    def compute(self) -> dict[int, Score]:
        """:return: ``{account id: Score}`` of all accounts"""
        return {account: self._score(figures) for account, figures in self.request.figures(self.source).items()}

    def records(self) -> Records:
        """:return: list of (name of the model, domain) as of `Source.records`"""
        requests = [self.request]
        if self.is_trend:
            requests.append(Request(self.env, self.request.account_ids, self.request.previous))
        return [
            record
            for request in requests
            for code in self.figures or self.source.codes[:1]
            for record in self.source(request).records(code)
        ]

    def _score(self, figures: AccountFigures) -> Score:
        """:param figures: ``{code: Figure}`` of an account"""
        raise NotImplementedError

    def _number(self, number: float, digits: int = 1) -> str:
        return formatLang(self.env, number + 0.0, digits=digits)


class RevenueTrend(HealthPart):
    code = "revenue"
    source = SalesFigures
    is_trend = True

    def _score(self, figures: AccountFigures) -> Score:
        change = figures["revenue"].change
        if change is None:
            return Score(
                None,
                "",
                figures["revenue"].note or self.env._("There is no revenue from the previous year to compare with."),
            )
        return Score(
            _clamp(50 + 50 * change / REVENUE_SPAN),
            format_percent(self.env, change),
            self.env._("Revenue compared with the previous year: 0 if 20% lower, 50 if unchanged, 100 if 20% higher."),
        )


class MarginTrend(HealthPart):
    code = "margin"
    source = SalesFigures
    is_trend = True

    def _score(self, figures: AccountFigures) -> Score:
        rate = figures["contribution_margin_rate"]
        if rate.change is None:
            return Score(
                None, "", rate.note or self.env._("The contribution margin of the previous year is not known.")
            )
        scale = self.env._(
            "Contribution margin I in % of revenue compared with the previous year: 0 if 5 points lower, 50 if "
            "unchanged, 100 if 5 points higher."
        )
        return Score(
            _clamp(50 + 50 * rate.change / MARGIN_SPAN),
            self.env._("%(number)s points", number=self._number(rate.change * 100)),
            f"{scale} {rate.note}".strip(),
        )


class Payment(HealthPart):
    code = "payment"
    source = ReceivableFigures
    figures = ("overdue_share", "days_late")

    def _score(self, figures: AccountFigures) -> Score:
        late, overdue = figures["days_late"].value, figures["overdue_share"].value
        scores, values = [], []
        if late is not None:
            scores.append(_clamp(100 * (1 - late / DAYS_LATE_LIMIT)))
            values.append(self.env._("%(number)s days late", number=self._number(late)))
        if overdue is not None:
            scores.append(_clamp(100 * (1 - overdue / OVERDUE_LIMIT)))
            values.append(self.env._("%(share)s overdue", share=format_percent(self.env, overdue)))
        if not scores:
            return Score(None, "", self.env._("Nothing was paid in full in this period, and nothing is open."))
        return Score(
            sum(scores) / len(scores),
            ", ".join(values),
            self.env._(
                "Average of the days late (100 if on time, 0 from 30 days) and the overdue share of the receivables "
                "(100 if none, 0 from one half), where known."
            ),
        )


class Returned(HealthPart):
    code = "returns"
    source = ReturnFigures

    def _score(self, figures: AccountFigures) -> Score:
        share = figures["returns"].value
        if share is None:
            return Score(None, "", figures["returns"].note)
        return Score(
            _clamp(100 * (1 - share / RETURNS_LIMIT)),
            format_percent(self.env, share),
            self.env._("Returns by value: 100 if there are none, 0 from 10%."),
        )


class Satisfied(HealthPart):
    code = "satisfaction"
    source = SatisfactionFigures

    def _score(self, figures: AccountFigures) -> Score:
        mean = figures["satisfaction"].value
        if mean is None:
            return Score(None, "", figures["satisfaction"].note)
        return Score(_clamp(10 * mean), self._number(mean), self.env._("Average satisfaction (0 to 10) times 10."))


class Contact(HealthPart):
    code = "contact"
    source = VisitFigures

    def _score(self, figures: AccountFigures) -> Score:
        visits, target = figures["visits"].value or 0.0, figures["visit_target"].value
        if not target:
            note = figures["visit_target"].note or self.env._("The period is too short for a target.")
            return Score(None, "", note)
        return Score(
            _clamp(100 * visits / target),
            self.env._("%(visits)d of %(target)s visits", visits=visits, target=self._number(target)),
            self.env._("Visits divided by the target of the account's tier for the period, at most 100."),
        )


class Kept(HealthPart):
    """Share done of the records with a deadline in the period and of older ones still open."""

    model = ""
    deadline = ""
    done: Domain

    @cached_property
    def today(self) -> date:
        return fields.Date.context_today(self.env["res.partner"])

    def compute(self) -> dict[int, Score]:
        due: defaultdict[int, int] = defaultdict(int)
        overdue: defaultdict[int, int] = defaultdict(int)
        for domain, counters in ((self._done_domain(), [due]), (self._open_domain(), [due, overdue])):
            for partner, count in self.env[self.model]._read_group(domain, ["partner_id"], ["__count"]):
                for account in self.request.accounts_of[partner.id]:
                    for counter in counters:
                        counter[account] += count
        return {account: self._of_account(due[account], overdue[account]) for account in self.request.account_ids}

    def records(self) -> Records:
        return [(self.model, list(self._done_domain() | self._open_domain()))]

    def _done_domain(self) -> Domain:
        return self._due_domain() & self.done & Domain(self.deadline, ">=", self.request.period.date_from)

    def _open_domain(self) -> Domain:
        return self._due_domain() & self._get_open()

    def _due_domain(self) -> Domain:
        return (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            # Nothing is late on its last day
            & Domain(self.deadline, "<", self.today)
            & Domain(self.deadline, "<=", self.request.period.date_to)
        )

    def _get_open(self) -> Domain:
        """:return: Domain of what is still to be done"""
        raise NotImplementedError

    def _of_account(self, due: int, overdue: int) -> Score:
        """:return: Score"""
        raise NotImplementedError


class Measures(Kept):
    code = "measures"
    model = "key.account.care.measure"
    deadline = "date_end"
    done = Domain("state", "=", "done")

    def _get_open(self) -> Domain:
        return self.env[self.model]._get_live_domain()

    def _of_account(self, due: int, overdue: int) -> Score:
        if not due:
            return Score(None, "", self.env._("No measures were due."))
        return Score(
            100 * (1 - overdue / due),
            self.env._("%(overdue)d of %(due)d overdue", overdue=overdue, due=due),
            self.env._(
                "Share of measures done among those with a deadline in the period and the older ones that are still "
                "open."
            ),
        )


class PlanProgress(Kept):
    """Milestones; those continued in the plan of the next period are archived, and count there."""

    code = "plan"
    model = "key.account.milestone"
    deadline = "date_deadline"
    done = Domain("date_done", "!=", False)

    def _get_open(self) -> Domain:
        return Domain("date_done", "=", False)

    def _of_account(self, due: int, overdue: int) -> Score:
        if not due:
            return Score(None, "", self.env._("No milestones were due."))
        return Score(
            100 * (1 - overdue / due),
            self.env._("%(reached)d of %(due)d reached", reached=due - overdue, due=due),
            self.env._(
                "Share of milestones reached among those with a deadline in the period and the older ones that are "
                "still open."
            ),
        )


PARTS: list[type[HealthPart]] = [
    RevenueTrend,
    MarginTrend,
    Payment,
    Returned,
    Satisfied,
    Contact,
    Measures,
    PlanProgress,
]


def _clamp(score: float) -> float:
    """
    >>> _clamp(-3.0), _clamp(50.0), _clamp(120.0)
    (0.0, 50.0, 100.0)
    """
    return min(max(score, 0.0), 100.0)
