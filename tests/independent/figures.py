"""Which function works out which figure."""

from . import (
    abc,
    credits,
    forecast,
    health,
    margins,
    market,
    net_revenue,
    orders,
    peers,
    prices,
    promotions,
    receivables,
    revenue_change,
    sales,
    satisfaction,
    visits,
)

VALUES = {
    "revenue": sales.revenue,
    "sales_volume": sales.volume,
    "cost_of_goods_sold": margins.cost_of_goods,
    "direct_costs": margins.direct_costs,
    "indirect_costs": margins.indirect_costs,
    "customer_costs": margins.customer_costs,
    "contribution_margin": margins.margin,
    "contribution_margin_rate": margins.margin_rate,
    "contribution_margin_2": margins.margin_2,
    "contribution_margin_2_rate": margins.margin_2_rate,
    "contribution_margin_3": margins.margin_3,
    "contribution_margin_3_rate": margins.margin_3_rate,
    "cost_coverage": margins.coverage,
    "returns": credits.returns,
    "returns_value": credits.value_of(credits.RETURN),
    "credit_notes_value": credits.value_of(),
    "receivable": receivables.receivable,
    "dso": receivables.dso,
    "dso_count_back": receivables.dso_count_back,
    "days_to_pay": receivables.days_to_pay,
    "days_late": receivables.days_late,
    "overdue_amount": receivables.overdue,
    "overdue_share": receivables.overdue_share,
    "creditworthiness": receivables.creditworthiness,
    "credit_limit": receivables.credit_limit,
    "exposure": receivables.exposure,
    "credit_use": receivables.credit_use,
    "minimum_price": prices.minimum_price,
    "revenue_below_floor": prices.revenue_below_floor,
    "special_price": prices.special_price,
    "special_price_difference": prices.special_price_difference,
    "minimum_order": orders.minimum_order,
    "smallest_order": orders.smallest_order,
    "median_order": orders.median_order,
    "mean_order": orders.mean_order,
    "order_count": orders.order_count,
    "orders_below_minimum": orders.orders_below_minimum,
    "orders_below_minimum_share": orders.orders_below_minimum_share,
    "order_interval": orders.order_interval,
    "visits": visits.visit_count,
    "visit_target": visits.visit_target,
    "days_since_visit": visits.days_since_visit,
    "next_visit_days": visits.next_visit_days,
    "satisfaction": satisfaction.satisfaction,
    "satisfaction_answers": satisfaction.satisfaction_answers,
    "nps": satisfaction.nps,
    "peer_revenue": peers.peer_revenue,
    "peer_revenue_median": peers.peer_revenue_median,
    "peer_rank": peers.peer_rank,
    "peer_percentile": peers.peer_percentile,
    "abc_class": abc.abc_class,
    "share_of_wallet": market.share_of_wallet,
    "white_space": market.white_space,
    "health": health.health,
    "promotions": promotions.promotion_count,
    "promotion_cost": promotions.promotion_cost,
    "promotion_revenue": promotions.promotion_revenue,
    "promotion_uplift": promotions.promotion_uplift,
    "promotion_return": promotions.promotion_return,
    "revenue_change": revenue_change.revenue_change,
    "forecast": forecast.forecast,
    "net_revenue": net_revenue.net_revenue,
    "net_margin": net_revenue.net_margin,
}
# What is always today's has no value one year earlier
TODAYS = (
    "minimum_order",
    "credit_limit",
    "exposure",
    "credit_use",
    "special_price",
    "special_price_difference",
)
# What customers are asked or visited does not depend on when the invoices begin, nor does what they owe
NOT_OF_SALES = (
    *("direct_costs", "receivable", "dso_count_back", "overdue_amount", "overdue_share", "creditworthiness"),
    *("visits", "visit_target", "days_since_visit", "next_visit_days", "satisfaction", "satisfaction_answers", "nps"),
    *("days_to_pay", "days_late"),
)
# Where the value one year earlier is not simply the same question about the period before
PREVIOUS = {
    "sales_volume": sales.volume_before,
    "creditworthiness": receivables.creditworthiness_before,
}
# ``code: (function, breakdowns)``: what a breakdown's rows are, by the record's id, the month or the adjustment
SALES_ROWS = ("month", "category", "product", "customer")
ROWS = {
    "revenue": (sales.revenue_rows, SALES_ROWS),
    "sales_volume": (sales.volume_rows, SALES_ROWS),
    "cost_of_goods_sold": (margins.cost_rows, SALES_ROWS),
    "contribution_margin": (margins.margin_rows, SALES_ROWS),
    "returns_value": (credits.rows_of(credits.RETURN), SALES_ROWS),
    "credit_notes_value": (credits.rows_of(), SALES_ROWS),
}


def value(code, look):
    return VALUES[code](look)


def previous(code, look):
    if code in TODAYS:
        return None
    return PREVIOUS[code](look) if code in PREVIOUS else VALUES[code](look.before)


def change(code, look, is_share):
    """Relative to the size of the value one year earlier, of shares the difference; over the common months.

    Reading: whether the period before is complete matters for what comes from sales documents of the period.
    """
    common = look if code in NOT_OF_SALES else look.common()
    if common is None:
        return None
    now, before = value(code, common), previous(code, common)
    if now is None or before is None:
        return None
    if is_share:
        return now - before
    return (now - before) / abs(before) if before else None


def rows(code, look, breakdown):
    """:return: ``{key: (value, previous)}``"""
    work_out = ROWS[code][0]
    now = work_out(look, breakdown)
    before = sales.volume_rows_before(look, breakdown) if code == "sales_volume" else work_out(look.before, breakdown)
    if breakdown == "month":
        # A month stands beside the same one a year earlier
        before = {f"{int(key[:4]) + 1}{key[4:]}": amount for key, amount in before.items()}
    return {key: (now.get(key), before.get(key)) for key in now.keys() | before.keys()}
