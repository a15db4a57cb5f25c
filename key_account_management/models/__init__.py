from . import documents

# isort: split
# After the mixin of documents, which accounts and reviews inherit; mixins of a theme come before whoever uses them
from . import account, care, coaching, figures, key_account_demo, plan, review

# isort: split
# What we add to Odoo's own models
from . import calendar_event
