"""What the account owes, since when, and how it pays.

Readings:
- All days are up to today while the period is running.
- Gross revenue is the total of the documents, tax included, as booked.
- What is open of an item on a day: in its own currency, what was not yet set against it by then. If nothing of it is
  open in its own currency, nothing is: an exchange difference that is booked later is no debt.
- An invoice counts as paid in the period of its last payment, once nothing is open of it today. It is weighted with
  the money that came in for it: a cash discount or write-off within a payment's entry is none. A payment made before
  the invoice took 0 days.
- Counting back, a month's gross revenue is taken off as it is, also if it is negative.
- The share of the overdue amount is that in what is owed. The definitions leave open what that is where the receivable
  is less than what is open: an exchange difference is not booked yet, or another account's credit note was set against
  an invoice. A share is part of a whole, so the whole is what is open then. If it is not above zero, the share is
  undefined.
"""

from .credits import CORRECTION, kind
from .days import last_of_month, number_of_days
from .numbers import ZERO, decimal, divided, rounded

RECEIVABLE = "asset_receivable"


def items(look, on):
    """The account's posted receivable items up to a day."""
    return [
        line
        for line in look.books.lines.values()
        if line.account_type == RECEIVABLE
        and line.move.state == "posted"
        and line.partner_id in look.tree
        and line.date <= on
    ]


def balance(look, on):
    return sum((line.balance for line in items(look, on)), ZERO)


def receivable(look):
    if not items(look, look.last):
        return None
    return balance(look, look.last)


def gross(look):
    return sum((decimal(move.amount_total_signed) for move in look.moves), ZERO)


def dso(look):
    total = rounded(gross(look))
    if total <= 0:
        return None
    return balance(look, look.last) / total * look.days


def dso_count_back(look):
    """0 days for a balance in the customer's favour."""
    left = max(rounded(balance(look, look.last)), ZERO)
    if not items(look, look.last):
        return None
    days, last = ZERO, look.last
    for _month in range(24):
        if not left:
            return days
        first = last.replace(day=1)
        sold = rounded(gross(look.within(first, last)))
        length = number_of_days(first, last)
        if sold >= left:
            return days + length * left / sold
        left, days = left - sold, days + length
        last = first.fromordinal(first.toordinal() - 1)
        last = last_of_month(last.year, last.month)
    return days if not left else None


# === PAYING ===#


def debts(move):
    return [line for line in move.lines if line.account_type == RECEIVABLE]


def paid_invoices(look):
    """:return: (invoice, day of the last payment, amount paid) for those whose last payment is in the period"""
    books, found = look.books, []
    for move in look.all_moves:
        if move.move_type == "out_refund" or not debts(move):
            continue
        if any(rounded(left_in_currency(books, line, look.today)) for line in debts(move)):
            continue
        payments = [
            (max(other.date, line.date), amount * money_share(other))
            for line in debts(move)
            for _day, other, amount, _foreign in books.settled[line.id]
            if other.move_id in books.payment_moves
        ]
        if payments:
            last = max(day for day, _amount in payments)
            if look.covers(last):
                found.append((move, last, sum((amount for _day, amount in payments), ZERO)))
    return found


def money_share(item):
    """:return: how much of what a payment's item settles came in as money"""
    settled = [line.balance for line in item.move.lines if line.account_type == RECEIVABLE]
    other = [line for line in item.move.lines if line.account_type != RECEIVABLE]
    money = [line.balance for line in other if line.account_type in ("asset_cash", "asset_current")]
    return divided(sum(money, ZERO), -sum(settled, ZERO)) if money else decimal(1)


def weighted_days(paid, since):
    total = sum((amount for _move, _day, amount in paid), ZERO)
    return divided(sum((amount * max((day - since(move)).days, 0) for move, day, amount in paid), ZERO), total)


def days_to_pay(look):
    return weighted_days(paid_invoices(look), lambda move: move.invoice_date)


def days_late(look):
    return weighted_days(paid_invoices(look), lambda move: move.invoice_date_due)


# === OVERDUE ===#


def left_in_currency(books, line, on):
    """What was open of an item on a day, in its own currency: negative for credits."""
    settled = sum((foreign for day, _other, _amount, foreign in books.settled[line.id] if day <= on), ZERO)
    return line.amount_currency - (settled if line.balance > 0 or line.amount_currency > 0 else -settled)


def left(books, line, on):
    """What was open of an item on a day in the company's currency: negative for credits."""
    if not rounded(left_in_currency(books, line, on)):
        return ZERO
    settled = sum((amount for day, _other, amount, _foreign in books.settled[line.id] if day <= on), ZERO)
    return line.balance - (settled if line.balance > 0 else -settled)


def overdue(look):
    """Open debts whose due date has passed, less open credits whatever their date, never below zero."""
    if not items(look, look.last):
        return None
    due = credit = ZERO
    for line in items(look, look.last):
        amount = left(look.books, line, look.last)
        if amount < 0:
            credit -= amount
        elif (line.date_maturity or line.date) < look.last:
            due += amount
    return max(rounded(due) - rounded(credit), ZERO)


def overdue_share(look):
    found = items(look, look.last)
    owed = max(balance(look, look.last), sum((left(look.books, line, look.last) for line in found), ZERO))
    return divided(overdue(look), owed) if owed > 0 else None


# === CREDIT ===#


def rating(look, agency=None):
    found = [
        row
        for row in look.books.rows(
            "key_account_rating",
            "id, agency, score, date, valid_until",
            "company_id = %s AND partner_id = %s",
            look.books.company.id,
            look.account,
        )
        if row.date <= look.last and agency in (None, row.agency)
    ]
    valid = [row for row in found if not row.valid_until or row.valid_until >= look.last]
    return max(valid or found, key=lambda row: (row.date, row.id), default=None)


def creditworthiness(look, agency=None):
    found = rating(look, agency)
    return decimal(found.score) or None if found else None


def creditworthiness_before(look):
    """Only the same agency's score is compared: each has a scale of its own."""
    found = rating(look)
    return creditworthiness(look.before, found.agency) if found else creditworthiness(look.before)


def credit_limit(look):
    """Today's, of companies: their contacts have a copy of it."""
    partners = look.books.partners
    limits = [
        decimal(look.books.own(partners[partner].credit_limit))
        for partner in look.tree
        if partners[partner].commercial_partner_id == partner
    ]
    return sum(limits, ZERO) or None


def invoiced_quantity(books, ordered, states=("posted",)):
    """What was invoiced of an order line, in its unit: only a correction takes an invoice back.

    An order makes one document of all that is to do: what comes back is a negative line of an invoice, and what is
    still to be invoiced one of a credit note.
    """
    total = ZERO
    for line in ordered.invoice_lines:
        number = books.in_unit(line.quantity, line.product_uom_id, ordered.product_uom_id)
        if line.move.state not in states:
            continue
        is_credit = line.move.move_type == "out_refund"
        if is_credit:
            number = -number
        if number * ordered.product_uom_qty >= 0 or (is_credit and kind(books, line.move) == CORRECTION):
            total += number
    return total


def debtor(books, order):
    """Who is to pay: whoever gets the invoice, as it was when the order was made."""
    return books.commercial_partner("sale_order", order.id, order.partner_invoice_id)


def open_of_order(books, order):
    """What an order will still bring, tax included, in its currency."""
    opened = ZERO
    for line in order.lines:
        if line.display_type:
            continue
        if line.is_downpayment:
            # Invoiced and not yet deducted: the final invoice has it negative
            opened -= sum((gross_of_line(each) for each in line.invoice_lines if each.move.state == "posted"), ZERO)
        elif line.product_uom_qty:
            left = line.product_uom_qty - invoiced_quantity(books, line)
            opened += line.price_total * left / line.product_uom_qty
    return max(opened, ZERO)


def still_to_invoice(look):
    """What confirmed orders will still bring, tax included, in the company's currency at today's rate.

    Ordered less what was invoiced, in quantity, whatever the invoicing policy; what came back is not ordered again:
    returns and price credits do not make a line open, only corrections do. Invoiced down payments are taken off.
    Reading: an order with more invoiced than ordered has nothing open.
    """
    books = look.books
    return sum(
        (
            books.converted(open_of_order(books, order), order.currency_id, look.today)
            for order in books.orders.values()
            if order.state == "sale" and debtor(books, order) in look.tree
        ),
        ZERO,
    )


def gross_of_line(line):
    return decimal(line.price_total) * (-1 if line.move.move_type == "out_refund" else 1)


def exposure(look):
    """Today's; empty for whoever neither owes nor ordered anything."""
    if not items(look, look.today) and not still_to_invoice(look):
        return None
    return balance(look, look.today) + still_to_invoice(look)


def credit_use(look):
    return divided(exposure(look), credit_limit(look))
