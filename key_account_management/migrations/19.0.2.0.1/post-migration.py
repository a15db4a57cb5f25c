from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    link_meetings(env)
    count_invitations_once(env)
    hand_over(env)


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
