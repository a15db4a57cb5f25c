from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from ...figures.figure import Table
from ..data.steps import Step, split_steps
from .page_tables import CHAPTER, HEADING, MESSAGE, PagedTable
from .paged_view import CONDITION, PagedView

# Share of the text's width as in the styles of the folder
PRODUCT = 0.31
# Legend and chart above the tables of a chapter, millimetres
CHART = 90
# What comes below the heading of a chapter, if there is such a table
FIRST_TABLES: dict[str, Sequence[str]] = {
    "companies": ("companies",),
    "steps": ("measures", "milestones"),
    "proposals": ("conditions",),
    "prices": ("prices",),
}


class FolderTables(PagedView):
    """The tables of the customer folder."""

    @cached_property
    def tables(self) -> dict[str, PagedTable]:
        """:return: ``{name: PagedTable}`` of the tables that have rows"""
        folder, messages = self.data.folder, self.data.messages
        first: dict[str, Any] = {"above": CHAPTER + MESSAGE, "begins_page": True}
        charted: dict[str, Any] = {"above": CHAPTER + MESSAGE + CHART + HEADING, "begins_page": True}
        headed: dict[str, Any] = {"above": CHAPTER + HEADING, "begins_page": True}
        tables = {"overview": self._lay_out_lines(self.figure_lines, targets=self.data.has_targets, **first)}
        if "months" in messages:
            tables["months"] = self._lay_out_lines(self.month_table(), self.total_line(), **charted)
        if "categories" in messages:
            tables["revenue"] = self._lay_out_lines(self.table("category"), self.total_line(), **charted)
            if volumes := self.table("category", "sales_volume"):
                tables["volume"] = self._lay_out_lines(volumes)
        if "products" in messages:
            tables["products"] = self._lay_out_lines(self.products(), self.total_line(), **first)
        if "companies" in messages:
            tables["companies"] = self._lay_out_lines(self.table("customer"), self.total_line(), **first)
        if self.measures:
            tables["measures"] = self._lay_out_steps(self.measures, **headed)
        if folder.milestones:
            places = {} if self.measures else headed
            tables["milestones"] = self._lay_out_steps(folder.milestones, **places)
        if folder.conditions:
            tables["conditions"] = self._lay_out_conditions(folder.conditions, 1 - CONDITION, **first)
        if self._prices.rows:
            tables["prices"] = self._lay_out_prices(**first)
        return tables

    @cached_property
    def measures(self) -> list[Step]:
        """Dropped measures are no longer steps, and a recurring one is in the folder once on each side of today."""
        measures = [measure for measure in self.data.folder.measures if measure.state != "cancelled"]
        behind, ahead = split_steps(measures, self.data.day_of_talk)
        return sorted(behind + ahead, key=lambda measure: measure.deadline)

    def _first_table(self, chapter: str) -> PagedTable | None:
        """The one below the heading of a chapter; None: there is text."""
        names = FIRST_TABLES.get(chapter, ())
        return next((self.tables[name] for name in names if name in self.tables), None)

    # === PRICES ===#

    @property
    def _prices(self) -> Table:
        return self.data.prices or Table([])

    def _lay_out_prices(self, **places: Any) -> PagedTable:
        width = self._width(PRODUCT)
        units = [([row], self.rows.height((row[0], width))) for row in self._price_rows]
        return self._lay_out(units, heads=3, **places)

    @cached_property
    def _price_columns(self) -> list[int]:
        """The positions of the columns that say something other than the previous one."""
        columns = list(zip(*self._prices.rows, strict=True))
        return [
            position
            for position, values in enumerate(columns)
            if any(value is not None for value in values) and values not in columns[:position]
        ]

    @property
    def price_headings(self) -> list[str]:
        return [self._prices.columns[position].label for position in self._price_columns]

    @property
    def _price_rows(self) -> list[list[str]]:
        """Rows of texts."""
        columns = [(position, self._prices.columns[position]) for position in self._price_columns]
        return [
            [self.format.cell(row[position], column.kind, column.unit) for position, column in columns]
            for row in self._prices.rows
        ]

    @property
    def priced_on(self) -> date:
        """The day of the prices: they were frozen when the review was held."""
        return (self.data.review and self.data.review.held_on) or self.data.printed_on
