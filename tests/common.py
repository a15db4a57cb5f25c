"""What the tests build on: a separate company with people in each role, and short ways to book sales.

Nothing here is taken from the demo data, so that a test states everything it depends on.
"""

from contextlib import contextmanager
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .caches import KeptCaches
from .prepared import PEOPLE, create_company, create_user, take_company, take_user

USER = "key_account_management.group_key_account_user"
MANAGER = "key_account_management.group_key_account_manager"
HEAD = "key_account_management.group_key_account_head"

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
FIGURES = {
    "revenue",
    "revenue_change",
    "cash_discounts",
    "bonus_credits",
    "net_revenue",
    "net_margin",
    "sales_volume",
    "cost_of_goods_sold",
    "direct_costs",
    "indirect_costs",
    "customer_costs",
    "contribution_margin",
    "contribution_margin_rate",
    "contribution_margin_2",
    "contribution_margin_2_rate",
    "contribution_margin_3",
    "contribution_margin_3_rate",
    "cost_coverage",
    "minimum_price",
    "revenue_below_floor",
    "special_price",
    "special_price_difference",
    "peer_revenue",
    "peer_revenue_median",
    "peer_rank",
    "peer_percentile",
    "abc_class",
    "health",
    "white_space",
    "promotions",
    "promotion_cost",
    "promotion_revenue",
    "promotion_uplift",
    "promotion_return",
    "receivable",
    "dso",
    "dso_count_back",
    "days_to_pay",
    "days_late",
    "overdue_amount",
    "overdue_share",
    "minimum_order",
    "smallest_order",
    "median_order",
    "mean_order",
    "order_count",
    "orders_below_minimum",
    "orders_below_minimum_share",
    "order_interval",
    "returns",
    "returns_value",
    "price_credits_value",
    "corrections_value",
    "credit_notes_value",
    "share_of_wallet",
    "visits",
    "visit_target",
    "days_since_visit",
    "next_visit_days",
    "satisfaction",
    "satisfaction_answers",
    "nps",
    "creditworthiness",
    "credit_limit",
    "exposure",
    "credit_use",
    "forecast",
    "forecast_low",
    "forecast_high",
    "forecast_orders",
    "forecast_new_business",
    "forecast_target_to_date",
    "forecast_error",
}


@tagged("post_install", "-at_install")
class KeyAccountCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        cls.caches = KeptCaches()
        for patcher in cls.caches.patchers():
            cls.startClassPatcher(patcher)
        super().setUpClass()
        cls.addClassCleanup(cls.caches.end_class)
        cls.company = cls.make_company("Test Company", "base.EUR")
        cls.env = cls.env(
            user=cls.env.ref("base.user_root"),
            context=dict(
                cls.env.context, allowed_company_ids=cls.company.ids, tracking_disable=True, no_reset_password=True
            ),
        )
        # Without a role, and one of each role
        cls.outsider, cls.rep, cls.manager, cls.head = (cls.make_user(*person) for person in PEOPLE.items())
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.category = cls.env["product.category"].create({"name": "Chairs"})
        cls.product = cls.make_product("Chair", cost=60.0)
        cls.account = cls.make_account("Alpha", key_account_team_ids=[Command.set(cls.rep.ids)])
        cls.foreign = cls.make_account("Beta", key_account_manager_id=cls.head.id)

    def setUp(self):
        self.caches.begin_test()
        super().setUp()

    # === PEOPLE AND PARTNERS ===#

    @classmethod
    def make_company(cls, name, currency, chart=True):
        """Nothing can be booked in a company without a chart of accounts; it may have one anyway."""
        company = take_company(cls.env, name) or create_company(cls.env, name, chart)
        # Loading the chart sets its own currency
        cls.env.ref(currency).active = True
        company.currency_id = cls.env.ref(currency)
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return take_user(cls.env, login, groups, company) or create_user(cls.env, login, groups, company)

    @classmethod
    def make_customer(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def make_account(cls, name, **values):
        values = {"key_account_status": "active", "key_account_manager_id": cls.manager.id, **values}
        return cls.make_customer(name, **values)

    @classmethod
    def make_product(cls, name, cost=0.0, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": 100.0,
                "categ_id": cls.category.id,
                "uom_id": cls.unit.id,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
                **values,
            }
        )
        product.with_company(cls.company).standard_price = cost
        return product

    # === BOOKING ===#

    @classmethod
    def invoice(cls, partner, day, *lines, move_type="out_invoice", post=True, company=None, **values):
        """Books an invoice; a line is (product or None, quantity, price) and possibly a dict with more values."""
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id if product else False,
                                "name": "Line",
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                                **(more[0] if more else {}),
                            }
                        )
                        for product, quantity, price, *more in lines
                    ],
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def credit_note(cls, partner, day, *lines, **values):
        return cls.invoice(partner, day, *lines, move_type="out_refund", **values)

    @classmethod
    def pay(cls, invoice, day, amount=None):
        values = {"payment_date": day}
        if amount is not None:
            values["amount"] = amount
        register = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        payment = register.create(values)._create_payments()
        return payment

    # === FIGURES ===#

    def figures(self, partner, period=YEAR, codes=None, breakdown=None, user=None, **options):
        """:return: ``{code: figure}`` of one partner as the interface gives it"""
        partner = partner.with_user(user) if user else partner
        return partner.get_key_account_figures(*period, codes=codes, breakdown=breakdown, **options)[partner.id]

    def value(self, partner, code, period=YEAR, **options):
        return self.figures(partner, period, [code], **options)[code]["value"]

    # === ERRORS ===#

    @contextmanager
    def assertRefused(self, message):
        """What is done inside is refused with a message, by the add-on or the database."""
        with self.assertRaises(ValidationError) as caught, mute_logger("odoo.sql_db"):
            try:
                with self.env.cr.savepoint():
                    yield
            except IntegrityError as error:
                model = self.env[error.diag.table_name.replace("_", ".")]
                raise ValidationError(model._sql_error_to_message(error)) from error
        self.assertIn(message, str(caught.exception))

    # === SPEED ===#

    def assertConstantQueries(self, accounts, codes, period=YEAR):
        """The figures of two accounts, and of all, take as many queries as those of one."""
        counts = []
        for partners in (accounts[:1], accounts[:1], accounts[:2], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.get_key_account_figures(*period, codes=codes)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counts[1:])), 1, counts)


def shown_figures(cockpit):
    """:return: ``{code: figure}`` of what the Figures tab shows, companions included"""
    figures = [each for leading in cockpit["figures"] for each in (leading, *leading["companions"])]
    return {figure["code"]: figure for figure in figures}
