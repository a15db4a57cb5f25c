"""What an account opens with: where it stands, from the stored portfolio, and its last two years on one line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

from ..documents.formatter import Formatter
from ..figures.period import Period
from ..tools.time_zones import company_day
from .attention import Attention
from .promises import Promises

# At the top of the page
NUMBERS = 6
# Scores of the health below which it is not good, and bad
FAIR, BAD = 70, 50
# The axis: months up to this one, and after it
MONTHS, AHEAD = 24, 3
# Marks that are closer together than this share of the axis are one
CLOSE = 0.04
HELD = ("held", "closed")

Number = dict[str, Any]
# What a click opens: model, method that gives an action, and its arguments
Opening = tuple[str, str, list[Any]]


class AccountPage:
    """The first page of an account. Everything is as of one company, the one that the user works in.

    :param account: a key account whose figures the user may see
    """

    def __init__(self, account: BaseModel) -> None:
        company = account.env.company
        self.env = account.with_company(company).with_context(allowed_company_ids=company.ids).env
        self.account = account.with_env(self.env)
        self.company = company.with_env(self.env)
        self.format = Formatter(self.env)
        self.currency = self.company.currency_id.name
        self.row = self.env["key.account.snapshot"].search(
            [("partner_id", "=", account.id), ("company_id", "=", company.id), ("is_current", "=", True)], limit=1
        )

    def content(self) -> dict[str, Any]:
        """See ``get_key_account_page``."""
        is_known = bool(self.row.as_of)
        return {
            "why": self.row.why if is_known else "",
            "as_of": self._as_of() if is_known else "",
            "numbers": self._numbers() if is_known else [],
            "empty": "" if is_known else self._empty(),
        }

    def _empty(self) -> str:
        if len(self.env.user.company_ids) > 1:
            return self.env._(
                "No figures have been computed for this account in %(company)s yet.", company=self.company.name
            )
        return self.env._("No figures have been computed for this account yet.")

    def next_steps(self) -> dict[str, list[dict[str, Any]]]:
        """See ``get_key_account_next_steps``."""
        return {"items": Attention(self.env, self.account).items(), "not_planned": list(self._not_planned())}

    def _not_planned(self) -> Iterable[dict[str, Any]]:
        """What a year with a key account begins with, for those who can plan it."""
        account = self.account
        if account.key_account_status == "former" or not account.may_edit_key_account:
            return
        if not account.key_account_planned_visit:
            yield self._to_plan(
                self.env._("No visit is planned."), self.env._("Plan Visit"), "action_plan_key_account_visit"
            )
        if not self.env["key.account.plan"]._get_plan(account, self.company, company_day(self.company)):
            yield self._to_plan(
                self.env._("There is no action plan."),
                self.env._("Write Action Plan"),
                "action_view_key_account_plan",
            )
        if not account._get_coming_key_account_review():
            yield self._to_plan(
                self.env._("No annual review is being prepared."),
                self.env._("Prepare Review"),
                "action_prepare_key_account_review",
            )

    def _to_plan(self, text: str, label: str, method: str) -> dict[str, Any]:
        return {"text": text, "label": label, "open": ("res.partner", method, [self.account.ids])}

    @property
    def visit_due(self) -> date | None:
        """When the next visit is due, if that is known and the reader may know it."""
        may_see = self.row._has_field_access(self.row._fields["visit_due"], "read")
        return (self.row.visit_due or None) if may_see else None

    def _as_of(self) -> str:
        moment = format_datetime(self.env, self.row.as_of, dt_format="short")
        if len(self.env.user.company_ids) > 1:
            return self.env._("%(company)s, as of %(moment)s", company=self.company.name, moment=moment)
        return self.env._("As of %(moment)s", moment=moment)

    # === NUMBERS ===#

    def _numbers(self) -> list[Number]:
        """The first ones of those that the reader may see, so that nobody looks at an empty frame."""
        numbers: list[Number] = []
        for name, tell in self._tellers():
            if len(numbers) == NUMBERS:
                break
            field = self.row._fields.get(name)
            if field is None or self.row._has_field_access(field, "read"):
                numbers.append({"key": name, "detail": "", "tone": "", "detail_tone": "", "open": None} | tell())
        return numbers

    def _tellers(self) -> Iterable[tuple[str, Callable[[], Number]]]:
        """:return: (field of the portfolio on which it depends who may see the number, what gives it)"""
        yield "health", self._health
        yield "revenue", self._revenue
        yield "forecast", self._forecast
        yield "margin_3", self._margin
        yield "overdue_amount", self._overdue
        yield "promises", self._promises
        # For those who may not see internal figures
        yield "target", self._target
        yield "visits", self._visits
        yield "satisfaction", self._satisfaction
        yield "measures_open", self._measures
        yield "returns_rate", self._returns
        yield "milestones_open", self._milestones

    def _health(self) -> Number:
        score, change = self.row.health, self.row.health_change
        number = {
            "label": self.env._("Health"),
            "value": self._known(score, self.format.number),
            "open": self._records("health"),
        }
        if score is not None:
            number["tone"] = "danger" if score < BAD else "warning" if score < FAIR else "success"
        if score is not None and change is not None:
            text = self.format.number(change)
            number["detail"] = (
                self.env._("as last year")
                if text == "0"
                else self.env._("%(change)s on last year", change=text if change < 0 else f"+{text}")
            )
            number["detail_tone"] = _tone(change)
        return number

    def _revenue(self) -> Number:
        rate = self._read("revenue_change_rate")
        number = {
            "label": self.env._("Revenue to Date"),
            "value": self._known(self.row.revenue, self._money),
            "open": self._records("revenue"),
        }
        if rate is not None:
            number["detail"] = self.env._("%(change)s on last year", change=self.format.signed_percent(rate))
            number["detail_tone"] = _tone(rate)
        return number

    def _forecast(self) -> Number:
        row, details = self.row, []
        target = self._read("target")
        if target is not None:
            details.append(self.env._("target %(amount)s", amount=self._compact(target)))
        low, high = self._read("forecast_low"), self._read("forecast_high")
        if low is not None and high is not None:
            details.append(self.env._("%(low)s to %(high)s", low=self._compact(low), high=self._compact(high)))
        gap = self._read("forecast_gap")
        return {
            "label": self.env._("Forecast"),
            "value": self._known(row.forecast, self._money),
            "detail": " · ".join(details),
            "detail_tone": "danger" if gap is not None and self._is_negative(gap) else "",
            "open": self._records("forecast"),
        }

    def _margin(self) -> Number:
        rate = self._read("margin_3_rate")
        return {
            "label": self.env._("Margin III"),
            "value": self._known(self.row.margin_3, self._money),
            "detail": "" if rate is None else self.env._("%(share)s of revenue", share=self.format.percent(rate)),
            "open": self._records("margin_3"),
        }

    def _overdue(self) -> Number:
        amount, late = self.row.overdue_amount, self._read("days_late")
        is_overdue = amount is not None and not self.company.currency_id.is_zero(amount)
        number = {
            "label": self.env._("Overdue"),
            "value": self._known(amount, self._money),
            "tone": "danger" if is_overdue else "",
            # What nobody owes has no invoices; those that were paid tell how late
            "open": self._records("overdue_amount" if is_overdue else "days_late"),
        }
        if late is not None:
            days = self.format.days(abs(late))
            number["detail"] = self.env._("pays %(days)s late", days=days) if late > 0 else self.env._("pays on time")
        return number

    def _promises(self) -> Number:
        review = self.env["key.account.review"].search(
            [("partner_id", "=", self.account.id), ("company_id", "=", self.company.id), ("state", "in", HELD)],
            order="year desc, id desc",
            limit=1,
        )
        rows = Promises(review).rows()
        kept = sum(row["good"] is True for row in rows)
        broken = sum(row["good"] is None for row in rows)
        number = {"label": self.env._("Promises Kept"), "value": ""}
        if not review:
            return number | {"detail": self.env._("no review held yet")}
        number["open"] = form_of(review)
        if not rows:
            return number | {"detail": self.env._("nothing agreed in %(review)s", review=review.display_name)}
        number["value"] = self.env._("%(kept)s of %(count)s", kept=kept, count=len(rows))
        if kept < len(rows):
            number["detail"] = self.env._("%(count)s open", count=len(rows) - kept)
            number["detail_tone"] = "danger" if broken else ""
        return number

    def _target(self) -> Number:
        to_date = self._read("target_to_date")
        return {
            "label": self.env._("Revenue Target"),
            "value": self._known(self.row.target, self._money),
            "detail": "" if to_date is None else self.env._("%(amount)s to date", amount=self._compact(to_date)),
            "open": ("res.partner", "action_view_key_account_targets", [self.account.ids]),
        }

    def _visits(self) -> Number:
        target = self._read("visit_target")
        return {
            "label": self.env._("Visits"),
            "value": self._known(self.row.visits, self.format.number),
            "detail": ""
            if target is None
            else self.env._("target to date %(count)s", count=self.format.number(target, 1)),
            "open": ("res.partner", "action_view_key_account_visits", [self.account.ids]),
        }

    def _satisfaction(self) -> Number:
        return {
            "label": self.env._("Satisfaction"),
            "value": self._known(self.row.satisfaction, lambda score: self.format.number(score, 1)),
            "open": self._records("satisfaction"),
        }

    def _measures(self) -> Number:
        return self._to_do(self.env._("Open Measures"), "measures", "action_view_key_account_measures")

    def _milestones(self) -> Number:
        return self._to_do(self.env._("Open Milestones"), "milestones", "action_view_key_account_milestones")

    def _to_do(self, label: str, name: str, method: str) -> Number:
        count, overdue = self.row[f"{name}_open"], self.row[f"{name}_overdue"]
        return {
            "label": label,
            "value": self._known(count, self.format.number),
            "detail": self.env._("%(count)s overdue", count=self.format.number(overdue)) if overdue else "",
            "detail_tone": "danger",
            "open": ("res.partner", method, [self.account.ids]),
        }

    def _returns(self) -> Number:
        return {
            "label": self.env._("Returns"),
            "value": self._known(self.row.returns_rate, self.format.percent),
            "open": self._records("returns_rate"),
        }

    def _read(self, name: str) -> float | None:
        """A number beside another one; None: not known, or not for the reader."""
        if not self.row._has_field_access(self.row._fields[name], "read"):
            return None
        value: float | None = self.row[name]
        return value

    def _records(self, name: str) -> Opening | None:
        """What opens the records that a number is made of; nothing opens a number that is not known."""
        if self._read(name) is None:
            return None
        return self.row._name, "action_view_figure", [self.row.ids, name]

    def _known(self, value: float | None, tell: Callable[[float], str]) -> str:
        return "" if value is None else tell(value)

    def _money(self, amount: float) -> str:
        return self.format.large(amount, "money", self.currency)

    def _compact(self, amount: float) -> str:
        return self.format.compact(amount, self.currency)

    def _is_negative(self, amount: float) -> bool:
        return bool(self.company.currency_id.compare_amounts(amount, 0.0) < 0)


@dataclass
class Mark:
    """Something that happened, or is due, on the axis. ``is_open``: whether it is still to be done."""

    day: date
    title: str
    opens: Opening | None
    tone: str = ""
    is_open: bool = False


class Timeline:
    """The last two years of an account on one axis: invoices by month, and below them what was done and agreed.

    :param account: as of `AccountPage`
    """

    def __init__(self, account: BaseModel) -> None:
        page = AccountPage(account)
        self.page, self.env, self.account, self.company = page, page.env, page.account, page.company
        self.format = page.format
        self.today = company_day(self.company)
        self.first = self.today + relativedelta(day=1, months=1 - MONTHS)
        self.last = self.today + relativedelta(months=AHEAD, day=31)
        self.months = Period(self.first, self.last).months
        # With all below it, as in the figures
        self.domain = Domain("partner_id", "child_of", self.account.id) & Domain("company_id", "=", self.company.id)

    def content(self) -> dict[str, Any]:
        """See ``get_key_account_timeline``."""
        bars = self._bars()
        lanes = [
            {"kind": kind, "label": label, "marks": self._clustered(marks)}
            for kind, label, marks in (
                ("visits", self.env._("Visits"), self._visits()),
                ("measures", self.env._("Measures"), self._measures()),
                ("milestones", self.env._("Milestones"), self._milestones()),
                ("reviews", self.env._("Reviews"), self._reviews()),
                ("events", self.env._("Events"), self._events()),
            )
        ]
        return {
            "months": bars,
            "today": self._position(self.today),
            "lanes": lanes,
            "has_revenue": any(bar["value"] for bar in bars),
        }

    # === INVOICES ===#

    def _bars(self) -> list[dict[str, Any]]:
        revenue = self._revenue()
        bars = []
        for month in self.months:
            end = month + relativedelta(day=31)
            value = None if revenue is None or month > self.today else revenue.get(f"{month:%Y-%m}", 0.0)
            name = format_date(self.env, month, date_format="MMMM yyyy")
            bars.append(
                {
                    "key": f"{month:%Y-%m}",
                    "label": format_date(self.env, month, date_format="MMM yy"),
                    "title": name if value is None else f"{name}: {self.format.money(value, self.page.currency)}",
                    "value": value,
                    "date_from": fields.Date.to_string(month),
                    "date_to": fields.Date.to_string(min(end, self.today)),
                    # Not over: lower than it will be
                    "running": month <= self.today <= end,
                }
            )
        return bars

    def _revenue(self) -> dict[str, float] | None:
        """:return: ``{month: revenue}``; None: not known, or not for the reader"""
        engine = self.env["key.account.figures"]
        if not engine._may_see_code(engine._get_reader())("revenue"):
            return None
        period = Period(self.first, self.today)
        figure = engine._compute_figures(self.account, period, ["revenue"], ("month",))[self.account.id]["revenue"]
        if figure.value is None:
            return None
        return {row.key: row.value for row in figure.breakdowns.get("month", []) if row.value is not None}

    # === WHAT WAS DONE AND AGREED ===#

    def _visits(self) -> list[Mark]:
        visits = self.env["key.account.visit"].search(
            self.domain & self._between("day") & Domain("state", "!=", "cancelled"), order="day, id"
        )
        kinds = dict(visits._fields["kind"]._description_selection(self.env))
        marks = []
        for visit in visits:
            is_open = visit.state == "planned"
            title = f"{kinds[visit.kind]}: {visit.purpose}" if visit.purpose else kinds[visit.kind]
            if is_open and visit.day < self.today:
                title = self.env._("%(visit)s – report missing", visit=title)
            marks.append(self._mark(visit.day, visit, title, is_open=is_open, is_late=visit.day < self.today))
        marks += self._meetings(visits)
        due = self.page.visit_due
        if due and not any(mark.is_open and mark.day >= self.today for mark in marks):
            opens = self._on_account("action_plan_key_account_visit", "key.account.visit")
            marks.append(Mark(due, self.env._("Next visit due"), opens, _late(due < self.today), True))
        return marks

    def _meetings(self, visits: BaseModel) -> list[Mark]:
        """Meetings that count as visits although nobody wrote a report on them."""
        engine = self.env["key.account.figures"]
        if not engine._may_see_code(engine._get_reader())("visits"):
            return []
        records = dict(engine._get_records(self.account, Period(self.first, self.today), "visits"))
        meetings = self.env["calendar.event"].search(
            Domain(records.get("calendar.event", Domain.FALSE)) & Domain("id", "not in", visits.event_id.ids),
            order="start, id",
        )
        marks = []
        for meeting in meetings:
            start = fields.Datetime.context_timestamp(meeting, meeting.start).date()
            marks.append(self._mark(meeting.start_date if meeting.allday else start, meeting, meeting.display_name))
        return marks

    def _measures(self) -> list[Mark]:
        measures = self.env["key.account.care.measure"]
        live = measures._get_live_domain() & self._between("date_end")
        done = Domain("state", "=", "done") & self._between("done_on")
        marks = []
        for measure in measures.search(self.domain & (live | done), order="date_end, id"):
            is_open = measure.state != "done"
            day = measure.date_end if is_open else measure.done_on
            marks.append(self._mark(day, measure, measure.name, is_open=is_open, is_late=day < self.today))
        return marks

    def _milestones(self) -> list[Mark]:
        milestones = self.env["key.account.milestone"]
        ahead = Domain("date_done", "=", False) & self._between("date_deadline")
        marks = []
        for milestone in milestones.search(self.domain & (ahead | self._between("date_done")), order="id"):
            is_open = not milestone.date_done
            day = milestone.date_done or milestone.date_deadline
            marks.append(self._mark(day, milestone, milestone.name, is_open=is_open, is_late=day < self.today))
        return marks

    def _reviews(self) -> list[Mark]:
        reviews = self.env["key.account.review"].search(self.domain & Domain("state", "!=", "cancelled"))
        marks = []
        for review in reviews:
            is_open = review.state not in HELD
            day = review.planned_date
            if not is_open and review.held_on:
                day = fields.Datetime.context_timestamp(review, review.held_on).date()
            if day:
                marks.append(self._mark(day, review, review.display_name, is_open=is_open, is_late=day < self.today))
        due = self.account.key_account_next_review
        if due and not any(mark.is_open for mark in marks):
            opens = self._on_account("action_prepare_key_account_review", "key.account.review")
            marks.append(Mark(due, self.env._("Annual review due"), opens, _late(due < self.today), True))
        return marks

    def _events(self) -> list[Mark]:
        events = self.env["key.account.event"].search(self.domain & self._between("date"), order="date, id")
        tones = {"good": "success", "bad": "danger"}
        return [Mark(event.date, event.name, form_of(event), tones.get(event.effect, "")) for event in events]

    def _between(self, name: str) -> Domain:
        return Domain(name, ">=", self.first) & Domain(name, "<=", self.last)

    def _mark(self, day: date, record: BaseModel, title: str, *, is_open: bool = False, is_late: bool = False) -> Mark:
        return Mark(day, title, form_of(record), _late(is_open and is_late), is_open)

    def _on_account(self, method: str, model: str) -> Opening | None:
        """What makes a new record of a model, for those who may."""
        return (self.account._name, method, [self.account.ids]) if self.env[model].has_access("create") else None

    # === THE AXIS ===#

    def _position(self, day: date) -> float:
        """:return: where a day lies on the axis, from 0 to 1"""
        months = 12 * (day.year - self.first.year) + day.month - self.first.month
        length = (day + relativedelta(day=31)).day
        return round((months + (day.day - 0.5) / length) / len(self.months), 4)

    def _clustered(self, marks: list[Mark]) -> list[dict[str, Any]]:
        """:return: ``[{"position", "tone", "is_open", "items"}]``: what is too close together to be clicked is one"""
        clusters: list[dict[str, Any]] = []
        for mark in sorted(marks, key=lambda each: each.day):
            if not self.first <= mark.day <= self.last:
                continue
            position = self._position(mark.day)
            item = {"title": f"{self.format.date(mark.day, 'medium')}: {mark.title}", "open": mark.opens}
            if clusters and position - clusters[-1]["position"] < CLOSE:
                last = clusters[-1]
                last["items"].append(item)
                last["tone"] = "danger" if "danger" in (last["tone"], mark.tone) else mark.tone or last["tone"]
                last["is_open"] = last["is_open"] or mark.is_open
            else:
                clusters.append({"position": position, "tone": mark.tone, "is_open": mark.is_open, "items": [item]})
        return clusters


def form_of(record: BaseModel) -> Opening:
    return record._name, "get_formview_action", [record.ids]


def _late(is_late: bool) -> str:
    return "danger" if is_late else ""


def _tone(change: float) -> str:
    return "success" if change > 0 else "danger" if change < 0 else ""
