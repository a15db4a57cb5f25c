"""Charts of the PDF documents: drawn by reportlab and embedded in the page as SVG."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from markupsafe import Markup
from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

# Metrics of Helvetica fit the fonts that the documents name; see the styles of the documents.
FONT = "Helvetica"
LABEL_SIZE = 9.5
# Room for a value next to its bar, in points of the drawing
VALUE_ROOM = 92
GRID = HexColor("#E3E7EC")
TEXT = HexColor("#5B6673")

Chart: TypeAlias = VerticalBarChart | HorizontalBarChart | HorizontalLineChart
Numbers = Sequence[float | None]
Colors = tuple[str, str]
Size = tuple[float, float]
Write = Callable[[float], str]


def columns(
    labels: Sequence[str], now: Numbers, before: Numbers, colors: Colors, size: Size, density: float, axis_text: Write
) -> Markup:
    """Columns of this period next to those of the previous one, as SVG.

    :param labels: one per position
    :param now: values, None where there is none
    :param before: values of the previous year
    :param colors: hexadecimal colours of the previous period and of this one
    :param size: width and height in millimetres
    :param density: points of the drawing per millimetre; the more, the smaller its text
    :param axis_text: function that writes a value on the axis
    """
    chart = VerticalBarChart()
    chart.barSpacing, chart.groupSpacing = 1, 7
    return _draw_upright(chart, labels, now, before, colors, size, density, axis_text)


def lines(
    labels: Sequence[str], now: Numbers, before: Numbers, colors: Colors, size: Size, density: float, axis_text: Write
) -> Markup:
    """Lines of this period and of the previous one; parameters as for `columns`."""
    return _draw_upright(HorizontalLineChart(), labels, now, before, colors, size, density, axis_text)


def bars(
    labels: Sequence[str], now: Numbers, before: Numbers, colors: Colors, size: Size, density: float, axis_text: Write
) -> Markup:
    """Horizontal bars with an axis, the first label on top; parameters as for `columns`."""
    labels = [_shorten(label, 22) for label in labels]
    chart, width, height = _make_bars(labels, size, density, space=(112, 18), bar=40)
    _prepare(chart, labels, *_turned(now, before, colors), axis_text)
    return _svg(chart, width, height, density)


def named_bars(
    labels: Sequence[str], now: Numbers, before: Numbers, colors: Colors, size: Size, density: float, value_text: Write
) -> Markup:
    """Horizontal bars with room for long labels and with values instead of an axis; parameters as for `columns`.

    :param value_text: function that writes the value of this period next to its bar
    """
    room = max((stringWidth(label, FONT, LABEL_SIZE) for label in labels), default=0) + 12
    chart, width, height = _make_bars(labels, size, density, space=(room, VALUE_ROOM), bar=56)
    _prepare(chart, labels, *_turned(now, before, colors))
    chart.barLabelFormat = [lambda value: "" if value is None else value_text(value), None]
    chart.barLabels.fontName, chart.barLabels.fontSize, chart.barLabels.fillColor = FONT, 10, TEXT
    chart.barLabels.boxAnchor, chart.barLabels.boxTarget, chart.barLabels.nudge = "w", "hi", 5
    return _svg(chart, width, height, density)


def _draw_upright(
    chart: Chart,
    labels: Sequence[str],
    now: Numbers,
    before: Numbers,
    colors: Colors,
    size: Size,
    density: float,
    axis_text: Write,
) -> Markup:
    """Draws a chart whose positions are side by side."""
    width, height = (length * density for length in size)
    chart.x, chart.y, chart.width, chart.height = 52, 20, width - 66, height - 28
    chart.categoryAxis.labels.dy = -2
    chart.categoryAxis.labels.boxAnchor = "n"
    chart.categoryAxis.tickDown = 0
    # Labels stay at the bottom when columns go below zero
    chart.categoryAxis.joinAxisMode = "bottom"
    _prepare(chart, labels, before, now, colors, axis_text)
    return _svg(chart, width, height, density)


def _make_bars(
    labels: Sequence[str], size: Size, density: float, space: tuple[float, float], bar: float
) -> tuple[HorizontalBarChart, float, float]:
    """
    :param space: left and right of the bars
    :param bar: the maximum height of a position: a few bars must not become blocks
    :return: (chart, width, height) of horizontal bars, the first label on top
    """
    left, right = space
    width, height = size[0] * density, min(size[1] * density, 22 + bar * len(labels))
    chart = HorizontalBarChart()
    chart.x, chart.width = left, width - left - right
    chart.y, chart.height = 18, height - 22
    chart.categoryAxis.labels.dx = -6
    chart.categoryAxis.labels.boxAnchor = "e"
    chart.categoryAxis.tickLeft = 0
    chart.categoryAxis.joinAxisMode = "left"
    chart.categoryAxis.reverseDirection = 1
    chart.barSpacing, chart.groupSpacing = 1, 8
    return chart, width, height


def _turned(now: Numbers, before: Numbers, colors: Colors) -> tuple[Numbers, Numbers, Colors]:
    """In horizontal bars the last series of each position is on top: the previous year therefore comes last."""
    return now, before, colors[::-1]


def _prepare(
    chart: Chart, labels: Sequence[str], before: Numbers, now: Numbers, colors: Colors, axis_text: Write | None = None
) -> None:
    """Without ``axis_text`` there is no axis of values."""
    chart.data = [list(before), list(now)]
    for position, color in enumerate(colors):
        if isinstance(chart, HorizontalLineChart):
            chart.lines[position].strokeColor = HexColor(color)
            chart.lines[position].strokeWidth = 3
        else:
            chart.bars[position].fillColor = HexColor(color)
            chart.bars[position].strokeColor = None
    categories, values = chart.categoryAxis, chart.valueAxis
    categories.categoryNames = list(labels)
    categories.strokeColor = HexColor("#9AA5B1")
    categories.strokeWidth = 0.75
    values.visible = values.visibleGrid = axis_text is not None
    values.visibleAxis = 0
    values.visibleTicks = 0
    values.gridStrokeColor = GRID
    values.gridStrokeWidth = 0.6
    values.valueMin, values.valueMax, values.valueStep = scale([*before, *now])
    values.labelTextFormat = axis_text
    for axis in (categories, values):
        axis.labels.fontName = FONT
        axis.labels.fontSize = LABEL_SIZE
        axis.labels.fillColor = TEXT


def scale(values: Iterable[float | None]) -> tuple[float, float, float]:
    """Round limits and step of an axis with about four steps that shows zero.

    >>> scale([12, 87, None])
    (0.0, 100.0, 25.0)
    >>> scale([-5, 30])
    (-10.0, 30.0, 10.0)
    >>> scale([])
    (0.0, 1.0, 0.25)
    """
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        return 0.0, 1.0, 0.25
    rough = (high - low) / 4
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * 0.999)
    return math.floor(low / step) * float(step), math.ceil(high / step) * float(step), float(step)


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _svg(chart: Chart, width: float, height: float, density: float) -> Markup:
    drawing = Drawing(width, height)
    drawing.add(chart)
    svg = renderSVG.drawToString(drawing)
    svg = svg[svg.index("<svg") :]
    # The patched wkhtmltopdf does not show a drawing that is clipped to its own frame, as reportlab's are.
    svg = re.sub(r"<clipPath.*?</clipPath>", "", svg, flags=re.DOTALL).replace(' style="clip-path: url(#clip)"', "")
    size = f'<svg width="{width / density:.2f}mm" height="{height / density:.2f}mm"'
    svg = re.sub(r'<svg width="[^"]*" height="[^"]*"', size, svg, count=1)
    # Drawn by reportlab, which escapes the labels
    return Markup(svg.replace("<title>...</title>", "").replace("<desc>...</desc>", ""))  # noqa: S704
