import io

import xlsxwriter

from odoo.api import Environment

from ..data.document_data import DocumentData
from ..formatter import Formatter
from ..pdf.paper import A4, LETTER, Paper
from .data_sheet import DataSheet
from .definitions_sheet import DefinitionsSheet
from .formulas import OF_FIGURES, OF_RECORDS
from .overview_sheet import OverviewSheet
from .styles import Styles
from .theme_sheet import ThemeSheet


class Workbook:
    def __init__(self, env: Environment, data: DocumentData, paper: Paper = A4) -> None:
        """:param data: the `DocumentData`; what the audience may not see is not in it"""
        self.env = env(context=dict(env.context, lang=data.language))
        self.data = data
        self.format = Formatter(self.env)
        # The internal edition looks like the customer's: each page must say which one it is
        self.title = data.title if data.audience == "customer" else f"{self.env._('Internal')} · {data.title}"
        self.is_letter = paper == LETTER

    def render(self) -> bytes:
        """:return: the file as bytes"""
        buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(buffer, {"in_memory": True})
        self.book.set_properties({"title": self.title, "author": self.data.sender.name, "comments": ""})
        decimals = self.format.currency(self.data.currency).decimal_places
        moves = [
            text.strip() for text in (self.env._("%(number)s up", number=""), self.env._("%(number)s down", number=""))
        ]
        self.styles = Styles(self.book, self.data.sender.primary_color, decimals, self.env._("points"), moves)
        # Sheets are in the order in which they are created, and are written once their cells are known
        overview = OverviewSheet(self, self.env._("Overview"))
        self.themes = self._make_themes()
        self.data_sheets = {name: DataSheet(self, table) for name, table in self.data.source_tables.items()}
        definitions = DefinitionsSheet(self, self.env._("Definitions"))
        sheets: list[DataSheet | ThemeSheet | DefinitionsSheet]
        sheets = [*self.data_sheets.values(), *self.themes, definitions]
        for sheet in sheets:
            sheet.fill()
        overview.fill(self.themes)
        self.book.close()
        return buffer.getvalue()

    def _make_themes(self) -> list[ThemeSheet]:
        """:return: a `ThemeSheet` for each theme in which the audience may see something"""
        field = self.env["key.account.kpi"]._fields["theme"]
        return [
            ThemeSheet(self, label, figures)
            for theme, label in field._description_selection(self.env)
            if (figures := [figure for figure in self.data.figures.values() if figure.theme == theme])
        ]

    def formula(self, code: str, column: int) -> str | None:
        """How a figure follows from other cells.

        :param column: 1 for this period, 2 for the previous one
        :return: the formula, None for a figure that is just a number
        """
        cells = {
            code: sheet.cell_from_outside(row, column) for sheet in self.themes for code, row in sheet.rows.items()
        }
        ranges = {name: sheet.ranges() for name, sheet in self.data_sheets.items()}
        for formulas, names in ((OF_FIGURES, cells), (OF_RECORDS, ranges | self._criteria(column))):
            if code in formulas:
                try:
                    return formulas[code].format(**names)
                except KeyError:
                    # What it follows from is not in this edition
                    return None
        return None

    def _criteria(self, column: int) -> dict[str, str | int]:
        """What is in the data sheets' columns, as texts in formulas."""
        elapsed = self.data.period.up_to(self.data.printed_on)
        if column == 2:
            elapsed = self.data.period.to_date(self.data.printed_on).previous
        return {
            "period": _text(self.env._("This period") if column == 1 else self.env._("Previous year")),
            "credit_note": _text(self.env._("Credit Note")),
            "yes": _text(self.env._("Yes")),
            "days": elapsed.days if elapsed else 0,
        }


def _text(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
