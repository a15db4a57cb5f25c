"""Scheduled jobs end: with hardly any time, when a worker is killed, and when two workers run them at once."""

import threading
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.base.models import ir_cron
from odoo.addons.key_account_management.models import res_partner
from odoo.addons.key_account_management.models.figures import key_account_snapshot
from odoo.addons.key_account_management.models.plan import key_account_milestone
from odoo.addons.key_account_management.models.review import next_reviews
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .race import AccountRaceCase, RaceCase
from .test_document_versions import VersionCase

PREFIX = "key_account_management.ir_cron_"
# Each has a test below
JOBS = {
    "propose_key_account_abc",
    "refresh_customer_revenue",
    "forecast_key_accounts",
    "remind_of_key_account_profiles",
    "remind_of_key_account_visits",
    "send_care_messages",
    "follow_milestones",
    "open_next_reviews",
    "make_key_account_documents",
    "refresh_snapshots",
}


class JobCase(KeyAccountCase):
    """Runs scheduled actions as Odoo's server does, without any time for each: one batch a run."""

    def run_job(self, name, runs=1):
        with patch.object(ir_cron, "MIN_TIME_PER_JOB", 0.0), self.enter_registry_test_mode():
            for _run in range(runs):
                self.env.ref(PREFIX + name).method_direct_trigger()
        self.env.invalidate_all()

    def count_runs(self, name, model, method):
        """:return: ids of the records for which a method was called, in this order, while a job ran twice"""
        seen = []
        original = getattr(type(self.env[model]), method)

        def watch(records, *args):
            seen.extend(records.ids)
            return original(records, *args)

        with patch.object(type(self.env[model]), method, watch):
            self.run_job(name)
        return seen


class TestAll(KeyAccountCase):
    def test_each_job_is_tested_here(self):
        """A new job gets its tests in this file, and its name in the list."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "key_account_management"), ("model", "=", "ir.cron"), ("name", "=like", "ir_cron_%")]
        )
        self.assertEqual({each.name.removeprefix("ir_cron_") for each in data}, JOBS)

    def test_nobody_runs_a_job_who_does_not_manage_all(self):
        """Odoo lets anybody run an action without groups, customers in the portal as well."""
        portal = self.make_user("portal", "base.group_portal")
        for name in JOBS:
            action = self.env.ref(f"{PREFIX}{name}").ir_actions_server_id
            for user in (portal, self.outsider, self.rep, self.manager):
                with self.subTest(name, user=user.name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.env[action._name].with_user(user).browse(action.id).run()
        jobs = self.env["key.account.scheduled.job"].with_user(self.head)
        self.assertTrue(jobs._claim("mine"))


class TestTimeLimit(JobCase):
    """Odoo runs a job up to ten times in a row: as many batches are done, each record once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The jobs look at all of them: those of the demo data are not part of these tests
        cls.env.cr.execute(
            "UPDATE res_partner SET key_account_status = NULL WHERE id NOT IN %s", [(cls.account.id, cls.foreign.id)]
        )
        cls.env.cr.execute("UPDATE key_account_milestone SET active = FALSE")
        cls.env.invalidate_all()

    def test_reminders_go_on_where_they_stopped(self):
        """They began with the first manager again: those of the others were never reminded."""
        for name, method in (
            ("remind_of_key_account_profiles", "_remind_of_key_account_profile"),
            ("remind_of_key_account_visits", "_remind_of_key_account_visit"),
        ):
            with self.subTest(name), patch.object(res_partner, "BATCH", 1):
                self.assertEqual(self.count_runs(name, "res.partner", method), (self.foreign | self.account).ids)

    def test_late_milestones_are_not_skipped(self):
        """Revenue targets took all the time there was, so the job ended before the late ones."""
        kind = self.env.ref("key_account_management.milestone_type_revenue_target")
        values = {"partner_id": self.account.id, "user_id": self.manager.id, "company_id": self.company.id}
        with freeze_time("2025-06-15 12:00"):
            targets = self.env["key.account.milestone"].create(
                [
                    {
                        **values,
                        "name": f"Target {number}",
                        "type_id": kind.id,
                        "expected_revenue": 1e9,
                        "date_deadline": "2025-12-31",
                    }
                    for number in range(3)
                ]
            )
            late = self.env["key.account.milestone"].create(
                [{**values, "name": f"Late {number}", "date_deadline": "2025-06-01"} for number in range(2)]
            )
            with patch.object(key_account_milestone, "BATCH", 1):
                seen = self.count_runs("follow_milestones", "key.account.milestone", "_mark_if_revenue_reached")
        self.assertEqual(seen, targets.ids)
        self.assertEqual(late.mapped("is_late_notified"), [True, True])

    def test_each_company_once(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        companies = self.env["res.company"].search([], order="id")
        with patch.object(ir_cron, "MIN_RUNS_PER_JOB", len(companies) + 1):
            seen = []
            with patch.object(
                type(self.env["res.partner"]), "_propose_key_account_abc", lambda _partners, each: seen.append(each.id)
            ):
                self.run_job("propose_key_account_abc")
        self.assertEqual(seen, companies.ids)
        self.assertIn(other.id, seen)

    def test_a_faulty_company_does_not_stop_the_others(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        seen = []

        def propose(_partners, company):
            if company == self.company:
                raise ValueError("boom")
            seen.append(company.id)

        with (
            patch.object(type(self.env["res.partner"]), "_propose_key_account_abc", propose),
            self.assertLogs("odoo.addons.key_account_management.models.res_partner_figures", "ERROR"),
        ):
            self.run_job("propose_key_account_abc", runs=3)
        self.assertIn(other.id, seen)

    def test_forecasts_of_each_company_whatever_happens_in_another(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        seen = []

        def forecast(forecasts):
            if forecasts.env.company == self.company:
                raise ValueError("boom")
            seen.append(forecasts.env.companies.ids)

        with (
            patch.object(type(self.env["key.account.forecast"]), "_forecast", forecast),
            self.assertLogs("odoo.addons.key_account_management.models.figures.key_account_forecast", "ERROR"),
        ):
            self.run_job("forecast_key_accounts", runs=3)
        self.assertIn([other.id], seen)

    def test_revenue_of_each_company_whatever_happens_in_another(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        seen = []

        def refresh(revenue, thoroughly=False):
            if revenue.env.company == self.company:
                raise ValueError("boom")
            seen.append((revenue.env.company.id, thoroughly))

        with (
            patch.object(type(self.env["key.account.customer.revenue"]), "_refresh", refresh),
            self.assertLogs("odoo.addons.key_account_management.models.figures.key_account_customer_revenue", "ERROR"),
        ):
            self.run_job("refresh_customer_revenue", runs=3)
        self.assertIn((other.id, True), seen)

    @mute_logger("odoo.addons.key_account_management.models.review.next_reviews")
    def test_one_review_that_cannot_be_created_does_not_stop_the_others(self):
        """It is the first in each run, and there is time for one."""
        (self.account | self.foreign).write({"company_id": self.company.id})
        (self.account | self.foreign).write({"key_account_next_review": "2026-03-01"})
        reviews = type(self.env["key.account.review"])
        original = reviews._open_next_review

        def open_next(records, partner, *args):
            if partner == self.account:
                raise ValueError("boom")
            return original(records, partner, *args)

        with (
            freeze_time("2026-02-25 12:00"),
            patch.object(next_reviews, "BATCH", 1, create=True),
            patch.object(ir_cron, "MIN_RUNS_PER_JOB", 1),
            patch.object(reviews, "_open_next_review", open_next),
        ):
            self.run_job("open_next_reviews", runs=3)
        made = self.env["key.account.review"].search([("partner_id", "in", (self.account | self.foreign).ids)])
        self.assertEqual(made.partner_id, self.foreign)

    def test_one_message_that_fails_does_not_stop_the_others(self):
        users = type(self.env["res.users"])
        seen = []

        def send(user):
            seen.append(user.id)
            if user == first:
                raise ValueError("boom")

        first, second = (self.manager | self.head).sorted("id")
        domain = [("id", "in", [first.id, second.id])]
        (self.manager | self.head).key_account_care_message_date = False
        with (
            patch.object(ir_cron, "MIN_RUNS_PER_JOB", 1),
            patch.object(users, "_get_care_message_domain", lambda _users, _monday: domain),
            patch.object(users, "_send_key_account_care_message", send),
            mute_logger("odoo.addons.key_account_management.models.res_users"),
        ):
            self.run_job("send_care_messages", runs=2)
        self.assertEqual(seen, [first.id, second.id])


@freeze_time("2025-11-20 12:00")
class TestDocumentJobs(VersionCase, JobCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.account | cls.make_account("Gamma", lang="en_US") | cls.make_account("Delta", lang="en_US")

    def test_a_job_ends_with_its_last_document(self):
        """Whoever asked for it gets the message, and there is something to download."""
        job = self.job(self.accounts)
        with patch.object(type(self.env["res.users"]), "_bus_send", autospec=True) as send:
            self.run_job("make_key_account_documents")
        self.assertEqual((job.state, job.made), ("done", 3))
        kinds = [call.args[1] for call in send.call_args_list]
        self.assertEqual(kinds.count("simple_notification"), 1, send.call_args_list)

    def test_no_time_left_after_the_last_document(self):
        job = self.job(self.account)
        self.run_jobs(1000.0, 0.0)
        self.assertEqual((job.state, job.made), ("done", 1))

    def test_the_time_is_up_before_it_begins(self):
        """Still, each run generates one: otherwise a slow server would never begin."""
        job = self.job(self.accounts)
        for _run in self.accounts:
            self.run_jobs(0.0, 0.0)
        self.assertEqual((job.state, job.made), ("done", 3))

    def test_what_an_older_version_left_running_ends(self):
        job = self.job(self.account)
        job.line_ids.sudo().state = "made"
        job.sudo().state = "running"
        self.run_jobs()
        self.assertEqual(job.state, "done")

    def test_stopped_between_two_documents(self):
        job = self.job(self.accounts)
        original = type(job.line_ids)._generate

        def make(line):
            original(line)
            job.action_stop()

        with patch.object(type(job.line_ids), "_generate", make):
            self.run_jobs()
        self.assertEqual((job.state, job.made), ("stopped", 1))
        other = self.job(self.account)
        self.run_jobs()
        self.assertEqual((job.state, other.state), ("stopped", "done"))


class TestTwoWorkers(RaceCase):
    def prepare(self, env):
        accounts = env["res.partner"].create(
            [{"name": f"Race {number}", "is_company": True, "key_account_status": "active"} for number in range(4)]
        )
        self.account_ids = accounts.ids
        job = env["key.account.document.job"].create(
            {"kind": "workbook", "line_ids": [Command.create({"partner_id": each}) for each in accounts.ids]}
        )
        self.job_id = job.id

    def remove(self, env):
        env["key.account.document.job"].browse(self.job_id).unlink()
        env["res.partner"].browse(self.account_ids).unlink()
        env["key.account.scheduled.job"].search([("name", "in", ("race", "documents"))]).unlink()

    def lines(self, env):
        return env["key.account.document.job"].browse(self.job_id).line_ids

    def watch_making(self, made, making=None):
        """Notes which documents are generated, instead of generating them."""
        with self.database.cursor() as cr:
            lines = type(self.lines(self.environment(cr)))

        def make(line):
            made.append(line.id)
            if making:
                making()
            line.state = "made"

        return patch.object(lines, "_generate", make)

    def make_documents(self, results=None):
        with self.database.cursor() as cr:
            try:
                self.environment(cr)["key.account.document.job"]._cron_make_documents()
            except Exception as error:
                if results is None:
                    raise
                results.append(error)

    @mute_logger("odoo.sql_db")
    def test_documents_are_generated_once(self):
        made, errors = [], []
        begun = threading.Event()

        def making():
            # The second worker comes while the first one is at its first document
            begun.set()
            threading.Event().wait(0.2)

        with self.watch_making(made, making):
            first, second = (threading.Thread(target=self.make_documents, args=(errors,)) for _worker in range(2))
            first.start()
            begun.wait(timeout=20)
            second.start()
            for thread in (first, second):
                thread.join(timeout=60)
        self.assertFalse(errors)
        with self.database.cursor() as cr:
            lines = self.lines(self.environment(cr))
            self.assertEqual(sorted(made), sorted(lines.ids))
            self.assertEqual(lines.job_id.state, "done")

    def test_a_worker_is_killed(self):
        """What it committed stays, and the next one does the rest."""
        made = []

        def making():
            if len(made) == 3:
                raise KeyboardInterrupt

        with self.watch_making(made, making), self.assertRaises(KeyboardInterrupt):
            self.make_documents()
        with self.database.cursor() as cr:
            lines = self.lines(self.environment(cr))
            self.assertEqual(lines.mapped("state"), ["made", "made", "waiting", "waiting"])
            self.assertEqual(lines.job_id.state, "running")
        with self.watch_making(made):
            self.make_documents()
        with self.database.cursor() as cr:
            lines = self.lines(self.environment(cr))
            self.assertEqual(made[2:], [lines[2].id, *lines[2:].ids])
            self.assertEqual(lines.job_id.state, "done")

    def test_stopped_while_the_last_document_is_generated(self):
        made = []

        def making():
            if len(made) == 4:
                with self.database.cursor() as cr:
                    self.environment(cr)["key.account.document.job"].browse(self.job_id).action_stop()

        with self.watch_making(made, making):
            self.make_documents()
        with self.database.cursor() as cr:
            lines = self.lines(self.environment(cr))
            self.assertEqual(lines.mapped("state"), ["made"] * 4)
            self.assertEqual(lines.job_id.state, "stopped")

    def run_race(self, cr, do):
        env = self.environment(cr)
        domain = [("id", "in", self.account_ids)]
        env["key.account.scheduled.job"]._run("race", (env["res.partner"], domain, do), size=1)

    def test_each_batch_is_done_by_one_worker(self):
        done = []

        def do(batch):
            done.extend(batch.ids)
            if len(done) in (1, 3):
                # Another worker runs the job meanwhile: it finds it taken
                with self.database.cursor() as other:
                    self.run_race(other, lambda others: done.extend(others.ids))

        with self.database.cursor() as cr:
            self.run_race(cr, do)
        self.assertEqual(done, self.account_ids)

    def test_who_began_to_read_too_early_leaves(self):
        with self.database.cursor() as first, self.database.cursor() as second:
            jobs = self.environment(second)["key.account.scheduled.job"]
            jobs._claim("race")
            second.commit()
            # Reads, before the first worker does the first batch
            jobs.search_count([])
            self.environment(first)["key.account.scheduled.job"]._claim("race").position = 7
            first.commit()
            self.assertFalse(jobs._claim("race"))
            # It sees it when it begins again
            self.assertEqual(jobs._claim("race").position, 7)

    def test_killed_between_two_batches(self):
        done = []

        def do(batch):
            done.extend(batch.ids)
            if len(done) == 3:
                raise KeyboardInterrupt

        with self.database.cursor() as cr, self.assertRaises(KeyboardInterrupt):
            self.run_race(cr, do)
        with self.database.cursor() as cr:
            self.run_race(cr, lambda batch: done.extend(batch.ids))
        self.assertEqual(done, [*self.account_ids[:3], *self.account_ids[2:]])


class TestPortfolio(JobCase):
    """Each account of each company once, in batches, whatever happens in one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            "UPDATE res_partner SET key_account_status = NULL WHERE id NOT IN %s", [(cls.account.id, cls.foreign.id)]
        )
        cls.env["key.account.snapshot"].search([]).unlink()
        cls.env.invalidate_all()

    def run_portfolio(self, refresh=None, runs=12):
        rows = type(self.env["key.account.snapshot"])
        original, seen = rows._refresh, []

        def watch(records, accounts):
            seen.append((records.env.company.id, *accounts.ids))
            (refresh or original)(records, accounts)

        with patch.object(key_account_snapshot, "BATCH", 1), patch.object(rows, "_refresh", watch):
            self.run_job("refresh_snapshots", runs=runs)
        return seen

    def test_each_account_of_each_company_once(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        self.foreign.company_id = self.company
        seen = self.run_portfolio(lambda _rows, _accounts: None, runs=1)
        of_companies = [each for each in seen if each[0] in (self.company.id, other.id)]
        self.assertEqual(
            of_companies,
            [(self.company.id, self.account.id), (self.company.id, self.foreign.id), (other.id, self.account.id)],
        )
        self.assertEqual(len(seen), len(set(seen)))

    def test_rows_are_made_and_go(self):
        gone = self.make_account("Gone")
        self.run_portfolio()
        rows = self.env["key.account.snapshot"].search([("is_current", "=", True)])
        self.assertEqual(rows.partner_id, self.account | self.foreign | gone)
        self.assertTrue(all(rows.mapped("as_of")))
        gone.active = False
        self.run_portfolio()
        self.assertEqual(rows.exists().partner_id, self.account | self.foreign)

    def test_one_account_that_fails_stops_no_others(self):
        original = type(self.env["key.account.snapshot"])._refresh_today

        def refresh(rows, accounts):
            if self.account in accounts:
                raise ValueError("boom")
            original(rows, accounts)

        rows = type(self.env["key.account.snapshot"])
        with (
            patch.object(rows, "_refresh", refresh),
            self.assertLogs("odoo.addons.key_account_management.models.figures.key_account_snapshot", "ERROR") as logs,
        ):
            self.run_job("refresh_snapshots")
        self.assertIn("Alpha", logs.output[0])
        rows = self.env["key.account.snapshot"].search([("is_current", "=", True), ("as_of", "!=", False)])
        self.assertEqual(rows.partner_id, self.foreign)


class TestPortfolioOfTwoWorkers(AccountRaceCase):
    def remove(self, env):
        super().remove(env)
        env["key.account.scheduled.job"].search([("name", "=", key_account_snapshot.JOB)]).unlink()

    def test_what_another_one_is_doing_is_left_to_it(self):
        """The night and somebody who wants it now: each account is computed by one of them."""
        with self.database.cursor() as first, self.database.cursor() as second:
            for cr, claimed in ((first, [self.account_id]), (second, [])):
                env = self.environment(cr)
                rows = env["key.account.snapshot"]._of_company(env.ref("base.main_company"))
                self.assertEqual(rows._claim(env["res.partner"].browse(self.account_id)).ids, claimed)

    def test_a_second_worker_leaves(self):
        with self.database.cursor() as first, self.database.cursor() as second:
            jobs = self.environment(first)["key.account.scheduled.job"]
            self.assertTrue(jobs._claim(key_account_snapshot.JOB))
            rows = self.environment(second)["key.account.snapshot"]
            with patch.object(type(rows), "_refresh", side_effect=AssertionError("Done by the first one")):
                rows._cron_refresh()
