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
from .portfolio_rows import PortfolioRow, read_rows

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
# Texts of a profile
TEXTS = ("requirements", "tasks", "markets", "technologies")
# What is read of the rows of the portfolio
READ = (
    *("date", "status", "manager_id", "next_review", "last_visit", "next_visit", "visit_due"),
    *("revenue_change", "revenue_change_rate", "overdue_amount", "health", "facts", "signals"),
)
DOCUMENTS = {
    # What documents are still lying about
    "draft_invoice": ("account.move", ("draft",)),
    "quotation": ("sale.order", ("draft", "sent")),
}
# Parts of a review in which something was promised, and when it is still open
PROMISES = {
    "key.account.review.issue": Domain("state", "=", "open"),
    "key.account.review.topic": Domain.TRUE,
    "key.account.review.condition": Domain("outcome", "=", "agreed") & Domain("carried_over_on", "=", False),
}


@dataclass
class Matter:
    """Something that needs attention.

    ``subject``: the record that it is about, empty for what is about the account as a whole. ``amount``: what is at
    stake, in the company's currency; None: nobody can tell. ``day``: since when it waits or by when it is due.
    ``figures``: codes of the figures that it tells something of. ``records``: ids of what it is made of, if that is
    more than its subject, with the model if there are several. ``user``: who is responsible.
    """

    code: str
    company: BaseModel
    account: BaseModel
    subject: BaseModel
    severity: int = WARNING
    amount: float | None = None
    day: date | None = None
    figures: tuple[str, ...] = ()
    records: tuple[int | str, ...] = ()
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
    def rows(self) -> list[PortfolioRow]:
        """Today's rows of the accounts, those that the reader may see. Of their figures, not all are for the reader:
        each matter names those that it tells something of.
        """
        rows = self.env["key.account.snapshot"].search(
            [
                ("is_current", "=", True),
                ("partner_id", "in", self.accounts.ids),
                ("company_id", "in", self.env.companies.ids),
                ("as_of", "!=", False),
            ],
            order="id",
        )
        return read_rows(rows, *READ)

    @cached_property
    def currencies(self) -> dict[int, BaseModel]:
        """:return: ``{company id: currency}``"""
        # As superuser: users need not have access to all that is in a company
        return {company.id: company.currency_id for company in self.env.companies.sudo()}

    def _is_positive(self, row: PortfolioRow, amount: float | None) -> bool:
        return amount is not None and self.currencies[row.company_id].compare_amounts(amount, 0.0) > 0

    def _mine(self, user: str = "user_id", account: str = "partner_id") -> Domain:
        """Records of the accounts, and what the people are responsible for."""
        domain = Domain(account, "in", self.accounts.ids) & Domain("company_id", "in", self.env.companies.ids)
        if self.people and user:
            domain |= Domain(user, "in", self.people.ids) & Domain("company_id", "in", self.env.companies.ids)
        return domain

    # === THE PORTFOLIO ===#

    def _of_portfolio(self) -> Iterator[Matter]:
        rows = self.rows
        worked_on = [row for row in rows if row.status in WORKED_ON]
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

    def _of_row(self, code: str, row: PortfolioRow, figures: tuple[str, ...], **values: Any) -> Matter:
        account = self.accounts.browse(row.partner_id).with_prefetch(self.accounts.ids)
        company = self.env.companies.browse(row.company_id)
        manager = self.env.user.browse(row.manager_id or ())
        return Matter(code, company, account, account.browse(), figures=figures, user=manager, **values)

    def _visited_since(self, rows: list[PortfolioRow]) -> dict[tuple[int, int], list[BaseModel]]:
        """:return: ``{(account id, company id): visits}`` that were planned or reported since the night"""
        due = [row for row in rows if self._is_visit_overdue(row)]
        found: dict[tuple[int, int], list[BaseModel]] = {}
        if not due:
            return found
        # As superuser: whether someone has planned a visit does not depend on who asks
        visits = self.env["key.account.visit"].sudo()
        within = Domain("partner_id", "child_of", [row.partner_id for row in due])
        within &= Domain("company_id", "in", self.env.companies.ids)
        ahead = Domain("state", "=", "planned") & Domain("kind", "=", "visit") & Domain("day", ">=", self.today)
        held = Domain("state", "=", "done") & Domain("kind", "in", ("visit", "phone_instead"))
        held &= Domain("day", ">=", min(row.visit_due or self.today for row in due) - timedelta(days=1))
        for visit in visits.search(within & (ahead | held)):
            above = visit.partner_id
            while above:
                found.setdefault((above.id, visit.company_id.id), []).append(visit)
                above = above.parent_id
        return found

    def _is_visit_overdue(self, row: PortfolioRow) -> bool:
        return is_visit_overdue(row, self.today)

    def _visit(self, row: PortfolioRow, visited: dict[tuple[int, int], list[BaseModel]]) -> Iterator[Matter]:
        if not self._is_visit_overdue(row):
            return
        last, due = row.last_visit, row.visit_due
        for visit in visited.get((row.partner_id, row.company_id), ()):
            if visit.state == "planned":
                return
            last = max(last or visit.day, visit.day)
        if last != row.last_visit:
            # As superuser: the tier and its target are not secret
            due = self.accounts.browse(row.partner_id).sudo()._get_visit_due(last) or None
        if due and due < self.today:
            # As the figure: days of the company
            numbers = {"days": (row.date - last).days if last else None}
            yield self._of_row("visit", row, ("days_since_visit",), severity=DANGER, day=due, numbers=numbers)

    def _turns(self, rows: list[PortfolioRow]) -> dict[tuple[int, int], list[PortfolioRow]]:
        """:return: ``{(account id, company id): rows of month's ends, the latest first}``"""
        wanted = [row.partner_id for row in rows if self._is_losing(row) or row.health is not None]
        ends = self.env["key.account.snapshot"].search(
            [
                ("is_current", "=", False),
                ("partner_id", "in", wanted),
                ("company_id", "in", self.env.companies.ids),
                ("date", ">=", self.today - relativedelta(months=TURN_MONTHS + 1, day=1)),
                ("date", "<", self.today),
            ],
            order="date desc, id desc",
        )
        found: dict[tuple[int, int], list[PortfolioRow]] = {}
        for end in read_rows(ends, "date", "revenue_change", "revenue_change_rate", "health"):
            found.setdefault((end.partner_id, end.company_id), []).append(end)
        return found

    def _is_losing(self, row: PortfolioRow) -> bool:
        change, rate = row.revenue_change, row.revenue_change_rate
        if change is None or rate is None:
            return False
        # as floats: a rate
        return rate <= -NOTABLE_CHANGE and self._is_positive(row, -change)

    def _turned(self, row: PortfolioRow, turns: dict[tuple[int, int], list[PortfolioRow]]) -> Iterator[Matter]:
        """Revenue notably below last year's, and a health that fell within three months' ends."""
        ends = turns.get((row.partner_id, row.company_id), [])[:TURN_MONTHS]
        change, rate = row.revenue_change, row.revenue_change_rate
        if change is not None and rate is not None and self._is_losing(row):
            # The last month's end at which it was not so, if it was within these months
            comparable = [end for end in ends if end.revenue_change_rate is not None]
            before = next((end for end in comparable if not self._is_losing(end)), None)
            yield self._of_row(
                "revenue",
                row,
                ("revenue", "revenue_change"),
                # as floats: a rate
                severity=DANGER if rate <= -GRAVE_CHANGE or before else WARNING,
                amount=-change,
                numbers={"rate": rate, "since": before.date if before else None, "facts": row.facts or []},
            )
        known = [(end.date, end.health) for end in ends if end.health is not None]
        if row.health is not None and known:
            day, health = known[-1]
            # as floats: points
            if health - row.health >= HEALTH_TURN or (row.health < HEALTH_LOW <= health):
                numbers = {"health": row.health, "before": health, "since": day, "facts": row.facts or []}
                low = row.health < HEALTH_LOW
                yield self._of_row("health", row, ("health",), severity=DANGER if low else WARNING, numbers=numbers)

    def _payment(self, row: PortfolioRow, later: Fact | None) -> Iterator[Matter]:
        overdue = row.overdue_amount
        if self._is_positive(row, overdue):
            days = later["days"] if later else None
            yield self._of_row(
                "overdue", row, ("overdue_amount", "days_late"), severity=DANGER, amount=overdue, numbers={"days": days}
            )
        elif later:
            yield self._of_row(
                "pays_later", row, ("days_late",), numbers={"days": later["days"], "late": later["late"]}
            )

    def _of_signal(self, row: PortfolioRow, signal: Fact) -> Matter:
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

    def _lying(self, rows: list[PortfolioRow]) -> dict[str, set[int]]:
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

    def _documents(self, row: PortfolioRow, signal: Fact, lying: set[int]) -> Iterator[Matter]:
        documents = [document for document in signal["documents"] if document[0] in lying]
        if documents:
            oldest = min(fields.Date.to_date(day) for _id, _amount, day in documents)
            yield self._of_row(
                signal["code"],
                row,
                tuple(signal["figures"]),
                severity=INFO if signal["code"] == "quotation" else WARNING,
                amount=self.currencies[row.company_id].round(abs(sum(amount for _id, amount, _day in documents))),
                day=oldest,
                records=tuple(sorted(document[0] for document in documents)),
                numbers={"count": len(documents)},
            )

    def _categories(self) -> Iterator[Matter]:
        """What was not bought again in its usual interval."""
        if not self.env["key.account.snapshot"]._may_see_figures(("revenue",)):
            return
        purchases = self.env["key.account.category.purchase"].search(
            [
                ("partner_id", "in", self.accounts.ids),
                ("company_id", "in", self.env.companies.ids),
                ("is_reorder_late", "=", True),
            ],
            order="id",
        )
        # As superuser: what the account buys is told by its revenue, which the reader may see
        late = purchases.sudo().grouped(lambda purchase: (purchase.partner_id, purchase.company_id))
        for (account, company), of_account in late.items():
            of_account = of_account.sorted(lambda purchase: (-self._bought(purchase), purchase.id))
            account, manager = account.with_env(self.env), account.key_account_manager_id.with_env(self.env)
            yield Matter(
                "category",
                company.with_env(self.env),
                account,
                account.browse(),
                amount=company.currency_id.round(sum(map(self._bought, of_account))) or None,
                day=min((purchase.last_purchase for purchase in of_account if purchase.last_purchase), default=None),
                figures=("revenue",),
                records=tuple(of_account.category_id.ids),
                user=manager,
                numbers={
                    "categories": [
                        {
                            "name": purchase.category_id.name,
                            "usual": purchase.usual_days,
                            "last": purchase.last_purchase or None,
                        }
                        for purchase in of_account
                    ]
                },
            )

    def _bought(self, purchase: BaseModel) -> float:
        return max(purchase.revenue_previous or 0.0, purchase.revenue or 0.0)

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
        """Texts of profiles that nobody has checked for long, by those who may write them."""
        profiles = self.env["key.account.profile"]
        # As superuser: the setting is not secret
        limits = {
            company.id: (months, self.today - relativedelta(months=months))
            for company in self.env.companies.sudo()
            if (months := company.key_account_profile_months)
        }
        rows = [row for row in self.rows if row.status in WORKED_ON and row.company_id in limits]
        if not rows or not profiles.has_access("write"):
            return
        names = [f"{text}_checked_on" for text in TEXTS]
        found = profiles.search_read(
            [("partner_id", "in", [row.partner_id for row in rows])], ["partner_id", *names], load=""
        )
        checked = {profile["partner_id"]: profile for profile in found}
        since = dict(self._since(rows))
        for row in rows:
            months, limit = limits[row.company_id]
            profile = checked.get(row.partner_id, {})
            begun = since.get(row.partner_id)
            # What was never written counts from the day on which the customer became an account
            old = [text for text in TEXTS if not (day := profile.get(f"{text}_checked_on") or begun) or day <= limit]
            if old:
                numbers = {"count": len(old), "texts": old, "months": months}
                yield self._of_row("profile", row, (), severity=INFO, numbers=numbers)

    def _since(self, rows: list[PortfolioRow]) -> Iterator[tuple[int, date]]:
        accounts = self.accounts.browse(row.partner_id for row in rows)
        for values in accounts.read(["key_account_since"], load=""):
            yield values["id"], values["key_account_since"]

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
                # Each has their own
                self.env.user,
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
        yield from self._reviews_due({(review.partner_id.id, review.company_id.id) for review in reviews})

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

    def _reviews_due(self, in_work: set[tuple[int, int]]) -> Iterator[Matter]:
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
        # As superuser: to which visit a meeting belongs, nobody may read; the visit is read as the user
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
        """What was agreed in a review and is late: nothing has followed from it, or a price never came."""
        late = Domain("review_id.state", "in", ("held", "closed")) & Domain("result_date", "<", self.today)
        late &= Domain("followup", "=", False) & Domain("review_id.partner_id", "in", self.accounts.ids)
        late &= Domain("company_id", "in", self.env.companies.ids)
        parts: dict[BaseModel, list[BaseModel]] = {}
        for model, more in PROMISES.items():
            for part in self.env[model].search(late & more, order="result_date, id"):
                parts.setdefault(part.review_id, []).append(part)
        for review, of_review in parts.items():
            of_review.sort(key=lambda part: part.result_date)
            yield self._of_record(
                "promise",
                review,
                of_review[0].result_date,
                severity=DANGER,
                records=tuple(f"{part._name},{part.id}" for part in of_review),
                numbers={"count": len(of_review), "names": [part.display_name for part in of_review]},
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


def is_visit_overdue(row: PortfolioRow, today: date) -> bool:
    """Whether the next visit was due and none is planned, as far as the night knows."""
    return bool(row.visit_due and row.visit_due < today and not (row.next_visit and row.next_visit >= today))


def by_account(matters: Iterable[Matter]) -> dict[tuple[int, int], list[Matter]]:
    """:return: ``{(account id, company id): matters}``"""
    found: dict[tuple[int, int], list[Matter]] = {}
    for matter in matters:
        found.setdefault((matter.account.id, matter.company.id), []).append(matter)
    return found
