"""Promotions, each counted in a period by its days there.

Readings:
- Those that overlap the period, have begun and were not dropped. The future days of one that is running come later.
- Revenue is that of the promoted products at the account of the promotion (and below it) on its days in the period.
- It is compared with the same days one year earlier; if none of the promoted products was invoiced on any day of the
  whole promotion one year earlier, with the days directly before it, in the same order.
- The return takes the contribution margin I in % of the account that is looked at, in the period.
"""

from datetime import timedelta

from .days import number_of_days, overlap, year_before
from .margins import margin_rate, measures, share_of_days
from .numbers import ZERO, decimal, divided
from .sales import amount, is_goods


def promotions(look):
    return [
        each
        for each in measures(look)
        if each.kind == "promotion"
        and each.state != "cancelled"
        and each.date_start <= look.today
        and overlap(look.first, look.last, each.date_start, each.date_end)
    ]


def promotion_count(look):
    return decimal(len(promotions(look)))


def promotion_cost(look):
    found = promotions(look)
    if not found:
        return None
    return sum(
        (decimal(each.cost_actual) * share_of_days(look, each.date_start, each.date_end) for each in found), ZERO
    )


def promoted(look, promotion):
    """:return: whether a product is promoted"""
    books = look.books
    products = {
        row.product_id
        for row in books.rows("key_account_measure_product_rel", "product_id", "measure_id = %s", promotion.id)
    }
    categories = {
        row.category_id
        for row in books.rows("key_account_measure_category_rel", "category_id", "measure_id = %s", promotion.id)
    }
    return lambda product: (
        product in products or bool(categories & set(books.category_path(books.products[product].categ_id)))
    )


def sold(look, promotion, first, last):
    """:return: (revenue, whether there was an invoice) of the promoted products"""
    is_promoted = promoted(look, promotion)
    lines = [
        line
        for line in look.of(promotion.partner_id).within(first, last).sales
        if line.product_id and is_goods(look.books, line) and is_promoted(line.product_id)
    ]
    return sum((amount(line) for line in lines), ZERO), bool(lines)


def revenue_of(look, promotion):
    return sold(look, promotion, *overlap(look.first, look.last, promotion.date_start, promotion.date_end))[0]


def compared_with(look, promotion):
    start, end = overlap(look.first, look.last, promotion.date_start, promotion.date_end)
    until = min(promotion.date_end, look.today)
    length = number_of_days(promotion.date_start, until)
    year_earlier = year_before(promotion.date_start)
    _revenue, was_sold = sold(look, promotion, year_earlier, year_earlier + timedelta(days=length - 1))
    begin = year_earlier if was_sold else promotion.date_start - timedelta(days=length)
    shift = start - promotion.date_start
    first = begin + shift
    return sold(look, promotion, first, first + (end - start))[0]


def promotion_revenue(look):
    found = promotions(look)
    return sum((revenue_of(look, each) for each in found), ZERO) if found else None


def promotion_uplift(look):
    found = promotions(look)
    if not found:
        return None
    return sum((revenue_of(look, each) - compared_with(look, each) for each in found), ZERO)


def promotion_return(look):
    uplift, rate, cost = promotion_uplift(look), margin_rate(look), promotion_cost(look)
    if uplift is None or rate is None:
        return None
    return divided(uplift * rate - cost, cost)
