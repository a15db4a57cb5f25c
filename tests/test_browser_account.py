"""Customer care in the browser: from a gap in the care coverage to a measure, and a visit with one click."""

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserAccount(HttpCase):
    def test_gap_becomes_a_measure(self):
        account = self.env.ref("key_account_management.demo_account_growing")
        area = self.env.ref("key_account_management.care_area_markets")
        measures = self.env["key.account.care.measure"]
        measures.search([("partner_id", "=", account.id), ("area_id", "=", area.id)]).action_archive()
        self.start_tour("/odoo/key-accounts-check", "key_account_permanent_check", login="kim")
        measure = measures.search([("name", "=", "Study of the furniture market")])
        self.assertEqual((measure.partner_id, measure.area_id), (account, area))

    def test_plan_a_visit(self):
        account = self.env.ref("key_account_management.demo_account_shrinking")
        domain = [("partner_id", "=", account.id), ("start", ">", fields.Datetime.now())]
        visits = self.env["key.account.visit"]
        self.assertFalse(visits.search(domain))
        self.start_tour(f"/odoo/res.partner/{account.id}", "key_account_plan_visit", login="kim")
        visit = visits.search(domain)
        self.assertEqual(visit.user_id.login, "kim")
        self.assertIn("220 Mill Street", visit.location)
        self.assertEqual(visit.contact_ids.name, "Diane Walsh")
        self.assertEqual(visit.event_id.partner_ids, visit.user_id.partner_id | visit.contact_ids)

    def test_account_page(self):
        account = self.env.ref("key_account_management.demo_account_shrinking")
        self.env["key.account.snapshot"]._of_company(account.key_account_manager_id.company_id)._refresh_today(account)
        buyer, quality = (
            self.env.ref(f"key_account_management.demo_contact_northfield_{name}") for name in ("buyer", "quality")
        )
        self.start_tour(f"/odoo/key-accounts/{account.id}", "key_account_page", login="kim")
        self.assertEqual(buyer.key_account_reports_to_id, quality)
        self.assertFalse(quality.key_account_reports_to_id)

    def test_account_page_of_a_representative(self):
        account = self.env.ref("key_account_management.demo_account_shrinking")
        self.env["key.account.snapshot"]._of_company(account.key_account_manager_id.company_id)._refresh_today(account)
        self.start_tour(f"/odoo/key-accounts/{account.id}", "key_account_page_of_representative", login="alex")
