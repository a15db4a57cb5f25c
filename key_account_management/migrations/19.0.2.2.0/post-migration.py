"""What databases that are in use need to get, see the functions."""

from odoo import SUPERUSER_ID, api
from odoo.tools.translate import TranslationImporter, get_po_paths

ADDON = "key_account_management"


def migrate(cr, version):
    if not version:
        return
    mark_frozen_prices(cr)
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    open_portfolio(env)
    fill_portfolio(env)
    write_minutes_for_readers(env)
    bring_corrected_translations(env)


def mark_frozen_prices(cr):
    """The columns of prices in the tables of held reviews: money before, prices now."""
    cr.execute("""
        UPDATE key_account_review_figure
           SET data = jsonb_set(data, '{table,columns}', (
                   SELECT jsonb_agg(
                              CASE WHEN col->>'kind' = 'money' THEN jsonb_set(col, '{kind}', '"price"') ELSE col END
                              ORDER BY position)
                     FROM jsonb_array_elements(data#>'{table,columns}') WITH ORDINALITY AS columns (col, position)))
         WHERE code IN ('special_price', 'special_price_difference', 'minimum_price')
           AND jsonb_typeof(data#>'{table,columns}') = 'array'
           AND jsonb_array_length(data#>'{table,columns}') > 0
    """)


def open_portfolio(env):
    """Whoever starts with the account comparison, or has it in a menu of their own, gets the portfolio instead."""
    comparison = env.ref("key_account_management.ranking_action", raise_if_not_found=False)
    if not comparison:
        return
    portfolio = env.ref("key_account_management.key_account_snapshot_action")
    env["res.users"].search([("action_id", "=", comparison.id)]).action_id = portfolio.id
    menus = env["ir.ui.menu"].search([("action", "=", f"{comparison._name},{comparison.id}")])
    menus.action = f"{portfolio._name},{portfolio.id}"


def fill_portfolio(env):
    """Not empty until the first night."""
    env.ref("key_account_management.ir_cron_refresh_snapshots")._trigger()


def write_minutes_for_readers(env):
    """The email with the minutes was in the language of the account, also if its people speak another one. What was
    edited stays.
    """
    template = env.ref(f"{ADDON}.mail_template_review_minutes", raise_if_not_found=False)
    if template and template.lang == "{{ object.partner_id.lang }}":
        template.lang = "{{ object._get_minutes_language() }}"


def bring_corrected_translations(env):
    """Odoo keeps the translations that a database has, also where the add-on's own were corrected.

    Those of records that people edit (``noupdate``) stay, as do definitions of figures that were edited.
    """
    importer = TranslationImporter(env.cr)
    for code, _name in env["res.lang"].get_installed():
        for path in get_po_paths(ADDON, code):
            importer.load_file(path, code)
    kpis = env["key.account.kpi"].search([])
    xmlids = kpis.get_external_id()
    for kpi in kpis:
        for name in kpi.edited_fields or ():
            importer.model_translations["key.account.kpi"].get(name, {}).pop(xmlids[kpi.id], None)
    importer.save(overwrite=True)
    env.invalidate_all()
