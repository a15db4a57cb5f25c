import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...roles import HEAD

_logger = logging.getLogger(__name__)


class KeyAccountScheduledJob(models.Model):
    """How far a scheduled job has come. For jobs that look at many records and may run out of time, or be killed.

    Each batch is committed with its position: the next run goes on after it instead of beginning again. Two workers
    never do the same, because each batch is done while the job is locked.
    """

    _name = "key.account.scheduled.job"
    _description = "Progress of a Scheduled Job"

    name = fields.Char(required=True, readonly=True)
    step = fields.Integer(readonly=True, help="Which of the job's steps is next.")
    position = fields.Integer(readonly=True, help="Id of the last record that was done; 0 before the first one.")

    _name_uniq = models.UniqueIndex("(name)", "Each job exists once.")

    @api.model
    def _run(self, name, *steps, size, newest_first=False):
        """Does the steps one after the other, in batches, as far as there is time.

        :param name: of the job
        :param steps: triples of (model, domain of its records, function that does a batch of them)
        :param size: of a batch
        :param newest_first: otherwise the oldest records come first
        """
        order, sign = ("id desc", "<") if newest_first else ("id", ">")

        def ahead(domain, position):
            return Domain(domain) & (Domain("id", sign, position) if position else Domain.TRUE)

        while job := self._claim(name):
            if job.step >= len(steps):
                job._begin_again()
                return
            model, domain, do = steps[job.step]
            batch = model.search(ahead(domain, job.position), order=order, limit=size)
            if not batch:
                job.write({"step": job.step + 1, "position": 0})
                continue
            last = batch.ids[-1]
            do(batch)
            job.position = last
            remaining = sum(
                other.search_count(ahead(rest, job.position if step == job.step else 0))
                for step, (other, rest, _do) in enumerate(steps)
                if step >= job.step
            )
            if not remaining:
                # Together with the last batch, so that a second worker does not find anything to go on with
                job._begin_again()
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining) or not remaining:
                return

    @api.model
    def _claim(self, name):
        """The job, until the next commit for this worker alone.

        To be called at the beginning of a transaction: what is read afterwards is as others left it.

        :return: the job; empty if another worker is doing it
        :raises AccessError: Odoo lets anybody run the action of a job
        """
        user = self.env.user
        if not (user._is_superuser() or user._is_system() or user.has_group(HEAD)):
            raise AccessError(self.env._("Only administrators and the head of key accounts can run scheduled jobs."))
        # Rows of jobs are written by this class only
        jobs = self.sudo()
        self.env.flush_all()
        (is_free,) = self._execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), hashtext(%s))", self._name, name)
        )
        if not is_free:
            return jobs.browse()
        try:
            row = self._execute(SQL("SELECT id FROM key_account_scheduled_job WHERE name = %s FOR UPDATE", name))
            row = row or self._execute(
                SQL("INSERT INTO key_account_scheduled_job (name) VALUES (%s) RETURNING id", name)
            )
        except (SerializationFailure, UniqueViolation):
            # Another worker has just done a batch, after this one began to read
            self.env.cr.rollback()
            return jobs.browse()
        job = jobs.browse(row)
        job.invalidate_recordset()
        return job

    def _execute(self, query):
        # That another worker was faster is no error for the log
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchone()

    def _begin_again(self):
        self.filtered(lambda job: job.step or job.position).write({"step": 0, "position": 0})

    def _put_last(self, records):
        """:return: these records, up to the one that was tried last at the end: what fails each time stops no others"""
        return records.sorted(lambda record: (record.id <= self.position, record.id))
