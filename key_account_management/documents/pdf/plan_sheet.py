import datetime
from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel

from .internal_sheet import InternalSheet

# Name, amount, what is to be said of it
Amount = tuple[str, float, str]


class PlanSheet(InternalSheet):
    """What the template of the action plan's sheet writes: a plan on a page."""

    def __init__(self, env: Environment, plans: BaseModel) -> None:
        super().__init__(env)
        self.plans = plans.with_env(env)

    @property
    def title(self) -> str:
        return self.env._("Action Plan")

    def date(self, day: datetime.date | None) -> str:
        return self.format.date(day, "medium") if day else ""

    def money(self, plan: BaseModel, amount: float) -> str:
        return self.format.money(amount, plan.currency_id.name)

    def hours(self, hours: float) -> str:
        return self.format.number(hours, 1) if hours else ""

    def label(self, record: BaseModel, field: str) -> str:
        """:return: the label of a selection's value, empty if there is none"""
        return dict(record._fields[field]._description_selection(self.env)).get(record[field], "")

    def potential(self, plan: BaseModel) -> list[tuple[str, str, str]]:
        """:return: [(name, amount, what is to be said of it)], of what the user may see; a plan without a target has no
        gap either
        """
        coming = ""
        if plan.potential_probability:
            share = self.format.percent(plan.potential_probability, 0)
            coming = self.env._("probability %(share)s", share=share)
        amounts = [(self.env._("Still to Come"), plan.potential_to_come, coming)]
        # What is made of revenue has the audience of revenue
        if plan._has_field_access(plan._fields["actual_revenue"], "read"):
            amounts = self._around_revenue(plan, amounts)
        return [(name, self.money(plan, amount), text) for name, amount, text in amounts]

    def _around_revenue(self, plan: BaseModel, to_come: list[Amount]) -> list[Amount]:
        between = ""
        if plan.forecast_low != plan.forecast_high:
            low, high = (self.money(plan, amount) for amount in (plan.forecast_low, plan.forecast_high))
            between = self.env._("%(low)s to %(high)s", low=low, high=high)
        amounts = [
            (self.env._("Invoiced"), plan.actual_revenue, ""),
            *to_come,
            (self.env._("Invoiced and Pipeline"), plan.forecast, between),
        ]
        if plan.target_revenue:
            amounts.insert(0, (self.env._("Target Revenue"), plan.target_revenue, ""))
            amounts.append((self.env._("Gap"), plan.gap, ""))
        return amounts

    def objective(self, objective: BaseModel) -> dict[str, Any]:
        """:return: what is written of an objective"""
        kpi, unit = objective.kpi_id, objective.plan_id.currency_id.name
        scale = 100 if kpi.unit == "percent" else 1
        start, target = (
            self.format.value(value / scale, kpi.unit, unit) if value else ""
            for value in (objective.start_value, objective.target_value)
        )
        known = objective.has_actual and objective.target_value
        return {
            "name": kpi.name,
            "start": start,
            "target": target,
            "actual": objective.actual,
            "reached": self.format.percent(objective.reached / 100, 0) if known else "",
            "result": self.label(objective, "result"),
        }

    def inputs(self, plan: BaseModel) -> list[tuple[str, list[str]]]:
        """:return: [(kind, what is known)], of those kinds of which there is something"""
        return [
            (self.label(of_kind[0], "kind"), of_kind.mapped("name"))
            for of_kind in plan.input_ids.grouped("kind").values()
        ]

    def milestones(self, plan: BaseModel) -> BaseModel:
        return plan.milestone_ids.filtered("active").sorted("date_deadline")

    def opportunities(self, plan: BaseModel) -> BaseModel:
        """Those that the user may see; what they come to is in the potential for everybody."""
        found = plan.lead_ids | plan.milestone_ids.lead_ids
        return found._filtered_access("read").filtered(lambda lead: lead.won_status == "pending")
