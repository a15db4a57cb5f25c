from . import (
    key_account_document,
    key_account_document_briefing,
    key_account_document_folder,
    key_account_document_steps,
    presentation_gathering,
    review_sheets,
)
