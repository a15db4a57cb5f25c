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


def number_pages(pdf, text, margin, first=1):
    """Writes ``text`` and page numbers at the foot of the pages.

    :param bytes pdf: the document
    :param text: what stands on the left
    :param margin: distance from the paper's edges in millimetres: (left and right, bottom)
    :param first: position of the first page that gets a footer (1: all but the cover)
    :return: the document with footers, as bytes
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    writer = PdfFileWriter()
    pages = reader.getNumPages()
    for position in range(pages):
        page = reader.getPage(position)
        if position >= first:
            width = float(page.mediaBox.getWidth())
            footer = _footer(width, float(page.mediaBox.getHeight()), text, f"{position + 1} / {pages}", margin)
            page.mergePage(PdfFileReader(io.BytesIO(footer)).getPage(0))
        writer.addPage(page)
    numbered = io.BytesIO()
    writer.write(numbered)
    return numbered.getvalue()


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
