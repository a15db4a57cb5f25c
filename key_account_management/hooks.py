from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools.sql import column_exists, create_column

from .tools.booked_customers import fill_booked_customers

# Stored fields of partners that are empty until a customer becomes a key account
EMPTY_COLUMNS = {
    "key_account_id": "int4",
    "key_account_next_review": "date",
}


def pre_init_hook(env: Environment) -> None:
    """Creates computed columns, so that they are not computed for each record: of partners, they start empty."""
    for name, kind in EMPTY_COLUMNS.items():
        if not column_exists(env.cr, "res_partner", name):
            create_column(env.cr, "res_partner", name, kind)
    fill_booked_customers(env.cr)


def uninstall_hook(env: Environment) -> None:
    """Keeps what belongs to people, and deletes with our models what Odoo would leave of them."""
    own = _get_own(env, "ir.model").filtered(lambda model: model.model.startswith("key.account."))
    names = own.mapped("model")
    # Agreed meetings stay in the calendar: Odoo would delete them together with the model of their review. In SQL, so
    # that no one is notified of a change.
    env.flush_all()
    env.cr.execute(
        "UPDATE calendar_event SET res_model_id = NULL, res_model = NULL, res_id = NULL WHERE res_model_id IN %s",
        [tuple(own.ids)],
    )
    env.invalidate_all()
    types = _get_own(env, "mail.activity.type")
    for model, domain in (
        # Also those on partners; Odoo would turn them into to-dos that no one understands
        ("mail.activity", Domain("res_model_id", "in", own.ids) | Domain("activity_type_id", "in", types.ids)),
        ("mail.message", Domain("model", "in", names)),
        ("mail.scheduled.message", Domain("model", "in", names)),
        ("mail.followers", Domain("res_model", "in", names)),
        ("mail.template", Domain("model_id", "in", own.ids)),
        ("ir.filters", Domain("model_id", "in", names)),
        ("ir.attachment", Domain("res_model", "in", names)),
    ):
        # Files that fields hold as well
        env[model].with_context(active_test=False, skip_res_field_check=True).search(domain).unlink()


def _get_own(env: Environment, model: str) -> BaseModel:
    """:return: the records of a model that the add-on brought"""
    data = env["ir.model.data"].search([("module", "=", "key_account_management"), ("model", "=", model)])
    return env[model].browse(data.mapped("res_id")).exists()
