"""Orders and visits know whose they were on their day."""

from odoo.addons.key_account_management.tools.booked_customers import fill_booked_customers


def migrate(cr, version):
    if not version:
        return
    fill_booked_customers(cr)
