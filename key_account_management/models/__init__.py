from . import documents

# isort: split
# After the mixin of documents, which accounts and reviews inherit; mixins of a theme come before their users
from . import account, care, coaching, figures, plan, review

# isort: split
# What we add to Odoo's own models
from . import (
    account_move,
    account_move_line,
    calendar_event,
    crm_lead,
    ir_actions_report,
    ir_filters,
    product_category,
    product_pricelist,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_figures,
    res_partner_profile,
    res_partner_visits,
    res_users,
    sale_order,
    survey_question,
    survey_survey,
    survey_user_input,
)
