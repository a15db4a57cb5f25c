"""Which values a field can have, of all that a client may send for it."""

import json
from collections.abc import Mapping

from odoo.fields import Command
from odoo.models import BaseModel

from ...figures.period import is_in_calendar

# What a column of the database holds
IDS = range(1, 2**31)
INTEGERS = range(-(2**31), 2**31)
# The largest number whose cents a float still tells apart
MOST = 10.0**13
# Converted by Odoo, which says in an error of its own what it cannot convert
CONVERTED = ("boolean", "date", "datetime", "reference", "selection")


def is_storable(model, field, value, in_form=False):
    """
    :param model: the model of the field, in the environment of whoever sends the value
    :param in_form: whether it is a value of a form: there, linked records may be given with their values
    """
    if value is None or value is False or isinstance(value, BaseModel):
        return True
    try:
        return _checked(model, field, value, in_form)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False


def _checked(model, field, value, in_form):
    if field.type == "many2one":
        return _is_link(value.get("id") or 1 if in_form and isinstance(value, Mapping) else value)
    if field.type in ("one2many", "many2many"):
        return not value or (isinstance(value, (list, tuple)) and all(_is_command(part, in_form) for part in value))
    if field.type in ("integer", "many2one_reference"):
        return int(value or 0) in INTEGERS
    if field.type in ("float", "monetary"):
        return abs(float(value or 0.0)) <= MOST
    if field.type in ("char", "text", "html"):
        return _is_text(value)
    if field.type == "json":
        return _is_text(json.dumps(value, allow_nan=False))
    if field.type in CONVERTED:
        converted = field.convert_to_cache(value, model.browse())
        # Around others, no time zone can be computed
        return field.type != "datetime" or converted is None or is_in_calendar(converted)
    return True


def _is_text(value):
    text = value.decode() if isinstance(value, bytes) else str(value)
    # Neither can be stored: what ends a text, and halves of letters
    return "\0" not in text and bool(text.encode() or True)


def _is_link(value):
    """Whether it is an id, perhaps as text or with a name."""
    if isinstance(value, tuple):
        value = value[0] if value else 0
    if isinstance(value, str):
        return value.isdecimal() and int(value) in IDS
    # Nothing at all is an empty link
    return isinstance(value, int) and (not value or value in IDS)


def _is_command(part, in_form):
    if isinstance(part, Mapping):
        return in_form
    if not isinstance(part, (list, tuple)):
        return bool(part) and _is_link(part)
    command, *parameters = part
    if command == Command.CREATE:
        return isinstance(parameters[1], Mapping)
    if command == Command.UPDATE:
        return bool(parameters[0]) and _is_link(parameters[0]) and isinstance(parameters[1], Mapping)
    if command == Command.SET:
        return all(each and _is_link(each) for each in parameters[1])
    if command == Command.CLEAR:
        return True
    return command in (Command.DELETE, Command.UNLINK, Command.LINK) and bool(parameters[0]) and _is_link(parameters[0])
