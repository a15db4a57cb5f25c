from odoo.api import Environment

from ...tools.time_zones import company_day
from ..data.sender import gather_sender
from ..formatter import Formatter
from .page_furniture import number_sheets
from .paper import choose_paper


class InternalSheet:
    """What the template of a sheet for ourselves writes, in the user's language.

    It shows what the user may see, and nothing that they may not.
    """

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.format = Formatter(env)
        self.sender = gather_sender(env)
        self.paper = choose_paper(env.company.paperformat_id)

    @property
    def title(self) -> str:
        raise NotImplementedError

    @property
    def footer(self) -> str:
        return " · ".join((self.env._("Internal"), self.title, self.format.date(company_day(self.env.company))))

    def finish(self, pdf: bytes) -> bytes:
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)
