"""Care coverage: what is done in which care area of which account."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common import HEAD, MANAGER, KeyAccountCase

GAP = {"live": 0, "overdue": 0, "deadline": False, "last_done": False, "without_effect": 0}


@freeze_time("2025-06-30 12:00:00")
class TestCareMatrix(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls.env.ref("key_account_management.care_area_service")
        cls.other_area = cls.env.ref("key_account_management.care_area_markets")
        cls.other_company = cls.make_company("Other Company", "base.EUR", chart=False)

    @classmethod
    def measure(cls, deadline, account=None, **values):
        return cls.env["key.account.care.measure"].create(
            {
                "name": "Measure",
                "partner_id": (account or cls.account).id,
                "area_id": cls.area.id,
                "date_start": date(2025, 1, 1),
                "date_end": deadline,
                "done_on": deadline if values.get("state") == "done" else False,
                **values,
            }
        )

    def matrix(self, user=None, **context):
        partners = self.env["res.partner"].with_user(user or self.manager).with_context(**context)
        return partners.get_key_account_care_matrix()

    def cell(self, area=None, account=None, **options):
        accounts = {row["id"]: row for row in self.matrix(**options)["accounts"]}
        return accounts[(account or self.account).id]["cells"][(area or self.area).id]

    def test_cells(self):
        self.measure(date(2025, 7, 31))
        self.measure(date(2025, 6, 29), state="in_progress")
        self.measure(date(2025, 6, 30))
        self.measure(date(2025, 5, 1), state="done")
        self.measure(date(2025, 4, 1), state="done")
        self.measure(date(2025, 6, 1), state="cancelled")
        self.measure(date(2025, 6, 1), active=False)
        self.measure(date(2025, 6, 1), area_id=False)
        self.assertEqual(
            self.cell(), {**GAP, "live": 3, "overdue": 1, "deadline": "2025-06-29", "last_done": "2025-05-01"}
        )
        self.assertEqual(self.cell(self.other_area), GAP)
        self.measure(date(2025, 3, 1), area_id=self.other_area.id, state="done")
        self.assertEqual(self.cell(self.other_area), {**GAP, "last_done": "2025-03-01"})

    def test_without_effect(self):
        """Rated so, and not longer ago than a year: then the area was tried again since, or nobody remembers."""
        for day, effect in (
            (date(2025, 5, 1), "none"),
            (date(2024, 7, 1), "none"),
            (date(2024, 6, 30), "none"),
            (date(2025, 5, 1), "some"),
            (date(2025, 5, 1), False),
        ):
            self.measure(day, date_start=day, state="done", effect=effect)
        self.measure(date(2025, 5, 1), state="cancelled", effect="none")
        self.assertEqual(self.cell()["without_effect"], 2)

    def test_recurring_measure(self):
        """The one that is done and the next one are one cell: done then, live again."""
        measure = self.measure(date(2025, 6, 15), rhythm_unit="month", rhythm_number=1)
        self.assertEqual(self.cell()["overdue"], 1)
        measure.write({"state": "done", "done_on": date(2025, 6, 20)})
        again = {**GAP, "live": 1, "overdue": 0, "deadline": "2025-07-15", "last_done": "2025-06-20"}
        self.assertEqual(self.cell(), again)

    def test_every_account_has_a_cell_for_every_area(self):
        area = self.env["key.account.care.area"].create({"name": "Logistics", "sequence": 1})
        self.other_area.active = False
        self.measure(date(2025, 7, 1), area_id=self.other_area.id)
        matrix = self.matrix()
        areas = self.env["key.account.care.area"].search([])
        self.assertEqual([column["id"] for column in matrix["areas"]], areas.ids)
        self.assertEqual(matrix["areas"][0], {"id": area.id, "name": "Logistics", "description": ""})
        for row in matrix["accounts"]:
            self.assertEqual(set(row["cells"]), set(areas.ids))

    def test_overdue_from_midnight_of_the_user(self):
        self.measure(date(2025, 6, 30))
        with freeze_time("2025-06-30 22:30:00"):
            self.assertEqual(self.cell(tz="Europe/Berlin")["overdue"], 1)
            self.assertEqual(self.cell(tz="America/New_York")["overdue"], 0)

    def test_accounts_of_the_user(self):
        self.account.key_account_status = "at_risk"
        candidate = self.make_account("Candidate", key_account_status="candidate")
        former = self.make_account("Former", key_account_status="former")
        self.measure(date(2025, 7, 31), self.foreign)
        for user, mine, may_create in ((self.rep, self.account, True), (self.manager, self.account | candidate, True)):
            matrix = self.matrix(user)
            self.assertEqual([row["id"] for row in matrix["accounts"]], mine.sorted("name").ids)
            self.assertTrue(all(row["is_mine"] for row in matrix["accounts"]))
            self.assertEqual(matrix["may_create"], may_create)
            self.assertEqual(matrix["accounts"][0]["at_risk"], True)
        of_head = {row["id"]: row for row in self.matrix(self.head)["accounts"]}
        self.assertTrue({self.account.id, candidate.id, self.foreign.id} <= set(of_head))
        self.assertNotIn(former.id, of_head)
        self.assertEqual([of_head[account.id]["is_mine"] for account in (self.account, self.foreign)], [False, True])
        self.assertEqual(self.cell(account=self.foreign, user=self.head)["live"], 1)
        with self.assertRaises(AccessError):
            self.matrix(self.outsider)

    def test_without_accounts(self):
        self.assertEqual(self.matrix(self.make_user("nobody", MANAGER))["accounts"], [])

    def test_companies_of_the_context(self):
        self.measure(date(2025, 7, 31))
        self.measure(date(2025, 7, 31), company_id=self.other_company.id)
        chief = self.make_user("chief", HEAD)
        chief.company_ids |= self.other_company
        for companies, live in (
            (self.company, 1),
            (self.other_company, 1),
            (self.company | self.other_company, 2),
        ):
            self.assertEqual(self.cell(user=chief, allowed_company_ids=companies.ids)["live"], live)
        # The superuser, whom no rule limits
        self.assertEqual(self.cell(user=self.env.user)["live"], 1)

    def test_visits(self):
        self.account.write(
            {
                "key_account_tier_id": self.env["key.account.tier"].create({"name": "Gold", "visit_target": 4}).id,
                "key_account_since": date(2025, 1, 15),
            }
        )
        row = next(row for row in self.matrix()["accounts"] if row["id"] == self.account.id)
        self.assertEqual((row["tier"], row["manager"]), ("Gold", "Manager"))
        self.assertEqual(
            (row["last_visit"], row["planned_visit"], row["visit_due"], row["visit_overdue"]),
            (False, False, "2025-04-15", True),
        )

    def test_queries(self):
        chief = self.make_user("chief", HEAD)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.matrix(chief)
            return self.env.cr.sql_log_count - before

        self.measure(date(2025, 7, 31))
        few = [count() for _round in range(3)][-1]
        for number in range(40):
            account = self.make_account(f"More {number}")
            self.measure(date(2025, 7, 1), account, state="planned" if number % 2 else "done")
        more = [count() for _round in range(3)][-1]
        self.assertEqual(more, few)
