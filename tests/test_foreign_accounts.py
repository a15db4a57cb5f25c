"""Records of accounts that do not belong to the user."""

from datetime import date

from odoo.exceptions import AccessError

from .common import KeyAccountCase


class TestForeignAccounts(KeyAccountCase):
    """No one can write to the records of someone else's account, not even by moving their own there."""

    def test_moving(self):
        of_account = {"partner_id": self.account.id}
        kpi = self.env.ref("key_account_management.kpi_revenue")
        records = {
            "key.account.review": {**of_account, "year": 2025},
            "key.account.target": {**of_account, "year": 2025, "kpi_id": kpi.id, "value": 1.0},
            "key.account.care.measure": {**of_account, "name": "Call", "date_end": date(2030, 1, 1)},
            "key.account.demand": {
                **of_account,
                "year": 2025,
                "amount": 1.0,
                "source": "Guess",
                "categ_id": self.category.id,
            },
            "key.account.rating": {**of_account, "agency": "Agency", "rating_class": "A"},
            "key.account.satisfaction": {**of_account, "score": 5.0},
        }
        for model, values in records.items():
            with self.subTest(model):
                record = self.env[model].with_user(self.manager).create(values)
                with self.assertRaises(AccessError):
                    record.partner_id = self.foreign
                with self.assertRaises(AccessError):
                    self.env[model].with_user(self.manager).create({**values, "partner_id": self.foreign.id})
