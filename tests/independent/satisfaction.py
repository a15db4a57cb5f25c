"""What the customer says, from 0 to 10."""

from .numbers import decimal, mean

ENOUGH = 5


def scores(look):
    return [
        decimal(row.score) for row in look.records("key_account_satisfaction", "score, date") if look.covers(row.date)
    ]


def satisfaction(look):
    return mean(scores(look))


def satisfaction_answers(look):
    return decimal(len(scores(look)))


def nps(look):
    """Percentage points, from -100 to 100."""
    found = scores(look)
    if len(found) < ENOUGH:
        return None
    promoters = sum(score >= 9 for score in found)
    detractors = sum(score <= 6 for score in found)
    return decimal(100) * (promoters - detractors) / len(found)
