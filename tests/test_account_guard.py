"""What decides about a key account, or who works for it, is changed by those who may, whatever the way in."""

from contextlib import contextmanager, nullcontext
from datetime import date
from unittest.mock import patch

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.key_account_management.models import res_partner
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, JsonRpcException, new_test_user
from odoo.tools import mute_logger

from .common import MANAGER, USER, KeyAccountCase

SALESMAN = "sales_team.group_sale_salesman"


class GuardCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.south = cls.make_customer("Beta South", parent_id=cls.foreign.id)
        cls.north = cls.make_customer("Alpha North", parent_id=cls.account.id)
        cls.ann = cls.make_customer("Ann", parent_id=cls.foreign.id, is_company=False)
        cls.customer = cls.make_customer("Gamma")
        cls.seller = new_test_user(
            cls.env, "seller", f"base.group_user,{SALESMAN}", company_id=cls.company.id, company_ids=cls.company.ids
        )
        # Odoo lets nobody else import contacts of companies
        cls.clerk = cls.make_user("clerk", "base.group_user,base.group_partner_manager,account.group_account_invoice")
        cls.germany, cls.france = cls.env.ref("base.de"), cls.env.ref("base.fr")
        cls.industry = cls.env.ref("base.res_partner_industry_A")
        cls.env.flush_all()

    def rpc(self, user, method, *args, **kwargs):
        """As over RPC, where only JSON comes and goes."""
        partners = self.env["res.partner"].with_user(user)
        # The user who begins the transaction is the one who calls
        with patch.object(self.env.transaction, "default_env", partners.env):
            return call_kw(partners, method, list(args), kwargs)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def assertDenied(self, what, message=""):
        with self.assertRaisesRegex(AccessError, message), self.env.cr.savepoint():
            what()
        self.env.invalidate_all()

    def ways_to_write(self, user, partner, parent, name="parent_id"):
        """The same change by each way in, as functions."""
        return {
            "write": lambda: self.rpc(user, "write", partner.ids, {name: parent.id}),
            "lines of the new parent": lambda: self.rpc(
                user, "write", parent.ids, {"child_ids": [[4, partner.id]]} if parent else {}
            ),
            "values of a line": lambda: self.rpc(
                user, "write", partner.parent_id.ids, {"child_ids": [[1, partner.id, {name: parent.id}]]}
            ),
            "all lines": lambda: self.rpc(user, "write", parent.ids, {"child_ids": [[6, 0, partner.ids]]}),
            "create": lambda: self.rpc(
                user, "create", {"name": "New", "is_company": True, "child_ids": [[4, partner.id]]}
            ),
            "import": lambda: self.load(user, [".id", name + "/.id"], [[partner.id, parent.id]]),
        }

    def load(self, user, names, rows):
        result = self.rpc(user, "load", names, [[str(value) for value in row] for row in rows])
        if not result["ids"]:
            raise AccessError(result["messages"][0]["message"])


class TestAsAnotherUser(GuardCase):
    """Lines of partners are written as the user who began the transaction: here, and in jobs, the superuser."""

    def test_lines(self):
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for partner in (self.foreign, self.south):
                for values in (
                    {"child_ids": [Command.link(partner.id)]},
                    {"child_ids": [Command.set(partner.ids)]},
                    {
                        "child_ids": [
                            Command.create({"name": "New", "key_account_status": "active", "is_company": True})
                        ]
                    },
                ):
                    if user == self.manager and values["child_ids"][0][0] == Command.CREATE:
                        continue
                    with self.subTest(user.name, partner=partner.name, values=values):
                        mine = self.make_customer("Mine")
                        mine.key_account_status = "active"
                        mine.key_account_manager_id = self.manager
                        self.assertDenied(lambda user=user, mine=mine, v=values: mine.with_user(user).write(v))
                        self.assertDenied(
                            lambda user=user, v=values: self.customer.with_user(user).create({"name": "New", **v})
                        )
            for command in (
                Command.unlink(self.south.id),
                Command.delete(self.south.id),
                Command.clear(),
                Command.update(self.south.id, {"parent_id": self.account.id}),
            ):
                with self.subTest(user.name, command=command):
                    self.assertDenied(
                        lambda user=user, command=command: self.foreign.with_user(user).write({"child_ids": [command]})
                    )


class TestWhoseAccount(GuardCase):
    """A change of whose account a partner is needs the right on the old and on the new one."""

    def test_nobody_moves_a_foreign_account_below_their_own(self):
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for way, move in self.ways_to_write(user, self.foreign, self.account).items():
                # It is in no lines
                if way != "values of a line":
                    with self.subTest(user.name, way=way):
                        self.assertDenied(move, "Beta|Alpha")

    def test_nobody_takes_a_subsidiary_out_of_a_foreign_account(self):
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for way, move in self.ways_to_write(user, self.south, self.account).items():
                with self.subTest(user.name, way=way):
                    self.assertDenied(move, "Beta|Alpha")
            with self.subTest(user.name, way="nowhere"):
                self.assertDenied(lambda user=user: self.rpc(user, "write", self.south.ids, {"parent_id": False}))
            for command in ([3, self.south.id], [5], [6, 0, []]):
                with self.subTest(user.name, command=command):
                    self.assertDenied(
                        lambda user=user, command=command: self.rpc(
                            user, "write", self.foreign.ids, {"child_ids": [command]}
                        )
                    )

    def test_nobody_gives_something_to_a_foreign_account(self):
        """It would change the figures of that account."""
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for partner in (self.customer, self.north, self.account):
                with self.subTest(user.name, partner=partner.name):
                    self.assertDenied(
                        lambda user=user, partner=partner: self.rpc(
                            user, "write", partner.ids, {"parent_id": self.foreign.id}
                        ),
                        "Beta",
                    )

    def test_a_person_of_a_foreign_account_stays(self):
        """What is known about a person goes with the person."""
        for user in (self.outsider, self.seller, self.rep, self.manager):
            with self.subTest(user.name):
                self.assertDenied(
                    lambda user=user: self.rpc(user, "write", self.ann.ids, {"parent_id": self.account.id}), "Beta"
                )

    def test_a_company_between_two_accounts(self):
        """Whoever has the holding of a foreign account has the account as well."""
        holding = self.make_customer("Holding")
        self.foreign.parent_id = holding
        self.assertDenied(lambda: self.rpc(self.manager, "write", holding.ids, {"parent_id": self.account.id}), "Beta")
        mine = {"key_account_status": "active", "key_account_manager_id": self.manager.id}
        self.assertDenied(lambda: self.rpc(self.manager, "write", holding.ids, mine), "Beta")
        self.assertDenied(lambda: self.rpc(self.manager, "action_make_key_account", holding.ids), "Beta")

    def test_a_subsidiary_of_a_foreign_account_does_not_become_an_own_one(self):
        mine = {"key_account_status": "active", "key_account_manager_id": self.manager.id}
        self.assertDenied(lambda: self.rpc(self.manager, "write", self.south.ids, mine), "Beta")
        self.assertDenied(lambda: self.rpc(self.manager, "action_make_key_account", self.south.ids), "Beta")

    def test_nothing_stays_hidden_by_doing_it_at_once(self):
        everything = {"parent_id": self.account.id, "key_account_manager_id": self.manager.id}
        for partner in (self.foreign, self.south):
            with self.subTest(partner.name):
                self.assertDenied(lambda partner=partner: self.rpc(self.manager, "write", partner.ids, everything))
        self.assertDenied(
            lambda: self.rpc(self.manager, "write", (self.account | self.foreign).ids, {"parent_id": self.customer.id})
        )

    def test_what_follows_cannot_be_set(self):
        """The account and the commercial entity of a partner follow from its parent."""
        for user in (self.outsider, self.rep, self.manager):
            for partner in (self.foreign, self.south, self.customer):
                for name, value in (
                    ("key_account_id", False),
                    ("key_account_id", self.account.id),
                    ("commercial_partner_id", self.account.id),
                ):
                    if partner == self.customer and not value:
                        continue
                    with self.subTest(user.name, partner=partner.name, name=name, value=value):
                        self.assertDenied(
                            lambda user=user, partner=partner, values={name: value}: self.rpc(
                                user, "write", partner.ids, values
                            )
                        )
            with self.subTest(user.name, way="lines"):
                self.assertDenied(
                    lambda user=user: self.rpc(
                        user, "write", self.account.ids, {"key_account_person_ids": [[4, self.ann.id]]}
                    )
                )
            with self.subTest(user.name, way="context"):
                context = {"default_key_account_id": self.account.id, "default_commercial_partner_id": self.account.id}
                values = {"key_account_id": self.account.id, "commercial_partner_id": self.account.id}
                ways = (
                    lambda user=user, context=context: self.rpc(user, "create", {"name": "New"}, context=context),
                    lambda user=user, values=values: self.rpc(user, "create", {"name": "New", **values}),
                )
                for way in ways:
                    if user == self.outsider:
                        # May not even read which account it is
                        self.assertDenied(way)
                        continue
                    new = self.account.browse(way())
                    self.assertFalse(new.key_account_id)
                    self.assertEqual(new.commercial_partner_id, new)

    def test_the_context_opens_nothing(self):
        for key in (res_partner.ADDRESS_FOLLOWS, res_partner.LINES_FOR):
            for values in ({"parent_id": self.account.id}, {"parent_id": self.account.id, "country_id": False}):
                with self.subTest(key, values=values):
                    context = {key: self.head.id}
                    self.assertDenied(
                        lambda c=context, v=values: self.rpc(self.manager, "write", self.south.ids, v, context=c)
                    )

    def test_those_who_may(self):
        self.rpc(self.manager, "write", self.customer.ids, {"parent_id": self.account.id})
        self.assertEqual(self.customer.key_account_id, self.account)
        self.rpc(self.manager, "write", self.north.ids, {"parent_id": self.customer.id})
        self.rpc(self.manager, "write", self.customer.ids, {"parent_id": False})
        self.assertFalse(self.north.key_account_id)
        self.rpc(self.head, "write", self.south.ids, {"parent_id": self.account.id})
        self.rpc(self.head, "write", self.foreign.ids, {"parent_id": self.account.id})
        self.assertTrue(self.foreign.with_user(self.manager).is_my_key_account)
        # Those of an account above work for those below
        self.rpc(self.manager, "write", self.foreign.ids, {"parent_id": False})

    def test_inside_an_account_anyone_may_tidy_up(self):
        self.rpc(self.outsider, "write", self.ann.ids, {"parent_id": self.south.id})
        self.assertEqual(self.ann.key_account_id, self.foreign)

    def test_everyday_work_of_everybody(self):
        """Ordinary partners are moved as ever, and new people are added to any account."""
        other = self.make_customer("Delta")
        bob = self.make_customer("Bob", is_company=False)
        for user in (self.outsider, self.seller, self.rep):
            with self.subTest(user.name):
                self.rpc(user, "write", self.customer.ids, {"parent_id": other.id, "country_id": self.germany.id})
                self.rpc(user, "write", self.customer.ids, {"parent_id": False, "is_company": True})
                person = self.rpc(user, "create", {"name": "New", "parent_id": self.foreign.id})
                self.rpc(user, "write", [person], {"name": "Newer", "phone": "1", "function": "Buyer"})
                self.rpc(
                    user,
                    "write",
                    self.foreign.ids,
                    {"phone": "2", "child_ids": [[0, 0, {"name": "Door 2", "type": "delivery"}]]},
                )
                self.rpc(user, "name_create", "Quick")
                # Someone known from an email
                self.rpc(user, "write", bob.ids, {"parent_id": self.foreign.id})
                self.assertEqual(bob.key_account_id, self.foreign)
                bob.parent_id = False
                self.rpc(user, "copy", self.customer.ids)
                self.rpc(user, "copy", self.ann.ids)

    def test_a_person_with_figures_is_a_customer(self):
        bob = self.make_customer("Bob", is_company=False)
        self.invoice(bob, date(2025, 3, 10), (self.product, 3, 100.0))
        for user in (self.outsider, self.rep):
            with self.subTest(user.name):
                self.assertDenied(lambda user=user: self.rpc(user, "write", bob.ids, {"parent_id": self.account.id}))

    def test_a_new_company_below_an_account(self):
        values = {"name": "New", "is_company": True, "parent_id": self.foreign.id}
        for user in (self.outsider, self.seller, self.rep, self.manager):
            with self.subTest(user.name):
                self.assertDenied(lambda user=user: self.rpc(user, "create", values), "Beta")
                self.assertDenied(lambda user=user: self.rpc(user, "copy", self.south.ids), "Beta")
                self.assertDenied(
                    lambda user=user: self.rpc(
                        user,
                        "create",
                        {"name": "New", "is_company": True},
                        context={"default_parent_id": self.foreign.id},
                    ),
                    "Beta",
                )
                self.assertDenied(lambda user=user: self.rpc(user, "write", self.ann.ids, {"is_company": True}), "Beta")
                self.assertDenied(
                    lambda user=user: self.rpc(user, "write", self.south.ids, {"company_type": "person"}), "Beta"
                )
        self.rpc(self.manager, "create", {**values, "parent_id": self.account.id})

    def test_a_company_of_its_own(self):
        for user in (self.outsider, self.rep, self.manager):
            for partner in (self.foreign, self.south):
                with self.subTest(user.name, partner=partner.name):
                    self.assertDenied(
                        lambda user=user, partner=partner: self.rpc(
                            user, "write", partner.ids, {"company_id": self.company.id}
                        ),
                        "Beta",
                    )
        self.rpc(self.manager, "write", self.account.ids, {"company_id": self.company.id})


class TestAboveAccounts(GuardCase):
    """A company that belongs to no account, and above accounts: as the top company it decides what they are compared
    with, and its figures include theirs.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls.make_customer("Holding")
        cls.foreign.parent_id = cls.holding
        cls.env.flush_all()

    def ways_to_change(self, user):
        holding = self.holding
        tier = self.env.ref("key_account_management.key_account_tier_b")
        ways = {
            name: lambda values={name: value}: self.rpc(user, "write", holding.ids, values)
            for name, value in (
                ("parent_id", self.customer.id),
                ("industry_id", self.industry.id),
                ("key_account_tier_id", tier.id),
            )
        }
        return ways | {
            "lines": lambda: self.rpc(user, "write", self.customer.ids, {"child_ids": [[4, holding.id]]}),
            "create": lambda: self.rpc(user, "create", {"name": "New", "child_ids": [[4, holding.id]]}),
        }

    def test_what_the_accounts_below_are_compared_by(self):
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for way, change in self.ways_to_change(user).items():
                with self.subTest(user.name, way=way):
                    self.assertDenied(change)
        for way, change in self.ways_to_change(self.head).items():
            with self.subTest("Head", way=way):
                change()

    def test_a_new_top_company(self):
        """Also further up: what matters is which companies are above in the end."""
        above = self.make_customer("Above")
        self.holding.parent_id = above
        for values in ({"parent_id": self.customer.id}, {"parent_id": False}):
            self.assertDenied(lambda values=values: self.rpc(self.manager, "write", self.holding.ids, values), "Beta")
        # In between, nothing is decided
        self.rpc(self.manager, "write", self.holding.ids, {"industry_id": self.industry.id})
        self.assertDenied(lambda: self.rpc(self.manager, "write", above.ids, {"parent_id": self.customer.id}), "Beta")

    def test_deleting_and_merging(self):
        manager = self.make_user("deleter", f"{MANAGER},base.group_partner_manager")
        self.assertDenied(lambda: self.rpc(manager, "unlink", self.holding.ids), "Beta")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(manager)
        self.assertDenied(lambda: wizard._merge((self.holding | self.customer).ids, self.customer), "Beta")
        self.rpc(manager, "unlink", self.customer.ids)

    def test_those_who_may(self):
        self.foreign.key_account_manager_id = self.manager
        for way, change in self.ways_to_change(self.manager).items():
            with self.subTest(way):
                change()

    def test_everyday_work(self):
        """Addresses of the company and its contacts, and everything that does not decide."""
        self.rpc(self.outsider, "write", self.holding.ids, {"phone": "1", "name": "The Holding", "city": "Paris"})
        bob = self.rpc(self.outsider, "create", {"name": "Bob", "parent_id": self.holding.id})
        self.rpc(self.outsider, "write", [bob], {"city": "Lyon", "country_id": self.france.id})
        self.assertEqual(self.holding.country_id, self.france)
        self.assertFalse(self.foreign.country_id)
        self.rpc(self.outsider, "write", self.customer.ids, {"country_id": self.france.id, "parent_id": False})

    def test_its_figures_are_for_those_of_the_accounts_below(self):
        self.invoice(self.foreign, date(2025, 3, 10), (self.product, 3, 100.0))
        self.holding.user_id = self.rep
        for user in (self.rep, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.value(self.holding, "revenue", user=user)
        self.assertEqual(self.value(self.holding, "revenue", user=self.head), 300.0)
        # As before without, and for those who may see what is below
        self.assertIsNone(self.value(self.customer, "revenue", user=self.manager) or None)
        self.foreign.key_account_manager_id = self.manager
        self.assertEqual(self.value(self.holding, "revenue", user=self.manager), 300.0)


class TestWhatAnAccountIs(GuardCase):
    """Status, manager and team, and what an account is compared by."""

    def test_defaults_of_the_context(self):
        """What counts is the record that results."""
        fields = {
            "key_account_status": "active",
            "key_account_manager_id": self.rep.id,
            "key_account_tier_id": self.env.ref("key_account_management.key_account_tier_a").id,
            "key_account_team_ids": self.rep.ids,
            "key_account_since": "2025-01-01",
            "key_account_minimum_order": 5.0,
        }
        for user in (self.outsider, self.seller, self.rep):
            for name, value in fields.items():
                with self.subTest(user.name, field=name):
                    context = {f"default_{name}": value, "allowed_company_ids": self.company.ids}
                    self.assertDenied(
                        lambda user=user, context=context: self.rpc(user, "create", {"name": "New"}, context=context)
                    )
                    self.assertDenied(
                        lambda user=user, context=context: self.rpc(user, "name_create", "New", context=context)
                    )
        self.rpc(self.manager, "create", {"name": "New"}, context={"default_key_account_status": "candidate"})

    def test_a_partner_made_on_the_side(self):
        lead = self.env["crm.lead"].create({"name": "Chairs", "partner_name": "New", "type": "lead"})
        lead = lead.with_user(self.seller).with_context(default_key_account_status="active")
        lead.sudo().user_id = self.seller
        self.assertDenied(lambda: lead._create_customer())
        self.assertFalse(lead.with_context(default_key_account_status=False)._create_customer().key_account_status)

    def test_defaults_of_a_user(self):
        self.env["ir.default"].set("res.partner", "key_account_status", "active", user_id=self.rep.id)
        self.assertDenied(lambda: self.rpc(self.rep, "create", {"name": "New"}))

    def test_lines_of_a_parent(self):
        lines = [[0, 0, {"name": "New", "is_company": True, "key_account_status": "active"}]]
        for user in (self.outsider, self.rep):
            with self.subTest(user.name):
                self.assertDenied(lambda user=user: self.rpc(user, "write", self.customer.ids, {"child_ids": lines}))
                self.assertDenied(
                    lambda user=user: self.rpc(
                        user,
                        "write",
                        self.foreign.ids,
                        {"child_ids": [[1, self.south.id, {"industry_id": 1, "key_account_status": "active"}]]},
                    )
                )

    def test_a_team_without_a_manager(self):
        self.foreign.write({"key_account_manager_id": False, "key_account_team_ids": [Command.set(self.head.ids)]})
        for values in ({"key_account_manager_id": self.manager.id}, {"key_account_status": "former"}):
            self.assertDenied(lambda values=values: self.rpc(self.manager, "write", self.foreign.ids, values), "Beta")
        self.foreign.key_account_team_ids = False
        # Now nobody works for it: any account manager may take it over
        self.rpc(self.manager, "write", self.foreign.ids, {"key_account_manager_id": self.manager.id})

    def test_an_account_without_people_below_one_with(self):
        inner = self.make_account("Beta Inside", parent_id=self.foreign.id, key_account_manager_id=False)
        self.assertDenied(
            lambda: self.rpc(self.manager, "write", inner.ids, {"key_account_manager_id": self.manager.id}), "Beta"
        )
        self.rpc(self.head, "write", inner.ids, {"key_account_manager_id": self.manager.id})

    def test_what_accounts_are_compared_by(self):
        group = self.env["key.account.peer.group"].create({"name": "Chairs"})
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for values in (
                {"industry_id": self.industry.id},
                {"country_id": self.germany.id},
                {"key_account_peer_group_id": group.id},
                {"key_account_tier_id": self.env.ref("key_account_management.key_account_tier_b").id},
            ):
                with self.subTest(user.name, values=values):
                    self.assertDenied(lambda user=user, v=values: self.rpc(user, "write", self.foreign.ids, v))
        for values in ({"industry_id": self.industry.id}, {"country_id": self.germany.id}):
            self.rpc(self.manager, "write", self.account.ids, values)
            # Of a customer, and of whoever is below an account, as ever
            for partner in (self.customer, self.north):
                self.rpc(self.outsider, "write", partner.ids, values)

    def test_an_account_keeps_its_country_when_others_change_theirs(self):
        """Odoo copies addresses between contacts and their company in both directions."""
        ways = {
            "new contact": lambda: self.rpc(
                self.outsider, "create", {"name": "New", "parent_id": self.foreign.id, "country_id": self.france.id}
            ),
            "contact": lambda: self.rpc(
                self.outsider, "write", self.ann.ids, {"country_id": self.france.id, "city": "Paris"}
            ),
            "import": lambda: self.load(
                self.clerk, ["name", "parent_id/.id", "country_id/.id"], [["New", self.foreign.id, self.france.id]]
            ),
        }
        for country in (False, self.germany):
            self.foreign.country_id = country
            for way, change in ways.items():
                with self.subTest(way, country=country):
                    change()
                    self.assertEqual(self.foreign.country_id, country or self.germany.browse())
        holding = self.make_customer("Holding")
        self.foreign.write({"parent_id": holding.id})
        self.rpc(self.outsider, "write", holding.ids, {"country_id": self.france.id})
        self.assertEqual(holding.country_id, self.france)
        self.assertEqual(self.foreign.country_id, self.germany)
        # Those who may do it once for both
        ben = self.make_customer("Ben", parent_id=self.account.id, is_company=False)
        self.rpc(self.manager, "write", ben.ids, {"country_id": self.france.id})
        self.assertEqual(self.account.country_id, self.france)

    def test_archiving(self):
        for user in (self.outsider, self.seller, self.rep, self.manager):
            with self.subTest(user.name):
                self.assertDenied(lambda user=user: self.rpc(user, "action_archive", self.foreign.ids), "Beta")
                self.assertDenied(lambda user=user: self.rpc(user, "write", self.foreign.ids, {"active": False}))
        rating = self.env["key.account.rating"].create(
            {"partner_id": self.account.id, "agency": "Agency", "rating_class": "A"}
        )
        self.rpc(self.manager, "action_archive", self.account.ids)
        self.assertTrue(rating.exists())
        self.assertDenied(lambda: self.rpc(self.outsider, "action_unarchive", self.account.ids))
        # Contacts come and go
        self.rpc(self.outsider, "action_archive", self.ann.ids)


class TestSalesperson(GuardCase):
    """Representatives see the figures of the customers whose salesperson they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_user("colleague", USER)
        cls.customer.user_id = cls.colleague
        cls.mine = cls.make_customer("Mine", user_id=cls.rep.id)
        cls.env.flush_all()

    def test_nobody_takes_over_the_customer_of_a_colleague(self):
        for values in ({"user_id": self.rep.id}, {"user_id": False}, {"parent_id": self.mine.id}):
            with self.subTest(values):
                self.assertDenied(lambda v=values: self.rpc(self.rep, "write", self.customer.ids, v), "Gamma")
        self.assertDenied(
            lambda: self.rpc(self.rep, "write", self.mine.ids, {"child_ids": [[4, self.customer.id]]}), "Gamma"
        )

    def test_those_who_may(self):
        free = self.make_customer("Free")
        self.rpc(self.rep, "write", free.ids, {"user_id": self.rep.id})
        self.rpc(self.rep, "write", free.ids, {"user_id": self.colleague.id})
        self.rpc(self.colleague, "write", self.customer.ids, {"user_id": self.rep.id})
        for user in (self.outsider, self.seller, self.manager, self.head):
            self.rpc(user, "write", self.customer.ids, {"user_id": self.colleague.id})
            self.rpc(user, "write", self.customer.ids, {"user_id": self.rep.id})
        self.customer.user_id = self.colleague
        self.rep.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.rpc(self.rep, "write", self.customer.ids, {"user_id": self.rep.id})


class TestDeletion(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Without any other record of theirs
        cls.bob = cls.make_customer("Bob", parent_id=cls.account.id, is_company=False)

    def entered(self, account, contact):
        of_account = {"partner_id": account.id}
        measure = {"name": "Call", "date_end": date(2030, 1, 1)}
        plan = {"date_from": date(2025, 1, 1), "date_to": date(2025, 12, 31)}
        return {
            "key.account.review": {"year": 2025},
            "key.account.rating": {"agency": "Agency", "rating_class": "A"},
            "key.account.satisfaction": {"score": 5.0, "contact_id": contact.id},
            "key.account.event": {"name": "Fire"},
            "key.account.demand": {"year": 2025, "amount": 1.0, "source": "Guess", "categ_id": self.category.id},
            "key.account.target": {
                "year": 2025,
                "kpi_id": self.env.ref("key_account_management.kpi_satisfaction").id,
                "value": 1.0,
            },
            "key.account.care.measure": measure,
            "key.account.plan": plan,
        }, of_account

    def test_what_is_kept_about_an_account(self):
        entered, of_account = self.entered(self.account, self.bob)
        for model, values in entered.items():
            for user in (self.manager, self.head, self.env.user):
                with self.subTest(model, user=user.name), self.env.cr.savepoint() as savepoint:
                    record = self.env[model].create({**of_account, **values})
                    with self.assertRaisesRegex(UserError, "Alpha.*[Aa]rchive"):
                        self.account.with_user(user).unlink()
                    self.assertTrue(record.exists())
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_kept_about_a_contact(self):
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        ways = {
            "satisfaction": lambda: self.env["key.account.satisfaction"].create(
                {"partner_id": self.account.id, "score": 5.0, "contact_id": self.bob.id}
            ),
            "participant": lambda: review.write({"participant_ids": [Command.link(self.bob.id)]}),
            "invitation": lambda: review.write({"invitation_ids": [Command.create({"partner_id": self.bob.id})]}),
        }
        for way, refer in ways.items():
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                refer()
                with self.assertRaisesRegex(UserError, "Bob.*[Aa]rchive"):
                    self.bob.with_user(self.outsider).unlink()
                savepoint.rollback()
            self.env.invalidate_all()
        self.bob.with_user(self.outsider).unlink()

    def test_references_to_partners(self):
        """The next link to a partner says what becomes of it: 'restrict' keeps the partner, and a sentence says so."""
        for name, model in self.env.items():
            if not name.startswith("key.account.") or model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.comodel_name != "res.partner" or not field.store or field.related:
                    continue
                if field.type not in ("many2one", "many2many"):
                    continue
                with self.subTest(name, field=field.name):
                    goes = field.name == "reports_to_id" or name in (
                        "key.account.profile",
                        "key.account.document.job.line",
                        # Computed from what is kept
                        "key.account.customer.revenue",
                        "key.account.forecast",
                        "key.account.snapshot",
                        "key.account.category.purchase",
                        "key.account.candidate",
                        # About what is computed
                        "key.account.attention.decision",
                    )
                    if not goes and not field.compute:
                        self.assertEqual(field.ondelete, "restrict")

    def test_the_right_to_delete(self):
        for partner in (self.foreign, self.south):
            for user in (self.outsider, self.manager):
                with self.subTest(user.name, partner=partner.name):
                    self.assertDenied(lambda user=user, p=partner: self.rpc(user, "unlink", p.ids), "Beta")
        self.env["key.account.profile"].create({"partner_id": self.ann.id, "role": "buyer"})
        self.assertDenied(lambda: self.rpc(self.outsider, "unlink", self.ann.ids), "Beta")
        self.assertDenied(
            lambda: self.rpc(self.outsider, "write", self.foreign.ids, {"child_ids": [[2, self.south.id]]})
        )
        # What Odoo sets while it uninstalls, anybody can send
        uninstalling = {MODULE_UNINSTALL_FLAG: True}
        self.assertDenied(lambda: self.rpc(self.outsider, "unlink", self.foreign.ids, context=uninstalling), "Beta")
        empty = self.make_account("Empty")
        self.rpc(self.manager, "unlink", (self.north | empty).ids)
        self.rpc(self.head, "unlink", (self.ann | self.south).ids)
        self.rpc(self.outsider, "unlink", self.customer.ids)


class TestSpeed(GuardCase):
    def test_a_write_on_an_ordinary_contact_costs_no_query(self):
        """As many queries as Odoo needs without the guard."""
        parent = self.make_customer("Delta")
        person = self.make_customer("Bob", is_company=False, parent_id=parent.id)
        for user in (self.outsider, self.seller, self.rep, self.manager):
            for values in (
                {"phone": "1"},
                {"parent_id": parent.id},
                {"parent_id": False},
                {"country_id": self.germany.id},
                {"industry_id": self.industry.id},
                {"is_company": True},
                {"user_id": user.id},
                {"active": False},
                {"company_id": self.company.id},
            ):
                for partner in (self.customer, person):
                    with self.subTest(user.name, values=values, partner=partner.name):
                        # It may read earlier what Odoo reads anyway, and so save Odoo a query
                        guarded = self.count(partner, user, values)
                        self.assertLessEqual(guarded, self.count(partner, user, values, guarded=False))

    def make_many(self, parent, is_company, number):
        return self.env["res.partner"].create(
            [{"name": f"{number}", "parent_id": parent.id, "is_company": is_company} for number in range(number)]
        )

    def test_many_at_once_cost_as_many_queries_as_a_few(self):
        """What the guard adds to the queries that Odoo needs for a list, an import or the lines of a parent."""
        nobody = self.env["res.partner"]
        for name, is_company, source, values in (
            ("without an account", False, nobody, {"parent_id": self.customer.id}),
            ("people join", False, nobody, {"parent_id": self.account.id}),
            ("people move", False, self.north, {"parent_id": self.account.id}),
            ("people leave", False, self.account, {"parent_id": False}),
            ("companies join", True, nobody, {"parent_id": self.account.id}),
            ("companies move", True, self.account, {"parent_id": self.north.id}),
            ("companies leave", True, self.account, {"parent_id": False}),
            ("archived", True, self.account, {"active": False}),
            ("industry", True, self.account, {"industry_id": self.industry.id}),
        ):
            added = []
            for number in (10, 100):
                partners = self.make_many(source, is_company, number)
                guarded = self.count(partners, self.manager, values)
                added.append(guarded - self.count(partners, self.manager, values, guarded=False))
            with self.subTest(name):
                self.assertEqual(*added)

    def test_many_new_ones_cost_as_many_queries_as_a_few(self):
        partners = self.env["res.partner"]
        for is_company in (False, True):
            added = []
            for number in (10, 100):
                values = [
                    {"name": f"{each}", "parent_id": self.account.id, "is_company": is_company}
                    for each in range(number)
                ]
                guarded = self.count(partners, self.manager, values)
                added.append(guarded - self.count(partners, self.manager, values, guarded=False))
            with self.subTest(is_company=is_company):
                self.assertEqual(*added)

    def test_a_new_contact_costs_no_query(self):
        parent = self.make_customer("Delta")
        for values in ({"name": "New"}, {"name": "New", "parent_id": parent.id}, {"name": "New", "is_company": True}):
            with self.subTest(values):
                guarded = self.count(self.customer.browse(), self.outsider, [values])
                self.assertEqual(guarded, self.count(self.customer.browse(), self.outsider, [values], guarded=False))

    @contextmanager
    def without_guard(self):
        with (
            patch.object(res_partner, "WATCHED", frozenset()),
            patch.object(res_partner.AccountGuard, "__init__", lambda guard, partners, user, names=(): None),
            patch.object(res_partner.AccountGuard, "check_created", lambda guard: None),
            patch.object(res_partner.AccountGuard, "others", lambda guard, name, value: self.customer.browse()),
        ):
            yield

    def count(self, partner, user, values, guarded=True):
        partner = partner.with_user(user)
        counts = []
        # The first time fills the caches of the server
        for _time in range(2):
            with self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                with nullcontext() if guarded else self.without_guard():
                    if partner:
                        partner.write(dict(values))
                    else:
                        partner.create([dict(each) for each in values])
                    self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                savepoint.rollback()
            self.env.invalidate_all()
        return counts[-1]


class TestRpc(HttpCase, GuardCase):
    """The same over the network, in requests of their own."""

    def call(self, method, *args):
        params = {"model": "res.partner", "method": method, "args": args, "kwargs": {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/res.partner/{method}", params)

    def test_over_the_network(self):
        self.authenticate(self.manager.login, self.manager.login)
        foreign, mine = self.foreign.ids, self.account.ids
        for call in (
            ("write", foreign, {"parent_id": mine[0]}),
            ("write", mine, {"child_ids": [[4, self.south.id]]}),
            ("write", foreign, {"key_account_id": False}),
            ("web_save", mine, {"child_ids": [[4, foreign[0]]]}, {}),
            ("action_archive", foreign),
            ("unlink", foreign),
        ):
            with (
                self.subTest(call),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self.call(*call)
        self.assertEqual(self.south.parent_id, self.foreign)
        self.call("write", mine, {"child_ids": [[0, 0, {"name": "New"}]]})
        self.assertIn("New", self.account.child_ids.mapped("name"))
