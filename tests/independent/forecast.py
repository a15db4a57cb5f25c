"""The revenue that is expected at the end of the fiscal year, by the formulas of the definition.

Readings:
- The fiscal year is the one that the last day of the period is in, looked at from that day. A month is closed when its
  last day is not after it. "Invoiced to date" is what the closed months brought; the running month is expected as a
  whole, at least what it has brought already.
- A year's shares are those of its positive months, so that they add up to 1. A year is complete if it lies after the
  account's first invoice.
- The group is all customers of the company with revenue, unless ten customers share the account's peer group.
- The order book is what confirmed orders have not been invoiced for, without tax, in the month of the promised date
  (else of the order); what was promised for a closed month is expected in the running one.
- k(h) is the median, over the company's months with invoices, of the share that was ordered h or more months before.
"""

from datetime import timedelta

from .days import fiscal_year, last_of_month, months
from .numbers import ZERO, decimal, median
from .peers import mark
from .sales import amount

TWELVE = 12


class Forecast:
    def __init__(self, look):
        self.look, self.books = look, look.books
        self.start, self.end = fiscal_year(look.books.company, look.last)
        self.months = months(self.start, self.end)
        self.closed = sum(last <= look.last for _first, last in self.months)

    # === WHAT WAS INVOICED ===#

    @staticmethod
    def revenue(look, first, last):
        return sum((amount(line) for line in look.all_sales if first <= line.move.invoice_date <= last), ZERO)

    def year(self, back):
        start, end = self.start, self.end
        for _step in range(back):
            start, end = fiscal_year(self.books.company, start - timedelta(days=1))
        return start, end

    def by_month(self, look, back):
        """:return: the revenue of each month of a fiscal year, None if it was not complete"""
        start, end = self.year(back)
        if look.first_invoice is None or look.first_invoice > start:
            return None
        return [self.revenue(look, *month) for month in months(start, end)]

    def own_weights(self, look):
        """:return: (shares of the months, number of months with revenue), None without a year that had revenue"""
        found, count = [], 0
        for back in (1, 2, 3):
            amounts = self.by_month(look, back)
            if amounts is None:
                continue
            positive = [max(each, ZERO) for each in amounts]
            if sum(positive, ZERO):
                found.append([each / sum(positive, ZERO) for each in positive])
                count += sum(each > 0 for each in positive)
        if not found:
            return None, 0
        return [sum(shares, ZERO) / len(found) for shares in zip(*found, strict=True)], count

    def group(self):
        customers = {
            move.commercial_partner_id
            for move in self.books.moves.values()
            if move.state == "posted" and move.commercial_partner_id and move.move_type.startswith("out_")
        }
        own = mark(self.look, self.look.account)
        peers = {partner for partner in customers if own and mark(self.look, partner) == own}
        return peers if len(peers) >= 10 else customers

    def group_weights(self):
        totals = [None, None, None]
        for partner in self.group():
            look = self.look.of(partner)
            lines = [line for line in look.all_sales if line.move.commercial_partner_id == partner]
            for back in (1, 2, 3):
                for number, (first, last) in enumerate(months(*self.year(back))):
                    brought = sum((amount(line) for line in lines if first <= line.move.invoice_date <= last), ZERO)
                    if totals[back - 1] is None:
                        totals[back - 1] = [ZERO] * TWELVE
                    totals[back - 1][number] += brought
        found = []
        for amounts in totals:
            positive = [max(each, ZERO) for each in amounts or ()]
            if sum(positive, ZERO):
                found.append([each / sum(positive, ZERO) for each in positive])
        if not found:
            return [decimal(1) / TWELVE] * TWELVE
        return [sum(shares, ZERO) / len(found) for shares in zip(*found, strict=True)]

    def seasonality(self):
        own, count = self.own_weights(self.look)
        group = self.group_weights()
        if own is None:
            return group
        trust = decimal(count) / (count + 24)
        return [trust * mine + (1 - trust) * theirs for mine, theirs in zip(own, group, strict=True)]

    # === THE REST ===#

    def rest(self, shares, invoiced):
        """The mean of the three estimates of what the months that are not closed bring."""
        gone = sum(shares[: self.closed], ZERO)
        years = [self.by_month(self.look, back) for back in (1, 2)]
        sums = [sum(year, ZERO) for year in years if year is not None]
        estimates = []
        if sums:
            base = (2 * sums[0] + sums[1]) / 3 if len(sums) == 2 else sums[0]
            growth = decimal(1)
            if base > 0 and gone:
                growth = min(max(invoiced / (base * gone), decimal(1) / 3), decimal(3))
            damped = growth ** (decimal(self.closed) / (self.closed + 3))
            estimates.append(base * (1 - gone) * damped)
        history = self.history(shares)
        estimates.append(self.level(history) * TWELVE * (1 - gone))
        estimates.append(sum((brought for brought, _share in history[-TWELVE:]), ZERO) * (1 - gone))
        return sum(estimates, ZERO) / len(estimates)

    def history(self, shares):
        """:return: (revenue, share of the month) of the closed months since the first invoice's, oldest first"""
        found = []
        for back in (3, 2, 1, 0):
            for number, (first, last) in enumerate(months(*self.year(back))):
                if back == 0 and number >= self.closed:
                    break
                if last >= self.look.first_invoice:
                    found.append((self.revenue(self.look, first, last), shares[number]))
        return found

    @staticmethod
    def level(history):
        """TSB: the size of a month's demand times its probability, without the season."""
        demand = [brought / (TWELVE * share) if share else ZERO for brought, share in history]
        first = demand[:TWELVE]
        filled = [each for each in first if each > 0]
        if not filled:
            return ZERO
        size, probability = sum(filled, ZERO) / len(filled), decimal(len(filled)) / len(first)
        rate = decimal(2) / 10
        for each in demand[TWELVE:]:
            if each > 0:
                size += rate * (each - size)
                probability += rate * (1 - probability)
            else:
                probability -= rate * probability
        return size * probability

    # === ORDERS ===#

    def order_book(self):
        """:return: what is on order for each month that is not closed"""
        found = [ZERO] * TWELVE
        for order in self.books.orders.values():
            if order.state != "sale" or order.day > self.look.last:
                continue
            if self.books.commercial_partner("sale_order", order.id, order.partner_id) not in self.look.tree:
                continue
            row = self.books.rows("sale_order", "commitment_date", "id = %s", order.id)[0]
            day = self.books.day(row.commitment_date) or order.day
            if day > self.end:
                continue
            number = max(
                next((index for index, (first, last) in enumerate(self.months) if first <= day <= last), 0), self.closed
            )
            if number >= TWELVE:
                continue
            for line in order.lines:
                if line.display_type or line.is_downpayment or not line.product_uom_qty:
                    continue
                invoiced = sum(
                    (
                        self.books.in_unit(each.quantity, each.product_uom_id, line.product_uom_id)
                        for each in line.invoice_lines
                        if each.move.state == "posted" and each.move.move_type == "out_invoice"
                    ),
                    ZERO,
                )
                left = max(line.product_uom_qty - invoiced, ZERO)
                found[number] += self.books.converted(
                    line.price_subtotal * left / line.product_uom_qty, order.currency_id, order.date_order.date()
                )
        return found

    def ordered_before(self, distance):
        """:return: k(h), None if nothing was ever invoiced from an order"""
        shares, known = [], False
        by_month = {}
        for move in self.books.moves.values():
            if move.state != "posted" or move.move_type != "out_invoice":
                continue
            for line in move.lines:
                if line.display_type == "product" and (line.account_type or "").startswith("income"):
                    by_month.setdefault(last_of_month(move.invoice_date.year, move.invoice_date.month), []).append(line)
        for last, lines in by_month.items():
            total = sum((amount(line) for line in lines), ZERO)
            early = ZERO
            for line in lines:
                if line.order_lines:
                    known = True
                    day = line.order_lines[0].order.day
                    if (last.year - day.year) * 12 + last.month - day.month >= distance:
                        early += amount(line)
            if total > 0:
                shares.append(early / total)
        return median(shares) if known else None

    def expected(self):
        if self.look.first_invoice is None or self.look.first_invoice > self.look.last:
            return None
        done = [self.revenue(self.look, *month) for month in self.months[: self.closed]]
        invoiced = sum(done, ZERO)
        if self.closed == TWELVE:
            return invoiced
        orders = self.order_book()
        begun = self.revenue(self.look, self.months[self.closed][0], self.look.last)
        history = (self.look.last.year - self.look.first_invoice.year) * 12 + (
            self.look.last.month - self.look.first_invoice.month
        )
        if history < TWELVE:
            return invoiced + begun + sum(orders, ZERO)
        shares = self.seasonality()
        rest, total = self.rest(shares, invoiced), sum(shares[self.closed :], ZERO)
        if not total:
            return invoiced + begun + sum(orders, ZERO)
        for number in range(self.closed, TWELVE):
            base, booked = rest * shares[number] / total, orders[number]
            known = self.ordered_before(number - self.closed)
            month = max(booked, base) if known is None else booked + (1 - known) * base
            invoiced += max(month, begun) if number == self.closed else month
        return invoiced


def forecast(look):
    return Forecast(look).expected()
