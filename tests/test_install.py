"""Installing the add-on costs little, however many contacts there are."""

import subprocess
import sys

from odoo.addons.key_account_management import hooks
from odoo.addons.key_account_management.hooks import EMPTY_COLUMNS, pre_init_hook
from odoo.tools.sql import column_exists, table_columns

from .checkout import ROOT
from .common import KeyAccountCase


class TestInstall(KeyAccountCase):
    def test_computed_columns_of_partners_are_made_by_the_hook(self):
        """Otherwise Odoo would compute them for each contact when the add-on is installed."""
        columns = table_columns(self.env.cr, "res_partner")
        stored = {
            name: columns[name]["udt_name"]
            for name, field in self.env["res.partner"]._fields.items()
            if field.store and field.compute and field.column_type and "key_account" in name
        }
        self.assertTrue(stored)
        self.assertEqual(EMPTY_COLUMNS, stored)

    def test_the_hook_makes_what_is_missing(self):
        pre_init_hook(self.env)
        column = "key_account_hook_test"
        self.patch(hooks, "EMPTY_COLUMNS", {column: "date"})
        self.assertFalse(column_exists(self.env.cr, "res_partner", column))
        pre_init_hook(self.env)
        self.assertTrue(column_exists(self.env.cr, "res_partner", column))

    def test_demo_code_is_imported_for_demo_data_only(self):
        code = (
            "import sys, odoo.addons, odoo.addons.key_account_management\n"
            "sys.exit(any('key_account_management.demo' in name for name in sys.modules))"
        )
        path = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import odoo.addons; "
        path += f"odoo.addons.__path__.append({str(ROOT)!r})\n"
        # Its own words only
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", path + code], check=False, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, done.stderr)
