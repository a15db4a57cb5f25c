from . import key_account_figures, key_account_sales_report
