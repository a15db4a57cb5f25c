"""Records and figures of accounts that do not belong to the user."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import KeyAccountCase
from .scene import SceneCase
from .test_customer_access import our_fields

# What everyone with a role may know of an account of someone else: who works for it and how it is managed
KNOWN = {
    "may_edit_key_account_profile",
    "key_account_analytic_id",
    "key_account_id",
    "key_account_manager_id",
    "key_account_minimum_order",
    "key_account_next_review",
    "key_account_peer_group_id",
    # Contacts, which all employees read
    "key_account_person_ids",
    "key_account_since",
    "key_account_status",
    "key_account_team_ids",
    "key_account_tier_id",
}


class TestForeignAccounts(KeyAccountCase):
    """No one can write to the records of someone else's account, not even by moving their own there."""

    def test_moving(self):
        of_account = {"partner_id": self.account.id}
        kpi = self.env.ref("key_account_management.kpi_revenue")
        records = {
            "key.account.review": {**of_account, "year": 2025},
            "key.account.target": {**of_account, "year": 2025, "kpi_id": kpi.id, "value": 1.0},
            "key.account.care.measure": {**of_account, "name": "Call", "date_end": date(2030, 1, 1)},
            "key.account.demand": {
                **of_account,
                "year": 2025,
                "amount": 1.0,
                "source": "Guess",
                "categ_id": self.category.id,
            },
            "key.account.rating": {**of_account, "agency": "Agency", "rating_class": "A"},
            "key.account.satisfaction": {**of_account, "score": 5.0},
        }
        for model, values in records.items():
            with self.subTest(model):
                record = self.env[model].with_user(self.manager).create(values)
                with self.assertRaises(AccessError):
                    record.partner_id = self.foreign
                with self.assertRaises(AccessError):
                    self.env[model].with_user(self.manager).create({**values, "partner_id": self.foreign.id})


class TestFieldsOfForeignAccounts(SceneCase):
    """What is shown of someone else's account, of all the fields that we add to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_company(cls.company)
        cls.fill(cls.foreign, cls.product)
        cls.fill(cls.account, cls.product)
        group = cls.env["key.account.peer.group"].create({"name": "Group"})
        cls.foreign.write(
            {
                "key_account_team_ids": [Command.set(cls.head.ids)],
                "key_account_since": date(2024, 1, 1),
                "key_account_minimum_order": 5.0,
                "key_account_peer_group_id": group.id,
                "key_account_requirements": "Just in time",
                "key_account_tasks": "Brakes",
                "key_account_markets": "Trains",
                "key_account_technologies": "Casting",
            }
        )
        # What the daily job has stored; one of the tier is another
        (cls.account | cls.foreign).sudo().key_account_abc_proposal = "b"

    def test_what_is_shown(self):
        partners = self.env["res.partner"].with_user(self.head)
        names = {
            name
            for name in our_fields(self.env)["res.partner"]
            if partners._has_field_access(partners._fields[name], "read")
        }
        seen = {name for name in names if self.foreign.with_user(self.head)[name]}
        self.assertIn("key_account_abc", seen)
        self.assertIn("key_account_tasks", seen)
        self.assertIn("key_account_last_visit", seen)
        # As in another call
        self.env.invalidate_all()
        foreign = self.foreign.with_user(self.manager)
        self.assertFalse({name for name in names if foreign[name]} - KNOWN)

    def test_proposal_in_lists(self):
        """It cannot be found either by searching, sorting, grouping or adding up."""
        both = (self.account | self.foreign).ids
        for user, found in ((self.manager, self.account), (self.head, self.account | self.foreign)):
            partners = self.env["res.partner"].with_user(user)
            domain = [("id", "in", both)]
            with self.subTest(user=user.name):
                self.assertEqual(partners.search([*domain, ("key_account_abc", "=", "b")]), found)
                self.assertEqual(partners.search([*domain, ("key_account_abc", "in", ["b", "c"])]), found)
                self.assertEqual(partners.search([*domain, ("key_account_abc", "!=", False)]), found)
                self.assertEqual(partners.search([*domain, ("key_account_abc_differs", "=", True)]), found)
                rest = partners.browse(both) - found
                self.assertEqual(partners.search([*domain, ("key_account_abc", "=", False)]), rest)
                self.assertEqual(partners.search([*domain, ("key_account_abc", "!=", "b")]), rest)
                self.assertEqual(partners.search([*domain, ("key_account_abc", "in", ["a", False])]), rest)
                groups = partners.formatted_read_group(domain, ["key_account_abc"], ["__count"])
                counts = {group["key_account_abc"]: group["__count"] for group in groups}
                self.assertEqual(counts, {"b": len(found), **({False: len(rest)} if rest else {})})
                (total,) = partners.formatted_read_group(domain, [], ["key_account_abc:array_agg"])
                letters = [letter for letter in total["key_account_abc:array_agg"] if letter]
                self.assertEqual(letters, ["b"] * len(found))
