from . import documents, ir_actions_report

# isort: split
# Accounts and reviews inherit the mixin of documents
from . import account, care, coaching, figures, plan, review
