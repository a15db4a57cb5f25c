"""The engine's plain arithmetic at its edges, on numbers calculated by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from odoo.addons.key_account_management.figures.figure import (
    UNKNOWN_COST,
    Column,
    Figure,
    Pending,
    Row,
    Table,
    added,
    known_sum,
    meets_target,
    ratio,
    rounded,
)
from odoo.addons.key_account_management.figures.fiscal_months import FiscalMonths
from odoo.addons.key_account_management.figures.pending import pending
from odoo.addons.key_account_management.figures.period import DayParts, Period, is_in_calendar
from odoo.addons.key_account_management.figures.price_volume import (
    Product,
    Sold,
    can_split_quantity,
    round_parts,
    round_rows,
    split,
)
from odoo.addons.key_account_management.figures.price_volume import added as added_parts
from odoo.addons.key_account_management.figures.sources.net_revenue import PaidItem, divided
from odoo.addons.key_account_management.figures.targets import TargetsToDate

# From July to June
FISCAL_YEAR = Period(date(2025, 7, 1), date(2026, 6, 30))


def close(value):
    return pytest.approx(value, abs=1e-9)


def row(key, value, previous=None, **values):
    return Row(key, str(key), value, previous, "EUR", **values)


# === PERIODS ===#


def test_years_of_the_calendar():
    assert [is_in_calendar(date(year, 7, 1)) for year in (1899, 1900, 2999, 3000)] == [False, True, True, False]
    assert Period(date(1900, 1, 1), date(1900, 1, 31)).is_possible
    assert Period(date(2999, 1, 1), date(2999, 12, 31)).is_possible
    assert not Period(date(1899, 12, 31), date(1900, 1, 31)).is_possible
    assert not Period(date(2999, 12, 1), date(3000, 1, 1)).is_possible
    # A day more than fifty years
    assert not Period(date(2000, 1, 1), date(2050, 1, 1)).is_possible


def test_first_and_last_day_belong_to_a_period():
    days = (date(2025, 6, 30), date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [day in FISCAL_YEAR for day in days] == [False, True, True, False]


def test_the_part_that_is_over():
    assert FISCAL_YEAR.up_to(date(2025, 6, 30)) is None
    assert FISCAL_YEAR.up_to(date(2025, 7, 1)) == Period(date(2025, 7, 1), date(2025, 7, 1))
    assert FISCAL_YEAR.to_date(date(2025, 9, 10)) == Period(date(2025, 7, 1), date(2025, 9, 10))
    assert FISCAL_YEAR.to_date(date(2026, 8, 1)) == FISCAL_YEAR
    # All of it if it has not begun
    assert FISCAL_YEAR.to_date(date(2025, 6, 30)) == FISCAL_YEAR


def test_days_that_two_periods_share():
    january = Period(date(2025, 1, 1), date(2025, 1, 31))
    assert january.within(Period(date(2025, 1, 31), date(2025, 2, 5))) == Period(date(2025, 1, 31), date(2025, 1, 31))
    assert january.within(Period(date(2025, 2, 1), date(2025, 2, 5))) is None
    assert january.within(Period(date(2024, 12, 1), date(2024, 12, 31))) is None


def test_parts_of_fiscal_years():
    """The last day of one year, the whole next one, and the first day of the one after."""

    def dates(day):
        year = day.year + (day.month >= 7)
        return {"date_from": date(year - 1, 7, 1), "date_to": date(year, 6, 30)}

    company = SimpleNamespace(compute_fiscalyear_dates=dates)
    assert Period(date(2025, 6, 30), date(2026, 7, 1)).fiscal_years(company) == {
        2025: (Period(date(2025, 6, 30), date(2025, 6, 30)), 1 / 365),
        2026: (FISCAL_YEAR, 1.0),
        2027: (Period(date(2026, 7, 1), date(2026, 7, 1)), 1 / 365),
    }


def test_periods_that_overlap_or_follow_each_other_are_joined():
    first, inside = Period(date(2025, 1, 1), date(2025, 3, 31)), Period(date(2025, 2, 1), date(2025, 2, 28))
    following, later = Period(date(2025, 4, 1), date(2025, 4, 30)), Period(date(2025, 6, 1), date(2025, 6, 30))
    assert DayParts([later, first, following, inside]).joined == [Period(date(2025, 1, 1), date(2025, 4, 30)), later]
    assert DayParts([first, Period(date(2025, 4, 2), date(2025, 4, 3))]).joined == [
        first,
        Period(date(2025, 4, 2), date(2025, 4, 3)),
    ]


def test_months_that_are_over():
    for day, closed, begun in (
        (date(2025, 7, 1), 0, 1 / 31),
        (date(2025, 9, 29), 2, 29 / 30),
        # The last day of a month closes it
        (date(2025, 9, 30), 3, 0.0),
        (date(2026, 2, 7), 7, 7 / 28),
        (date(2026, 6, 29), 11, 29 / 30),
        (date(2026, 6, 30), 12, 0.0),
    ):
        months = FiscalMonths(FISCAL_YEAR, day)
        assert (months.closed, months.begun) == (closed, close(begun)), day
    assert FiscalMonths(FISCAL_YEAR, date(2026, 8, 31)).closed == 12


def test_months_of_other_years():
    months = FiscalMonths(FISCAL_YEAR, date(2025, 9, 10))
    assert months.starts(-1, 1) == [date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)]
    assert (months.number_of(date(2015, 7, 1)), months.number_of(date(2026, 7, 31))) == (-120, 12)


def test_months_as_they_were():
    months = FiscalMonths(FISCAL_YEAR, date(2026, 5, 20))
    assert months.up_to(10) == FiscalMonths(FISCAL_YEAR, date(2026, 4, 30))
    assert months.up_to(0) == FiscalMonths(FISCAL_YEAR, date(2025, 6, 30))
    before = Period(date(2024, 7, 1), date(2025, 6, 30))
    assert months.up_to(-3) == FiscalMonths(before, date(2025, 3, 31))
    assert months.up_to(-12) == FiscalMonths(before, date(2024, 6, 30))
    assert months.up_to(-13) == FiscalMonths(Period(date(2023, 7, 1), date(2024, 6, 30)), date(2024, 5, 31))


# === TARGETS ===#


def targets(year, end, today):
    return TargetsToDate(SimpleNamespace(period=Period(year.date_from, end), today=today), year)


def test_when_a_year_is_over():
    end = FISCAL_YEAR.date_to
    assert targets(FISCAL_YEAR, end, date(2026, 7, 1)).is_over
    assert not targets(FISCAL_YEAR, end, end).is_over
    assert not targets(FISCAL_YEAR, date(2026, 6, 29), date(2026, 7, 1)).is_over


def test_parts_of_months():
    """By the same months of the year before: July and August are over, and a third of September."""
    to_date = targets(FISCAL_YEAR, FISCAL_YEAR.date_to, date(2025, 9, 10))
    months = (date(2024, 7, 1), date(2024, 8, 1), date(2024, 9, 1), date(2024, 10, 1), date(2025, 6, 1))
    assert [to_date._part(month) for month in months] == [1.0, 1.0, close(1 / 3), 0.0, 0.0]
    # Not begun yet
    assert targets(FISCAL_YEAR, FISCAL_YEAR.date_to, date(2025, 6, 30))._part(date(2024, 7, 1)) == 0.0


def test_a_year_that_begins_within_a_month():
    """From 15 February to 14 February: 14 days of its first month, and 14 of its last."""
    year = Period(date(2025, 2, 15), date(2026, 2, 14))
    assert targets(year, year.date_to, date(2025, 2, 18))._part(date(2024, 2, 1)) == close(4 / 14)
    assert targets(year, year.date_to, date(2026, 2, 7))._part(date(2025, 2, 1)) == close(7 / 14)


def test_target_by_last_years_months():
    to_date = targets(FISCAL_YEAR, FISCAL_YEAR.date_to, date(2025, 9, 10))

    def shares(*months, wanted=frozenset({(5, "revenue")})):
        rows = [row(f"2024-{month:02}", value) for month, value in months]
        return to_date._shares_of({5: {"revenue": Figure(breakdowns={"month": rows})}}, wanted)

    # 30.03 of July, a third of September's 10.02 and nothing of November's 5.01
    assert shares((7, 30.03), (9, 10.02), (10, None), (11, 5.01)) == {(5, "revenue"): close(33.37 / 45.06)}
    # Small amounts are amounts
    assert shares((7, 0.3), (11, 0.1)) == {(5, "revenue"): close(0.75)}
    assert shares((7, 0.0)) == {}
    assert shares((7, -0.5), (8, 20.0)) == {}
    assert shares((7, 5.0), (8, -5.0)) == {}
    assert shares((7, 5.0), wanted={(5, "sales_volume"), (6, "revenue")}) == {}


# === FIGURES ===#


def test_change_needs_both_values():
    assert Figure(None, 5.0).change is None
    assert Figure(5.0, None).change is None
    assert Figure(4.0, 3.0).change == 0.3333333333
    assert Figure(1 / 3, 0.0, unit="%").change == 0.3333333333
    # Half as much was lost as before
    assert Figure(-50.0, -100.0).change == 0.5


def test_change_with_what_is_pending():
    assert Figure(100.1, 200.2, pending=Pending(2, 50.05)).change_with_pending == -0.25
    assert Figure(None, 200.2, pending=Pending(2, 50.05)).change_with_pending is None
    assert Figure(100.1, 200.2, pending=Pending(0, 50.05)).change_with_pending is None
    assert Figure(100.1, 200.2).change_with_pending is None


def test_targets_are_met_at_the_end_only():
    figure = Figure(5.0, target=4.0, target_to_date=4.5, target_is_final=True)
    assert (figure.meets_target("up"), figure.meets_target("down"), figure.is_ahead("up")) == (True, False, None)
    figure.target_is_final = False
    assert (figure.meets_target("up"), figure.is_ahead("up"), figure.is_ahead("down")) == (None, True, False)
    # Its own direction goes first
    figure.better = "down"
    assert (figure.is_ahead("up"), figure.ahead_of_target) == (False, close(5 / 4.5))
    figure.target_is_final = True
    assert figure.meets_target("up") is False


def test_which_values_meet_a_target():
    assert (meets_target(100.01, 100.01, "up"), meets_target(100.01, 100.01, "down")) == (True, True)
    assert (meets_target(99.99, 100.0, "up"), meets_target(100.01, 100.0, "down")) == (False, False)
    # Rests below what anybody enters
    assert meets_target(0.9999996, 1.0, "up") is True
    assert meets_target(0.999999, 1.0, "up") is False
    assert meets_target(5.0, None, "up") is None
    assert meets_target(5.0, 4.0, "neutral") is None


def test_comparison_over_fewer_months():
    def figure():
        breakdowns = {
            "month": [row("2025-01", 1.0, 2.0)],
            "product": [row(1, 10.5, 4.0), row(2, 3.0, 1.0)],
        }
        return Figure(13.5, 5.0, breakdowns=breakdowns, document=Figure(27.0, 10.0))

    all_months, fewer = figure(), Figure(6.5, 5.0, breakdowns={"product": [row(1, 6.5, 5.0)]})
    fewer.document = Figure(13.0, 10.0)
    all_months.compare_like(fewer)
    assert (all_months.pair, all_months.document.pair) == ((6.5, 5.0), (13.0, 10.0))
    assert [each.compared for each in all_months.breakdowns["product"]] == [(6.5, 5.0), (None, None)]
    assert all_months.breakdowns["month"][0].compared is None
    nothing = figure()
    nothing.compare_like(None)
    assert (nothing.pair, nothing.document.pair) == ((None, None), (None, None))
    assert [each.compared for each in nothing.breakdowns["product"]] == [(None, None)] * 2


def test_frozen_figures():
    figure = Figure(1.0, 2.0, compared=(0.5, 2.0), target=3.0, breakdowns={"month": [row("2025-01", 1.0, 2.0)]})
    figure.breakdowns["month"][0].compared = (0.25, None)
    data = figure.to_dict()
    assert Figure.from_dict(data) == figure
    assert Figure.from_dict(data).compared == (0.5, 2.0)
    assert Figure.from_dict(data).breakdowns["month"][0].compared == (0.25, None)
    # Before these were kept, targets were shown, and judged as a whole
    del data["target_is_agreed"], data["target_is_final"], data["compared"]
    old = Figure.from_dict(data)
    assert (old.target_is_agreed, old.target_is_final, old.compared) == (True, True, None)


def test_sums_of_what_is_known():
    assert known_sum(None, 1.25, None, 2.5) == 3.75
    assert known_sum(None, None) is None
    assert known_sum() is None
    together = added([row(1, 2.5, None)])
    assert (together.value, together.previous, together.unit, together.compared) == (2.5, None, "EUR", None)
    together = added([row(1, 2.5, 1.0, compared=(1.5, 1.0)), row(2, 4.0, 3.0)])
    assert (together.value, together.previous, together.compared) == (6.5, 4.0, (5.5, 4.0))


def test_columns_that_are_one_for_customers():
    columns = [Column(name, "money", "EUR", "Other") for name in ("Discounts", "Currency")]
    table = Table(columns, [[1 / 3, 0.0], [None, None], [None, 2.5]]).for_customers()
    assert table.rows == [[0.3333333333], [None], [2.5]]


def test_quotients():
    assert ratio(3.0, 2.0) == 1.5
    assert (ratio(None, 2.0), ratio(3.0, None), ratio(3.0, 4e-7)) == (None, None, None)


def test_rounding_of_what_may_be_unknown():
    currency = SimpleNamespace(round=lambda amount: round(amount / 0.05) * 0.05)
    assert rounded(currency, 1.07) == close(1.05)
    assert rounded(currency, None) is None


def test_what_is_of_goods():
    keys = (7, None, "2025-01", "discount", "charge", "down_payment", UNKNOWN_COST)
    assert [row(key, 1.0).is_of_goods for key in keys] == [True, True, True, False, False, False, False]


def test_pending_changes_are_noticed_above_two_percent():
    first, second = date(2025, 3, 10), date(2025, 5, 2)
    # 2 % are not more than 2 %
    assert pending([(first, 20.0)], 1000.0).complete_until is None
    assert pending([(second, -20.01), (first, 20.01)], 1000.0).complete_until == date(2025, 3, 9)
    assert pending([(first, 5.0)], -1000.0).complete_until is None
    # Beside nothing, everything is noticed
    assert pending([(first, 0.01)], 0.0).complete_until == date(2025, 3, 9)
    assert pending([(first, 0.01)], None).complete_until == date(2025, 3, 9)
    assert pending([], 1000.0) == Pending(0, 0)


def test_cash_discount_of_several_invoices():
    def parts(discount, coin, *items):
        return divided([PaidItem(1, discount, coin, 7, None, True, paid, offered) for paid, offered in items])

    # By what was offered, where anything was; else by what was paid
    assert parts(10.01, 0.01, (100.0, 3.0), (50.0, 6.0), (900.0, 0.0)) == [3.34, 6.67, 0.0]
    assert parts(10.01, 0.01, (100.0, 0.0), (200.0, 0.0)) == [3.34, 6.67]
    assert parts(0.35, 0.01, (100.0, 0.0)) == [0.35]
    assert parts(1.0, 0.05, (100.0, 0.0), (100.0, 0.0), (100.0, 0.0)) == [0.35, 0.3, 0.35]


# === PRICE AND VOLUME ===#

UNIT, DOZEN, HOUR = (1, 1.0), (1, 12.0), (2, 1.0)


def test_what_was_sold():
    assert [bool(Sold(*sold)) for sold in ((-0.5, 0.0), (0.5, 0.0), (0.0, -0.01), (0.0, 0.01))] == [True] * 4
    assert not Sold(1e-7, -1e-7)


def test_which_products_have_prices():
    for now, before, unit, has_prices in (
        (0.5, 0.5, UNIT, True),
        (0.0, 1.0, UNIT, False),
        (1.0, 0.0, UNIT, False),
        (-1.0, 1.0, UNIT, False),
        (1.0, -1.0, UNIT, False),
        (1.0, 1.0, None, False),
    ):
        product = Product(Sold(now, 5.0), Sold(before, 4.0), unit=unit)
        assert product.has_prices is has_prices, (now, before, unit)
        # What has no price in both does not matter for the units
        assert can_split_quantity([product, Product(Sold(1, 1.0), Sold(1, 1.0), unit=HOUR)]) is not has_prices


def test_change_of_a_product():
    assert Product(Sold(1, 5.5), Sold(1, 4.25), credits=-2.0, adjustments=0.5).change == -0.25


def test_products_that_came_and_went():
    products = {
        "new": Product(Sold(1, 70.07)),
        "resumed": Product(Sold(1, 50.05), was_known=True),
        "lost": Product(before=Sold(2, 33.33)),
        "taken_back": Product(Sold(-1, -10.25), Sold(2, 30.5), unit=UNIT),
        "credited": Product(credits=-5.5, adjustments=1.25),
        "nothing": Product(),
    }
    assert split(products) == {
        "new": {"new": 70.07},
        "resumed": {"resumed": 50.05},
        "lost": {"lost": -33.33},
        "taken_back": {"quantity": -40.75},
        "credited": {"credits": -5.5, "adjustments": 1.25},
        "nothing": {},
    }


def test_volume_in_reference_units():
    """Before: 40 pieces for 400 and 5 dozen for 300, 700 for 100 pieces: 7 each."""
    pieces = Product(Sold(50, 500.0), Sold(40, 400.0), 500.0, unit=UNIT)
    dozens = Product(Sold(4, 240.0), Sold(5, 300.0), 240.0, unit=DOZEN)
    parts = split({"pieces": pieces, "dozens": dozens})
    # 10 more at 7, and 3 more each than the mean
    assert parts["pieces"] == close({"price": 0.0, "currency": 0.0, "volume": 70.0, "mix": 30.0})
    # 12 less at 7, which cost 5
    assert parts["dozens"] == close({"price": 0.0, "currency": 0.0, "volume": -84.0, "mix": 24.0})


def test_sums_of_parts():
    assert added_parts([{"price": 1.25, "new": 2.0}, {"price": 0.5}]) == {"price": 1.75, "new": 2.0}


def test_differences_of_rounding_go_to_the_largest_part():
    """-5.00 and three times 1.00 are -2.00; the change is -1.992."""
    parts = {"price": -5.004, "volume": 1.004, "mix": 1.004, "new": 1.004}
    assert round_parts(parts, -1.992, 0.01) == {"price": -4.99, "volume": 1.0, "mix": 1.0, "new": 1.0}
    # 35 coins of 0.01 are 0.35000000000000003 as floats
    assert round_parts({"price": 0.35}, 0.35, 0.01) == {"price": 0.35}


def test_coins_move_within_a_row():
    """The rows have one coin too few of price and one too many of mix: the first one that has both gives it."""
    rows = {
        "beside": {"volume": 1.0, "mix": 2.0},
        "mix": {"volume": 1.0, "price": 0.0, "mix": 5.0},
        "price": {"volume": 1.0, "price": 5.0, "mix": 0.0},
        "first": {"volume": 1.0, "price": 1.004, "mix": 2.006},
        "second": {"volume": 1.0, "price": 1.004, "mix": 2.006},
    }
    assert round_rows(rows, {"volume": 5.0, "price": 7.01, "mix": 11.01}, 0.01) == {
        "beside": {"volume": 1.0, "mix": 2.0},
        "mix": {"volume": 1.0, "price": 0.0, "mix": 5.0},
        "price": {"volume": 1.0, "price": 5.0, "mix": 0.0},
        "first": {"volume": 1.0, "price": 1.01, "mix": 2.0},
        "second": {"volume": 1.0, "price": 1.0, "mix": 2.01},
    }


def test_coins_are_handed_out_to_the_largest_amounts():
    """-3.33, -2.33 and -1.33 are -6.99; all together are -7.00."""
    rows = {"small": {"price": -1.334}, "large": {"price": -3.334}, "middle": {"price": -2.334}}
    assert round_rows(rows, {"price": -7.0}, 0.01) == {
        "small": {"price": -1.33},
        "large": {"price": -3.34},
        "middle": {"price": -2.33},
    }
    # A part that no row has, and one that the total has not
    assert round_rows({"a": {"price": 1.0, "mix": 0.0}}, {"price": 1.0, "currency": 0.01}, 0.01) == {
        "a": {"price": 1.0, "mix": 0.0}
    }
