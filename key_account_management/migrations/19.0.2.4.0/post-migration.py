"""What databases that are in use need to get, see the functions."""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import xml_import
from odoo.tools.misc import file_path

ADDON = "key_account_management"


def migrate(cr, version):
    if not version:
        return
    keep_proposals_on_portal(cr)
    keep_folders_on_portal(cr)
    bring_dashboards_and_tours(api.Environment(cr, SUPERUSER_ID, {}))


def keep_proposals_on_portal(cr):
    """What the agenda says about cooperation and conditions was on the page of each review in the portal.

    It stays where customers have been able to read it: to take it away would look like taking it back. New reviews
    begin without it. Nothing becomes visible: the block shows the same topics as the agenda did.
    """
    cr.execute("UPDATE key_account_review SET portal_proposals = TRUE WHERE portal_enabled")


def keep_folders_on_portal(cr):
    """The customer folder could be downloaded from each review in the portal, made anew each time.

    Only what customers have is left to them: the last version that one of them downloaded, which therefore is theirs as
    creator. A version that a colleague printed may never have been meant for the portal, and one made now may say more
    than any that was given away: both wait until the account manager shows them.
    """
    cr.execute(
        """
        UPDATE key_account_review_document document
           SET is_on_portal = TRUE
          FROM (
                SELECT DISTINCT ON (kept.review_id, kept.language) kept.id
                  FROM key_account_review_document kept
                  JOIN key_account_review review ON review.id = kept.review_id AND review.portal_enabled
                  JOIN res_users users ON users.id = kept.create_uid AND users.share
                 WHERE kept.kind = 'folder'
              ORDER BY kept.review_id, kept.language, kept.version DESC
               ) given
         WHERE given.id = document.id
        """
    )


def bring_dashboards_and_tours(env):
    """Those who delete one will not get it again, so that an update creates none."""
    for name in ("spreadsheet_dashboard_data", "web_tour_data"):
        root = etree.parse(file_path(f"{ADDON}/data/{name}.xml")).getroot()
        xml_import(env, ADDON, {}, "init", noupdate=True).parse(root)
