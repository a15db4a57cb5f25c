"""The revenue that is expected at the end of the fiscal year, by the formulas of the definition.

Readings:
- Only a fiscal year, or its beginning, has a forecast: as of the last day that is asked for, today at the latest.
- Months are those of the fiscal year, numbered from its first one (0); earlier ones are negative. A month is closed
  when its last day is not after the day that is looked from. "Invoiced to date" includes the month that has begun; of
  what is expected of it, the days that are gone are not expected any more.
- A year's shares are those of its positive months. A year is complete if there was revenue up to its first month.
- The group is all customers of the company with revenue, unless ten of them share the account's peer group. Both are
  looked at as of the day: a replay of last year knows nothing of what came later.
- The order book is what confirmed orders have not been invoiced for, without tax, in the month of the promised date,
  else of the order's day and the lead time; what was promised for a closed month is expected in the running one. Down
  payments that were revenue are taken off. It is today's: looked at from an earlier day, nothing is known of it.
- k(h) is the median, over the last twelve closed months, of the share of what was invoiced that had been ordered before
  the month, before the one before and so on; with fewer than three months it is unknown.
- The running month counts in the target to date by its days.
- New business: the quotations of an opportunity say which categories it is about; without any, it is new for whoever
  bought nothing in 24 months.
"""

from datetime import timedelta

from .days import fiscal_year, last_of_month
from .numbers import ZERO, decimal, divided, mean, median
from .peers import mark
from .receivables import debtor, invoiced_quantity
from .sales import amount, is_goods

TWELVE = 12
ENOUGH = 10


class Forecast:
    def __init__(self, look):
        self.look, self.books = look, look.books
        self.start, self.end = fiscal_year(look.books.company, look.first)
        self.day = look.last
        self.is_year = look.first == self.start and look.asked_last <= self.end and look.first <= look.today
        self.closed = sum(self.last_day(number) <= self.day for number in range(TWELVE))
        # Orders and opportunities are those of today: a month's end is looked at on the next day
        self.is_current = self.day >= look.today - timedelta(days=1) and self.day < self.end

    # === MONTHS ===#

    def number(self, day):
        return (day.year - self.start.year) * TWELVE + day.month - self.start.month

    def last_day(self, number):
        months = self.start.month - 1 + number
        return last_of_month(self.start.year + months // TWELVE, months % TWELVE + 1)

    @property
    def begun(self):
        """How much of the running month is gone: nothing on the last day of the month before it."""
        last = self.last_day(self.closed)
        return decimal(self.day.day) / last.day if self.day.month == last.month else ZERO

    def by_month(self, lines):
        """:return: ``{number: revenue}`` up to the day"""
        found = {}
        for line in lines:
            if line.move.invoice_date <= self.day:
                number = self.number(line.move.invoice_date)
                found[number] = found.get(number, ZERO) + amount(line)
        return found

    @staticmethod
    def total(revenue, first, end):
        return sum((revenue.get(number, ZERO) for number in range(first, end)), ZERO)

    @staticmethod
    def since(revenue, end):
        """:return: number of the first month with revenue before another one, None without any"""
        return min((number for number, brought in revenue.items() if brought and number < end), default=None)

    # === SEASONS ===#

    def complete_years(self, revenue, end):
        """:return: the months of the last three years before the one that the month ``end`` is in, latest first"""
        start, since = end - self.closed, self.since(revenue, end)
        return [
            [revenue.get(number, ZERO) for number in range(first, first + TWELVE)]
            for first in (start - TWELVE, start - 2 * TWELVE, start - 3 * TWELVE)
            if since is not None and since <= first
        ]

    @staticmethod
    def weights(years):
        found = []
        for year in years:
            positive = [max(brought, ZERO) for brought in year]
            if sum(positive):
                found.append([brought / sum(positive) for brought in positive])
        return [mean(shares) for shares in zip(*found, strict=True)] if found else None

    def customers(self):
        """:return: ``{customer: {number: revenue}}`` of all the company's"""
        asked = ("months of all", self.start, self.day)
        if asked not in self.books.found:
            lines = {}
            for move in self.books.moves.values():
                customer = move.commercial_partner_id
                if customer and customer not in lines:
                    lines[customer] = [
                        line for line in self.look.of(customer).all_sales if line.move.commercial_partner_id == customer
                    ]
            self.books.found[asked] = {customer: self.by_month(own) for customer, own in lines.items()}
        return self.books.found[asked]

    def group_weights(self, partner, end):
        """:return: the shares of the months of those who are like a customer, as known before the month ``end``"""
        asked = ("season", self.start, self.day, mark(self.look, partner), end)
        if asked in self.books.found:
            return self.books.found[asked]
        buyers = {
            customer: revenue for customer, revenue in self.customers().items() if self.since(revenue, end) is not None
        }
        own = mark(self.look, partner)
        peers = [customer for customer in buyers if own and mark(self.look, customer) == own]
        shares = None
        for members in (peers if len(peers) >= ENOUGH else [], buyers):
            together = {}
            for member in members:
                for number, brought in buyers[member].items():
                    if number < end:
                        together[number] = together.get(number, ZERO) + brought
            shares = shares or self.weights(self.complete_years(together, end))
        self.books.found[asked] = shares
        return shares

    def season(self, revenue, partner, end):
        years = self.complete_years(revenue, end)
        own, group = self.weights(years), self.group_weights(partner, end)
        if own and group:
            count = decimal(sum(brought > 0 for year in years for brought in year))
            trust = count / (count + 24)
            return [trust * mine + (1 - trust) * theirs for mine, theirs in zip(own, group, strict=True)]
        return own or group or [decimal(1) / TWELVE] * TWELVE

    # === THE REST OF THE YEAR ===#

    def rest(self, revenue, partner, end):
        """:return: what the months that are not closed bring, None with less than a year of history"""
        since = self.since(revenue, end)
        if since is None or end - since < TWELVE:
            return None
        shares, start = self.season(revenue, partner, end), end - self.closed
        gone, left = sum(shares[: self.closed], ZERO), sum(shares[self.closed :], ZERO)
        estimates = [
            self.level(revenue, since, end, start, shares) * TWELVE * left,
            self.total(revenue, end - TWELVE, end) * left,
        ]
        sums = [sum(year, ZERO) for year in self.complete_years(revenue, end)[:2]]
        if sums:
            usual = max((2 * sums[0] + sums[1]) / 3 if len(sums) == 2 else sums[0], ZERO)
            growth = decimal(1)
            if usual and gone:
                growth = self.total(revenue, start, end) / (usual * gone)
                growth = min(max(growth, decimal(1) / 3), decimal(3))
            estimates.append(usual * (1 - gone) * growth ** (decimal(self.closed) / (self.closed + 3)))
        return max(mean(estimates), ZERO)

    @staticmethod
    def level(revenue, since, end, start, shares):
        """TSB: the size of a month's demand times its probability, without the season."""
        demand = []
        for number in range(since, end):
            share = shares[(number - start) % TWELVE]
            if share:
                demand.append(revenue.get(number, ZERO) / (TWELVE * share))
        first = demand[:TWELVE]
        filled = [each for each in first if each > 0]
        size, probability = mean(filled) or ZERO, decimal(len(filled)) / (len(first) or 1)
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
        """:return: what is on order for each month that is not closed, the running one first"""
        found = [ZERO] * (TWELVE - self.closed)
        if not self.is_current:
            return found
        books = self.books
        lead = {row.id: row.customer_lead for row in books.rows("sale_order_line", "id, customer_lead")}
        for order in books.orders.values():
            if order.state != "sale" or debtor(books, order) not in self.look.tree:
                continue
            parts = []
            for line in order.lines:
                if not line.display_type:
                    moment = order.commitment_date or order.date_order + timedelta(days=lead[line.id] or 0)
                    money = books.converted(self.still_open(line), order.currency_id, self.look.today)
                    parts.append((max(self.number(books.day(moment)) - self.closed, 0), money))
            if sum((money for _number, money in parts), ZERO) > 0:
                for number, money in parts:
                    if number < len(found):
                        found[number] += money
        return found

    def still_open(self, line):
        if line.is_downpayment:
            return -sum(
                (
                    decimal(each.price_subtotal) * (-1 if each.move.move_type == "out_refund" else 1)
                    for each in line.invoice_lines
                    if each.move.state == "posted" and (each.account_type or "").startswith("income")
                ),
                ZERO,
            )
        if not line.product_uom_qty:
            return ZERO
        left = max(line.product_uom_qty - invoiced_quantity(self.books, line), ZERO)
        return line.price_subtotal * left / line.product_uom_qty

    def ordered_before(self, distance):
        """:return: k(h): how much of a month is on order so many months before it begins"""
        if not self.is_current:
            # Nothing is known of orders on earlier days, so nothing of the rest is waited for
            return ZERO
        early, total = {}, {}
        for move in self.books.moves.values():
            if move.state != "posted" or move.move_type not in ("out_invoice", "out_receipt"):
                continue
            month = self.number(move.invoice_date)
            if not self.closed - TWELVE <= month < self.closed:
                continue
            for line in move.lines:
                if line.display_type != "product" or not (line.account_type or "").startswith("income"):
                    continue
                total[month] = total.get(month, ZERO) + amount(line)
                days = [each.order.day for each in line.order_lines]
                if days and self.number(min(days)) < month - distance:
                    early[month] = early.get(month, ZERO) + amount(line)
        shares = [
            min(max(early.get(month, ZERO) / whole, ZERO), decimal(1)) for month, whole in total.items() if whole > 0
        ]
        return median(shares) if len(shares) >= 3 else None

    # === TOGETHER ===#

    @property
    def own(self):
        return self.by_month(self.look.all_sales)

    @property
    def running(self):
        return self.own.get(self.closed, ZERO) if self.closed < TWELVE else ZERO

    @property
    def is_known(self):
        return self.is_year and (any(self.own.values()) or any(self.order_book()))

    def expected(self):
        own, orders = self.own, self.order_book()
        result = self.total(own, 0, self.closed) + self.running
        rest = self.rest(own, self.look.account, self.closed) or ZERO
        shares = self.season(own, self.look.account, self.closed)[self.closed :]
        for distance, (share, on_order) in enumerate(zip(shares, orders, strict=True)):
            usual = divided(rest * share, sum(shares, ZERO)) or ZERO
            known = self.ordered_before(distance)
            if known is None:
                result += max(on_order, usual - (self.running if not distance else ZERO))
            else:
                result += on_order + (1 - known) * usual * (1 if distance else 1 - self.begun)
        return result

    # === HOW FAR OFF ===#

    def activity(self, revenue, end):
        first = max(self.since(revenue, end), end - 24)
        share = decimal(sum(revenue.get(number, ZERO) > 0 for number in range(first, end))) / (end - first)
        return 0 if share > decimal("0.85") else 1 if share > decimal("0.45") else 2

    def replays(self):
        """:return: (class of activity, what came ÷ what was expected) of all customers one year earlier"""
        asked = ("replays", self.start, self.day)
        if asked not in self.books.found:
            end, found = self.closed - TWELVE, []
            for customer, revenue in self.customers().items():
                rest = self.rest(revenue, customer, end)
                if rest:
                    found.append((self.activity(revenue, end), self.total(revenue, end, 0) / rest))
            self.books.found[asked] = found
        return self.books.found[asked]

    def limit(self, tenths):
        """:return: a quantile of what came ÷ what was expected, None if too little is known"""
        revenue = self.own
        if self.closed == TWELVE or self.rest(revenue, self.look.account, self.closed) is None:
            return None
        every = [ratio for _kind, ratio in self.replays()]
        alike = [ratio for kind, ratio in self.replays() if kind == self.activity(revenue, self.closed)]
        ratios = sorted(alike if len(alike) >= ENOUGH else every)
        if len(ratios) < ENOUGH:
            return None
        place = decimal(tenths) / 10 * (len(ratios) - 1)
        below = int(place)
        above = min(below + 1, len(ratios) - 1)
        return ratios[below] + (ratios[above] - ratios[below]) * (place - below)

    def lowest(self):
        ratio = self.limit(1)
        if ratio is None:
            return None
        booked = self.running + sum(self.order_book(), ZERO)
        rest = self.rest(self.own, self.look.account, self.closed)
        return min(self.total(self.own, 0, self.closed) + max(booked, rest * ratio), self.expected())

    def highest(self):
        ratio = self.limit(9)
        if ratio is None:
            return None
        rest = self.rest(self.own, self.look.account, self.closed)
        return max(self.total(self.own, 0, self.closed) + rest * ratio, self.expected())

    def error(self):
        own, end = self.own, self.closed - TWELVE
        brought = self.total(own, -TWELVE, 0)
        rest = self.rest(own, self.look.account, end)
        if self.closed == TWELVE or brought <= 0 or rest is None:
            return None
        return abs(rest - self.total(own, end, 0)) / brought

    # === NEW BUSINESS, TARGET ===#

    def new_business(self):
        books, look = self.books, self.look
        if not self.is_current:
            return None
        leads = [
            lead
            for lead in books.rows(
                "crm_lead l LEFT JOIN crm_stage s ON s.id = l.stage_id",
                "l.id, l.partner_id, l.expected_revenue, l.probability, l.date_deadline",
                "l.type = 'opportunity' AND l.active AND s.is_won IS NOT TRUE AND l.partner_id IS NOT NULL"
                " AND (l.company_id IS NULL OR l.company_id = %s)",
                books.company.id,
            )
            if lead.partner_id in look.tree and (not lead.date_deadline or lead.date_deadline <= self.end)
        ]
        after = self.last_day(self.closed - 25)
        bought = {
            books.products[line.product_id].categ_id if line.product_id else None
            for line in look.all_sales
            if after < line.move.invoice_date <= self.day and is_goods(books, line)
        }
        result = ZERO
        for lead in leads:
            quoted = books.rows(
                "sale_order_line l JOIN sale_order o ON o.id = l.order_id",
                "l.product_id, l.price_subtotal",
                "o.opportunity_id = %s AND o.state IN ('draft', 'sent') AND l.price_subtotal > 0"
                " AND l.product_id IS NOT NULL",
                lead.id,
            )
            new = [row for row in quoted if books.products[row.product_id].categ_id not in bought]
            share = decimal(0 if bought else 1)
            if quoted:
                share = sum(decimal(row.price_subtotal) for row in new) / sum(
                    decimal(row.price_subtotal) for row in quoted
                )
            result += decimal(lead.expected_revenue) * decimal(lead.probability) / 100 * share
        return result if leads else None

    def target_to_date(self):
        books = self.books
        targets = books.rows(
            "key_account_target t JOIN key_account_kpi k ON k.id = t.kpi_id",
            "t.value",
            "t.company_id = %s AND t.partner_id = %s AND t.year = %s AND k.code = 'revenue'",
            books.company.id,
            self.look.account,
            self.end.year,
        )
        if not targets:
            return None
        shares = self.season(self.own, self.look.account, self.closed)
        due = sum(shares[: self.closed], ZERO)
        if self.closed < TWELVE:
            due += shares[self.closed] * self.begun
        return decimal(targets[0].value) * due


def _of(look, what, always=False):
    """:param always: whether it needs neither invoices nor orders"""
    asked = ("forecast", look.account, look.first, look.last, look.asked_last)
    if asked not in look.books.found:
        look.books.found[asked] = Forecast(look)
    found = look.books.found[asked]
    if not (found.is_year if always else found.is_known):
        return None
    return what(found)


def forecast(look):
    return _of(look, Forecast.expected)


def year_before(look):
    """The revenue of the whole year before, empty without any."""

    def whole(found):
        brought = [found.own.get(number, ZERO) for number in range(-TWELVE, 0)]
        return sum(brought, ZERO) if any(brought) else None

    return _of(look, whole)


def low(look):
    return _of(look, Forecast.lowest)


def high(look):
    return _of(look, Forecast.highest)


def on_order(look):
    return _of(look, lambda found: sum(found.order_book(), ZERO) if found.is_current else None)


def new_business(look):
    return _of(look, Forecast.new_business, always=True)


def target_to_date(look):
    return _of(look, Forecast.target_to_date, always=True)


def error(look):
    return _of(look, Forecast.error)
