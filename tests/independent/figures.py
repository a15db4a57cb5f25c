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
    "price_credits_value": credits.value_of(credits.PRICE),
    "corrections_value": credits.value_of(credits.CORRECTION),
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
    "forecast_low": forecast.low,
    "forecast_high": forecast.high,
    "forecast_orders": forecast.on_order,
    "forecast_new_business": forecast.new_business,
    "forecast_target_to_date": forecast.target_to_date,
    "forecast_error": forecast.error,
    "cash_discounts": net_revenue.cash_discounts,
    "bonus_credits": net_revenue.bonus_credits,
    "net_revenue": net_revenue.net_revenue,
    "net_margin": net_revenue.net_margin,
}
# What is always today's has no value one year earlier, nor has a forecast or a change
WITHOUT_PREVIOUS = (
    *("minimum_order", "credit_limit", "exposure", "credit_use", "special_price", "special_price_difference"),
    *("next_visit_days", "revenue_change", "forecast_low", "forecast_high", "forecast_orders"),
    *("forecast_new_business", "forecast_target_to_date", "forecast_error"),
)
# What describes a day, or others than the account, has no months that both years could have in common
WITHOUT_MONTHS = (
    *("receivable", "dso_count_back", "overdue_amount", "overdue_share", "creditworthiness"),
    *("visit_target", "days_since_visit", "health", "abc_class"),
    *("peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile"),
)
# Where the value one year earlier is not simply the same question about the period before
PREVIOUS = {
    "sales_volume": sales.volume_before,
    "creditworthiness": receivables.creditworthiness_before,
    "forecast": forecast.year_before,
}
# Whose change is empty unless the year before is complete: a whole year has no common months to look at
WHOLE_YEARS = ("forecast",)
# ``code: (function, breakdowns)``: what a breakdown's rows are, by the record's id, the month or the adjustment
SALES_ROWS = ("month", "category", "product", "customer")
ROWS = {
    "revenue": (sales.revenue_rows, SALES_ROWS),
    "sales_volume": (sales.volume_rows, SALES_ROWS),
    "cost_of_goods_sold": (margins.cost_rows, SALES_ROWS),
    "contribution_margin": (margins.margin_rows, SALES_ROWS),
    "returns_value": (credits.rows_of(credits.RETURN), SALES_ROWS),
    "credit_notes_value": (credits.rows_of(), SALES_ROWS),
    "revenue_change": (revenue_change.change_rows, ("category", "product", "customer")),
}


def value(code, look):
    return VALUES[code](look)


def previous(code, look):
    if code in WITHOUT_PREVIOUS:
        return None
    return PREVIOUS[code](look) if code in PREVIOUS else VALUES[code](look.before)


def compared(code, look):
    """:return: the two values whose change is shown: over the months that both years have"""
    common = look if code in WITHOUT_MONTHS else look.common()
    if common is None or (code in WHOLE_YEARS and common is not look):
        return None, None
    return value(code, common), previous(code, common)


def change(code, look, is_share):
    """Relative to the size of the value one year earlier, of shares the difference."""
    now, before = compared(code, look)
    if now is None or before is None:
        return None
    if is_share:
        return now - before
    return (now - before) / abs(before) if before else None


def rows(code, look, breakdown):
    """:return: ``{key: (value, previous)}``"""
    work_out = ROWS[code][0]
    now = work_out(look, breakdown)
    if code in WITHOUT_PREVIOUS:
        return {key: (amount, None) for key, amount in now.items()}
    before = sales.volume_rows_before(look, breakdown) if code == "sales_volume" else work_out(look.before, breakdown)
    if breakdown == "month":
        # A month stands beside the same one a year earlier
        before = {sales.year_later(key) if key[:4].isdigit() else key: amount for key, amount in before.items()}
    return {key: (now.get(key), before.get(key)) for key in now.keys() | before.keys()}
