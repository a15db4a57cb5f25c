"""Percentages in texts, the same in notes and in documents."""

import copy

from odoo.api import Environment
from odoo.tools import float_round
from odoo.tools.misc import babel_locale_parse, get_lang

MINUS = "\N{MINUS SIGN}"


def format_percent(env: Environment, share: float, digits: int = 1) -> str:
    """A share as the environment's language writes percentages: with or without a (non-breaking) space."""
    locale = babel_locale_parse(get_lang(env).code)
    pattern = copy.copy(locale.percent_formats[None])
    pattern.frac_prec = (digits, digits)
    return pattern.apply(round_halves(share, digits + 2), locale).replace("-", MINUS)


def round_halves(value: float, digits: int) -> float:
    """Rounds halves away from zero, as Excel and PowerPoint do with the same number.

    >>> round_halves(0.5, 0), round_halves(2.5, 0), round_halves(-0.04, 1)
    (1.0, 3.0, 0.0)
    """
    # Adding 0.0 turns the -0 left by rounding into 0
    return float_round(value, precision_digits=digits) + 0.0
