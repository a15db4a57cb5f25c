"""What the tests share: made once when their database is prepared, because it takes seconds to make.

Companies and people are archived, so that nobody sees them until a test takes one. The test's transaction gives it
back.
"""

from odoo import SUPERUSER_ID
from odoo.addons.key_account_management.roles import HEAD, MANAGER, USER
from odoo.fields import Command
from odoo.tests import new_test_user

# As many as one test needs at once; the next ones are made when they are asked for
PREPARED = 3
MODULE = "__test__"
# Without a role, and one of each role: they work for the first company
PEOPLE = {
    "outsider": "base.group_user,base.group_partner_manager",
    "rep": USER,
    "manager": MANAGER,
    "head": HEAD,
}


def prepare(env):
    """Run in Odoo's shell by scripts/lib/database.sh."""
    # The shell's time zone would become that of whoever is created
    env = env(context={})
    users = env.user | env["res.users"].browse(SUPERUSER_ID)
    before = {user: user.company_ids for user in users}
    companies = env["res.company"]
    for number in range(PREPARED):
        company = create_company(env, f"Prepared Company {number}")
        env["ir.model.data"].create(
            {"module": MODULE, "name": f"company_{number}", "model": company._name, "res_id": company.id}
        )
        companies |= company
    people = env["res.users"]
    for login, groups in PEOPLE.items():
        people |= create_user(env, login, groups, companies[0])
    # What Odoo leaves for the end of the transaction belongs to it
    env.cr.flush()
    for user, own in before.items():
        user.company_ids = [Command.set(own.ids)]
    people.action_archive()
    companies.action_archive()
    (people.partner_id | companies.partner_id).action_archive()
    env.cr.commit()


def prepare_assets(env):
    """Scripts and styles as they are now; what changes later is bundled anew when a browser asks for it."""
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()


# === COMPANIES ===#


def create_company(env, name, chart=True):
    company = env["res.company"].create({"name": name, "country_id": env.ref("base.us").id})
    if chart:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company


def prepared_companies(env):
    ids = env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "res.company")], order="name")
    return env["res.company"].browse(ids.mapped("res_id"))


def take_company(env, name):
    """:return: a prepared company under this name, None where none is left"""
    company = prepared_companies(env).filtered(lambda company: not company.active)[:1]
    if not company:
        return None
    company.partner_id.action_unarchive()
    company.write({"active": True, "name": name})
    (env.user | env["res.users"].browse(SUPERUSER_ID)).write({"company_ids": [Command.link(company.id)]})
    return company


# === PEOPLE ===#


def create_user(env, login, groups, company):
    return new_test_user(
        env,
        f"test_{login}",
        groups=groups,
        context={"tracking_disable": True, "no_reset_password": True},
        name=login.title(),
        company_id=company.id,
        company_ids=[Command.set(company.ids)],
    )


def take_user(env, login, groups, company):
    """:return: the prepared user with this login, role and company, None where there is none or it was taken"""
    if PEOPLE.get(login) != groups:
        return None
    user = env["res.users"].search([("login", "=", f"test_{login}"), ("active", "=", False)])
    if user.company_id != company:
        return None
    user.partner_id.action_unarchive()
    user.action_unarchive()
    return user
