from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

from ..data.visit_preparation import VisitPreparation
from .internal_sheet import InternalSheet


class VisitSheet(InternalSheet):
    """What the template of the preparation sheet writes: one page a visit."""

    def __init__(self, env: Environment, visits: BaseModel) -> None:
        super().__init__(env)
        self.sheets = [self._gather(visit) for visit in visits.with_env(env)]

    @property
    def title(self) -> str:
        return self.env._("Preparation of a Visit")

    def _gather(self, visit: BaseModel) -> dict[str, Any]:
        data = VisitPreparation(visit.partner_id, visit.company_id, visit).data()
        when = format_datetime(self.env, visit.start, dt_format="short") if visit.start else ""
        left = [
            (self.env._("What moved"), [line for line in (*data["moved"], data["overdue"]) if line]),
            (self.env._("Since the last visit"), data["happened"]),
            (self.env._("Open offers"), data["offers"]),
            (self.env._("People"), data["people"]),
        ]
        right = [
            (self.env._("Open issues"), data["issues"]),
            (self.env._("Open measures"), data["measures"]),
            (self.env._("Promised in the last review"), data["promises"]),
        ]
        return {"visit": visit, "when": when or format_date(self.env, visit.day), "columns": [left, right], **data}
