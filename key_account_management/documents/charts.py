"""Charts of the PDF documents: drawn by reportlab, given as SVG that is written into the page."""

import itertools
import math

from markupsafe import Markup
from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor

# Metrics of Helvetica fit the fonts that the documents name; see the styles of the documents.
FONT = "Helvetica"
GRID = HexColor("#E3E7EC")
TEXT = HexColor("#5B6673")

# Clip paths of several drawings on one page need different names
_numbers = itertools.count()


def columns(labels, now, before, colors, size, axis_text):
    """Columns of this period beside those of the one before, as SVG.

    :param labels: one per position
    :param now: values, None where there is none
    :param before: values of the year before
    :param colors: hexadecimal colours of the period before and of this one
    :param size: width and height in points
    :param axis_text: function that writes a value at the axis
    """
    width, height = size
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 52, 20, width - 56, height - 28
    chart.categoryAxis.labels.dy = -2
    chart.categoryAxis.labels.boxAnchor = "n"
    chart.categoryAxis.tickDown = 0
    # Labels stay at the foot when columns go below zero
    chart.categoryAxis.joinAxisMode = "bottom"
    _prepare(chart, labels, before, now, colors, axis_text)
    chart.barSpacing, chart.groupSpacing = 1, 7
    return _svg(chart, width, height)


def bars(labels, now, before, colors, size, axis_text):
    """Horizontal bars, the first label on top; parameters as for `columns`."""
    width, height = size
    chart = HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = 128, 18, width - 148, height - 22
    chart.categoryAxis.labels.dx = -4
    chart.categoryAxis.labels.boxAnchor = "e"
    chart.categoryAxis.tickLeft = 0
    chart.categoryAxis.joinAxisMode = "left"
    chart.categoryAxis.reverseDirection = 1
    _prepare(chart, [_shorten(label, 24) for label in labels], before, now, colors, axis_text)
    chart.barSpacing, chart.groupSpacing = 1, 8
    return _svg(chart, width, height)


def _prepare(chart, labels, before, now, colors, axis_text):
    chart.data = [list(before), list(now)]
    for position, color in enumerate(colors):
        chart.bars[position].fillColor = HexColor(color)
        chart.bars[position].strokeColor = None
    categories, values = chart.categoryAxis, chart.valueAxis
    categories.categoryNames = list(labels)
    categories.strokeColor = HexColor("#9AA5B1")
    categories.strokeWidth = 0.75
    values.visibleAxis = 0
    values.visibleTicks = 0
    values.visibleGrid = 1
    values.gridStrokeColor = GRID
    values.gridStrokeWidth = 0.6
    values.valueMin, values.valueMax, values.valueStep = scale([*before, *now])
    values.labelTextFormat = axis_text
    for axis in (categories, values):
        axis.labels.fontName = FONT
        axis.labels.fontSize = 8.5
        axis.labels.fillColor = TEXT


def scale(values):
    """Round limits and step of an axis that has some four steps and shows zero.

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


def _shorten(text, length):
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _svg(chart, width, height):
    drawing = Drawing(width, height)
    drawing.add(chart)
    svg = renderSVG.drawToString(drawing)
    clip = f"kam-clip-{next(_numbers)}"
    svg = svg[svg.index("<svg") :].replace('id="clip"', f'id="{clip}"').replace("url(#clip)", f"url(#{clip})")
    return Markup(svg.replace("<title>...</title>", "").replace("<desc>...</desc>", ""))
