from odoo.api import Environment

from ..data.review_sheets import ReviewSheet
from ..texts import footer
from .page_furniture import number_sheets
from .paper import Paper


class SheetView:
    """What the templates of minutes and checklist write: a `ReviewSheet`, which holds texts already."""

    def __init__(self, env: Environment, data: ReviewSheet, paper: Paper) -> None:
        self.data = data
        self.paper = paper

    @property
    def footer(self) -> str:
        return footer(self.data)

    def finish(self, pdf: bytes) -> bytes:
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)
