from datetime import date, timedelta
from functools import cached_property
from typing import Any

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date

from ...figures.figure import Figure
from ...figures.period import Period
from ..formatter import Formatter

MOVED = 3
# Rows of each list: the sheet is one page
MOST = 8
QUOTATIONS = ("draft", "sent")
PROFILE = ("role", "influence", "attitude")


class VisitPreparation:
    """What to know before a visit to an account: from the books, and what was promised. Internal.

    All of it is read with the rights of the user.

    :param account: the key account, in the environment of whoever prepares the visit
    :param company: for which of our companies
    """

    def __init__(self, account: BaseModel, company: BaseModel, visit: BaseModel | None = None) -> None:
        self.env = account.with_company(company).with_context(allowed_company_ids=company.ids).env
        self.account = account.with_env(self.env)
        self.company = company.with_env(self.env)
        self.visit = visit
        self.format = Formatter(self.env)
        self.today = fields.Date.context_today(self.account)

    def data(self) -> dict[str, Any]:
        """:return: ``{"since", "moved": [text], "overdue", "issues", "measures", "promises", "offers",
        "people", "happened", "last_report", "last_report_day"}``, all of it text in the user's language"""
        return {
            "since": self.day(self.last) if self.last else "",
            "moved": self.moved,
            "overdue": self.overdue,
            "issues": [self._issue(issue) for issue in self.issues[:MOST]],
            "measures": [self._measure(measure) for measure in self.measures[:MOST]],
            "promises": self.promises,
            "offers": self.offers,
            "happened": self.happened,
            "people": self.people,
            "last_report": self.last_report.result or "",
            "last_report_day": self.day(self.last_report.day) if self.last_report else "",
        }

    def day(self, day: date) -> str:
        return format_date(self.env, day, date_format="medium")

    @cached_property
    def last(self) -> date | None:
        """The day of the last visit."""
        return self.account.key_account_last_visit or None

    # === FROM THE BOOKS ===#

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        """Those of the running fiscal year."""
        return self._compute(Period.of_fiscal_year(self.company, self.today).to_date(self.today))

    def _compute(self, period: Period) -> dict[str, Figure]:
        """:return: ``{code: Figure}`` of what the user may see, compared with the same days one year earlier"""
        engine = self.env["key.account.figures"]
        may_see = engine._may_see_code(engine._get_reader())
        codes = [code for code in ("revenue", "overdue_amount") if may_see(code)]
        figures = engine._compute_figures(self.account, period, codes, ("category",))
        of_account: dict[str, Figure] = figures[self.account.id]
        return of_account

    @cached_property
    def moved(self) -> list[str]:
        """What moved most in the running fiscal year, as sentences: the revenue, and the categories behind it."""
        revenue = self._figures.get("revenue")
        if not revenue or revenue.value is None:
            return []
        lines = []
        if revenue.previous is not None:
            lines.append(self.env._("Revenue %(amount)s this year (%(change)s)", **self._amounts(revenue)))
        return lines + self._moves(revenue)

    def _amounts(self, revenue: Figure) -> dict[str, str]:
        return {
            "amount": self.format.money(revenue.value or 0.0, revenue.unit),
            "change": self.format.change(revenue, "money"),
        }

    def _moves(self, revenue: Figure) -> list[str]:
        """The categories that moved most."""
        lines = []
        moves = [
            (row.label, row.value - row.previous)
            for row in revenue.breakdowns.get("category", [])
            if row.value is not None and row.previous is not None
        ]
        moves.sort(key=lambda move: -abs(move[1]))
        currency = self.format.currency(revenue.unit)
        for label, change in moves[:MOVED]:
            if not currency.is_zero(change):
                sign = "+" if currency.compare_amounts(change, 0.0) > 0 else ""
                lines.append(f"{label} {sign}{self.format.money(change, revenue.unit)}")
        return lines

    @cached_property
    def overdue(self) -> str:
        """Overdue invoices; empty for those who may not know."""
        figure = self._figures.get("overdue_amount")
        if not figure or figure.value is None:
            return ""
        if self.format.currency(figure.unit).is_zero(figure.value):
            return self.env._("No overdue invoices")
        return self.env._("Overdue: %(amount)s", amount=self.format.money(figure.value, figure.unit))

    @cached_property
    def offers(self) -> list[str]:
        """Quotations that the customer has not answered."""
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return []
        domain = (
            Domain("partner_id", "child_of", self.account.id)
            & Domain("company_id", "=", self.company.id)
            & Domain("state", "in", QUOTATIONS)
        )
        lines = []
        for order in orders.search(domain, order="date_order desc, id desc", limit=MOST):
            amount = self.format.money(order.amount_untaxed, order.currency_id.name)
            until = self.env._("valid until %(day)s", day=self.day(order.validity_date)) if order.validity_date else ""
            lines.append(" · ".join(filter(None, (order.name, amount, until))))
        return lines

    # === WHAT IS OPEN ===#

    def _of_account(self) -> Domain:
        return Domain("partner_id", "=", self.account.id) & Domain("company_id", "=", self.company.id)

    @cached_property
    def measures(self) -> BaseModel:
        """Measures that are to be done, the most urgent ones first."""
        measures = self.env["key.account.care.measure"]
        return measures.search(self._of_account() & measures._get_live_domain(), order="date_end, id")

    @cached_property
    def issues(self) -> BaseModel:
        """Issues that are open, each as it is in the last review that it was carried over to."""
        issues = self.env["key.account.review.issue"]
        is_open = Domain("state", "=", "open") & Domain("next_issue_ids", "=", False)
        closed = Domain("review_id.state", "=", "cancelled")
        return issues.search(self._of_account() & is_open & ~closed, order="result_date, id")

    def _measure(self, measure: BaseModel) -> str:
        late = measure.date_end < self.today
        day = self.day(measure.date_end)
        due = self.env._("overdue since %(day)s", day=day) if late else self.env._("due on %(day)s", day=day)
        return f"{measure.name} – {', '.join(filter(None, (measure.user_id.name, due)))}"

    def _issue(self, issue: BaseModel) -> str:
        side = dict(issue._fields["side"]._description_selection(self.env))[issue.side]
        return f"{issue.name} ({side})"

    @cached_property
    def promises(self) -> list[str]:
        """What was agreed in the last review."""
        lines = []
        reviews = self.env["key.account.review"]
        held = self._of_account() & Domain("state", "in", ("held", "closed"))
        review = reviews.search(held, order="year desc, id desc", limit=1)
        for part in (*review.topic_ids, *review.issue_ids):
            if part.result:
                lines.append(f"{part.display_name}: {part.result}")
        return lines[:MOST]

    @cached_property
    def last_report(self) -> BaseModel:
        """The last visit with a report."""
        visits = self.env["key.account.visit"]
        domain = self._of_account() & Domain("state", "=", "done")
        if self.visit:
            domain &= Domain("id", "!=", self.visit.id)
        return visits.search(domain & Domain("result", "!=", False), order="day desc, id desc", limit=1)

    @cached_property
    def happened(self) -> list[str]:
        """What happened since the last visit."""
        since = self.last or self.today - timedelta(days=90)
        lines = []
        revenue = self._compute(Period(since, self.today)).get("revenue")
        if revenue and revenue.value is not None and not self.format.currency(revenue.unit).is_zero(revenue.value):
            amounts = self._amounts(revenue)
            lines.append(
                self.env._("Revenue %(amount)s", amount=amounts["amount"])
                if revenue.change is None
                else self.env._("Revenue %(amount)s (%(change)s on the same days last year)", **amounts)
            )
            lines += self._moves(revenue)
        measures = self.env["key.account.care.measure"].search(
            self._of_account() & Domain("state", "=", "done") & Domain("done_on", ">=", since), limit=MOST
        )
        lines += [self.env._("Done: %(measure)s", measure=measure.name) for measure in measures]
        events = self.env["key.account.event"].search(self._of_account() & Domain("date", ">=", since), limit=MOST)
        lines += [f"{self.day(event.date)}: {event.name}" for event in events]
        return lines

    # === PEOPLE ===#

    @cached_property
    def people(self) -> list[str]:
        """The people of the account: those who are met first."""
        chosen = self.visit.contact_ids if self.visit else self.env["res.partner"]
        contacts = self.account._get_key_account_contacts()
        people = (chosen.with_env(self.env) | contacts)[:MOST]
        profiles = self.env["key.account.profile"]
        labels = {name: dict(profiles._fields[name]._description_selection(self.env)) for name in PROFILE}
        found = profiles.search([("partner_id", "in", people.ids)]).grouped("partner_id")
        lines = []
        for contact in people:
            profile = found.get(contact, profiles)
            known = [labels[name].get(profile[name], "") for name in PROFILE]
            lines.append(" · ".join(filter(None, (contact.name, contact.function, *known))))
        return lines
