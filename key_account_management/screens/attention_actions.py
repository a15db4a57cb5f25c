"""What can be done about something that needs attention, right where it is shown."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.models import BaseModel

from ..figures.period import Period
from ..roles import MANAGER
from ..tools.rpc import shortened
from .attention_sources import Matter
from .attention_words import AttentionWords

Action = dict[str, Any]
# Days that a colleague gets, and for which what was delegated stays away
DELEGATED_DAYS = 7
# The farthest day to which something is put off
LATEST_DAYS = 366
EFFECTS = ("none", "some", "strong")


class Step(NamedTuple):
    """``asks``: what has to be said before: a ``day``, a ``user``, an ``effect``; empty if nothing.
    ``model``: the right to ``write`` the subject, or to ``create`` such a record, is needed.
    """

    name: str
    asks: str = ""
    model: str = ""


WRITE = "write"
VISIT, MEASURE = "key.account.visit", "key.account.care.measure"
PLAN_VISIT = Step("plan_visit", model=VISIT)
ADD_MEASURE = Step("add_measure", model=MEASURE)
# A colleague gets a measure
HAND_OVER = Step("hand_over", "user", MEASURE)
DONE = Step("done", model=WRITE)
POSTPONE, DELEGATE = Step("postpone", "day", WRITE), Step("delegate", "user", WRITE)
OPEN = Step("open")
WORK = (DONE, POSTPONE, DELEGATE, OPEN)
STEPS: dict[str, tuple[Step, ...]] = {
    "visit": (PLAN_VISIT, HAND_OVER),
    "revenue": (PLAN_VISIT, ADD_MEASURE, HAND_OVER),
    "health": (ADD_MEASURE, HAND_OVER),
    "overdue": (ADD_MEASURE, HAND_OVER),
    "pays_later": (ADD_MEASURE, HAND_OVER),
    "price_floor": (ADD_MEASURE, HAND_OVER),
    "price_ends": (ADD_MEASURE, HAND_OVER),
    "draft_invoice": (HAND_OVER,),
    "quotation": (HAND_OVER,),
    "category": (ADD_MEASURE, PLAN_VISIT, HAND_OVER),
    "visit_report": (Step("write_report", model=WRITE), POSTPONE, Step("cancel", model=WRITE)),
    "measure": WORK,
    "promise_measure": WORK,
    "effect": (Step("rate", "effect", WRITE), OPEN),
    "milestone": WORK,
    "review_due": (Step("create_review", model="key.account.review"),),
    "review_prepare": (Step("propose", model=WRITE), OPEN),
    "review_confirm": (Step("propose", model=WRITE), OPEN),
    "review_hold": (Step("hold", model=WRITE), OPEN),
    "review_close": (Step("close", model=WRITE), OPEN),
    "promise": (Step("make_measures", model=WRITE), OPEN),
    "price_agreed": (OPEN,),
    "briefing": (Step("inform", model=WRITE), OPEN),
    "briefing_mine": (Step("confirm"), OPEN),
    "profile": (Step("open_account"),),
    "mail_failed": (Step("propose", model=WRITE), OPEN),
    "visit_mail": (OPEN,),
    "process_check": (Step("check_process", model=WRITE), OPEN),
    "care_gap": (Step("open_gaps"),),
}
# Figures whose records are the evidence
FIGURES = {
    "revenue": "revenue",
    "visit": "visits",
    "health": "revenue",
    "overdue": "overdue_amount",
    "pays_later": "days_late",
    "price_floor": "minimum_price",
}
RECORDS = {"draft_invoice": "account.move", "quotation": "sale.order", "price_ends": "product.pricelist.item"}


class AttentionActions:
    """What the reader may do about a matter, and does."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.today = fields.Date.context_today(env["res.partner"])
        self.writable: dict[str, set[int]] = {}
        self.may: dict[tuple[str, str], bool] = {}

    def prepare(self, matters: Iterable[Matter]) -> None:
        """Asks once for each model what the reader may write."""
        subjects: dict[str, BaseModel] = {}
        for matter in matters:
            if subject := matter.subject:
                subjects[subject._name] = subjects.get(subject._name, subject.browse()) | subject
        for model, records in subjects.items():
            self.writable[model] = set(records.with_env(self.env)._filtered_access("write").ids)

    def offered(self, matter: Matter) -> list[Action]:
        """:return: ``[{"name", "label", "asks"}]``"""
        labels = self._labels()
        return [
            {"name": step.name, "label": labels[step.name], "asks": step.asks}
            for step in STEPS[matter.code]
            if self._may(step, matter)
        ]

    def _may(self, step: Step, matter: Matter) -> bool:
        if not step.model:
            return True
        if step.model == WRITE:
            return matter.subject.id in self.writable.get(matter.subject._name, ())
        return self._has(step.model, "create")

    def _has(self, model: str, operation: str) -> bool:
        if (model, operation) not in self.may:
            self.may[model, operation] = self.env[model].has_access(operation)
        return self.may[model, operation]

    def _labels(self) -> dict[str, str]:
        return {
            "plan_visit": self.env._("Plan Visit"),
            "add_measure": self.env._("Add Measure"),
            "hand_over": self.env._("Delegate"),
            "done": self.env._("Done"),
            "postpone": self.env._("Postpone"),
            "delegate": self.env._("Delegate"),
            "open": self.env._("Open Record"),
            "write_report": self.env._("Write Report"),
            "cancel": self.env._("Did Not Take Place"),
            "rate": self.env._("Rate Effect"),
            "create_review": self.env._("Begin Preparation"),
            "propose": self.env._("Propose Dates"),
            "hold": self.env._("Mark as Held"),
            "close": self.env._("Close Review"),
            "make_measures": self.env._("Make Measures"),
            "inform": self.env._("Inform"),
            "confirm": self.env._("Confirm Briefing"),
            "open_account": self.env._("Open Account"),
            "check_process": self.env._("Check"),
            "open_gaps": self.env._("Open Accounts"),
        }

    # === EVIDENCE ===#

    def evidence_label(self, matter: Matter) -> str:
        """What opens the very records; empty if there are none, or none that the reader may see."""
        if model := RECORDS.get(matter.code):
            labels = {
                "draft_invoice": self.env._("Invoices"),
                "quotation": self.env._("Quotations"),
                "price_ends": self.env._("Price Rules"),
            }
            return labels[matter.code] if self._has(model, "read") else ""
        labels = {
            "revenue": self.env._("Invoices"),
            "health": self.env._("Invoices"),
            "visit": self.env._("Visits"),
            "overdue": self.env._("Invoices"),
            "pays_later": self.env._("Invoices"),
            "price_floor": self.env._("Invoice Lines"),
            "category": self.env._("Purchases"),
        }
        return labels.get(matter.code, "")

    def evidence(self, matter: Matter) -> Action:
        """Opens the records that a matter is made of."""
        account = matter.account.with_company(matter.company).with_context(allowed_company_ids=matter.company.ids)
        if matter.code in RECORDS:
            domain = Domain("id", "in", list(matter.records))
            return self._list(self.evidence_label(matter), RECORDS[matter.code], domain)
        if matter.code == "category":
            return self._list(
                self.env._("Purchases"),
                "key.account.sales.report",
                Domain("customer_id", "child_of", matter.account.id)
                & Domain("company_id", "=", matter.company.id)
                & Domain("categ_id", "child_of", list(matter.records)),
            )
        if matter.code not in FIGURES:
            raise UserError(self.env._("There are no records to show for this."))
        year = Period.of_fiscal_year(matter.company, self.today)
        action: Action = account.action_view_key_account_figure(FIGURES[matter.code], year.date_from, self.today)
        return action

    def _list(self, name: str, model: str, domain: Any) -> Action:
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {"create": False},
        }

    # === DOING ===#

    def take(self, matter: Matter, name: str, values: dict[str, Any]) -> tuple[str, Action | None]:
        """Does one of the offered steps.

        :param values: what was asked for: ``day`` as ``YYYY-MM-DD``, ``user_id``, ``effect``
        :return: (what was done, as a sentence; empty if an action follows), the action that follows
        :raises UserError: it is not offered, or what was asked for is missing
        :raises AccessError: the reader may not do it
        """
        step = next((step for step in STEPS[matter.code] if step.name == name), None)
        if not step:
            raise UserError(self.env._("This cannot be done here: %(name)s.", name=shortened(name)))
        result: tuple[str, Action | None] = getattr(self, f"_take_{name}")(matter, values)
        return result

    def _take_plan_visit(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        return "", matter.account.with_company(matter.company).action_plan_key_account_visit()

    def _take_add_measure(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        measures = self.env["key.account.care.measure"]
        name, _description = self._measure_for(matter)
        action: Action = measures._get_add_action(
            matter.account, matter.account, name=name, company_id=matter.company.id
        )
        return "", action

    def _take_hand_over(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        """A colleague gets a measure, and the matter stays away until its deadline."""
        colleague = self._colleague(matter, values)
        name, description = self._measure_for(matter)
        until = self.today + timedelta(days=DELEGATED_DAYS)
        self.env["key.account.care.measure"].create(
            {
                "name": name,
                "description": description,
                "partner_id": matter.account.id,
                "company_id": matter.company.id,
                "user_id": colleague.id,
                "date_start": self.today,
                "date_end": until,
            }
        )
        reason = self.env._("Delegated to %(name)s", name=colleague.name)
        title = AttentionWords(self.env).title(matter)
        self.env["key.account.attention.decision"]._decide(matter, title, reason, until)
        return self.env._("%(name)s has a measure for it now.", name=colleague.name), None

    def _measure_for(self, matter: Matter) -> tuple[str, str]:
        """:return: name and description of a measure about it, which all who look after the account may read"""
        if self._is_internal(matter):
            return self.env._("Check the internal figures"), ""
        words = AttentionWords(self.env, for_all=True)
        words.prepare([matter])
        return words.title(matter), words.sentence(matter)

    def _take_done(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        subject = matter.subject
        if subject._name == "key.account.milestone":
            stage = self.env["key.account.milestone.stage"].search([("is_done", "=", True)], limit=1)
            if not stage:
                raise UserError(self.env._("There is no stage for milestones that were reached."))
            subject.stage_id = stage
            return self.env._("Reached: %(name)s", name=subject.name), None
        return self.env._("Done: %(name)s", name=subject.name), subject.action_done() or None

    def _take_postpone(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        subject, day = matter.subject, self._day(values)
        if subject._name == "key.account.visit":
            subject.write(subject._move_to(day))
        elif subject._name == "key.account.milestone":
            subject.date_deadline = day
        else:
            subject.date_end = day
        words = AttentionWords(self.env)
        return self.env._("Postponed to %(day)s.", day=words._day(day)), None

    def _take_delegate(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        colleague = self._colleague(matter, values)
        matter.subject.user_id = colleague
        return self.env._("%(name)s is responsible now.", name=colleague.name), None

    def _take_open(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        subject = matter.subject
        subject.check_access("read")
        return "", {
            "type": "ir.actions.act_window",
            "res_model": subject._name,
            "res_id": subject.id,
            "views": [(False, "form")],
        }

    def _take_write_report(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        return "", matter.subject.action_write_report()

    def _take_cancel(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        matter.subject.action_cancel()
        return self.env._("The visit is cancelled."), None

    def _take_rate(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        if values.get("effect") not in EFFECTS:
            raise UserError(self.env._("Choose what the measure achieved."))
        matter.subject.effect = values["effect"]
        return self.env._("Rated: %(name)s", name=matter.subject.name), None

    def _take_create_review(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        self.env["key.account.review"].check_access("create")
        return "", {
            "type": "ir.actions.act_window",
            "res_model": "key.account.review",
            "views": [(False, "form")],
            "context": {
                "default_partner_id": matter.account.id,
                "default_company_id": matter.company.id,
                "default_planned_date": fields.Date.to_string(max(matter.day or self.today, self.today)),
            },
        }

    def _take_propose(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        return "", matter.subject.action_propose_dates()

    def _take_hold(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        """On which day and with whom is asked, as in the review's form."""
        matter.subject.check_access("write")
        action: Action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account_management.key_account_review_hold_action"
        )
        return "", {**action, "context": {"default_review_id": matter.subject.id}}

    def _take_close(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        action = matter.subject.action_close()
        if isinstance(action, dict):
            return "", action
        return self.env._("Closed: %(name)s", name=matter.subject.name), None

    def _take_make_measures(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        """Each promise becomes a measure, whose deadline is that of the promise."""
        for record in matter.records:
            model, _comma, part = str(record).partition(",")
            self.env[model].browse(int(part)).action_make_measure()
        return self.env._("There are measures for them now."), None

    def _take_inform(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        matter.subject.action_inform()
        return self.env._("They have been informed."), None

    def _take_confirm(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        matter.subject.action_confirm_briefing()
        return self.env._("Your briefing is confirmed."), None

    def _take_open_account(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        return "", matter.account._get_key_account_form_action()

    def _take_check_process(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        action: Action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account_management.key_account_care_process_check_action"
        )
        context = {
            "active_id": matter.subject.id,
            "active_ids": matter.subject.ids,
            "active_model": matter.subject._name,
        }
        return "", {**action, "context": {**context, "default_process_id": matter.subject.id}}

    def _take_open_gaps(self, matter: Matter, values: dict[str, Any]) -> tuple[str, Action | None]:
        domain = Domain("id", "in", list(matter.records))
        return "", self._list(self.env._("Nothing Planned"), "res.partner", domain)

    # === WHAT WAS ASKED FOR ===#

    def colleagues(self, matter: Matter) -> BaseModel:
        """Who works for the account and may know of the matter, besides whoever is responsible."""
        people: BaseModel = matter.account._get_key_account_users()
        # As superuser: the roles of colleagues are not secret, but not everyone may read them
        known = people.sudo().filtered(lambda user: user.active and matter.company in user.company_ids)
        if self._is_internal(matter):
            known = known.filtered(lambda user: user.has_group(MANAGER))
        return known.with_env(self.env) - (matter.user or people.browse())

    def _is_internal(self, matter: Matter) -> bool:
        internal: frozenset[str] = self.env["key.account.kpi"]._get_internal_codes()
        return not internal.isdisjoint(matter.figures)

    def _colleague(self, matter: Matter, values: dict[str, Any]) -> BaseModel:
        asked = values.get("user_id")
        colleague = self.colleagues(matter).filtered(lambda user: user.id == asked)
        if not colleague:
            raise UserError(self.env._("Choose a colleague who works for this account."))
        return colleague

    def _day(self, values: dict[str, Any]) -> date:
        return day_ahead(self.env, values.get("day"))


def day_ahead(env: Environment, value: Any) -> date:
    """:return: the day that a client has sent as ``YYYY-MM-DD``
    :raises UserError: it is none, not after today, or too far away
    """
    today = fields.Date.context_today(env["res.partner"])
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if not day or not today < day <= today + timedelta(days=LATEST_DAYS):
        raise UserError(env._("Choose a day after today, within a year."))
    return day
