"""Footers on the pages of a finished PDF.

wkhtmltopdf repeats footers only in its patched build. So they are put on afterwards: line, text
and page number then look the same everywhere, on however many pages a text runs.
"""

import io

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from odoo.tools.misc import file_path
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

FONT = "KeyAccountFooter"
FONT_SIZE = 7.5
GREY = HexColor("#7A8490")
# Numbers in the contents
NUMBER_SIZE = 10.5
DARK = HexColor("#26323F")


def number_pages(pdf, text, margin, first=1, total=None):
    """Writes ``text`` and page numbers at the foot of the pages.

    :param bytes pdf: the document
    :param text: what stands on the left
    :param margin: distance from the paper's edges in millimetres: (left and right, bottom)
    :param first: position of the first page that gets a footer (1: all but the cover)
    :param total: how many pages the document will have; None: as many as it has
    :return: the document with footers, as bytes
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    writer = PdfFileWriter()
    pages = reader.getNumPages()
    for position in range(pages):
        page = reader.getPage(position)
        if position >= first:
            width = float(page.mediaBox.getWidth())
            footer = _footer(
                width, float(page.mediaBox.getHeight()), text, f"{position + 1} / {total or pages}", margin
            )
            page.mergePage(PdfFileReader(io.BytesIO(footer)).getPage(0))
        writer.addPage(page)
    return _bytes(writer)


def stamp_numbers(pdf, position, numbers, side):
    """Writes page numbers at the right edge of one page.

    :param position: of the page, the first is 0
    :param numbers: list of (distance from the paper's upper edge, number as text)
    :param side: distance from the paper's right edge; all distances are in millimetres
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    writer = PdfFileWriter()
    for page in range(reader.getNumPages()):
        writer.addPage(reader.getPage(page))
    page = writer.getPage(position)
    width, height = float(page.mediaBox.getWidth()), float(page.mediaBox.getHeight())
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    # Digits look alike in this font and in that of the pages
    canvas.setFont("Helvetica", NUMBER_SIZE)
    canvas.setFillColor(DARK)
    for distance, number in numbers:
        canvas.drawRightString(width - side * mm, height - distance * mm, number)
    canvas.save()
    page.mergePage(PdfFileReader(io.BytesIO(buffer.getvalue())).getPage(0))
    return _bytes(writer)


def append_pages(pdf, others):
    """Puts the pages of other PDF files behind those of the first one."""
    if not others:
        return pdf
    writer = PdfFileWriter()
    for part in (pdf, *others):
        reader = PdfFileReader(io.BytesIO(part), strict=False)
        for page in range(reader.getNumPages()):
            writer.addPage(reader.getPage(page))
    return _bytes(writer)


def _bytes(writer):
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def _footer(width, height, left, right, margin):
    side, bottom = (distance * mm for distance in margin)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.setFont(_font(), FONT_SIZE)
    canvas.setFillColor(GREY)
    canvas.drawString(side, bottom, left)
    canvas.drawRightString(width - side, bottom, right)
    canvas.save()
    return buffer.getvalue()


def _font():
    """Lato, which Odoo ships: unlike the fonts built into PDF it knows more than Western European letters."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(TTFont(FONT, file_path("web/static/fonts/lato/Lato-Reg-webfont.ttf")))
        except (OSError, TTFError):
            return "Helvetica"
    return FONT
