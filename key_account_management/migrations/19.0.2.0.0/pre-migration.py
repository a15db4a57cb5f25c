"""Views have names in Odoo's pattern, and none of them extends another view of this add-on; mail templates moved."""

# Old name: new name. The view stays the same record, so whatever depends on it stays in place.
RENAMED = {
    "view_partner_form": "res_partner_view_form",
    "view_partner_list": "res_partner_view_list",
    "view_partner_filter": "res_partner_view_search",
    "view_key_account_list": "res_partner_view_list_key_account",
    "view_key_account_people_list": "res_partner_view_list_people",
    "view_calendar_event_form": "calendar_event_view_form",
    "view_calendar_event_form_quick_create": "calendar_event_view_form_quick_create",
    "view_calendar_event_search": "calendar_event_view_search",
    "view_key_account_visit_list": "calendar_event_view_list_visit",
    "view_order_form": "sale_order_view_form",
    "crm_lead_view_form_sales_panel": "crm_lead_view_form",
    "product_category_form_view": "product_category_view_form",
    "product_category_minimum_margin_list": "product_category_view_list_minimum_margin",
    "key_account_milestone_view_form_quick": "key_account_milestone_view_form_quick_create",
}

# Removed view: the view, by its new name, that has its content now
MERGED = {
    "view_partner_form_records": "res_partner_view_form",
    "view_partner_form_visits": "res_partner_view_form",
    "view_partner_form_profile": "res_partner_view_form",
    "view_partner_form_coaching": "res_partner_view_form",
    "view_partner_form_plan": "res_partner_view_form",
    "view_partner_form_events": "res_partner_view_form",
    "view_partner_form_add_measure": "res_partner_view_form",
    "view_key_account_list_visits": "res_partner_view_list_key_account",
    "view_partner_filter_visits": "res_partner_view_search",
    "view_calendar_event_form_add_measure": "calendar_event_view_form",
    "crm_lead_view_form_add_measure": "crm_lead_view_form",
    "view_order_form_sales_panel": "sale_order_view_form",
    "res_config_settings_view_form_profile": "res_config_settings_view_form",
    "res_config_settings_view_form_dates": "res_config_settings_view_form",
    "key_account_review_view_form_documents": "key_account_review_view_form",
    "key_account_review_view_form_add_measure": "key_account_review_view_form",
    "key_account_review_view_form_dates": "key_account_review_view_form",
}


def migrate(cr, version):
    for old, new in RENAMED.items():
        cr.execute(
            """
            UPDATE ir_model_data SET name = %s
             WHERE module = 'key_account_management' AND model = 'ir.ui.view' AND name = %s
            """,
            [new, old],
        )
    cr.execute(
        "SELECT name, res_id FROM ir_model_data WHERE module = 'key_account_management' AND model = 'ir.ui.view'"
    )
    view_ids = dict(cr.fetchall())
    for removed, survivor in MERGED.items():
        if removed not in view_ids:
            continue
        # Views of others that extend a removed view extend the one that has its content now
        cr.execute(
            "UPDATE ir_ui_view SET inherit_id = %s WHERE inherit_id = %s", [view_ids[survivor], view_ids[removed]]
        )
        # Immediately, and not by Odoo at the end of the update: until then its content would exist twice, and views
        # of others would be checked against it
        cr.execute("DELETE FROM ir_ui_view WHERE id = %s", [view_ids[removed]])
        cr.execute(
            """
            DELETE FROM ir_model_data
             WHERE module = 'key_account_management' AND model = 'ir.ui.view' AND name = %s
            """,
            [removed],
        )
    # The file from which a template is reset; the templates themselves belong to the users and are not loaded again
    cr.execute(
        """
        UPDATE mail_template SET template_fs = 'key_account_management/data/mail_template_data.xml'
         WHERE template_fs IN ('key_account_management/data/mail_activity_plan_data.xml',
                               'key_account_management/data/review_proposal_mail_template.xml')
        """
    )
