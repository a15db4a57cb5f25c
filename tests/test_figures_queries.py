"""The number of queries does not depend on how many accounts are asked for."""

from datetime import date

from odoo.addons.key_account_management.figures.period import Period
from odoo.fields import Command

from .common import FIGURES, YEAR, KeyAccountCase

FEW, MANY = 10, 100


class TestQueries(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["res.partner"].create(
            [
                {
                    "name": f"Account {number}",
                    "is_company": True,
                    "key_account_status": "active",
                    "key_account_manager_id": cls.manager.id,
                }
                for number in range(MANY)
            ]
        )
        categories = cls.env["product.category"].create([{"name": f"Category {n}"} for n in range(MANY)])
        products = cls.env["product.product"].create(
            [
                {
                    "name": f"Product {number}",
                    "categ_id": category.id,
                    "standard_price": 5.0,
                    "uom_id": (cls.dozen if number % 2 else cls.unit).id,
                }
                for number, category in enumerate(categories)
            ]
        )
        cls.env["account.move"].create(
            [
                {
                    "move_type": move_type,
                    "partner_id": account.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "quantity": 2,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for product in (own_product, cls.product)
                    ],
                }
                # An invoice, and a credit note of the year before
                for move_type, day, price in (
                    ("out_invoice", date(2025, 3, 1), 9.0),
                    ("out_refund", date(2024, 5, 1), 4.0),
                )
                for account, own_product in zip(cls.accounts, products, strict=True)
            ]
        ).action_post()

    def count(self, compute, user):
        """:return: number of queries that ``compute`` takes, for few and for many accounts"""
        counts = []
        for number in (FEW, MANY):
            accounts = self.accounts[:number].with_user(user)
            compute(accounts)  # fills the caches of the registry
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            figures = compute(accounts)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(figures), number)
        return counts

    def test_engine(self):
        def compute(accounts):
            engine = accounts.env["key.account.figures"]
            figures = engine._compute_figures(accounts, Period(*YEAR), None, engine._get_breakdowns())
            self.assertTrue(all(set(by_code) == FIGURES for by_code in figures.values()))
            self.assertEqual({by_code["revenue"].value for by_code in figures.values()}, {36.0})
            return figures

        few, many = self.count(compute, self.env.user)
        self.assertEqual(many, few)

    def test_interface_for_a_manager(self):
        for breakdown in ("month", "category", "product", "customer"):

            def compute(accounts, breakdown=breakdown):
                figures = accounts.get_key_account_figures(*YEAR, breakdown=breakdown)
                self.assertTrue(all(set(by_code) == FIGURES for by_code in figures.values()))
                return figures

            few, many = self.count(compute, self.manager)
            self.assertEqual(many, few, breakdown)
