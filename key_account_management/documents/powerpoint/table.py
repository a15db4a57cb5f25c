from collections.abc import Sequence
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.shapes.shapetree import SlideShapes
from pptx.table import Table as DrawnTable
from pptx.table import _Cell as DrawnCell
from pptx.util import Length, Mm, Pt

from ..slides.slide import LABEL_SPACE, LABEL_WIDTH, NUMBER_WIDTH, Area, Slide, Table
from .text import DARK, GREY, TONES, write

# A table style of PowerPoint's own that draws nothing
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
# Space above and below texts, in millimetres, as in the PDF
HEAD_MARGINS, ROW_MARGINS, BLOCK_MARGINS = (0, 2), (3.2, 3.2), (0, 4)
HEAD_HEIGHT = 8
LINE = '<a:lnB {space} w="{width}"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:lnB>'


def add_table(shapes: SlideShapes, table: Table, text_size: float, area: Area) -> None:
    """:param area: left, top, width and height in millimetres"""
    rows = table.rows
    drawn = _make(shapes, len(rows) + table.has_head, table.shares, area, 11, ROW_MARGINS)
    if table.has_head:
        drawn.rows[0].height = Mm(HEAD_HEIGHT)
        for cell, (title, _share) in zip(drawn.rows[0].cells, table.columns, strict=True):
            cell.margin_top, cell.margin_bottom = (Mm(margin) for margin in HEAD_MARGINS)
            write(cell.text_frame, title, 13, color=GREY)
            _underline(cell, "26323F", Pt(1.25))
    for row, cells in zip(list(drawn.rows)[table.has_head :], rows, strict=True):
        for cell, content in zip(row.cells, cells, strict=True):
            color = TONES.get(content.tone, DARK)
            write(cell.text_frame, content.text, text_size, content.tone in ("strong", "good", "bad"), color)
            _underline(cell, "DDE2E8", Pt(0.75))


def add_block_table(shapes: SlideShapes, slide: Slide, area: Area) -> None:
    """The blocks of a slide, one below the other however many lines each takes: rows grow, text boxes do not."""
    small, size = bool(slide.numbers), slide.text_size
    label_width = NUMBER_WIDTH if slide.kind == "agenda" else LABEL_WIDTH
    widths = [label_width, area[2] - label_width] if slide.has_labels else [area[2]]
    drawn = _make(shapes, len(slide.blocks), [100 * width / area[2] for width in widths], area, 8, BLOCK_MARGINS)
    for row, block in zip(drawn.rows, slide.blocks, strict=True):
        cells = list(row.cells)
        if slide.has_labels:
            cells[0].margin_right = Mm(LABEL_SPACE)
            write(
                cells[0].text_frame,
                block.label,
                28 if slide.kind == "agenda" else size,
                True,
                theme=MSO_THEME_COLOR.ACCENT_2,
            )
        frame = cells[-1].text_frame
        if block.heading:
            write(frame, block.heading, round(size * 1.12, 1), True, GREY if small else DARK)
        if block.text:
            color = GREY if small or slide.kind == "agenda" else DARK
            write(frame, block.text, size, color=color, first=not block.heading)


def _make(
    shapes: SlideShapes, rows: int, shares: Sequence[float], area: Area, row_height: float, margins: tuple[float, float]
) -> DrawnTable:
    left, top, width, _height = area
    frame = shapes.add_table(rows, len(shares), Mm(left), Mm(top), Mm(width), Mm(rows * row_height))
    table = frame.table
    table.first_row = table.horz_banding = False
    element: Any = frame._element
    element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = NO_STYLE
    for position, share in enumerate(shares):
        table.columns[position].width = Mm(width * share / 100)
    for row in table.rows:
        for cell in row.cells:
            cell.margin_left, cell.margin_right = 0, Mm(4)
            cell.margin_top, cell.margin_bottom = (Mm(margin) for margin in margins)
            cell.vertical_anchor = MSO_ANCHOR.TOP
    return table


def _underline(cell: DrawnCell, color: str, width: Length) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.insert(0, parse_xml(LINE.format(space=nsdecls("a"), width=int(width), color=color)))
