"""The revenue of all customers that is kept: right after whatever happens to invoices, and the same figures from it."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from . import test_figures_costs, test_figures_peers
from .common import YEAR, KeyAccountCase, shown_figures
from .race import RaceCase

SPRING, SUMMER = date(2025, 4, 2), date(2025, 7, 31)
LOOKING_AT_ALL = ["peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile", "abc_class", "indirect_costs"]


class Kept:
    """Tests of figures: they are the same when what all customers bought is kept, whatever happened just before."""

    def setUp(self):
        super().setUp()
        engine = type(self.env["key.account.figures"])
        original = engine._prepare_request

        def prepare(figures, *args, **kwargs):
            for company in figures.sudo().env.companies:
                figures.env["key.account.customer.revenue"].sudo().with_company(company)._refresh()
            return original(figures, *args, **kwargs)

        self.patch(engine, "_prepare_request", prepare)


class TestPeersKept(Kept, test_figures_peers.TestPeers):
    pass


class TestAbcKept(Kept, test_figures_peers.TestAbc):
    pass


class TestCostsKept(Kept, test_figures_costs.TestCosts):
    # It would count the queries that keep the revenue
    test_number_of_queries_does_not_depend_on_the_accounts = None


class RevenueCase(KeyAccountCase):
    def setUp(self):
        super().setUp()
        self.revenue = self.env["key.account.customer.revenue"].with_company(self.company)

    def kept(self, company=None):
        """:return: ``{(customer, day): revenue}``"""
        rows = self.revenue.search([("company_id", "=", (company or self.company).id)])
        return {(row.customer_id, row.date): row.revenue for row in rows}

    def refresh(self, **options):
        """:return: the months that were computed again, None for all, "nothing" if none was"""
        months = ["nothing"]
        model = type(self.revenue)
        original = model._compute_again

        def compute(records, changed):
            months[0] = changed
            return original(records, changed)

        with patch.object(model, "_compute_again", compute):
            self.assertTrue(self.revenue._refresh(**options))
        return months[0]


class TestRefresh(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.invoice(cls.account, SPRING, (cls.product, 2, 50.11), (cls.product, 1, 0.37))
        cls.second = cls.invoice(cls.foreign, SUMMER, (cls.product, 1, 700.0))

    def setUp(self):
        super().setUp()
        self.assertIsNone(self.refresh())

    def test_first_time(self):
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59, (self.foreign, SUMMER): 700.0})
        self.assertEqual(self.refresh(), "nothing")

    def test_posting(self):
        """On the same day, a credit note on another one; a draft is no revenue."""
        self.invoice(self.account, SPRING, (self.product, 1, 9.41))
        self.credit_note(self.account, date(2025, 4, 30), (self.product, 1, 10.0))
        self.invoice(self.account, date(2025, 5, 1), (self.product, 1, 10.0), post=False)
        self.assertEqual(self.refresh(), {"2025-04"})
        self.assertEqual(
            self.kept(),
            {
                (self.account, SPRING): 110.0,
                (self.account, date(2025, 4, 30)): -10.0,
                (self.foreign, SUMMER): 700.0,
            },
        )

    def test_back_dated(self):
        self.invoice(self.account, date(2019, 12, 31), (self.product, 1, 3.33))
        self.assertEqual(self.refresh(), {"2019-12"})
        self.assertEqual(self.kept()[self.account, date(2019, 12, 31)], 3.33)

    def test_reset_changed_and_posted_again(self):
        self.second.button_draft()
        self.assertEqual(self.refresh(), {"2025-07"})
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59})
        self.second.invoice_line_ids.price_unit = 650.05
        self.second.action_post()
        self.assertEqual(self.refresh(), {"2025-07"})
        self.assertEqual(self.kept()[self.foreign, SUMMER], 650.05)

    def test_moved_to_another_month(self):
        self.second.button_draft()
        self.second.write({"invoice_date": date(2025, 2, 28), "date": date(2025, 2, 28)})
        self.second.action_post()
        self.assertEqual(self.refresh(), {"2025-02", "2025-07"})
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59, (self.foreign, date(2025, 2, 28)): 700.0})

    def test_deleted(self):
        self.second.button_draft()
        self.second.with_context(force_delete=True).unlink()
        self.assertEqual(self.refresh(), {"2025-07"})
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59})

    def test_of_another_customer(self):
        self.second.button_draft()
        self.second.partner_id = self.account
        self.second.action_post()
        self.refresh()
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59, (self.account, SUMMER): 700.0})

    def test_merged_customers(self):
        """Odoo moves the invoices in the database: nothing says when they were changed."""
        other = self.make_customer("Alpha twice")
        self.invoice(other, SPRING, (self.product, 1, 5.0))
        self.refresh()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.account | other).ids, self.account)
        self.refresh()
        self.assertEqual(self.kept(), {(self.account, SPRING): 105.59, (self.foreign, SUMMER): 700.0})

    def test_account_that_is_no_income_any_more(self):
        account = self.first.invoice_line_ids.account_id
        income = account.copy({"code": "499998", "name": "Deposits"})
        line = self.first.invoice_line_ids[0]
        line.account_id = income
        self.refresh()
        self.assertEqual(self.kept()[self.account, SPRING], 100.59)
        income.account_type = "liability_current"
        self.assertEqual(self.refresh(), {"2025-04"})
        self.assertEqual(self.kept()[self.account, SPRING], 0.37)

    def test_what_only_lines_show_is_found_at_night(self):
        deposits = self.first.invoice_line_ids.account_id.copy(
            {"code": "499997", "name": "Deposits", "account_type": "liability_current"}
        )
        self.first.invoice_line_ids[1].account_id = deposits
        self.assertIsNone(self.refresh(thoroughly=True))
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.22, (self.foreign, SUMMER): 700.0})

    def test_what_is_as_it_was_is_not_written(self):
        before = {row: row.id for row in self.revenue.search([("company_id", "=", self.company.id)])}
        self.refresh(thoroughly=True)
        self.assertEqual({row: row.id for row in self.revenue.search([("company_id", "=", self.company.id)])}, before)

    def test_companies(self):
        """Each has its own; what one books is no change in the other."""
        other = self.make_company("Other Company", "base.USD")
        self.invoice(self.account, SPRING, (self.product, 1, 40.0), company=other)
        self.assertEqual(self.refresh(), "nothing")
        self.assertEqual(self.kept(other), {})
        self.revenue.with_company(other)._refresh()
        self.assertEqual(self.kept(other), {(self.account, SPRING): 40.0})
        self.assertEqual(self.kept(), {(self.account, SPRING): 100.59, (self.foreign, SUMMER): 700.0})

    def test_a_customer_that_is_deleted_takes_it_along(self):
        customer = self.make_customer("Gone")
        invoice = self.invoice(customer, SPRING, (self.product, 1, 1.0))
        self.refresh()
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        customer.unlink()
        self.assertNotIn(1.0, self.kept().values())


@freeze_time("2026-02-10 08:00")
class TestAsOf(RevenueCase):
    """Three peers in the same industry, with 100, 200 and 300 in 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metal = cls.env["res.partner.industry"].create({"name": "Metal"})
        cls.account.industry_id = cls.metal
        cls.invoice(cls.account, SPRING, (cls.product, 1, 250.0))
        cls.peers = [cls.make_customer(f"Peer {number}", industry_id=cls.metal.id) for number in range(3)]
        for number, peer in enumerate(cls.peers):
            cls.invoice(peer, SPRING, (cls.product, 1, 100.0 * (number + 1)))

    def peer(self, code="peer_revenue", **options):
        return self.figures(self.account, codes=[code], **options)[code]

    def test_as_of_now_before_the_first_night(self):
        self.assertEqual((self.peer()["value"], self.peer()["as_of"]), (200.0, None))

    def test_stale_until_it_is_brought_up_to_date_and_says_so(self):
        self.revenue._refresh()
        self.invoice(self.peers[0], SUMMER, (self.product, 1, 600.0))
        self.assertEqual((self.peer()["value"], self.peer()["as_of"]), (200.0, "2026-02-10 08:00:00"))
        with freeze_time("2026-02-11 00:10"):
            self.revenue._refresh(thoroughly=True)
            self.assertEqual((self.peer()["value"], self.peer()["as_of"]), (400.0, "2026-02-11 00:10:00"))

    def test_what_the_account_itself_bought_is_of_now(self):
        self.revenue._refresh()
        self.assertEqual(self.peer("peer_rank")["value"], 2.0)
        self.invoice(self.account, SUMMER, (self.product, 1, 51.0))
        self.assertEqual(self.peer("peer_rank")["value"], 1.0)

    def test_screens_say_it(self):
        self.company.partner_id.tz = "Europe/Berlin"
        self.revenue._refresh()
        tab = self.account.with_user(self.manager).get_key_account_cockpit("free", *map(str, YEAR))
        notes = {code: figure["note"] for code, figure in shown_figures(tab).items()}
        self.assertIn("All customers as of 2/10/26, 9:00", notes["peer_revenue"].replace("\u202f", " "))
        self.assertNotIn("as of", notes["revenue"])

    def test_a_document_is_no_other_one_for_that(self):
        figures = self.env["key.account.figures"]
        period = self.account._get_key_account_period(*YEAR)

        def texts():
            computed = figures._compute_figures(self.account, period)[self.account.id]
            return {code: repr(figure) for code, figure in computed.items()}

        before = texts()
        self.revenue._refresh()
        self.assertEqual(texts(), before)

    def test_one_company_that_is_not_kept(self):
        """Sums over companies are of one moment: all are read from the invoices."""
        other = self.make_company("Other Company", "base.EUR")
        self.revenue._refresh()
        self.invoice(self.peers[0], SPRING, (self.product, 1, 30.0), company=other)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        figure = both.get_key_account_figures(*YEAR, ["peer_revenue"])[self.account.id]["peer_revenue"]
        self.assertEqual((figure["value"], figure["as_of"]), (210.0, None))
        self.revenue.with_company(other)._refresh()
        figure = both.get_key_account_figures(*YEAR, ["peer_revenue"])[self.account.id]["peer_revenue"]
        self.assertEqual((figure["value"], figure["as_of"]), (210.0, "2026-02-10 08:00:00"))

    def test_companies_in_other_currencies(self):
        other = self.make_company("Other Company", "base.USD")
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.USD").id,
                "name": "2020-01-01",
                "rate": 2.0,
                "company_id": self.company.id,
            }
        )
        self.invoice(self.peers[0], SPRING, (self.product, 1, 60.0), company=other)
        for company in (self.company, other):
            self.revenue.with_company(company)._refresh()
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        rates = self.env["res.currency.rate"].search([("currency_id.name", "in", ("EUR", "USD"))])
        self.assertTrue(rates)
        figure = both.get_key_account_figures(*YEAR, ["peer_revenue"])[self.account.id]["peer_revenue"]
        in_euros = other.currency_id._convert(60.0, self.company.currency_id, self.company, fields.Date.today())
        self.assertEqual(figure["value"], self.company.currency_id.round((600.0 + in_euros) / 3))
        self.assertTrue(figure["as_of"])

    def test_days_at_the_edges(self):
        """Months are cut where the period is: the days before and after it do not count, its first and last do."""
        first, last = date(2025, 3, 16), date(2025, 5, 20)
        for day, revenue in (
            (date(2025, 3, 15), 1000.0),
            (first, 3.0),
            (last, 6.0),
            (date(2025, 5, 21), 2000.0),
            (date(2024, 3, 15), 4000.0),
            (date(2024, 3, 16), 9.0),
            (date(2024, 5, 20), 12.0),
            (date(2024, 5, 21), 8000.0),
        ):
            self.invoice(self.peers[0], day, (self.product, 1, revenue))
        for peer in self.peers[1:]:
            self.invoice(peer, date(2024, 4, 2), (self.product, 1, 30.0))
        self.revenue._refresh()
        figure = self.peer(period=(first, last))
        # (100 + 9 + 200 + 300) / 3 and (21 + 30 + 30) / 3
        self.assertEqual((figure["value"], figure["previous"]), (203.0, 27.0))

    def test_queries(self):
        accounts = self.env["res.partner"].create(
            [
                {
                    "name": f"Account {n}",
                    "is_company": True,
                    "key_account_status": "active",
                    "industry_id": self.metal.id,
                }
                for n in range(100)
            ]
        )
        self.company.write({"key_account_overhead_pool": 365.0, "key_account_overhead_key": "revenue"})
        for number, account in enumerate(accounts[:12]):
            self.invoice(account, SPRING, (self.product, 1, 10.0 + number))
        self.revenue._refresh()
        counts = []
        for asked in (accounts[:10], accounts[:10], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            asked.get_key_account_figures(*YEAR, codes=LOOKING_AT_ALL)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_invoices_of_others_are_not_read(self):
        """What was kept is all that is looked at: the sales lines are read for the account alone."""
        self.company.write({"key_account_overhead_pool": 365.0, "key_account_overhead_key": "revenue"})
        self.revenue._refresh()
        report = type(self.env["key.account.sales.report"])
        original, domains = report._search, []

        def search(records, domain, *args, **kwargs):
            domains.append(str(domain))
            return original(records, domain, *args, **kwargs)

        with patch.object(report, "_search", search):
            self.figures(self.account, codes=LOOKING_AT_ALL)
        self.assertTrue(domains)
        for domain in domains:
            self.assertIn(f"('customer_id', 'in', [{self.account.id}])", domain)


class TestRights(RevenueCase):
    def test_nobody_reads_it(self):
        self.invoice(self.account, SPRING, (self.product, 1, 1.0))
        self.revenue._refresh()
        for model in ("key.account.customer.revenue", "key.account.customer.revenue.state"):
            for user in (self.outsider, self.rep, self.manager, self.head):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(model, user=user.name, operation=operation):
                        self.assertFalse(self.env[model].with_user(user).has_access(operation))

    def test_who_brings_it_up_to_date(self):
        for user in (self.outsider, self.rep, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.revenue.with_user(user)._refresh_now()
        self.revenue.with_user(self.head)._refresh_now()
        self.assertTrue(self.env["key.account.customer.revenue.state"]._get_as_of(self.company))

    def test_settings(self):
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        self.assertFalse(settings.key_account_customers_as_of)
        settings.action_refresh_key_account_customers()
        settings.invalidate_recordset(["key_account_customers_as_of"])
        self.assertTrue(settings.key_account_customers_as_of)


class TestTwoWorkers(RaceCase):
    def prepare(self, env):
        self.company_id = env.ref("base.main_company").id
        self.remove(env)

    def remove(self, env):
        for model in ("key.account.customer.revenue", "key.account.customer.revenue.state"):
            env[model].search([("company_id", "=", self.company_id)]).unlink()

    def refresh(self, env, _number, wait):
        company = env["res.company"].browse(self.company_id)
        env["res.partner"].search([], limit=1)
        wait()
        return env["key.account.customer.revenue"].with_company(company)._refresh()

    def test_one_does_it(self):
        """Both began before either had done anything: the second one finds it done, or leaves it to the first."""
        for _time in range(2):
            results = self.at_once(2, self.refresh)
            self.assertLessEqual(set(results.values()), {True, False}, results)
            self.assertIn(True, results.values())
        with self.database.cursor() as cr:
            env = self.environment(cr)
            rows = env["key.account.customer.revenue"].search([("company_id", "=", self.company_id)])
            days = rows.mapped(lambda row: (row.customer_id, row.date))
            self.assertTrue(days)
            self.assertEqual(len(days), len(set(days)))

    def test_on_demand_while_it_is_being_done(self):
        with self.database.cursor() as first, self.database.cursor() as second:
            envs = [self.environment(cr) for cr in (first, second)]
            company = envs[0]["res.company"].browse(self.company_id)
            self.assertTrue(envs[0]["key.account.customer.revenue"].with_company(company)._refresh())
            with self.assertRaises(UserError):
                envs[1]["key.account.customer.revenue"].with_company(company)._refresh_now()
            first.rollback()
