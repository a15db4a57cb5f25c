"""Native charts: with their numbers in their own sheet, so that they can be edited."""

from typing import Any

from pptx.chart.chart import Chart as DrawnChart
from pptx.chart.data import CategoryChartData
from pptx.chart.legend import Legend
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.shapetree import SlideShapes
from pptx.util import Mm, Pt

from ..charts import scale
from ..slides.slide import Area, Chart

TYPES = {
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE,
}
TEXT, GRID = RGBColor(0x5B, 0x66, 0x73), RGBColor(0xE3, 0xE7, 0xEC)
SIZE = Pt(12)


def add_chart(
    shapes: SlideShapes, chart: Chart, area: Area, legend_start: float, number_formats: tuple[str, str]
) -> GraphicFrame:
    """
    :param chart: the `Chart` of the slide
    :param area: left, top, width and height in millimetres
    :param legend_start: share of the width on the left of the legend
    :param number_formats: of the axis, and of values
    :return: the shape
    """
    axis_format, value_format = number_formats
    # python-pptx's own types say that it takes other data, and gives the chart instead of its shape
    place: Any = shapes.add_chart
    numbers = CategoryChartData(number_format=value_format)
    numbers.categories = chart.labels
    numbers.add_series(chart.before_name, chart.before)
    numbers.add_series(chart.now_name, chart.now)
    left, top, width, height = area
    if chart.kind == "bars":
        # A few bars must not become blocks
        height = min(height, 16 + 25 * len(chart.labels))
    shape: GraphicFrame = place(TYPES[chart.kind], Mm(left), Mm(top), Mm(width), Mm(height), numbers)
    drawn = shape.chart
    drawn.font.size, drawn.font.color.rgb = SIZE, TEXT
    drawn.has_title = False
    drawn.has_legend = True
    drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _place_legend(drawn.legend, legend_start)
    _style_series(drawn, chart)
    _style_axes(drawn, chart, axis_format)
    return shape


def _place_legend(legend: Legend, start: float) -> None:
    """At the top, starting at a share of the width; python-pptx only knows sides of the chart."""
    places = {"xMode": "edge", "yMode": "edge", "x": start, "y": 0}
    layout = "".join(f'<c:{name} val="{value}"/>' for name, value in places.items())
    layout = parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{layout}</c:manualLayout></c:layout>")
    for old in legend._element.findall(qn("c:layout")):
        legend._element.remove(old)
    legend._element.find(qn("c:legendPos")).addnext(layout)


def _style_series(drawn: DrawnChart, chart: Chart) -> None:
    plot = drawn.plots[0]
    if chart.kind != "lines":
        plot.gap_width, plot.overlap = 55, 0
    for series, color in zip(plot.series, (MSO_THEME_COLOR.ACCENT_3, MSO_THEME_COLOR.ACCENT_1), strict=True):
        if chart.kind == "lines":
            series.smooth = False
            series.format.line.width = Pt(3)
            series.format.line.color.theme_color = color
        else:
            # otherwise PowerPoint paints bars below zero white
            series.invert_if_negative = False
            series.format.fill.solid()
            series.format.fill.fore_color.theme_color = color
    if chart.kind == "bars":
        labels = plot.series[1].data_labels
        labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size, labels.font.color.rgb = SIZE, TEXT


def _style_axes(drawn: DrawnChart, chart: Chart, axis_format: str) -> None:
    categories, values = drawn.category_axis, drawn.value_axis
    categories.tick_labels.font.size = SIZE
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    categories.major_tick_mark = XL_TICK_MARK.NONE
    categories.format.line.color.rgb = RGBColor(0x9A, 0xA5, 0xB1)
    has_axis = chart.kind != "bars"
    # The first label on top
    categories.reverse_order = not has_axis
    values.visible = values.has_major_gridlines = has_axis
    if has_axis:
        values.major_gridlines.format.line.color.rgb = GRID
        values.format.line.fill.background()
        values.major_tick_mark = XL_TICK_MARK.NONE
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = axis_format, False
    # The same steps as in the PDF
    values.minimum_scale, values.maximum_scale, values.major_unit = scale([*chart.before, *chart.now])
