"""The ABC proposal is stored in a field that nobody reads, and shown of the accounts whose figures the reader sees."""

from odoo.tools.sql import column_exists, rename_column


def migrate(cr, version):
    if not version:
        return
    keep_abc_proposals(cr)


def keep_abc_proposals(cr):
    """What the daily job has stored stays, until it runs again."""
    if column_exists(cr, "res_partner", "key_account_abc"):
        rename_column(cr, "res_partner", "key_account_abc", "key_account_abc_proposal")
