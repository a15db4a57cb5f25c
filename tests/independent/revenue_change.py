"""Why the revenue changed: price, volume, mix, new and lost products, credits, adjustments, currency.

Readings:
- Quantities and prices are those of invoices and receipts, less what a correction takes back; whatever other credit
  notes hold is "returns and credits".
- The discount on a whole document is in the effective prices; adjustments are what remains: charges, down payments, and
  discounts of documents without goods.
- What has no product has no unit: its whole change is quantity, as is that of a product that was on balance taken back
  in one of the periods.
- Bought before P but neither in P-1 nor before it (in between): resumed. What was only invoiced by mistake and taken
  back by a correction was never bought.
- The constant rate of a currency is what P-1's lines of the product in it were booked at, else all its lines, else the
  rate of P-1's last day.
"""

from collections import defaultdict

from .credits import CORRECTION, kind
from .numbers import ZERO, divided
from .sales import DISCOUNT, adjustment, amount, effective, quantity, revenue

PARTS = ("price", "volume", "mix", "quantity", "new", "resumed", "lost", "credits", "adjustments", "currency")


def is_credit(books, line):
    return line.move.move_type == "out_refund" and kind(books, line.move) != CORRECTION


def _goods(look, lines):
    return [line for line in lines if not is_credit(look.books, line) and adjustment(look.books, line) is None]


def _by_product(look, sales):
    """:return: ``{product: (quantity, effective amount)}`` of what was bought at all"""
    found = defaultdict(lambda: (ZERO, ZERO))
    for line in _goods(look, sales):
        number, money = found[line.product_id]
        own = quantity(look.books, line) if line.product_id else ZERO
        found[line.product_id] = (number + own, money + effective(look.books, line))
    return {product: sums for product, sums in found.items() if any(sums)}


def _former_rate(look, line):
    """:return: what one of the line's currency was worth one year earlier"""
    same = [each for each in look.before.sales if each.currency_id == line.currency_id]
    for lines in ([each for each in same if each.product_id == line.product_id], same):
        rate = divided(sum((each.balance for each in lines), ZERO), sum((each.amount_currency for each in lines), ZERO))
        if rate:
            return rate
    return look.books.converted(1, line.currency_id, look.before.last)


def _currency(look):
    """:return: ``{product: money}``: what other rates than one year earlier did to foreign invoices"""
    found = defaultdict(lambda: ZERO)
    for line in _goods(look, look.sales):
        if line.currency_id != look.books.company.currency_id and line.amount_currency and line.balance:
            constant = line.amount_currency * _former_rate(look, line)
            found[line.product_id] += effective(look.books, line) * (1 - constant / line.balance)
    return found


def _no_parts():
    return dict.fromkeys(PARTS, ZERO)


def _both(look):
    """:return: what was bought in both periods, as of `_by_product`"""
    return _by_product(look, look.sales), _by_product(look.before, look.before.sales)


def _priced(now, then):
    """:return: the products that have a price in both periods"""
    return [product for product in now.keys() & then.keys() if product and now[product][0] > 0 and then[product][0] > 0]


def parts_of_products(look):
    """:return: ``{product or kind of adjustment: {part: money}}``; volume and mix are one part, "quantity" """
    books, currency = look.books, _currency(look)
    now, then = _both(look)
    earlier = _by_product(look, [line for line in look.all_sales if line.move.invoice_date < look.first])
    priced, found = _priced(now, then), defaultdict(_no_parts)
    for product in now.keys() | then.keys():
        (number, money), (number_then, money_then) = (of.get(product, (ZERO, ZERO)) for of in (now, then))
        own = found[product]
        if product not in then:
            own["resumed" if product in earlier else "new"] = money
        elif product not in now:
            own["lost"] = -money_then
        elif product not in priced:
            own["quantity"] = money - money_then
        else:
            own["currency"] = currency[product]
            own["price"] = money - currency[product] - money_then / number_then * number
            own["quantity"] = (number - number_then) * money_then / number_then
    for sign, period in ((1, look), (-1, look.before)):
        for line in period.sales:
            part = "credits" if is_credit(books, line) else "adjustments"
            kind_of = adjustment(books, line)
            if kind_of:
                found[kind_of][part] += sign * amount(line)
                continue
            # The part of a discount that became a price is no discount any more
            found[DISCOUNT][part] += sign * (amount(line) - effective(books, line))
            if is_credit(books, line):
                found[line.product_id][part] += sign * effective(books, line)
    return found


def parts(look):
    """:return: ``{part: money}``; together they are the change"""
    found = _no_parts()
    for own in parts_of_products(look).values():
        for part, money in own.items():
            found[part] += money
    now, then = _both(look)
    priced = _priced(now, then)
    units = {product: look.books.units[look.books.products[product].uom_id] for product in priced}
    if len({unit.reference for unit in units.values()}) == 1:
        all_now, all_then = (sum(of[product][0] * units[product].factor for product in priced) for of in (now, then))
        moved = sum((now[each][0] - then[each][0]) * then[each][1] / then[each][0] for each in priced)
        found["volume"] = (all_now - all_then) * sum(then[product][1] for product in priced) / all_then
        found["mix"] = moved - found["volume"]
        found["quantity"] -= moved
    return found


def change_rows(look, dimension):
    """What was bought at effective prices, less what was a year earlier; what is left of adjustments in own rows."""
    found = defaultdict(lambda: ZERO)
    if dimension == "customer":
        for sign, period in ((1, look), (-1, look.before)):
            for line in period.sales:
                found[line.move.commercial_partner_id] += sign * amount(line)
        return dict(found)
    for product, own in parts_of_products(look).items():
        is_product = product and not isinstance(product, str)
        row = look.books.products[product].categ_id if is_product and dimension == "category" else product
        found[row] += sum(own.values(), ZERO)
    return dict(found)


def revenue_change(look):
    """Empty if nothing was invoiced in either period; who was no customer in one of them brought nothing then."""
    if not look.sales and not look.before.sales:
        return None
    return (revenue(look) or ZERO) - (revenue(look.before) or ZERO)
