# Before everything that inherits its mixin
from . import access

# isort: split
from . import documents

# isort: split
# After the mixin of documents, which accounts and reviews inherit; mixins of a theme come before their users
from . import account, attention, care, coaching, figures, plan, review, visit

# isort: split
# What we add to Odoo's own models
from . import (
    account_move,
    account_move_line,
    calendar_attendee,
    calendar_event,
    crm_lead,
    ir_actions_report,
    ir_attachment,
    ir_filters,
    mail_activity,
    mail_followers,
    mail_mail,
    mail_message,
    mail_notification,
    mail_thread,
    product_category,
    product_pricelist,
    res_company,
    res_config_settings,
    res_currency,
    res_partner,
    res_partner_figures,
    res_partner_profile,
    res_partner_visits,
    res_users,
    sale_order,
    sale_order_line,
    survey_question,
    survey_survey,
    survey_user_input,
    survey_user_input_line,
)
