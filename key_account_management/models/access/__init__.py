from . import key_account_guard_mixin, key_account_trace_mixin
