"""Key-account status on partners."""

from datetime import date

from freezegun import freeze_time

from odoo.addons.key_account_management.models.review.next_reviews import NextReviews
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common import KeyAccountCase


class TestPartner(KeyAccountCase):
    def test_make_key_account(self):
        customer = self.make_customer("Gamma", user_id=self.rep.id)
        self.make_manager_make(customer)
        self.assertEqual(customer.key_account_status, "active")
        self.assertEqual(customer.key_account_manager_id, self.rep)
        self.assertEqual(customer.key_account_since, date(2025, 6, 1))

    @freeze_time("2025-06-01 12:00")
    def make_manager_make(self, customers):
        return customers.with_user(self.manager).action_make_key_account()

    def test_make_many_and_leave_the_others(self):
        customers = self.make_customer("Gamma") | self.make_customer("Delta")
        self.account.key_account_status = "former"
        action = self.make_manager_make(customers | self.account)
        self.assertEqual(set(customers.mapped("key_account_status")), {"active"})
        self.assertEqual(customers.key_account_manager_id, self.manager)
        self.assertEqual(self.account.key_account_status, "former")
        self.assertIn("2", action["params"]["message"])

    def test_make_contacts_names_them_and_does_nothing(self):
        customer = self.make_customer("Gamma")
        contacts = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.account.id} for name in ("Ann", "Bob")]
        )
        with self.assertRaisesRegex(UserError, "Ann(.|\n)*Bob"):
            self.make_manager_make(customer | contacts)
        self.assertFalse(customer.key_account_status)

    def test_person_without_a_company(self):
        person = self.env["res.partner"].create({"name": "Dr. Sole"})
        self.make_manager_make(person)
        self.assertEqual(person.key_account_status, "active")

    def test_contact_of_a_company_is_refused(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.account.id})
        with self.assertRaisesRegex(ValidationError, "Ann is a contact of Alpha"):
            contact.key_account_status = "active"

    def test_key_account_does_not_become_a_contact(self):
        person = self.env["res.partner"].create({"name": "Dr. Sole", "key_account_status": "active"})
        with self.assertRaises(ValidationError):
            person.parent_id = self.account

    def test_nearest_account_above(self):
        division = self.make_customer("Alpha Division", parent_id=self.account.id)
        shop = self.make_customer("Alpha Shop", parent_id=division.id)
        self.assertEqual(shop.key_account_id, self.account)
        division.key_account_status = "candidate"
        self.assertEqual(shop.key_account_id, division)
        self.assertEqual(division.key_account_id, division)
        division.key_account_status = False
        self.assertEqual(shop.key_account_id, self.account)

    def test_my_key_accounts(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.account.id})
        for user, mine in ((self.rep, True), (self.manager, True), (self.head, False)):
            with self.subTest(user.name):
                self.assertEqual(contact.with_user(user).is_my_key_account, mine)
                found = contact.with_user(user).search([("is_my_key_account", "=", True)])
                self.assertEqual(contact in found, mine)

    def test_not_my_key_accounts(self):
        others = (
            self.env["res.partner"]
            .with_user(self.manager)
            .search([("is_my_key_account", "=", False), ("key_account_status", "!=", False)])
        )
        self.assertIn(self.foreign, others)
        self.assertNotIn(self.account, others)

    def test_history_in_the_chatter(self):
        self.cr.precommit.clear()  # what set the test up was not to be tracked
        account = self.account.with_context(tracking_disable=False)
        account.write({"key_account_status": "at_risk", "key_account_team_ids": [Command.link(self.head.id)]})
        # Odoo writes the messages before it commits
        self.cr.precommit.run()
        values = account.message_ids.sudo().tracking_value_ids
        self.assertIn(("Active", "At Risk"), [(value.old_value_char, value.new_value_char) for value in values])
        self.assertTrue(any("Head" in (value.new_value_char or "") for value in values))

    def test_next_review(self):
        tier = self.env["key.account.tier"].create({"name": "Test", "review_rhythm": 12})
        self.account.write({"key_account_tier_id": tier.id, "key_account_since": date(2024, 2, 29)})
        self.assertEqual(self.account.key_account_next_review, date(2025, 2, 28))
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2024})
        with freeze_time("2025-01-20 10:00"):
            review.action_hold()
        self.assertEqual(self.account.key_account_next_review, date(2026, 1, 20))
        self.account.key_account_status = "former"
        self.assertFalse(self.account.key_account_next_review)

    def test_next_review_follows_its_own_company(self):
        """Reviews of another company have dates of their own."""
        other = self.make_company("Other Company", "base.EUR")
        self.account.write(
            {
                "key_account_since": date(2024, 2, 29),
                "key_account_tier_id": self.env["key.account.tier"].create({"name": "Gold", "review_rhythm": 12}).id,
            }
        )
        self.assertEqual(self.account.key_account_next_review, date(2025, 2, 28))
        reviews = self.env["key.account.review"]
        elsewhere = reviews.with_context(allowed_company_ids=other.ids).create(
            {"partner_id": self.account.id, "company_id": other.id, "year": 2024}
        )
        with freeze_time("2025-01-20 10:00"):
            elsewhere.action_hold()
        self.assertEqual(self.account.key_account_next_review, date(2025, 2, 28))
        here = reviews.create({"partner_id": self.account.id, "year": 2024})
        with freeze_time("2025-06-10 10:00"):
            here.action_hold()
        self.assertEqual(self.account.key_account_next_review, date(2026, 6, 10))
        # The other one is due half a year earlier, whatever the account shows
        self.assertEqual(self.account._get_next_review(other), date(2026, 1, 20))
        self.env["res.company"].search([]).key_account_review_lead = 30
        with freeze_time("2025-12-30 10:00"):
            due = NextReviews(reviews.sudo())._get_due(self.account)
        mine = [(company, day) for account, company, day, _year in due if account == self.account]
        self.assertEqual(mine, [(other, date(2026, 1, 20))])

    def test_next_review_can_be_set_by_hand(self):
        self.account.with_user(self.manager).key_account_next_review = date(2025, 9, 1)
        self.account.flush_recordset()
        self.assertEqual(self.account.key_account_next_review, date(2025, 9, 1))

    def test_an_ordinary_contact_costs_no_query(self):
        customer = self.make_customer("Plain").with_user(self.manager)
        ours = ["key_account_status", "key_account_tier_id", "key_account_manager_id", "key_account_review_count"]
        self.count_queries(customer, ["name", *ours])
        without, with_ours = self.count_queries(customer, ["name"]), self.count_queries(customer, ["name", *ours])
        self.assertEqual(with_ours, without)

    def count_queries(self, records, fields):
        self.env.flush_all()
        records.env.invalidate_all()
        before = self.cr.sql_log_count
        records.read(fields)
        return self.cr.sql_log_count - before

    def test_the_form_of_each_role(self):
        for user, visible in ((self.outsider, False), (self.rep, True), (self.manager, True)):
            with self.subTest(user.name), Form(self.account.with_user(user)) as form:
                self.assertEqual(form.key_account_status, "active")
                self.assertEqual("key_account_since" in form._view["fields"], visible)

    def test_copies_are_no_key_accounts(self):
        copy = self.account.copy()
        self.assertFalse(copy.key_account_status)
        self.assertFalse(copy.key_account_manager_id)


class TestAccountTeam(KeyAccountCase):
    """Who helps with an account is for people with a role, on every way in."""

    def test_without_a_role(self):
        partners = self.env["res.partner"].with_user(self.outsider)
        helped = [("key_account_team_ids", "in", self.rep.ids)]
        for name, ask in {
            "read": lambda: self.account.with_user(self.outsider).read(["key_account_team_ids"]),
            "search": lambda: partners.search(helped),
            "filter": lambda: self.account.with_user(self.outsider).filtered_domain(helped).ids,
            "order": lambda: partners.search([], order="key_account_team_ids", limit=1),
            "group": lambda: partners.formatted_read_group([], ["key_account_team_ids"], ["__count"]),
            "group in code": lambda: partners._read_group([], ["key_account_team_ids"], ["__count"]),
            "read_group": lambda: partners.read_group([], ["key_account_team_ids"], ["key_account_team_ids"]),
            "web_read_group": lambda: partners.web_read_group([], ["key_account_team_ids"], ["__count"]),
            "count": lambda: partners.formatted_read_group([], [], ["key_account_team_ids:array_agg"]),
            "having": lambda: partners.formatted_read_group(
                [], ["country_id"], ["__count"], having=[("key_account_team_ids:count", ">", 0)]
            ),
            "of a user": lambda: (
                self.env["res.users"]
                .with_user(self.outsider)
                .formatted_read_group([], ["partner_id.key_account_team_ids"], ["__count"])
            ),
            "of users": lambda: (
                self.env["res.users"]
                .with_user(self.outsider)
                .formatted_read_group([], ["key_account_team_ids"], ["__count"])
            ),
            "of an account": lambda: (
                self.env["res.partner.bank"]
                .with_user(self.outsider)
                .formatted_read_group([], ["partner_id.key_account_team_ids"], ["__count"])
            ),
        }.items():
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                ask()
        found = (
            self.env["res.partner"]
            .with_user(self.rep)
            .formatted_read_group([("id", "=", self.account.id)], ["key_account_team_ids"], ["__count"])
        )
        self.assertEqual([group["key_account_team_ids"][0] for group in found], self.rep.ids)
