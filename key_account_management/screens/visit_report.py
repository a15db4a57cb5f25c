from datetime import date
from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

from ..documents.data.visit_preparation import VisitPreparation

MOST = 12
# What a line can add, and by which model the user is asked whether they may. What is heard in a visit is part of it
NEW = {"measure": "key.account.care.measure", "issue": "", "risk": "", "opportunity": "crm.lead"}


class VisitReportScreen:
    """What the report on a visit starts with: the facts, what to know, what is open and can be ticked.

    :param visit: the visit that is reported on, empty if there is none yet
    :param event: its meeting, empty if there was none
    :param account: of the visit, empty if it is to be chosen
    """

    def __init__(self, env: Environment, visit: BaseModel, event: BaseModel, account: BaseModel) -> None:
        self.env = env
        self.visit, self.event = visit, event
        self.choices = env["res.partner"]
        self.account = account or self._find_account()
        self.company = visit.company_id or env.company
        self.today = fields.Date.context_today(self.account)

    def content(self) -> dict[str, Any]:
        """:return: ``{"visit_id", "event_id", "account": None or {"id", "name"}, "accounts": [{"id", "name"}] to choose
        from, "reported": text if there is a report already, "day", "when": text, "kind", "purpose", "preparation",
        "know": [text], "people": [{"id", "name", "function", "met"}], "open": [{"model", "id", "label", "name",
        "detail", "may_settle"}], "new": [{"kind", "label"}], "measure_day", "next": {"day", "planned", "reason"}}``;
        days are ``YYYY-MM-DD``
        """
        account = self.account
        content: dict[str, Any] = {
            "visit_id": self.visit.id,
            "event_id": self.event.id,
            "account": {"id": account.id, "name": account.display_name} if account else None,
            "accounts": [{"id": each.id, "name": each.display_name} for each in self.choices],
            "reported": self._reported(),
            "day": fields.Date.to_string(min(self._day(), self.today)),
            "when": self._when(),
            "kind": self.visit.kind or "visit",
            "purpose": self.visit.purpose or "",
            "preparation": self.visit.preparation or "",
            "result": self.visit.result or "",
            "know": [],
            "people": [],
            "open": [],
            "new": [],
            "next": None,
        }
        if account:
            preparation = VisitPreparation(account, self.company, self.visit)
            content |= {
                "know": self._know(preparation),
                "people": self._people(),
                "open": self._open(preparation),
                "new": [{"kind": kind, "label": label} for kind, label in self._new()],
                "next": self._next(),
            }
        return content

    # === THE FACTS ===#

    def _find_account(self) -> BaseModel:
        """The account of the meeting. If it does not tell, the user's own accounts are offered."""
        accounts = self.event.partner_ids.key_account_id
        if len(accounts) == 1:
            return accounts
        partners = self.env["res.partner"]
        self.choices = accounts or partners.search(partners._get_my_key_accounts_domain(), order="name, id", limit=200)
        return partners

    def _day(self) -> date:
        if self.visit:
            day: date = self.visit.day
            return day
        if self.event:
            begin: date = (
                self.event.start_date
                if self.event.allday
                else fields.Datetime.context_timestamp(self.event, self.event.start).date()
            )
            return begin
        return self.today

    def _when(self) -> str:
        start = self.visit.start or (not self.event.allday and self.event.start)
        if start:
            when: str = format_datetime(self.env, start, dt_format="short")
            return when
        return format_date(self.env, self._day())

    def _reported(self) -> str:
        if self.visit.state != "done":
            return ""
        return self.env._(
            "%(name)s has written the report on this visit.",
            name=self.visit.reported_by_id.name or self.env._("Someone else"),
        )

    def _people(self) -> list[dict[str, Any]]:
        met = self.visit.contact_ids | self.event.partner_ids.filtered(
            lambda partner: not partner.is_company and partner._is_below(self.account)
        )
        return [
            {"id": each.id, "name": each.name or each.display_name, "function": each.function or "", "met": each in met}
            for each in (met | self.account._get_key_account_contacts())[:MOST]
        ]

    # === WHAT TO KNOW ===#

    def _know(self, preparation: VisitPreparation) -> list[str]:
        known = [*preparation.moved[:2], preparation.overdue]
        promises = [*preparation.issues.mapped("name"), *preparation.measures.mapped("name")]
        if promises:
            names = ", ".join(promises[:3])
            known.append(
                self.env._("1 promise open: %(names)s", names=names)
                if len(promises) == 1
                else self.env._("%(count)s promises open: %(names)s", count=len(promises), names=names)
            )
        return [line for line in known if line]

    def _open(self, preparation: VisitPreparation) -> list[dict[str, Any]]:
        """What can be ticked as done. Whose it is to settle is decided as everywhere else."""
        rows = []
        labels = {
            "key.account.care.measure": self.env._("Measure"),
            "key.account.review.issue": self.env._("Issue"),
        }
        for records in (preparation.issues[:MOST], preparation.measures[:MOST]):
            settled = records.with_env(self.env)._filtered_access("write")
            for record in records:
                is_measure = record._name == "key.account.care.measure"
                detail = [record.user_id.name, preparation.day(record.date_end)] if is_measure else []
                rows.append(
                    {
                        "model": record._name,
                        "id": record.id,
                        "label": labels[record._name],
                        "name": record.name,
                        "detail": " · ".join(filter(None, detail)),
                        "may_settle": record.id in settled.ids,
                    }
                )
        return rows

    def _new(self) -> list[tuple[str, str]]:
        labels = {
            "measure": self.env._("Measure"),
            "issue": self.env._("Issue"),
            "risk": self.env._("Risk"),
            "opportunity": self.env._("Opportunity"),
        }
        return [
            (kind, labels[kind]) for kind, model in NEW.items() if not model or self.env[model].has_access("create")
        ]

    def _next(self) -> dict[str, str]:
        """When the next visit is due if this one counts, by the tier; or the one that is planned already."""
        account = self.account
        planned = account.key_account_planned_visit
        if planned and planned > self.today:
            return {
                "day": "",
                "planned": self.env._("Next visit planned: %(day)s", day=format_date(self.env, planned)),
                "reason": "",
            }
        day = account._get_next_visit_day(min(self._day(), self.today))
        tier = account.key_account_tier_id
        reason = ""
        if day and tier.visit_target:
            reason = self.env._("Tier %(tier)s: %(count)s visits a year", tier=tier.name, count=tier.visit_target)
        return {"day": fields.Date.to_string(day) if day else "", "planned": "", "reason": reason}
