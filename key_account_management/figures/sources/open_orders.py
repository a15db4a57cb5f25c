"""What confirmed orders will still be invoiced, in SQL: for the exposure, the field on orders and the forecast."""

from collections.abc import Collection

from odoo.api import Environment
from odoo.tools import SQL

# Who owes an order: whoever gets the invoice. If that is who ordered, the order keeps whose contact it was: a contact
# who moves to another company takes no orders along
DEBTOR = SQL(
    "CASE WHEN sale.partner_invoice_id = sale.partner_id THEN sale.key_account_customer_id"
    " ELSE sale.partner_invoice_id END"
)


def owed_by(customer_ids: Collection[int]) -> SQL:
    """:return: condition that one of some customers is the `DEBTOR` of an order (``sale``), by the indexes of both"""
    return SQL(
        """
        (sale.partner_invoice_id = sale.partner_id AND sale.key_account_customer_id IN %(customers)s
         OR sale.partner_invoice_id != sale.partner_id AND sale.partner_invoice_id IN %(customers)s)
        """,
        # No customer is not an error
        customers=tuple(customer_ids) or (None,),
    )


def open_orders(env: Environment, condition: SQL) -> SQL:
    """Confirmed orders of which something will still be invoiced, whatever their products' invoicing policies are.

    Of each line what was ordered, less what was invoiced and what came back, at the price of the line with its taxes;
    of the order what was invoiced as down payments is taken off until an invoice deducts it. Core's
    ``amount_to_invoice`` depends on what was delivered, takes goods that came back and were credited for open ones and
    knows nothing of down payments.

    :param condition: on ``sale``, the order
    :return: query of ``id``, ``debtor_id`` (see `DEBTOR`), ``company_id``, ``currency_id`` and ``amount``, in the
        currency of the order
    """
    return SQL(
        """
            SELECT *
              FROM (
                    SELECT sale.id,
                           %(debtor)s AS debtor_id,
                           sale.company_id,
                           sale.currency_id,
                           ROUND(SUM(%(amount)s)::numeric, currency.decimal_places) AS amount
                      %(lines)s
                  GROUP BY sale.id, currency.id
                   ) AS open_order
             WHERE amount > 0
        """,
        debtor=DEBTOR,
        amount=_amount(SQL("line.price_total")),
        lines=_open_lines(env, condition, _invoiced(SQL("item.price_total"), SQL("TRUE"))),
    )


def order_book(env: Environment, condition: SQL) -> SQL:
    """What the same orders will still bring as revenue, without taxes, by the moment at which it was promised.

    A down payment is taken off if it was revenue when it was invoiced: on an income account, not on a liability one.

    :param condition: on ``sale``, the order
    :return: query of ``id``, ``debtor_id``, ``company_id``, ``currency_id``, ``promised`` and ``amount``, in the
        currency of the order. Parts of an order may be negative: those of discounts and down payments
    """
    is_income = SQL(
        """
        EXISTS (SELECT FROM account_account account
                 WHERE account.id = item.account_id AND account.account_type IN ('income', 'income_other'))
        """
    )
    return SQL(
        """
            SELECT sale.id,
                   %(debtor)s AS debtor_id,
                   sale.company_id,
                   sale.currency_id,
                   COALESCE(
                       sale.commitment_date,
                       sale.date_order + COALESCE(line.customer_lead, 0) * INTERVAL '1 day'
                   ) AS promised,
                   SUM(%(amount)s) AS amount
              %(lines)s
          GROUP BY sale.id, promised
        """,
        debtor=DEBTOR,
        amount=_amount(SQL("line.price_subtotal")),
        lines=_open_lines(env, condition, _invoiced(SQL("item.price_subtotal"), is_income)),
    )


def uninvoiced_deliveries(env: Environment, condition: SQL) -> SQL:
    """What confirmed orders have delivered and nobody has invoiced, without taxes.

    What is on a draft is invoiced. What was credited was invoiced all the same, and will not be again.

    :param condition: on ``sale``, the order
    :return: query of ``id``, ``debtor_id``, ``company_id``, ``moment`` and ``amount``, at the order's rate in the
        currency of the company
    """
    return SQL(
        """
            SELECT sale.id,
                   %(debtor)s AS debtor_id,
                   sale.company_id,
                   %(delivered)s AS moment,
                   SUM((line.qty_delivered - invoiced.quantity) * line.price_reduce_taxexcl)
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
              FROM sale_order sale
              JOIN sale_order_line line ON line.order_id = sale.id
         LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
        CROSS JOIN LATERAL (%(invoiced)s) AS invoiced
             WHERE %(condition)s
               AND sale.state = 'sale'
               AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE
               -- credits make core's quantity smaller: most lines need not be looked up
               AND line.qty_delivered > line.qty_invoiced
               AND line.qty_delivered - invoiced.quantity > 1e-6
          GROUP BY sale.id
        """,
        debtor=DEBTOR,
        delivered=env["key.account.figures"]._get_delivered_on(),
        invoiced=_invoiced(SQL("item.price_subtotal"), SQL("TRUE"), SQL("move.state != 'cancel'")),
        condition=condition,
    )


def _open_lines(env: Environment, condition: SQL, invoiced: SQL) -> SQL:
    return SQL(
        """
                      FROM sale_order sale
                      JOIN res_currency currency ON currency.id = sale.currency_id
                -- OFFSET: by the orders. PostgreSQL would begin with the open lines of all customers, without an index
                CROSS JOIN LATERAL (
                               SELECT *
                                 FROM sale_order_line
                                WHERE order_id = sale.id
                                  AND display_type IS NULL
                                  -- most lines are done; core counts drafts as invoiced, too, but leaves their
                                  -- amount open
                                  AND (is_downpayment
                                       OR invoice_status IS DISTINCT FROM 'invoiced'
                                       OR untaxed_amount_to_invoice != 0)
                               OFFSET 0
                           ) AS line
                 LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
                CROSS JOIN LATERAL (%(invoiced)s) AS invoiced
                CROSS JOIN LATERAL (SELECT GREATEST(%(returned)s - invoiced.credited, 0) AS quantity) AS returned
                     WHERE %(condition)s
                       AND sale.state = 'sale'
        """,
        condition=condition,
        invoiced=invoiced,
        returned=env["key.account.figures"]._get_returned_quantity(),
    )


def _amount(price: SQL) -> SQL:
    return SQL(
        """
        CASE WHEN line.is_downpayment THEN -invoiced.amount
             WHEN line.product_uom_qty > 0
             THEN %(price)s / line.product_uom_qty
                      * GREATEST(line.product_uom_qty - invoiced.quantity - returned.quantity, 0)
             WHEN line.product_uom_qty < 0
             THEN %(price)s / line.product_uom_qty * LEAST(line.product_uom_qty - invoiced.quantity, 0)
             ELSE 0 END
        """,
        price=price,
    )


POSTED = SQL("(move.state = 'posted' OR move.payment_state = 'invoicing_legacy')")


def _invoiced(price: SQL, counts: SQL, documents: SQL = POSTED) -> SQL:
    """Of an order line: the quantity that was invoiced and is not to be invoiced again, the quantity credited without
    that, and the amount.

    Whoever credits goods that came back, or a part of their price, will not invoice them again. A correction is: an
    invoice that was reversed in full and replaced, if only by a draft, a credit note that was reversed, what the order
    itself credited because less was ordered after all, and what somebody set as one.

    :param price: of ``item``, the invoice line
    :param counts: whether its amount counts
    :param documents: which documents (``move``) count at all
    """
    return SQL(
        """
        SELECT COALESCE(SUM(document.quantity) FILTER (WHERE NOT document.is_credit OR document.is_correction), 0)
                   AS quantity,
               COALESCE(-SUM(document.quantity) FILTER (WHERE document.is_credit AND NOT document.is_correction), 0)
                   AS credited,
               COALESCE(SUM(document.amount), 0) AS amount
          FROM (
                SELECT direction.sign * item.quantity * COALESCE(item_unit.factor, 1) / COALESCE(unit.factor, 1)
                           AS quantity,
                       direction.sign * %(price)s
                           * CASE WHEN item.currency_id = sale.currency_id THEN 1
                                  ELSE COALESCE(NULLIF(sale.currency_rate, 0), 1)
                                           / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1) END
                           * CASE WHEN %(counts)s THEN 1 ELSE 0 END AS amount,
                       direction.sign * item.quantity * line.product_uom_qty < 0 AS is_credit,
                       CASE WHEN move.key_account_credit_kind IS NOT NULL
                             THEN move.key_account_credit_kind = 'correction'
                             WHEN move.reversed_entry_id IS NULL THEN template.invoice_policy = 'order'
                             ELSE reversed.amount_total = move.amount_total AND EXISTS (
                                      SELECT FROM sale_order_line_invoice_rel again
                                        JOIN account_move_line again_item ON again_item.id = again.invoice_line_id
                                        JOIN account_move replacing ON replacing.id = again_item.move_id
                                       WHERE again.order_line_id = line.id
                                         AND replacing.id > move.id
                                         AND replacing.move_type = 'out_invoice'
                                         AND replacing.reversed_entry_id IS NULL
                                         AND replacing.state != 'cancel')
                                  OR EXISTS (SELECT FROM account_move back
                                              WHERE back.reversed_entry_id = move.id AND back.state = 'posted')
                             END AS is_correction
                  FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line item ON item.id = rel.invoice_line_id
                  JOIN account_move move ON move.id = item.move_id
            CROSS JOIN LATERAL (SELECT CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign) AS direction
             LEFT JOIN account_move reversed ON reversed.id = move.reversed_entry_id
             LEFT JOIN uom_uom item_unit ON item_unit.id = item.product_uom_id
             LEFT JOIN product_product product ON product.id = line.product_id
             LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE rel.order_line_id = line.id
                   AND %(documents)s
               ) AS document
        """,
        price=price,
        counts=counts,
        documents=documents,
    )
