from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide as DrawnSlide
from pptx.text.text import TextFrame
from pptx.util import Mm, Pt

from ..slides.slide import Area

GREY, LINE, DARK = RGBColor(0x6B, 0x76, 0x82), RGBColor(0xDD, 0xE2, 0xE8), RGBColor(0x26, 0x32, 0x3F)
# PowerPoint's own lines are some 1.17 of the text's size; those of the PDF 1.35
LINE_SPACING = 1.15
TONES = {"good": RGBColor(0x21, 0x7A, 0x3C), "bad": RGBColor(0xB3, 0x36, 0x2B), "quiet": GREY}


def add_text(
    drawn: DrawnSlide,
    area: Area,
    text: str,
    size: float,
    bold: bool = False,
    color: RGBColor = DARK,
    theme: MSO_THEME_COLOR | None = None,
    align: PP_ALIGN = PP_ALIGN.LEFT,
) -> Shape:
    """
    :param area: left, top, width and height in millimetres
    :param theme: colour of the theme, instead of ``color``
    :return: the text box
    """
    box = drawn.shapes.add_textbox(*(Mm(length) for length in area))
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    write(frame, text, size, bold, color, theme)
    for paragraph in frame.paragraphs:
        paragraph.alignment = align
    return box


def write(
    frame: TextFrame,
    text: str,
    size: float,
    bold: bool = False,
    color: RGBColor = DARK,
    theme: MSO_THEME_COLOR | None = None,
    first: bool = True,
) -> None:
    """Writes a text into a frame, one paragraph for each line."""
    for position, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if first and not position else frame.add_paragraph()
        paragraph.line_spacing = LINE_SPACING
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(size), bold
        if theme is None:
            run.font.color.rgb = color
        else:
            run.font.color.theme_color = theme
