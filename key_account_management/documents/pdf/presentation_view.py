from functools import partial

from markupsafe import Markup

from .. import charts
from ..slides.builder import SlideBuilder
from ..slides.slide import Chart, Slide
from .document_view import PREVIOUS_COLOR, DocumentView

# Of charts on slides, see `charts.columns`
SLIDE_DENSITY = 2.25


class PresentationView(DocumentView):
    """What the template of the presentation writes, for the PDF and for the screen."""

    def finish(self, pdf: bytes) -> bytes:
        # A slide is a page, and has its footer already
        return pdf

    @property
    def slides(self) -> list[Slide]:
        return SlideBuilder(self.env, self.data).build()

    def slide_chart(self, chart: Chart, width: float, height: float) -> Markup:
        colors = (PREVIOUS_COLOR, self.data.sender.primary_color)
        content = chart.labels, chart.now, chart.before, colors, (width, height), SLIDE_DENSITY
        if chart.kind == "bars":
            return charts.named_bars(*content, partial(self.format.large, kind="money", unit=self.data.currency))
        draw = {"columns": charts.columns, "lines": charts.lines}[chart.kind]
        return draw(*content, self._axis_text)
