"""What is open of receivable items on a day, in SQL: of the figures, of their records and of the fields on them."""

from datetime import date

from odoo.tools import SQL

# What was booked is open until it is matched. The claim differs for items in a foreign currency: it ends with the
# payment, though the difference to the rate of that day may be booked weeks later, when nobody owes it any more
OPEN = SQL("(item.balance - debit.amount + credit.amount)")
CLAIM_IN_CURRENCY = SQL("(item.amount_currency - debit.amount_currency + credit.amount_currency)")
CLAIM = SQL(
    """(CASE WHEN item.currency_id != item.company_currency_id AND %(in_currency)s = 0 THEN 0
             ELSE %(open)s - debit.difference + credit.difference END)""",
    in_currency=CLAIM_IN_CURRENCY,
    open=OPEN,
)


def matched(day: date) -> SQL:
    """:return: joins to ``item`` of what was matched with it up to a day, for the amounts above"""
    return SQL(
        """
        CROSS JOIN LATERAL (%(by_credits)s) AS debit
        CROSS JOIN LATERAL (%(by_debits)s) AS credit
        """,
        by_credits=_matches("debit", "credit", day),
        by_debits=_matches("credit", "debit", day),
    )


def overdue(day: date, amount: SQL = CLAIM) -> SQL:
    """:return: what of an amount of ``item`` is overdue: claims due before the day; credits, due or not, are negative

    Whoever has a credit owes less, whatever date stands on the credit.
    """
    due = SQL("COALESCE(item.date_maturity, item.date)")
    return SQL("(CASE WHEN %s > 0 AND %s >= %s THEN 0 ELSE %s END)", CLAIM, due, day, amount)


def _matches(own: str, other: str, day: date) -> SQL:
    return SQL(
        """
        SELECT COALESCE(SUM(part.amount) FILTER (WHERE part.max_date <= %(day)s), 0) AS amount,
               COALESCE(SUM(part.%(amount_currency)s) FILTER (WHERE part.max_date <= %(day)s), 0) AS amount_currency,
               COALESCE(SUM(part.amount) FILTER (WHERE part.max_date > %(day)s), 0) AS difference
          FROM account_partial_reconcile part
         WHERE part.%(own)s = item.id
           AND (part.max_date <= %(day)s
                -- the exchange difference of a payment up to the day, booked after it
                OR item.currency_id != item.company_currency_id AND EXISTS (
                     SELECT FROM account_move_line difference
                       JOIN account_partial_reconcile paid ON paid.exchange_move_id = difference.move_id
                      WHERE difference.id = part.%(other)s AND paid.max_date <= %(day)s))
        """,
        day=day,
        own=SQL.identifier(f"{own}_move_id"),
        other=SQL.identifier(f"{other}_move_id"),
        amount_currency=SQL.identifier(f"{own}_amount_currency"),
    )
