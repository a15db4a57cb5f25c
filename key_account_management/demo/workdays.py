"""No one visits customers at weekends or on holidays."""

from datetime import timedelta

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, TH, relativedelta

# Month and day, in the countries of the demo accounts
HOLIDAYS = {(1, 1), (5, 1), (6, 19), (7, 4), (10, 3), (11, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
# Good Friday, Easter Monday, Ascension Day, Whit Monday
DAYS_FROM_EASTER = (-2, 1, 39, 50)


def workday(day, step=1):
    """:return: the day or, failing that, the next workday; with ``step=-1`` the one before"""
    while day.weekday() > 4 or (day.month, day.day) in HOLIDAYS or day in _moving_holidays(day.year):
        day += timedelta(days=step)
    return day


def _moving_holidays(year):
    start = easter(year).replace(month=1, day=1)
    thanksgiving = start + relativedelta(month=11, weekday=TH(4))
    return {
        *(easter(year) + timedelta(days=days) for days in DAYS_FROM_EASTER),
        # Memorial Day and Labor Day
        start + relativedelta(month=5, day=31, weekday=MO(-1)),
        start + relativedelta(month=9, weekday=MO(1)),
        thanksgiving,
        thanksgiving + relativedelta(weekday=FR),
    }
