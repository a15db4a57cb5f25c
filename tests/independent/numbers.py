"""Numbers as people reckon with them: decimal, rounded half away from zero, undefined where there is nothing."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


def decimal(number):
    """A number as it is written, without binary fractions; 0 for what is empty."""
    if number is None:
        return ZERO
    if isinstance(number, Decimal):
        return number
    return Decimal(number if isinstance(number, str) else repr(number))


def rounded(amount, digits=2):
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def divided(part, whole):
    """:return: None where it is not defined"""
    if part is None or not whole:
        return None
    return part / whole


def mean(numbers):
    numbers = list(numbers)
    return sum(numbers, ZERO) / len(numbers) if numbers else None


def median(numbers):
    numbers = sorted(numbers)
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return (numbers[middle - 1] + numbers[middle]) / 2


def known(*amounts):
    """The sum of those that are known, None if none is."""
    amounts = [amount for amount in amounts if amount is not None]
    return sum(amounts, ZERO) if amounts else None
