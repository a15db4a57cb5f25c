"""The workbook of an account: native charts, and formulas for everything that follows from other cells."""

import io
import math

import xlsxwriter

from ..figures.figure import Figure
from .formatter import Formatter

NUMBER_FORMATS = {
    "money": "#,##0.00",
    "quantity": "#,##0.##",
    "percent": "0.0%",
    "days": "0.0",
    "count": "#,##0",
    "score": "0.0",
}
# Columns of a breakdown's sheet; internal figures drop out of a customer's workbook with their data
COLUMNS = ("revenue", "sales_volume", "cost_of_goods_sold", "contribution_margin")
# A chart shows so many rows at most
CHART_ROWS = 24
# Width of the definitions in characters; Excel does not fit the height of rows to wrapped text by itself
DEFINITION_WIDTH = 100
LINE_HEIGHT = 16


class Workbook:
    def __init__(self, env, data):
        self.env = env(context=dict(env.context, lang=data.language))
        self.data = data
        self.format = Formatter(self.env)

    def render(self):
        """:return: the file as bytes"""
        buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(buffer, {"in_memory": True})
        self.book.set_properties({"title": self.data.title, "author": self.data.sender.name, "comments": ""})
        self._make_styles()
        self._write_overview()
        self._write_breakdown("month", self.env._("Months"), self.env._("Month"), "column")
        self._write_breakdown("category", self.env._("Categories"), self.env._("Category"), "bar")
        self._write_breakdown("product", self.env._("Products"), self.env._("Product"), None)
        if len(self.data.rows("revenue", "customer")) > 1:
            self._write_breakdown("customer", self.env._("Companies"), self.env._("Company"), "bar")
        self._write_definitions()
        self.book.close()
        return buffer.getvalue()

    def _make_styles(self):
        color = self.data.sender.primary_color
        add = self.book.add_format
        self.title = add({"bold": True, "font_size": 16, "font_color": color})
        self.quiet = add({"font_color": "#6B7682"})
        self.head = add({"bold": True, "font_color": "#FFFFFF", "bg_color": color, "text_wrap": True, "valign": "top"})
        self.head_number = add(
            {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": color,
                "text_wrap": True,
                "valign": "top",
                "align": "right",
            }
        )
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self.bold = add({"bold": True, "valign": "top"})
        self.numbers = {kind: add({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
        self.totals = {kind: add({"num_format": code, "bold": True, "top": 1}) for kind, code in NUMBER_FORMATS.items()}
        self.total_label = add({"bold": True, "top": 1})
        signs = {"percent": "+0.0%;−0.0%;0.0%", "days": "+0.0;−0.0;0.0"}
        self.changes = {kind: add({"num_format": code}) for kind, code in signs.items()}

    def _add_sheet(self, name):
        # Excel's own limits for names of sheets
        sheet = self.book.add_worksheet(name[:31].translate(dict.fromkeys(map(ord, "[]:*?/\\"), " ")))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, f"{self.data.account} – {self.data.title}", self.title)
        sheet.write_string(1, 0, self._subtitle(), self.quiet)
        return sheet

    def _subtitle(self):
        return self.env._(
            "%(period)s, compared with %(previous)s. Amounts in %(currency)s.",
            period=self.data.period_text,
            previous=self.data.previous_text,
            currency=self.data.currency,
        )

    # === OVERVIEW ===#

    def _write_overview(self):
        sheet = self._add_sheet(self.env._("Overview"))
        targets = [self.env._("Target")] if self.data.has_targets else []
        numbers = [self.env._("This period"), self.env._("Year before"), self.env._("Change"), *targets]
        self._write_heads(sheet, self.env._("Figure"), numbers, [self.env._("Unit"), self.env._("Note")])
        unit_column = 1 + len(numbers)
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, len(numbers), 16)
        sheet.set_column(unit_column, unit_column, 12)
        sheet.set_column(unit_column + 1, unit_column + 1, 60)
        for row, figure in enumerate(self.data.figures.values(), 4):
            sheet.write_string(row, 0, figure.name)
            self._write_number(sheet, row, 1, figure.figure.value, self.numbers[figure.kind])
            self._write_number(sheet, row, 2, figure.figure.previous, self.numbers[figure.kind])
            self._write_change(sheet, row, 1, figure.figure, figure.kind)
            if targets:
                self._write_number(sheet, row, len(numbers), figure.figure.target, self.numbers[figure.kind])
            sheet.write_string(row, unit_column, figure.figure.unit)
            sheet.write_string(row, unit_column + 1, figure.figure.note)
        if not self.data.has_sales:
            sheet.write_string(2, 0, self.data.messages["revenue"], self.bold)

    def _write_heads(self, sheet, what, numbers, texts):
        sheet.write_string(3, 0, what, self.head)
        for column, head in enumerate(numbers, 1):
            sheet.write_string(3, column, head, self.head_number)
        for column, head in enumerate(texts, 1 + len(numbers)):
            sheet.write_string(3, column, head, self.head)
        sheet.freeze_panes(4, 1)

    def _write_number(self, sheet, row, column, value, style):
        """An undefined value is an empty cell."""
        if value is None:
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, value, style)

    def _write_change(self, sheet, row, column, figure, kind):
        """Change of the value in ``column`` on the one to its right, as a formula to the right of both."""
        now, before = (self._cell(row, column + offset) for offset in (0, 1))
        if kind in ("percent", "days", "score"):
            empty, formula = f'OR({now}="",{before}="")', f"{now}-{before}"
            value = None if None in (figure.value, figure.previous) else figure.value - figure.previous
        else:
            empty, formula = f'OR({now}="",{before}="",{before}=0)', f"({now}-{before})/ABS({before})"
            value = figure.change
        style = self.changes["days" if kind in ("days", "score") else "percent"]
        sheet.write_formula(row, column + 2, f'=IF({empty},"",{formula})', style, "" if value is None else value)

    def _cell(self, row, column, absolute=False):
        return xlsxwriter.utility.xl_rowcol_to_cell(row, column, absolute, absolute)

    # === BREAKDOWNS ===#

    def _write_breakdown(self, breakdown, name, what, chart):
        """A sheet with a line per row of the breakdown, three columns a figure, totals and a chart."""
        codes = [code for code in COLUMNS if self.data.rows(code, breakdown)]
        if not codes:
            return
        sheet = self._add_sheet(name)
        rows_of = {code: {row.key: row for row in self.data.rows(code, breakdown)} for code in codes}
        keys = list(rows_of["revenue"])
        first, last = 4, 3 + len(keys)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 3 * len(codes) + 2, 16)
        sheet.set_row(3, 3 * LINE_HEIGHT)
        sheet.write_string(3, 0, what, self.head)
        for row, key in enumerate(keys, first):
            sheet.write_string(row, 0, self._label(breakdown, rows_of["revenue"][key]))
        sheet.write_string(last + 1, 0, self.env._("Total"), self.total_label)
        for position, code in enumerate(codes):
            self._write_figure_columns(sheet, code, 1 + 3 * position, first, [rows_of[code][key] for key in keys])
        column = 1 + 3 * len(codes)
        self._write_shares(sheet, column, first, [rows_of["revenue"][key] for key in keys])
        sheet.freeze_panes(4, 1)
        sheet.autofilter(3, 0, last, column)
        if chart:
            self._insert_chart(sheet, chart, first, min(last, first + CHART_ROWS - 1), last + 4)

    def _label(self, breakdown, row):
        if breakdown != "month":
            return row.label
        month = next(month for month in self.data.period.months if month.strftime("%Y-%m") == row.key)
        return self.format.date(month, "MMMM yyyy")

    def _write_figure_columns(self, sheet, code, column, first, rows):
        """This period, year before and change of a figure; the totals are sums of the lines."""
        data = self.data.figures[code]
        total_row = first + len(rows)
        # Volumes in different units are not added up, and their unit stands beside them
        units = {row.unit for row in rows if row.unit}
        same_unit = data.kind == "money" or len(units) <= 1
        unit = data.figure.unit or "/".join(sorted(units))
        heads = (
            f"{data.name} ({unit})" if unit else data.name,
            self.env._("%(figure)s, year before", figure=data.name),
            self.env._("%(figure)s, change", figure=data.name),
        )
        for offset, head in enumerate(heads):
            sheet.write_string(3, column + offset, head, self.head_number)
        for position, row in enumerate(rows, first):
            style = self.numbers[data.kind]
            if not same_unit and row.unit:
                style = self._unit_style(data.kind, row.unit)
            self._write_number(sheet, position, column, row.value, style)
            self._write_number(sheet, position, column + 1, row.previous, style)
            self._write_change(sheet, position, column, Figure(row.value, row.previous), data.kind)
        for offset, value in enumerate((data.figure.value, data.figure.previous)):
            style = self.totals[data.kind]
            if value is None or not same_unit:
                sheet.write_blank(total_row, column + offset, None, style)
                continue
            cells = f"{self._cell(first, column + offset)}:{self._cell(total_row - 1, column + offset)}"
            sheet.write_formula(total_row, column + offset, f"=SUM({cells})", style, value)
        self._write_change(sheet, total_row, column, data.figure, data.kind)

    def _unit_style(self, kind, unit):
        """A number format that writes the unit behind the number."""
        key = (kind, unit)
        if key not in self.numbers:
            quoted = unit.replace('"', "")
            self.numbers[key] = self.book.add_format({"num_format": f'{NUMBER_FORMATS[kind]} "{quoted}"'})
        return self.numbers[key]

    def _write_shares(self, sheet, column, first, rows):
        sheet.write_string(3, column, self.env._("Share of revenue"), self.head_number)
        total_row = first + len(rows)
        total = self.data.figures["revenue"].figure.value
        total_cell = self._cell(total_row, 1, absolute=True)
        for position, row in enumerate(rows, first):
            cell = self._cell(position, 1)
            value = row.value / total if row.value is not None and total else ""
            sheet.write_formula(
                position,
                column,
                f'=IF(OR({cell}="",{total_cell}="",{total_cell}=0),"",{cell}/{total_cell})',
                self.numbers["percent"],
                value,
            )

    def _insert_chart(self, sheet, kind, first, last, at_row):
        chart = self.book.add_chart({"type": kind})
        series = (
            (2, self.env._("Year before"), "#B8C4D1"),
            (1, self.env._("This period"), self.data.sender.primary_color),
        )
        for column, name, color in series:
            chart.add_series(
                {
                    "name": name,
                    "categories": [sheet.get_name(), first, 0, last, 0],
                    "values": [sheet.get_name(), first, column, last, column],
                    "fill": {"color": color},
                    "gap": 60,
                    "overlap": -5,
                }
            )
        revenue = self.data.figures["revenue"]
        chart.set_title({"name": f"{revenue.name} ({self.data.currency})", "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        values, categories = ("x_axis", "y_axis") if kind == "bar" else ("y_axis", "x_axis")
        getattr(chart, f"set_{values}")(
            {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E7EC"}}}
        )
        getattr(chart, f"set_{categories}")({"reverse": kind == "bar", "label_position": "low"})
        chart.set_size({"width": 900, "height": 340})
        sheet.insert_chart(at_row, 0, chart)

    # === DEFINITIONS ===#

    def _write_definitions(self):
        sheet = self._add_sheet(self.env._("Definitions"))
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, 1, DEFINITION_WIDTH)
        sheet.write_string(3, 0, self.env._("Figure"), self.head)
        sheet.write_string(3, 1, self.env._("Definition"), self.head)
        for row, figure in enumerate(self.data.figures.values(), 4):
            sheet.write_string(row, 0, figure.name, self.bold)
            sheet.write_string(row, 1, figure.formula, self.wrapped)
            sheet.set_row(row, LINE_HEIGHT * math.ceil(len(figure.formula) / DEFINITION_WIDTH))
        sheet.freeze_panes(4, 0)
