"""What the portfolio keeps of accounts on a day, computed by the engine in one pass for all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from odoo.api import DomainType, Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..tools.time_zones import company_day
from .figure import AccountFigures, Figure, Figures, rounded
from .period import Period
from .reader import SYSTEM
from .reasons import Situation, find_reasons
from .signals import CODES as SIGNAL_CODES
from .signals import SignalReader
from .sources.health import part_scores

Values = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """A field with something of figures. ``codes``: whoever may not see one of them does not see the field, and the
    first one's definition explains it. ``read``: from the first one; None: see `SnapshotValues`.
    """

    codes: tuple[str, ...]
    read: Callable[[Figure], float | None] | None = None


def _value(figure: Figure) -> float | None:
    return figure.value


def _difference(figure: Figure) -> float | None:
    value, previous = figure.pair
    return None if value is None or previous is None else value - previous


KEPT: dict[str, Kept] = {
    "revenue": Kept(("revenue",), _value),
    "revenue_previous": Kept(("revenue",), lambda figure: figure.previous),
    "revenue_compared": Kept(("revenue",), lambda figure: figure.pair[1]),
    "revenue_change": Kept(("revenue", "revenue_change"), _difference),
    "revenue_change_rate": Kept(("revenue", "revenue_change"), lambda figure: figure.change),
    "target": Kept(("revenue",), lambda figure: figure.target),
    "target_to_date": Kept(("revenue",), lambda figure: figure.target_to_date),
    "forecast": Kept(("forecast",), _value),
    "forecast_low": Kept(("forecast_low",), _value),
    "forecast_high": Kept(("forecast_high",), _value),
    "forecast_gap": Kept(("forecast", "revenue")),
    "margin_1": Kept(("contribution_margin",), _value),
    "margin_1_rate": Kept(("contribution_margin_rate",), _value),
    "margin_3": Kept(("contribution_margin_3",), _value),
    "margin_3_rate": Kept(("contribution_margin_3_rate",), _value),
    "overdue_amount": Kept(("overdue_amount",), _value),
    "days_late": Kept(("days_late",), _value),
    "returns_rate": Kept(("returns",), _value),
    "satisfaction": Kept(("satisfaction",), _value),
    "visits": Kept(("visits",), _value),
    "visit_target": Kept(("visit_target",), _value),
    "last_visit": Kept(("days_since_visit",)),
    "next_visit": Kept(("next_visit_days",)),
    "visit_due": Kept(("days_since_visit",)),
    "contact_age": Kept(("days_since_visit",)),
    "is_visit_overdue": Kept(("days_since_visit", "next_visit_days")),
    "health": Kept(("health",), _value),
    "health_change": Kept(("health",), _difference),
    "white_space": Kept(("white_space",), _value),
    "share_of_wallet": Kept(("share_of_wallet",), _value),
}
# The scores of the components, in fields of their own
HEALTH_PARTS = ("revenue", "margin", "payment", "returns", "satisfaction", "contact", "measures", "plan")
KEPT |= {f"health_{code}": Kept(("health",)) for code in HEALTH_PARTS}
# What is to be done; no figures
COUNTED = ("measures_open", "measures_overdue", "milestones_open", "milestones_overdue", "briefings_open")
CODES = sorted({code for kept in KEPT.values() for code in kept.codes})
# What is the same whether or not there ever was business with the account
SAYS_NOTHING = ("visit_target", "visit_due", "contact_age", "target", "target_to_date")


def contact_age(days: float | None) -> str:
    """How long ago the last visit was.

    :param days: since the last visit, None if there was none

    >>> [contact_age(days) for days in (0, 30, 31, 90, 91, 180, 181, None)]
    ['1_month', '1_month', '2_quarter', '2_quarter', '3_half', '3_half', '4_longer', '5_never']
    """
    if days is None:
        return "5_never"
    return next(
        (age for most, age in ((30, "1_month"), (90, "2_quarter"), (180, "3_half")) if days <= most), "4_longer"
    )


class SnapshotValues:
    """The values of some accounts in one company as of a day: today, or one that is over.

    What is only known as it is now is left empty for days before yesterday: what is to be done, what is planned.
    """

    def __init__(self, env: Environment, accounts: BaseModel, day: date) -> None:
        """
        :param env: of the system; its one company counts
        :param accounts: all key accounts
        """
        self.env = env
        self.accounts = accounts.with_env(env)
        self.company = env.company
        self.currency = env.company.currency_id
        self.day = day
        self.today = company_day(env.company)
        self.is_current = day == self.today
        # The night after a day tells what it was like
        self.is_known = day >= self.today - timedelta(days=1)

    def compute(self) -> dict[int, Values]:
        """:return: ``{account id: values of its row}``, only of accounts with which there is business in the company"""
        figures = self._figures()
        counts = self._counts() if self.is_known else {}
        signals = SignalReader(self.env, self.accounts, self.day).find(figures) if self.is_current else {}
        rows = {}
        for account in self.accounts:
            values = self._row(account, figures[account.id])
            values |= counts.get(account.id, {})
            if self._says_something(account, values):
                values["facts"] = self._facts(figures[account.id], values) if self.is_current else []
                values["signals"] = signals.get(account.id, [])
                rows[account.id] = values
        return rows

    def _figures(self) -> Figures:
        year = Period.of_fiscal_year(self.company, self.day)
        return self.env["key.account.figures"]._compute_figures(
            self.accounts,
            Period(year.date_from, self.day),
            [*CODES, *SIGNAL_CODES] if self.is_current else CODES,
            # For the reasons
            ("category",) if self.is_current else (),
            reader=SYSTEM,
        )

    def _row(self, account: BaseModel, figures: AccountFigures) -> Values:
        values: Values = {name: kept.read(figures[kept.codes[0]]) for name, kept in KEPT.items() if kept.read}
        values["revenue_change"] = rounded(self.currency, values["revenue_change"])
        if values["forecast"] is not None and values["target"] is not None:
            values["forecast_gap"] = self.currency.round(values["forecast"] - values["target"])
        scores = part_scores(self.env, figures["health"])
        values["health_parts"] = {code: score for code, (score, _weight) in scores.items()}
        values |= {f"health_{code}": scores[code][0] for code in HEALTH_PARTS if code in scores}
        last, ahead = (figures[code].value for code in ("days_since_visit", "next_visit_days"))
        values["last_visit"] = None if last is None else self.day - timedelta(days=last)
        if self.is_known:
            values["next_visit"] = None if ahead is None else self.today + timedelta(days=ahead)
            values["visit_due"] = account._get_visit_due(values["last_visit"])
        values["contact_age"] = contact_age(last)
        values |= {"country_id": account.country_id.id, "industry_id": account.industry_id.id}
        return values

    def _says_something(self, account: BaseModel, values: Values) -> bool:
        if self.is_current and (account._get_key_account_company_of_care() == self.company):
            return True
        told = (*(KEPT.keys() - SAYS_NOTHING), *COUNTED)
        return any(values.get(name) for name in told)

    def _facts(self, figures: AccountFigures, values: Values) -> list[dict[str, Any]]:
        situation = Situation(
            figures,
            self.currency,
            part_scores(self.env, figures["health"]),
            # As `is_visit_overdue` of the row: a planned visit lies ahead
            bool(values["visit_due"] and values["visit_due"] < self.day and not values["next_visit"]),
            values.get("measures_overdue") or 0,
            values.get("milestones_overdue") or 0,
        )
        return find_reasons(situation)

    # === WHAT IS TO BE DONE ===#

    def _counts(self) -> dict[int, dict[str, int]]:
        """:return: ``{account id: {name of the field: number}}``, each with the accounts below it as in the figures"""
        below = self._below()
        counts: dict[int, dict[str, int]] = {account: dict.fromkeys(COUNTED, 0) for account in self.accounts.ids}
        for name, model, path, domain in self._counted():
            of_company = Domain("company_id", "=", self.company.id) & Domain(path, "in", list(below))
            link = path.split(".")[0]
            for linked, count in self.env[model]._read_group(of_company & domain, [link], ["__count"]):
                partner = linked if link == path else linked.partner_id
                for account in below[partner.id]:
                    counts[account][name] += count
        return counts

    def _counted(self) -> Iterable[tuple[str, str, str, Domain]]:
        """:return: (name of the field, model, the way from it to the account, Domain)"""
        measures = self.env["key.account.care.measure"]._get_live_domain()
        milestones = Domain("date_done", "=", False)
        yield "measures_open", "key.account.care.measure", "partner_id", measures
        yield "measures_overdue", "key.account.care.measure", "partner_id", measures & self._before("date_end")
        yield "milestones_open", "key.account.milestone", "partner_id", milestones
        yield "milestones_overdue", "key.account.milestone", "partner_id", milestones & self._before("date_deadline")
        waiting = Domain("state", "!=", "briefed") & Domain("plan_id.active", "=", True)
        waiting &= Domain("plan_id.date_to", ">=", self.today)
        yield "briefings_open", "key.account.coaching.participant", "plan_id.partner_id", waiting

    def _before(self, field: str) -> Domain:
        return Domain(field, "<", self.today)

    def _below(self) -> dict[int, list[int]]:
        """:return: ``{id of a partner at or below the accounts: ids of the accounts for which it counts}``"""
        domain: DomainType = [("id", "child_of", self.accounts.ids), ("key_account_status", "!=", False)]
        partners = self.env["res.partner"].with_context(active_test=False).search(domain)
        wanted = set(self.accounts.ids)
        below: dict[int, list[int]] = {}
        for partner in partners:
            above = partner
            while above:
                if above.id in wanted:
                    below.setdefault(partner.id, []).append(above.id)
                above = above.parent_id
        return below
