from . import (
    key_account_care_area,
    key_account_care_measure,
    key_account_care_measure_recurrence,
    key_account_care_process,
    res_partner_care,
    res_partner_care_matrix,
    res_partner_measures,
    res_users_care,
)
