"""What databases that are in use need to get, see the functions."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    offer_all_languages(env)
    follow_one_company(env)
    sign_minutes(cr)
    keep_demo_data(env)


def offer_all_languages(env):
    """Customers answer our survey in their own language, unless somebody chose its languages.

    It was in English only, and so English could not be deactivated.
    """
    survey = env.ref("key_account_management.survey_satisfaction", raise_if_not_found=False)
    if survey and survey.write_uid.id == SUPERUSER_ID and len(survey.lang_ids) == 1:
        survey.lang_ids = False


def follow_one_company(env):
    """The date of an account's next review followed the reviews of all companies. Dates entered by hand stay."""
    for account in env["res.partner"].search([("key_account_status", "!=", False)]):
        # Archived reviews do not count
        account = account.with_context(active_test=True)
        company = account._get_key_account_review_company()
        if company and account.key_account_next_review == account._get_next_review(company.browse()):
            account.key_account_next_review = account._get_next_review(company)


def sign_minutes(cr):
    """Minutes were sent and signed by whoever is responsible, also if they had left. What was edited stays."""
    cr.execute(
        """
        UPDATE mail_template
           SET email_from = replace(
                   email_from,
                   '(object.user_id.email_formatted or user.email_formatted)',
                   '(object._get_reviewer().email_formatted or object.company_id.email_formatted)'
               ),
               body_html = replace(
                   body_html::text, 'object.user_id.name or', 'object._get_reviewer().name or'
               )::jsonb
         WHERE id = (SELECT res_id
                       FROM ir_model_data
                      WHERE module = 'key_account_management' AND name = 'mail_template_review_minutes')
        """
    )


def keep_demo_data(env):
    """Demo data of an earlier version are found again as well, when they are installed another time."""
    if env.ref("key_account_management.demo_account_growing", raise_if_not_found=False):
        # Imported here: a database without demo data does not need their code
        from odoo.addons.key_account_management.demo.kept import keep

        keep(env)
