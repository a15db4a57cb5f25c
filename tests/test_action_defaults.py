"""Defaults in the context of our actions are for the record that is created, not for the lines in its form."""

import ast
import inspect

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountCase

ADDON = "key_account_management"
# The same account, company or plan in the lines is what is meant
SHARED = {"partner_id", "company_id"}


class TestActionDefaults(KeyAccountCase):
    def contexts(self):
        """:return: ``[(where from, model, defaults)]`` of all our window actions, and of our methods that return one"""
        found = []
        ids = self.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", "ir.actions.act_window")])
        for action in self.env["ir.actions.act_window"].browse(ids.mapped("res_id")):
            context = safe_eval(action.context or "{}", {"uid": self.manager.id, "active_id": 1})
            found.append((action.xml_id, action.res_model, context))
        for record in self.records():
            for name, method in inspect.getmembers(type(record), inspect.isfunction):
                parameters = list(inspect.signature(method).parameters.values())[1:]
                if not name.startswith("action_") or any(each.default is each.empty for each in parameters):
                    continue
                if ADDON not in inspect.getfile(inspect.unwrap(method)):
                    continue
                with self.env.cr.savepoint() as savepoint:
                    try:
                        action = getattr(record, name)()
                    except (AccessError, UserError):
                        action = None
                    savepoint.rollback()
                if isinstance(action, dict) and action.get("res_model"):
                    context = action.get("context") or {}
                    context = ast.literal_eval(context) if isinstance(context, str) else context
                    found.append((f"{record._name}.{name}", action["res_model"], context))
        return [
            (
                origin,
                model,
                {name[8:]: value for name, value in context.items() if name.startswith("default_")},
            )
            for origin, model, context in found
            if any(name.startswith("default_") for name in context)
        ]

    def records(self):
        account = self.account.with_user(self.manager)
        plan = self.env["key.account.plan"].with_user(self.manager).create({"partner_id": account.id})
        coaching = self.env["key.account.coaching.plan"].with_user(self.manager)
        area = self.env["key.account.care.area"].search([], limit=1)
        return [
            account,
            plan,
            coaching.create({"partner_id": account.id, "goal": "Sell whole lines"}),
            self.env["key.account.care.process"].create({"name": "Process", "area_id": area.id}),
            self.env["key.account.review"].with_user(self.manager).create({"partner_id": account.id, "year": 2025}),
            self.env["crm.lead"].create({"name": "Lead", "partner_id": account.id}),
            self.env["calendar.event"].create({"name": "Visit", "partner_ids": account.ids}),
        ]

    def test_nothing_leaks_into_lines(self):
        contexts = self.contexts()
        self.assertGreater(len(contexts), 8)
        leaks = set()
        for origin, model, defaults in contexts:
            arch = etree.fromstring(self.env[model].with_user(self.head).get_view(view_type="form")["arch"])
            # Lines that can be added in the form
            names = {node.get("name") for node in arch.iter("field") if node.get("readonly") not in ("1", "True")}
            for name in names & self.env[model]._fields.keys():
                field = self.env[model]._fields[name]
                if field.type != "one2many" or field.readonly or not field.inverse_name:
                    continue
                lines = self.env[field.comodel_name].with_user(self.head)
                context = {f"default_{default}": value for default, value in defaults.items()}
                given = {field.inverse_name: 1}
                usual, taken = (
                    each._add_missing_default_values(given) for each in (lines, lines.with_context(**context))
                )
                shared = (defaults.keys() - SHARED - {field.inverse_name}) & lines._fields.keys()
                leaks |= {(origin, name, each) for each in shared if taken.get(each) != usual.get(each)}
        self.assertFalse(leaks)

    def test_contact_of_a_new_account(self):
        action = self.env.ref(f"{ADDON}.key_account_action")
        context = safe_eval(action.context, {"uid": self.manager.id})
        partners = self.env["res.partner"].with_user(self.manager).with_context(context)
        with Form(partners, "base.view_partner_form") as form:
            form.name = "Gamma"
        account = form.record
        self.assertEqual((account.key_account_status, account.key_account_manager_id), ("active", self.manager))
        self.assertTrue(account.is_company)
        for contact in (
            partners.create({"name": "Ann", "parent_id": account.id}),
            self.add_contact(account, "Bob"),
        ):
            self.assertFalse(contact.key_account_status)
            self.assertFalse(contact.key_account_manager_id)
            self.assertFalse(contact.is_company)
            self.assertEqual(contact.key_account_id, account)

    def add_contact(self, account, name):
        """Through the lines of the account's form, as the client sends it."""
        account.write({"child_ids": [(0, 0, {"name": name})]})
        return account.child_ids.filtered(lambda child: child.name == name)
