"""Why the revenue changed: price, volume, mix, new and lost products, credits, adjustments, currency.

Readings:
- Quantities and prices are those of invoices and receipts; whatever a credit note holds is "returns and credits".
- The discount on a whole document is in the effective prices; adjustments are what remains: charges, down payments, and
  discounts of documents without goods.
- Goods without a product are one product, whose quantity is what the lines say.
- Bought before P but neither in P-1 nor before it (in between): resumed.
- The constant rate of a currency is what P-1's lines in it were booked at, all together; without any, nothing of the
  change is due to the currency.
- A product whose quantity is 0 in one of the periods has no price there: its change is mix.
"""

from collections import defaultdict

from .numbers import ZERO
from .sales import DISCOUNT, adjustment, amount, effective, quantity, revenue

PARTS = ("price", "volume", "mix", "quantity", "new", "resumed", "lost", "credits", "adjustments", "currency")


def _is_spread(books, line):
    """Whether a discount is in the prices of goods of its document."""
    return adjustment(books, line) == DISCOUNT and any(
        each.display_type == "product" and adjustment(books, each) is None and each.balance for each in line.move.lines
    )


def _goods(look, lines):
    return [line for line in lines if line.move.move_type != "out_refund" and adjustment(look.books, line) is None]


def _number(books, line):
    return quantity(books, line) if line.product_id else line.quantity


def _by_product(look):
    """:return: ``{product: (quantity, effective amount)}``"""
    found = defaultdict(lambda: (ZERO, ZERO))
    for line in _goods(look, look.sales):
        number, money = found[line.product_id]
        found[line.product_id] = (number + _number(look.books, line), money + effective(look.books, line))
    return dict(found)


def _rates(look):
    """:return: ``{currency: company's money for one of it}``, of the period's goods lines"""
    sums = defaultdict(lambda: (ZERO, ZERO))
    for line in _goods(look, look.sales):
        own, foreign = sums[line.currency_id]
        sums[line.currency_id] = (own - line.balance, foreign - line.amount_currency)
    return {
        currency: own / foreign
        for currency, (own, foreign) in sums.items()
        if foreign and currency != look.books.company.currency_id
    }


def _currency(look, rates, products):
    """What the rates did since the period before to foreign invoices of these products, ``{product: money}``."""
    found = defaultdict(lambda: ZERO)
    for line in _goods(look, look.sales):
        if line.currency_id in rates and line.product_id in products and line.amount_currency:
            money = effective(look.books, line)
            constant = -line.amount_currency * rates[line.currency_id]
            found[line.product_id] += money - constant * (money / amount(line) if amount(line) else ZERO)
    return found


def _go_together(books, products):
    """Whether the quantities of these products can be added up."""
    units = {books.products[product].uom_id if product else None for product in products}
    return None not in units and len({books.units[unit].reference for unit in units}) == 1


def _volume(books, now, then, both):
    """What more of everything at the average price of the period before would have brought."""
    factor = {product: books.units[books.products[product].uom_id].factor for product in both}
    quantity_now = sum((now[product][0] * factor[product] for product in both), ZERO)
    quantity_then = sum((then[product][0] * factor[product] for product in both), ZERO)
    money_then = sum((then[product][1] for product in both), ZERO)
    return (quantity_now - quantity_then) * money_then / quantity_then if quantity_then else ZERO


def _of_both(look, now, then, found):
    """Adds the parts of the products that both periods have."""
    books, both = look.books, now.keys() & then.keys()
    currency = _currency(look, _rates(look.before), both)
    moved = ZERO
    for product in both:
        (number, money), (number_then, money_then) = now[product], then[product]
        effect = currency[product]
        found["currency"] += effect
        if not number or not number_then:
            found["mix"] += money - effect - money_then
            continue
        found["price"] += money - effect - money_then / number_then * number
        moved += (number - number_then) * money_then / number_then
    if _go_together(books, both):
        found["volume"] = _volume(books, now, then, both)
        found["mix"] += moved - found["volume"]
    else:
        found["quantity"] += moved


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
            if line.move.move_type == "out_refund":
                found["credits"] += sign * amount(line)
            elif adjustment(books, line) and not _is_spread(books, line):
                found["adjustments"] += sign * amount(line)
    return found


def revenue_change(look):
    """Empty if nothing was invoiced in either period; who was no customer in one of them brought nothing then."""
    if not look.sales and not look.before.sales:
        return None
    return (revenue(look) or ZERO) - (revenue(look.before) or ZERO)
