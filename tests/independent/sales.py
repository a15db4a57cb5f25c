"""Revenue and volume: what was invoiced, and what of it is goods.

Readings:
- An account that was invoiced at all by the end of the period has a revenue of 0 in a period without invoices; before
  its first invoice, the revenue is undefined.
- Lines without a product are goods in money (all but adjustments are), but have no volume: it is counted in the
  product's own unit, and there is none.
- Volume of several units that share a reference unit is in that reference unit.
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
    if not look.is_customer:
        return None
    return sum((amount(line) for line in look.sales), ZERO)


def volume_lines(look):
    return [line for line in look.sales if line.product_id and is_goods(look.books, line)]


def units(look):
    return {look.books.products[line.product_id].uom_id for line in volume_lines(look)}


def total_quantity(books, lines, all_units):
    """:return: None if the units do not share a reference unit"""
    if len(all_units) == 1:
        return sum((quantity(books, line) for line in lines), ZERO)
    if len({books.units[unit].reference for unit in all_units}) > 1:
        return None
    return sum(
        (quantity(books, line) * books.units[books.products[line.product_id].uom_id].factor for line in lines), ZERO
    )


def common_units(look, other):
    """Units that both periods are counted in, None if they do not go together: then each is for itself."""
    both = units(look) | units(other)
    return both if len({look.books.units[unit].reference for unit in both}) == 1 else None


def volume(look, other=None):
    """
    :param other: the period that it is compared with, so that both are in the same unit where that is possible
    """
    if not look.is_customer:
        return None
    return total_quantity(look.books, volume_lines(look), common_units(look, other or look.before) or units(look))


def volume_before(look):
    return volume(look.before, look)


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


def volume_rows(look, dimension, other=None):
    """Months and customers in the total's unit, so that they add up; each category and product in its own.

    None where the units of a row do not go together.
    """
    other = other or look.before
    together = common_units(look, other) if dimension in ("month", "customer") else None
    lines_of, units_of = defaultdict(list), defaultdict(set)
    for period in (look, other):
        for line in volume_lines(period):
            row = key(look, line, dimension)
            units_of[row].add(look.books.products[line.product_id].uom_id)
            if period is look:
                lines_of[row].append(line)
    return {
        row: total_quantity(look.books, lines, together or _units_of_row(look.books, lines, units_of[row]))
        for row, lines in lines_of.items()
    }


def _units_of_row(books, lines, both):
    """The units of both periods if they go together, else those of these lines."""
    if len({books.units[unit].reference for unit in both}) == 1:
        return both
    return {books.products[line.product_id].uom_id for line in lines}


def volume_rows_before(look, dimension):
    return volume_rows(look.before, dimension, look)
