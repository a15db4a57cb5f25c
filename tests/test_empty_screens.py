"""An empty database teaches: the screen behind each menu says what to do."""

import re

from lxml import html

from odoo.tests import TransactionCase, tagged

# What a sentence begins with that says what to do
VERBS = {
    *("Add", "Choose", "Create", "Describe", "Enter", "Find", "Invite", "List", "Open", "Plan", "Post", "Prepare"),
    *("Print", "Record", "Select", "Set", "Write"),
}
# Filled when the add-on is installed, by nobody else
INSTALLED = {"key.account.kpi"}


@tagged("post_install", "-at_install")
class TestEmptyScreens(TransactionCase):
    def test_each_menu_says_what_to_do(self):
        root = self.env.ref("key_account_management.menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        actions = [menu.action for menu in menus if menu.action and menu.action._name == "ir.actions.act_window"]
        self.assertGreater(len(actions), 20)
        for action in actions:
            # Settings are never empty
            if action.res_model in INSTALLED or action.target == "inline" or action.res_model == "res.config.settings":
                continue
            with self.subTest(action.name):
                paragraphs = [each.text_content() for each in html.fragments_fromstring(action.help or "<p/>")]
                words = {
                    sentence.split()[0]
                    for paragraph in paragraphs
                    for sentence in re.split(r"(?<=[.:?!]) ", " ".join(paragraph.split()))
                    if sentence.strip()
                }
                self.assertEqual(len(paragraphs), 2, "one sentence as a title, and one that explains")
                self.assertTrue(words & VERBS, f"{paragraphs} does not say what to do")
