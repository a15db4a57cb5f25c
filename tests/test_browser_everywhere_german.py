"""Each role goes everywhere in German: a file of its own, so that two workers share the two languages."""

from odoo.tests import tagged

from . import everywhere


@tagged("post_install", "-at_install")
class TestBrowserEverywhereGerman(everywhere.EverywhereCase):
    lang = "de_DE"
