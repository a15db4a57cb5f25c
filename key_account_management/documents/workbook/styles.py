NUMBER_FORMATS = {
    "money": "#,##0.00",
    "quantity": "#,##0.##",
    "percent": "0.0%",
    "days": "0.0",
    "count": "#,##0.##",
    "score": "0.0",
    # Excel writes this one as the reader's own settings say
    "date": "m/d/yyyy",
}
QUIET = "#6B7682"
GRID = "#E3E7EC"
PREVIOUS_COLOR = "#B8C4D1"


class Styles:
    """The formats of cells; a format can be used in one book only."""

    def __init__(self, book, color):
        self.book = book
        self.color = color
        add = book.add_format
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": color, "text_wrap": True, "valign": "top"}
        self.title = add({"bold": True, "font_size": 16, "font_color": color})
        self.block = add({"bold": True, "font_size": 12, "font_color": color})
        self.quiet = add({"font_color": QUIET})
        self.head = add(head)
        self.head_number = add(head | {"align": "right"})
        # Text right of a number keeps its distance
        self.head_text = add(head | {"indent": 1})
        self.text = add({"indent": 1})
        self.wrapped_text = add({"indent": 1, "text_wrap": True})
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self.bold = add({"bold": True, "valign": "top"})
        self.total_label = add({"bold": True, "top": 1})
        self.link = add({"bold": True, "font_color": color, "underline": 1})
        signs = {"percent": "+0.0%;−0.0%;0.0%", "days": "+0.0;−0.0;0.0"}
        self.changes = {kind: add({"num_format": code}) for kind, code in signs.items()}
        self._numbers = {}

    def number(self, kind, unit="", total=False):
        """
        :param kind: the ``unit`` of a ``key.account.kpi``, or ``date``
        :param unit: written behind the number
        """
        key = kind, unit, total
        if key not in self._numbers:
            # A quotation mark would end the unit
            text = f' "{unit}"'.replace('""', '"') if unit and '"' not in unit else ""
            values = {"num_format": NUMBER_FORMATS[kind] + text, "align": "right"}
            self._numbers[key] = self.book.add_format(values | ({"bold": True, "top": 1} if total else {}))
        return self._numbers[key]

    def change(self, kind):
        return self.changes["days" if kind in ("days", "score") else "percent"]
