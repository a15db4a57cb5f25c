from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

NUMBER_FORMATS: dict[str, Any] = {
    "percent": "0.0%",
    "days": "0.0",
    "score": "0.0",
    # The one that Excel writes according to the reader's own settings; as text it would be the same for everyone
    "date": 14,
    # Small prices have more digits than the currency
    "price": "#,##0.00##",
    # A number, so that formulas can name it, shown as its letter
    "class": '[=1]"A";[=2]"B";"C"',
}
WHOLE = "#,##0"
# Not #,##0.##: Excel would write a whole number followed by a decimal point
BROKEN = "#,##0.0#"
QUIET = "#6B7682"
TOTAL = {"bold": True, "top": 1}
GRID = "#E3E7EC"
PREVIOUS_COLOR = "#B8C4D1"


class Styles:
    """The formats of cells; a format can only be used in one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, color: str, decimals: int, points: str, moves: Sequence[str]) -> None:
        """
        :param decimals: number of decimals of the document's currency
        :param points: the word for percentage points
        :param moves: the words for places up and down
        """
        self.book = book
        self.color = color
        self.money = f"{WHOLE}.{'0' * decimals}" if decimals else WHOLE
        add = book.add_format
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": color, "text_wrap": True, "valign": "top"}
        self.title = add({"bold": True, "font_size": 16, "font_color": color})
        self.block = add({"bold": True, "font_size": 12, "font_color": color})
        self.quiet = add({"font_color": QUIET})
        self.head = add(head)
        self.head_number = add(head | {"align": "right"})
        # Text to the right of a number keeps its distance
        self.head_text = add(head | {"indent": 1, "align": "left"})
        text = {"indent": 1, "align": "left", "valign": "top"}
        self.text = add(text)
        self.wrapped_text = add(text | {"text_wrap": True})
        self.label = add({"valign": "top"})
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self.bold = add({"bold": True, "valign": "top"})
        self.total_label = add(TOTAL)
        self.link = add({"bold": True, "font_color": color, "underline": 1})
        up, down = moves
        signs = {
            "relative": "+0.0%;−0.0%;0.0%",
            "percent": f'+0.0" {points}";−0.0" {points}";0.0" {points}"',
            "days": "+0.0;−0.0;0.0",
            "score": "+0.0;−0.0;0.0",
            # The smaller the number, the better
            "rank": f'0" {down}";0" {up}";0',
            "class": f'0" {down}";0" {up}";0',
        }
        self.changes = {
            (kind, total): add({"num_format": code, "align": "right", "valign": "top"} | (TOTAL if total else {}))
            for kind, code in signs.items()
            for total in (False, True)
        }
        self._numbers: dict[tuple[str | int, str, bool], Format] = {}

    def number(self, kind: str, value: float | None = None, unit: str = "", total: bool = False) -> Format:
        """
        :param kind: the ``unit`` of a ``key.account.kpi``, or ``date``
        :param value: the number: quantities only show decimals if they have any
        :param unit: written after the number
        """
        if kind == "money":
            code = self.money
        else:
            code = NUMBER_FORMATS.get(kind) or (WHOLE if float(value or 0.0).is_integer() else BROKEN)
        key = code, unit, total
        if key not in self._numbers:
            # A quotation mark would end the unit
            text = f' "{unit}"'.replace('""', '"') if unit and '"' not in unit else ""
            values = {"num_format": code + text if text else code, "align": "right", "valign": "top"}
            self._numbers[key] = self.book.add_format(values | (TOTAL if total else {}))
        return self._numbers[key]

    def change(self, kind: str, total: bool = False) -> Format:
        return self.changes.get((kind, total), self.changes["relative", total])
