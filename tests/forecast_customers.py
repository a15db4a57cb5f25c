"""Invented customers of an invented business, on whom forecasts are tried: years of revenue by month."""

from math import exp
from random import Random

KINDS = ("smooth", "noisy", "trend", "lumpy", "intermittent", "break")
YEARS = 6
MONTHS = 12 * YEARS
# Little is bought in August, most in October
SEASON = (0.9, 0.95, 1.15, 1.1, 1.05, 1.0, 0.8, 0.6, 1.15, 1.2, 1.15, 0.95)
# Who buys rarely buys less
SIZES = {"lumpy": 0.7, "intermittent": 0.4}
# How often they buy, and how different their orders are
PURCHASES = {"lumpy": (0.5, 0.6), "intermittent": (0.2, 0.5)}
NOISE = {"smooth": 0.1, "noisy": 0.4, "trend": 0.16, "break": 0.16}


def invent(seed, number=280):
    """:return: list of (kind, revenue by month, the oldest first), as many of each kind

    All together neither grow nor shrink: growth and breaks go both ways.
    """
    random = Random(seed)
    return [_invent_one(random, KINDS[position % len(KINDS)]) for position in range(number)]


def _invent_one(random, kind):
    size = random.lognormvariate(9, 0.8) * SIZES.get(kind, 1)
    season = [share * random.lognormvariate(0, 0.25) for share in SEASON]
    growth = random.choice([-1, 1]) * random.uniform(0.1, 0.25) if kind == "trend" else random.gauss(0, 0.04)
    # Also in the year that is forecast
    break_in = random.randrange(MONTHS - 42, MONTHS - 6)
    step = random.choice([-1, 1]) * random.uniform(0.35, 1.2) / 2 if kind == "break" else 0
    months = []
    for month in range(MONTHS):
        usual = size * season[month % 12] * 12 / sum(season) * exp(growth * (month - MONTHS + 12) / 12)
        usual *= exp(step if month >= break_in else -step)
        often, noise = PURCHASES.get(kind, (1, NOISE.get(kind)))
        months.append(usual / often * random.lognormvariate(-(noise**2) / 2, noise) if random.random() < often else 0.0)
    return kind, months
