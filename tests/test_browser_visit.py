"""A visit in the browser of a phone: from the list to a saved report, with a reload in between."""

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserVisit(HttpCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_report(self):
        account = self.env.ref("key_account_management.demo_account_shrinking")
        kim = self.env.ref("key_account_management.demo_user_manager")
        values = {"partner_id": account.id, "company_id": self.env.ref("base.main_company").id, "user_id": kim.id}
        visit = self.env["key.account.visit"].create(
            {
                **values,
                "start": fields.Datetime.subtract(fields.Datetime.now(), hours=3),
                "purpose": "Prices of the tour",
            }
        )
        measure = self.env["key.account.care.measure"].create(
            # The first one on the list
            {**values, "name": "Call of the tour", "date_start": "2020-01-01", "date_end": "2020-01-31"}
        )
        self.start_tour("/odoo/key-account-visits", "key_account_visit_report", login="kim")
        self.assertEqual((visit.state, visit.result), ("done", "Fixed delivery days before volume"))
        self.assertEqual(visit.contact_ids.name, "Diane Walsh")
        self.assertEqual(measure.state, "done")
        self.assertEqual(visit.measure_ids.name, "Weekly figures of the tour")
        self.assertEqual((visit.satisfaction_ids.score, visit.satisfaction_ids.contact_id.name), (7.5, "Diane Walsh"))
        self.assertTrue(visit.next_visit_id.day > fields.Date.today())
