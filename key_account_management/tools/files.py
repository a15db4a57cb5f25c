"""Files: names under which every system can save them, ZIP files, attachments."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from itertools import count
from os.path import splitext

from odoo.models import BaseModel

# What Windows does not allow in file names, and what no system should have to show: control characters, line
# separators and what turns the direction of the text
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"*/:<>?\\|]')
# Names that Windows keeps for devices, whatever follows their first dot
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
# Systems allow 255 bytes; the extension, and what tells files apart, are added to it
FILE_NAME_BYTES = 200


def file_name(*parts: str, extension: str = "") -> str:
    """A name under which every system can save a file.

    >>> file_name("Miller / Sons 2026", "Folder", extension="pdf")
    'Miller - Sons 2026 - Folder.pdf'
    >>> file_name('"Who?" 1:1', extension="zip")
    '-Who-- 1-1.zip'
    >>> file_name("Miller Inc. "), file_name("nul", extension="zip"), file_name("...")
    ('Miller Inc', '_nul.zip', '-')
    >>> file_name("A" * 300 + " 2026", "Folder")[-16:]
    'AA 2026 - Folder'
    """
    # Systems also take the two ways to write an accented letter for the same name
    name = unicodedata.normalize("NFC", " - ".join(parts))
    name = NOT_IN_FILE_NAMES.sub("-", name).strip(" .") or "-"
    if DEVICES.match(name):
        name = f"_{name}"
    encoded = name.encode()
    if len(encoded) > FILE_NAME_BYTES:
        # The end says which year and which document it is
        half = FILE_NAME_BYTES // 2
        begins, ends = (part.decode(errors="ignore").strip(" .") for part in (encoded[:half], encoded[-half:]))
        name = f"{begins}…{ends}"
    return f"{name}.{extension}" if extension else name


def files_told_apart(files: Iterable[tuple[str, int, bytes]]) -> dict[str, bytes]:
    """Names for the files of several records, some of which may have the same name.

    :param files: triples of (file name, id of the record, content)
    :return: ``{file name: content}``

    >>> files_told_apart([("Miller.pdf", 7, b"one"), ("Miller.pdf", 8, b"two")])
    {'Miller.pdf': b'one', 'Miller (8).pdf': b'two'}
    >>> list(files_told_apart([("Miller.pdf", 7, b"one"), ("MILLER.pdf", 8, b"two"), ("miller (8).pdf", 9, b"three")]))
    ['Miller.pdf', 'MILLER (8).pdf', 'miller (8) (9).pdf']
    """
    named: dict[str, bytes] = {}
    # Windows and macOS take names that differ in case only for the same file
    taken: set[str] = set()
    for given, record_id, content in files:
        # A name may have been stored before there were rules for it
        stem, extension = splitext(given)
        name = file_name(stem, extension=extension[1:])
        numbers = count(record_id)
        while name.casefold() in taken:
            name = file_name(f"{stem} ({next(numbers)})", extension=extension[1:])
        taken.add(name.casefold())
        named[name] = content
    return named


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """
    :param files: ``{file name: content as bytes}``
    :return: the ZIP file as bytes
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in files.items():
            archive_file.writestr(name, content)
    return archive.getvalue()


def attach_files(records: BaseModel, field: str) -> None:
    """Files uploaded before a record was saved become its own: otherwise only the uploader could open them.

    :param records: records that were just created or changed
    :param str field: their many2many of ``ir.attachment``
    """
    for record in records:
        orphans = record[field].filtered(lambda file: file.res_model == records._name and not file.res_id)
        orphans.res_id = record.id
