"""Two accounts that were one: Odoo's own wizard merges them, and nothing is lost."""

from odoo.exceptions import UserError

from .common import KeyAccountCase


class TestMerge(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.make_account("Alfa")

    def merge(self):
        self.env["base.partner.merge.automatic.wizard"]._merge((self.twin | self.account).ids, self.account)

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
