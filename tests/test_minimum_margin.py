"""The minimum margin of product categories: what applies, what may be entered, and by whom."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import KeyAccountCase


class TestMinimumMargin(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_minimum_margin = 0.2
        cls.child = cls.env["product.category"].create({"name": "Armchairs", "parent_id": cls.category.id})
        cls.grandchild = cls.env["product.category"].create({"name": "Recliners", "parent_id": cls.child.id})

    def assertMargins(self, *expected):
        categories = self.category | self.child | self.grandchild
        self.assertEqual(categories.mapped("key_account_effective_minimum_margin"), list(expected))

    def test_inherited(self):
        self.assertMargins(0.2, 0.2, 0.2)
        self.category.key_account_minimum_margin = 0.3
        self.assertMargins(0.3, 0.3, 0.3)
        self.child.key_account_minimum_margin = 0.1
        self.assertMargins(0.3, 0.1, 0.1)
        self.company.key_account_minimum_margin = 0.5
        self.assertMargins(0.3, 0.1, 0.1)

    def test_zero_is_a_margin(self):
        self.category.key_account_minimum_margin = 0.3
        self.child.key_account_has_minimum_margin = True
        self.assertMargins(0.3, 0.0, 0.0)
        self.category.key_account_minimum_margin = 0.0
        self.assertMargins(0.0, 0.0, 0.0)
        # The way back to what is above
        self.category.key_account_has_minimum_margin = False
        self.assertMargins(0.2, 0.0, 0.0)

    def test_what_was_typed_stays(self):
        self.child.key_account_minimum_margin = 0.25
        self.category.key_account_minimum_margin = 0.4
        self.assertEqual((self.child.key_account_minimum_margin, self.grandchild.key_account_minimum_margin), (0.25, 0))
        self.assertFalse(self.grandchild.key_account_has_minimum_margin)

    def test_created_with_a_margin(self):
        category = self.env["product.category"].create({"name": "Sofas", "key_account_minimum_margin": 0.15})
        self.assertTrue(category.key_account_has_minimum_margin)
        self.assertEqual(category.key_account_effective_minimum_margin, 0.15)

    def test_moved_below_another_parent(self):
        other = self.env["product.category"].create({"name": "Tables", "key_account_minimum_margin": 0.35})
        self.child.parent_id = other
        self.assertMargins(0.2, 0.35, 0.35)

    def test_each_company_has_its_own_default(self):
        other = self.make_company("Other Company", "base.EUR")
        other.key_account_minimum_margin = 0.05
        self.assertEqual(self.grandchild.with_company(other).key_account_effective_minimum_margin, 0.05)
        self.assertEqual(self.grandchild.with_company(self.company).key_account_effective_minimum_margin, 0.2)

    def test_bad_input(self):
        for record in (self.category, self.company):
            for margin in (-0.01, 1.0, 25.0):
                with (
                    self.subTest(record=record.name, margin=margin),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError) as caught,
                    self.env.cr.savepoint(),
                ):
                    record.key_account_minimum_margin = margin
                    record.flush_recordset()
                # What the client shows
                self.assertIn("at least 0 and less than 100%", record._sql_error_to_message(caught.exception))
                record.invalidate_recordset(flush=False)

    # === ROLES ===#

    def test_heads_edit(self):
        with Form(self.category.with_user(self.head)) as form:
            form.key_account_has_minimum_margin = True
            form.key_account_minimum_margin = 0.3
        self.assertMargins(0.3, 0.3, 0.3)

    def test_heads_edit_in_the_list(self):
        view = "key_account_management.product_category_view_list_minimum_margin"
        with Form(self.category.with_user(self.head), view=view) as form:
            form.key_account_has_minimum_margin = True
            form.key_account_minimum_margin = 0.3
        self.assertMargins(0.3, 0.3, 0.3)

    def test_account_managers_read(self):
        category = self.category.with_user(self.manager)
        self.assertEqual(category.key_account_effective_minimum_margin, 0.2)
        self.assertEqual(category.read(["key_account_minimum_margin"])[0]["key_account_minimum_margin"], 0.0)
        fields = self.env["product.category"].with_user(self.manager).get_view(view_type="form")["arch"]
        self.assertIn("key_account_effective_minimum_margin", fields)
        self.assertNotIn('name="key_account_minimum_margin"', fields)

    def test_account_managers_with_product_rights_do_not_write(self):
        self.manager.group_ids |= self.env.ref("product.group_product_manager")
        category = self.category.with_user(self.manager)
        category.name = "Seats"
        with self.assertRaisesRegex(AccessError, "Only the head of key accounts"):
            category.key_account_minimum_margin = 0.1
        with self.assertRaisesRegex(AccessError, "Only the head of key accounts"):
            category.create({"name": "New", "key_account_minimum_margin": 0.1})

    def test_others_do_not_see_it(self):
        self.outsider.group_ids |= self.env.ref("product.group_product_manager")
        for user in (self.outsider, self.rep):
            category = self.category.with_user(user)
            for name in ("key_account_minimum_margin", "key_account_effective_minimum_margin"):
                with self.subTest(user=user.name, name=name), self.assertRaises(AccessError):
                    category.read([name])
            with self.assertRaises(AccessError):
                self.company.with_user(user).read(["key_account_minimum_margin"])
        # They continue working with categories as before
        category = self.env["product.category"].with_user(self.outsider).create({"name": "Lamps"})
        category.name = "Lights"
        self.assertEqual(category.sudo().key_account_effective_minimum_margin, 0.2)

    def test_settings(self):
        self.head.group_ids |= self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_user(self.head)
        with Form(settings) as form:
            self.assertEqual(form.key_account_minimum_margin, 0.2)
            form.key_account_minimum_margin = 0.3
            form.key_account_abc_a_limit = 0.7
            form.key_account_peer_grouping = "tier"
        form.record.execute()
        self.assertEqual(self.company.key_account_minimum_margin, 0.3)
        self.assertEqual((self.company.key_account_abc_a_limit, self.company.key_account_peer_grouping), (0.7, "tier"))

    def test_settings_of_an_administrator_without_a_role(self):
        self.outsider.group_ids |= self.env.ref("base.group_system")
        self.env["res.config.settings"].with_user(self.outsider).create({}).execute()
        self.assertEqual(self.company.key_account_minimum_margin, 0.2)
