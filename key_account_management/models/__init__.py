from . import documents

# isort: split
# Accounts and reviews inherit the mixin of documents
from . import account, calendar_event, care, coaching, figures, plan, review
