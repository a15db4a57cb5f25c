"""What customers in the portal, visitors and employees without a role get from the fields that we add to Odoo's models.

In all ways of asking and for all fields: those added later are covered as well.
"""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import KeyAccountCase

PORTAL, VISITOR, WITHOUT_A_ROLE, SALESPERSON = "portal", "visitor", "employee", "salesperson"
# The last one only says what the reader may do: without it, a form would offer what cannot be saved
OF_CONTACTS = {"key_account_status", "key_account_tier_id", "key_account_manager_id", "may_edit_key_account"}
# All that the design gives to people without a role
SHOWN_TO_EMPLOYEES = {
    "res.partner": OF_CONTACTS,
    # Users have the fields of their contact
    "res.users": OF_CONTACTS,
    # What a meeting is, for whoever makes it
    "calendar.event": {"key_account_visit"},
    # How Odoo prints a report, nothing about anybody
    "ir.actions.report": {"key_account_document", "key_account_worksheet"},
}
# Whoever writes quotations is warned of small ones; whoever writes surveys says what one is for
SHOWN_AT_WORK = {
    **SHOWN_TO_EMPLOYEES,
    "sale.order": {"key_account_minimum_order_warning"},
    "survey.survey": {"key_account_satisfaction"},
    "survey.user_input": {"key_account_company_id"},
}
SHOWN = {PORTAL: {}, VISITOR: {}, WITHOUT_A_ROLE: SHOWN_TO_EMPLOYEES, SALESPERSON: SHOWN_AT_WORK}


def our_fields(env):
    """:return: ``{model: names}`` of what we add to the models of others"""
    ours = {}
    for name, model in env.items():
        if name.startswith("key.account.") or model._abstract:
            continue
        for field in model._fields.values():
            modules = field._modules or (field.inherited and field.related_field._modules) or ()
            if modules and all(module.startswith("key_account_management") for module in modules):
                ours.setdefault(name, set()).add(field.name)
    return ours


class TestFieldsOfOurs(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier = cls.env.ref("key_account_management.key_account_tier_a")
        cls.account.write({"key_account_status": "at_risk", "key_account_tier_id": cls.tier.id})
        buyer = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.account.id})
        rights = ("sales_team.group_sale_manager", "survey.group_survey_manager", "base.group_allow_export")
        cls.people = {
            PORTAL: new_test_user(
                cls.env, "test_buyer", "base.group_portal", partner_id=buyer.id, company_id=cls.company.id
            ),
            VISITOR: cls.env.ref("base.public_user"),
            WITHOUT_A_ROLE: cls.outsider,
            SALESPERSON: new_test_user(cls.env, "test_seller", ",".join(rights), company_id=cls.company.id),
        }
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": buyer.id,
                "company_id": cls.company.id,
                "state": "sent",
                "order_line": [Command.create({"product_id": cls.product.id})],
            }
        )
        cls.ours = our_fields(cls.env)

    def as_user(self, model, user):
        return self.env[model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def assertRefused(self, call, *args, **options):
        try:
            result = call(*args, **options)
        # What cannot be sorted, grouped or searched is an error for everybody
        except (AccessError, UserError, ValueError, NotImplementedError):
            return
        self.fail(f"{call.__name__}{args}: {result}")

    def test_fields_are_found(self):
        """Otherwise, the other tests would test nothing."""
        for model in ("res.partner", "res.users", "res.company", "calendar.event", "sale.order", "product.category"):
            self.assertTrue(self.ours[model], model)
        for kind in (PORTAL, WITHOUT_A_ROLE):
            self.assertEqual(self.account.with_user(self.people[kind]).read(["name"])[0]["name"], "Alpha")
            self.assertTrue(self.company.with_user(self.people[kind]).read(["name"]))
        self.assertTrue(self.order.with_user(self.people[PORTAL]).read(["name"]))

    def test_whoever_may_create_records_can(self):
        """What is computed before there is a record, is computed as whoever creates it, who may not read the field."""
        for name, fields in self.ours.items():
            for field in fields:
                field = self.env[name]._fields[field]
                self.assertFalse(field.precompute and field.groups, field)
        seller = self.people[SALESPERSON]
        self.env["sale.order"].with_user(seller).create({"partner_id": self.account.id})
        meeting = {"name": "Talk", "start": "2025-03-03 09:00:00", "stop": "2025-03-03 10:00:00"}
        for user in (self.outsider, seller):
            self.env["calendar.event"].with_user(user).create({**meeting, "partner_ids": self.account.ids})

    def test_nothing_beyond_the_design(self):
        known = {"res.partner": self.account, "res.company": self.company, "sale.order": self.order}
        for kind, user in self.people.items():
            for name, fields in self.ours.items():
                model = self.as_user(name, user)
                if not model.has_access("read"):
                    continue
                shown = SHOWN[kind].get(name, set())
                offered = set(model.fields_get()) & fields
                self.assertLessEqual(offered, shown, (kind, name))
                records = model.browse(known[name].id) if name in known else model.search([], limit=1)
                if not records.has_access("read"):
                    records = model
                for field in fields - shown:
                    with self.subTest(kind, model=name, field=field):
                        self.check_hidden(model, records, field)
                for field in offered:
                    records.read([field])

    def check_hidden(self, model, records, field):
        self.assertRefused(model.search_read, [], [field], limit=1)
        self.assertRefused(model.web_search_read, [], {field: {}}, limit=1)
        # What is true of all records tells nothing
        if not model._fields[field].required:
            self.assertRefused(model.search_count, [(field, "!=", False)])
        self.assertRefused(model.search, [(field, "in", [1])])
        self.assertRefused(model.search, [], order=field)
        for group in (field, f"{field}:month"):
            self.assertRefused(model.formatted_read_group, [], [group], ["__count"])
        self.assertRefused(model.formatted_read_group, [], [], [f"{field}:array_agg"])
        self.assertRefused(model.formatted_read_group, [], ["id"], ["__count"], having=[(f"{field}:sum", ">", 1)])
        self.assertRefused(model.onchange, {}, [], {field: {}})
        if records:
            self.assertRefused(records.read, [field])
            self.assertRefused(records.web_read, {field: {}})
            self.assertRefused(records.export_data, [field])
            self.assertRefused(records.mapped, field)

    def test_nothing_through_other_records(self):
        """A path to a field is as good as the field."""
        partners = {PORTAL: set(), WITHOUT_A_ROLE: OF_CONTACTS}
        for kind, shown in partners.items():
            users = self.env["res.users"].with_user(self.people[kind])
            paths = [f"partner_id.{name}" for name in self.ours["res.partner"] - shown]
            paths += [f"company_id.{name}" for name in self.ours["res.company"]]
            for path in paths:
                with self.subTest(kind, path=path):
                    self.assertRefused(users.search_count, [(path, "in", [1])])
                    self.assertRefused(users.formatted_read_group, [], [path], ["__count"])
                    self.assertRefused(users.search, [], order=path)
                    head, _dot, name = path.partition(".")
                    self.assertRefused(users.web_search_read, [], {head: {"fields": {name: {}}}})
                    self.assertRefused(users.browse(users.env.uid).export_data, [path.replace(".", "/")])
        orders = self.env["sale.order"].with_user(self.people[PORTAL])
        self.assertEqual(orders.search([]), self.order)
        for name in OF_CONTACTS:
            self.assertRefused(orders.search, [(f"partner_id.parent_id.{name}", "!=", False)])

    def test_nothing_in_the_defaults_of_settings(self):
        """Defaults are given to anybody who asks."""
        for kind, user in self.people.items():
            user.company_id.write({"key_account_health_revenue": 31, "key_account_health_margin": 4})
            settings = self.as_user("res.config.settings", user)
            names = [name for name in self.ours["res.config.settings"] if "health" in name]
            self.assertTrue(names)
            with self.subTest(kind):
                self.assertFalse(settings.default_get(names).keys() & names)

    def test_tiers_of_employees_are_names(self):
        tier = self.tier.with_user(self.outsider)
        self.assertEqual(tier.read(["name"])[0]["name"], self.tier.name)
        for name in ("visit_target", "review_rhythm", "abc_class"):
            self.assertRefused(tier.read, [name])
            self.assertRefused(tier.search, [(name, "!=", False)])
        for kind in (PORTAL, VISITOR):
            self.assertFalse(self.tier.with_user(self.people[kind]).has_access("read"))

    # === WHO MAY, STILL MAY ===#

    def test_companies_are_made_without_a_role(self):
        """The settings of companies have defaults and checks."""
        administrator = new_test_user(self.env, "test_administrator", "base.group_system,base.group_multi_company")
        companies = self.env["res.company"].with_user(administrator)
        company = companies.create({"name": "Founded"})
        company.write({"name": "Founded Again"})
        self.assertEqual(company.sudo().key_account_cost_coverage, 0.95)
        self.assertEqual(sum(company.sudo()._get_key_account_health_weights().values()), 100)

    def test_the_customers_people_still_use_the_portal(self):
        """What depends on hidden fields works for those who do not see them."""
        buyer = self.people[PORTAL]
        buyer.partner_id.with_user(buyer).sudo().write({"parent_id": self.foreign.id, "phone": "0815"})
        self.assertEqual(buyer.partner_id.sudo().key_account_id, self.foreign)
        # Odoo keeps whose orders a user may see until its caches are cleared
        self.env.registry.clear_cache()
        self.assertTrue(self.order.with_user(buyer).read(["amount_total"]))

    def test_salespeople_without_a_role_are_warned(self):
        self.account.key_account_minimum_order = 500.0
        order = self.order.with_user(self.people[SALESPERSON])
        self.assertIn("500", order.read(["key_account_minimum_order_warning"])[0]["key_account_minimum_order_warning"])
