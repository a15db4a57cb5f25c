"""Odoo's own models work as without the add-on: what is created there, and what its fields are called."""

import ast
from collections import defaultdict
from pathlib import Path

from odoo import addons
from odoo.fields import Command, Domain
from odoo.tests import new_test_user

from .common import HEAD, MANAGER, USER, KeyAccountCase

RELATIONS = ("one2many", "many2many")
# Which positional argument of a field is its label; the first one of all others
LABELS = {"Many2one": 1, "One2many": 2, "Many2many": 4, "Selection": 1, "Reference": 1, "Many2oneReference": 1}


def is_ours(name):
    return name.startswith("key.account.")


class TestCreation(KeyAccountCase):
    def test_users_with_notifications_in_odoo(self):
        """Odoo checks the notifications as soon as a user is written: nothing of ours may have it written early."""
        self.read_relations("res.users")
        for groups in ("base.group_user", f"base.group_user,{USER}", MANAGER, HEAD):
            with self.subTest(groups):
                user = new_test_user(
                    self.env, f"inbox {groups}", groups=groups, notification_type="inbox", email="inbox@example.com"
                )
                self.assertEqual(user.notification_type, "inbox")
                self.assertFalse(user.share)
        user.group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        self.assertEqual((user.notification_type, user.share), ("email", True))

    def read_relations(self, comodel):
        """Odoo follows to fields that are in the cache only."""
        for model in self.env.values():
            if model._auto and not model._abstract:
                names = [
                    name
                    for name, field in model._fields.items()
                    if field.store and field.type in RELATIONS and field.comodel_name == comodel
                    if is_ours(model._name) or "key_account" in name
                ]
                for name in names:
                    model.sudo().search([], limit=5).mapped(name)

    def test_no_domain_is_a_dependency(self):
        """Of a relation to several records a list is one: Odoo follows each change of these fields on any record.

        A text is evaluated by the client only; what the server has to leave out comes from a function.
        """
        for model in self.env.values():
            for field in model._fields.values():
                ours = is_ours(model._name) or "key_account" in field.name
                if ours and field.type in RELATIONS and not is_ours(field.comodel_name):
                    with self.subTest(str(field)):
                        self.assertNotIsInstance(field.domain or "", list | Domain)

    def test_nothing_of_ours_is_searched_when_a_record_is_created(self):
        """A search writes what is pending of a record that is not complete yet."""
        for model in self.env.values():
            if is_ours(model._name) or model._abstract or not model._auto:
                continue
            stored = [field for field in model._fields.values() if field.store]
            tree = self.env.registry.get_trigger_tree(stored, select=lambda _field: True)
            for link, below in tree.items():
                if not self.leads_to_ours(link, below) or link.type in ("many2one", "many2one_reference"):
                    continue
                if link.comodel_name.startswith("mail."):
                    # Odoo's own, of all models with activities and followers
                    continue
                inverses = self.env.registry.field_inverses[link]
                with self.subTest(f"{model._name}: {link}"):
                    self.assertTrue(
                        [inverse for inverse in inverses if not (inverse.domain and inverse.type in RELATIONS)]
                    )

    def leads_to_ours(self, link, tree):
        ours = is_ours(link.model_name) or "key_account" in link.name
        return ours or any(is_ours(field.model_name) or "key_account" in field.name for field in tree.root)


class TestLabels(KeyAccountCase):
    """Odoo warns of two fields with one label, and who filters or exports cannot tell them apart."""

    def test_no_label_is_used_twice(self):
        """Neither by Odoo's modules that are installed here, nor by any other one of Odoo Community."""
        models = {
            model._name: model
            for model in self.env.values()
            if not is_ours(model._name) and any("key_account" in name for name in model._fields)
        }
        self.assertIn("res.users", models)
        sources = defaultdict(set)
        for name, model in models.items():
            for source in (name, *model._inherits):
                sources[source].add(name)
        others = defaultdict(lambda: defaultdict(set))
        for module, source, field, label in labels_of_odoo(set(sources)):
            for name in sources[source]:
                others[name][label].add(f"{module}: {field}")
        self.assertIn("website_crm_partner_assign: date_review_next", others["res.partner"]["Next Review"])
        for name, model in models.items():
            for field in model._fields.values():
                others[name][field.string].add(f"here: {field.name}")
            for field in model._fields.values():
                if "key_account" in field.name:
                    with self.subTest(f"{name}.{field.name}: {field.string}"):
                        self.assertEqual(others[name][field.string], {f"here: {field.name}"})


def labels_of_odoo(models):
    """:return: ``(module, model, field, label)`` of all fields that Odoo's modules give these models"""
    for folder in addons.__path__:
        for path in Path(folder).glob("*/models/**/*.py"):
            module = path.relative_to(folder).parts[0]
            if module.startswith(("key_account", "test_")):
                continue
            text = path.read_text()
            if not any(model in text for model in models):
                continue
            for part in ast.walk(ast.parse(text)):
                if isinstance(part, ast.ClassDef):
                    values = {
                        target.id: node.value
                        for node in part.body
                        if isinstance(node, ast.Assign)
                        for target in node.targets
                        if isinstance(target, ast.Name)
                    }
                    named = values.get("_name") or values.get("_inherit")
                    names = {node.value for node in ast.walk(named) if isinstance(node, ast.Constant)} if named else ()
                    for field, value in values.items():
                        if label := label_of(field, value):
                            for name in models.intersection(names):
                                yield module, name, field, label


def label_of(name, value):
    """:return: the label of a field of this name, if the value is one"""
    if not (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and isinstance(value.func.value, ast.Name)
        and value.func.value.id == "fields"
    ):
        return None
    place = LABELS.get(value.func.attr, 0)
    given = [keyword.value for keyword in value.keywords if keyword.arg == "string"] or value.args[place : place + 1]
    if given:
        return given[0].value if isinstance(given[0], ast.Constant) else None
    return name.removesuffix("_ids").removesuffix("_id").replace("_", " ").title()
