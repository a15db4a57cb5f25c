from . import base_partner_merge, key_account_review_proposal
