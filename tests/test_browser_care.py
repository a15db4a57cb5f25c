"""Customer care in the browser: a representative adds a measure from an opportunity, a manager drags one to Done."""

from datetime import date

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserCare(HttpCase):
    def setUp(self):
        super().setUp()
        self.account = self.env.ref("key_account_management.demo_account_growing")
        self.manager = self.env.ref("key_account_management.demo_user_manager")
        self.measures = self.env["key.account.care.measure"]
        self.values = {"partner_id": self.account.id, "company_id": self.env.ref("base.main_company").id}

    def test_add_measure_from_opportunity(self):
        robin = self.env.ref("key_account_management.demo_user_rep_robin")
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": self.account.id, "user_id": robin.id}
        )
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "key_account_add_measure_from_opportunity", login="robin")
        measure = self.measures.search([("opportunity_id", "=", lead.id)])
        self.assertEqual((measure.name, measure.date_end), ("Sample Parts from the Line", date(2099, 12, 31)))
        self.assertEqual((measure.partner_id, measure.user_id), (self.account, robin))

    def test_close_recurring_measure_by_dragging(self):
        measure = self.measures.create(
            {
                **self.values,
                "name": "Call of the Tour",
                "user_id": self.manager.id,
                # The first one in its column
                "date_start": date(2020, 1, 31),
                "date_end": date(2020, 1, 31),
                "rhythm_unit": "month",
            }
        )
        self.start_tour("/odoo/key-account-measures", "key_account_close_measure_by_dragging", login="kim")
        self.assertEqual(measure.state, "done")
        successor = self.measures.search([("predecessor_id", "=", measure.id)])
        end_of_month = fields.Date.end_of(fields.Date.context_today(measure), "month")
        self.assertEqual((successor.state, successor.date_end), ("planned", end_of_month))
