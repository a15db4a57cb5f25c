"""Whose an order or a visit was on its day: Odoo keeps that of an invoice only."""

from odoo.sql_db import BaseCursor
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

COLUMN = "key_account_customer_id"
# An invoice to the person who ordered says for which company; of other orders only today's is known
OF_ORDERS = """
    UPDATE sale_order sale
       SET key_account_customer_id = COALESCE(
               (
                   SELECT move.commercial_partner_id
                     FROM sale_order_line line
                     JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                     JOIN account_move_line item ON item.id = rel.invoice_line_id
                     JOIN account_move move ON move.id = item.move_id AND move.state = 'posted'
                    WHERE line.order_id = sale.id AND move.partner_id = sale.partner_id
                 ORDER BY move.invoice_date, move.id
                    LIMIT 1
               ),
               partner.commercial_partner_id
           )
      FROM res_partner partner
     WHERE partner.id = sale.partner_id
"""
OF_ATTENDEES = """
    UPDATE calendar_attendee attendee
       SET key_account_customer_id = partner.commercial_partner_id
      FROM res_partner partner
     WHERE partner.id = attendee.partner_id
"""


def fill_booked_customers(cr: BaseCursor) -> None:
    """Adds the columns, filled by the database: Odoo would compute them record by record."""
    for table, query in (("sale_order", OF_ORDERS), ("calendar_attendee", OF_ATTENDEES)):
        if not column_exists(cr, table, COLUMN):
            create_column(cr, table, COLUMN, "int4")
            cr.execute(SQL(query))
