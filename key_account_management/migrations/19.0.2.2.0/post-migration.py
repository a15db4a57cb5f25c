"""What databases that are in use need to get, see the functions."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    write_minutes_for_readers(env)


def write_minutes_for_readers(env):
    """The email with the minutes was in the language of the account, also if its people speak another one. What was
    edited stays.
    """
    template = env.ref("key_account_management.mail_template_review_minutes", raise_if_not_found=False)
    if template and template.lang == "{{ object.partner_id.lang }}":
        template.lang = "{{ object._get_minutes_language() }}"
