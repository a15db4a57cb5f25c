"""The three roles, as ``has_group`` and the ``groups`` of a field name them. Each includes the ones before it."""

# Sales representative: the figures that the customer may see as well, for the accounts of whose team they are a member
USER = "key_account_management.group_key_account_user"
# Key account manager: their own accounts in full, including internal figures
MANAGER = "key_account_management.group_key_account_manager"
# Head of key accounts: all accounts, settings and catalogues
HEAD = "key_account_management.group_key_account_head"
# Not a role: who reads the margins of sales orders. Account managers do, everybody else if the settings say so
SALE_MARGIN = "key_account_management.group_sale_margin"
# Anyone at our company, unlike customers with access to the portal
EMPLOYEE = "base.group_user"
