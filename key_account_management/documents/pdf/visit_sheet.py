from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import format_date, format_datetime

from ...tools.time_zones import company_day
from ..data.sender import gather_sender
from ..data.visit_preparation import VisitPreparation
from ..formatter import Formatter
from .page_furniture import number_sheets
from .paper import choose_paper


class VisitSheet:
    """What the template of the preparation sheet writes: one page a visit, in the user's language. Internal.

    It shows what the user may see, and nothing that they may not.
    """

    def __init__(self, env: Environment, visits: BaseModel) -> None:
        self.env = env
        self.format = Formatter(env)
        self.sender = gather_sender(env)
        self.paper = choose_paper(env.company.paperformat_id)
        self.sheets = [self._gather(visit) for visit in visits.with_env(env)]

    @property
    def today(self) -> str:
        return self.format.date(company_day(self.env.company))

    @property
    def footer(self) -> str:
        return " · ".join((self.env._("Internal"), self.env._("Preparation of a Visit"), self.today))

    def finish(self, pdf: bytes) -> bytes:
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)

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
