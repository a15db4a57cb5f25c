from . import base_partner_merge, key_account_document_wizard
