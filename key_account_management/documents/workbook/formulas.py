"""Figures that follow from others, as formulas; the wording is in their definitions.

Braces hold the code of another figure, or a column of a data sheet: ``sales[amount]``.
"""

# For figures that are in other cells
OF_FIGURES = {
    "contribution_margin": "{revenue}-{cost_of_goods_sold}",
    "contribution_margin_rate": "{contribution_margin}/{revenue}",
    "customer_costs": "SUM({cost_of_goods_sold},{direct_costs},{indirect_costs})",
    "contribution_margin_2": "{contribution_margin}-N({direct_costs})",
    "contribution_margin_2_rate": "{contribution_margin_2}/{revenue}",
    "contribution_margin_3": "{contribution_margin_2}-N({indirect_costs})",
    "contribution_margin_3_rate": "{contribution_margin_3}/{revenue}",
    "orders_below_minimum_share": "{orders_below_minimum}/{order_count}",
}
# Of the records: {period} is the text that marks a row's period
OF_RECORDS = {
    "revenue": "SUMIFS({sales[amount]},{sales[period]},{period})",
    "cost_of_goods_sold": "SUMIFS({sales[cost]},{sales[period]},{period})",
    "credit_notes_value": "-SUMIFS({sales[amount]},{sales[period]},{period},{sales[type]},{credit_note})",
    "returns_value": "-SUMIFS({sales[amount]},{sales[period]},{period},{sales[return]},{yes})",
    "returns": "-SUMIFS({sales[amount]},{sales[period]},{period},{sales[return]},{yes})"
    '/SUMIFS({sales[amount]},{sales[period]},{period},{sales[type]},"<>"&{credit_note})',
    "receivable": "SUMIFS({open_items[open]},{open_items[period]},{period})",
    "overdue_amount": "MAX(0,SUMIFS({open_items[overdue]},{open_items[period]},{period}))",
    "dso": "SUMIFS({open_items[open]},{open_items[period]},{period})"
    "/SUMIFS({invoices[gross]},{invoices[period]},{period})*{days}",
}
