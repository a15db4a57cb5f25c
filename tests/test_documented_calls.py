"""What docs/figures.md shows to people who build on the figures works as it is printed there."""

import re
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import KeyAccountCase

PAGE = Path(__file__).parents[1] / "docs" / "figures.md"


@tagged("post_install", "-at_install")
class TestDocumentedCalls(KeyAccountCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, "2025-03-10", (cls.product, 1, 200.15))
        cls.invoice(cls.account, "2025-11-30", (cls.product, 1, 100.02))
        cls.invoice(cls.account, "2024-03-10", (cls.product, 1, 150.03))
        scope, expiry = "rpc", datetime(2099, 1, 1)
        with patch.object(cls.env.registry["res.users.apikeys"], "_check_expiration_date", lambda *_args: None):
            cls.api_key = cls.env["res.users.apikeys"].with_user(cls.manager)._generate(scope, "Test", expiry)

    def run_example(self, way):
        """:return: the lines that the one example on the page prints that goes this way"""
        (code,) = (code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if way in code)
        names = {
            "url": self.base_url(),
            "database": self.env.cr.dbname,
            "login": self.manager.login,
            "api_key": self.api_key,
            "account_id": self.account.id,
        }
        output = StringIO()
        with self.allow_requests(all_requests=True), redirect_stdout(output):
            exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 (the page is ours)
        return output.getvalue().splitlines()

    def check(self, printed, empty):
        total, *months = printed
        # (300.17 - 150.03) / 150.03
        self.assertEqual(total, f"300.17 {self.env.company.currency_id.name} 1.0007331867")
        self.assertEqual(len(months), 12)
        # Before the first invoice, nothing is known
        self.assertEqual(months[1], f"Feb 2025 0.0 {empty}")
        self.assertEqual(months[2], "Mar 2025 200.15 150.03")

    def test_json_2(self):
        self.check(self.run_example("/json/2/"), "None")

    def test_xmlrpc(self):
        self.check(self.run_example("/xmlrpc/2/"), "False")
