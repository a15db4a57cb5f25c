import base64
import hashlib
from itertools import count

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...documents.kinds import KEPT_LABELS, KINDS

# What a customer can be given in the portal: what is printed for customers
PORTAL_KINDS = {code for code, kind in KINDS.items() if kind.audience == "customer" and kind.extension == "pdf"}


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
    label = fields.Char(compute="_compute_label")
    can_be_on_portal = fields.Boolean(compute="_compute_can_be_on_portal")
    is_on_portal = fields.Boolean(
        "On the Portal",
        readonly=True,
        copy=False,
        help="The customer's contacts with portal access can download this version.",
    )
    content = fields.Binary(required=True, readonly=True, attachment=True)
    fingerprint = fields.Char(
        required=True, readonly=True, help="Fingerprint of the data from which the document was created."
    )

    _version_uniq = models.UniqueIndex(
        "(review_id, kind, language, version)", "Each version of a document can only exist once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            document.label = labels.get(document.kind, "")

    @api.depends("kind", "review_id.portal_enabled", "is_on_portal")
    def _compute_can_be_on_portal(self):
        for document in self:
            document.can_be_on_portal = (
                document.review_id.portal_enabled and document.kind in PORTAL_KINDS and not document.is_on_portal
            )

    # === ACTION METHODS ===#

    def action_show_on_portal(self):
        """Lets the customer's people download these versions, instead of others of the same kind and language."""
        # Versions are never written by hand: who may change the review decides
        self.review_id.check_access("write")
        for document in self:
            if document.kind not in PORTAL_KINDS:
                raise UserError(
                    self.env._("%(document)s is not a document for the portal.", document=document.display_name)
                )
            if not document.review_id.portal_enabled:
                raise UserError(
                    self.env._(
                        "The customer does not see this review in the portal yet. On the Dates tab, switch on Show in "
                        "Customer Portal first."
                    )
                )
            others = document.review_id.document_ids.filtered(
                lambda other, document=document: (other.kind, other.language) == (document.kind, document.language)
            )
            (others - document).filtered("is_on_portal")._put_on_portal(False)
            document._put_on_portal(True)

    def action_hide_from_portal(self):
        self.review_id.check_access("write")
        self._put_on_portal(False)

    @api.readonly
    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content?download=true&filename_field=name",
            "target": "download",
        }

    # === BUSINESS METHODS ===#

    def _put_on_portal(self, shown):
        # As superuser: no one writes versions, and whoever decides was checked
        self.sudo().is_on_portal = shown
        for document in self:
            message = (
                self.env._("Now on the portal: %(document)s", document=document.name)
                if shown
                else self.env._("No longer on the portal: %(document)s", document=document.name)
            )
            document.review_id.message_post(body=message)

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
