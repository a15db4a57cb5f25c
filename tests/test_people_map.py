"""The map of the buying centre: who reports to whom, the last contact, and the sentences on what is missing."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import KeyAccountCase
from .visits import make_meeting

DECISION = "Nobody at decision level met for %s days."


@freeze_time("2025-08-15 12:00")
class TestPeopleMap(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss, cls.buyer, cls.engineer = (
            cls.make_customer(name, parent_id=cls.account.id, is_company=False)
            for name in ("Boss", "Buyer", "Engineer")
        )
        cls.boss.write({"key_account_role": "decision_maker", "key_account_attitude": "supporter"})
        cls.buyer.write({"key_account_role": "buyer", "key_account_reports_to_id": cls.boss.id})

    def map(self, user=None, account=None):
        self.env.invalidate_all()
        return (account or self.account).with_user(user or self.manager).get_key_account_people_map()

    def gaps(self, **options):
        return self.map(**options)["gaps"]

    def person(self, person, **options):
        (found,) = (each for each in self.map(**options)["people"] if each["id"] == person.id)
        return found

    def superiors(self):
        return {each["name"]: each["superior"] for each in self.map()["people"]}

    def meet(self, day, *people, **values):
        partners = self.env["res.partner"].union(*people)
        return make_meeting(self.manager, datetime(day.year, day.month, day.day, 9), partners, **values)

    def report(self, day, *people, kind="visit", **values):
        contacts = self.env["res.partner"].union(*people)
        visit = self.env["key.account.visit"].create(
            {
                "partner_id": self.account.id,
                "day": day,
                "user_id": self.manager.id,
                "contact_ids": [Command.set(contacts.ids)],
                **values,
            }
        )
        visit._store({"state": "done"})
        # What it became is known only then
        visit.kind = kind
        return visit

    # === WHO REPORTS TO WHOM ===#

    def test_tree(self):
        self.assertEqual(self.superiors(), {"Boss": None, "Buyer": self.boss.id, "Engineer": None})
        placed = {each["name"]: each["placed"] for each in self.map()["people"]}
        self.assertEqual(placed, {"Boss": True, "Buyer": True, "Engineer": False})

    def test_people_who_left(self):
        self.engineer.key_account_reports_to_id = self.buyer
        self.buyer.active = False
        # Whoever reported to them reports to whom they reported
        self.assertEqual(self.superiors(), {"Boss": None, "Engineer": self.boss.id})
        self.assertIn("No contact in purchasing.", self.gaps())
        both = self.account.with_context(active_test=False).with_user(self.manager).get_key_account_people_map()
        self.assertEqual(len(both["people"]), 2)

    def test_circles_are_refused(self):
        with self.assertRefused("Boss → Boss"):
            self.boss.key_account_reports_to_id = self.boss
        with self.assertRefused("No one can report to themselves, either directly or through others"):
            self.boss.key_account_reports_to_id = self.buyer

    def test_a_circle_in_the_database_hides_nobody(self):
        self.engineer.key_account_reports_to_id = self.buyer
        profiles = self.env["key.account.profile"]
        self.env.flush_all()
        for person, superior in ((self.boss, self.engineer), (self.buyer, self.boss)):
            profile = profiles.search([("partner_id", "=", person.id)])
            self.env.cr.execute(
                "UPDATE key_account_profile SET reports_to_id = %s WHERE id = %s", [superior.id, profile.id]
            )
        self.env.invalidate_all()
        superiors = self.superiors()
        self.assertEqual(len(superiors), 3)
        self.assertEqual(list(superiors.values()).count(None), 1)

    def test_those_of_subsidiaries(self):
        south = self.make_customer("South", parent_id=self.account.id)
        local = self.make_customer("Local", parent_id=south.id, is_company=False)
        self.assertEqual(self.person(local)["company"], "South")
        self.assertEqual(self.person(self.boss)["company"], "")

    # === CONTACTS ===#

    def test_last_contact(self):
        self.assertEqual(self.person(self.boss)["last_contact"], "")
        self.meet(date(2025, 3, 3), self.boss)
        self.report(date(2025, 2, 1), self.boss, self.buyer)
        self.assertEqual(self.person(self.boss)["last_contact"], "2025-03-03")
        self.assertEqual(self.person(self.buyer)["last_contact"], "2025-02-01")
        self.report(date(2025, 4, 4), self.buyer, kind="phone")
        self.report(date(2025, 5, 5), self.buyer, kind="nobody_met")
        self.assertEqual(self.person(self.buyer)["last_contact"], "2025-04-04")
        self.assertEqual(self.person(self.engineer)["last_contact"], "")

    def test_what_is_no_contact(self):
        self.meet(date(2025, 9, 1), self.boss)
        self.meet(date(2025, 3, 1), self.boss).attendee_ids.filtered(
            lambda attendee: attendee.partner_id == self.boss
        ).state = "declined"
        self.meet(date(2025, 3, 2), self.boss).active = False
        self.meet(date(2025, 3, 4), self.boss, privacy="private")
        self.assertEqual(self.person(self.boss)["last_contact"], "")

    def test_our_contact(self):
        self.assertEqual(self.person(self.boss)["our_contact"], "")
        self.meet(date(2025, 3, 3), self.boss)
        self.assertEqual(self.person(self.boss)["our_contact"], self.manager.name)
        self.boss.key_account_our_contact_id = self.rep
        self.assertEqual(self.person(self.boss)["our_contact"], self.rep.name)
        gone = self.make_user("gone", "key_account_management.group_key_account_user")
        self.boss.key_account_our_contact_id = gone
        gone.active = False
        self.assertEqual(self.person(self.boss)["our_contact"], self.manager.name)

    # === WHAT IS MISSING ===#

    def test_nobody_met_at_decision_level(self):
        self.assertIn("Nobody at decision level has ever been met.", self.gaps())
        # June 1 to August 15: 29 + 31 + 15 days
        self.meet(date(2025, 6, 1), self.boss)
        self.assertFalse([gap for gap in self.gaps() if "decision" in gap])
        self.company.key_account_contact_days = 75
        self.assertIn(DECISION % 75, self.gaps())
        self.company.key_account_contact_days = 76
        self.assertNotIn(DECISION % 75, self.gaps())
        self.company.key_account_contact_days = 0
        self.assertFalse([gap for gap in self.gaps() if "decision" in gap])

    def test_a_call_is_no_meeting(self):
        # April 17 is 120 days before August 15: 13 + 31 + 30 + 31 + 15
        self.report(date(2025, 4, 17), self.boss)
        self.report(date(2025, 8, 1), self.boss, kind="phone")
        self.assertIn(DECISION % 120, self.gaps())
        self.assertEqual(self.person(self.boss)["last_contact"], "2025-08-01")
        self.report(date(2025, 4, 18), self.boss)
        self.assertNotIn(DECISION % 119, self.gaps())

    def test_supporters_and_roles(self):
        self.assertNotIn("No supporter at decision level.", self.gaps())
        self.boss.key_account_attitude = "critic"
        self.assertIn("No supporter at decision level.", self.gaps())
        self.assertNotIn("No contact in purchasing.", self.gaps())
        self.buyer.key_account_role = "user"
        self.assertIn("No contact in purchasing.", self.gaps())
        self.boss.key_account_role = "user"
        self.assertIn("Nobody at decision level is known.", self.gaps())
        self.assertNotIn("No supporter at decision level.", self.gaps())

    def test_nobody_of_ours(self):
        self.assertIn("Nobody of ours knows Boss, Buyer.", self.gaps())
        self.boss.key_account_our_contact_id = self.manager
        self.assertIn("Nobody of ours knows Buyer.", self.gaps())
        self.report(date(2025, 4, 17), self.buyer, kind="phone")
        self.assertFalse([gap for gap in self.gaps() if gap.startswith("Nobody of ours")])
        # Who does not matter need not be known
        self.engineer.key_account_influence = "high"
        self.assertIn("Nobody of ours knows Engineer.", self.gaps())

    def test_without_people(self):
        self.assertEqual(self.gaps(account=self.make_account("Novo")), ["No people are known at this customer yet."])

    # === ROLES ===#

    def test_who_may_change_it(self):
        self.assertTrue(self.map()["may_edit"])
        self.assertFalse(self.map(user=self.rep)["may_edit"])
        self.assertEqual(self.superiors()["Buyer"], self.boss.id)
        self.assertEqual(self.person(self.boss, user=self.rep)["role"], "Decision Maker")
        with self.assertRaises(AccessError):
            self.buyer.with_user(self.rep).write({"key_account_reports_to_id": False})
        self.buyer.with_user(self.manager).write({"key_account_reports_to_id": False})
        self.assertIsNone(self.superiors()["Buyer"])

    def test_a_company_has_no_contact_of_ours(self):
        with self.assertRefused("is a company"):
            self.account.key_account_our_contact_id = self.manager
