from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...documents.data.appendix import PROTECTED
from ...documents.pdf.folder_view import FolderView


class KeyAccountReview(models.Model):
    """What the customer folder of a review contains, and the files behind it."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    folder_attachment_ids = fields.Many2many(
        "ir.attachment",
        "key_account_review_folder_attachment_rel",
        "review_id",
        "attachment_id",
        "Appendix of the Folder",
        domain=[("mimetype", "=", "application/pdf")],
        copy=False,
        help="PDF files for the customer, put behind the pages of the customer folder.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("folder_attachment_ids")
    def _check_folder_attachments(self):
        """Nobody gives away, or reads in a folder, what they may not read. Other files than PDF are refused."""
        # Read as superuser: what the user may not read would be left out of the field
        files = self.sudo().folder_attachment_ids
        files.with_env(self.env).check_access("read")
        others = files.filtered(lambda attachment: attachment.mimetype != "application/pdf")
        if others:
            raise ValidationError(
                self.env._(
                    "Only PDF files can be put behind the customer folder. These are something else: %(files)s.",
                    files=", ".join(others.mapped("name")),
                )
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._own_folder_attachments()
        return reviews

    def write(self, vals):
        result = super().write(vals)
        if "folder_attachment_ids" in vals:
            self._own_folder_attachments()
        return result

    # === BUSINESS METHODS ===#

    @api.readonly
    def get_folder_checklist(self):
        """What the customer folder contains as things are now.

        :return: ``{"lines": [{"title", "done", "hint"}], "warning"}``; the warning names files that can't be used
        """
        self.ensure_one()
        documents = self.env["key.account.document"]
        data = documents._get_document_data(self, with_appendix=True)
        # Read by ourselves, not by the customer
        data.language = self.env.user.lang or self.env.lang
        return {
            "lines": FolderView(self.env, data).checklist,
            "warning": self._describe_unusable_files(data.folder.unusable),
        }

    @api.model
    def _describe_unusable_files(self, files):
        """:param files: list of (name, reason) of PDF files that can't be put behind a folder
        :return: what to do about them, empty without any
        """
        messages = [
            self.env._(
                "%(file)s is protected by a password and is left out of the folder. "
                "Save it without the password and add it again.",
                file=name,
            )
            if reason == PROTECTED
            else self.env._(
                "%(file)s is broken and is left out of the folder. Open it, save it as PDF anew and add it again.",
                file=name,
            )
            for name, reason in files
        ]
        return "\n".join(messages)

    def _own_folder_attachments(self):
        """Files uploaded before the review was saved become its own: else only who uploaded them could open them."""
        for review in self:
            orphans = review.folder_attachment_ids.filtered(
                lambda attachment: attachment.res_model == self._name and not attachment.res_id
            )
            orphans.res_id = review.id
