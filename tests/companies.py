"""Companies for the tests, created once when their database is prepared: a chart of accounts takes seconds to load.

They are archived and belong to no user: no one sees them until a test takes one. The test's transaction gives it
back.
"""

from odoo import SUPERUSER_ID
from odoo.fields import Command

# As many as one test needs at once; further ones are created on demand
PREPARED = 3
MODULE = "__test__"


def prepare_companies(env):
    """Run in Odoo's shell by scripts/lib/database.sh."""
    users = env.user | env["res.users"].browse(SUPERUSER_ID)
    before = {user: user.company_ids for user in users}
    for number in range(PREPARED):
        company = create_company(env, f"Prepared Company {number}")
        name = f"company_{number}"
        env["ir.model.data"].create(
            {"module": MODULE, "name": name, "model": company._name, "res_id": company.id, "noupdate": True}
        )
        # What Odoo leaves for the end of the transaction belongs to it
        env.cr.flush()
        for user, companies in before.items():
            user.company_ids = [Command.set(companies.ids)]
        company.action_archive()
        company.partner_id.action_archive()
    env.cr.commit()


def create_company(env, name, chart=True):
    company = env["res.company"].create({"name": name, "country_id": env.ref("base.us").id})
    if chart:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company


def prepared_companies(env):
    ids = env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "res.company")], order="name")
    return env["res.company"].browse(ids.mapped("res_id"))


def take_company(env, name):
    """:return: a prepared company under this name, None if there are none left"""
    company = prepared_companies(env).filtered(lambda company: not company.active)[:1]
    if not company:
        return None
    company.partner_id.action_unarchive()
    company.write({"active": True, "name": name})
    (env.user | env["res.users"].browse(SUPERUSER_ID)).write({"company_ids": [Command.link(company.id)]})
    return company
