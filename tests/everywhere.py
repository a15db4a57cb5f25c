"""Through every menu, view, filter, record and tab in the browser, with its console and the server's log clean."""

import json
import logging
import re
from pathlib import Path

import pytest

from odoo.tests import HttpCase, new_test_user

APP = "key_account_management.menu_root"
# Where employees without a role meet key accounts
OTHER_APPS = ("crm.crm_menu_root", "calendar.mail_menu_calendar", "sale.sale_menu_root")
CLICK_THROUGH = (Path(__file__).parent / "click_through.js").read_text()
# What core says about its own views where nothing brings the widget
KNOWN = re.compile("Missing widget: res_partner_many2one")
VISITED = re.compile(r"Visited ([\w.]+): (.*)")


class Log(logging.Handler):
    """Remembers what the server and the browser's console say, and apart from it what they complain about."""

    def __init__(self):
        super().__init__()
        self.messages, self.complaints = [], []

    def emit(self, record):
        message = record.getMessage()
        self.messages.append(message)
        if record.levelno >= logging.WARNING and not KNOWN.search(message):
            self.complaints.append(f"{record.levelname} {record.name}: {message}")


class EverywhereCase(HttpCase):
    """Each role of the demo data; a class of its own for each language.

    The role that may do least meets most of what is refused: it is in each run of the tests, the others
    are in the long one.
    """

    lang = ""
    # Who also chooses each filter
    with_filters = ()

    def setUp(self):
        super().setUp()
        self.log = Log()
        logging.getLogger().addHandler(self.log)
        self.addCleanup(logging.getLogger().removeHandler, self.log)

    def test_representative(self):
        self.go_everywhere("robin")

    @pytest.mark.long
    def test_manager(self):
        self.go_everywhere("kim")

    @pytest.mark.long
    def test_head(self):
        self.go_everywhere("admin")

    @pytest.mark.long
    def test_employee_without_a_role(self):
        new_test_user(self.env, "employee", "base.group_user,sales_team.group_sale_salesman_all_leads")
        self.go_everywhere("employee", OTHER_APPS)

    def go_everywhere(self, login, apps=(APP,)):
        user = self.env["res.users"].search([("login", "=", login)])
        user.lang = self.lang
        menus = self.env["ir.ui.menu"].with_user(user)
        roots, visible = {self.env.ref(app).id for app in apps}, menus._visible_menu_ids()

        def path(menu):
            return [int(part) for part in menu.parent_path.split("/")[:-1]]

        wanted = menus.browse(visible).filtered(
            # Nobody finds what is below a menu that they do not see
            lambda menu: menu.action and menu.parent_id and path(menu)[0] in roots and visible.issuperset(path(menu))
        )
        visited = self.click_through(login, apps)
        names = wanted._get_external_ids()
        self.assertEqual(set(visited), {names[menu.id][0] for menu in wanted})
        # Most menus show records in the demo data
        self.assertGreater(sum("form" in found for found in visited.values()), 4)

    def click_through(self, login, apps):
        """Each menu, view and filter, the first record and each tab of it.

        :return: ``{menu: what was found there}``
        """
        call = f"clickThrough({json.dumps(apps)}, {json.dumps(login in self.with_filters)})"
        self.browser_js(
            "/odoo",
            f"{CLICK_THROUGH}; {call}.catch((error) => console.error(error.message))",
            "odoo.isReady === true",
            login=login,
            timeout=600,
        )
        self.assertFalse(self.log.complaints)
        return dict(match.groups() for message in self.log.messages if (match := VISITED.search(message)))
