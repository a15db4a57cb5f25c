"""The three roles, as ``has_group`` and the ``groups`` of a field name them. Each includes the ones before it."""

# Sales representative: the figures that the customer may see as well, for the accounts of whose team they are a member
USER = "key_account_management.group_key_account_user"
# Key account manager: their own accounts in full, including internal figures
MANAGER = "key_account_management.group_key_account_manager"
# Head of key accounts: all accounts, settings and catalogues
HEAD = "key_account_management.group_key_account_head"
