from . import documents

# isort: split
# Accounts and reviews inherit the mixin of documents
from . import account, care, coaching, figures, key_account_demo, plan, review
