"""In the browser: the account manager informs a representative, who confirms next to the opportunity."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserCoaching(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env.ref("key_account_management.demo_account_growing")
        cls.manager = cls.env.ref("key_account_management.demo_user_manager")
        cls.rep = cls.env.ref("key_account_management.demo_user_rep_robin")
        company = cls.env.ref("base.main_company")
        plans = cls.env["key.account.coaching.plan"].with_company(company)
        plans.search([("partner_id", "=", cls.account.id)]).active = False
        today = fields.Date.today()
        cls.plan = plans.with_user(cls.manager).create(
            {
                "partner_id": cls.account.id,
                "date_from": fields.Date.subtract(today, days=10),
                "date_to": fields.Date.add(today, days=10),
                "goal": "From scanners to lines",
                "participant_ids": [Command.create({"user_id": cls.rep.id})],
            }
        )
        cls.opportunity = cls.env["crm.lead"].create(
            {"name": "New line", "type": "opportunity", "partner_id": cls.account.id, "user_id": cls.rep.id}
        )

    def test_inform(self):
        self.start_tour(
            f"/odoo/key-account-coaching-plans/{self.plan.id}", "key_account_inform_representative", login="kim"
        )
        self.assertEqual(self.plan.not_briefed_user_ids, self.rep)
        self.assertTrue(self.plan.participant_ids.informed_on)

    def test_confirm(self):
        plan = self.plan.with_user(self.manager)
        plan.guideline_ids = [Command.create({"kind": "measure", "text": "Visit the plant first"})]
        plan.action_inform()
        self.start_tour(f"/odoo/crm.lead/{self.opportunity.id}", "key_account_confirm_briefing", login="robin")
        self.assertFalse(self.plan.not_briefed_user_ids)

    def test_ordinary_opportunities_ask_for_nothing(self):
        """The panel asks once for a key account, and never for another customer."""
        asked = []
        original = type(self.env["res.partner"]).get_key_account_sales_panel

        def counting(partners):
            asked.append(partners)
            return original(partners)

        self.patch(type(self.env["res.partner"]), "get_key_account_sales_panel", counting)
        customer = self.env["res.partner"].create({"name": "Walk-in", "is_company": True})
        ordinary = self.opportunity.copy({"partner_id": customer.id, "user_id": self.rep.id})
        form = """!!document.querySelector('.o_form_view .o_field_widget[name="partner_id"]')"""
        panel = "!!document.querySelector('.o_key_account_sales_panel section')"
        for opportunity, ready, expected in ((ordinary, form, []), (self.opportunity, panel, [self.account])):
            self.browser_js(f"/odoo/crm.lead/{opportunity.id}", "console.log('test successful')", ready, login="robin")
            self.assertEqual(asked, expected)
