import datetime
from collections import defaultdict
from collections.abc import Iterable

from dateutil.relativedelta import relativedelta

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ...tools.time_zones import company_day
from ..data.sender import gather_sender
from ..formatter import Formatter
from .page_furniture import number_sheets
from .page_tables import PagedTable, Rows, lay_out
from .paper import choose_paper

STARS = range(1, 6)
# Lines to be filled in by hand: measures of an area, care processes
EMPTY_LINES, EMPTY_PROCESSES = 3, 4
# How measures are set; heights of an area's name and of everything above the first table, in millimetres
MEASURES, AREA, ABOVE = Rows(8.5, 1.2), 8.5, 60
# Widths of the columns' contents, except the measure's name; the gap after each of the six columns
ACCOUNT, STATUS, OTHERS, COLUMNS, GAP = 36, 24, 66, 6, 2


class CareWorksheet:
    """What the template of the care process worksheet writes: in the user's language, what the user may see.

    It lists the measures that count as customer care: those in progress, and those of the last twelve
    months that are done; then the processes. The blank one has space to fill in both by hand.
    """

    stars = STARS
    empty_lines = EMPTY_LINES

    def __init__(self, env: Environment, processes: BaseModel, empty: bool) -> None:
        self.env = env
        self.format = Formatter(env)
        self.sender = gather_sender(env)
        self.empty = empty
        self.processes = [None] * EMPTY_PROCESSES if empty else processes
        self.areas = self._gather_areas()
        self.paper = choose_paper(env.company.paperformat_id)

    @property
    def measures_table(self) -> PagedTable:
        """:return: `PagedTable` of rows (area that begins or None; its measure, None if it has none)"""
        name_width = self.paper.text_width - ACCOUNT - STATUS - OTHERS - COLUMNS * GAP
        units = []
        for area, measures in self.areas:
            for position, measure in enumerate(measures or [None]):
                cells = measure and (
                    (measure.partner_id.display_name, ACCOUNT),
                    (measure.name, name_width),
                    (self.effect(measure), STATUS),
                )
                begins = not position
                row = (self.area_name(area) if begins else None, measure)
                units.append(([row], MEASURES.height(*cells or ()) + (AREA if begins else 0)))
        head = MEASURES.height_of_lines(1)
        return lay_out(units, self.paper.text_height, head, ABOVE, begins_page=True)

    def area_name(self, area: BaseModel) -> str:
        return area.name if area else self.env._("Without a Care Area")

    def date(self, day: datetime.date | None) -> str:
        return self.format.date(day, "medium") if day else ""

    @property
    def today(self) -> str:
        return self.format.date(company_day(self.env.company))

    @property
    def processes_model(self) -> BaseModel:
        return self.env["key.account.care.process"]

    @property
    def footer(self) -> str:
        return " · ".join((self.sender.name, self.env._("Care Process Worksheet"), self.today))

    def finish(self, pdf: bytes) -> bytes:
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)

    def effect(self, measure: BaseModel) -> str:
        """:return: how a measure turned out, or what it waits for"""
        field = "effect" if measure.effect else "progress_state"
        return dict(measure._fields[field]._description_selection(self.env))[measure[field]]

    def _gather_areas(self) -> list[tuple[BaseModel, BaseModel]]:
        """:return: ``[(area, its measures)]``; those without an area come last"""
        measures = self.env["key.account.care.measure"]
        # Users who cannot see measures cannot print a worksheet, not even a blank one
        measures.check_access("read")
        by_area: defaultdict[BaseModel, BaseModel] = defaultdict(measures.browse)
        if not self.empty:
            for measure in measures.search(self._measures_domain(), order="date_end, id"):
                by_area[measure.area_id] |= measure
        areas = self.env["key.account.care.area"].search([]) | self._used_areas(by_area)
        return [(area, by_area[area]) for area in areas] + [(area, by_area[area]) for area in by_area if not area]

    def _used_areas(self, by_area: Iterable[BaseModel]) -> BaseModel:
        """Including those that have since been archived."""
        return self.env["key.account.care.area"].union(*by_area)

    def _measures_domain(self) -> Domain:
        year_ago = company_day(self.env.company) - relativedelta(years=1)
        return (
            Domain("kind", "=", "care")
            & Domain("company_id", "in", self.env.companies.ids)
            & (
                self.env["key.account.care.measure"]._get_live_domain()
                | (Domain("state", "=", "done") & Domain("done_on", ">=", year_ago))
            )
        )
