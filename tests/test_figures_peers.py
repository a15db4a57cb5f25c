"""Comparable customers and ABC classes, against numbers worked out by hand."""

from datetime import date
from statistics import mean, median

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import YEAR, KeyAccountCase

SPRING = date(2025, 4, 2)
PEER_CODES = ["peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile"]


class TestPeers(KeyAccountCase):
    """Alpha sold to for 500 in 2025, between peers of the same industry with 100, 300, 700 and 900."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metal, cls.food = cls.env["res.partner.industry"].create([{"name": "Metal"}, {"name": "Food"}])
        cls.account.industry_id = cls.metal
        cls.sell(cls.account, 500)
        cls.peers = [cls.peer(f"Peer {revenue}", revenue) for revenue in (100, 300, 700, 900)]

    @classmethod
    def sell(cls, partner, revenue, day=SPRING, **options):
        return cls.invoice(partner, day, (cls.product, 1, revenue), **options)

    @classmethod
    def peer(cls, name, revenue, **values):
        partner = cls.make_customer(name, **{"industry_id": cls.metal.id, **values})
        cls.sell(partner, revenue)
        return partner

    def assertPeers(self, average, middle, rank, percentile, account=None, **options):
        account = account or self.account
        figures = self.figures(account, codes=PEER_CODES, **options)
        self.assertEqual([figures[code]["value"] for code in PEER_CODES], [average, middle, rank, percentile])
        return figures

    def test_mean_median_rank_percentile(self):
        figures = self.assertPeers(500.0, 500.0, 3, 0.5)
        self.assertEqual([figures[code]["unit"] for code in PEER_CODES], ["EUR", "EUR", "", "%"])
        self.assertEqual({figure["note"] for figure in figures.values()}, {""})
        self.peer("Peer 1000", 1000)
        self.assertPeers(mean([100, 300, 700, 900, 1000]), median([100, 300, 700, 900, 1000]), 4, 0.4)

    def test_same_revenue_is_the_same_rank(self):
        self.peer("Peer 500", 500)
        self.assertPeers(500.0, 500.0, 3, 0.4)

    def test_others_are_not_peers(self):
        """Another industry, none, nothing bought, only credit notes, drafts, another period."""
        self.peer("Baker", 5000, industry_id=self.food.id)
        self.peer("Unknown", 5000, industry_id=False)
        self.make_customer("Lost", industry_id=self.metal.id)
        returned = self.make_customer("Returned", industry_id=self.metal.id)
        self.credit_note(returned, SPRING, (self.product, 1, 50.0))
        balanced = self.peer("Balanced", 80)
        self.credit_note(balanced, SPRING, (self.product, 1, 80.0))
        self.sell(self.make_customer("Draft", industry_id=self.metal.id), 60, post=False)
        self.sell(self.make_customer("Early", industry_id=self.metal.id), 60, day=date(2024, 12, 31))
        self.assertPeers(500.0, 500.0, 3, 0.5)

    def test_a_tree_counts_once_at_its_top(self):
        """Subsidiaries of peers are part of them, whatever their own industry; the account's relatives are not."""
        self.sell(self.make_customer("South", parent_id=self.peers[0].id, industry_id=self.food.id), 100)
        below = self.make_customer("Far South", parent_id=self.make_customer("Hub", parent_id=self.peers[0].id).id)
        self.sell(below, 200)
        self.assertPeers(575.0, 550.0, 3, 0.5)
        own = self.make_account("Alpha North", parent_id=self.account.id, industry_id=self.metal.id)
        self.sell(own, 10)
        self.assertPeers(575.0, 550.0, 3, 0.5)
        self.assertPeers(575.0, 550.0, 5, 0.0, account=own)

    def test_contacts_and_archived_customers(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.peers[0].id})
        self.sell(contact, 100)
        self.peers[1].active = False
        self.assertPeers(525.0, 500.0, 3, 0.5)

    def test_fewer_than_three(self):
        for peer in self.peers[:2]:
            peer.industry_id = self.food
        figures = self.assertPeers(None, None, None, None)
        notes = {figure["note"] for figure in figures.values()}
        self.assertEqual(notes, {"Fewer than 3 comparable customers have revenue in this period."})
        self.peers[0].industry_id = self.metal
        self.assertPeers(566.67, 700.0, 3, 1 / 3)

    def test_account_without_industry(self):
        self.account.industry_id = False
        figures = self.assertPeers(None, None, None, None)
        self.assertEqual({figure["note"] for figure in figures.values()}, {"The customer has no industry."})

    def test_account_without_revenue(self):
        new = self.make_account("New", industry_id=self.metal.id)
        figures = self.assertPeers(500.0, 500.0, None, None, account=new)
        self.assertEqual(figures["peer_rank"]["note"], "No invoices in this period.")

    def test_period_before(self):
        for partner, revenue in zip([self.account, *self.peers], (50, 10, 20, 30, 40), strict=True):
            self.sell(partner, revenue, day=date(2024, 6, 1))
        figures = self.figures(self.account, codes=PEER_CODES)
        self.assertEqual([figures[code]["previous"] for code in PEER_CODES], [25.0, 25.0, 1, 1.0])

    def test_tiers(self):
        tier = self.env["key.account.tier"].create({"name": "Gold"})
        self.company.key_account_peer_grouping = "tier"
        figures = self.assertPeers(None, None, None, None)
        self.assertEqual(figures["peer_rank"]["note"], "The customer has no tier.")
        for partner in [self.account, *self.peers[1:]]:
            partner.key_account_tier_id = tier
        self.assertPeers(633.33, 700.0, 3, 1 / 3)

    def test_country_and_industry(self):
        self.company.key_account_peer_grouping = "country_industry"
        self.assertIn("no country", self.assertPeers(None, None, None, None)["peer_rank"]["note"])
        germany, france = self.env.ref("base.de"), self.env.ref("base.fr")
        for partner in [self.account, *self.peers]:
            partner.country_id = germany
        self.peer("Abroad", 5000, country_id=france.id)
        self.peer("Baker", 5000, country_id=germany.id, industry_id=self.food.id)
        self.assertPeers(500.0, 500.0, 3, 0.5)

    def test_hand_picked(self):
        self.company.key_account_peer_grouping = "hand_picked"
        self.assertIn("no peer group", self.assertPeers(None, None, None, None)["peer_rank"]["note"])
        with Form(self.env["key.account.peer.group"].with_user(self.head)) as form:
            form.name = "Robots"
        group = form.record
        group.partner_ids = [Command.set([self.account.id, *(peer.id for peer in self.peers[:3])])]
        self.assertPeers(366.67, 300.0, 2, 2 / 3)

    def test_companies(self):
        """Only revenue in the companies that are switched on; each company has its own way to compare."""
        other = self.make_company("Other Company", "base.EUR")
        for partner, revenue in zip([self.account, *self.peers[:3]], (1, 2, 3, 4), strict=True):
            self.sell(partner, revenue, company=other)
        account = self.account.with_context(allowed_company_ids=self.company.ids)
        self.assertPeers(500.0, 500.0, 3, 0.5, account=account)
        account = self.account.with_context(allowed_company_ids=other.ids)
        self.assertPeers(3.0, 3.0, 4, 0.0, account=account)
        account = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertPeers(502.25, 503.5, 3, 0.5, account=account)
        other.key_account_peer_grouping = "tier"
        self.assertPeers(None, None, None, None, account=self.account.with_context(allowed_company_ids=other.ids))

    # === ROLES ===#

    def test_roles(self):
        self.assertPeers(500.0, 500.0, 3, 0.5, user=self.manager)
        for user in (self.rep, self.outsider):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.figures(self.account, codes=["peer_rank"], user=user)
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.account.with_user(user).read(["key_account_peer_group_id"])
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env["key.account.peer.group"].with_user(user).search([])

    # === WHAT THE READER KNOWS OTHERWISE ===#

    def make_accounts(self, *peers, manager):
        for peer in peers:
            peer.write({"key_account_status": "active", "key_account_manager_id": manager.id})

    def test_own_accounts_among_the_peers(self):
        """A manager knows what their own accounts bought, and with two others what each of these did."""
        self.make_accounts(*self.peers[1:], manager=self.head)
        self.make_accounts(self.peers[0], manager=self.manager)
        self.assertPeers(500.0, 500.0, 3, 0.5, user=self.manager)
        self.make_accounts(self.peers[1], manager=self.manager)
        figures = self.assertPeers(None, None, None, None, user=self.manager)
        self.assertIn("others than your own accounts", figures["peer_rank"]["note"])
        # The head sees all of them anyway
        self.assertPeers(500.0, 500.0, 3, 0.5, user=self.head)
        self.make_accounts(*self.peers, manager=self.manager)
        self.assertPeers(None, None, None, None, user=self.manager)

    def test_helping_is_knowing(self):
        self.make_accounts(*self.peers, manager=self.head)
        for peer in self.peers[:2]:
            peer.key_account_team_ids = self.manager
        self.assertPeers(None, None, None, None, user=self.manager)

    def test_customers_that_every_manager_may_see(self):
        """One account of someone else among customers whose figures the manager can open."""
        self.assertPeers(500.0, 500.0, 3, 0.5, user=self.manager)
        self.make_accounts(self.peers[0], manager=self.head)
        self.assertPeers(None, None, None, None, user=self.manager)
        self.make_accounts(self.peers[1], self.peers[2], manager=self.head)
        self.assertPeers(500.0, 500.0, 3, 0.5, user=self.manager)

    def test_part_of_a_group(self):
        """Who knows one company of a group does not know the group; who knows all of it does."""
        self.make_accounts(*self.peers, manager=self.head)
        daughter = self.make_account("Daughter", parent_id=self.peers[0].id)
        self.sell(daughter, 50)
        self.assertPeers(512.5, 500.0, 3, 0.5, user=self.manager)
        self.make_accounts(*self.peers[:2], manager=self.manager)
        self.assertPeers(None, None, None, None, user=self.manager)

    def test_other_ways_to_compare(self):
        """Industry, country, tier and groups by hand: all of them."""
        germany = self.env.ref("base.de")
        tier = self.env["key.account.tier"].create({"name": "Gold"})
        group = self.env["key.account.peer.group"].create({"name": "Robots"})
        self.make_accounts(*self.peers, manager=self.head)
        for partner in [self.account, *self.peers]:
            partner.write(
                {
                    "country_id": germany.id,
                    "key_account_tier_id": tier.id,
                    "key_account_peer_group_id": group.id,
                }
            )
        for grouping, _label in self.company._fields["key_account_peer_grouping"].selection:
            self.company.key_account_peer_grouping = grouping
            with self.subTest(grouping):
                self.make_accounts(*self.peers, manager=self.head)
                self.assertPeers(500.0, 500.0, 3, 0.5, user=self.manager)
                self.make_accounts(*self.peers[:2], manager=self.manager)
                self.assertPeers(None, None, None, None, user=self.manager)

    def test_frozen_figures_have_readers(self):
        """What is frozen does not depend on who freezes it: it is for those who work for the account."""
        self.make_accounts(*self.peers[2:], manager=self.head)
        self.make_accounts(*self.peers[:2], manager=self.manager)
        review = (
            self.env["key.account.review"].with_user(self.head).create({"partner_id": self.account.id, "year": 2025})
        )
        review.action_hold()
        frozen = review.sudo().figure_ids.filtered(lambda figure: figure.code in PEER_CODES)
        self.assertEqual({figure._get_figure().value for figure in frozen}, {None})

    def test_who_picks_peers(self):
        groups = self.env["key.account.peer.group"]
        group = groups.with_user(self.head).create({"name": "Robots"})
        with self.assertRaises(AccessError):
            groups.with_user(self.manager).create({"name": "Mine"})
        self.account.with_user(self.manager).key_account_peer_group_id = group
        self.peers[0].with_user(self.manager).key_account_peer_group_id = group
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.foreign.with_user(self.manager).key_account_peer_group_id = group
        with self.assertRaises(AccessError):
            self.peers[1].with_user(self.outsider).key_account_peer_group_id = group


class TestAbc(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The accounts of the demo data bought nothing from the test company
        cls.today = fields.Date.context_today(cls.account)
        cls.tier_a, cls.tier_b = cls.env["key.account.tier"].create(
            [{"name": "Gold", "abc_class": "a"}, {"name": "Silver", "abc_class": "b"}]
        )

    def accounts(self, *revenues, day=SPRING):
        accounts = self.env["res.partner"]
        for number, revenue in enumerate(revenues):
            account = self.make_account(f"Account {number}")
            self.invoice(account, day, (self.product, 1, revenue))
            accounts |= account
        return accounts

    def classes(self, accounts, period=YEAR):
        figures = accounts.get_key_account_figures(*period, ["abc_class"])
        return [figures[account.id]["abc_class"]["value"] for account in accounts]

    def propose(self):
        self.env["res.partner"]._propose_key_account_abc(self.company)

    def test_limits(self):
        """In order 500, 300 | 100, 60 | 40: before the first B there are 80 %, before the first C 96 %."""
        self.assertEqual(self.classes(self.accounts(40, 300, 500, 100, 60)), [3, 1, 1, 2, 2])
        self.assertEqual(self.classes(self.account | self.foreign), [None, None])

    def test_at_the_limit(self):
        self.assertEqual(self.classes(self.accounts(800, 150, 50)), [1, 2, 3])

    def test_the_largest_is_a(self):
        self.assertEqual(self.classes(self.accounts(990, 10)), [1, 3])
        accounts = self.accounts(10000)
        self.assertEqual(self.classes(accounts), [1])

    def test_same_revenue_same_class(self):
        self.assertEqual(self.classes(self.accounts(700, 100, 100, 100)), [1, 1, 1, 1])

    def test_limits_of_the_settings(self):
        self.company.write({"key_account_abc_a_limit": 0.5, "key_account_abc_b_limit": 0.9})
        self.assertEqual(self.classes(self.accounts(50, 300, 500, 100, 50)), [3, 2, 1, 2, 3])

    def test_bad_limits(self):
        for a_limit, b_limit in ((0, 0.5), (0.9, 0.8), (0.8, 1.1)):
            with (
                self.subTest(a=a_limit, b=b_limit),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError) as caught,
                self.env.cr.savepoint(),
            ):
                self.company.write({"key_account_abc_a_limit": a_limit, "key_account_abc_b_limit": b_limit})
                self.company.flush_recordset()
            self.assertIn("limits of the ABC classes", self.company._sql_error_to_message(caught.exception))
            self.company.invalidate_recordset(flush=False)

    def test_twelve_months(self):
        """Whatever the period, 12 months up to its end; the class before is that of the year before."""
        accounts = self.accounts(900, 100, day=date(2024, 7, 1))
        self.invoice(accounts[1], date(2025, 7, 1), (self.product, 1, 5000.0))
        self.assertEqual(self.classes(accounts, (date(2025, 5, 1), date(2025, 5, 31))), [1, 2])
        self.assertEqual(self.classes(accounts, (date(2024, 1, 1), date(2024, 6, 30))), [None, None])
        self.assertEqual(self.classes(accounts, (date(2025, 6, 1), date(2025, 6, 30))), [1, 2])
        self.assertEqual(self.classes(accounts, (date(2025, 7, 1), date(2025, 7, 1))), [None, 1])
        figure = self.figures(accounts[1], codes=["abc_class"])["abc_class"]
        self.assertEqual((figure["value"], figure["previous"]), (1, 2))

    def test_who_is_ranked(self):
        accounts = self.accounts(500, 300, 200)
        self.assertEqual(self.classes(accounts), [1, 1, 2])
        accounts[0].key_account_status = "former"
        customer = self.make_customer("No key account")
        self.invoice(customer, SPRING, (self.product, 1, 9000.0))
        self.assertEqual(self.classes(accounts | customer), [None, 1, 1, None])
        self.assertIn("former", self.figures(customer, codes=["abc_class"])["abc_class"]["note"])
        self.credit_note(accounts[1], SPRING, (self.product, 1, 300.0))
        self.assertEqual(self.classes(accounts[1]), [None])
        self.assertIn("No revenue", self.figures(accounts[1], codes=["abc_class"])["abc_class"]["note"])

    def test_accounts_inside_accounts(self):
        """The part of 90 within 100 is not behind itself; the total counts it once: 100 + 20."""
        group, other = self.accounts(10, 20)
        part = self.make_account("Part", parent_id=group.id)
        self.invoice(part, SPRING, (self.product, 1, 90.0))
        self.assertEqual(self.classes(group | part | other), [1, 1, 2])
        table = self.figures(other, codes=["abc_class"])["abc_class"]["table"]
        letter, revenue, share, before = table["rows"][0]
        self.assertEqual((letter, revenue, round(share, 6), round(before, 6)), ("B", 20.0, 0.166667, 0.833333))

    def test_records(self):
        accounts = self.accounts(700, 100)
        action = accounts[0].action_view_key_account_figure("abc_class", date(2025, 12, 1), date(2025, 12, 31))
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).mapped("price_subtotal"), [700.0])

    # === THE PROPOSAL ON THE ACCOUNT ===#

    def test_proposal_never_touches_the_tier(self):
        accounts = self.accounts(800, 150, 50, day=self.today)
        accounts[0].key_account_tier_id = accounts[2].key_account_tier_id = self.tier_a
        accounts[1].key_account_tier_id = self.tier_b
        self.propose()
        self.assertEqual(accounts.mapped("key_account_abc"), ["a", "b", "c"])
        self.assertEqual(accounts.key_account_tier_id, self.tier_a | self.tier_b)
        self.assertEqual(accounts.mapped("key_account_abc_differs"), [False, False, True])
        differs = [("key_account_abc_differs", "=", True), ("id", "in", (accounts | self.account).ids)]
        self.assertEqual(self.env["res.partner"].search(differs), accounts[2])
        accounts[0].key_account_tier_id = False
        self.assertEqual(self.env["res.partner"].search(differs), accounts[0] | accounts[2])
        same = [("key_account_abc_differs", "=", False), ("id", "in", (accounts | self.account).ids)]
        self.assertEqual(self.env["res.partner"].search(same), self.account | accounts[1])

    def test_proposal_is_renewed(self):
        accounts = self.accounts(800, 150, day=self.today)
        self.propose()
        self.invoice(accounts[1], self.today, (self.product, 1, 9000.0))
        accounts[0].key_account_status = "former"
        self.propose()
        self.assertEqual(accounts.mapped("key_account_abc"), [False, "a"])
        accounts.key_account_status = False
        self.propose()
        self.assertEqual(accounts.mapped("key_account_abc"), [False, False])

    def test_lists_sort_and_group(self):
        accounts = self.accounts(50, 800, 150, day=self.today)
        self.propose()
        partners = self.env["res.partner"].with_user(self.manager)
        domain = [("id", "in", accounts.ids)]
        found = partners.search(domain, order="key_account_abc")
        self.assertEqual(found.mapped("key_account_abc"), ["a", "b", "c"])
        groups = partners.formatted_read_group(domain, ["key_account_abc"], ["__count"])
        self.assertEqual({group["key_account_abc"]: group["__count"] for group in groups}, {"a": 1, "b": 1, "c": 1})

    def test_each_company_proposes_for_itself(self):
        accounts = self.accounts(800, 150, day=self.today)
        other = self.make_company("Other Company", "base.EUR")
        self.invoice(accounts[1], self.today, (self.product, 1, 10.0), company=other)
        for company in self.company | other:
            self.env["res.partner"]._propose_key_account_abc(company)
        self.assertEqual(accounts.with_company(self.company).mapped("key_account_abc"), ["a", "b"])
        self.assertEqual(accounts.with_company(other).mapped("key_account_abc"), [False, "a"])

    def test_daily_job(self):
        accounts = self.accounts(800, 150, day=self.today)
        with self.enter_registry_test_mode():
            self.env.ref("key_account_management.ir_cron_propose_key_account_abc").method_direct_trigger()
        self.assertEqual(accounts.mapped("key_account_abc"), ["a", "b"])

    def test_proposal_is_internal(self):
        self.accounts(800, day=self.today)
        for user in (self.rep, self.outsider):
            for name in ("key_account_abc", "key_account_abc_differs"):
                with self.subTest(user=user.name, name=name), self.assertRaises(AccessError):
                    self.account.with_user(user).read([name])
        self.account.with_user(self.manager).read(["key_account_abc", "key_account_abc_differs"])


class TestQueries(KeyAccountCase):
    def test_number_of_queries(self):
        """Eight or nineteen accounts among peers: the same number of queries."""
        industry = self.env["res.partner.industry"].create({"name": "Metal"})
        accounts = self.env["res.partner"].union(
            *(self.make_account(f"Account {number}", industry_id=industry.id) for number in range(20))
        )
        for number, account in enumerate(accounts, start=1):
            self.invoice(account, SPRING, (self.product, number, 10.0))
        counts = []
        for some in (accounts[:1], accounts[:8], accounts[:19]):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            figures = some.get_key_account_figures(*YEAR, [*PEER_CODES, "abc_class"])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(
            [figures[account.id]["peer_rank"]["value"] for account in accounts[:19]], list(range(20, 1, -1))
        )
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 25)
