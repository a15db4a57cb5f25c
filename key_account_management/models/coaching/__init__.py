from . import (
    key_account_coaching_guideline,
    key_account_coaching_participant,
    key_account_coaching_plan,
    key_account_coaching_session,
)
