from .document_view import DocumentView
from .formatter import EMPTY
from .paper import A4

# The large numbers at the top, as far as they have a value
HEADLINE = ("health", "revenue", "contribution_margin", "contribution_margin_rate", "overdue_amount")
# Products beside which there is room for their negotiation room; the rest is in the internal workbook
ROOM_LINES = 30
# Where there is less room than this, it is marked
TIGHT = 0.05


class BriefingView(DocumentView):
    """What the template of the internal briefing writes."""

    def __init__(self, env, data, paper=A4):
        super().__init__(env, data)
        self.paper = paper

    @property
    def footer(self):
        return f"{self.env._('Internal')} · {super().footer}"

    # === FIGURES ===#

    @property
    def headline(self):
        return [self._figure_line(code) for code in HEADLINE if self._has_value(code)]

    @property
    def themes(self):
        """:return: list of (title, lines) of the figures that have a value, in the order of the definitions"""
        titles = dict(self.env["key.account.kpi"]._fields["theme"]._description_selection(self.env))
        themes = {}
        for code, data in self.data.figures.items():
            if data.figure.value is not None or data.figure.previous is not None or data.figure.target is not None:
                themes.setdefault(data.theme, []).append(self._figure_line(code))
        return [(titles[theme], themes[theme]) for theme in titles if theme in themes]

    @property
    def without_value(self):
        """Names of the figures for which there are no data."""
        shown = {line.label for _title, lines in self.themes for line in lines}
        return [data.name for data in self.data.figures.values() if data.name not in shown]

    @property
    def health_parts(self):
        """:return: list of (part, its value, its score, how it is made), as text"""
        health = self.data.figures.get("health")
        table = health and health.figure.table
        if not table:
            return []
        return [
            (part, value or EMPTY, self.format.cell(score, "score", ""), reason or "")
            for part, value, score, _weight, reason in table.rows
        ]

    # === PRICES ===#

    @property
    def room_lines(self):
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
            for room in self.data.briefing.room[:ROOM_LINES]
        ]

    @property
    def more_room(self):
        return max(0, len(self.data.briefing.room) - ROOM_LINES)

    def _price(self, price):
        return EMPTY if price is None else self.format.money(price, self.data.currency, 2)

    # === STEPS ===#

    def is_late(self, step):
        return bool(step.deadline and step.deadline < self.data.printed_on)
