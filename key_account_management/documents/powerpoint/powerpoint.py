import base64
import io

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide as DrawnSlide
from pptx.util import Emu, Mm, Pt

from odoo.api import Environment

from ..data.document_data import DocumentData
from ..formatter import Formatter
from ..slides.builder import SlideBuilder
from ..slides.slide import BAR_HEIGHT, BAR_WIDTH, COVER_HEIGHT, LEFT, RIGHT, Area, Slide
from ..texts import footer
from .chart import add_chart
from .table import add_block_table, add_table
from .template import make_presentation
from .text import GREY, LINE, TONES, add_text

# Width of the texts on the cover's band
COVER_TEXT = 280
LOGO_SIZE = (100, 30)
# The caption's share of the line above a chart
CAPTION = 0.42
ARROWS = {"up": "▲ ", "down": "▼ "}


class PowerPoint:
    """Draws the slides as a PowerPoint file: native text, tables and charts, which can be edited."""

    def __init__(self, env: Environment, data: DocumentData) -> None:
        """:param data: the `DocumentData`; what the audience may not see is not in it"""
        self.env = env(context=dict(env.context, lang=data.language))
        self.data = data

    def render(self) -> bytes:
        """:return: the file as bytes"""
        self.presentation, self.layout = make_presentation(self.data, self.data.period_text)
        slides = SlideBuilder(self.env, self.data).build()
        for number, slide in enumerate(slides, 1):
            drawn = self.presentation.slides.add_slide(self.layout)
            if slide.kind == "cover":
                self._draw_cover(drawn, slide)
            else:
                self._draw_slide(drawn, slide, f"{number} / {len(slides)}")
            if slide.notes and self.data.audience == "internal":
                drawn.notes_slide.notes_text_frame.text = "\n\n".join(slide.notes)
        buffer = io.BytesIO()
        self.presentation.save(buffer)
        return buffer.getvalue()

    # === SLIDES ===#

    def _draw_cover(self, drawn: DrawnSlide, slide: Slide) -> None:
        band = self._add_box(drawn, 0, 0, RIGHT, COVER_HEIGHT)
        # The band lies below the title
        drawn.shapes._spTree.remove(band._element)
        drawn.shapes._spTree.insert(2, band._element)
        title = drawn.placeholders[0]
        title.left, title.top, title.width, title.height = Mm(22), Mm(45), Mm(COVER_TEXT), Mm(50)
        self._write_title(title, slide.title, slide.title_size, MSO_THEME_COLOR.BACKGROUND_1)
        add_text(drawn, (22, 30, COVER_TEXT, 12), slide.kicker, 23, theme=MSO_THEME_COLOR.BACKGROUND_1)
        figures, below = slide.blocks
        add_text(drawn, (22, 107, COVER_TEXT, 10), figures.text, 16, theme=MSO_THEME_COLOR.BACKGROUND_1)
        add_text(drawn, (22, 141, 180, 9), below.heading, 17, bold=True)
        add_text(drawn, (22, 150, 180, 30), below.text, 17)
        self._add_logo(drawn)

    def _draw_slide(self, drawn: DrawnSlide, slide: Slide, page: str) -> None:
        self._add_box(drawn, 0, 0, BAR_WIDTH, BAR_HEIGHT)
        self._write_title(drawn.placeholders[0], slide.title, slide.title_size, MSO_THEME_COLOR.ACCENT_1)
        if slide.kicker:
            add_text(drawn, (LEFT, 8, RIGHT - LEFT, 7), slide.kicker, 13, color=GREY)
        areas = slide.areas()
        if slide.numbers:
            self._draw_numbers(drawn, slide, areas["numbers"])
        if slide.chart:
            left, top, width, legend = areas["legend"]
            # The chart's own legend is on the right of the same line
            add_text(drawn, (left, top, width * CAPTION, legend), slide.chart.caption, 12, color=GREY)
            height = legend + areas["chart"][3]
            add_chart(drawn.shapes, slide.chart, (left, top, width, height), CAPTION, self._number_formats)
        if slide.table:
            add_table(drawn.shapes, slide.table, slide.text_size, areas["table"])
        if slide.blocks:
            add_block_table(drawn.shapes, slide, areas["blocks"])
        add_text(drawn, (LEFT, 180, 240, 5), footer(self.data), 8, color=GREY)
        add_text(drawn, (RIGHT - 40, 180, 40, 5), page, 8, color=GREY, align=PP_ALIGN.RIGHT)

    # === PARTS ===#

    @property
    def _number_formats(self) -> tuple[str, str]:
        """Of an axis, and of values: thousands and decimals are written as the reader's own PowerPoint does."""
        number = "#,##0"
        # A quotation mark would end the currency's symbol
        before, after = Formatter(self.env).with_currency(number, self.data.currency).replace('"', "").split(number)
        return number, (f'"{before}"' if before else "") + number + (f'"{after}"' if after else "")

    def _draw_numbers(self, drawn: DrawnSlide, slide: Slide, area: Area) -> None:
        left, top, width, height = area
        share = width / max(3, len(slide.numbers))
        for position, number in enumerate(slide.numbers):
            start = left + position * share
            line = self._add_box(drawn, start, top, 0.7, height - 4)
            line.fill.fore_color.rgb = LINE
            text = add_text(
                drawn,
                (start + 5, top, share - 7, height),
                number.value,
                slide.number_size,
                bold=True,
                theme=MSO_THEME_COLOR.ACCENT_1,
            )
            frame = text.text_frame
            frame.paragraphs[0].line_spacing = 1.0
            label = frame.add_paragraph().add_run()
            label.text, label.font.size, label.font.color.rgb = number.label, Pt(13), GREY
            if number.previous:
                before = frame.add_paragraph().add_run()
                before.text = self.env._("Previous year: %(value)s", value=number.previous)
                before.font.size, before.font.color.rgb = Pt(13), GREY
            if number.change:
                change = frame.add_paragraph().add_run()
                change.text, change.font.size = ARROWS.get(number.direction, "") + number.change, Pt(13)
                change.font.bold, change.font.color.rgb = True, TONES.get(number.tone, GREY)

    def _write_title(self, shape: Shape, text: str, size: float, theme: MSO_THEME_COLOR) -> None:
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.color.theme_color = Pt(size), True, theme

    def _add_box(self, drawn: DrawnSlide, left: float, top: float, width: float, height: float) -> Shape:
        box = drawn.shapes.add_shape(MSO_SHAPE.RECTANGLE, Mm(left), Mm(top), Mm(width), Mm(height))
        box.fill.solid()
        box.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
        box.line.fill.background()
        # The style of the theme would add a shadow
        box._element.remove(box._element.find(qn("p:style")))
        return box

    def _add_logo(self, drawn: DrawnSlide) -> None:
        """Bitmaps only: PowerPoint needs a second picture with an SVG."""
        if not self.data.sender.logo.startswith("data:image/png;base64,"):
            return
        image = io.BytesIO(base64.b64decode(self.data.sender.logo.split(",", 1)[1]))
        picture = drawn.shapes.add_picture(image, Emu(0), Emu(0))
        scale = min(Mm(LOGO_SIZE[0]) / picture.width, Mm(LOGO_SIZE[1]) / picture.height)
        picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
        picture.left, picture.top = Emu(Mm(RIGHT) - picture.width), Mm(141)
        picture.name = self.data.sender.name
