"""Small helpers for several models."""

import io
import logging
import re
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import wraps
from itertools import count
from os.path import splitext
from typing import Any, TypeVar
from urllib.parse import urlsplit

import babel.dates
import pytz
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.api import DomainType, Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel, parse_read_group_spec
from odoo.service.server import thread_local
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang
from odoo.tools.sql import constraint_definition

Day = TypeVar("Day", date, datetime)

# What Windows does not allow in file names, and what no system should have to show: control characters, line
# separators and what turns the direction of the text
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"*/:<>?\\|]')
# Names that Windows keeps for devices, whatever follows their first dot
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
# Systems allow 255 bytes; the extension, and what tells files apart, are added to it
FILE_NAME_BYTES = 200


def notification(message: str, kind: str = "success", reload: bool = False) -> dict[str, Any]:
    """An action that shows a message in the corner of the screen.

    :param str message: in the user's language
    :param str kind: ``success``, ``info``, ``warning`` or ``danger``
    :param bool reload: whether the screen reloads its records afterwards
    """
    params: dict[str, Any] = {"type": kind, "message": message}
    if reload:
        params["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
    return {"type": "ir.actions.client", "tag": "display_notification", "params": params}


def readable(records: BaseModel) -> BaseModel:
    """Those of the records that the user may read, also where Odoo computes as superuser.

    Stored fields are computed like this. Before a record is saved, the client may have invented what it links to.

    :param records: in the environment of the user or of Odoo computing for them; new ones remain
    """
    saved = records.filtered("id")
    return records - (saved - saved.sudo(False)._filtered_access("read"))


def linked(record: BaseModel, field: str) -> BaseModel:
    """What a record links to: all of it if the record is saved and so was checked, otherwise what the user may read.

    :param field: name of a relational field
    """
    return record[field] if record.id else readable(record[field])


def shortened(value: Any, most: int = 60) -> str:
    """Anything that a client may have sent, as text for a message.

    >>> shortened("revenue"), shortened(["a"]), shortened("9" * 5000, 3), shortened(10**5000)
    ('revenue', "['a']", '999…', 'int')
    """
    try:
        text = str(value)
    except ValueError:
        # A number with more digits than Python writes
        text = type(value).__name__
    return text if len(text) <= most else f"{text[:most]}…"


def check_records(records: BaseModel, single: bool = False) -> None:
    """
    :param single: whether it must be exactly one
    :raises UserError: for what a client sent as a record and cannot be one
    """
    env = records.env
    for record_id in records._ids:
        is_number = type(record_id) is int and 0 < record_id < 2**31
        if not is_number and not getattr(record_id, "origin", None):
            raise UserError(env._("There is no record with the ID %(id)s.", id=shortened(record_id)))
    if single and len(records) != 1:
        raise UserError(env._("Select exactly one record: %(count)s were given.", count=len(records)))


def for_every_rpc(method: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a public method of a model answer over XML-RPC as well, which has no empty value and only text as keys.

    Called that way, None becomes False and numbers as keys become text, as JSON writes them anyway. Callers in Python,
    also while such a call is answered, get what the method returns.
    """

    @wraps(method)
    def answer(self: BaseModel, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        # Odoo hides the request from what XML-RPC calls, but keeps these two for its log
        called = getattr(thread_local, "rpc_model_method", "") == f"{self._name}.{method.__name__}"
        path = urlsplit(getattr(threading.current_thread(), "url", "")).path
        return _for_xmlrpc(result) if called and path.startswith("/xmlrpc/") else result

    return answer


def _for_xmlrpc(value: Any) -> Any:
    if value is None:
        return False
    if isinstance(value, Mapping):
        return {str(key): _for_xmlrpc(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_for_xmlrpc(each) for each in value]
    return value


def count_by(records: BaseModel, field: str, domain: DomainType = ()) -> dict[BaseModel, int]:
    """How many records refer to each of some others, in one query.

    :param records: the model, with the rights of whoever counts
    :param str field: a many2one of it
    :param domain: which records count
    :return: ``{record that is referred to: number}``, without those that nothing refers to
    """
    return dict(records._read_group(domain, [field], ["__count"]))


def check_field(model: BaseModel, spec: str) -> None:
    """For what Odoo does not check itself: grouping by a many2many field, sorting and grouping by a related one.

    :param spec: a field as it is given to group or to sort by
    :raises AccessError: if the user may not read the field
    """
    field = model._fields.get(parse_read_group_spec(spec)[0])
    if field:
        model._check_field_access(field, "read")


def may_edit(record: BaseModel) -> bool:
    """Whether whoever is at work may change a record, in any of their companies; also where code runs as superuser."""
    user = record.env.user
    return bool(
        record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access("write"),
    )


def people_who_left(partners: BaseModel) -> BaseModel:
    """Those of the partners who were our colleagues: their only users are archived."""
    # As superuser: not everyone may see archived users. Contacts of customers who lost their login have not left.
    users = partners.sudo().with_context(active_test=False).user_ids.filtered(lambda user: not user.share)
    working = users.filtered("active").partner_id
    return partners.filtered(lambda partner: partner in users.partner_id and partner not in working)


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


def no_overlap(message: str) -> models.Constraint:
    """A constraint of the database for plans: one at a time for each account and company.

    Whatever several people do at once, only one of them gets their plan. It is checked when `check_overlap` asks for
    it, at the latest at the end of the transaction: until then records may change places. Ranges also compare the
    numbers, which are equal where they overlap: other operators would need an extension of PostgreSQL.
    """
    return models.Constraint(
        """
        EXCLUDE USING gist (
            int4range(partner_id, partner_id, '[]') WITH &&,
            int4range(company_id, company_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&
        ) WHERE (active) DEFERRABLE INITIALLY DEFERRED
        """,
        message,
    )


def check_overlap(records: BaseModel, constraint: models.Constraint) -> None:
    """Has the database check a constraint made by `no_overlap` now, so that its error becomes a message.

    :raises psycopg2.errors.ExclusionViolation: someone else was faster
    """
    name = constraint.full_name(records)
    # Databases in which plans overlapped before there was the constraint do not have it
    if constraint_definition(records.env.cr, records._table, name):
        records.flush_recordset()
        for moment in ("IMMEDIATE", "DEFERRED"):
            records.env.cr.execute(SQL("SET CONSTRAINTS %s %s", SQL.identifier(name), SQL(moment)))


def later(day: Day, by: relativedelta) -> Day:
    """A day or moment moved into the future: at most to the last one that there is.

    What lasts "forever" is often written as the year 9999, and anyone may enter such a date.

    >>> later(date(2025, 1, 31), relativedelta(months=1)), later(date(9999, 12, 1), relativedelta(years=1))
    (datetime.date(2025, 2, 28), datetime.date(9999, 12, 31))
    """
    try:
        return day + by
    except (OverflowError, ValueError):
        return type(day).max


def company_timezone(company: BaseModel) -> str:
    """The time zone whose days count in a company's documents, whoever prints them."""
    # As superuser: where a company is, is no secret
    partner = company.sudo().partner_id
    return partner.tz or timezone_of_country(partner.country_id.code) or "UTC"


def timezone_of_country(code: str | None) -> str | None:
    """:return: a time zone of the country if the whole country has the same time, otherwise None"""
    zones = pytz.country_timezones.get(code or "", [])
    year = fields.Datetime.now().year
    times = {tuple(pytz.timezone(zone).utcoffset(datetime(year, month, 1)) for month in (1, 7)) for zone in zones}
    return zones[0] if len(times) == 1 else None


def company_day(company: BaseModel, moment: datetime | None = None) -> date:
    """
    :param moment: as it is stored; None: now
    :return: the day in the company's time zone
    """
    moment = moment or fields.Datetime.now()
    return pytz.utc.localize(moment).astimezone(pytz.timezone(company_timezone(company))).date()


def appointment_texts(appointment: BaseModel, timezone: str) -> dict[str, str]:
    """
    :param appointment: a record with ``start`` and ``stop``
    :param str timezone: that of whoever reads it
    :return: day, beginning and end as the language of the record's environment writes them
    """
    return moment_texts(appointment.env, appointment.start, appointment.stop, timezone)


def moment_texts(env: Environment, start: datetime, stop: datetime, timezone: str) -> dict[str, str]:
    """:return: as `appointment_texts`"""
    locale = babel_locale_parse(get_lang(env).code)
    zone = pytz.timezone(timezone)
    start, stop = (pytz.utc.localize(moment).astimezone(zone) for moment in (start, stop))
    day, last_day = (babel.dates.format_date(moment, "full", locale) for moment in (start, stop))
    begin, end = (babel.dates.format_time(moment, "short", locale=locale) for moment in (start, stop))
    return {"day": day, "begin": begin, "end": end if day == last_day else f"{last_day}, {end}"}


def log_problem(logger: logging.Logger, error: Exception, message: str, *values: object) -> None:
    """What a job left out: a trace is for errors in the program, not for what Odoo would tell a user.

    :param error: why; it is the last of the values in the message
    """
    if isinstance(error, UserError):
        logger.info(message, *values, error)
    else:
        logger.error(message, *values, error, exc_info=error)
