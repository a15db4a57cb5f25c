from . import (
    key_account_document,
    key_account_document_job,
    key_account_document_job_line,
    key_account_document_mixin,
    key_account_review_document,
)
