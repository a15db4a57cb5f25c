"""What databases that are in use need to get, see the functions."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    mark_internal_figures(cr)
    hide_coaching_meetings(env)
    name_overlapping_plans(cr)
    link_meetings(env)
    count_invitations_once(env)
    hand_over(env)
    freeze_held_reviews(env)


def mark_internal_figures(cr):
    """Figures that are internal remain so, also for heads: new definitions are marked when they are created."""
    cr.execute("UPDATE key_account_kpi SET is_internal_only = TRUE WHERE audience = 'internal'")


def hide_coaching_meetings(env):
    """The meetings of coaching sessions were called "Coaching", and anyone could find them by that."""
    quiet = {"dont_notify": True, "no_mail_to_attendees": True, "skip_contact_description": True}
    for session in env["key.account.coaching.session"].search([("event_id", "!=", False)]):
        values = session._prepare_meeting_values()
        session.event_id.with_context(**quiet).write({"name": values["name"], "description": False})


def name_overlapping_plans(cr):
    """The database cannot promise that plans do not overlap as long as some do: the log says which."""
    for table in ("key_account_plan", "key_account_coaching_plan"):
        cr.execute(
            SQL(
                """
                SELECT plan.id, other.id
                  FROM %(table)s plan
                  JOIN %(table)s other
                    ON other.id > plan.id AND other.active
                   AND other.partner_id = plan.partner_id AND other.company_id = plan.company_id
                   AND other.date_from <= plan.date_to AND other.date_to >= plan.date_from
                 WHERE plan.active
                """,
                table=SQL.identifier(table),
            )
        )
        for first, second in cr.fetchall():
            _logger.warning(
                "%s %s and %s overlap: archive one of them or change its period, then update the add-on again",
                table,
                first,
                second,
            )


def link_meetings(env):
    """Meetings know whose they are, and reviews keep what was agreed."""
    env.cr.execute(
        """
        UPDATE calendar_event event SET key_account_review_id = review.id
          FROM key_account_review review
         WHERE review.meeting_id = event.id AND event.res_model = 'key.account.review' AND event.res_id = review.id
        """
    )
    env.cr.execute(
        """
        UPDATE key_account_review review SET start = event.start, stop = event.stop
          FROM calendar_event event
         WHERE event.key_account_review_id = review.id AND event.allday IS NOT TRUE
           AND review.state IN ('scheduled', 'held', 'closed')
        """
    )
    # Private and without a document: so they were made for sessions
    env.cr.execute(
        """
        UPDATE calendar_event event SET key_account_session_id = session.id
          FROM key_account_coaching_session session
         WHERE session.event_id = event.id AND event.privacy = 'private' AND event.res_id IS NULL
        """
    )


def count_invitations_once(env):
    """Each invitation to a satisfaction survey has a token of its own, by which its answers are counted once."""
    env.cr.execute(
        """
        UPDATE survey_user_input answer SET invite_token = gen_random_uuid()::text
          FROM survey_survey survey
         WHERE survey.id = answer.survey_id AND survey.key_account_satisfaction AND answer.invite_token IS NULL
        """
    )
    env.cr.execute(
        """
        UPDATE key_account_satisfaction record SET invite_token = first.invite_token
          FROM (SELECT DISTINCT ON (answer.invite_token) answer.invite_token, counted.id
                  FROM key_account_satisfaction counted
                  JOIN survey_user_input answer ON answer.id = counted.user_input_id
              ORDER BY answer.invite_token, counted.id) first
         WHERE first.id = record.id
        """
    )
    survey = env.ref("key_account_management.survey_satisfaction", raise_if_not_found=False)
    if survey and not survey.is_attempts_limited:
        survey.write({"is_attempts_limited": True, "attempts_limit": 1})


def hand_over(env):
    """Activities of people who have left go to the head of key accounts."""
    users = env["res.users"].with_context(active_test=False).search([("active", "=", False), ("share", "=", False)])
    (users - env.ref("base.user_root"))._hand_over_key_accounts()


def freeze_held_reviews(env):
    """Documents of reviews that were held before say from now on what they say today.

    What they said on the day of the talk is not known any more, except for the figures and in the documents that were
    printed then and are kept with the review.
    """
    reviews = env["key.account.review"].search([("state", "in", ("held", "closed"))])
    for review in reviews:
        try:
            with env.cr.savepoint():
                review._freeze_documents()
        except Exception:
            # Its documents are made of what is there when they are printed, as before
            _logger.exception("The documents of %s could not be frozen", review.display_name)
    _logger.info("The documents of %s held reviews were frozen", len(reviews))
