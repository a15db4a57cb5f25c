from . import (
    key_account_document,
    key_account_document_briefing,
    key_account_document_folder,
    review_sheets,
)
