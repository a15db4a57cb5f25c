"""What the documents of a review said when it was held, as plain data for JSON and back.

The figures are not among it: they are frozen as records, whose audience can still be narrowed.
"""

import types
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints

from .document_data import DocumentData
from .review_sheets import ReviewSheet


@dataclass
class FrozenDocuments:
    """Both editions of the documents, and the minutes. Each knows its language."""

    customer: DocumentData
    internal: DocumentData
    minutes: ReviewSheet

    def to_plain(self) -> dict[str, Any]:
        plain = to_plain(
            replace(self, customer=_without_figures(self.customer), internal=_without_figures(self.internal))
        )
        # Its logo is large, and it is the same in all of them
        plain["sender"] = plain["customer"]["sender"]
        for name in ("customer", "internal", "minutes"):
            del plain[name]["sender"]
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "FrozenDocuments":
        sender = plain["sender"]
        return from_plain(cls, {name: plain[name] | {"sender": sender} for name in ("customer", "internal", "minutes")})


def _without_figures(data: DocumentData) -> DocumentData:
    # The appendix are files of their own
    folder = replace(data.folder, appendix=[], unusable=[])
    return replace(data, figures={}, prices=None, messages={}, source_tables={}, folder=folder)


def to_plain(value: Any) -> Any:
    """
    >>> from .folder_data import Person
    >>> to_plain([Person("Kim", "Sales", "", ""), date(2026, 2, 1)])
    [{'name': 'Kim', 'role': 'Sales', 'email': '', 'phone': ''}, '2026-02-01']
    """
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def from_plain(kind: Any, plain: Any) -> Any:
    """The opposite of `to_plain`. Fields that a class has had since keep their default, those it lost are left out.

    :param kind: the type of the value, as annotations write it

    >>> from .folder_data import Person
    >>> from_plain(list[Person | None], [{"name": "Kim", "role": "", "email": "", "phone": "", "fax": ""}, None])
    [Person(name='Kim', role='', email='', phone=''), None]
    >>> from_plain(dict[str, tuple[str, date]], {"begin": ["Monday", "2026-02-02"]})
    {'begin': ('Monday', datetime.date(2026, 2, 2))}
    """
    if plain is None:
        return None
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return from_plain(_choose(arguments, plain), plain)
    if origin in (list, Sequence):
        return [from_plain(arguments[0], item) for item in plain]
    if origin is tuple:
        return tuple(from_plain(argument, item) for argument, item in zip(arguments, plain, strict=True))
    if origin is dict:
        return {key: from_plain(arguments[1], item) for key, item in plain.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        known = (field.name for field in fields(kind) if field.name in plain)
        return kind(**{name: from_plain(hints[name], plain[name]) for name in known})
    return kind.fromisoformat(plain) if isinstance(kind, type) and issubclass(kind, date) else plain


def _choose(kinds: Sequence[Any], plain: Any) -> Any:
    """:return: of several types the one that the value was of: of classes the one with the most of its fields"""
    kinds = [kind for kind in kinds if kind is not type(None)]
    if len(kinds) == 1 or not isinstance(plain, dict):
        return kinds[0]
    return max(kinds, key=lambda kind: len({field.name for field in fields(kind)} & plain.keys()))
