from typing import Any

from odoo.models import BaseModel

from ..documents.data.appendix import describe_unusable_files
from ..documents.pdf.folder_view import FolderView


class FolderChecklist:
    """What the customer folder of a review contains as things stand, for those who fill it."""

    def __init__(self, review: BaseModel) -> None:
        self.review = review
        self.env = review.env

    def data(self) -> dict[str, Any]:
        """:return: see ``get_folder_checklist`` of the review"""
        data = self.env["key.account.document"]._get_document_data(self.review, with_appendix=True)
        # Read by us, not by the customer
        data.language = self.env.user.lang or self.env.lang
        return {
            "lines": FolderView(self.env, data).checklist,
            "warning": describe_unusable_files(self.env, data.folder.unusable),
        }
