"""What needs somebody's attention around some accounts, as codes and numbers.

It comes from the nightly table, and from short lists of records that are read as the user and by index. The number of
queries does not depend on the number of accounts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..figures.reasons import NOTABLE_CHANGE, Fact

DANGER, WARNING, INFO = 3, 2, 1
# A revenue that is so far below last year's is grave
GRAVE_CHANGE = 0.2
# So many points of health lost within three months' ends are a turn, and so is falling below the limit
HEALTH_TURN = 10.0
HEALTH_LOW = 50.0
TURN_MONTHS = 3
# A review is prepared so many days ahead; the customer's answer to proposed dates is asked for so many days before
PREPARE_DAYS = 42
CONFIRM_DAYS = 14
# Days in which the results of a review are to be brought into the next year
CLOSE_DAYS = 14
WORKED_ON = ("active", "at_risk")
# What is booked or planned there is about what
SUBJECTS = {
    "category": "product.category",
    "visit_report": "key.account.visit",
    "measure": "key.account.care.measure",
    "promise_measure": "key.account.care.measure",
    "effect": "key.account.care.measure",
    "milestone": "key.account.milestone",
    "review_prepare": "key.account.review",
    "review_confirm": "key.account.review",
    "review_hold": "key.account.review",
    "review_close": "key.account.review",
    "promise_issue": "key.account.review.issue",
    "promise_topic": "key.account.review.topic",
    "promise_condition": "key.account.review.condition",
    "price_agreed": "key.account.review",
    "briefing": "key.account.coaching.plan",
    "briefing_mine": "key.account.coaching.plan",
    "mail_failed": "key.account.review",
    "visit_mail": "key.account.visit",
    "process_check": "key.account.care.process",
}
DOCUMENTS = {
    # What documents are still lying about
    "draft_invoice": ("account.move", ("draft",)),
    "quotation": ("sale.order", ("draft", "sent")),
}


@dataclass
class Matter:
    """Something that needs attention.

    ``subject``: the record that it is about, empty for what is about the account as a whole. ``amount``: what is at
    stake, in the company's currency; None: nobody can tell. ``day``: since when it waits or by when it is due.
    ``figures``: codes of the figures that it tells something of. ``records``: ids of what it is made of, if that is
    more than its subject. ``user``: who is responsible.
    """

    code: str
    company: BaseModel
    account: BaseModel
    subject: BaseModel
    severity: int = WARNING
    amount: float | None = None
    day: date | None = None
    figures: tuple[str, ...] = ()
    records: tuple[int, ...] = ()
    user: BaseModel | None = None
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """What the client sends to name it."""
        return f"{self.code}:{self.company.id}:{self.account.id or 0}:{self.subject.id or 0}"


class AttentionSources:
    """Finds the matters of some accounts.

    :param env: of the reader, whose rights count; with all companies to look at
    :param accounts: key accounts
    :param people: whose own tasks around other accounts, and whose care processes, are looked at too
    """

    def __init__(self, env: Environment, accounts: BaseModel, people: BaseModel | None = None) -> None:
        self.env = env
        self.accounts = accounts.with_env(env)
        self.people = people if people is not None else env["res.users"]
        self.today = fields.Date.context_today(self.accounts)

    def find(self) -> list[Matter]:
        may_see = self.env["key.account.snapshot"]._may_see_figures
        found = (
            *self._of_portfolio(),
            *self._categories(),
            *self._visit_reports(),
            *self._measures(),
            *self._milestones(),
            *self._reviews(),
            *self._promises(),
            *self._briefings(),
            *self._profiles(),
            *self._failed_mails(),
            *self._care_processes(),
        )
        seen = {codes: may_see(codes) for codes in {matter.figures for matter in found}}
        return [matter for matter in found if seen[matter.figures]]

    # === ACCOUNTS ===#

    @cached_property
    def rows(self) -> BaseModel:
        """Today's rows of the accounts, as the reader may see them."""
        rows: BaseModel = self.env["key.account.snapshot"].search(
            [
                ("is_current", "=", True),
                ("partner_id", "in", self.accounts.ids),
                ("company_id", "in", self.env.companies.ids),
                ("as_of", "!=", False),
            ],
            order="id",
        )
        return rows

    def _mine(self, user: str = "user_id", account: str = "partner_id") -> Domain:
        """Records of the accounts, and what the people are responsible for."""
        domain = Domain(account, "in", self.accounts.ids) & Domain("company_id", "in", self.env.companies.ids)
        if self.people and user:
            domain |= Domain(user, "in", self.people.ids) & Domain("company_id", "in", self.env.companies.ids)
        return domain

    # === THE PORTFOLIO ===#

    def _of_portfolio(self) -> Iterator[Matter]:
        # As superuser: each matter names its figures, and only those that the reader may see are kept
        rows = self.rows.sudo()
        worked_on = rows.filtered(lambda row: row.status in WORKED_ON)
        turns = self._turns(worked_on)
        visited = self._visited_since(worked_on)
        lying = self._lying(rows)
        for row in rows:
            signals = {signal["code"]: signal for signal in row.signals or []}
            if row.status in WORKED_ON:
                yield from self._visit(row, visited)
                yield from self._turned(row, turns)
            yield from self._payment(row, signals.get("pays_later"))
            for code in ("price_floor", "price_ends"):
                if signal := signals.get(code):
                    yield self._of_signal(row, signal)
            for code in DOCUMENTS:
                if code in signals:
                    yield from self._documents(row, signals[code], lying[code])

    def _of_row(self, code: str, row: BaseModel, figures: tuple[str, ...], **values: Any) -> Matter:
        account = row.partner_id.with_env(self.env)
        manager = row.manager_id.with_env(self.env)
        company = row.company_id.with_env(self.env)
        return Matter(code, company, account, account.browse(), figures=figures, user=manager, **values)

    def _visited_since(self, rows: BaseModel) -> dict[tuple[int, int], list[BaseModel]]:
        """:return: ``{(account id, company id): visits}`` that were planned or reported since the night"""
        due = rows.filtered(self._is_visit_overdue)
        visits = self.env["key.account.visit"].sudo()
        found: dict[tuple[int, int], list[BaseModel]] = {}
        if not due:
            return found
        # As superuser: whether someone has planned a visit does not depend on who asks
        within = Domain("partner_id", "child_of", due.partner_id.ids) & Domain("company_id", "in", due.company_id.ids)
        ahead = Domain("state", "=", "planned") & Domain("kind", "=", "visit") & Domain("day", ">=", self.today)
        held = Domain("state", "=", "done") & Domain("kind", "in", ("visit", "phone_instead"))
        held &= Domain("day", ">=", min(row.visit_due for row in due) - timedelta(days=1))
        for visit in visits.search(within & (ahead | held)):
            above = visit.partner_id
            while above:
                found.setdefault((above.id, visit.company_id.id), []).append(visit)
                above = above.parent_id
        return found

    def _is_visit_overdue(self, row: BaseModel) -> bool:
        return bool(
            row.visit_due and row.visit_due < self.today and not (row.next_visit and row.next_visit >= self.today)
        )

    def _visit(self, row: BaseModel, visited: dict[tuple[int, int], list[BaseModel]]) -> Iterator[Matter]:
        if not self._is_visit_overdue(row):
            return
        last = row.last_visit
        for visit in visited.get((row.partner_id.id, row.company_id.id), ()):
            if visit.state == "planned":
                return
            last = max(last or visit.day, visit.day)
        due = row.partner_id._get_visit_due(last)
        if due and due < self.today:
            yield self._of_row(
                "visit", row, ("days_since_visit",), severity=DANGER, day=due, numbers={"last": last or None}
            )

    def _turns(self, rows: BaseModel) -> dict[tuple[int, int], list[BaseModel]]:
        """:return: ``{(account id, company id): rows of month's ends, the latest first}`` of the last year"""
        losing = rows.filtered(lambda row: self._is_losing(row) or row.health is not None)
        ends = rows.search(
            [
                ("is_current", "=", False),
                ("partner_id", "in", losing.partner_id.ids),
                ("company_id", "in", losing.company_id.ids),
                ("date", ">=", self.today - relativedelta(months=TURN_MONTHS + 1, day=1)),
                ("date", "<", self.today),
            ],
            order="date desc, id desc",
        )
        found: dict[tuple[int, int], list[BaseModel]] = {}
        for end in ends:
            found.setdefault((end.partner_id.id, end.company_id.id), []).append(end)
        return found

    def _is_losing(self, row: BaseModel) -> bool:
        change, rate = row.revenue_change, row.revenue_change_rate
        if change is None or rate is None or row.currency_id.compare_amounts(change, 0.0) >= 0:
            return False
        return bool(rate <= -NOTABLE_CHANGE)

    def _turned(self, row: BaseModel, turns: dict[tuple[int, int], list[BaseModel]]) -> Iterator[Matter]:
        """Revenue notably below last year's, and a health that fell within three months' ends."""
        ends = turns.get((row.partner_id.id, row.company_id.id), [])[:TURN_MONTHS]
        if self._is_losing(row):
            # The last month's end at which it was not so, if it was within these months
            before = next(
                (end for end in ends if end.revenue_change_rate is not None and not self._is_losing(end)), None
            )
            grave = row.revenue_change_rate <= -GRAVE_CHANGE
            yield self._of_row(
                "revenue",
                row,
                ("revenue", "revenue_change"),
                severity=DANGER if grave or before else WARNING,
                amount=-row.revenue_change,
                numbers={
                    "rate": row.revenue_change_rate,
                    "since": before.date if before else None,
                    "facts": row.facts or [],
                },
            )
        known = [end for end in ends if end.health is not None]
        if row.health is not None and known:
            before = known[-1]
            # as floats: points
            fell = before.health - row.health
            if fell >= HEALTH_TURN or (row.health < HEALTH_LOW <= before.health):
                numbers = {
                    "health": row.health,
                    "before": before.health,
                    "since": before.date,
                    "facts": row.facts or [],
                }
                low = row.health < HEALTH_LOW
                yield self._of_row("health", row, ("health",), severity=DANGER if low else WARNING, numbers=numbers)

    def _payment(self, row: BaseModel, later: Fact | None) -> Iterator[Matter]:
        overdue = row.overdue_amount
        if overdue is not None and row.currency_id.compare_amounts(overdue, 0.0) > 0:
            days = later["days"] if later else None
            yield self._of_row(
                "overdue", row, ("overdue_amount", "days_late"), severity=DANGER, amount=overdue, numbers={"days": days}
            )
        elif later:
            yield self._of_row(
                "pays_later", row, ("days_late",), numbers={"days": later["days"], "late": later["late"]}
            )

    def _of_signal(self, row: BaseModel, signal: Fact) -> Matter:
        day = fields.Date.to_date(signal.get("day"))
        return self._of_row(
            signal["code"],
            row,
            tuple(signal["figures"]),
            amount=signal["amount"],
            day=day,
            records=tuple(signal.get("rules", ())),
            numbers=signal,
        )

    # === DOCUMENTS ===#

    def _lying(self, rows: BaseModel) -> dict[str, set[int]]:
        """:return: ``{code: ids of the documents that are still lying about}``"""
        lying = {}
        for code, (model, states) in DOCUMENTS.items():
            ids = {
                document[0]
                for row in rows
                for signal in row.signals or []
                if signal["code"] == code
                for document in signal["documents"]
            }
            # As superuser: their amounts are revenue to come, which the reader may see
            known = self.env[model].sudo().search([("id", "in", sorted(ids)), ("state", "in", states)]) if ids else ()
            lying[code] = {record.id for record in known}
        return lying

    def _documents(self, row: BaseModel, signal: Fact, lying: set[int]) -> Iterator[Matter]:
        documents = [document for document in signal["documents"] if document[0] in lying]
        if documents:
            oldest = min(fields.Date.to_date(day) for _id, _amount, day in documents)
            yield self._of_row(
                signal["code"],
                row,
                tuple(signal["figures"]),
                severity=INFO if signal["code"] == "quotation" else WARNING,
                amount=row.currency_id.round(abs(sum(amount for _id, amount, _day in documents))),
                day=oldest,
                records=tuple(sorted(document[0] for document in documents)),
                numbers={"count": len(documents)},
            )

    def _categories(self) -> Iterator[Matter]:
        """What was not bought again in its usual interval."""
        purchases = self.env["key.account.category.purchase"].search(
            [
                ("partner_id", "in", self.accounts.ids),
                ("company_id", "in", self.env.companies.ids),
                ("is_reorder_late", "=", True),
            ],
            order="id",
        )
        # As superuser: the name of a category that the account has bought is part of what the reader may see
        for purchase in purchases.sudo():
            yield Matter(
                "category",
                purchase.company_id.with_env(self.env),
                purchase.partner_id.with_env(self.env),
                purchase.category_id,
                amount=purchase.revenue_previous or purchase.revenue or None,
                day=purchase.last_purchase or None,
                figures=("revenue",),
                user=purchase.partner_id.key_account_manager_id.with_env(self.env),
                numbers={"usual": purchase.usual_days, "name": purchase.category_id.name},
            )

    # === WORK ===#

    def _of_record(self, code: str, record: BaseModel, day: date | None, **values: Any) -> Matter:
        account = values.pop("account") if "account" in values else record.partner_id
        user = values.pop("user") if "user" in values else record.user_id
        return Matter(code, record.company_id, account, record, day=day, user=user, **values)

    def _visit_reports(self) -> Iterator[Matter]:
        late = Domain("state", "=", "planned") & Domain("day", "<", self.today)
        for visit in self.env["key.account.visit"].search(self._mine() & late, order="day, id"):
            yield self._of_record("visit_report", visit, visit.day)

    def _measures(self) -> Iterator[Matter]:
        measures = self.env["key.account.care.measure"]
        due = measures._get_live_domain() & Domain("date_end", "<=", self.today)
        unrated = measures._get_progress_domains()["effect_missing"]
        for measure in measures.search(self._mine() & (due | unrated), order="date_end, id"):
            if measure.state == "done":
                yield self._of_record("effect", measure, measure.done_on or measure.date_end, severity=INFO)
                continue
            # What the customer knows of was promised
            promised = measure.is_shared or measure.review_id
            code = "promise_measure" if promised else "measure"
            severity = DANGER if promised and measure.date_end < self.today else WARNING
            yield self._of_record(code, measure, measure.date_end, severity=severity)

    def _milestones(self) -> Iterator[Matter]:
        due = Domain("date_done", "=", False) & Domain("date_deadline", "<=", self.today)
        for milestone in self.env["key.account.milestone"].search(self._mine() & due, order="date_deadline, id"):
            yield self._of_record(
                "milestone",
                milestone,
                milestone.date_deadline,
                amount=milestone.expected_revenue or None,
                severity=DANGER if milestone.is_at_risk else WARNING,
            )

    def _briefings(self) -> Iterator[Matter]:
        participants = self.env["key.account.coaching.participant"].search(
            Domain("plan_id.partner_id", "in", self.accounts.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "!=", "briefed")
            & Domain("plan_id.active", "=", True)
            & Domain("plan_id.date_to", ">=", self.today),
            order="plan_id, id",
        )
        informers = participants.plan_id._filtered_access("write")
        for plan, waiting in participants.grouped("plan_id").items():
            if self.env.user in waiting.user_id:
                yield self._of_record("briefing_mine", plan, plan.date_from, user=self.env.user)
            elif plan in informers:
                names = ", ".join(waiting.user_id.mapped("name"))
                numbers = {"count": len(waiting), "names": names}
                yield self._of_record("briefing", plan, plan.date_from, records=tuple(waiting.ids), numbers=numbers)

    def _profiles(self) -> Iterator[Matter]:
        if not self.env["key.account.profile"].has_access("write"):
            return
        for row in self.rows:
            months = row.company_id.sudo().key_account_profile_months if row.status in WORKED_ON else 0
            old = row.partner_id._get_outdated_profile_texts(months) if months else []
            if old:
                yield self._of_row(
                    "profile", row, (), severity=INFO, numbers={"count": len(old), "texts": old, "months": months}
                )

    def _care_processes(self) -> Iterator[Matter]:
        if not self.people:
            return
        processes = self.env["key.account.care.process"].search(
            [
                ("user_id", "in", self.people.ids),
                ("company_id", "in", self.env.companies.ids),
                ("next_check", "<=", self.today),
            ],
            order="next_check, id",
        )
        for process in processes:
            nobody = self.env["res.partner"]
            yield self._of_record("process_check", process, process.next_check, account=nobody, severity=INFO)
        gaps = self.people._get_accounts_with_care_gaps()
        if gaps:
            nobody = self.env["res.partner"]
            yield Matter(
                "care_gap",
                self.env.company,
                nobody,
                nobody,
                severity=INFO,
                records=tuple(gaps.ids),
                numbers={"count": len(gaps), "names": gaps[:3].mapped("name")},
            )

    # === REVIEWS ===#

    def _reviews(self) -> Iterator[Matter]:
        reviews = self.env["key.account.review"].search(
            Domain("partner_id", "in", self.accounts.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "in", ("preparation", "proposed", "scheduled", "held")),
            order="planned_date, id",
        )
        failed = self._not_reached(reviews)
        for review in reviews:
            if names := failed.get(review.id):
                yield self._of_record(
                    "mail_failed", review, None, severity=DANGER, numbers={"names": names, "count": len(names)}
                )
            yield from getattr(self, f"_review_{review.state}")(review)
        yield from self._reviews_due({(review.partner_id, review.company_id) for review in reviews})

    def _review_preparation(self, review: BaseModel) -> Iterator[Matter]:
        day = review.planned_date or review.partner_id.key_account_next_review
        if day and day <= self.today + timedelta(days=PREPARE_DAYS):
            yield self._of_record("review_prepare", review, day, severity=DANGER if day < self.today else WARNING)

    def _review_proposed(self, review: BaseModel) -> Iterator[Matter]:
        now = fields.Datetime.now()
        ahead = [slot.start for slot in review.slot_ids if slot.state == "open" and slot.start > now]
        day = fields.Datetime.context_timestamp(review, min(ahead)).date() if ahead else None
        if not day or day <= self.today + timedelta(days=CONFIRM_DAYS):
            yield self._of_record("review_confirm", review, day, severity=WARNING if day else DANGER)

    def _review_scheduled(self, review: BaseModel) -> Iterator[Matter]:
        day = review.planned_date
        if day and day < self.today:
            yield self._of_record("review_hold", review, day)
        elif day and day <= self.today + timedelta(days=CONFIRM_DAYS):
            yield self._of_record("review_prepare", review, day, severity=INFO)

    def _review_held(self, review: BaseModel) -> Iterator[Matter]:
        held = review.held_on and fields.Datetime.context_timestamp(review, review.held_on).date()
        if held and held <= self.today - timedelta(days=CLOSE_DAYS):
            yield self._of_record("review_close", review, held, severity=INFO)

    def _reviews_due(self, in_work: set[tuple[BaseModel, BaseModel]]) -> Iterator[Matter]:
        latest = self.today + timedelta(days=PREPARE_DAYS)
        for row in self.rows:
            day = row.next_review
            if row.status not in WORKED_ON or not day or day > latest:
                continue
            if (row.partner_id, row.company_id) not in in_work:
                yield self._of_row("review_due", row, (), day=day, severity=DANGER if day < self.today else WARNING)

    def _not_reached(self, reviews: BaseModel) -> dict[int, list[str]]:
        """:return: ``{review id: names of those whom the proposed dates did not reach}``"""
        invitations = self.env["key.account.review.invitation"].search(
            [
                ("review_id", "in", reviews.filtered(lambda review: review.state == "proposed").ids),
                ("failure", "!=", False),
            ],
            order="id",
        )
        names: dict[int, list[str]] = {}
        for invitation in invitations:
            names.setdefault(invitation.review_id.id, []).append(invitation.partner_id.name or "")
        return names

    def _failed_mails(self) -> Iterator[Matter]:
        """Other emails of the reader about visits and reviews that reached nobody."""
        # As superuser: nobody reads the notifications of all; these are the reader's own
        failed = (
            self.env["mail.notification"]
            .sudo()
            .search_fetch(
                [
                    ("author_id", "=", self.env.user.partner_id.id),
                    ("notification_type", "=", "email"),
                    ("notification_status", "in", ("bounce", "exception")),
                    ("mail_message_id.model", "in", ("key.account.visit", "calendar.event")),
                ],
                ["mail_message_id", "res_partner_id"],
                limit=100,
            )
        )
        by_visit: dict[BaseModel, list[str]] = {}
        meetings = self.env["calendar.event"].sudo()
        events = meetings.search(
            [("id", "in", [m.res_id for m in failed.mail_message_id if m.model == "calendar.event"])]
        )
        of_event = {event.id: event.key_account_visit_id for event in events}
        for notification in failed:
            message = notification.mail_message_id
            visit = (
                of_event.get(message.res_id)
                if message.model == "calendar.event"
                else self.env["key.account.visit"].browse(message.res_id)
            )
            if visit:
                by_visit.setdefault(visit.with_env(self.env), []).append(notification.res_partner_id.name or "")
        visits = self.env["key.account.visit"].search(
            [("id", "in", [visit.id for visit in by_visit]), ("state", "=", "planned"), ("day", ">=", self.today)]
        )
        for visit in visits.filtered(lambda visit: visit.partner_id in self.accounts):
            names = sorted(set(by_visit[visit]))
            yield self._of_record(
                "visit_mail", visit, visit.day, severity=DANGER, numbers={"names": names, "count": len(names)}
            )

    # === PROMISES ===#

    def _promises(self) -> Iterator[Matter]:
        """What was agreed in a review and is late: no follow-up of it was ever made, or a price never came."""
        late = Domain("review_id.state", "in", ("held", "closed")) & Domain("result_date", "<", self.today)
        late &= Domain("followup", "=", False)
        conditions = Domain("outcome", "=", "agreed") & Domain("carried_over_on", "=", False)
        for code, more in (
            ("promise_issue", Domain("state", "=", "open")),
            ("promise_topic", Domain.TRUE),
            ("promise_condition", conditions),
        ):
            model = self.env[SUBJECTS[code]]
            of_accounts = Domain("review_id.partner_id", "in", self.accounts.ids)
            of_accounts &= Domain("company_id", "in", self.env.companies.ids)
            for part in model.search(of_accounts & late & more, order="result_date, id"):
                review = part.review_id
                yield self._of_record(
                    code,
                    part,
                    part.result_date,
                    account=review.partner_id,
                    user=part.result_user_id or review.user_id,
                    severity=DANGER,
                    numbers={"name": part.display_name},
                )
        yield from self._agreed_prices()

    def _agreed_prices(self) -> Iterator[Matter]:
        conditions = self.env["key.account.review.condition"].search(
            Domain("partner_id", "in", self.accounts.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("review_id.state", "in", ("held", "closed"))
            & Domain("kind", "=", "price")
            & Domain("outcome", "=", "agreed")
            & Domain("carried_over_on", "=", False)
            & Domain("result_date", "=", False),
            order="id",
        )
        # Who may not bring prices into the price list cannot help
        writable = conditions.review_id._filtered_access("write")
        for review, agreed in conditions.filtered(lambda each: each.review_id in writable).grouped("review_id").items():
            held = review.held_on and fields.Datetime.context_timestamp(review, review.held_on).date()
            yield self._of_record(
                "price_agreed", review, held, records=tuple(agreed.ids), numbers={"count": len(agreed)}
            )


def by_account(matters: Iterable[Matter]) -> dict[tuple[int, int], list[Matter]]:
    """:return: ``{(account id, company id): matters}``"""
    found: dict[tuple[int, int], list[Matter]] = {}
    for matter in matters:
        found.setdefault((matter.account.id, matter.company.id), []).append(matter)
    return found
