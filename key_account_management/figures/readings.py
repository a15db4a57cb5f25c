"""What is read for an answer: once, however many figures, periods and requests it takes."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from odoo.api import Environment

from .period import Period

# In the context, where parameters do not reach: requests that sources make. A client could only send text there
READINGS: Final = "key_account_readings"

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Readings:
    """Keeps what was read, for all requests of an answer."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        # What the answer is about, beyond the periods of each request
        self.periods: list[Period] = []
        # Further ones whose sales lines are looked at, and whether the kinds of credits are
        self.periods_of_sales: list[Period] = []
        self.with_credits = False
        self._known: dict[Hashable, Any] = {}

    @classmethod
    def of(cls, env: Environment) -> "Readings":
        """:return: those of the answer for which the environment was made, otherwise new ones"""
        known = env.context.get(READINGS)
        is_same = isinstance(known, cls) and (known.env.company, known.env.companies) == (env.company, env.companies)
        return known if is_same else cls(env)

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """:return: what ``read`` gave when it was called first for this key"""
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]

    def each(self, key: Hashable, one: K, expected: Iterable[K], read: Callable[[Sequence[K]], Mapping[K, T]]) -> T:
        """Reads what belongs to a period, or to a day, together with what belongs to others that will be asked for.

        :param expected: what will be asked for, besides ``one``
        :param read: called with all of them that are not known yet
        :return: what it gave for ``one``
        """
        known: dict[K, T] = self.once(key, dict)
        if one not in known:
            known.update(read([other for other in dict.fromkeys((one, *expected)) if other not in known]))
        return known[one]
