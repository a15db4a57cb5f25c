from . import key_account_visit
