"""Two accounts that were one: Odoo's own wizard merges them, and nothing is lost without saying so."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import KeyAccountCase


class TestMerge(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.make_account("Alfa")

    def merge(self, *others, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user or self.env.user)
        partners = (self.twin | self.account).union(*others)
        wizard._merge(partners.ids, self.account.with_env(wizard.env))

    def events(self):
        return self.env["key.account.event"].search([("partner_id", "=", self.account.id)]).description

    def chatter(self, user=None):
        """:return: (texts, tracked values) that a user reads in the chatter of the account that stays"""
        messages = self.account.with_user(user or self.env.user).message_ids
        messages.mapped("body")
        tracked = messages.sudo().tracking_value_ids._filter_has_field_access(messages.env)
        return " ".join(messages.mapped("body")), tracked.mapped("old_value_char")

    def entered(self, model, partner, **values):
        return self.env[model].create({"partner_id": partner.id, **values})

    def test_estimates_and_targets(self):
        """What only one has is moved; of what both have, that of the remaining account is kept."""
        other = self.category.create({"name": "Desks"})
        kpi = self.env.ref("key_account_management.kpi_revenue")
        for partner, value in ((self.account, 100.0), (self.twin, 7.0)):
            estimate = {"amount": value, "source": "Buyer"}
            self.entered("key.account.demand", partner, **estimate, categ_id=self.category.id, year=2025)
            self.entered("key.account.target", partner, kpi_id=kpi.id, year=2025, value=value)
        self.entered("key.account.demand", self.twin, amount=9.0, source="Buyer", categ_id=other.id, year=2025)
        self.entered("key.account.target", self.twin, kpi_id=kpi.id, year=2026, value=9.0)
        self.merge()
        for model, field in (("key.account.demand", "amount"), ("key.account.target", "value")):
            kept = self.env[model].search([("partner_id", "=", self.account.id)])
            self.assertEqual(sorted(kept.mapped(field)), [9.0, 100.0], model)

    def test_whatever_is_below(self):
        child = self.make_customer("Alfa North", parent_id=self.twin.id)
        grandchild = self.make_customer("Alfa Far North", parent_id=child.id)
        inner = self.make_account("Alfa Inside", parent_id=child.id)
        self.merge()
        below = self.env["res.partner"].search([("id", "child_of", self.account.id)])
        self.assertEqual(below, self.account | child | grandchild | inner)
        self.assertEqual((child | grandchild).key_account_id, self.account)
        self.assertEqual(inner.key_account_id, inner)

    def test_reviews(self):
        reviews = [self.entered("key.account.review", partner, year=2025) for partner in (self.account, self.twin)]
        with self.assertRaisesRegex(UserError, r"Alfa.*annual review for 2025\. Cancel one"):
            self.merge()
        reviews[1].state = "cancelled"
        self.merge()
        self.assertEqual(
            self.account.key_account_review_ids.filtered(lambda review: review.state != "cancelled"), reviews[0]
        )
        self.assertEqual(reviews[1].partner_id, self.account)

    def test_parts_of_reviews(self):
        review = self.entered("key.account.review", self.twin, year=2026)
        parts = [
            self.env[f"key.account.review.{part}"].create({"review_id": review.id, **values})
            for part, values in (
                ("issue", {"name": "Late"}),
                ("condition", {"kind": "service", "name": "Stock"}),
                ("slot", {}),
            )
        ]
        contacts = self.make_customer("Ann", parent_id=self.twin.id, is_company=False, email="a@b.c")
        contacts |= self.make_customer("Anne", parent_id=self.twin.id, is_company=False, email="a@b.c")
        other = self.make_customer("Bob", parent_id=self.twin.id, is_company=False)
        invitations = self.env["key.account.review.invitation"]
        for contact in contacts | other:
            invitations |= invitations.create({"review_id": review.id, "partner_id": contact.id})
        review.participant_ids = contacts
        self.merge()
        self.assertEqual(review.partner_id, self.account)
        self.assertEqual([part.review_id for part in parts], [review] * 3)
        self.assertEqual([part.partner_id for part in parts[:2]], [self.account] * 2)
        # Two contacts who were one, and both invited
        self.env["base.partner.merge.automatic.wizard"]._merge(contacts.ids, contacts[0])
        self.assertEqual(invitations.exists().partner_id, contacts[0] | other)
        self.assertEqual(review.participant_ids, contacts[0])

    def test_visits(self):
        """Reports move along with what they led to; of two people who are one, one was met."""
        people = self.make_customer("Ann", parent_id=self.twin.id, is_company=False, email="a@b.c")
        people |= self.make_customer("Anne", parent_id=self.twin.id, is_company=False, email="a@b.c")
        report = {"partner_id": self.twin.id, "people": people.ids, "result": "Said"}
        report["new"] = [{"kind": kind, "name": kind, "day": None} for kind in ("measure", "issue", "risk")]
        answer = self.env["key.account.visit"].with_user(self.manager).save_report("a token of a test", report)
        visit = self.env["key.account.visit"].browse(answer["visit_id"])
        self.merge()
        moved = (visit, visit.measure_ids, visit.issue_ids, visit.risk_ids)
        self.assertEqual([record.partner_id for record in moved], [self.account] * 4)
        self.env["base.partner.merge.automatic.wizard"]._merge(people.ids, people[0])
        self.assertEqual(visit.contact_ids, people[0])
        with self.assertRaisesRegex(UserError, "Customer Visit"):
            people[0].unlink()

    def test_plans_for_the_same_days(self):
        """An account has one plan in use: that of the other account is kept in the archive."""
        period = {"date_from": "2025-01-01", "date_to": "2025-12-31"}
        for model, values in (("key.account.plan", {}), ("key.account.coaching.plan", {"goal": "More"})):
            stays = self.entered(model, self.account, **period, **values)
            twice = self.entered(model, self.twin, **period, **values)
            later = self.entered(model, self.twin, date_from="2026-01-01", date_to="2026-12-31", **values)
            with self.subTest(model), self.env.cr.savepoint():
                self.merge()
                self.assertEqual((stays | twice | later).partner_id, self.account)
                self.assertEqual([plan.active for plan in (stays, twice, later)], [True, False, True])
                self.assertIn("is for the same period", twice.message_ids[0].body)
            self.twin = self.make_account("Alfa again")

    def test_ordinary_contacts(self):
        """Users who have nothing to do with key accounts merge contacts as before."""
        twins = self.make_customer("Gamma", email="a@b.c") | self.make_customer("Gama", email="a@b.c")
        twins = twins.with_user(self.outsider)
        twins.env["base.partner.merge.automatic.wizard"]._merge(twins.ids, twins[0])
        self.assertEqual(twins.exists(), twins[0])

    def test_held_reviews(self):
        """Both stay; the one of the account that goes is archived."""
        reviews = [self.entered("key.account.review", partner, year=2024) for partner in (self.account, self.twin)]
        for review in reviews:
            review.action_hold()
        figures = reviews[1].figure_ids
        later = self.entered("key.account.review", self.twin, year=2023)
        later.action_hold()
        later.action_close()
        self.merge(user=self.manager)
        self.assertEqual([review.partner_id for review in (*reviews, later)], [self.account] * 3)
        self.assertEqual([review.active for review in (*reviews, later)], [True, False, True])
        self.assertTrue(figures.exists())
        self.assertIn("Alfa 2024", self.chatter()[0])
        self.assertNotIn("Alfa 2023", self.chatter()[0])

    def test_plans_of_the_same_time(self):
        year = {"date_from": date(2025, 1, 1), "date_to": date(2025, 12, 31)}
        half = {"date_from": date(2025, 7, 1), "date_to": date(2025, 9, 30)}
        before = {"date_from": date(2024, 1, 1), "date_to": date(2024, 12, 31)}
        kept = self.entered("key.account.plan", self.account, **year)
        other = self.entered("key.account.plan", self.twin, **half)
        moved = self.entered("key.account.plan", self.twin, **before)
        self.merge()
        plans = kept | other | moved
        self.assertEqual(plans.partner_id, self.account)
        self.assertEqual(plans.filtered("active"), kept | moved)
        self.assertIn("07/2025", self.chatter()[0])

    def test_what_cannot_be_kept_twice_is_in_the_chatter(self):
        tiers = [self.env.ref(f"key_account_management.key_account_tier_{letter}") for letter in "ab"]
        groups = self.env["key.account.peer.group"].create([{"name": "Chairs"}, {"name": "Stools"}])
        kpi = self.env.ref("key_account_management.kpi_revenue")
        for number, partner in enumerate((self.account, self.twin)):
            partner.write(
                {
                    "key_account_tier_id": tiers[number].id,
                    "key_account_peer_group_id": groups[number].id,
                    "key_account_since": date(2020 + number, 1, 1),
                    "key_account_minimum_order": 70.0 + number,
                    "phone": f"+49 {number}",
                    "comment": f"<p>Note {number}</p>",
                }
            )
            estimate = {"amount": 1234500 + number, "source": "Buyer"}
            self.entered("key.account.demand", partner, **estimate, categ_id=self.category.id, year=2025)
            self.entered("key.account.target", partner, kpi_id=kpi.id, year=2025, value=2345600 + number)
        self.twin.write({"key_account_manager_id": self.head.id, "key_account_team_ids": [Command.set(self.rep.ids)]})
        self.merge(user=self.head)
        self.assertEqual(self.account.key_account_tier_id, tiers[0])
        self.assertEqual(self.account.key_account_team_ids, self.rep)
        for user in (self.outsider, self.rep, self.manager):
            text, tracked = self.chatter(user)
            tracked = " ".join(filter(None, tracked))
            with self.subTest(user.name):
                for shown in ("+49 1", "Note 1", "Revenue 2025", "Chairs 2025", "Alfa"):
                    self.assertIn(shown, text)
                # For employees, not for followers in the portal
                for shown in (tiers[1].name, "Head"):
                    self.assertIn(shown, tracked)
                # What not everybody may know
                for secret in ("Stools", "1,234,501", "2,345,601", "71"):
                    self.assertNotIn(secret, text)
                for secret in ("Stools", "1,234,501.00 EUR", "2,345,601.00"):
                    self.assertEqual(secret in tracked, user == self.manager, tracked)

    def test_profiles(self):
        """What only one knew is taken over; of two texts the other one becomes an event, which few may read."""
        self.account.write({"key_account_requirements": "Fast", "key_account_tasks": "Same"})
        self.twin.write({"key_account_requirements": "Cheap", "key_account_tasks": "Same", "key_account_markets": "EU"})
        self.merge()
        profile = self.env["key.account.profile"].search([("partner_id", "=", self.account.id)])
        self.assertEqual(profile.requirements, "Fast")
        self.assertEqual(self.events(), "Requirement Profile: Cheap")
        self.assertIn("Requirement Profile", self.chatter()[0])
        self.assertNotIn("Cheap", "".join(map(str, self.chatter())))
        self.assertEqual((profile.tasks, profile.markets), ("Same", "EU"))

    def test_two_opinions_about_a_person(self):
        anns = [self.make_customer("Ann", parent_id=self.account.id, is_company=False, email="a@b.c") for _ in range(2)]
        anns[0].write({"key_account_role": "buyer", "key_account_influence": "high"})
        anns[1].write({"key_account_role": "user", "key_account_attitude": "critic"})
        ids = [ann.id for ann in anns]
        self.env["base.partner.merge.automatic.wizard"].with_user(self.outsider)._merge(
            ids, anns[0].with_user(self.outsider)
        )
        self.assertEqual(self.events(), "Role in Buying Centre: End User")
        self.account = anns[0]
        self.assertEqual((anns[0].key_account_role, anns[0].key_account_attitude), ("buyer", "critic"))
        self.assertIn("Role in Buying Centre", self.chatter()[0])
        self.assertNotIn("End User", "".join(map(str, self.chatter())))

    def test_forecasts_of_each(self):
        """None was made of what the accounts bought together."""
        for partner, day in ((self.account, date(2025, 3, 31)), (self.twin, date(2025, 3, 31))):
            self.entered(
                "key.account.forecast", partner, company_id=self.company.id, date=day, expected=1234.56, copied=1111.11
            )
        self.merge()
        forecasts = self.env["key.account.forecast"].search([("partner_id", "in", (self.account | self.twin).ids)])
        self.assertFalse(forecasts)

    def test_nothing_to_say(self):
        self.merge()
        self.assertNotIn("twice", self.chatter()[0])

    def test_whatever_is_unique(self):
        """The next thing that an account can only have once is treated here as well."""
        known = {
            "key_account_candidate",
            "key_account_category_purchase",
            "key_account_demand",
            "key_account_forecast",
            "key_account_profile",
            "key_account_review",
            "key_account_review_invitation",
            "key_account_snapshot",
            "key_account_target",
        }
        self.env.cr.execute(
            """
            SELECT DISTINCT cl.relname
              FROM pg_index ix
              JOIN pg_class cl ON cl.oid = ix.indrelid
              JOIN pg_attribute a ON a.attrelid = cl.oid AND a.attnum = ANY(ix.indkey)
              JOIN pg_constraint fk ON fk.conrelid = cl.oid AND fk.contype = 'f' AND a.attnum = ANY(fk.conkey)
              JOIN pg_class target ON target.oid = fk.confrelid AND target.relname = 'res_partner'
             WHERE ix.indisunique AND cl.relname LIKE 'key\\_account\\_%%'
               AND cl.relname NOT LIKE '%%\\_rel'
            """
        )
        self.assertEqual({table for (table,) in self.env.cr.fetchall()}, known)

    # === WHO MAY ===#

    def test_the_right_on_all(self):
        for user in (self.outsider, self.rep):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.merge(user=user)
        foreign = self.make_customer("Beta South", parent_id=self.foreign.id)
        for partner in (self.foreign, foreign):
            with self.subTest(partner.name), self.assertRaisesRegex(AccessError, "Beta"):
                self.merge(partner, user=self.manager)
        customer = self.make_customer("Gamma")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager)
        wizard = wizard.with_context(active_model="res.partner", active_ids=(foreign | customer).ids)
        with self.assertRaisesRegex(AccessError, "Beta"):
            wizard.create({"dst_partner_id": customer.id}).action_merge()
        # Whatever is below a customer would come with the customer
        self.foreign.parent_id = customer
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.merge(customer, user=self.manager)
        self.foreign.parent_id = False
        self.merge(customer, user=self.manager)
        self.assertFalse(customer.exists())

    def test_contacts_of_an_account(self):
        """One person twice in the same account: as everywhere else."""
        anns = [self.make_customer("Ann", parent_id=self.foreign.id, is_company=False, email="a@b.c") for _ in range(2)]
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.outsider)
        wizard._merge([ann.id for ann in anns])
        self.assertEqual(sum(bool(ann.exists()) for ann in anns), 1)

    def test_nobody_makes_persons_of_companies_in_foreign_accounts(self):
        """Odoo's update of all contacts does so by SQL."""
        self.make_customer("Beta South", parent_id=self.foreign.id)
        wizards = self.env["base.partner.merge.automatic.wizard"]
        for user in (self.outsider, self.manager):
            wizard = wizards.with_user(user).create({"group_by_email": True})
            with self.subTest(user.name), patch.object(type(wizards), "parent_migration_process_cb") as done:
                self.assertRaises(AccessError, wizard.action_update_all_process)
                self.assertFalse(done.called)
