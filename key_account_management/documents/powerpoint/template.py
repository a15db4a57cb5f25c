"""An empty presentation in the company's colours: whatever is added to it manually later looks like the rest."""

import re
from datetime import datetime, timezone

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as PresentationFile
from pptx.shapes.autoshape import Shape
from pptx.slide import SlideLayout
from pptx.util import Mm, Pt

from ..data.document_data import DocumentData
from ..data.sender import Sender
from ..slides.slide import HEIGHT, LEFT, RIGHT, WIDTH
from ..texts import shorten

FONT = "Arial"
# From python-pptx's own template: the only layout used has a title and nothing else
TITLE_ONLY = "Title Only"
PROPERTY_LENGTH = 250
TITLE_TOP, TITLE_HEIGHT = 16, 27
COLORS = {"dk1": "26323F", "lt1": "FFFFFF", "dk2": "26323F", "lt2": "EEF1F4", "accent3": "B8C4D1", "accent4": "6B7682"}


def make_presentation(data: DocumentData, subject: str) -> tuple[PresentationFile, SlideLayout]:
    """
    :param data: the `DocumentData`
    :param subject: written into the file's properties
    :return: (presentation, layout of its slides)
    """
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Mm(WIDTH), Mm(HEIGHT)
    layout = next(layout for layout in presentation.slide_layouts if layout.name == TITLE_ONLY)
    for other in list(presentation.slide_layouts):
        if other != layout:
            presentation.slide_layouts.remove(other)
    for shapes in (presentation.slide_master, layout):
        for shape in list(shapes.placeholders):
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx != 0:
                # Made for another size of slides; footers are written on the slides
                shape._element.getparent().remove(shape._element)
            else:
                _place_title(shape)
    _color_theme(presentation, data.sender)
    _clean_properties(presentation, data, subject)
    return presentation, layout


def _place_title(shape: Shape) -> None:
    shape.left, shape.top = Mm(LEFT), Mm(TITLE_TOP)
    shape.width, shape.height = Mm(RIGHT - LEFT), Mm(TITLE_HEIGHT)
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for paragraph in frame.paragraphs:
        paragraph.font.size = Pt(27)


def _color_theme(presentation: PresentationFile, sender: Sender) -> None:
    """Writes the company's colours and the font into the theme."""
    (part,) = [
        rel.target_part
        for rel in presentation.slide_master.part.rels.values()
        if rel.reltype == RELATIONSHIP_TYPE.THEME
    ]
    theme = part.blob.decode()
    colors = COLORS | {"accent1": sender.primary_color[1:], "accent2": sender.secondary_color[1:]}
    for name, color in colors.items():
        theme = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{color}"/>\2', theme, flags=re.DOTALL)
    theme = re.sub(r'(<a:latin typeface=)"[^"]*"', rf'\1"{FONT}"', theme)
    part._blob = theme.encode()


def _clean_properties(presentation: PresentationFile, data: DocumentData, subject: str) -> None:
    """No traces of the template, of the user or of the machine."""
    properties, now = presentation.core_properties, datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    properties.title = shorten(f"{data.title} – {data.account}", PROPERTY_LENGTH)
    properties.subject = shorten(subject, PROPERTY_LENGTH)
    properties.author = properties.last_modified_by = shorten(data.sender.name, PROPERTY_LENGTH)
    properties.created = properties.modified = now
    properties.language = data.language
    for name in ("category", "comments", "content_status", "identifier", "keywords", "version"):
        setattr(properties, name, "")
    properties.revision = 1
    package = presentation.part.package
    for rel_id, rel in list(package._rels.items()):
        if rel.reltype.endswith("/thumbnail"):
            package._rels.pop(rel_id)
    for rel_id, rel in list(presentation.part.rels.items()):
        if rel.reltype.endswith("/printerSettings"):
            presentation.part.rels.pop(rel_id)
