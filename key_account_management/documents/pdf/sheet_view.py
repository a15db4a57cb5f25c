from ..texts import footer
from .page_furniture import number_sheets


class SheetView:
    """What the templates of minutes and checklist write: a `ReviewSheet`, which holds texts already."""

    def __init__(self, env, data, paper):
        self.data = data
        self.paper = paper

    @property
    def footer(self):
        return footer(self.data)

    def finish(self, pdf):
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)
