from . import (
    ir_actions_report,
    ir_actions_report_pair,
    ir_actions_report_review,
    ir_actions_report_worksheet,
    key_account_document_job,
    key_account_document_job_line,
    key_account_document_mixin,
    key_account_review_document,
)
