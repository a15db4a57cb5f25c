"""Revenue and volume: what was invoiced, and what of it is goods.

Readings:
- An account that has invoices before the period has a revenue of 0 in one without sales lines (the issue's words; the
  definition for users says: after the first invoice). Otherwise, it is undefined.
- Lines without a product are goods in money (all but adjustments are), but have no volume: it is counted in the
  product's own unit, and there is none.
- Volume of several units that share a reference unit is in that reference unit. Without any goods there is no unit,
  and no volume.
- Whole-document discounts are those of the company's discount product and of rewards; they are spread over the
  document's other goods in proportion to their amounts. Down payments and charges lower no price.
"""

from collections import defaultdict

from .numbers import ZERO

DISCOUNT, CHARGE, DOWN_PAYMENT = "discount", "charge", "down_payment"


def amount(line):
    """What a sales line brings, in the company's currency: credit notes are negative."""
    return -line.balance


def adjustment(books, line):
    """:return: what kind of adjustment a line is, None for goods"""
    if line.is_downpayment or any(each.is_downpayment for each in line.order_lines):
        return DOWN_PAYMENT
    if line.product_id and line.product_id == books.company.sale_discount_product_id:
        return DISCOUNT
    if any(each.is_reward for each in line.order_lines):
        return DISCOUNT
    if any(each.is_charge for each in line.order_lines):
        return CHARGE
    return None


def is_goods(books, line):
    return adjustment(books, line) is None


def quantity(books, line):
    """Signed, in the product's own unit."""
    product = books.products[line.product_id]
    number = books.in_unit(line.quantity, line.product_uom_id, product.uom_id)
    return -number if line.move.move_type == "out_refund" else number


def effective(books, line):
    """What a goods line brings after its share of the discounts on the whole document."""
    lines = [each for each in line.move.lines if each.display_type == "product"]
    goods = sum((amount(each) for each in lines if is_goods(books, each)), ZERO)
    discounts = sum((amount(each) for each in lines if adjustment(books, each) == DISCOUNT), ZERO)
    if not goods:
        return amount(line)
    return amount(line) + discounts * amount(line) / goods


# === FIGURES ===#


def revenue(look):
    if not look.sales and not look.was_invoiced:
        return None
    return sum((amount(line) for line in look.sales), ZERO)


def volume_lines(look):
    return [line for line in look.sales if line.product_id and is_goods(look.books, line)]


def units(look):
    return {look.books.products[line.product_id].uom_id for line in volume_lines(look)}


def _references(books, all_units):
    return {books.units[unit].reference for unit in all_units}


def shown_in(books, now, before):
    """:return: the units that quantities of both periods are in, None if there are none that go together

    What was bought in other units one year earlier cannot be shown beside this period, but does not empty it.
    """
    for those in (now | before, now, before if not now else set()):
        if len(_references(books, those)) == 1:
            return those
    return None


def total_quantity(books, lines, those):
    """:param those: units; in the only one, or in the one that they refer to

    :return: None without lines, or if their units do not go with those
    """
    own = {books.products[line.product_id].uom_id for line in lines}
    if not lines or those is None or len(_references(books, own | those)) > 1:
        return None
    one = next(iter(those)) if len(those) == 1 else next(iter(_references(books, those)))
    return sum(
        (
            quantity(books, line) * books.units[books.products[line.product_id].uom_id].factor / books.units[one].factor
            for line in lines
        ),
        ZERO,
    )


def volume(look):
    return total_quantity(look.books, volume_lines(look), shown_in(look.books, units(look), units(look.before)))


def volume_before(look):
    """:return: the volume of the period before, beside that of this one"""
    those = shown_in(look.books, units(look), units(look.before))
    return total_quantity(look.books, volume_lines(look.before), those)


# === ROWS ===#


def key(look, line, dimension):
    """:return: the row of a breakdown that a line belongs to; adjustments have rows of their own"""
    books = look.books
    if dimension == "month":
        return line.move.invoice_date.strftime("%Y-%m")
    if dimension == "customer":
        return line.move.commercial_partner_id
    kind = adjustment(books, line)
    if kind:
        return kind
    if not line.product_id:
        return None
    if dimension == "product":
        return line.product_id
    return books.products[line.product_id].categ_id


def grouped(look, lines, dimension, measure):
    rows = defaultdict(lambda: ZERO)
    for line in lines:
        rows[key(look, line, dimension)] += measure(line)
    return dict(rows)


def revenue_rows(look, dimension):
    return grouped(look, look.sales, dimension, amount)


def year_later(key):
    """:return: the month of this year beside which a month of the year before stands"""
    return f"{int(key[:4]) + 1}{key[4:]}"


def volume_rows(look, dimension):
    return {row: pair[0] for row, pair in _volume_rows(look, dimension).items()}


def volume_rows_before(look, dimension):
    """:return: by the keys of the period before"""
    pairs = _volume_rows(look, dimension)
    if dimension != "month":
        return {row: pair[1] for row, pair in pairs.items()}
    return {f"{int(row[:4]) - 1}{row[4:]}": pair[1] for row, pair in pairs.items()}


def _volume_rows(look, dimension):
    """All rows in the total's unit, so that they can be compared, if it has any; each product in its own."""
    books = look.books
    together = None if dimension == "product" else shown_in(books, units(look), units(look.before))
    rows = defaultdict(lambda: ([], []))
    for which, period in enumerate((look, look.before)):
        for line in volume_lines(period):
            row = key(period, line, dimension)
            rows[year_later(row) if which and dimension == "month" else row][which].append(line)
    found = {}
    for row, pair in rows.items():
        own = [{books.products[line.product_id].uom_id for line in lines} for lines in pair]
        those = together or shown_in(books, *own)
        found[row] = tuple(total_quantity(books, lines, those) for lines in pair)
    return found
