"""What opportunities and quotations of a key account show: what is agreed for the customer, and nothing internal."""

import json
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from .coaching import CoachingCase


@freeze_time("2025-06-30 12:00:00")
class TestSalesPanel(CoachingCase):
    def panel(self, partner=None, user=None, **context):
        partner = (partner or self.account).with_user(user or self.rep).with_context(**context)
        return partner.get_key_account_sales_panel()

    def meeting(self, start, partner=None, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Talk",
                "start": start,
                "stop": start.replace(hour=start.hour + 1),
                "partner_ids": [Command.set((partner or self.account).ids)],
                "user_id": self.manager.id,
                **values,
            }
        )

    def measure(self, **values):
        return self.env["key.account.care.measure"].create(
            {
                "name": "Workshop",
                "partner_id": self.account.id,
                "date_start": "2025-01-01",
                "date_end": "2025-07-31",
                "cost_planned": 777777.75,
                **values,
            }
        )

    def test_all_that_is_agreed(self):
        self.account.with_company(self.company).key_account_minimum_order = 500.0
        plan = self.plan()
        self.measure()
        self.measure(name="Late", date_end="2025-06-29")
        self.measure(state="done")
        talk = self.meeting(datetime(2025, 7, 2, 9), self.make_customer("Ann", parent_id=self.account.id))
        self.meeting(datetime(2025, 7, 3, 9))
        self.meeting(datetime(2025, 6, 29, 9))
        panel = self.panel()
        self.assertEqual(panel["account"], {"id": self.account.id, "name": "Alpha"})
        self.assertIn("500.00", panel["minimum_order"])
        self.assertEqual((panel["plan"]["id"], panel["plan"]["briefing"]), (plan.id, "new"))
        self.assertEqual(
            panel["plan"]["guidelines"],
            [{"kind": "condition", "label": "To Observe", "text": "No discount without a blanket order"}],
        )
        self.assertEqual(
            [(each["name"], each["overdue"]) for each in panel["measures"]], [("Late", True), ("Workshop", False)]
        )
        self.assertEqual((panel["next_talk"]["id"], panel["next_talk"]["name"]), (talk.id, "Talk"))
        # No cost, no margin
        self.assertNotIn("777777", json.dumps(panel))
        plan.with_user(self.rep).action_confirm_briefing()
        self.assertEqual(self.panel()["plan"]["briefing"], "briefed")

    def test_nothing_agreed_yet(self):
        panel = self.panel()
        self.assertEqual(
            panel,
            {
                "account": {"id": self.account.id, "name": "Alpha"},
                "minimum_order": "",
                "plan": None,
                "measures": [],
                "more_measures": 0,
                "next_talk": None,
            },
        )

    def test_many_measures(self):
        for number in range(7):
            self.measure(name=str(number))
        panel = self.panel()
        self.assertEqual((len(panel["measures"]), panel["more_measures"]), (5, 2))

    def test_current_plan_of_the_company_only(self):
        self.plan(date_from="2024-01-01", date_to="2024-12-31")
        self.plan(date_from="2025-07-01", date_to="2025-12-31")
        self.assertIsNone(self.panel()["plan"])
        self.plan(date_from="2025-01-01", date_to="2025-06-30")
        self.assertTrue(self.panel()["plan"])

    def test_private_talks_say_only_when(self):
        self.meeting(datetime(2025, 7, 2, 9), name="Secret", privacy="private")
        self.assertEqual(self.panel()["next_talk"]["name"], "Busy")
        self.session(start=datetime(2025, 7, 1, 9), stop=datetime(2025, 7, 1, 10))
        self.assertNotIn("Secret", json.dumps(self.panel(user=self.manager)))

    def test_subsidiary_and_contact(self):
        contact = self.make_customer("Ann", is_company=False, parent_id=self.account.id)
        self.assertEqual(self.panel(contact)["account"]["id"], self.account.id)

    # === ACCESS ===#

    def test_who_sees_what(self):
        self.plan()
        self.assertTrue(self.panel(user=self.manager)["plan"])
        self.assertFalse(self.panel(user=self.manager)["plan"]["briefing"])
        self.assertTrue(self.panel(user=self.head)["plan"])
        self.account.key_account_team_ids |= self.stranger
        # In the team, but not a participant in the plan
        self.assertIsNone(self.panel(user=self.stranger)["plan"])
        for partner, user in (
            (self.foreign, self.rep),
            (self.foreign, self.manager),
            (self.make_customer("Walk-in"), self.rep),
        ):
            with self.subTest(partner.name, user=user.name):
                self.assertIsNone(self.panel(partner, user))
        with self.assertRaises(AccessError):
            self.panel(user=self.outsider)

    # === FORMS ===#

    def test_forms(self):
        """The panel is in the forms of those with a role, and follows the customer that is chosen."""
        salesman = self.make_user("salesman", "sales_team.group_sale_salesman")
        for view, values in (
            ("crm.crm_lead_view_form", {"name": "Deal", "type": "opportunity"}),
            ("sale.view_order_form", {}),
        ):
            view = self.env.ref(view)
            for user, visible in ((self.rep, True), (salesman, False)):
                with self.subTest(view.model, user=user.name):
                    arch = self.env[view.model].with_user(user).get_view(view.id)["arch"]
                    self.assertEqual("key_account_sales_panel" in arch, visible)
            customer = self.make_customer("Walk-in")
            record = self.env[view.model].create({**values, "partner_id": customer.id, "user_id": self.rep.id})
            self.assertFalse(record.key_account_id)
            with Form(record.with_user(self.rep), view) as form:
                form.partner_id = self.account
                self.assertEqual(form.key_account_id, self.account)

    def test_ordinary_customers_cost_no_query(self):
        customer = self.make_customer("Walk-in")
        for model, values in (("crm.lead", {"name": "Deal", "type": "opportunity"}), ("sale.order", {})):
            record = self.env[model].create({**values, "partner_id": customer.id, "user_id": self.rep.id})
            without = {"partner_id": {"fields": {"display_name": {}}}}
            ours = {**without, "key_account_id": {"fields": {"display_name": {}}}}
            counts = []
            for specification in (ours, without, ours):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                record.with_user(self.rep).web_read(specification)
                counts.append(self.cr.sql_log_count - before)
            with self.subTest(model):
                self.assertEqual(counts[1], counts[2])
