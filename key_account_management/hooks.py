from odoo.api import Environment
from odoo.tools.sql import column_exists, create_column

# Stored fields of partners that are empty until a customer becomes a key account
EMPTY_COLUMNS = {
    "key_account_id": "int4",
    "key_account_next_review": "date",
}


def pre_init_hook(env: Environment) -> None:
    """Creates computed columns that start empty for all partners, so that they are not computed for each."""
    for name, kind in EMPTY_COLUMNS.items():
        if not column_exists(env.cr, "res_partner", name):
            create_column(env.cr, "res_partner", name, kind)
