"""Demo records of Odoo's own models outlive an uninstallation: orders and invoices depend on them.

They have a second external id, of no module. By it a new installation with demo data finds them, instead of doubling
customers and their history.
"""

from odoo.fields import Domain

from .entered import MODULE, QUIET

KEPT = "__key_account_demo__"
MEETING = "meeting_"


def keep(env):
    """Called when all demo data are there."""
    data = env["ir.model.data"]
    ours = data.search(
        Domain("module", "=", MODULE)
        & Domain("name", "=like", "demo\\_%")
        & Domain("model", "not =like", "key.account.%")
        & Domain("model", "!=", "mail.activity")
    )
    known = set(data.search([("module", "=", KEPT)]).mapped("name"))
    meetings = (
        env["calendar.event"].search([("key_account_visit", "=", True)])
        | env["key.account.coaching.session"].search([]).event_id  # pylint: disable=no-search-all
        | env["key.account.review"].search([]).meeting_id  # pylint: disable=no-search-all
    )
    names = {each.name: (each.model, each.res_id) for each in ours}
    names |= {f"{MEETING}{meeting.id}": (meeting._name, meeting.id) for meeting in meetings}
    data.create(
        [
            {"module": KEPT, "name": name, "model": model, "res_id": res_id, "noupdate": True}
            for name, (model, res_id) in names.items()
            if name not in known
        ]
    )


def find_again(env):
    """Called before the first demo record is made. Meetings are made anew: what they were about is gone."""
    data = env["ir.model.data"]
    kept = data.search([("module", "=", KEPT)])
    meetings = kept.filtered(lambda each: each.name.startswith(MEETING))
    env["calendar.event"].browse(meetings.mapped("res_id")).exists().with_context(**QUIET).unlink()
    known = set(data.search([("module", "=", MODULE)]).mapped("name"))
    lost = kept.exists() - meetings.exists()
    gone = lost.filtered(lambda each: not env[each.model].browse(each.res_id).exists())
    (gone | meetings.exists()).unlink()
    data.create(
        [
            {"module": MODULE, "name": each.name, "model": each.model, "res_id": each.res_id, "noupdate": True}
            for each in lost - gone
            if each.name not in known
        ]
    )
