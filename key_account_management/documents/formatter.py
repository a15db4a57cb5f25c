import datetime
from typing import Any

import babel.numbers

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse, get_lang

from ..figures.figure import Figure
from ..figures.percent import MINUS, format_percent, round_halves
from ..figures.period import Period
from ..figures.sources.abc_class import ABC_CLASSES

EMPTY = "–"
# Units of places in an order: the first one is the best
PLACES = ("rank", "class")
CLASSES: dict[float, str] = dict(enumerate((letter for _key, letter in ABC_CLASSES), 1))
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Formatter:
    """Figures as people read them, in the number format of the environment's language."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.lang = env["res.lang"].browse(get_lang(env).id)
        self.locale = babel_locale_parse(self.lang.code)
        self._currencies: dict[str, BaseModel] = {}

    def number(self, value: float, digits: int = 0) -> str:
        return self.lang.format(f"%.{digits}f", round_halves(value, digits), grouping=True).replace("-", MINUS)

    def quantity(self, value: float) -> str:
        digits = next((digits for digits in (0, 1) if round_halves(value, digits) == round_halves(value, 2)), 2)
        return self.number(value, digits)

    def money(self, value: float, currency_name: str, digits: int = 0) -> str:
        return self.with_currency(self.number(value, digits), currency_name)

    def price(self, value: float, currency_name: str) -> str:
        """To the cent, or with more digits for smaller prices."""
        digits = next((digits for digits in (2, 3, 4) if round(value, digits) == round(value, 6)), 4)
        return self.money(value, currency_name, digits)

    def with_currency(self, number: str, currency_name: str) -> str:
        currency = self.currency(currency_name)
        if currency.position != "before":
            return f"{number}{NO_BREAK_SPACE}{currency.symbol}"
        sign = MINUS if number.startswith(MINUS) else ""
        return f"{sign}{currency.symbol}{NO_BREAK_SPACE}{number.removeprefix(MINUS)}"

    def percent(self, share: float, digits: int = 1) -> str:
        return format_percent(self.env, share, digits)

    def days(self, value: float) -> str:
        if round_halves(value, 0) == 1:
            return self.env._("1 day")
        return self.env._("%(number)s days", number=self.number(value))

    def date(self, value: datetime.date, pattern: str | None = None) -> str:
        return format_date(self.env, value, date_format=pattern or "long")

    def period(self, period: Period) -> str:
        return self.env._(
            "%(date_from)s to %(date_to)s", date_from=self.date(period.date_from), date_to=self.date(period.date_to)
        )

    def value(self, value: float | None, kind: str, unit: str) -> str:
        """:param kind: the ``unit`` of a ``key.account.kpi``; :param unit: its currency or unit of measure"""
        if value is None:
            return EMPTY
        if kind == "money":
            return self.money(value, unit)
        if kind == "percent":
            return self.percent(value)
        if kind == "days":
            return self.days(value)
        if kind == "score":
            return self.number(value, 1)
        if kind == "class":
            # Someone may have set a target that makes no sense
            return CLASSES.get(value) or self.number(value)
        return f"{self.quantity(value)}{NO_BREAK_SPACE}{unit}".strip()

    def large(self, value: float | None, kind: str, unit: str) -> str:
        """As `value`, but millions are abbreviated: for the few numbers that should be readable from a distance."""
        if value is None or kind not in ("money", "quantity") or abs(value) < 1_000_000:
            return self.value(value, kind, unit)
        number = babel.numbers.format_compact_decimal(value, locale=self.locale, fraction_digits=2)
        return self.with_currency(number, unit) if kind == "money" else f"{number}{NO_BREAK_SPACE}{unit}".strip()

    def compact(self, amount: float, currency_name: str) -> str:
        """An amount for the middle of a sentence: thousands and millions are abbreviated if the language does so."""
        digits = 0 if abs(amount) < 1_000_000 else 1
        whole = round_halves(amount, 0)
        number = babel.numbers.format_compact_decimal(whole, locale=self.locale, fraction_digits=digits)
        if number.lstrip("-").isdecimal():
            number = self.number(whole)
        return self.with_currency(number.replace("-", MINUS), currency_name)

    def texts(self, figure: Figure, kind: str) -> list[str]:
        """:return: value, value of the previous period, and change"""
        values = (self.value(value, kind, figure.unit) for value in (figure.value, figure.previous))
        return [*values, self.change(figure, kind)]

    def cell(self, value: Any, kind: str, unit: str) -> str:
        """A value of a `Table`."""
        if value is None:
            return EMPTY
        if kind == "text":
            return value
        if kind == "price":
            return self.price(value, unit)
        if kind == "date":
            return self.date(fields.Date.to_date(value), "medium")
        return self.value(value, kind, unit)

    def change(self, figure: Figure, kind: str) -> str:
        """The change with its sign: relative; of percentages, days and scores the difference; of places its words."""
        value, previous = figure.pair
        if figure.change is None or value is None or previous is None:
            return EMPTY
        if kind == "percent":
            change = _difference(value * 100, previous * 100, 1)
            return self._signed(change, self.env._("%(number)s points", number=self.number(abs(change), 1)))
        if kind == "days":
            change = _difference(value, previous, 0)
            return self._signed(change, self.days(abs(change)))
        if kind == "score":
            change = _difference(value, previous, 1)
            return self._signed(change, self.number(abs(change), 1))
        if kind in PLACES:
            return self._moved(previous - value)
        return self.signed_percent(figure.change)

    def _moved(self, places: float) -> str:
        if not places:
            return self._signed(0, self.number(0))
        number = self.number(abs(places))
        if places > 0:
            return self.env._("%(number)s up", number=number)
        return self.env._("%(number)s down", number=number)

    def signed_percent(self, share: float) -> str:
        return self._signed(round_halves(share, 3), self.percent(abs(share)))

    def _signed(self, value: float, text: str) -> str:
        sign = "+" if value > 0 else MINUS if value < 0 else "±"
        return f"{sign}{text}"

    def currency(self, name: str) -> BaseModel:
        """:return: the currency with a name, archived ones too"""
        if name not in self._currencies:
            self._currencies[name] = (
                self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)], limit=1)
            )
        return self._currencies[name]


def _difference(value: float, previous: float, digits: int) -> float:
    """Of the numbers as they are shown next to it: readers subtract them."""
    return round_halves(round_halves(value, digits) - round_halves(previous, digits), digits)
