"""What remains of the revenue after what is granted later.

Readings:
- A cash discount is what the entry of a payment books on the company's two accounts for early payment discounts
  (without tax: that is corrected on its own account), by the date of the invoice that was paid. Any other write-off is
  none: nobody granted it for paying early. A payment of several invoices is split by what it settled of each; all of
  it belongs to them, whatever else of the payment is left, or set against an exchange difference.
- A bonus that was credited on an income account is in the revenue already and is not taken off a second time; one
  that was credited on another account is taken off here.
"""

from .books import INCOME
from .credits import BONUS, kind, value_of
from .margins import cost_of_goods
from .numbers import ZERO
from .sales import amount, revenue


def _discounts(look):
    books, total = look.books, ZERO
    accounts = {
        books.company.account_journal_early_pay_discount_loss_account_id,
        books.company.account_journal_early_pay_discount_gain_account_id,
    } - {None}
    for move in look.moves:
        for line in move.lines:
            if line.account_type != "asset_receivable":
                continue
            for _day, other, settled, _foreign in books.settled[line.id]:
                if other.move_id not in books.payment_moves:
                    continue
                granted = sum((each.balance for each in other.move.lines if each.account_id in accounts), ZERO)
                total += granted * settled / _settled_of_invoices(books, other.move) if granted else ZERO
    return total


def _settled_of_invoices(books, payment):
    return sum(
        (
            amount
            for line in payment.lines
            if line.account_type == "asset_receivable"
            for _day, other, amount, _foreign in books.settled[line.id]
            if other.move.move_type in ("out_invoice", "out_receipt")
        ),
        ZERO,
    )


def cash_discounts(look):
    return None if revenue(look) is None else _discounts(look)


def bonus_credits(look):
    """All of them, on whatever account."""
    if revenue(look) is None:
        return None
    return (value_of(BONUS)(look) or ZERO) + bonus_elsewhere(look)


def bonus_elsewhere(look):
    return -sum(
        (
            amount(line)
            for move in look.moves
            if move.move_type == "out_refund" and kind(look.books, move) == BONUS
            for line in move.lines
            if line.display_type == "product" and line.account_type not in INCOME
        ),
        ZERO,
    )


def net_revenue(look):
    invoiced = revenue(look)
    return None if invoiced is None else invoiced - _discounts(look) - bonus_elsewhere(look)


def table(look):
    """:return: from the revenue before bonuses to the net revenue, each an amount: what is taken off is negative"""
    if revenue(look) is None:
        return [None] * 4
    in_revenue = value_of(BONUS)(look) or ZERO
    return [revenue(look) + in_revenue, -bonus_credits(look), -_discounts(look), net_revenue(look)]


def net_margin(look):
    cost, net = cost_of_goods(look), net_revenue(look)
    return None if cost is None or net is None else net - cost
