from . import key_account_sales_report
