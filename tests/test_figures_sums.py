"""What the sources of the figures add up and compare, on plain numbers calculated by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from odoo.addons.key_account_management.figures.figure import Figure, Row
from odoo.addons.key_account_management.figures.forecast import Activity, Base
from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.sources.cost_records import Costs
from odoo.addons.key_account_management.figures.sources.credit import Credit
from odoo.addons.key_account_management.figures.sources.forecast import Expected
from odoo.addons.key_account_management.figures.sources.forecast_basis import ForecastBasis
from odoo.addons.key_account_management.figures.sources.market import Share
from odoo.addons.key_account_management.figures.sources.net_revenue import _deducted
from odoo.addons.key_account_management.figures.sources.peers import Comparison, Customer, PeersInPeriod
from odoo.addons.key_account_management.figures.sources.prices import Bought, Checked, PricedLine, _total
from odoo.addons.key_account_management.figures.sources.promotions import Promotion
from odoo.addons.key_account_management.figures.sources.returns import Credits
from odoo.addons.key_account_management.figures.sources.revenue_change import (
    Basket,
    Line,
    Rate,
    _largest_first,
    _line,
    _unit,
)
from odoo.addons.key_account_management.figures.sources.sales import Sum
from odoo.addons.key_account_management.figures.sources.sales_lines import _largest_first as by_size
from odoo.addons.key_account_management.figures.sources.white_space import _potential

EURO, DOLLAR = "EUR", "USD"


class Currency:
    """As Odoo's: rounds and compares by its smallest coin."""

    def __init__(self, coin):
        self.coin = coin

    def round(self, amount):
        return round(round(amount / self.coin) * self.coin, 10)

    def compare_amounts(self, first, second):
        return (self.round(first) > self.round(second)) - (self.round(first) < self.round(second))


CENT, WHOLE = Currency(0.01), Currency(1.0)


def close(value):
    return pytest.approx(value, abs=1e-9)


# === PEERS ===#


def customer(number, revenue, is_of_account=False):
    return Customer(number, number, (1,), is_of_account, revenue)


def peers(*revenues, currency=CENT):
    return PeersInPeriod(currency, {top: [customer(top, revenue)] for top, revenue in enumerate(revenues)})


def test_peers_are_companies_with_revenue():
    group = PeersInPeriod(
        CENT,
        {
            1: [customer(1, 100.104)],
            2: [customer(2, 200.1), customer(21, 100.2)],
            3: [customer(3, 0.004)],
            4: [customer(4, -5.0)],
            6: [customer(6, 0.5)],
        },
    )
    assert group.revenue == {1: 100.1, 2: 300.3, 6: 0.5}
    assert (group.ordered, group.total) == ([0.5, 100.1, 300.3], close(400.9))


def test_which_peers_a_reader_knows():
    """Company 3 is the reader's own; 4 and 5 have figures that they may not see; nobody works for the others."""
    people = {20: {9}, 30: {9, 8}, 40: {7}, 50: {9}, 51: {7}}
    group = PeersInPeriod(
        CENT,
        {
            1: [customer(10, 10.0)],
            2: [customer(20, 10.0, True), customer(21, 10.0)],
            3: [customer(30, 10.0, True)],
            4: [customer(40, 10.0, True), customer(41, 10.0)],
            5: [customer(50, 10.0, True), customer(51, 10.0, True)],
            6: [customer(60, 0.0, True)],
        },
    )
    assert set(group.with_accounts) == {2, 3, 4, 5}
    for _time in range(2):
        assert group.known_to(frozenset({9}), lambda partner: people.get(partner, set())) == ({3}, {4, 5})
    assert group.known_to(frozenset({7}), lambda partner: people.get(partner, set())) == (set(), {2, 3, 5})


def compared(revenue, *peers_revenues, of_top=None, is_safe=True, currency=CENT):
    group = peers(*peers_revenues, *([] if of_top is None else [of_top]), currency=currency)
    comparison = Comparison(group, of_top, revenue, is_safe)
    return comparison.mean, comparison.median, comparison.rank, comparison.percentile


def test_next_to_peers():
    four = (900.9, 100.1, 700.7, 300.3)
    assert compared(500.5, *four) == (500.5, 500.5, 3.0, 0.5)
    assert compared(700.7, *four) == (500.5, 500.5, 2.0, 0.5)
    assert compared(1000.0, *four) == (500.5, 500.5, 1.0, 1.0)
    assert compared(None, *four) == (500.5, 500.5, None, None)
    # 1,101.10 by three, and the middle one of them
    assert compared(50.5, 100.1, 300.3, 700.7) == (367.03, 300.3, 4.0, 0.0)
    assert compared(50.5, 100.1, 300.3) == (None, None, None, None)
    assert compared(50.5, *four, is_safe=False) == (None, None, None, None)
    assert compared(1.0, 100, 200, 301, 400, currency=WHOLE)[:2] == (250.0, 250.0)


def test_the_own_group_is_no_peer():
    """It is among the others, with more than the account, with less, or with as much."""
    four = (900.9, 100.1, 700.7, 300.3)
    assert compared(200.2, *four, of_top=500.5) == (500.5, 500.5, 4.0, 0.25)
    assert compared(600.6, *four, of_top=500.5) == (500.5, 500.5, 3.0, 0.5)
    assert compared(500.5, *four, of_top=500.5) == (500.5, 500.5, 3.0, 0.5)
    # Wherever it stands, the middle is that of the others
    for of_top in (50.05, 100.1, 200.2, 300.3, 500.5, 900.9):
        assert compared(1.0, 100.1, 300.3, 700.7, of_top=of_top)[:2] == (367.03, 300.3), of_top
    assert compared(1.0, 100.1, 300.3, of_top=700.7) == (None, None, None, None)


def test_costs_of_an_account():
    costs = Costs(care=1.01, promotions=2.02, milestones=4.04, analytic=8.08, overhead=16.16)
    assert (costs.direct, costs.indirect) == (None, 16.16)
    costs.has_direct, costs.work = True, 32.32
    assert (costs.direct, costs.indirect) == (close(15.15), close(48.48))
    assert Costs().indirect is None


def test_exposure_of_an_account():
    assert Credit(receivable=100.1, orders=50.05).exposure is None
    assert Credit(documents=1, receivable=100.1, orders=50.05).exposure == close(150.15)


def test_shares_of_estimates():
    share = Share(10.5, 40.0)
    share.add(Share(4.5, 20.0))
    assert (share.revenue, share.purchases, share.value) == (15.0, 60.0, 0.25)
    assert Share(10.0, 0.0).value is None
    assert (_potential(Share(10.5, 40.0)), _potential(Share(40.5, 40.0))) == (29.5, 0.0)


# === PRICES AND PROMOTIONS ===#


def test_what_was_bought_of_a_product():
    bought = Bought()
    for number, day, quantity, effective in (
        (7, date(2025, 3, 1), 3.0, 32.1),
        (5, date(2025, 3, 2), 2.0, 24.0),
        (4, date(2025, 3, 2), 1.0, 9.0),
    ):
        bought.add(PricedLine(number, 1, 2, 3, day, quantity, 999.0, effective))
    assert (bought.quantity, bought.revenue, bought.lowest) == (6.0, close(65.1), 9.0)
    # Of the same day, the line that was booked last
    assert (bought.mean, bought.last, bought.last_line) == (close(10.85), 12.0, (date(2025, 3, 2), 5))


def test_lines_below_the_floor():
    total = _total({(1, 1): Checked(5, 2, 10.1), (2, 1): Checked(3, 1, 20.2)})
    assert (total.lines, total.below, total.revenue_below) == (8, 3, close(30.3))


def test_days_of_a_promotion():
    """Of its ten days the third to the fifth count: compared with the same ones a year and ten days before."""
    promotion = Promotion(
        None, Period(date(2025, 3, 1), date(2025, 3, 10)), Period(date(2025, 3, 3), date(2025, 3, 5)), 30.0
    )
    assert promotion.times == {
        "promotion": Period(date(2025, 3, 3), date(2025, 3, 5)),
        "year_before": Period(date(2024, 3, 3), date(2024, 3, 5)),
        "days_before": Period(date(2025, 2, 21), date(2025, 2, 23)),
        "whole_year_before": Period(date(2024, 3, 1), date(2024, 3, 10)),
    }
    assert promotion.uplift == 0.0
    promotion.sales = {"promotion": (3, 50.5), "days_before": (2, 20.25)}
    assert (promotion.compared_with, promotion.uplift) == ("days_before", 30.25)
    # Sold on other days of it a year before: nothing on these
    promotion.sales["whole_year_before"] = (1, 7.0)
    assert (promotion.compared_with, promotion.uplift) == ("year_before", 50.5)
    promotion.sales["year_before"] = (1, 60.75)
    assert promotion.uplift == -10.25


# === SALES ===#


def test_sums_of_sales_lines():
    total, more = Sum(lines=2, revenue=10.5), Sum(lines=3, lines_with_cost=1, revenue=-4.25, cost=1.5)
    total.document_by_currency[EURO] = 10.5
    more.document_by_currency.update({EURO: -4.5, DOLLAR: 0.25})
    total.add(more)
    assert (total.lines, total.lines_with_cost, total.revenue, total.cost) == (5, 1, 6.25, 1.5)
    assert total.document_by_currency == {EURO: 6.0, DOLLAR: 0.25}


def test_sums_of_credits():
    total, more = Credits(lines=1, gross=100.5), Credits(lines=2, gross=50.25)
    total.credited.update({"return": 10.5, "bonus": 1.25})
    more.credited.update({"return": 2.0, "price": 4.5})
    total.document_by_currency[EURO][0] = 3.0
    more.document_by_currency[EURO][0] = 1.5
    total.add(more)
    assert (total.lines, total.gross) == (3, 150.75)
    assert total.credited == {"return": 12.5, "bonus": 1.25, "price": 4.5}
    assert total.document_by_currency[EURO][0] == 4.5
    # All of them, at the end
    assert total.values[-1] == 18.25


def test_goods_are_ranked_before_what_is_booked_beside_them():
    rows = [
        Row("discount", "Discounts", 500.0, 1.0, EURO),
        Row(1, "Chair", 10.0, 5.0, EURO),
        Row(2, "Desk", 20.0, 1.0, EURO),
        Row(3, "Lamp", None, 3.0, EURO),
        Row(4, "Bench", 10.0, 7.0, EURO),
        Row(5, "Clock", 10.0, 5.0, EURO),
        Row(6, "Cup", -1.0, None, EURO),
    ]
    ranked = [row.label for row in sorted(rows, key=by_size)]
    assert ranked == ["Desk", "Bench", "Chair", "Clock", "Lamp", "Cup", "Discounts"]


def test_what_is_deducted():
    assert _deducted(Figure(10.5, None)) == [-10.5, None]
    assert str(_deducted(Figure(0.0, None))[0]) == "0.0"


# === CHANGE OF REVENUE ===#


def line(move_type="out_invoice", kind=None, amount=100.5, document=201.0, currency=DOLLAR):
    return Line(1, 2, 3, currency, move_type, kind, None, 3.0, amount, 80.4, document, 160.8, True)


def test_credits_are_no_corrections():
    assert not line().is_credit
    assert line("out_refund").is_credit
    assert line("out_refund", "price").is_credit
    assert not line("out_refund", "correction").is_credit


def test_lines_as_invoiced():
    converted = line().in_document_currency()
    assert (converted.amount, converted.effective, converted.is_foreign) == (201.0, 160.8, False)


def test_mean_rates():
    rate = Rate()
    assert rate.value is None
    rate.add(line(amount=100.0, document=250.0))
    rate.add(line(amount=50.0, document=50.0))
    assert (rate.amount, rate.document, rate.value) == (150.0, 300.0, 0.5)
    assert (Rate(0.0, 5.0).value, Rate(5.0, 0.0).value) == (None, None)


def test_baskets_are_added():
    first, second = line(), line("out_refund", currency=EURO)
    basket = Basket([first], [second], {2})
    basket.add(Basket([second], [first]))
    assert (basket.now, basket.before) == ([first, second], [second, first])
    assert basket.currencies() == {EURO, DOLLAR}
    converted = basket.in_document_currency()
    assert [each.amount for each in (*converted.now, *converted.before)] == [201.0] * 4
    assert converted.known == basket.known


def test_lines_of_the_report():
    """By ids; an adjustment has no effective amount. The third is the company, the fourth the currency."""
    of_report = (1, 2, 3, 40, "out_invoice", None, "discount", 3.0, 100.5, None, 201.0, None)
    assert _line(of_report, {3: 50}) == Line(*of_report[:9], 0.0, 201.0, 0.0, True)
    assert not _line(of_report, {3: 40}).is_foreign


def test_units_and_rows_of_the_change():
    assert _unit(SimpleNamespace(parent_path="7/12/", factor=12.0)) == (7, 12.0)
    rows = {(1, "Chair"): {"new": 5.0}, (2, "Desk"): {"lost": -9.0, "price": 1.0}, (3, "Bench"): {"price": 5.0}}
    assert [name for (_id, name), _parts in _largest_first(rows)] == ["Desk", "Bench", "Chair"]
    # What floats make of 0.1 + 0.2 is no more than 0.3
    rows = {(1, "Desk"): {"new": 0.1, "price": 0.2}, (2, "Bench"): {"new": 0.3}}
    assert [name for (_id, name), _parts in _largest_first(rows)] == ["Bench", "Desk"]


# === FORECAST ===#


def test_months_of_the_year_that_is_forecast():
    """Two whole years, two months that are over, and the one that has begun."""
    years = [float(month) for month in range(24)]
    expected = Expected(
        [*years, 100.1, 200.2, 50.05], [10.5, 20.0], None, Base([1 / 12] * 12, 2, Activity.REGULAR, 9.0), [1.5, 2.5]
    )
    assert (expected.closed, expected.running, expected.last_year) == ([100.1, 200.2], 50.05, years[12:])
    assert (expected.invoiced, expected.on_order, expected.value) == (close(350.35), 30.5, close(354.35))
    base = Base([1 / 12] * 12, 2, Activity.RARE, None)
    assert Expected([0.0, 0.0, 5.0], [0.0, 0.0], None, base).is_known
    assert Expected([0.0] * 3, [0.0, 5.0], None, base).is_known
    assert not Expected([0.0] * 3, [0.0, 0.0], None, base).is_known


def test_kept_basis():
    unknown = ForecastBasis.unknown()
    assert (unknown.shares_of("5"), unknown.shares_of_before("5"), unknown.known) == (None, None, [None] * 12)
    basis = ForecastBasis(
        [0.5], {"5": [0.25]}, [0.75], {Activity.RARE: (0.5, 1.5)}, 0.1, 0.2, [0.4], {"5": [0.3]}, date(2025, 3, 31)
    )
    assert (basis.shares_of("5"), basis.shares_of("6")) == ([0.25], [0.5])
    assert (basis.shares_of_before("5"), basis.shares_of_before("6")) == ([0.3], [0.4])
    plain = basis.to_plain()
    assert plain["ratios"] == {"rare": [0.5, 1.5]}
    restored = ForecastBasis.from_plain(plain, date(2025, 4, 30))
    assert (restored, restored.as_of) == (basis, date(2025, 4, 30))
