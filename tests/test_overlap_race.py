"""Several people at once make plans for the same days of an account."""

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .race import AccountRaceCase

PEOPLE = 4
PLANS = {"key.account.plan": {}, "key.account.coaching.plan": {"goal": "More"}}


class TestFourAtOnce(AccountRaceCase):
    def remove(self, env):
        for model in PLANS:
            env[model].search([("partner_id", "=", self.account_id)]).unlink()
        super().remove(env)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_wins(self):
        for model, values in PLANS.items():

            def create(env, number, wait, model=model, values=values):
                env[model].search_count([])
                wait()
                dates = {"date_from": f"2025-0{number + 1}-01", "date_to": "2025-12-31"}
                return env[model].create({"partner_id": self.account_id, **dates, **values}).id

            results = self.at_once(PEOPLE, create).values()
            with self.subTest(model):
                refused = [result for result in results if isinstance(result, ValidationError)]
                self.assertEqual(len(refused), PEOPLE - 1, results)
                for error in refused:
                    self.assertRegex(str(error), "already|just")
