"""Makes way for what the new version brings, see the functions."""


def migrate(cr, version):
    if not version:
        return
    free_path_of_comparison(cr)


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
