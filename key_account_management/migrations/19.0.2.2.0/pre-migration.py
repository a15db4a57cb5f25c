"""Makes way for what the new version brings, see the functions."""

from odoo import SUPERUSER_ID

# An issue may have been raised in a visit, and have no review yet
CHANGED = ("key_account_review_issue_own_rule",)


def migrate(cr, version):
    if not version:
        return
    free_path_of_comparison(cr)
    make_way_for_rules(cr)


def free_path_of_comparison(cr):
    """The portfolio has the address of the account comparison that it replaces; two actions cannot have the same."""
    cr.execute(
        """
        UPDATE ir_act_client
           SET path = NULL
         WHERE id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'key_account_management' AND name = 'ranking_action')
        """
    )


def make_way_for_rules(cr):
    """Rules are never updated, only created: those that no administrator changed are created again by the update."""
    cr.execute(
        """
        DELETE FROM ir_rule
         WHERE write_uid = %s
           AND id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'key_account_management' AND model = 'ir.rule' AND name IN %s)
        """,
        [SUPERUSER_ID, CHANGED],
    )
