from . import (
    key_account_care_area,
    key_account_care_measure,
    key_account_care_process,
)
