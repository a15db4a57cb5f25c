"""The number of queries does not depend on how many accounts are asked for, whatever each of them has."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.period import Period
from odoo.fields import Command

from .common import FIGURES, YEAR, KeyAccountCase

FEW, MANY = 10, 200


@freeze_time("2025-12-15 12:00")
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
        cls.give_each_account_everything(products)

    @classmethod
    def give_each_account_everything(cls, products):
        """Own price list, order, demand, rating, satisfaction, visit, promotion and target of each account."""
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("product.group_product_pricelist")
        base = cls.env["product.pricelist"].create({"name": "Base", "company_id": cls.company.id})
        numbers = range(MANY)
        price_lists = cls.env["product.pricelist"].create(
            [{"name": f"Prices {number}", "company_id": cls.company.id} for number in numbers]
        )
        cls.env["product.pricelist.item"].create(
            [
                values
                for price_list, product in zip(price_lists, products, strict=True)
                for values in (
                    {
                        "pricelist_id": price_list.id,
                        "applied_on": "0_product_variant",
                        "product_id": product.id,
                        "product_tmpl_id": product.product_tmpl_id.id,
                        "compute_price": "fixed",
                        "fixed_price": 7.0,
                        "min_quantity": product.id % 3,
                    },
                    {
                        "pricelist_id": price_list.id,
                        "compute_price": "formula",
                        "base": "pricelist",
                        "base_pricelist_id": base.id,
                        "price_discount": 5.0,
                    },
                )
            ]
        )
        orders, contacts = [], []
        for number, (account, price_list, product) in enumerate(zip(cls.accounts, price_lists, products, strict=True)):
            account.property_product_pricelist = price_list
            contacts.append({"name": "Contact", "parent_id": account.id})
            line = {"product_id": product.id, "product_uom_qty": 1 + number, "price_unit": 9.0}
            orders.append(
                {
                    "partner_id": account.id,
                    "pricelist_id": price_list.id,
                    "date_order": datetime(2025, 4, 1),
                    "order_line": [Command.create(line)],
                }
            )
        cls.env["sale.order"].create(orders).write({"state": "sale"})
        cls.env["calendar.event"].create(
            [
                {
                    "name": "Visit",
                    "start": datetime(2025, 5, 1, 9),
                    "stop": datetime(2025, 5, 1, 10),
                    "key_account_visit": True,
                    "partner_ids": [Command.link(contact.id)],
                }
                for contact in cls.env["res.partner"].create(contacts)
            ]
        )
        of_account = [{"partner_id": account.id, "date": date(2025, 6, 1)} for account in cls.accounts]
        cls.env["key.account.rating"].create(
            [{**values, "agency": "Agency", "rating_class": "A"} for values in of_account]
        )
        cls.env["key.account.satisfaction"].create([{**values, "score": 8.0} for values in of_account])
        cls.env["key.account.demand"].create(
            [
                {**values, "categ_id": product.categ_id.id, "year": 2025, "amount": 100.0, "source": "Guess"}
                for values, product in zip(of_account, products, strict=True)
            ]
        )
        cls.env["key.account.care.measure"].create(
            [
                {
                    "name": "Promotion",
                    "kind": "promotion",
                    "partner_id": account.id,
                    "date_start": date(2025, 2, 1),
                    "date_end": date(2025, 3, 1 + number % 20),
                    "product_ids": [Command.link(product.id)],
                    "cost_actual": 1.0,
                    "state": "done",
                }
                for number, (account, product) in enumerate(zip(cls.accounts, products, strict=True))
            ]
        )

    def count(self, compute, user, many=MANY):
        """:return: number of queries that ``compute`` takes, for few and for many accounts"""
        counts = []
        # The first two rounds fill the caches of the registry
        for number in (many, FEW, FEW, many):
            accounts = self.accounts[:number].with_user(user)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            figures = compute(accounts)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(figures), number)
        return counts[2:]

    def test_engine(self):
        def compute(accounts):
            engine = accounts.env["key.account.figures"]
            figures = engine._compute_figures(accounts, Period(*YEAR), None, engine._get_breakdowns())
            self.assertTrue(all(set(by_code) == FIGURES for by_code in figures.values()))
            self.assertEqual({by_code["revenue"].value for by_code in figures.values()}, {36.0})
            return figures

        few, many = self.count(compute, self.env.user)
        self.assertEqual(many, few)

    def test_each_source(self):
        """What one source reads too often is not made up for by what another has read already."""
        engine = self.env["key.account.figures"]
        for source in engine._get_sources():

            def compute(accounts, codes=source.codes):
                engine = accounts.env["key.account.figures"]
                return engine._compute_figures(accounts, Period(*YEAR), codes, engine._get_breakdowns())

            with self.subTest(source=source.__name__):
                few, many = self.count(compute, self.env.user, 5 * FEW)
                self.assertEqual(many, few)

    def test_history(self):
        """Of the two last quarters."""

        def compute(accounts):
            quarters = [Period(date(2025, 7, 1), date(2025, 9, 30)), Period(date(2025, 10, 1), date(2025, 12, 15))]
            return accounts.env["key.account.figures"]._compute_history(accounts, quarters)

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
