"""What the lists of our menus start with, and what the other filters do next to it."""

from lxml import etree

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountCase

ADDON = "key_account_management"


class TestSearchFilters(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = cls.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", "ir.actions.act_window")])
        cls.actions = cls.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def groups(self, action, user):
        """:return: the groups of filters as the client makes them: those in one group are alternatives"""
        model = self.env[action.res_model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        if not model.has_access("read"):
            return []
        arch = etree.fromstring(model.get_view(action.search_view_id.id, "search")["arch"])
        groups = [[]]
        for node in arch.iter("filter", "field", "separator", "group"):
            is_filter = node.tag == "filter" and "group_by" not in node.get("context", "")
            if not is_filter:
                groups.append([])
            elif node.get("date") or node.get("domain"):
                groups[-1].append(node)
        return groups

    def defaults(self, action, user):
        """:return: names of the filters that are on when the action is opened"""
        context = safe_eval(action.context or "{}", {"uid": user.id, "active_id": 1})
        return {name.removeprefix("search_default_") for name in context if name.startswith("search_default_")}

    def test_a_filter_narrows_what_the_default_filter_finds(self):
        checked = set()
        for user in (self.rep, self.manager, self.head):
            for action in self.actions:
                defaults = self.defaults(action, user)
                for group in self.groups(action, user):
                    on = [node.get("name") for node in group if node.get("name") in defaults]
                    if on:
                        checked.add(action.xml_id)
                        # Alone in its group: what is added to it is intersected
                        self.assertEqual([node.get("name") for node in group], on, (action.xml_id, user.name))
        self.assertGreaterEqual(len(checked), 10, checked)

    def test_what_is_found_is_the_intersection(self):
        """In the demo data: each filter next to the default ones finds what it finds alone, of what they find."""
        user = self.env.ref(f"{ADDON}.demo_user_manager")
        compared = 0
        for action in self.actions:
            model = self.env[action.res_model].with_user(user)
            model = model.with_context(allowed_company_ids=user.company_ids.ids)
            groups, defaults = self.groups(action, user), self.defaults(action, user)
            base = Domain(safe_eval(action.domain or "[]", {"uid": user.id, "active_id": 1}))

            def domain(node, user=user):
                return Domain(safe_eval(node.get("domain"), {"uid": user.id}))

            def found(chosen, model=model, base=base, groups=groups):
                return model.search(
                    base
                    & Domain.AND(
                        Domain.OR(domain(node) for node in on)
                        for group in groups
                        if (on := [node for node in group if node in chosen])
                    )
                )

            nodes = [node for group in groups for node in group if node.get("domain")]
            on = [node for node in nodes if node.get("name") in defaults]
            for node in nodes if on else []:
                with self.subTest(action.xml_id, filter=node.get("name")):
                    compared += 1
                    self.assertEqual(found([*on, node]), found(on) & found([node]))
        self.assertGreater(compared, 50)

    def test_default_filters_exist(self):
        """For a manager; the head has none of the filters that start with one's own."""
        for action in self.actions:
            for name in self.defaults(action, self.manager):
                nodes = [node for group in self.groups(action, self.manager) for node in group]
                self.assertIn(name, [node.get("name") for node in nodes], action.xml_id)

    def test_the_head_starts_with_all(self):
        """Someone who manages no account finds the accounts of others, and all that is recorded on them."""
        for action in self.actions:
            defaults = self.defaults(action, self.head)
            for group in self.groups(action, self.head):
                for node in group:
                    if node.get("name") in defaults:
                        with self.subTest(action.xml_id, filter=node.get("name")):
                            self.assertNotIn("uid", node.get("domain"))
                            self.assertNotIn("is_my_key_account", node.get("domain"))

    def test_the_same_filters_for_all(self):
        """What is no default for the head can still be chosen."""
        action = self.env.ref(f"{ADDON}.key_account_action")
        for user, found in ((self.manager, self.account), (self.head, self.foreign)):
            nodes = [node for group in self.groups(action, user) for node in group]
            (mine,) = (node for node in nodes if node.get("string") == "My Key Accounts")
            domain = Domain(safe_eval(mine.get("domain"))) & Domain("id", "in", (self.account | self.foreign).ids)
            self.assertEqual(self.env["res.partner"].with_user(user).search(domain), found)
