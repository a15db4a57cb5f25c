"""Several people or workers at once: for real, with a connection to the database for each of them."""

import threading

import odoo
from odoo import SUPERUSER_ID, api
from odoo.service.model import retrying
from odoo.tests import BaseCase, new_test_user, tagged

from .common import MANAGER


@tagged("post_install", "-at_install")
class RaceCase(BaseCase):
    """What is created here is committed, so that all see it, and removed at the end."""

    def setUp(self):
        super().setUp()
        self.database = odoo.sql_db.db_connect(odoo.tests.common.get_db_name())
        with self.database.cursor() as cr:
            self.prepare(self.environment(cr))
        self.addCleanup(self.clean_up)

    def prepare(self, env):
        raise NotImplementedError

    def remove(self, env):
        raise NotImplementedError

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def clean_up(self):
        with self.database.cursor() as cr:
            self.remove(self.environment(cr))

    def at_once(self, people, act):
        """Starts transactions that all see the database as it was before the others.

        :param people: how many
        :param act: ``act(env, number, wait)``, one person's work, started again like a request if another one was
            first; it calls ``wait`` after it has begun to read
        :return: ``{number: result, or the error that it ended with}``
        """
        barrier, results = threading.Barrier(people), {}

        def run(number):
            waited = []

            def wait():
                if not waited:
                    waited.append(True)
                    barrier.wait(timeout=20)

            with self.database.cursor() as cr:
                env = self.environment(cr)
                try:
                    results[number] = retrying(lambda: act(env, number, wait), env)
                except Exception as error:
                    cr.rollback()
                    results[number] = error

        threads = [threading.Thread(target=run, args=(number,)) for number in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        self.assertEqual(len(results), people, results)
        return results


class AccountRaceCase(RaceCase):
    """Around one key account, with an account manager of its own."""

    def prepare(self, env, **values):
        self.manager = new_test_user(env, f"test_race_{self._testMethodName}", groups=MANAGER)
        account = {"name": "Race", "is_company": True, "key_account_status": "active"}
        account = env["res.partner"].create({**account, "key_account_manager_id": self.manager.id, **values})
        self.account_id = account.id
        return account

    def remove(self, env):
        account = env["res.partner"].browse(self.account_id)
        (account.child_ids | account).unlink()
        manager = self.manager.with_env(env)
        partner = manager.partner_id
        manager.unlink()
        partner.unlink()
