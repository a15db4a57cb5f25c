from . import key_account_document, presentation_gathering
