"""Accounts that have some of everything that goes into a figure."""

from datetime import date, datetime, timedelta

from odoo.fields import Command

from .common import KeyAccountCase

# The date is far from the day of the rates and from any month's end
INVOICED, ORDERED, PAID = date(2025, 3, 10), datetime(2025, 3, 3, 12), date(2025, 4, 20)
NOTHING_SENT = {"dont_notify": True, "no_mail_to_attendees": True, "mail_create_nosubscribe": True}


class SceneCase(KeyAccountCase):
    @classmethod
    def set_up_company(cls, company):
        """Enables everything that a company has to enable before it has every figure."""
        company.write(
            {
                "account_use_credit_limit": True,
                "key_account_hourly_cost": 50.0,
                "key_account_minimum_margin": 0.35,
                "key_account_minimum_order": 250.0,
                "key_account_overhead_key": "revenue",
                "key_account_overhead_pool": 3650.0,
            }
        )
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("product.group_product_pricelist")

    @classmethod
    def create(cls, model, accounts, values):
        """Creates a record for each account; ``values(number, account)`` gives the values of one or more."""
        vals_list = []
        for number, account in enumerate(accounts):
            of_account = values(number, account)
            vals_list += of_account if isinstance(of_account, list) else [of_account]
        return cls.env[model].with_context(**NOTHING_SENT).create(vals_list)

    @classmethod
    def fill(cls, accounts, products):
        """Books and enters something for every theme in 2025 and 2024; a product for each account, or one for all."""
        cls.contacts = cls.create("res.partner", accounts, lambda _n, each: {"name": "Buyer", "parent_id": each.id})
        cls.make_documents(accounts, products)
        cls.make_records(accounts, products)

    @classmethod
    def make_documents(cls, accounts, products):
        def line(number, quantity, price):
            product = products[number % len(products)]
            return Command.create(
                {"product_id": product.id, "quantity": quantity, "price_unit": price, "tax_ids": [Command.clear()]}
            )

        def moves(number, account):
            values = {"partner_id": account.id, "move_type": "out_invoice"}
            return [
                {**values, "invoice_date": day, "date": day, "invoice_line_ids": [line(number, 2 + number, price)]}
                for day, price in ((INVOICED, 100.0), (date(2025, 9, 1), 80.0), (date(2024, 3, 12), 90.0))
            ]

        cls.invoices = cls.create("account.move", accounts, moves)
        cls.invoices.action_post()
        cls.price_lists = cls.create(
            "product.pricelist",
            accounts,
            lambda number, account: {
                "name": account.name,
                "company_id": cls.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": products[number % len(products)].id,
                            "product_tmpl_id": products[number % len(products)].product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 81.0 + number % 7,
                        }
                    )
                ],
            },
        )
        for account, price_list in zip(accounts, cls.price_lists, strict=True):
            account.property_product_pricelist = price_list
        cls.orders = cls.create(
            "sale.order",
            accounts,
            lambda number, account: [
                {
                    "partner_id": account.id,
                    "company_id": cls.company.id,
                    "date_order": ORDERED + timedelta(days=21 * step),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": products[number % len(products)].id,
                                "product_uom_qty": 2 + 3 * step,
                                "price_unit": 70.0 + step,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for step in range(3)
            ],
        )
        cls.orders.write({"state": "sale"})
        accounts.write({"credit_limit": 5000.0})

    @classmethod
    def make_records(cls, accounts, products):
        tier = cls.env["key.account.tier"].create({"name": "Platinum", "visit_target": 12})
        industry = cls.env["res.partner.industry"].create({"name": "Metal"})
        plan = next(iter(cls.env["account.analytic.plan"]._get_all_plans()))
        accounts.write({"key_account_tier_id": tier.id, "industry_id": industry.id})
        analytic = cls.create(
            "account.analytic.account", accounts, lambda _n, account: {"name": account.name, "plan_id": plan.id}
        )
        for account, own in zip(accounts, analytic, strict=True):
            account.key_account_analytic_id = own
        cls.create(
            "account.analytic.line",
            analytic,
            lambda number, own: {
                "name": "Freight",
                plan._column_name(): own.id,
                "date": INVOICED,
                "amount": -11.0 - number,
                "company_id": cls.company.id,
            },
        )
        cls.create("key.account.care.measure", accounts, lambda number, each: cls._measures(number, each, products))
        cls.create(
            "key.account.milestone",
            accounts,
            lambda number, account: {
                "name": "Prototype",
                "partner_id": account.id,
                "date_deadline": date(2025, 4, 10),
                "cost_actual": 9.0 + number,
            },
        )
        cls.create(
            "calendar.event",
            cls.contacts,
            lambda number, contact: {
                "name": "Visit",
                "key_account_visit": True,
                "user_id": cls.manager.id,
                "start": datetime(2025, 5, 6 + number % 20, 9),
                "stop": datetime(2025, 5, 6 + number % 20, 11),
                "partner_ids": [Command.set(contact.ids)],
            },
        )
        cls.create(
            "key.account.coaching.session",
            accounts,
            lambda number, account: {
                "name": "Coaching",
                "partner_id": account.id,
                "user_id": cls.head.id,
                "start": datetime(2025, 4, 7 + number % 20, 9),
                "stop": datetime(2025, 4, 7 + number % 20, 10),
                "state": "held",
            },
        )
        cls.create(
            "key.account.satisfaction",
            accounts,
            lambda number, account: [
                {"partner_id": account.id, "date": date(2025, 6, day + 1), "score": score}
                for day, score in enumerate((9, 10, 8, 3 + number % 5, 9))
            ],
        )
        cls.create(
            "key.account.rating",
            accounts,
            lambda number, account: {
                "partner_id": account.id,
                "agency": "Creditreform",
                "score": 200.0 + number,
                "date": date(2025, 2, 1),
            },
        )
        cls.create(
            "key.account.demand",
            accounts,
            lambda number, account: {
                "partner_id": account.id,
                "categ_id": products[number % len(products)].categ_id.id,
                "year": 2025,
                "amount": 9000.0 + number,
                "source": "Buyer",
                "date": date(2025, 1, 15),
            },
        )

    @classmethod
    def _measures(cls, number, account, products):
        values = {"partner_id": account.id, "state": "done", "date_start": date(2025, 3, 1)}
        return [
            {**values, "name": "Workshop", "date_end": date(2025, 3, 31), "cost_actual": 20.0, "hours_actual": 3.0},
            {
                **values,
                "name": "Spring",
                "kind": "promotion",
                "date_end": date(2025, 3, 20),
                "cost_actual": 15.0,
                "product_ids": [Command.set(products[number % len(products)].ids)],
            },
        ]
