"""Each formula of the forecast on numbers calculated by hand."""

import pytest

from odoo.addons.key_account_management.figures.forecast import (
    Activity,
    activity,
    complete_years,
    damped_growth,
    error_ratios,
    forecast_base,
    forecast_range,
    level,
    month_shares,
    replay,
    seasonality,
    weighted_error,
    with_orders,
)

EVEN = [1 / 12] * 12
# Half of the year in March, half in October
TWICE = [0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0, 0]


def close(value):
    return pytest.approx(value, abs=1e-9)


def test_share_of_a_month_is_the_mean_of_its_shares_not_the_share_of_the_sum():
    small = [30.0, 10.0] + [0.0] * 10
    large = [100.0, 300.0] + [0.0] * 10
    # (0.75 + 0.25) / 2, though 130 of 440 were in the first month
    assert month_shares([small, large])[:3] == close([0.5, 0.5, 0.0])


def test_a_month_with_more_credits_than_invoices_has_no_share():
    assert month_shares([[80.0, -50.0, 20.0] + [0.0] * 9])[:3] == close([0.8, 0.0, 0.2])
    assert month_shares([[-1.0] * 12]) is None
    assert month_shares([]) is None


def test_seasonality_is_the_accounts_own_the_more_it_has_bought():
    # 36 months with revenue: 36 / 60 of its own
    assert seasonality([[2.0] * 6 + [1.0] * 6] * 3, EVEN)[0] == close(0.6 * 2 / 18 + 0.4 / 12)
    # One month with revenue: 1 / 25
    assert seasonality([[5.0] + [0.0] * 11], EVEN)[:2] == close([0.04 + 0.96 / 12, 0.96 / 12])
    assert seasonality([], TWICE) == close(TWICE)
    assert seasonality([], None) == close(EVEN)
    assert seasonality([[3.0, 1.0] + [0.0] * 10], None)[:2] == close([0.75, 0.25])


def test_only_whole_years_as_a_customer_are_years():
    months = [0.0] * 14 + [7.0] * 10 + [1.0] * 12 + [2.0] * 12 + [9.0] * 5
    assert complete_years(months, 5) == [[2.0] * 12, [1.0] * 12]
    assert complete_years([1.0] * 11, 11) == []
    assert complete_years([1.0] * 12, 0) == [[1.0] * 12]
    # From its first month on is a whole year
    assert complete_years([0.0] * 12 + [1.0] * 12, 0) == [[1.0] * 12]
    assert len(complete_years([1.0] * 60, 0)) == 3


def test_growth_is_damped_and_bounded():
    # Usual: (2 * 120 + 60) / 3 = 100, a quarter of it due: 50 is twice as much. After 3 months, half of that counts
    assert damped_growth([120.0, 60.0], 50.0, 0.25, 3) == close(75 * 2**0.5)
    assert damped_growth([120.0, 60.0], 50.0, 0.25, 9) == close(75 * 2**0.75)
    assert damped_growth([100.0], 900.0, 0.5, 3) == close(50 * 3**0.5)
    assert damped_growth([100.0], -20.0, 0.5, 3) == close(50 / 3**0.5)
    # Nothing was due, or nothing usual
    assert damped_growth([100.0], 40.0, 0.0, 3) == close(100)
    assert damped_growth([0.0, 0.0], 40.0, 0.5, 3) == 0
    assert damped_growth([-30.0], 40.0, 0.5, 3) == 0
    assert damped_growth([], 40.0, 0.5, 3) is None
    # Of little, too: 0.50 instead of 0.60
    assert damped_growth([1.2], 0.5, 0.5, 3) == close(0.6 * (5 / 6) ** 0.5)


def test_level_of_a_customer_who_buys_now_and_then_and_stops():
    # Start: 20 at a time in 3 of 12 months. Then 40, nothing, a credit:
    # size 20 + 0.2 * 20 = 24; often 0.25 + 0.2 * 0.75 = 0.4, 0.32, 0.256
    first = [20.0, 0.0, 0.0, 0.0] * 3
    assert level([*first, 40.0, 0.0, -5.0], EVEN, 3) == close(24 * 0.256)


def test_level_is_without_the_season():
    season = [2 / 15] * 3 + [1 / 15] * 9
    # 160 in each of the strong months and 80 in each other one are 100 without the season
    assert level([160.0] * 3 + [80.0] * 9, season, 0) == close(100)
    # The list begins in the middle of a year: with two of the weak months
    assert level([80.0] * 2 + [160.0] * 3 + [80.0] * 7, season, 10) == close(100)
    # A year, and two of the strong months
    assert level([160.0] * 3 + [80.0] * 9 + [160.0] * 2, season, 2) == close(100)


def test_level_of_small_amounts_and_after_a_credit():
    assert level([0.5] * 13, EVEN, 1) == close(0.5)
    # A year that begins with a credit and brings nothing, then 10: size 0.2 * 10, often 0.2
    assert level([-5.0] + [0.0] * 11 + [10.0], EVEN, 1) == close(0.4)


def test_months_in_which_nobody_ever_buys_tell_nothing():
    assert level([0.0, 0.0, 60.0] + [0.0] * 6 + [60.0, 0.0, 0.0], TWICE, 0) == close(10)


def test_rest_is_the_mean_of_the_three_estimates():
    # Two years of 1,200 in even months, then 3 months of 150
    base = forecast_base([100.0] * 24 + [150.0] * 3, 3, EVEN)
    growth = 1200 * 0.75 * 1.5**0.5
    size = 100.0
    for _month in range(3):
        size += 0.2 * (150 - size)
    last = (9 * 100 + 3 * 150) * 0.75
    assert base.rest == close((growth + size * 12 * 0.75 + last) / 3)
    assert base.by_month == close([base.rest / 9] * 9)
    assert base.due == close(0.25)


def test_the_rest_comes_when_the_account_usually_buys():
    base = forecast_base(
        [0.0, 0.0, 60.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0] * 4 + [0.0, 0.0, 60.0], 3, TWICE
    )
    assert base.due == close(0.5)
    assert [bool(month) for month in base.by_month] == [False] * 6 + [True] + [False] * 2


def test_months_without_a_season_or_a_base_bring_nothing():
    assert forecast_base([], 3, EVEN).by_month == [0.0] * 9
    assert forecast_base([0.0] * 2 + [60.0] + [0.0] * 20, 11, TWICE).by_month == [0.0]


def test_less_than_a_year_of_history_is_no_base():
    assert forecast_base([0.0] * 40 + [5.0] * 11, 3, EVEN).rest is None
    assert forecast_base([0.0] * 39 + [5.0] * 12, 3, EVEN).rest is not None
    assert forecast_base([0.0] * 51, 3, EVEN).rest is None
    assert forecast_base([], 0, None).rest is None


def test_without_a_whole_year_two_estimates_are_left():
    # 14 months of 10, of which 5 in this year: no last year to grow from
    assert forecast_base([0.0] * 3 + [10.0] * 14, 5, EVEN).rest == close(70)


def test_more_credits_than_invoices_are_not_expected_to_go_on():
    assert forecast_base([0.0] * 12 + [10.0] + [-20.0] * 14, 3, EVEN).rest == 0


def test_a_year_that_is_over_has_no_rest():
    base = forecast_base([10.0] * 48, 12, EVEN)
    assert (base.rest, base.by_month) == (0, [])


def test_orders_count_beside_what_is_usually_not_yet_on_order():
    assert with_orders([100.0, 100.0], [0.0, 0.0], [0.25, 0.0]) == close([75, 100])
    # As many as always: 60 of 80, and more than always
    assert with_orders([80.0, 80.0], [60.0, 200.0], [0.75, 0.75]) == close([80, 220])
    assert with_orders([80.0, 80.0], [60.0, 200.0], [None, None]) == close([80, 200])


def test_a_month_that_has_begun_brings_what_is_left_of_it():
    # A third of the month is over: two thirds of what is usually not yet ordered are to come
    assert with_orders([90.0, 90.0], [20.0, 20.0], [0.5, 0.5], begun=1 / 3, invoiced=500.0) == close([50, 65])
    assert with_orders([90.0, 90.0], [20.0, 20.0], [None, None], begun=1 / 3, invoiced=30.0) == close([60, 90])
    assert with_orders([90.0], [20.0], [None], begun=1 / 3, invoiced=500.0) == close([20])


def test_range_is_what_the_method_missed_by_among_customers_like_that():
    base = forecast_base([100.0] * 27, 3, EVEN)
    ratios = {Activity.REGULAR: (0.8, 1.5), Activity.RARE: (0.0, 9.0)}
    assert forecast_range(300.0, base, 0.0, 1200.0, ratios) == close((300 + 720, 300 + 1350))
    # Orders come, whatever was missed; what is expected lies in the range
    assert forecast_range(300.0, base, 1000.0, 1320.0, ratios) == close((1300, 1650))
    assert forecast_range(300.0, base, 2000.0, 2300.0, ratios) == close((2300, 2300))
    assert forecast_range(300.0, base, 0.0, 1200.0, {}) is None
    assert forecast_range(30.0, forecast_base([10.0] * 3, 3, EVEN), 0.0, 30.0, ratios) is None


def test_activity_by_months_with_revenue_in_the_last_two_years():
    # 21 of 24 are 87.5 %, 20 are 83 %, 11 are 45.8 %, 10 are 41.7 %
    for bought, kind in ((21, "REGULAR"), (20, "FREQUENT"), (11, "FREQUENT"), (10, "RARE"), (0, "RARE")):
        assert activity([1.0] * 30 + [0.0] * (24 - bought) + [1.0] * bought) is Activity[kind]
    # Exactly 85 % and 45 %
    assert activity([1.0] * 17 + [0.0] * 3) is Activity.FREQUENT
    assert activity([1.0] * 9 + [0.0] * 11) is Activity.RARE
    assert activity([1.0] * 5) is Activity.REGULAR
    assert activity([]) is Activity.RARE


def test_replay_knows_nothing_of_what_came_later():
    months = [100.0] * 24 + [100.0] * 3 + [140.0] * 9 + [999.0] * 3
    result = replay(months, 3, EVEN)
    assert (result.to_date, result.expected_rest, result.actual_rest) == close((300, 900, 1260))
    assert (result.copied_rest, result.actual, result.activity) == (900, 1560, Activity.REGULAR)
    assert (result.error, result.copy_error) == close((360, 360))
    assert replay([100.0] * 20, 3, EVEN) is None


def test_ratios_of_an_activity_with_few_customers_are_those_of_all():
    def ratios_of(ratio, number, regular):
        last = [100.0 * ratio] * 9
        months = [100.0] * 15 if regular else [0.0, 0.0, 100.0] * 5
        return [replay([*(months * 2)[:27], *last, *[1.0] * 3], 3, EVEN)] * number

    few = error_ratios([*ratios_of(1.0, 9, True)])
    assert few == {}
    some = error_ratios([*ratios_of(1.0, 10, True), *ratios_of(1.0, 2, False)])
    assert some[Activity.REGULAR] == close((1, 1))
    assert some[Activity.RARE] == some[Activity.FREQUENT]
    assert some[Activity.RARE][1] > 1


def test_customers_of_whom_nothing_was_expected_have_no_ratio():
    nothing = replay([100.0, *[0.0] * 26, *[0.0] * 3, 50.0, *[0.0] * 5, *[0.0] * 3], 3, [1.0] + [0.0] * 11)
    assert nothing.expected_rest == 0
    even = replay([100.0] * 39, 3, EVEN)
    assert error_ratios([nothing, *[even] * 10])[Activity.REGULAR] == close((1, 1))


def test_weighted_error():
    assert weighted_error([110.0, 70.0], [100.0, 100.0]) == close(0.2)
    assert weighted_error([1.0], [0.0]) is None
