"""How units are called: as people say it."""

from datetime import date

from odoo.addons.key_account_management.tools.units import unit_name

from .common import KeyAccountCase


class TestUnits(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.account = cls.make_account("Alpha")
        cls.invoice(cls.account, date(2025, 3, 1), (cls.make_product("Chair"), 12, 10.0))

    def name_in(self, lang):
        account = self.account.with_context(lang=lang)
        return self.figures(account, codes=["sales_volume"])["sales_volume"]["unit"]

    def test_pieces(self):
        self.assertEqual((self.name_in("en_US"), self.name_in("de_DE")), ("Units", "Stück"))

    def test_units_that_were_renamed_keep_their_name(self):
        units = self.env.ref("uom.product_uom_unit")
        units.with_context(lang="en_US").name = "Boxes"
        units.with_context(lang="de_DE").name = "Kisten"
        self.assertEqual((self.name_in("en_US"), self.name_in("de_DE")), ("Boxes", "Kisten"))

    def test_other_units(self):
        dozen = self.dozen.with_context(lang="de_DE")
        self.assertEqual(unit_name(dozen), dozen.name)
