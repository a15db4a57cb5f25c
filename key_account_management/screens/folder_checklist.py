from ..documents.data.appendix import PROTECTED
from ..documents.pdf.folder_view import FolderView


class FolderChecklist:
    """What the customer folder of a review contains as things stand, for those who fill it."""

    def __init__(self, review):
        self.review = review
        self.env = review.env

    def data(self):
        """:return: see ``get_folder_checklist`` of the review"""
        data = self.env["key.account.document"]._get_document_data(self.review, with_appendix=True)
        # Read by us, not by the customer
        data.language = self.env.user.lang or self.env.lang
        return {
            "lines": FolderView(self.env, data).checklist,
            "warning": describe_unusable_files(self.env, data.folder.unusable),
        }


def describe_unusable_files(env, files):
    """
    :param files: list of (name, reason) of PDF files that cannot be added to a folder
    :return: what to do about them, empty if there are none
    """
    messages = [
        env._(
            "%(file)s is password-protected and has been left out of the folder. Save it without a password and "
            "attach it again.",
            file=name,
        )
        if reason == PROTECTED
        else env._(
            "%(file)s is damaged and has been left out of the folder. Open it, save it as a PDF again and attach the "
            "new file.",
            file=name,
        )
        for name, reason in files
    ]
    return "\n".join(messages)
