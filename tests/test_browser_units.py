"""Own screens, one by one: the tests in static/tests, run by Hoot in the way of web's tests/test_js.py."""

import logging
import re
from pathlib import Path

from odoo.addons.web.tests import test_js
from odoo.modules import get_module_path
from odoo.tests import HttpCase, no_retry, tagged

ADDON = "@key_account_management"
ENDED = re.compile(rf'"{ADDON}/(\w+)" ended.*passed: (\d+)')


class Log(logging.Handler):
    """Remembers what the browser says."""

    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


@tagged("post_install", "-at_install")
class TestBrowserUnits(HttpCase):
    @no_retry
    def test_desktop(self):
        self.run_units("desktop")

    @no_retry
    def test_mobile(self):
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.run_units("mobile", "&tag=-headless")

    def run_units(self, preset, options=""):
        """Runs the tests of the add-on, no others; a failure fails this test, and so does a file that was not run."""
        log = Log()
        self._logger.addHandler(log)
        suite = test_js.HOOTCommon._generate_hash(self, ADDON)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000{options}&id={suite}",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
        files = Path(get_module_path("key_account_management"), "static", "tests").glob("*.test.js")
        passed = dict(match.groups() for message in log.messages if (match := ENDED.search(message)))
        self.assertEqual(set(passed), {file.name.removesuffix(".test.js") for file in files})
        self.assertNotIn("0", passed.values())
