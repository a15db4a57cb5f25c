"""The start page: what needs the reader today, what has changed, and where their accounts stand."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

from ..documents.formatter import Formatter
from ..roles import HEAD, MANAGER
from .attention import SHOWN, Attention
from .attention_sources import is_visit_overdue
from .portfolio_rows import PortfolioRow, read_rows
from .start_changes import StartChanges

# Accounts that are shown at once; the portfolio has them all
ROWS = 30
# More at once would be no page any more
MOST_ITEMS = 200
MONTHS = 12
MINE, TEAM, ALL = "mine", "team", "all"
SCOPES = (MINE, TEAM, ALL)
# Instead of a manager: the accounts without one
UNASSIGNED = -1
HEALTH_LIMITS = (50.0, 70.0)
# What a row shows, if the reader may see it
SHOWN_FIELDS = (
    *("revenue", "revenue_change", "revenue_change_rate", "target", "forecast", "overdue_amount"),
    *("health", "health_change", "last_visit", "next_visit", "is_visit_overdue"),
)


class Start:
    """What the start page shows to a reader, with as many queries for a thousand accounts as for ten.

    :param env: of the reader, whose rights count
    :param scope: one of `SCOPES`; None: the first one that has accounts
    :param manager: id of a user whose accounts are chosen from all, `UNASSIGNED`, or 0
    :param shows_all: whether all that needs attention is shown
    """

    def __init__(self, env: Environment, scope: str | None = None, manager: int = 0, shows_all: bool = False) -> None:
        self.env = env
        self.rows_model = env["key.account.snapshot"]
        self.formatter = Formatter(env)
        self.today = fields.Date.context_today(self.rows_model)
        self.people = env.user._get_key_account_represented()
        self.sees_all = env.user.has_group(HEAD)
        self.scope = self._choose(scope)
        self.manager = manager if self.scope == ALL else 0
        self.shows_all = shows_all

    def content(self, since: datetime | None) -> dict[str, Any]:
        """:param since: when the reader last looked, None if never
        :return: see ``get_start`` of ``key.account.snapshot``"""
        return {
            "name": self.env.user.name.split(" ")[0],
            "today": format_date(self.env, self.today, date_format="full"),
            "as_of": self._as_of(),
            "scope": self.scope,
            "scopes": self._scopes(),
            "manager": self.manager,
            "managers": self._managers() if self.scope == ALL else [],
            "unassigned": self._unassigned(),
            "totals": self.totals(),
            "notes": self._notes(),
            "attention": {
                "count": self.attention.count,
                "items": self.attention.items(MOST_ITEMS if self.shows_all else SHOWN),
                "dismissed": len(self.attention.dismissed),
            },
            "changed": self.changed(since),
            "accounts": {"count": len(self.rows), "rows": self.cards(ROWS)},
            "may_see_portfolio": self.rows_model.has_access("read"),
            "empty": self._empty(),
        }

    # === WHOSE ACCOUNTS ===#

    @cached_property
    def _counts(self) -> dict[str, int]:
        partners = self.env["res.partner"]
        return {scope: partners.search_count(self._domain_of(scope)) for scope in SCOPES if self._may_choose(scope)}

    def _may_choose(self, scope: str) -> bool:
        return scope != ALL or self.sees_all

    def _domain_of(self, scope: str) -> Domain:
        accounts = Domain("key_account_status", "!=", False)
        if scope == MINE:
            return accounts & Domain("key_account_manager_id", "in", self.people.ids)
        if scope == TEAM:
            return accounts & Domain("is_my_key_account", "=", True)
        return accounts

    def _choose(self, scope: str | None) -> str:
        if scope in SCOPES and self._may_choose(scope):
            return scope
        return next((each for each, count in self._counts.items() if count), MINE)

    def _scopes(self) -> list[dict[str, Any]]:
        labels = {MINE: self.env._("Mine"), TEAM: self.env._("My Team"), ALL: self.env._("All")}
        return [{"key": scope, "label": labels[scope], "count": count} for scope, count in self._counts.items()]

    @cached_property
    def accounts(self) -> BaseModel:
        domain = self._domain_of(self.scope)
        if self.manager:
            domain &= Domain("key_account_manager_id", "=", False if self.manager == UNASSIGNED else self.manager)
        accounts: BaseModel = self.env["res.partner"].search(domain, order="id")
        return accounts

    def _managers(self) -> list[dict[str, Any]]:
        """Whose accounts a head can choose."""
        groups = self.env["res.partner"]._read_group(
            self._domain_of(ALL) & Domain("key_account_manager_id", "!=", False),
            ["key_account_manager_id"],
            ["__count"],
        )
        # As superuser: not everyone may see archived users
        found = [{"id": user.id, "name": user.sudo().name, "count": count} for user, count in groups]
        return sorted(found, key=lambda each: each["name"] or "")

    def _unassigned(self) -> int:
        """How many accounts have no manager: for the head alone."""
        if not self.sees_all:
            return 0
        domain = self._domain_of(ALL) & Domain("key_account_manager_id", "=", False)
        count: int = self.env["res.partner"].search_count(domain)
        return count

    def _empty(self) -> dict[str, Any] | None:
        """What to do where there are no accounts."""
        if self.accounts or self.manager:
            return None
        if any(self._counts.values()):
            return {"text": self.env._("You manage no key accounts yourself."), "buttons": []}
        may_begin = self.env.user.has_group(MANAGER)
        if not may_begin:
            text = self.env._("No key account is yours yet: ask the head of key accounts to add you to a team.")
            return {"text": text, "buttons": []}
        buttons = [{"action": "key_account_management.key_account_action", "label": self.env._("Create a Key Account")}]
        contacts = "contacts.action_contacts"
        if not self.env.ref(contacts, raise_if_not_found=False):
            contacts = "base.action_partner_customer_form"
        buttons.append({"action": contacts, "label": self.env._("Choose a Customer")})
        if self.sees_all and self.env.user.has_group("base.group_system"):
            buttons.append(
                {"action": "key_account_management.key_account_settings_action", "label": self.env._("What Is Missing")}
            )
        text = self.env._(
            "There are no key accounts yet: choose your most important customer, and its figures, visits and reviews "
            "appear here by themselves."
        )
        return {"text": text, "buttons": buttons}

    # === ROWS ===#

    @cached_property
    def rows(self) -> BaseModel:
        """Today's rows of the accounts, those that lost most first."""
        rows: BaseModel = self.rows_model.search(
            [
                ("is_current", "=", True),
                ("partner_id", "in", self.accounts.ids),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        return rows

    @cached_property
    def plain(self) -> list[PortfolioRow]:
        """The same as plain values; those that are not for the reader are not looked at."""
        return read_rows(self.rows, "as_of", "overdue_amount", "next_visit", "visit_due")

    @cached_property
    def visible(self) -> set[str]:
        """Names of the fields that the reader may see."""
        return {
            name
            for name in (*SHOWN_FIELDS, "margin_1", "margin_1_rate", "visits", "visit_target")
            if self.rows_model._has_field_access(self.rows_model._fields[name], "read")
        }

    def _value(self, row: BaseModel, name: str) -> Any:
        return row[name] if name in self.visible else None

    def _as_of(self) -> str:
        moments = [row.as_of for row in self.plain if row.as_of]
        return format_datetime(self.env, min(moments), dt_format="short") if moments else ""

    def cards(self, limit: int | None = None) -> list[dict[str, Any]]:
        """Where the accounts stand, those that lost most first.

        :return: as ``accounts`` of ``get_start``
        """
        rows = self.rows[:limit]
        charts = self._charts(rows)
        return [self._card(row, charts.get(row.id)) for row in rows]

    def _card(self, row: BaseModel, chart: dict[str, Any] | None) -> dict[str, Any]:
        currency = row.currency_id.name
        health, change = self._value(row, "health"), self._value(row, "health_change")
        return {
            "id": row.id,
            "account_id": row.partner_id.id,
            "name": row.partner_id.display_name,
            "company": row.company_id.name if len(self.env.companies) > 1 else "",
            "is_computed": bool(row.as_of),
            "why": row.why or "",
            "health": "" if health is None else self.formatter.number(health),
            "light": _light(health),
            "health_change": self._signed(change),
            "health_tone": _tone(change),
            "revenue": self._money(self._value(row, "revenue"), currency),
            "revenue_change": self._percent(self._value(row, "revenue_change_rate")),
            "revenue_tone": _tone(self._value(row, "revenue_change_rate")),
            "chart": chart,
            "progress": self._progress(row, currency),
            "overdue": self._overdue(row, currency),
            "last_visit": self._day(self._value(row, "last_visit")),
            "next_visit": self._day(self._value(row, "next_visit")),
            "is_visit_overdue": bool(self._value(row, "is_visit_overdue")),
            "next_review": self._day(row.next_review),
            "is_review_overdue": bool(row.next_review and row.next_review < self.today),
        }

    def _progress(self, row: BaseModel, currency: str) -> dict[str, Any] | None:
        """Invoiced, expected and target on one scale; None without a target and a forecast."""
        revenue, forecast, target = (self._value(row, name) for name in ("revenue", "forecast", "target"))
        whole = max(value or 0.0 for value in (revenue, forecast, target))
        # as floats: a scale for a picture
        if whole <= 0 or (forecast is None and target is None):
            return None
        parts = [self._money(value, currency) for value in (revenue if forecast is None else forecast, target)]
        return {
            "invoiced": round(100 * max(revenue or 0.0, 0.0) / whole),
            "expected": round(100 * max(forecast or 0.0, 0.0) / whole),
            "target": None if target is None else round(100 * max(target, 0.0) / whole),
            "text": " / ".join(part or "–" for part in parts) if target is not None else parts[0],
            "is_behind": forecast is not None
            and target is not None
            and row.currency_id.compare_amounts(forecast, target) < 0,
        }

    def _overdue(self, row: BaseModel, currency: str) -> str:
        overdue = self._value(row, "overdue_amount")
        if overdue is None or row.currency_id.compare_amounts(overdue, 0.0) <= 0:
            return ""
        return self._money(overdue, currency)

    def _charts(self, rows: BaseModel) -> dict[int, dict[str, Any]]:
        """:return: ``{id of a row: revenue by month}`` of those whose revenue the reader may see"""
        if "revenue" not in self.visible or not rows:
            return {}
        ends = self.rows_model.search(
            [
                ("is_current", "=", False),
                ("partner_id", "in", rows.partner_id.ids),
                ("company_id", "in", rows.company_id.ids),
                ("date", ">=", self.today - relativedelta(months=MONTHS + 1, day=1)),
            ],
            order="date, id",
        )
        of_account: dict[tuple[int, int], list[PortfolioRow]] = {}
        for end in (*read_rows(ends, "date", "revenue"), *read_rows(rows, "date", "revenue")):
            of_account.setdefault((end.partner_id, end.company_id), []).append(end)
        labels: dict[date, str] = {}
        charts = {}
        for row in rows:
            # As superuser: users need not have access to all that is in a company
            company = row.company_id.sudo()
            year_starts = int(company.fiscalyear_last_month) % MONTHS + 1
            months = monthly(of_account[row.partner_id.id, company.id], year_starts, row.currency_id)[-MONTHS:]
            values = [value for _day, value in months]
            if len([value for value in values if value is not None]) > 1:
                for day, _value in months:
                    labels[day] = labels.get(day) or format_date(self.env, day, date_format="MMM y")
                charts[row.id] = {
                    "values": values,
                    "labels": [labels[day] for day, _value in months],
                    "texts": [self._money(value, row.currency_id.name) or "–" for value in values],
                }
        return charts

    # === TOTALS ===#

    def totals(self) -> list[dict[str, Any]]:
        """The numbers on top: an account inside another one counts once; what nobody knows stays empty.

        :return: ``[{"code", "label", "value", "detail", "tone"}]``, values as text
        """
        if not self.rows:
            return []
        wanted = {
            "revenue": "sum",
            "revenue_change": "sum",
            "revenue_change_rate": "avg",
            "target": "sum",
            "forecast": "sum",
            "margin_1": "sum",
            "margin_1_rate": "avg",
            "overdue_amount": "sum",
            "visits": "sum",
            "visit_target": "sum",
        }
        specs = [f"{name}:{function}" for name, function in wanted.items() if name in self.visible]
        names = [name for name in wanted if name in self.visible]
        groups = self.rows_model._read_group([("id", "in", self.rows.ids)], ["currency_id"], specs)
        # Odoo says False for what is in no row
        by_currency = {
            currency: {name: None if value is False else value for name, value in zip(names, values, strict=True)}
            for currency, *values in groups
        }
        return [total for total in self._totals(by_currency) if total]

    def _totals(self, by_currency: dict[BaseModel, dict[str, Any]]) -> Iterable[dict[str, Any]]:
        """:param by_currency: ``{currency: {field: total}}``"""
        single = next(iter(by_currency.values())) if len(by_currency) == 1 else {}

        def amounts(name: str) -> str:
            # Of several currencies each for itself: they are never added
            known = [(currency, values.get(name)) for currency, values in by_currency.items()]
            return " · ".join(self._money(value, currency.name) for currency, value in known if value is not None)

        if "revenue" in self.visible:
            rate = single.get("revenue_change_rate")
            yield self._total(
                "revenue", self.env._("Revenue to Date"), amounts("revenue"), self._percent(rate), _tone(rate)
            )
        if "forecast" in self.visible:
            target = amounts("target")
            detail = self.env._("target %(target)s", target=target) if target else ""
            yield self._total("forecast", self.env._("Expected at Year's End"), amounts("forecast"), detail)
        if "margin_1_rate" in self.visible:
            margin = single.get("margin_1_rate")
            value = "" if margin is None else self.formatter.percent(float(margin))
            yield self._total("margin", self.env._("Contribution Margin I"), value, amounts("margin_1"))
        if "overdue_amount" in self.visible:
            # As superuser: users need not have access to all that is in a company
            currencies = {company.id: company.currency_id for company in self.env.companies.sudo()}
            late = {
                row.partner_id
                for row in self.plain
                if row.overdue_amount and currencies[row.company_id].compare_amounts(row.overdue_amount, 0.0) > 0
            }
            detail = self._accounts_text(len(late)) if late else ""
            yield self._total(
                "overdue", self.env._("Overdue"), amounts("overdue_amount"), detail, "danger" if late else ""
            )
        if "visits" in self.visible:
            yield self._visits(by_currency.values())

    def _visits(self, totals: Iterable[dict[str, Any]]) -> dict[str, Any]:
        held, target = (
            [values[name] for values in totals if values.get(name) is not None] for name in ("visits", "visit_target")
        )
        overdue = 0
        if "is_visit_overdue" in self.visible:
            overdue = sum(is_visit_overdue(row, self.today) for row in self.plain)
        value = self.formatter.number(float(sum(held))) if held else ""
        if held and target:
            value = self.env._(
                "%(visits)s of %(target)s", visits=value, target=self.formatter.number(float(sum(target)))
            )
        detail = self.env._("%(count)s overdue", count=self.formatter.number(overdue)) if overdue else ""
        return self._total("visits", self.env._("Visits"), value, detail, "danger" if overdue else "")

    def _total(self, code: str, label: str, value: str, detail: str = "", tone: str = "") -> dict[str, Any]:
        return {"code": code, "label": label, "value": value, "detail": detail, "tone": tone}

    def _accounts_text(self, count: int) -> str:
        if count == 1:
            return self.env._("1 account")
        return self.env._("%(count)s accounts", count=self.formatter.number(count))

    def _notes(self) -> list[str]:
        notes = []
        names = sorted(set(self.rows.currency_id.mapped("name")))
        if len(names) > 1:
            notes.append(
                self.env._(
                    "Amounts in %(currencies)s are shown side by side and never added; the change and the margin of "
                    "all together stay empty.",
                    currencies=", ".join(names),
                )
            )
        waiting = len([row for row in self.plain if not row.as_of])
        if waiting:
            notes.append(
                self.env._(
                    "%(count)s of the accounts have not been computed yet: refresh, or wait for the night.",
                    count=self.formatter.number(waiting),
                )
            )
        return notes

    # === ATTENTION AND CHANGES ===#

    @cached_property
    def attention(self) -> Attention:
        return Attention(self.env, self.accounts, self.people if self.scope == MINE else None)

    def changed(self, since: datetime | None) -> dict[str, Any] | None:
        """What has changed since a moment, None if the reader never looked."""
        if not since:
            return None
        return {
            "since": format_datetime(self.env, since, dt_format="short"),
            "lines": StartChanges(self.env, self.accounts, since).lines(),
        }

    # === TEXT ===#

    def _money(self, value: float | None, currency: str) -> str:
        return "" if value is None else self.formatter.compact(float(value), currency)

    def _percent(self, rate: float | None) -> str:
        return "" if rate is None else self.formatter.signed_percent(float(rate))

    def _signed(self, points: float | None) -> str:
        if points is None:
            return ""
        text = self.formatter.number(abs(points))
        # as floats: points
        return f"+{text}" if points > 0 else f"\N{MINUS SIGN}{text}" if points < 0 else "±0"

    def _day(self, day: date | None) -> str:
        """Without the year if it is near."""
        if not day:
            return ""
        if abs(day - self.today) > timedelta(days=300):
            return format_date(self.env, day)
        text: str = format_skeleton("MMMd", day, locale=self.formatter.locale)
        return text


def monthly(rows: list[PortfolioRow], year_starts: int, currency: BaseModel) -> list[tuple[date, float | None]]:
    """The revenue of each month, from the revenue to date at month's ends.

    :param rows: of one account and company, the oldest first
    :param year_starts: the month in which a fiscal year begins
    :return: ``[(day, revenue)]``; None for a month before which nothing is known
    """
    months: list[tuple[date, float | None]] = []
    before: PortfolioRow | None = None
    for row in rows:
        value: float | None = row.revenue or 0.0
        if row.date.month != year_starts:
            # It is the revenue of more than this month
            is_next = before and (row.date.replace(day=1) - timedelta(days=1)) == before.date
            value = currency.round((row.revenue or 0.0) - (before.revenue or 0.0)) if before and is_next else None
        months.append((row.date, value))
        before = row
    return months


def _light(health: float | None) -> str:
    """The colour of a light, as the portfolio's list has it."""
    if health is None:
        return "muted"
    low, good = HEALTH_LIMITS
    # as floats: points
    return "danger" if health < low else "warning" if health < good else "success"


def _tone(change: float | None) -> str:
    if not change:
        return ""
    return "success" if change > 0 else "danger"
