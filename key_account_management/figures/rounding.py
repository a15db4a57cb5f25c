"""Odoo's rounding, faster where many amounts are rounded: it is exact next to halves only, and these are rare."""

from collections.abc import Callable
from math import floor, log10

from odoo.models import BaseModel
from odoo.tools import float_round

# Halves that floats only come near to are looked at by Odoo itself; so are amounts with too many digits
NEAR_HALF, LARGEST = 1e-3, 1e10

Round = Callable[[float], float]


def currency_rounder(currency: BaseModel) -> Round:
    """:return: what ``currency.round`` does"""
    digits = -round(log10(currency.rounding))
    # as floats: roundings like 0.05 are no number of digits
    return rounder(digits, currency.round) if currency.rounding == 10.0**-digits else currency.round


def digits_rounder(digits: int) -> Round:
    """:return: what ``float_round`` does with so many digits"""
    return rounder(digits, lambda amount: float_round(amount, precision_digits=digits))


def rounder(digits: int, exact: Round) -> Round:
    """
    >>> cents = rounder(2, lambda amount: float_round(amount, precision_digits=2))
    >>> cents(2.675), cents(-2.675), cents(1.004999), cents(12.3456)
    (2.68, -2.68, 1.0, 12.35)

    :param exact: what is asked next to halves
    """
    scale = 10.0**digits

    def round_fast(amount: float) -> float:
        scaled = amount * scale
        if -LARGEST < scaled < LARGEST and abs(scaled - floor(scaled) - 0.5) > NEAR_HALF:
            return round(amount, digits) if amount else 0.0
        return exact(amount)

    return round_fast
