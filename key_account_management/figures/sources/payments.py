"""How invoices were paid, in SQL: of the figures, of their records and of the fields on them."""

from odoo.tools import SQL


def payments(condition: SQL) -> SQL:
    """The invoices and receipts that are settled, every instalment of them, and for which money came in.

    What was settled otherwise was not paid: credit notes, write-offs, cash discounts, exchange differences. What is
    left over of a payment does not matter.

    :param condition: on ``move``, an invoice
    :return: query of ``id``, ``partner_id``, ``company_id``, ``invoice_date``, ``due_on``, ``paid_on`` (the last
        payment) and ``amount`` (what was paid, in the company's currency)
    """
    return SQL(
        """
            SELECT move.id,
                   move.commercial_partner_id AS partner_id,
                   move.company_id,
                   move.invoice_date,
                   COALESCE(move.invoice_date_due, move.invoice_date) AS due_on,
                   -- who paid in advance took no time
                   MAX(GREATEST(other.date, move.invoice_date)) FILTER (WHERE money.share > 0) AS paid_on,
                   SUM(part.amount * money.share) AS amount
              FROM account_move move
              JOIN account_move_line item ON item.move_id = move.id
              JOIN account_account account ON account.id = item.account_id
         LEFT JOIN account_partial_reconcile part ON part.debit_move_id = item.id
         LEFT JOIN account_move_line other ON other.id = part.credit_move_id
         LEFT JOIN LATERAL (%(share)s) AS money ON TRUE
             WHERE %(condition)s
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND account.account_type = 'asset_receivable'
          GROUP BY move.id
            HAVING BOOL_AND(item.reconciled) AND SUM(part.amount * money.share) > 0
        """,
        share=_SHARE,
        condition=condition,
    )


# How much of what an entry takes off the receivables came in as money: on an account of a bank or of cash, or on one
# for what is on its way there. The rest was written off or granted as a cash discount, or is a credit.
_SHARE = SQL(
    """
    SELECT LEAST(1, GREATEST(0,
                SUM(line.balance) FILTER (
                    WHERE paid_to.account_type IN ('asset_cash', 'liability_credit_card')
                       OR EXISTS (SELECT FROM account_payment_method_line method
                                   WHERE method.payment_account_id = line.account_id)
                       OR EXISTS (SELECT FROM account_payment payment
                                   WHERE payment.move_id = line.move_id
                                     AND payment.outstanding_account_id = line.account_id))
                / NULLIF(-SUM(line.balance) FILTER (
                    WHERE paid_to.account_type = 'asset_receivable' AND line.balance < 0), 0)
           )) AS share
      FROM account_move_line line
      JOIN account_account paid_to ON paid_to.id = line.account_id
     WHERE line.move_id = other.move_id
    """
)
