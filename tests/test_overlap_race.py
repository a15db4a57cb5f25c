"""Several people at once make plans for the same days of an account: for real, with a connection for each of them."""

import threading

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .common import MANAGER

PEOPLE = 4
PLANS = {"key.account.plan": {}, "key.account.coaching.plan": {"goal": "More"}}


@tagged("post_install", "-at_install")
class TestFourAtOnce(BaseCase):
    """What is created here is committed, so that all see it, and removed at the end."""

    def setUp(self):
        super().setUp()
        self.database = odoo.sql_db.db_connect(odoo.tests.common.get_db_name())
        with self.database.cursor() as cr:
            env = self.environment(cr)
            self.manager = odoo.tests.new_test_user(env, "test_race_planner", groups=MANAGER)
            account = env["res.partner"].create(
                {
                    "name": "Race",
                    "is_company": True,
                    "key_account_status": "active",
                    "key_account_manager_id": self.manager.id,
                }
            )
            self.account_id = account.id
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def remove(self):
        with self.database.cursor() as cr:
            env = self.environment(cr)
            for model in PLANS:
                env[model].search([("partner_id", "=", self.account_id)]).unlink()
            env["res.partner"].browse(self.account_id).unlink()
            partner = self.manager.with_env(env).partner_id
            self.manager.with_env(env).unlink()
            partner.unlink()

    def make(self, model, number, barrier, results):
        with self.database.cursor() as cr:
            env = self.environment(cr)
            waited = []

            def create():
                # The transaction sees the database as it was before the others
                env[model].search_count([])
                if not waited:
                    waited.append(True)
                    barrier.wait(timeout=20)
                values = {"date_from": f"2025-0{number + 1}-01", "date_to": "2025-12-31", **PLANS[model]}
                return env[model].create({"partner_id": self.account_id, **values}).id

            try:
                results[number] = retrying(create, env)
            except ValidationError as error:
                cr.rollback()
                results[number] = str(error)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_wins(self):
        for model in PLANS:
            barrier, results = threading.Barrier(PEOPLE), {}
            threads = [
                threading.Thread(target=self.make, args=(model, number, barrier, results)) for number in range(PEOPLE)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
            with self.subTest(model):
                self.assertEqual(len(results), PEOPLE, results)
                made = [result for result in results.values() if isinstance(result, int)]
                self.assertEqual(len(made), 1, results)
                for refused in results.values():
                    if refused not in made:
                        self.assertRegex(refused, "already|just")
