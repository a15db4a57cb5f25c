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
