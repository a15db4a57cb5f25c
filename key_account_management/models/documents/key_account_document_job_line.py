import base64
import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.client import ACCOUNT_PAGE
from ...tools.files import files_told_apart
from ...tools.problems import log_problem

_logger = logging.getLogger(__name__)


class KeyAccountDocumentJobLine(models.Model):
    _name = "key.account.document.job.line"
    _inherit = ["key.account.guard.mixin"]
    _description = "Document for One of Several Accounts"
    _fields_given_once = frozenset({"job_id", "partner_id"})
    _order = "job_id, id"

    job_id = fields.Many2one("key.account.document.job", required=True, readonly=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(related="job_id.user_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Account", required=True, readonly=True, ondelete="cascade", index=True, context=ACCOUNT_PAGE
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("made", "Generated"), ("failed", "Failed")],
        "Status",
        required=True,
        default="waiting",
        readonly=True,
    )
    message = fields.Char("What Went Wrong", readonly=True)
    name = fields.Char("File", readonly=True)
    content = fields.Binary(readonly=True, attachment=True)

    def _generate(self):
        """Generates the document as for the requesting user; problems are written on the line."""
        self.ensure_one()
        job = self.job_id
        user = job.user_id
        account = self.partner_id.with_user(user).with_context(
            **user.with_user(user).context_get(), allowed_company_ids=job.company_id.ids
        )
        try:
            with self.env.cr.savepoint():
                name, content = account._make_key_account_document(job.kind)
                self.write({"state": "made", "name": name, "content": base64.b64encode(content)})
        # A problem with one account must not stop the documents of the others
        except Exception as error:  # pylint: disable=broad-except
            log_problem(_logger, error, "%s of %s: %s", job.kind, self.partner_id.display_name)
            message = (
                str(error)
                if isinstance(error, UserError)
                else account.env._(
                    "An unexpected error occurred. Your administrator can find the details in the server log."
                )
            )
            self.write({"state": "failed", "message": message})

    def _get_bytes(self):
        self.ensure_one()
        return base64.b64decode(self.content)

    def _get_files(self):
        """:return: ``{file name: content}``"""
        return files_told_apart((line.name, line.partner_id.id, line._get_bytes()) for line in self)
