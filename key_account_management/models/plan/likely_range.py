from collections import defaultdict

# Between these shares of all cases lie four of five
LEVELS = (0.1, 0.9)
# Sums that are told apart; with more, they are rounded to so many steps
MOST_SUMS = 4096


def likely_range(positions, coin):
    """In which range the sum of amounts lies that each come, or do not, independently of the others.

    Four of five cases lie in it: in one of ten the sum is smaller, in one of ten it is larger.

    :param positions: list of (amount, probability from 0 to 1)
    :param coin: rounding of the currency
    :return: (low, high)

    >>> likely_range([(100.0, 0.5), (50.0, 0.95)], 0.01)
    (50.0, 150.0)
    >>> likely_range([(100.0, 1.0)], 0.01), likely_range([(100.0, 0.05)], 0.01), likely_range([], 0.01)
    ((100.0, 100.0), (0.0, 0.0), (0.0, 0.0))
    """
    positions = [(amount, chance) for amount, chance in positions if amount and chance > 0.0]
    whole = sum(abs(amount) for amount, _chance in positions)
    step = coin if 2 ** len(positions) <= MOST_SUMS else max(coin, whole / MOST_SUMS)
    chances = {0: 1.0}
    for amount, chance in positions:
        steps, following = round(amount / step), defaultdict(float)
        for total, before in chances.items():
            following[total] += before * (1.0 - chance)
            following[total + steps] += before * chance
        chances = following
    return tuple(_quantile(chances, level) * step for level in LEVELS)


def _quantile(chances, level):
    reached = 0.0
    for total in sorted(chances):
        reached += chances[total]
        # Sums of shares are not exact
        if reached >= level - 1e-9:
            return total
    return max(chances)
