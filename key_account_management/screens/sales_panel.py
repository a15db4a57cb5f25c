from datetime import timedelta
from typing import Any

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

MEASURES = 5


class SalesPanel:
    """What opportunities and quotations of a key account show next to the form: what is agreed with this customer."""

    def __init__(self, account: BaseModel) -> None:
        self.account = account
        self.env = account.env

    def content(self) -> dict[str, Any]:
        """See ``get_key_account_sales_panel`` of ``res.partner``."""
        measures, more = self._measures()
        return {
            "account": {"id": self.account.id, "name": self.account.display_name},
            "minimum_order": self._minimum_order(),
            "plan": self._plan(),
            "measures": measures,
            "more_measures": more,
            "next_talk": self._next_talk(),
        }

    def _minimum_order(self) -> str:
        minimum = self.account._get_key_account_minimum_order()
        return self.env.company.currency_id.format(minimum) if minimum else ""

    def _plan(self) -> dict[str, Any] | None:
        today = fields.Date.context_today(self.account)
        # One at most: plans of an account do not overlap
        plan = self.env["key.account.coaching.plan"].search(
            [
                ("partner_id", "=", self.account.id),
                ("company_id", "=", self.env.company.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ],
            limit=1,
        )
        if not plan:
            return None
        kinds = dict(plan.guideline_ids._fields["kind"]._description_selection(self.env))
        return {
            "id": plan.id,
            "goal": plan.goal,
            "period": f"{format_date(self.env, plan.date_from)} – {format_date(self.env, plan.date_to)}",
            "briefing": plan.participant_ids.filtered(lambda each: each.user_id == self.env.user).state or False,
            "guidelines": [
                {"kind": guideline.kind, "label": kinds[guideline.kind], "text": guideline.text}
                for guideline in plan.guideline_ids
            ],
        }

    def _measures(self) -> tuple[list[dict[str, Any]], int]:
        """:return: (the open measures that are due first, how many more there are)"""
        today = fields.Date.context_today(self.account)
        measures = self.env["key.account.care.measure"]
        domain = (
            Domain("partner_id", "child_of", self.account.id)
            & Domain("company_id", "=", self.env.company.id)
            & measures._get_live_domain()
        )
        first = measures.search(domain, order="date_end, id", limit=MEASURES)
        more = measures.search_count(domain) - MEASURES if len(first) == MEASURES else 0
        return [
            {
                "id": measure.id,
                "name": measure.name,
                "responsible": measure.user_id.name or "",
                "deadline": format_date(self.env, measure.date_end),
                "overdue": measure.date_end < today,
            }
            for measure in first
        ], more

    def _next_talk(self) -> dict[str, Any] | None:
        """The next meeting in the calendar with people of the account; of a private one, when it is."""
        now = fields.Datetime.now()
        today = fields.Date.context_today(self.account)
        people = Domain("partner_ids", "child_of", self.account.id)
        ahead = (Domain("allday", "=", False) & Domain("start", ">=", now - timedelta(minutes=15))) | (
            Domain("allday", "=", True) & Domain("start_date", ">=", today)
        )
        event = self.env["calendar.event"].search(people & ahead, order="start, id", limit=1)
        if not event:
            return None
        return {
            "id": event.id,
            "name": event.display_name,
            "start": format_date(self.env, event.start_date)
            if event.allday
            else format_datetime(self.env, event.start, dt_format="short"),
            "visit": event.key_account_visit,
        }
