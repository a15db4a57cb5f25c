"""PDF files of others behind a document: each is tried by itself, so that a broken one does not spoil the rest."""

import io

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

BROKEN, PROTECTED = "broken", "protected"


class UnusablePdf(Exception):
    """``reason``: ``broken`` or ``protected``."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def read_pdf(content):
    """Copies a PDF into a new one, which shows whether its pages can be used.

    :return: (the copy as bytes, number of its pages)
    :raises UnusablePdf: if it is broken or protected by a password
    """
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.isEncrypted:
            raise UnusablePdf(PROTECTED)
        writer = PdfFileWriter()
        pages = reader.getNumPages()
        for position in range(pages):
            writer.addPage(reader.getPage(position))
        copy = io.BytesIO()
        writer.write(copy)
    except UnusablePdf:
        raise
    # The library meets broken files with errors of any kind
    except Exception as error:
        raise UnusablePdf(BROKEN) from error
    if not pages:
        raise UnusablePdf(BROKEN)
    return copy.getvalue(), pages
