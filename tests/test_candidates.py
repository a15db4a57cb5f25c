"""Which customers are suggested as key accounts: against numbers worked out by hand from what was booked."""

from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.addons.key_account_management.figures.period import Period
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .common import KeyAccountCase
from .race import RaceCase
from .snapshots import make_candidate

NOW = "2025-08-15 12:00"
TODAY = date(2025, 8, 15)
WEIGHTS = ("revenue", "growth", "share", "breadth", "regularity", "potential")


@freeze_time(NOW)
class CandidateCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So that the test alone says what the company sells
        cls.env["product.template"].search([("sale_ok", "=", True)]).sale_ok = False
        create = cls.env["product.category"].create
        cls.product.sale_ok = True
        for name in ("Tables", "Lamps", "Desks"):
            product = cls.make_product(name, categ_id=create({"name": name}).id)
            setattr(cls, name.lower(), product)
        cls.other = cls.make_company("Other Company", "base.CHF")
        cls.large, cls.small, cls.new = (cls.make_customer(name) for name in ("Large", "Small", "New"))
        cls.branch = cls.make_customer("Branch", parent_id=cls.large.id)
        # Large: 100 in each of 12 months, of which 20 credited; before that 800; its branch 400 of tables
        for ago in range(12):
            cls.invoice(cls.large, TODAY + relativedelta(months=-ago), (cls.product, 1, 100.0))
        cls.credit_note(cls.large, date(2025, 8, 2), (cls.product, 1, 20.0))
        cls.invoice(cls.branch, date(2025, 2, 1), (cls.tables, 1, 400.0))
        cls.invoice(cls.large, date(2024, 1, 10), (cls.product, 8, 100.0))
        cls.invoice(cls.large, date(2023, 1, 10), (cls.product, 1, 5.0))
        # Small: half of what it was
        cls.invoice(cls.small, date(2023, 1, 10), (cls.product, 1, 5.0))
        cls.invoice(cls.small, date(2024, 2, 10), (cls.product, 1, 200.0))
        cls.invoice(cls.small, date(2025, 2, 10), (cls.product, 1, 100.0))
        # New: nothing before
        cls.invoice(cls.new, date(2025, 5, 10), (cls.lamps, 1, 320.0))
        # A key account, its branch, its group; another company's; long ago; credited in full
        cls.group = cls.make_customer("Group")
        cls.account.parent_id = cls.group
        cls.invoice(cls.account, date(2025, 5, 10), (cls.product, 1, 1000.0))
        cls.invoice(cls.make_customer("Below", parent_id=cls.account.id), date(2025, 5, 10), (cls.product, 1, 1000.0))
        cls.invoice(cls.group, date(2025, 5, 10), (cls.product, 1, 1000.0))
        cls.invoice(cls.make_customer("Theirs"), date(2025, 5, 10), (cls.product, 1, 900.0), company=cls.other)
        cls.invoice(cls.make_customer("Past"), date(2024, 8, 15), (cls.product, 1, 900.0))
        nothing = cls.make_customer("Nothing")
        cls.invoice(nothing, date(2025, 5, 10), (cls.product, 1, 50.0))
        cls.credit_note(nothing, date(2025, 5, 11), (cls.product, 1, 50.0))
        cls.env["crm.lead"].create(
            {
                "name": "More lamps",
                "type": "opportunity",
                "partner_id": cls.new.id,
                "company_id": cls.company.id,
                "expected_revenue": 400.0,
                "probability": 20.0,
            }
        )

    @classmethod
    def refresh(cls, company=None):
        company = company or cls.company
        cls.env["key.account.customer.revenue"].with_company(company)._refresh()
        cls.env["key.account.candidate"]._of_company(company)._refresh()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def rows(cls, user=None):
        rows = cls.env["key.account.candidate"].with_user(user or cls.env.user)
        return rows.search([("company_id", "=", cls.company.id)])

    def row(self, customer, user=None):
        return self.rows(user).filtered(lambda row: row.partner_id == customer)

    @classmethod
    def weigh(cls, **weights):
        cls.company.write({f"key_account_candidate_{code}": weights.get(code, 0) for code in WEIGHTS})


@freeze_time(NOW)
class TestCandidates(CandidateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refresh()

    def test_who(self):
        self.assertEqual(self.rows().partner_id, self.large | self.small | self.new)

    def test_what_is_known(self):
        total = 1580.0 + 320.0 + 100.0 + 3000.0
        for customer, revenue, growth, months, categories, products, potential in (
            # 1,200 less 20, and 400; 1,580 to 800
            (self.large, 1580.0, 0.975, 12, 2, 2, None),
            (self.new, 320.0, None, 1, 1, 1, 80.0),
            (self.small, 100.0, -0.5, 1, 1, 1, None),
        ):
            row = self.row(customer)
            with self.subTest(customer.name):
                self.assertEqual((row.revenue, row.growth), (revenue, growth))
                self.assertAlmostEqual(row.share, revenue / total)
                self.assertEqual((row.months, row.categories, row.products), (months, categories, products))
                self.assertEqual((row.potential, row.currency_id), (potential, self.company.currency_id))

    def test_classes(self):
        """Among all customers: 3,000 of the group of the key account come before them, 60 % of 5,000."""
        classes = {row.partner_id: row.abc_class for row in self.rows()}
        # Before Large are 60 %, before New 91.6 %, before Small 98 %
        self.assertEqual(classes, {self.large: "a", self.new: "b", self.small: "c"})

    def test_scores_by_hand(self):
        rows = {row.partner_id: row for row in self.rows()}
        # Revenue: first, second, third of three. Share: all from 5 % on. Four categories
        points = {
            self.large: {"revenue": 1, "growth": 1, "share": 1, "breadth": 0.5, "regularity": 1},
            self.new: {"revenue": 0.5, "share": 1, "breadth": 0.25, "regularity": 1 / 12, "potential": 0.5},
            self.small: {"revenue": 0, "growth": 0, "share": 0.4, "breadth": 0.25, "regularity": 1 / 12},
        }
        weights = {"revenue": 30, "growth": 20, "share": 10, "breadth": 15, "regularity": 15, "potential": 10}
        for customer, known in points.items():
            total = sum(weights[code] for code in known)
            expected = 100 * sum(weights[code] * value for code, value in known.items()) / total
            self.assertAlmostEqual(rows[customer].score, expected, 1)
        self.assertEqual([row.partner_id for row in self.rows()], [self.large, self.new, self.small])

    def test_weights(self):
        self.weigh(growth=1)
        self.refresh()
        scores = {row.partner_id: row.score for row in self.rows()}
        # Nothing that is known of New has a weight: no score, and it comes last
        self.assertEqual(scores, {self.large: 100.0, self.small: 0.0, self.new: None})
        self.assertEqual(self.rows()[-1].partner_id, self.new)

    def test_all_weights_zero(self):
        with self.assertRefused("give at least one of the criteria a weight"):
            self.weigh()
        with self.assertRefused("cannot be negative"):
            self.weigh(revenue=5, growth=-1)
        # Whatever wrote them there
        for code in WEIGHTS:
            name = SQL.identifier(f"key_account_candidate_{code}")
            self.env.cr.execute(SQL("UPDATE res_company SET %s = 0", name))
        self.env.invalidate_all()
        self.refresh()
        self.assertEqual(set(self.rows().mapped("score")), {None})

    def test_settings_write_all_weights_at_once(self):
        """One by one they would all be 0 in between."""
        self.weigh(revenue=5)
        settings = self.env["res.config.settings"].with_company(self.company)
        values = {f"key_account_candidate_{code}": 0 for code in WEIGHTS}
        settings.create(values | {"key_account_candidate_growth": 7}).execute()
        self.assertEqual(
            (self.company.key_account_candidate_revenue, self.company.key_account_candidate_growth), (0, 7)
        )
        with self.assertRefused("give at least one"):
            settings.create(values).execute()

    def test_reason(self):
        self.assertEqual(
            self.row(self.large).why,
            "Class A: 1,580\N{NO-BREAK SPACE}€ in 12 months, +97.5% to the year before, "
            "bought in 12 of 12 months from 2 categories",
        )
        self.assertIn("one category, 80\N{NO-BREAK SPACE}€ expected from opportunities", self.row(self.new).why)
        self.assertNotIn("year before", self.row(self.new).why)

    def test_again(self):
        ids = self.rows().ids
        self.small.active = False
        self.refresh()
        self.assertEqual(
            self.rows().ids, [row for row in ids if self.env["key.account.candidate"].browse(row).exists()]
        )
        self.assertEqual(self.rows().partner_id, self.large | self.new)

    def test_one_click(self):
        row = self.row(self.large, self.manager)
        action = row.action_make_key_account()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.large.id))
        self.assertEqual((self.large.key_account_status, self.large.key_account_manager_id), ("active", self.manager))
        self.assertFalse(self.row(self.large))
        self.refresh()
        self.assertEqual(self.rows().partner_id, self.small | self.new)

    def test_part_of_somebody_elses_account(self):
        """Its figures are for those who look after the account, also before the night leaves it out."""
        self.small.parent_id = self.foreign
        self.new.parent_id = self.account
        self.env.flush_all()
        self.assertEqual(self.rows(self.manager).partner_id, self.large | self.new)
        self.assertEqual(self.rows(self.head).partner_id, self.large | self.small | self.new)

    def test_roles(self):
        rows = self.env["key.account.candidate"]
        for user in (self.outsider, self.rep):
            with self.subTest(user.name):
                for call in (
                    lambda user=user: rows.with_user(user).search([]),
                    lambda user=user: rows.with_user(user).action_refresh(),
                    lambda user=user: self.row(self.large).with_user(user).action_make_key_account(),
                ):
                    with self.assertRaises(AccessError):
                        call()
        for user in (self.manager, self.head):
            self.assertEqual(len(self.rows(user)), 3)
            with self.assertRaises(AccessError):
                self.rows(user).write({"score": 100.0})
        theirs = make_candidate(self.small, self.other)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).read(["revenue"])

    def test_on_demand(self):
        self.invoice(self.small, date(2025, 8, 14), (self.product, 1, 11.0))
        self.env["key.account.candidate"].with_user(self.manager).action_refresh()
        self.assertEqual(self.row(self.small).revenue, 111.0)

    def test_constant_queries(self):
        rows = self.env["key.account.candidate"]._of_company(self.company)
        counts = []
        for number in range(3):
            for each in range(4 * number):
                customer = self.make_customer(f"Customer {number} {each}")
                self.invoice(customer, date(2025, 3, 1), (self.product, 1, 10.0 + each))
            self.refresh()
            before = self.env.cr.sql_log_count
            rows.env["key.account.figures"]._compute_candidates(Period.years_up_to(TODAY))
            counts.append(self.env.cr.sql_log_count - before)
            self.env.invalidate_all()
        self.assertEqual(len(set(counts)), 1, counts)


class TestTwoWorkers(RaceCase):
    def prepare(self, env):
        pass

    def remove(self, env):
        pass

    def test_what_another_one_is_doing_is_left_to_it(self):
        with self.database.cursor() as first, self.database.cursor() as second:
            company = self.environment(first).ref("base.main_company")
            first.execute("SELECT pg_advisory_xact_lock(hashtext('key.account.candidate'), %s)", [company.id])
            rows = self.environment(second)["key.account.candidate"]
            self.assertFalse(rows._of_company(company.with_env(rows.env))._refresh())
            with self.assertRaisesRegex(UserError, "just being looked at"):
                rows.with_context(allowed_company_ids=company.ids).action_refresh()
            second.rollback()
