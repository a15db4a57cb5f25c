"""What clients send over RPC, and what they can be answered."""

import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.service.server import thread_local


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
