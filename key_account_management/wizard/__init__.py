from . import (
    base_partner_merge,
    key_account_care_process_check,
    key_account_document_wizard,
    key_account_review_carry_over,
    key_account_review_close,
    key_account_review_hold,
    key_account_review_proposal,
    key_account_target_proposal,
    key_account_target_proposal_line,
    mail_compose_message,
    survey_invite,
)
