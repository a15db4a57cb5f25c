"""What databases that are in use need to get, see the functions."""

from odoo import SUPERUSER_ID, api
from odoo.tools.translate import TranslationImporter, get_po_paths

ADDON = "key_account_management"


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    write_minutes_for_readers(env)
    bring_corrected_translations(env)


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
