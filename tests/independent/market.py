"""What the account buys elsewhere, by the estimates that were entered.

Readings:
- An estimate counts by the days of the period in its fiscal year, and is compared with the goods revenue of the same
  days in its category and those below it.
- Of two estimates of a year one of which includes the other (a company above, a category above), only the wider one
  counts.
"""

from datetime import date

from .days import fiscal_year, number_of_days, overlap
from .numbers import ZERO, decimal, divided
from .sales import amount, is_goods


def estimates(look):
    """:return: (estimate, purchases in the period, revenue in the period) of each that counts"""
    books = look.books
    rows = books.rows(
        "key_account_demand",
        "id, partner_id, categ_id, year, company_amount",
        "company_id = %s AND partner_id = ANY(%s)",
        books.company.id,
        list(look.tree),
    )
    found = []
    for row in rows:
        if any(
            other.id != row.id
            and other.year == row.year
            and row.partner_id in books.tree(other.partner_id)
            and other.categ_id in books.category_path(row.categ_id)
            for other in rows
        ):
            continue
        # The fiscal year that ends in this year is the one that its first day is in
        start, end = fiscal_year(books.company, date(row.year, 1, 1))
        both = overlap(look.first, look.last, start, end)
        if not both:
            continue
        purchases = decimal(row.company_amount) * number_of_days(*both) / number_of_days(start, end)
        bought = sum(
            (
                amount(line)
                for line in look.of(row.partner_id).within(*both).sales
                if line.product_id
                and is_goods(books, line)
                and row.categ_id in books.category_path(books.products[line.product_id].categ_id)
            ),
            ZERO,
        )
        found.append((row, purchases, bought))
    return found


def share_of_wallet(look):
    found = estimates(look)
    return divided(
        sum((bought for _row, _all, bought in found), ZERO), sum((every for _row, every, _own in found), ZERO)
    )


def white_space(look):
    found = estimates(look)
    if not found:
        return None
    return sum((max(purchases - bought, ZERO) for _row, purchases, bought in found), ZERO)
