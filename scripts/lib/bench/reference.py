"""The same numbers in other ways: SQL by hand, Odoo's invoice analysis, OCA's mis_builder."""

import calendar
from datetime import date

# Over the indexed partner of the line, as one would write it for this one purpose
BY_MONTH = """
    SELECT TO_CHAR(move.invoice_date, 'YYYY-MM'), SUM(-line.balance)
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE line.partner_id = %s AND line.company_id = %s AND line.display_type = 'product'
       AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       AND move.invoice_date BETWEEN %s AND %s
  GROUP BY 1
"""

# Revenue, volume and cost of accounts with what is below them, in two periods; the margin is their difference
MANY = """
      WITH customer AS (
           SELECT id, CASE WHEN id = ANY(%(accounts)s) THEN id ELSE parent_id END AS account
             FROM res_partner WHERE id = ANY(%(accounts)s) OR parent_id = ANY(%(accounts)s)
      )
    SELECT customer.account, move.invoice_date >= %(date_from)s,
           SUM(-line.balance),
           SUM(CASE move.move_type WHEN 'out_refund' THEN -line.quantity ELSE line.quantity END),
           SUM(CASE move.move_type WHEN 'out_refund' THEN -line.quantity ELSE line.quantity END
               * COALESCE(ordered.cost, (product.standard_price ->> line.company_id::text)::numeric))
      FROM customer
      JOIN account_move_line line ON line.partner_id = customer.id
      JOIN account_move move ON move.id = line.move_id
      JOIN product_product product ON product.id = line.product_id
 LEFT JOIN LATERAL (
               SELECT AVG(sale_line.purchase_price / sale.currency_rate) AS cost
                 FROM sale_order_line_invoice_rel rel
                 JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                 JOIN sale_order sale ON sale.id = sale_line.order_id
                WHERE rel.invoice_line_id = line.id
           ) AS ordered ON TRUE
     WHERE line.company_id = %(company)s AND line.display_type = 'product' AND move.state = 'posted'
       AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       AND move.invoice_date BETWEEN %(previous_from)s AND %(date_to)s
  GROUP BY 1, 2
"""


def two_years(period):
    return period[0].replace(year=period[0].year - 1), period[1]


def sql_by_month(env, partner, period):
    """:return: ``{"YYYY-MM": revenue}``"""
    env.cr.execute(BY_MONTH, (partner.id, env.company.id, *two_years(period)))
    return {month: float(revenue) for month, revenue in env.cr.fetchall()}


def sql_many(env, accounts, period):
    """:return: ``{(account id, whether in the period, else in the one before): (revenue, volume, cost)}``"""
    parameters = {
        "accounts": accounts.ids,
        "company": env.company.id,
        "date_from": period[0],
        "date_to": period[1],
        "previous_from": two_years(period)[0],
    }
    # As the engine does: compiling takes longer than it saves
    env.cr.execute("SET LOCAL jit = off")
    env.cr.execute(MANY, parameters)
    return {(account, now): tuple(map(float, sums)) for account, now, *sums in env.cr.fetchall()}


def invoice_report_by_month(env, partner, period):
    """:return: ``{"YYYY-MM": revenue}``"""
    first, last = two_years(period)
    rows = env["account.invoice.report"]._read_group(
        [
            ("commercial_partner_id", "=", partner.id),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ("invoice_date", ">=", first),
            ("invoice_date", "<=", last),
        ],
        ["invoice_date:month"],
        ["price_subtotal:sum"],
    )
    return {month.strftime("%Y-%m"): revenue for month, revenue in rows}


class MisReport:
    """Revenue by month of one customer as a report of mis_builder, with a column for each month."""

    def __init__(self, env, partner, period):
        first, last = two_years(period)
        self.months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
        report = env["mis.report"].create(
            {
                "name": "Bench",
                "kpi_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "revenue",
                            "description": "Revenue",
                            "expression": "-balp[('account_type', '=', 'income')]",
                        },
                    )
                ],
            }
        )
        self.instance = env["mis.report.instance"].create(
            {
                "name": "Bench",
                "report_id": report.id,
                "company_id": env.company.id,
                "analytic_domain": repr([("partner_id", "=", partner.id)]),
                "period_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"{year}-{month:02}",
                            "mode": "fix",
                            "manual_date_from": date(year, month, 1),
                            "manual_date_to": date(year, month, calendar.monthrange(year, month)[1]),
                        },
                    )
                    for year, month in self.months
                ],
            }
        )

    def by_month(self):
        """:return: ``{"YYYY-MM": revenue}``"""
        (row,) = self.instance._compute_matrix().iter_rows()
        values = [cell.val for cell in row.iter_cells()]
        return {
            f"{year}-{month:02}": float(value or 0) for (year, month), value in zip(self.months, values, strict=True)
        }
