from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.pdf import merge_pdf

from ...documents.kinds import KINDS, LABELS
from ...tools.deletion import on_deletion
from ...tools.files import file_name, make_zip

# After a month no one looks for a download any more, and customers' figures should not lie around
KEPT_DAYS = 30
UNFINISHED = [("state", "in", ("waiting", "running"))]


class KeyAccountDocumentJob(models.Model):
    """Documents for several accounts, generated in the background with the requesting user's rights and language."""

    _name = "key.account.document.job"
    _inherit = ["key.account.guard.mixin"]
    _description = "Documents for Several Accounts"
    _fields_given_once = frozenset({"kind", "pack", "company_id"})
    _order = "id desc"
    _rec_names_search = ("line_ids.partner_id",)

    name = fields.Char(compute="_compute_name")
    user_id = fields.Many2one(
        "res.users", "Requested By", required=True, readonly=True, index=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    kind = fields.Selection(LABELS, "Document Type", required=True, readonly=True)
    pack = fields.Selection(
        [("zip", "ZIP File"), ("merged", "One PDF")], "Format", required=True, default="zip", readonly=True
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
        "Status",
        required=True,
        default="waiting",
        readonly=True,
    )
    line_ids = fields.One2many("key.account.document.job.line", "job_id", "Accounts", readonly=True)
    count = fields.Integer("Number of Accounts", compute="_compute_progress")
    finished = fields.Integer(compute="_compute_progress")
    failed = fields.Integer(compute="_compute_progress")
    made = fields.Integer("Generated", compute="_compute_progress")

    # === COMPUTE METHODS ===#

    @api.depends("kind", "line_ids")
    @api.depends_context("lang")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for job in self:
            job.name = f"{kinds.get(job.kind, '')} ({len(job.line_ids)})"

    @api.depends("line_ids.state")
    def _compute_progress(self):
        for job in self:
            states = job.line_ids.mapped("state")
            job.count = len(states)
            job.made = states.count("made")
            job.failed = states.count("failed")
            job.finished = job.made + job.failed

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create(vals_list)
        for job in jobs:
            job._check_request()
        # Users have no access to scheduled actions
        self.env.ref("key_account_management.ir_cron_make_key_account_documents").sudo()._trigger()
        return jobs

    @on_deletion
    def _unlink_files(self):
        """The database would delete the lines without their files."""
        # As superuser: users cannot delete lines of their own accord
        self.sudo().line_ids.unlink()

    @api.autovacuum
    def _gc_jobs(self):
        """What was generated is there to be downloaded; what is to be kept is kept with its review."""
        since = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        domain = [("state", "in", ("done", "stopped")), ("write_date", "<", since)]
        jobs = self.search(domain, limit=GC_UNLINK_LIMIT)
        jobs.unlink()
        return len(jobs), len(jobs) == GC_UNLINK_LIMIT

    def _check_request(self):
        """:raises AccessError: for someone else's accounts, or an internal document without the role for it
        :raises UserError: for what cannot be merged into one PDF, or for contacts of companies
        """
        self.ensure_one()
        if self.pack == "merged" and KINDS[self.kind].extension != "pdf":
            raise UserError(self.env._("Workbooks cannot be merged into one PDF: choose a ZIP file."))
        accounts = self.line_ids.partner_id.with_user(self.user_id)
        accounts._check_key_account_figures_access()
        if KINDS[self.kind].audience == "internal":
            accounts._check_internal_key_account_figures_access()

    # === ACTION METHODS ===#

    def action_stop(self):
        """What has been generated so far can be downloaded."""
        self.filtered(lambda job: job.state in ("waiting", "running"))._store({"state": "stopped"})

    def action_try_again(self):
        """Generates what failed or has not been generated yet."""
        for job in self:
            # Users cannot write lines: they show what was generated
            failed = job.line_ids.filtered(lambda line: line.state == "failed").sudo()
            failed.write({"state": "waiting", "message": False})
            job._store({"state": "waiting"})
        # Users have no access to scheduled actions
        self.env.ref("key_account_management.ir_cron_make_key_account_documents").sudo()._trigger()

    @api.readonly
    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account_management/documents/{self.id}",
            "target": "download",
        }

    # === BUSINESS METHODS ===#

    def _get_file(self):
        """:return: (file name, content) of everything that was generated
        :raises UserError: if nothing was
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "made")
        if not lines:
            raise UserError(self.env._("None of these documents is ready yet."))
        title = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        if self.pack == "merged":
            return file_name(title, extension="pdf"), merge_pdf([line._get_bytes() for line in lines])
        return file_name(title, extension="zip"), make_zip(lines._get_files())

    @api.model
    def _cron_make_documents(self):
        """Generates what is waiting, oldest first; each document is committed, so that nothing is generated twice.

        A job ends with its last document, in one transaction: there may be no time left afterwards.
        """
        cron = self.env["ir.cron"]
        if not self.env["key.account.scheduled.job"]._claim("documents"):
            return
        jobs = self.search(UNFINISHED, order="id")
        # Interrupted by an older version, or without accounts
        jobs.filtered(lambda job: not job._get_waiting())._finish()
        cron._commit_progress(remaining=len(jobs._get_waiting()))
        # For each document again: another worker may be generating them, or someone stopped the job
        while self.env["key.account.scheduled.job"]._claim("documents"):
            job = self.search([*UNFINISHED, ("line_ids.state", "=", "waiting")], order="id", limit=1)
            if not job:
                return
            if job.state == "waiting":
                job.state = "running"
            job._get_waiting()[0]._generate()
            job._notify_progress()
            if not job._get_waiting():
                job._finish()
            if not cron._commit_progress(1):
                return

    def _get_waiting(self):
        return self.line_ids.filtered(lambda line: line.state == "waiting")

    def _finish(self):
        for job in self:
            try:
                with self.env.cr.savepoint():
                    query = SQL("SELECT id FROM key_account_document_job WHERE id = %s FOR UPDATE", job.id)
                    self.env.cr.execute(query, log_exceptions=False)
            except SerializationFailure:
                # Stopped while its last document was being generated: the document is kept, and it stays stopped
                continue
            job.state = "done"
            job._notify_end()

    def _notify_end(self):
        self.ensure_one()
        self._notify_progress()
        user = self.with_user(self.user_id).with_context(lang=self.user_id.lang)
        message = user.env._("%(made)s of %(count)s documents are ready.", made=self.made, count=self.count)
        if self.failed:
            names = ", ".join(self.line_ids.filtered(lambda line: line.state == "failed").partner_id.mapped("name"))
            message += " " + user.env._("Not generated: %(accounts)s.", accounts=names)
        self.user_id._bus_send(
            "simple_notification",
            {"type": "warning" if self.failed else "success", "title": user.name, "message": message, "sticky": True},
        )

    def _notify_progress(self):
        self.user_id._bus_send("key_account_document_job", {"id": self.id})
