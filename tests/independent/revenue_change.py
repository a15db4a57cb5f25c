"""Why the revenue changed: price, volume, mix, new and lost products, credits, adjustments, currency.

Readings:
- Quantities and prices are those of invoices and receipts, less what a correction takes back; whatever other credit
  notes hold is "returns and credits".
- The discount on a whole document is in the effective prices; adjustments are what remains: charges, down payments, and
  discounts of documents without goods.
- What has no product has no unit: its whole change is quantity, as is that of a product that was on balance taken back
  in one of the periods.
- Bought before P but neither in P-1 nor before it (in between): resumed.
- The constant rate of a currency is what P-1's lines of the product in it were booked at, else all its lines, else the
  rate of P-1's last day.
"""

from collections import defaultdict

from .credits import CORRECTION, kind
from .numbers import ZERO, divided
from .sales import adjustment, amount, effective, quantity, revenue

PARTS = ("price", "volume", "mix", "quantity", "new", "resumed", "lost", "credits", "adjustments", "currency")


def is_credit(books, line):
    return line.move.move_type == "out_refund" and kind(books, line.move) != CORRECTION


def _goods(look, lines):
    return [line for line in lines if not is_credit(look.books, line) and adjustment(look.books, line) is None]


def _by_product(look):
    """:return: ``{product: (quantity, effective amount)}`` of what was bought at all"""
    found = defaultdict(lambda: (ZERO, ZERO))
    for line in _goods(look, look.sales):
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


def _of_both(look, now, then, found):
    """Adds the parts of the products that both periods have."""
    books, currency = look.books, _currency(look)
    priced = [
        product for product in now.keys() & then.keys() if product and now[product][0] > 0 and then[product][0] > 0
    ]
    for product in (now.keys() & then.keys()).difference(priced):
        found["quantity"] += now[product][1] - then[product][1]
    units = {product: books.units[books.products[product].uom_id] for product in priced}
    moved = ZERO
    for product in priced:
        (number, money), (number_then, money_then) = now[product], then[product]
        found["currency"] += currency[product]
        found["price"] += money - currency[product] - money_then / number_then * number
        moved += (number - number_then) * money_then / number_then
    if len({unit.reference for unit in units.values()}) > 1:
        found["quantity"] += moved
    elif priced:
        all_now, all_then = (sum(of[product][0] * units[product].factor for product in priced) for of in (now, then))
        found["volume"] = (all_now - all_then) * sum(then[product][1] for product in priced) / all_then
        found["mix"] = moved - found["volume"]


def parts(look):
    """:return: ``{part: money}``; together they are the change"""
    books, before = look.books, look.before
    now, then = _by_product(look), _by_product(before)
    earlier = {line.product_id for line in _goods(look, look.all_sales) if line.move.invoice_date < look.first}
    found = dict.fromkeys(PARTS, ZERO)
    _of_both(look, now, then, found)
    for product in now.keys() - then.keys():
        found["resumed" if product in earlier else "new"] += now[product][1]
    for product in then.keys() - now.keys():
        found["lost"] -= then[product][1]
    for sign, period in ((1, look), (-1, before)):
        for line in period.sales:
            if is_credit(books, line):
                found["credits"] += sign * amount(line)
            elif adjustment(books, line):
                found["adjustments"] += sign * amount(line)
            else:
                # The part of a discount that became a price
                found["adjustments"] += sign * (amount(line) - effective(books, line))
    return found


def revenue_change(look):
    """Empty if nothing was invoiced in either period; who was no customer in one of them brought nothing then."""
    if not look.sales and not look.before.sales:
        return None
    return (revenue(look) or ZERO) - (revenue(look.before) or ZERO)
