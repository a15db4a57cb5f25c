"""Each role goes everywhere in English, see `everywhere.EverywhereCase` for which of them does so each time."""

from odoo.tests import tagged

from . import everywhere


@tagged("post_install", "-at_install")
class TestBrowserEverywhere(everywhere.EverywhereCase):
    lang = "en_US"
    # Heads see every menu; the long tests choose the filters of the others
    with_filters = ("admin",)
