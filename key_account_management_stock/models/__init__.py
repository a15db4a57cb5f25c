from . import key_account_figures
