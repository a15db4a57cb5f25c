from . import (
    key_account_document,
    key_account_document_briefing,
    key_account_document_folder,
    presentation_gathering,
    review_sheets,
)
