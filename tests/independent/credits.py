"""Credits by what they are for.

Readings:
- By value, without tax, all by the date of the document, positive where the customer got something back. Without any
  document in the period there is nothing to say.
- The gross invoiced value is that of all invoices and receipts, adjustments included, as booked.
- Without Inventory, a credit note for an invoice is a return, unless it is a correction. A credit note made from the
  order (it names order lines, and no invoice) is a return too: its quantity went back in the order.
- Replaced means: credited in full, and a later invoice of the same customer, or to the same contact who has changed to
  another one since, names the same order lines or, without an order, has the same products.
- Set by hand, the kind is what was set.
"""

from .numbers import ZERO, decimal, divided, rounded
from .sales import adjustment, amount, grouped

RETURN, PRICE, CORRECTION, BONUS = "return", "price", "correction", "bonus"


def _goods(move):
    return [line for line in move.lines if line.display_type == "product"]


def _is_replaced(books, invoice):
    credited = [
        move
        for move in books.moves.values()
        if move.reversed_entry_id == invoice.id and move.state == "posted" and move.move_type == "out_refund"
    ]
    total = sum((rounded(decimal(move.amount_total)) for move in credited), ZERO)
    if rounded(decimal(invoice.amount_total)) != total:
        return False
    ordered = {each.id for line in _goods(invoice) for each in line.order_lines}
    products = sorted(line.product_id or 0 for line in _goods(invoice))
    last = max(move.id for move in credited)
    for move in books.moves.values():
        if (
            move.move_type != "out_invoice"
            or move.state != "posted"
            or move.id <= last
            or move.reversed_entry_id
            or (move.commercial_partner_id != invoice.commercial_partner_id and move.partner_id != invoice.partner_id)
        ):
            continue
        if ordered and ordered & {each.id for line in _goods(move) for each in line.order_lines}:
            return True
        if not ordered and products == sorted(line.product_id or 0 for line in _goods(move)):
            return True
    return False


def kind(books, move):
    """:return: which kind of credit a credit note is"""
    if ("kind", move.id) not in books.found:
        books.found["kind", move.id] = _kind(books, move)
    return books.found["kind", move.id]


def _kind(books, move):
    if move.kind_by_hand:
        return move.kind_by_hand
    if any(each.reversed_entry_id == move.id and each.state == "posted" for each in books.moves.values()):
        return CORRECTION
    if move.reversed_entry_id:
        return CORRECTION if _is_replaced(books, books.moves[move.reversed_entry_id]) else RETURN
    if any(line.order_lines and adjustment(books, line) is None and line.product_id for line in _goods(move)):
        return RETURN
    return PRICE


def credit_lines(look, *kinds):
    return [
        line
        for line in look.sales
        if line.move.move_type == "out_refund" and (not kinds or kind(look.books, line.move) in kinds)
    ]


def invoiced(look):
    return sum((amount(line) for line in look.sales if line.move.move_type != "out_refund"), ZERO)


def value_of(*kinds):
    def value(look):
        if not look.sales:
            return None
        return -sum((amount(line) for line in credit_lines(look, *kinds)), ZERO)

    return value


def rows_of(*kinds):
    def rows(look, dimension):
        return grouped(look, credit_lines(look, *kinds), dimension, lambda line: -amount(line))

    return rows


def returns(look):
    return divided(value_of(RETURN)(look), invoiced(look))
