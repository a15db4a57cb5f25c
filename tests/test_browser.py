"""The way of a user in the browser: from the account to its printed presentation."""

import json
from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged

from .documents import pages_of

PRESENTATION = "key_account_management.report_presentation_partner"


@tagged("post_install", "-at_install")
class TestBrowser(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env.ref("key_account_management.demo_account_growing")
        cls.manager = cls.env.ref("key_account_management.demo_user_manager")

    def setUp(self):
        super().setUp()
        # Tests get HTML instead of PDF, unless the context says otherwise
        reports = type(self.env["ir.actions.report"])
        render, self.printed = reports._render_qweb_pdf, []

        def really_print(report, report_ref, res_ids=None, data=None):
            content, kind = render(report.with_context(force_report_rendering=True), report_ref, res_ids, data)
            self.printed.append((report.env.user, report_ref, res_ids, content))
            return content, kind

        self.patch(reports, "_render_qweb_pdf", really_print)

    def check_presentation(self, pdf):
        """Checks the first and the last page: whose it is, in the customer's language, and that it is complete."""
        self.assertEqual(pdf[:5], b"%PDF-")
        pages = pages_of(pdf)
        self.assertIn("Jahresgespräch", pages[0])
        self.assertIn("Hansen Robotik GmbH", pages[0])
        self.assertIn("Bayside Automation Supply", pages[0])
        self.assertGreater(len(pages), 5)
        self.assertRegex(pages[-1], rf"{len(pages)} ?/ ?{len(pages)}$")

    def test_print_presentation(self):
        """From the app's list over the form to Print: the browser saves the account's presentation as a PDF."""
        self.start_tour("/odoo", "key_account_print_presentation", login="kim", timeout=120)
        ((user, report, accounts, pdf),) = self.printed
        self.assertEqual((user, report, accounts), (self.manager, PRESENTATION, self.account.ids))
        self.check_presentation(pdf)

    def test_opening_an_account_computes_no_figure(self):
        asked = self.count_computations()
        self.start_tour(f"/odoo/res.partner/{self.account.id}", "key_account_open_account", login="kim")
        self.assertEqual(asked, [])

    def test_opening_the_figures_computes_them_once(self):
        asked = self.count_computations()
        self.start_tour(f"/odoo/res.partner/{self.account.id}", "key_account_open_figures", login="kim")
        self.assertEqual(asked.count("get_key_account_cockpit"), 1)

    def count_computations(self):
        """:return: a list to which each method that computes figures adds its name when it is called"""
        asked = []
        for method in ("get_key_account_cockpit", "get_key_account_figures"):
            original = getattr(type(self.env["res.partner"]), method)

            def counting(partners, *args, method=method, original=original, **kwargs):
                asked.append(method)
                return original(partners, *args, **kwargs)

            self.patch(type(self.env["res.partner"]), method, counting)
        return asked

    def test_compare_accounts(self):
        self.start_tour("/odoo/key-accounts-compared", "key_account_compare_accounts", login="kim")

    def test_download_presentation(self):
        """The address that the web client uses gives the PDF under the account's name."""
        self.authenticate("kim", "kim")
        address = f"/report/pdf/{PRESENTATION}/{self.account.id}"
        data = {"data": json.dumps([address, "qweb-pdf"])}
        response = self.url_open(f"/report/download?{urlencode(data)}", timeout=60)
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, "application/pdf"))
        self.assertIn("Hansen%20Robotik%20GmbH", response.headers["Content-Disposition"])
        self.check_presentation(response.content)
