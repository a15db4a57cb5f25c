"""What people decided is kept from now on, and record rules of this version arrive where nobody changed them."""

from odoo import SUPERUSER_ID
from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    if not version:
        return
    keep_edited_figures(cr)
    make_way_for_rules(cr)


def keep_edited_figures(cr):
    """Of figures last written by a person, everything that people can edit: what exactly they wrote was not noted."""
    if column_exists(cr, "key_account_kpi", "edited_fields"):
        return
    create_column(cr, "key_account_kpi", "edited_fields", "jsonb")
    cr.execute(
        """
        UPDATE key_account_kpi
           SET edited_fields = '["audience", "better", "formula", "name", "sequence"]'
         WHERE write_uid != %s
        """,
        [SUPERUSER_ID],
    )


def make_way_for_rules(cr):
    """Rules are never updated, only created: those that no administrator changed are created again by the update."""
    cr.execute(
        """
        DELETE FROM ir_rule
         WHERE write_uid = %s
           AND id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'key_account_management' AND model = 'ir.rule')
        """,
        [SUPERUSER_ID],
    )
