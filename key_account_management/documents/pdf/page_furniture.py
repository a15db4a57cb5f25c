"""Footers on the pages of a finished PDF.

Only patched builds of wkhtmltopdf repeat footers. They are therefore added afterwards: line, text
and page number then look the same everywhere, however many pages a text takes.
"""

import io
from collections.abc import Callable

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from odoo.tools.misc import file_path
from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
)

from .paper import Paper

FONT = "KeyAccountFooter"
FONT_SIZE = 7.5
GREY = HexColor("#7A8490")
# Numbers in the contents
NUMBER_SIZE = 10.5
DARK = HexColor("#26323F")


def read_pages(pdf: bytes) -> PdfFileReader:
    """:return: a reader of a PDF given as bytes, for `number_pages` and others that need to know what is on it"""
    return PdfFileReader(io.BytesIO(pdf), strict=False)


def number_pages(
    reader: PdfFileReader,
    text: str,
    margin: tuple[float, float],
    first: int = 1,
    total: int | None = None,
    contents: tuple[int, list[tuple[float, str]]] | None = None,
) -> bytes:
    """Writes ``text`` and page numbers at the bottom of the pages, and page numbers into the contents.

    :param reader: the document, see `read_pages`
    :param text: what is shown on the left
    :param margin: distance from the paper's edges in millimetres: (left and right, bottom)
    :param first: position of the first page that gets a footer (1: all but the cover)
    :param total: how many pages the document will have; None: as many as it has
    :param contents: position of the page with the contents, and its numbers as a list of (distance from the
        paper's upper edge in millimetres, number as text)
    :return: the document with footers, as bytes
    """
    side, bottom = (distance * mm for distance in margin)
    contents_position, numbers = contents or (None, [])

    def draw(canvas: Canvas, position: int, pages: int, width: float, height: float) -> None:
        if position >= first:
            canvas.setFont(_font(), FONT_SIZE)
            canvas.setFillColor(GREY)
            canvas.drawString(side, bottom, text)
            canvas.drawRightString(width - side, bottom, f"{position + 1} / {total or pages}")
        if position == contents_position:
            # Digits look alike in this font and in that of the pages
            canvas.setFont("Helvetica", NUMBER_SIZE)
            canvas.setFillColor(DARK)
            for distance, number in numbers:
                canvas.drawRightString(width - side, height - distance * mm, number)

    return _stamp_pages(reader, draw)


def number_sheets(pdf: bytes, text: str, paper: Paper) -> bytes:
    """The footers of a document of sheets without a cover.

    :param bytes pdf: the pages produced by wkhtmltopdf
    :param paper: the `Paper` that they are on
    """
    return number_pages(read_pages(pdf), text, (paper.side, paper.footer), first=0)


def _stamp_pages(reader: PdfFileReader, draw: Callable[[Canvas, int, int, float, float], None]) -> bytes:
    """Draws on pages of a finished PDF.

    What is on a page is left as it is and not even read: that would take longer than printing it.

    :param draw: called with reportlab's canvas, the page's position, the number of pages, and the page's size
    """
    writer, buffer = PdfFileWriter(), io.BytesIO()
    pages = [reader.getPage(position) for position in range(reader.getNumPages())]
    canvas = Canvas(buffer)
    for position, page in enumerate(pages):
        size = float(page.mediaBox.getWidth()), float(page.mediaBox.getHeight())
        canvas.setPageSize(size)
        draw(canvas, position, len(pages), *size)
        canvas.showPage()
    canvas.save()
    stamps = read_pages(buffer.getvalue())
    for position, page in enumerate(pages):
        writer.addPage(page)
        _put_on(writer, writer.getPage(position), stamps.getPage(position), f"/KeyAccountStamp{position}")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def _put_on(writer: PdfFileWriter, page: DictionaryObject, stamp: DictionaryObject, name: str) -> None:
    """Puts a page on top of another one, as a separate drawing that is called after the page's contents."""
    drawing = _stream(stamp.getContents().getData())
    drawing.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): stamp["/MediaBox"],
            NameObject("/Resources"): stamp["/Resources"],
        }
    )
    resources = page["/Resources"].getObject()
    if "/XObject" not in resources:
        resources[NameObject("/XObject")] = DictionaryObject()
    resources["/XObject"].getObject()[NameObject(name)] = writer._addObject(drawing)
    contents = page["/Contents"].getObject()
    contents = list(contents) if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
    # The contents may leave scale and colours changed
    before, after = _stream(b"q\n"), _stream(f"\nQ q {name} Do Q\n".encode())
    page[NameObject("/Contents")] = ArrayObject([writer._addObject(before), *contents, writer._addObject(after)])


def _stream(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.setData(data)
    return stream


def _font() -> str:
    """Lato, which Odoo ships: unlike the fonts built into PDF, it has more than Western European letters."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(TTFont(FONT, file_path("web/static/fonts/lato/Lato-Reg-webfont.ttf")))
        except (OSError, TTFError):
            return "Helvetica"
    return FONT
