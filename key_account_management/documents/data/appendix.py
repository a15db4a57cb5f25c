"""Third-party PDF files after a document: each is tried separately, so that a damaged one does not spoil the rest."""

import io
from collections.abc import Iterable

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools.pdf import PdfFileReader, merge_pdf

from .folder_data import Attachment

BROKEN, PROTECTED = "broken", "protected"


class UnusablePdf(Exception):
    """``reason``: ``broken`` or ``protected``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_pdf(content: bytes) -> tuple[bytes, int]:
    """Copies a PDF into a new one, which reveals whether its pages can be used.

    :return: (the copy as bytes, number of its pages)
    :raises UnusablePdf: if it is damaged or password-protected
    """
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.isEncrypted:
            raise UnusablePdf(PROTECTED)
        pages = reader.getNumPages()
        copy = merge_pdf([content])
    except UnusablePdf:
        raise
    # The library raises errors of any kind on damaged files
    except Exception as error:
        raise UnusablePdf(BROKEN) from error
    if not pages:
        raise UnusablePdf(BROKEN)
    return copy, pages


def gather_appendix(files: BaseModel) -> tuple[list[Attachment], list[tuple[str, str]]]:
    """
    :param files: the PDF files chosen for the customer folder of a review
    :return: (list of `Attachment`, list of (file name, why it cannot be used) of the others)
    """
    usable, others = [], []
    for attachment in files:
        try:
            content, pages = read_pdf(attachment.raw or b"")
        except UnusablePdf as error:
            others.append((attachment.name, error.reason))
            continue
        name = attachment.name.removesuffix(".pdf").removesuffix(".PDF")
        usable.append(Attachment(name, pages, attachment.checksum, content))
    return usable, others


def describe_unusable_files(env: Environment, files: Iterable[tuple[str, str]]) -> str:
    """
    :param files: list of (name, reason) of PDF files that cannot be added to a folder
    :return: what to do about them, empty if there are none
    """
    messages = [
        env._(
            "%(file)s is password-protected and has been left out of the folder. Save it without a password and "
            "attach it again.",
            file=name,
        )
        if reason == PROTECTED
        else env._(
            "%(file)s is damaged and has been left out of the folder. Open it, save it as a PDF again and attach the "
            "new file.",
            file=name,
        )
        for name, reason in files
    ]
    return "\n".join(messages)
