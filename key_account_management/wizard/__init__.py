from . import base_partner_merge, key_account_care_process_check
