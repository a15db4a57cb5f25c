"""What databases that are in use need to get, see the functions."""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import xml_import
from odoo.tools.misc import file_path

ADDON = "key_account_management"
FAVOURITES = (
    "filter_portfolio_contact",
    "filter_portfolio_managers",
    "filter_purchases_late",
    "filter_purchases_white_space",
)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    close_windows(env)
    fill_purchases(env)
    bring_favourites(env)


def close_windows(env):
    """Windows belong to the user who opened them: the head of another company saw those of all."""
    for model in ("care_process_check", "document_wizard", "review_carry_over", "review_close", "review_proposal"):
        for_all = env.ref(f"{ADDON}.key_account_{model}_all_rule", raise_if_not_found=False)
        if for_all:
            for_all.unlink()
        own = env.ref(f"{ADDON}.key_account_{model}_own_rule", raise_if_not_found=False)
        if own:
            own.groups = False


def fill_purchases(env):
    """What accounts buy by product category is there before the first night."""
    env.ref(f"{ADDON}.ir_cron_refresh_snapshots")._trigger()


def bring_favourites(env):
    """Those of new questions; others, which people may have deleted, stay as they are."""
    root = etree.parse(file_path(f"{ADDON}/data/ir_filters_data.xml")).getroot()
    for record in root.findall("record"):
        if record.get("id") not in FAVOURITES:
            root.remove(record)
    xml_import(env, ADDON, {}, "init", noupdate=True).parse(root)
