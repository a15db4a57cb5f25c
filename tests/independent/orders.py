"""Confirmed orders by the day of their order date where the company is.

Readings:
- An order belongs to the account whose contact ordered, as it was then; who is invoiced or gets the goods is another
  matter.
- Whoever has ordered by the end of the period had 0 orders in other ones, before the first order as well; without any
  order the number is empty. Amounts are undefined without orders.
- Other currencies count at the rate of the order's day.
- The minimum is what was agreed with the account that is looked at, else the company's.
"""

from .numbers import decimal, divided, mean, median, rounded


def all_orders(look):
    """Confirmed ones, whenever."""
    books = look.books
    return [
        order
        for order in books.orders.values()
        if order.state == "sale" and books.commercial_partner("sale_order", order.id, order.partner_id) in look.tree
    ]


def orders(look):
    return [order for order in all_orders(look) if look.covers(order.day)]


def has_ordered(look):
    return any(order.day <= look.known_until for order in all_orders(look))


def amounts(look):
    return [
        look.books.converted(decimal(order.amount_untaxed), order.currency_id, order.date_order.date())
        for order in orders(look)
    ]


def order_count(look):
    return decimal(len(orders(look))) if has_ordered(look) else None


def smallest_order(look):
    return min(amounts(look), default=None)


def median_order(look):
    return median(amounts(look))


def mean_order(look):
    return mean(amounts(look))


def minimum_order(look):
    agreed = decimal(look.books.own(look.books.partners[look.account].key_account_minimum_order))
    return agreed or look.setting("key_account_minimum_order") or None


def orders_below_minimum(look):
    minimum = minimum_order(look)
    if minimum is None or not has_ordered(look):
        return None
    return decimal(sum(rounded(amount) < rounded(minimum) for amount in amounts(look)))


def orders_below_minimum_share(look):
    return divided(orders_below_minimum(look), order_count(look))


def order_interval(look):
    days = sorted(order.day for order in orders(look))
    if len(days) < 2:
        return None
    return decimal((days[-1] - days[0]).days) / (len(days) - 1)
