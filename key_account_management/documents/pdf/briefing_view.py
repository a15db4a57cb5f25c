from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from ..data.folder_data import BriefingData, Proposal
from ..data.steps import Step
from ..formatter import EMPTY, PLACES
from .document_view import Line
from .page_tables import HEADING, PagedTable, Rows
from .paged_view import PagedView

# The large numbers at the top, if they have a value
HEADLINE = ("health", "revenue", "contribution_margin", "contribution_margin_rate", "overdue_amount")
# Products for which there is space to show their room for negotiation; the rest is in the internal workbook
ROOM_LINES = 30
# Less room than this is highlighted
TIGHT = 0.05
# How the list of all figures is set (browsers leave less of half a millimetre), the title of a theme in it, and the
# share of its first column
FIGURES, THEME, FIGURE = Rows(8, 0.4), 6.5, 0.34
# Shares of the text's width, see the styles of the briefing; two lines of text above the room for negotiation
ROOM_PRODUCT, PERSON, CONDITION_TEXTS, ROOM_TEXT = 0.26, 0.32, 0.42, 12


class BriefingView(PagedView):
    """What the template of the internal briefing writes, on sheets of a `Paper`."""

    rows = Rows(9, 0.9)

    @property
    def footer(self) -> str:
        return " · ".join((self.env._("Internal"), super().footer))

    @property
    def briefing(self) -> BriefingData:
        # Internal data have one
        return self.data.briefing or BriefingData()

    # === FIGURES ===#

    @property
    def headline(self) -> list[Line]:
        """Lines of the large numbers; millions are shortened, the list of all figures has them in full."""
        lines = []
        for code in HEADLINE:
            data = self.data.figures.get(code)
            if data and data.figure.value is not None:
                value = self.format.large(data.figure.value, data.kind, data.figure.unit)
                lines.append(replace(self._figure_line(code), value=value))
        return lines

    @property
    def warnings(self) -> list[str]:
        """What has to be known before relying on the large numbers."""
        return self._notes(HEADLINE)

    @property
    def notes(self) -> list[str]:
        return self._notes(self.data.figures)

    def _notes(self, codes: Iterable[str]) -> list[str]:
        """What has to be said about figures that have a value, once for all to which it applies."""
        names: dict[str, list[str]] = {}
        for code in codes:
            data = self.data.figures.get(code)
            if data and data.figure.note and data.figure.value is not None and data.kind not in PLACES:
                names.setdefault(data.figure.note, []).append(data.name)
        return [f"{', '.join(labels)}: {note}" for note, labels in names.items()]

    @property
    def themes(self) -> list[tuple[str, list[Line]]]:
        """:return: list of (title, lines) of the figures that have a value, in the order of the definitions"""
        titles = dict(self.env["key.account.kpi"]._fields["theme"]._description_selection(self.env))
        themes: dict[str, list[Line]] = {}
        for code, data in self.data.figures.items():
            if data.figure.value is not None or data.figure.previous is not None or data.figure.target is not None:
                themes.setdefault(data.theme, []).append(self._figure_line(code))
        return [(titles[theme], themes[theme]) for theme in titles if theme in themes]

    @property
    def without_value(self) -> list[str]:
        """Names of the figures for which there is no data."""
        shown = {line.label for _title, lines in self.themes for line in lines}
        return [data.name for data in self.data.figures.values() if data.name not in shown]

    @property
    def health_parts(self) -> list[tuple[str, str, str, str]]:
        """:return: list of (component, its value, its score, how it is calculated), as text"""
        health = self.data.figures.get("health")
        table = health.figure.table if health else None
        if not table:
            return []
        return [
            (part, value or EMPTY, self.format.cell(score, "score", ""), reason or "")
            for part, value, score, _weight, reason in table.rows
        ]

    # === TABLES ===#

    @cached_property
    def tables(self) -> dict[str, PagedTable]:
        """:return: ``{name: PagedTable}``, rows of the figures are (title of a new theme, or none; `Line`)"""
        briefing = self.briefing
        product, person = self._width(ROOM_PRODUCT), self._width(PERSON)
        room = [([line], self.rows.height((line["product"], product))) for line in self.room_lines]
        people = [
            ([someone], self.rows.height((f"{someone.name}\n{someone.function}".strip(), person)))
            for someone in briefing.people
        ]
        return {
            "figures": self._lay_out_figures(),
            "room": self._lay_out(room, above=HEADING + ROOM_TEXT),
            "conditions": self._lay_out_conditions(briefing.conditions, CONDITION_TEXTS, note=self.below_floor),
            "people": self._lay_out(people),
            "measures": self._lay_out_steps(briefing.measures, with_people=True),
            "milestones": self._lay_out_steps(briefing.milestones, with_people=True),
        }

    def _lay_out_figures(self) -> PagedTable:
        width = self._width(FIGURE)
        units = []
        for title, lines in self.themes:
            rows = [(None if position else title, line) for position, line in enumerate(lines)]
            units.append((rows, THEME + sum(FIGURES.height((line.label, width)) for line in lines)))
        return self._lay_out(units, begins_page=True, heads=1, has_targets=self.data.has_targets)

    # === PRICES ===#

    def effect(self, condition: Proposal) -> str:
        """How a proposal would have changed the revenue of twelve months."""
        if condition.effect is None:
            return ""
        sign = "+" if condition.effect > 0 else ""
        return sign + self.format.money(condition.effect, self.data.currency)

    def below_floor(self, condition: Proposal) -> str:
        """Which products a proposal would sell below their floor price."""
        if not condition.below_floor:
            return ""
        return self.env._("Below the floor price: %(products)s", products=", ".join(condition.below_floor))

    def margins(self, condition: Proposal) -> str:
        """The margin of twelve months as it was and as it would have been."""
        known = [margin for margin in (condition.margin_today, condition.margin_proposed) if margin is not None]
        return " → ".join(self.format.percent(margin) for margin in known)

    @property
    def room_lines(self) -> list[dict[str, Any]]:
        """:return: list of dicts of texts; ``tight``: whether there is little or no room"""
        return [
            {
                "product": room.product,
                "list_price": self._price(room.list_price),
                "price": self._price(room.price),
                "floor": self._price(room.floor),
                "left": self._price(room.left),
                "share": EMPTY if room.share is None else self.format.percent(room.share),
                "lines_below": self.format.cell(room.lines_below, "count", ""),
                "tight": room.share is not None and room.share < TIGHT,
            }
            for room in self.briefing.room[:ROOM_LINES]
        ]

    @property
    def more_room(self) -> int:
        return max(0, len(self.briefing.room) - ROOM_LINES)

    def _price(self, price: float | None) -> str:
        return EMPTY if price is None else self.format.money(price, self.data.currency, 2)

    # === STEPS ===#

    def is_late(self, step: Step) -> bool:
        return step.deadline < self.data.printed_on
