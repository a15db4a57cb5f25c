from . import (
    key_account_account_mixin,
    key_account_account_record_mixin,
    key_account_demo,
    key_account_import_mixin,
    key_account_profile,
    key_account_scheduled_job,
    key_account_talk_mixin,
    key_account_tier,
)
