"""What would be revenue of the period, but is not invoiced yet: counted beside it.

Readings:
- Drafts of invoices, credit notes and receipts dated in the period, of today if they have no date; one on which nothing
  is revenue would not change it and is not counted. Each is a document.
- Deliveries of confirmed orders that nobody invoiced, at their net price and the order's rate, on the day for which the
  order was promised, else its own: without Inventory nothing else says when. What is on a draft is invoiced. Credited
  goods were invoiced all the same; only a correction takes an invoice back. An order is one document.
- Both by the days to come as well, if the period has some.
"""

from .books import INCOME, MOVES
from .numbers import ZERO
from .receivables import debtor, invoiced_quantity
from .sales import amount


def drafts(look):
    """:return: the amount of each"""
    found = []
    for move in look.books.moves.values():
        if move.state != "draft" or move.move_type not in MOVES or move.commercial_partner_id not in look.tree:
            continue
        lines = [line for line in move.lines if line.display_type == "product" and line.account_type in INCOME]
        if lines and look.whole[0] <= (move.invoice_date or look.today) <= look.whole[1]:
            found.append(sum((amount(line) for line in lines), ZERO))
    return found


def deliveries(look):
    """:return: the amount of each order"""
    books, found = look.books, []
    for order in books.orders.values():
        day = books.day(order.commitment_date or order.date_order)
        if order.state != "sale" or debtor(books, order) not in look.tree or not look.whole[0] <= day <= look.whole[1]:
            continue
        money = [
            line.price_subtotal / line.product_uom_qty * not_invoiced
            for line in order.lines
            if not line.display_type and not line.is_downpayment and line.product_uom_qty
            for not_invoiced in [line.qty_delivered - invoiced_quantity(books, line, ("posted", "draft"))]
            if not_invoiced > 0
        ]
        if money:
            found.append(books.converted(sum(money, ZERO), order.currency_id, order.date_order.date()))
    return found


def pending(look):
    """:return: (number of documents, what they would bring)"""
    found = drafts(look) + deliveries(look)
    return len(found), sum(found, ZERO)
