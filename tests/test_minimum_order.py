"""The agreed minimum order value: who sets it, and the warning on quotations below it."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import KeyAccountCase


class MinimumOrderCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.key_account_minimum_order = 500.0

    @classmethod
    def quote(cls, partner, price, company=None, **values):
        company = company or cls.company
        line = {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": price, "tax_ids": [Command.clear()]}
        return (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )

    def warning(self, partner, price, **values):
        return self.quote(partner, price, **values).key_account_minimum_order_warning


class TestAgreedValue(MinimumOrderCase):
    def test_own_value_or_the_companys(self):
        self.company.key_account_minimum_order = 200.0
        self.assertEqual(self.account._get_key_account_minimum_order(), 500.0)
        self.assertEqual(self.foreign._get_key_account_minimum_order(), 200.0)

    def test_each_company_agrees_its_own(self):
        second = self.make_company("Second Company", "base.EUR")
        second.key_account_minimum_order = 900.0
        elsewhere = self.account.with_company(second)
        self.assertEqual(elsewhere._get_key_account_minimum_order(), 900.0)
        elsewhere.key_account_minimum_order = 70.0
        self.assertEqual(elsewhere._get_key_account_minimum_order(), 70.0)
        self.assertEqual(self.account.key_account_minimum_order, 500.0)

    def test_who_edits(self):
        values = {"key_account_minimum_order": 300.0}
        for user in (self.outsider, self.rep):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.account.with_user(user).write(values)
        self.account.with_user(self.manager).write(values)
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.foreign.with_user(self.manager).write(values)
        self.foreign.with_user(self.head).write(values)
        self.assertEqual(self.foreign.key_account_minimum_order, 300.0)

    def test_who_reads(self):
        self.assertEqual(self.account.with_user(self.rep).key_account_minimum_order, 500.0)
        with self.assertRaises(AccessError):
            self.account.with_user(self.outsider).read(["key_account_minimum_order"])

    def test_sales_representatives_still_make_contacts(self):
        """The field is on their form as well."""
        self.rep.group_ids |= self.env.ref("base.group_partner_manager")
        with Form(self.env["res.partner"].with_user(self.rep)) as form:
            form.name = "New"
        self.assertTrue(form.record.exists())

    def test_not_negative(self):
        with self.assertRaisesRegex(ValidationError, "Alpha"):
            self.account.key_account_minimum_order = -1.0
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.key_account_minimum_order = -1.0
            self.company.flush_recordset()

    def test_settings(self):
        settings = self.env["res.config.settings"].create({"key_account_minimum_order": 250.0})
        settings.execute()
        self.assertEqual(self.company.key_account_minimum_order, 250.0)


class TestWarning(MinimumOrderCase):
    def test_below_the_minimum(self):
        warning = self.warning(self.account, 499.99)
        for part in ("Alpha", "500.00", "499.99"):
            self.assertIn(part, warning)

    def test_the_minimum_itself_is_enough(self):
        self.assertFalse(self.warning(self.account, 500.0))

    def test_the_nearest_account_counts(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": subsidiary.id})
        self.assertIn("Alpha", self.warning(contact, 499.0))
        subsidiary.write({"key_account_status": "active", "key_account_minimum_order": 100.0})
        self.assertFalse(self.warning(contact, 499.0))

    def test_ordinary_customers(self):
        self.company.key_account_minimum_order = 1000.0
        customer = self.make_customer("Walk-in")
        self.assertFalse(self.warning(customer, 1.0))
        self.assertTrue(self.warning(self.foreign, 1.0))

    def test_ordinary_customers_cost_one_query_at_most(self):
        """That of the customer itself, which the form reads anyway."""
        order = self.quote(self.make_customer("Walk-in"), 1.0)
        self.env.flush_all()
        self.env.invalidate_all()
        order.mapped("amount_untaxed")
        with self.assertQueryCount(1):
            self.assertFalse(order.key_account_minimum_order_warning)

    def test_no_minimum_agreed(self):
        self.assertFalse(self.warning(self.foreign, 0.01))

    def test_in_the_currency_of_the_quotation(self):
        """500 EUR are 1000 TST."""
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        self.env["res.currency.rate"].create(
            {"name": date(2020, 1, 1), "rate": 2.0, "currency_id": currency.id, "company_id": self.company.id}
        )
        price_list = self.env["product.pricelist"].create({"name": "T", "currency_id": currency.id})
        warning = self.warning(self.account, 999.0, pricelist_id=price_list.id)
        self.assertIn("1,000.00", warning)
        self.assertFalse(self.warning(self.account, 1000.0, pricelist_id=price_list.id))

    def test_of_the_quotations_company(self):
        """Whichever company the reader has selected."""
        second = self.make_company("Second Company", "base.EUR")
        for minimum in (0.0, 10.0):
            second.key_account_minimum_order = minimum
            order = self.quote(self.account, 1.0, company=second).with_company(self.company)
            self.assertEqual(bool(order.key_account_minimum_order_warning), bool(minimum))

    def test_without_a_role(self):
        """Every salesperson sees the warning; it names what was agreed with the customer."""
        seller = self.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        order = self.quote(self.account, 1.0)
        self.assertIn("500.00", order.with_user(seller).key_account_minimum_order_warning)

    def test_while_editing(self):
        form = Form(self.env["sale.order"])
        form.partner_id = self.account
        self.assertFalse(form.key_account_minimum_order_warning)
        with form.order_line.new() as line:
            line.product_id = self.product
            line.product_uom_qty = 4
            line.tax_ids.clear()
        self.assertIn("400.00", form.key_account_minimum_order_warning)
        with form.order_line.edit(0) as line:
            line.product_uom_qty = 5
        self.assertFalse(form.key_account_minimum_order_warning)
        form.partner_id = self.foreign
        self.assertFalse(form.key_account_minimum_order_warning)

    def test_never_a_block(self):
        order = self.quote(self.account, 1.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.key_account_minimum_order_warning)
