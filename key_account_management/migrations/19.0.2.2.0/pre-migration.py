"""Makes way for what the new version brings, see the functions."""

from odoo import SUPERUSER_ID
from odoo.tools.sql import column_exists, rename_column

# An issue may have been raised in a visit, and have no review yet
CHANGED = ("key_account_review_issue_own_rule",)


def migrate(cr, version):
    if not version:
        return
    free_path_of_comparison(cr)
    forget_name_of_menu(cr)
    make_way_for_rules(cr)
    keep_abc_proposals(cr)


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


def forget_name_of_menu(cr):
    """Its menu becomes that of the portfolio: an update leaves translations as they are, also those of another name."""
    cr.execute(
        """
        UPDATE ir_ui_menu
           SET name = jsonb_build_object('en_US', name ->> 'en_US')
         WHERE id = (SELECT res_id
                       FROM ir_model_data
                      WHERE module = 'key_account_management' AND name = 'menu_ranking')
           AND name ->> 'en_US' = 'Account Comparison'
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


def keep_abc_proposals(cr):
    """What the daily job has stored stays, until it runs again."""
    if column_exists(cr, "res_partner", "key_account_abc") and not column_exists(
        cr, "res_partner", "key_account_abc_proposal"
    ):
        rename_column(cr, "res_partner", "key_account_abc", "key_account_abc_proposal")
