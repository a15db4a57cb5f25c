from . import key_account_document, review_sheets
