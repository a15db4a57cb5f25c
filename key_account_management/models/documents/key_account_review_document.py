import base64
import hashlib
from itertools import count

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ...documents.kinds import KEPT_LABELS, KINDS


class KeyAccountReviewDocument(models.Model):
    """A document as it was created from a review, so that what the customer received can be found again.

    Printing the same again does not create a new version: documents with the same data are the same.
    """

    _name = "key.account.review.document"
    _inherit = ["key.account.guard.mixin"]
    _description = "Stored Review Document"
    _order = "create_date desc, id desc"

    name = fields.Char("File", required=True, readonly=True)
    review_id = fields.Many2one("key.account.review", required=True, readonly=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", string="Account", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    kind = fields.Selection(KEPT_LABELS, "Document Type", required=True, readonly=True)
    audience = fields.Selection([("customer", "Customer"), ("internal", "Internal")], required=True, readonly=True)
    language = fields.Char(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True)
    content = fields.Binary(required=True, readonly=True, attachment=True)
    fingerprint = fields.Char(
        required=True, readonly=True, help="Fingerprint of the data from which the document was created."
    )

    _version_uniq = models.UniqueIndex(
        "(review_id, kind, language, version)", "Each version of a document can only exist once."
    )

    # === ACTION METHODS ===#

    @api.readonly
    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content?download=true&filename_field=name",
            "target": "download",
        }

    # === BUSINESS METHODS ===#

    def _get_bytes(self):
        self.ensure_one()
        return base64.b64decode(self.content)

    @api.model
    def _keep(self, review, kind, data, content):
        """Stores what was created from a review, unless the last version has the same data.

        :param kind: see ``documents.kinds``
        :param data: what it was created from, with its ``language`` and ``audience``
        :param content: the file as bytes
        :return: the version, the new or the last one
        """
        # Users who may print need not have write access; what is stored is what was printed
        versions = self.sudo()
        fingerprint = hashlib.sha256(repr(data).encode()).hexdigest()
        last = versions.search(
            [("review_id", "=", review.id), ("kind", "=", kind), ("language", "=", data.language)],
            order="version desc",
            limit=1,
        )
        if last.fingerprint == fingerprint:
            return last
        name = review.with_context(lang=data.language)._get_key_account_file_name(kind)
        for version in count((last.version or 0) + 1):
            try:
                with self.env.cr.savepoint():
                    return versions.create(
                        {
                            "name": f"{name} ({version}).{KINDS[kind].extension}",
                            "review_id": review.id,
                            "kind": kind,
                            "audience": data.audience,
                            "language": data.language,
                            "version": version,
                            "fingerprint": fingerprint,
                            "content": base64.b64encode(content),
                        }
                    )
            except UniqueViolation:
                # It was printed at the same time elsewhere, and this is the next version
                continue
