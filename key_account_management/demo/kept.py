"""Demo records of Odoo's own models outlive an uninstallation: orders and invoices depend on them.

They have a second external id, of no module. By it a new installation with demo data finds them, instead of doubling
customers and their history.
"""

from odoo import SUPERUSER_ID
from odoo.fields import Domain

from .entered import MODULE, QUIET

KEPT = "__key_account_demo__"
# What the code and not a file makes: it is made anew, since what it was about is gone
MADE = "made_"


def keep(env):
    """Called when all demo data are there, also by the update of a database that may have been used since."""
    data = env["ir.model.data"]
    ours = data.search(
        Domain("module", "=", MODULE)
        & Domain("name", "=like", "demo\\_%")
        & Domain("model", "not =like", "key.account.%")
        & Domain("model", "!=", "mail.activity")
    )
    known = set(data.search([("module", "=", KEPT)]).mapped("name"))
    made = [
        *env["calendar.event"].search([("key_account_visit", "=", True)]),
        *env["key.account.coaching.session"].search([]).event_id,  # pylint: disable=no-search-all
        *env["key.account.review"].search([]).meeting_id,  # pylint: disable=no-search-all
        *env["key.account.care.measure"].search([("opportunity_id", "!=", False)]).opportunity_id,
    ]
    by_file = {(each.model, each.res_id) for each in ours}
    names = {each.name: (each.model, each.res_id) for each in ours}
    names |= {
        f"{MADE}{record._table}_{record.id}": (record._name, record.id)
        for record in made
        # What people planned is theirs
        if record.create_uid.id == SUPERUSER_ID and (record._name, record.id) not in by_file
    }
    data.create(
        [
            {"module": KEPT, "name": name, "model": model, "res_id": res_id, "noupdate": True}
            for name, (model, res_id) in names.items()
            if name not in known
        ]
    )


def find_again(env):
    """Called before the first demo record is made."""
    data = env["ir.model.data"]
    made = data.search([("module", "=", KEPT), ("name", "=like", f"{MADE}%")])
    # External ids go with their records
    for model, res_id in [(each.model, each.res_id) for each in made]:
        env[model].browse(res_id).exists().with_context(**QUIET).unlink()
    made.exists().unlink()
    kept = data.search([("module", "=", KEPT)])
    gone = kept.filtered(lambda each: not env[each.model].browse(each.res_id).exists())
    known = set(data.search([("module", "=", MODULE)]).mapped("name"))
    data.create(
        [
            {"module": MODULE, "name": each.name, "model": each.model, "res_id": each.res_id, "noupdate": True}
            for each in kept - gone
            if each.name not in known
        ]
    )
    gone.unlink()
