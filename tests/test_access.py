"""Who sees what, on every way in: lists, reads, RPC, groupings, exports, reports and downloads."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import FIGURES, HEAD, KeyAccountCase

INTERNAL = {
    "cash_discounts",
    "bonus_credits",
    "net_revenue",
    "net_margin",
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
    "corrections_value",
    "minimum_price",
    "revenue_below_floor",
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
    "order_interval",
    "share_of_wallet",
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


class TestAccess(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))
        cls.invoice(cls.foreign, date(2025, 4, 10), (cls.product, 5, 100.0))
        reviews = cls.env["key.account.review"].with_company(cls.company)
        cls.review = reviews.create({"partner_id": cls.account.id, "year": 2025, "internal_note": "secret"})
        cls.foreign_review = reviews.create({"partner_id": cls.foreign.id, "year": 2025})
        (cls.review | cls.foreign_review).action_hold()

    # === FIGURES ===#

    def test_sales_representative_sees_customer_figures(self):
        self.assertEqual(set(self.figures(self.account, user=self.rep)), FIGURES - INTERNAL)

    def test_sales_representative_sees_no_internal_figure(self):
        for code in INTERNAL:
            with self.subTest(code), self.assertRaisesRegex(AccessError, code):
                self.figures(self.account, codes=[code], user=self.rep)

    def test_account_manager_sees_internal_figures(self):
        self.assertEqual(set(self.figures(self.account, user=self.manager)) & INTERNAL, INTERNAL)

    def test_somebody_elses_account(self):
        for user in (self.rep, self.manager):
            with self.subTest(user.name), self.assertRaisesRegex(AccessError, "Beta"):
                self.figures(self.foreign, user=user)
        self.assertEqual(self.value(self.foreign, "revenue", user=self.head), 500.0)

    def test_without_a_role(self):
        with self.assertRaisesRegex(AccessError, "role in Key Accounts"):
            self.figures(self.account, user=self.outsider)

    def test_subsidiaries_of_own_accounts(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.invoice(subsidiary, date(2025, 5, 1), (self.product, 1, 70.0))
        self.assertEqual(self.value(subsidiary, "revenue", user=self.rep), 70.0)
        self.assertEqual(self.value(self.account, "revenue", user=self.rep), 370.0)

    def test_customers_of_the_salesperson(self):
        mine = self.make_customer("Mine", user_id=self.rep.id)
        other = self.make_customer("Other")
        self.assertIsNone(self.value(mine, "revenue", user=self.rep))
        with self.assertRaises(AccessError):
            self.value(other, "revenue", user=self.rep)
        self.assertIsNone(self.value(other, "revenue", user=self.manager))

    # === SALES REPORT ===#

    def test_sales_report_shows_own_accounts(self):
        report = self.env["key.account.sales.report"]
        for user, customers in (
            (self.rep, self.account),
            (self.manager, self.account),
            (self.head, self.account | self.foreign),
        ):
            domain = [("company_id", "=", self.company.id)]
            with self.subTest(user.name):
                rows = report.with_user(user).search(domain)
                self.assertEqual(rows.sudo().customer_id, customers)
                groups = report.with_user(user)._read_group(domain, ["customer_id"], ["price_subtotal:sum"])
                self.assertEqual({customer.id for customer, _sum in groups}, set(customers.ids))

    def test_sales_report_without_a_role(self):
        with self.assertRaises(AccessError):
            self.env["key.account.sales.report"].with_user(self.outsider).search_count([])

    def test_margins_in_the_sales_report_are_internal(self):
        report = self.env["key.account.sales.report"]
        for field in ("cost", "margin", "revenue_with_cost", "price_margin", "inventory_value"):
            with self.subTest(field):
                with self.assertRaises(AccessError):
                    report.with_user(self.rep)._read_group([], ["customer_id"], [f"{field}:sum"])
                with self.assertRaises(AccessError):
                    report.with_user(self.rep).search([(field, ">", 0)])
        self.assertNotIn("margin", report.with_user(self.rep).fields_get())
        margin = report.with_user(self.manager)._read_group([("customer_id", "=", self.account.id)], [], ["margin:sum"])
        self.assertEqual(margin, [(120.0,)])

    # === REVIEWS ===#

    def test_reviews_of_own_accounts(self):
        reviews = self.env["key.account.review"]
        domain = [("company_id", "=", self.company.id)]
        self.assertEqual(reviews.with_user(self.rep).search(domain).ids, self.review.ids)
        self.assertEqual(reviews.with_user(self.manager).search(domain).ids, self.review.ids)
        self.assertEqual(set(reviews.with_user(self.head).search(domain).ids), {self.review.id, self.foreign_review.id})
        with self.assertRaises(AccessError):
            self.foreign_review.with_user(self.manager).read(["year"])
        with self.assertRaises(AccessError):
            reviews.with_user(self.outsider).search_count([])

    def test_sales_representative_reads_reviews_only(self):
        review = self.review.with_user(self.rep)
        self.assertEqual(review.year, 2025)
        with self.assertRaises(AccessError):
            review.place = "Berlin"
        with self.assertRaises(AccessError):
            review.topic_ids.create({"review_id": review.id, "name": "Topic"})
        later = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2026})
        with self.assertRaises(AccessError):
            later.with_user(self.rep).action_cancel()

    def test_internal_note(self):
        with self.assertRaises(AccessError):
            self.review.with_user(self.rep).read(["internal_note"])
        with self.assertRaises(AccessError):
            self.env["key.account.review"].with_user(self.rep).search([("internal_note", "ilike", "secret")])
        self.assertEqual(self.review.with_user(self.manager).internal_note, "secret")

    def test_frozen_figures(self):
        figures = self.env["key.account.review.figure"]
        codes = set(figures.with_user(self.rep).search([]).kpi_id.mapped("code"))
        self.assertEqual(codes, FIGURES - INTERNAL)
        internal = self.review.figure_ids.filtered(lambda figure: figure.audience == "internal")
        with self.assertRaises(AccessError):
            internal.with_user(self.rep).read(["data"])
        self.assertEqual(set(internal.with_user(self.manager).kpi_id.mapped("code")), INTERNAL)
        self.assertFalse(figures.with_user(self.manager).search([("review_id", "=", self.foreign_review.id)]))

    def test_nobody_writes_frozen_figures(self):
        for user in (self.rep, self.manager, self.head):
            figure = self.env["key.account.review.figure"].with_user(user).search([], limit=1)
            with self.subTest(user.name):
                self.assertTrue(figure)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(figure.has_access(operation), operation)
        with self.assertRaises(UserError):
            self.review.figure_ids[:1].data = {}
        with self.assertRaises(UserError):
            self.review.figure_ids.unlink()

    # === DOCUMENTS ===#

    def test_internal_workbook(self):
        for record in (self.account, self.review):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.rep).action_print_key_account_document("internal_workbook")
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.rep)._make_key_account_documents("internal_workbook")

    def test_documents_of_somebody_elses_account(self):
        documents = self.env["key.account.document"].with_user(self.manager)
        for record in (self.foreign, self.foreign_review):
            with self.subTest(record._name), self.assertRaises(AccessError):
                documents._get_document_data(record.with_user(self.manager))
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.manager).action_print_key_account_document("workbook")

    def test_documents_without_a_role(self):
        with self.assertRaises(AccessError):
            self.env["key.account.document"].with_user(self.outsider)._get_document_data(
                self.account.with_user(self.outsider)
            )

    # === PARTNERS ===#

    def test_outsiders_see_status_tier_and_manager_only(self):
        partner = self.account.with_user(self.outsider)
        self.assertEqual(partner.key_account_status, "active")
        self.assertEqual(partner.key_account_manager_id.name, "Manager")
        for field in ("key_account_team_ids", "key_account_since", "key_account_next_review"):
            with self.subTest(field), self.assertRaises(AccessError):
                partner.read([field])

    def test_who_edits_the_status(self):
        values = {"key_account_status": "at_risk"}
        for user in (self.outsider, self.rep):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.account.with_user(user).write(values)
        self.account.with_user(self.manager).write(values)
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.foreign.with_user(self.manager).write(values)
        self.foreign.with_user(self.head).write(values)
        self.assertEqual(self.foreign.key_account_status, "at_risk")

    def test_nobody_takes_an_account_over_by_creating_or_importing(self):
        partners = self.env["res.partner"].with_user(self.outsider)
        with self.assertRaises(AccessError):
            partners.create({"name": "New", "is_company": True, "key_account_status": "active"})
        result = partners.load(["name", "is_company", "key_account_status"], [["New", "1", "Active"]])
        self.assertFalse(result["ids"])

    def test_manager_cannot_take_over_by_team_field(self):
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.manager).key_account_team_ids = [Command.link(self.manager.id)]

    def test_settings_are_for_the_head(self):
        tier = self.env.ref("key_account_management.key_account_tier_a")
        with self.assertRaises(AccessError):
            tier.with_user(self.manager).visit_target = 3
        tier.with_user(self.head).visit_target = 3
        with self.assertRaises(AccessError):
            self.env["key.account.kpi"].with_user(self.head).create({"name": "Mine", "code": "mine"})


class TestProtection(KeyAccountCase):
    def test_technical_features_protect_nothing(self):
        """Every internal user has that group in debug mode."""
        for name, model in self.env.items():
            for field in model._fields.values():
                if any(module.startswith("key_account_management") for module in field._modules):
                    self.assertNotIn("group_no_one", field.groups or "", f"{name}.{field.name}")

    def test_nobody_reads_cores_margin_in_the_sales_analysis(self):
        report = self.env["key.account.sales.report"]
        for user in (self.rep, self.manager, self.head):
            for name in ("price_margin", "inventory_value"):
                with self.subTest(user.name, field=name), self.assertRaises(AccessError):
                    report.with_user(user).search_read([], [name])


class TestCompanies(KeyAccountCase):
    """Another company's data is never included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Company", "base.EUR")
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.other_head = cls.make_user("other_head", HEAD, company=cls.other)
        cls.both = cls.make_user("both", HEAD)
        cls.both.company_ids |= cls.other
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 1, 11.0), company=cls.other)
        cls.review = cls.env["key.account.review"].create({"partner_id": cls.account.id, "year": 2025})
        cls.review.action_hold()

    def test_figures(self):
        for user, companies, revenue in (
            (self.head, self.company, 300.0),
            (self.other_head, self.other, 11.0),
            (self.both, self.company, 300.0),
            (self.both, self.company | self.other, 311.0),
        ):
            with self.subTest(user.name, companies=companies.mapped("name")):
                account = self.account.with_user(user).with_context(allowed_company_ids=companies.ids)
                figures = account.get_key_account_figures("2025-01-01", "2025-12-31", ["revenue", "receivable"])
                self.assertEqual(figures[account.id]["revenue"]["value"], revenue)
                self.assertEqual(figures[account.id]["receivable"]["value"], revenue)

    def test_forbidden_company_in_the_context(self):
        account = self.account.with_user(self.head).with_context(allowed_company_ids=(self.company | self.other).ids)
        with self.assertRaises(AccessError):
            account.get_key_account_figures("2025-01-01", "2025-12-31", ["revenue"])

    def test_sales_report(self):
        report = self.env["key.account.sales.report"].with_user(self.other_head)
        report = report.with_context(allowed_company_ids=self.other.ids)
        self.assertEqual(report.search([("customer_id", "=", self.account.id)]).company_id, self.other)

    def test_reviews(self):
        for model in ("key.account.review", "key.account.review.topic", "key.account.review.figure"):
            records = self.env[model].with_user(self.other_head).with_context(allowed_company_ids=self.other.ids)
            with self.subTest(model):
                self.assertFalse(records.search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            self.review.with_user(self.other_head).with_context(allowed_company_ids=self.other.ids).read(["year"])

    def test_documents(self):
        documents = self.env["key.account.document"].with_user(self.both)
        documents = documents.with_context(allowed_company_ids=(self.other | self.company).ids)
        data = documents._get_document_data(self.account.with_env(documents.env))
        self.assertEqual(data.sender.name, "Other Company")
        with self.assertRaises(AccessError):
            self.env["key.account.document"].with_user(self.other_head)._get_document_data(
                self.review.with_user(self.other_head).with_context(allowed_company_ids=self.other.ids)
            )

    def test_partner_of_another_company(self):
        with self.assertRaises(Exception) as caught:
            self.env["key.account.review"].create(
                {
                    "partner_id": self.make_account("Elsewhere", company_id=self.other.id).id,
                    "company_id": self.company.id,
                }
            )
        self.assertIn("Elsewhere", str(caught.exception))
