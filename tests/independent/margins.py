"""What a customer costs and what remains, step by step.

Readings:
- A cost of 0 is no cost that is known: Odoo writes 0 where none was entered. That holds for the cost in an order too:
  what comes from an order has the order's cost or none.
- Without any line whose cost is known, the cost of goods is undefined, and so is the margin: a margin of the whole
  revenue would say that the goods were free.
- Adjustments have a cost if somebody entered one (a delivery's), but do not count in the coverage.
- Cost and hours of a promotion count by its days in the period, the whole of it from its start to its end, or to today:
  what was spent so far belongs to the days so far. Other measures and milestones count on their deadline, one still to
  come today (as their fields say).
"""

from .days import fiscal_year, number_of_days, overlap
from .numbers import ZERO, decimal, divided, known
from .orders import orders
from .sales import amount, grouped, is_goods, key, quantity, revenue
from .visits import visit_hours

# === GOODS ===#


def unit_cost(books, line):
    """Cost of one of the product's own unit in the company's currency, None if unknown."""
    if not line.product_id:
        return None
    own_unit = books.products[line.product_id].uom_id
    if not line.order_lines:
        return books.cost(line.product_id)
    weighted = total = ZERO
    costs = []
    for ordered in line.order_lines:
        cost = books.converted(ordered.purchase_price, ordered.order.currency_id, ordered.order.date_order.date())
        # The price of a dozen, per piece
        cost = cost * books.units[own_unit].factor / books.units[ordered.product_uom_id].factor
        number = books.in_unit(ordered.product_uom_qty, ordered.product_uom_id, own_unit)
        weighted, total = weighted + cost * number, total + number
        costs.append(cost)
    found = weighted / total if total else sum(costs, ZERO) / len(costs)
    return found or None


def line_cost(books, line):
    cost = unit_cost(books, line)
    return None if cost is None else cost * quantity(books, line)


def cost_of_goods(look):
    return known(*(line_cost(look.books, line) for line in look.sales))


def coverage(look):
    goods = [line for line in look.sales if is_goods(look.books, line)]
    with_cost = [line for line in goods if unit_cost(look.books, line) is not None]
    return divided(
        sum((abs(amount(line)) for line in with_cost), ZERO), sum((abs(amount(line)) for line in goods), ZERO)
    )


def margin(look):
    cost = cost_of_goods(look)
    return None if cost is None else revenue(look) - cost


# === DIRECT AND INDIRECT ===#


def measures(look):
    return look.records(
        "key_account_care_measure", "id, kind, state, date_start, date_end, cost_actual, hours_actual, partner_id"
    )


def share_of_days(look, start, end):
    """The part of a promotion's days that lies in the period: what was spent so far belongs to the days so far."""
    start, end = min(start, look.today), min(end, look.today)
    both = overlap(look.first, look.last, start, end)
    return decimal(number_of_days(*both)) / number_of_days(start, end) if both else ZERO


def promotion_costs(look):
    """:return: the cost of each promotion in the period"""
    return [
        decimal(each.cost_actual) * share_of_days(look, each.date_start, each.date_end)
        for each in measures(look)
        if each.kind == "promotion"
        and is_known(each)
        and overlap(look.first, look.last, each.date_start, each.date_end)
    ]


def is_known(measure):
    """Whether it is known what a measure has cost."""
    return measure.state == "done" or (measure.state != "cancelled" and bool(measure.cost_actual))


def milestones(look):
    return look.records("key_account_milestone", "date_deadline, date_done, cost_actual")


def analytic_accounts(look):
    return {look.books.own(look.books.partners[partner].key_account_analytic_id) for partner in look.tree} - {None}


def direct_costs(look):
    """Empty if there is nothing that has cost something: no measure in the period and no analytic account.

    The definitions leave open what a measure says that is not done and for which no cost was entered: taken to be no
    data, as nobody knows yet what it costs. One that is done has cost nothing then, a real 0.
    """
    found = promotion_costs(look)
    for each in measures(look):
        if each.kind == "care" and is_known(each) and look.covers(min(each.date_end, look.today)):
            found.append(decimal(each.cost_actual))
    for each in milestones(look):
        if (each.date_done or each.cost_actual) and look.covers(min(each.date_deadline, look.today)):
            found.append(decimal(each.cost_actual))
    analytic = analytic_accounts(look)
    if analytic:
        found.append(ZERO)
    for item in look.books.rows(
        "account_analytic_line", "account_id, date, amount", "company_id = %s", look.books.company.id
    ):
        if item.account_id in analytic and look.covers(item.date):
            found.append(-decimal(item.amount))
    return known(*found)


def hours(look):
    total = visit_hours(look)
    for each in measures(look):
        if each.state != "done":
            continue
        if each.kind == "promotion":
            total += decimal(each.hours_actual) * share_of_days(look, each.date_start, each.date_end)
        elif look.covers(min(each.date_end, look.today)):
            total += decimal(each.hours_actual)
    for session in look.records("key_account_coaching_session", "start, hours", "state = 'held'"):
        if look.covers(look.books.day(session.start)):
            total += decimal(session.hours)
    return total


def overhead(look):
    """The account's share of the overhead of the days that are gone, None if it is not distributed.

    Reading: who gave more back than was invoiced bears nothing, and nothing is distributed if that holds for all.
    """
    company, books = look.books.company, look.books
    if company.key_account_overhead_key == "none" or not company.key_account_overhead_pool:
        return None
    pool, day = ZERO, look.first
    while day <= look.last:
        start, end = fiscal_year(company, day)
        both = overlap(look.first, look.last, start, end)
        pool += decimal(company.key_account_overhead_pool) * number_of_days(*both) / number_of_days(start, end)
        day = end.fromordinal(end.toordinal() + 1)
    everybody = {partner for partner in books.partners if not books.partners[partner].parent_id}
    if company.key_account_overhead_key == "revenue":
        own = revenue(look)
        total = known(*(revenue(look.of(partner)) for partner in everybody))
    else:
        own = decimal(len(orders(look)))
        total = sum((decimal(len(orders(look.of(partner)))) for partner in everybody), ZERO)
    if total is None or total <= 0:
        return None
    return pool * max(own or ZERO, ZERO) / total


def indirect_costs(look):
    """Empty if hours have no cost and no overhead is distributed."""
    hourly = look.setting("key_account_hourly_cost")
    return known(hours(look) * hourly if hourly else None, overhead(look))


def customer_costs(look):
    return known(cost_of_goods(look), direct_costs(look), indirect_costs(look))


def margin_2(look):
    first = margin(look)
    return None if first is None else first - (direct_costs(look) or ZERO)


def margin_3(look):
    second = margin_2(look)
    return None if second is None else second - (indirect_costs(look) or ZERO)


def margin_rate(look):
    return divided(margin(look), revenue(look))


def margin_2_rate(look):
    return divided(margin_2(look), revenue(look))


def margin_3_rate(look):
    return divided(margin_3(look), revenue(look))


# === ROWS ===#


def cost_rows(look, dimension):
    lines = [line for line in look.sales if line_cost(look.books, line) is not None]
    return grouped(look, lines, dimension, lambda line: line_cost(look.books, line))


def margin_rows(look, dimension):
    """They add up to the margin, where what has no known cost counts with its whole revenue.

    Goods none of which has a known cost have no margin: they are in a row of their own, if there is a margin at all.
    """
    rows = grouped(look, look.sales, dimension, lambda line: amount(line) - (line_cost(look.books, line) or ZERO))
    lines = {}
    for line in look.sales:
        lines.setdefault(key(look, line, dimension), []).append(line)
    unknown = [
        row
        for row, of_row in lines.items()
        if any(is_goods(look.books, line) for line in of_row)
        and all(line_cost(look.books, line) is None for line in of_row)
    ]
    rest = sum((rows.pop(row) for row in unknown), ZERO)
    if rest and margin(look) is not None:
        rows["unknown_cost"] = rest
    return rows
