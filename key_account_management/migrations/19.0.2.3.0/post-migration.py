"""What databases that are in use need to get, see the functions."""

from odoo import SUPERUSER_ID, api

ADDON = "key_account_management"


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    close_windows(env)


def close_windows(env):
    """Windows belong to the user who opened them: the head of another company saw those of all."""
    for model in ("care_process_check", "document_wizard", "review_carry_over", "review_close", "review_proposal"):
        for_all = env.ref(f"{ADDON}.key_account_{model}_all_rule", raise_if_not_found=False)
        if for_all:
            for_all.unlink()
        own = env.ref(f"{ADDON}.key_account_{model}_own_rule", raise_if_not_found=False)
        if own:
            own.groups = False
