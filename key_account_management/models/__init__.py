from . import (
    ir_actions_report,
    key_account_document_mixin,
    key_account_kpi,
    key_account_review,
    key_account_review_figure,
    key_account_review_topic,
    key_account_tier,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_cockpit,
    res_partner_figures,
)
