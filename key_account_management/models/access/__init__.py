from . import key_account_guard_mixin
