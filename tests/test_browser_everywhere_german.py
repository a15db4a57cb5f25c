"""Each role goes everywhere in German, choosing each filter: too long for each run of the tests."""

import pytest

from odoo.tests import tagged

from . import everywhere

pytestmark = pytest.mark.long


@tagged("post_install", "-at_install")
class TestBrowserEverywhereGerman(everywhere.EverywhereCase):
    lang = "de_DE"
    with_filters = ("robin", "kim", "admin")
