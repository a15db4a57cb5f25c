from . import key_account_potential_report, key_account_sales_report, sale_report
