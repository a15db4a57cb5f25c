import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..roles import USER
from ..tools import log_problem

_logger = logging.getLogger(__name__)

# At most this many of each kind are named in the message; it says how many more there are
NAMED = 10


class ResUsers(models.Model):
    _inherit = "res.users"

    # For the weekly message to account managers and owners of care processes: only what needs their attention
    key_account_care_message_date = fields.Date(
        readonly=True, copy=False, help="When this user's open matters in Key Accounts were last checked."
    )

    # === BUSINESS METHODS ===#

    @api.model
    def _cron_send_key_account_care_messages(self):
        """Sends account managers a weekly message about what needs their attention, and none if nothing does.

        Each user is committed separately: stopped and started again, it continues with the remaining ones.
        """
        today = fields.Date.context_today(self)
        users = self.search(self._get_care_message_domain(today - timedelta(days=today.weekday())))
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(users))
        for user in users:
            try:
                with self.env.cr.savepoint():
                    user._send_key_account_care_message()
                    user.key_account_care_message_date = today
            except Exception as error:
                log_problem(_logger, error, "Weekly message to %s (%s): %s", user.name, user.login)
            if not progress._commit_progress(1):
                break

    @api.model
    def _get_care_message_domain(self, monday):
        """:return: the users who have something to look after and have not been messaged since that Monday"""
        managers = self.env["res.partner"]._read_group(
            [("key_account_manager_id", "!=", False), ("key_account_status", "!=", False)], ["key_account_manager_id"]
        )
        owners = self.env["key.account.care.process"]._read_group([("user_id", "!=", False)], ["user_id"])
        return (
            Domain("id", "in", [user.id for (user,) in (*managers, *owners)])
            & Domain("share", "=", False)
            & Domain("all_group_ids", "in", self.env.ref(USER).ids)
            & (
                Domain("key_account_care_message_date", "=", False)
                | Domain("key_account_care_message_date", "<", monday)
            )
        )

    def _send_key_account_care_message(self):
        self.ensure_one()
        # As the user: no one is told more than they may see, in their language and on their date
        user = self.with_user(self).with_context(
            lang=self.lang, tz=self.tz, allowed_company_ids=self.company_ids.ids, active_test=True
        )
        needs = user._gather_key_account_care_needs()
        if not any(needs.values()):
            return
        body = self.env["ir.qweb"]._render(
            "key_account_management.care_message",
            {"needs": needs, "user": user, "named": NAMED, "base_url": self.get_base_url()},
            lang=self.lang,
        )
        self.env["mail.thread"].message_notify(
            partner_ids=self.partner_id.ids,
            subject=user.env._("Key accounts: what needs your attention this week"),
            body=body,
            email_layout_xmlid="mail.mail_notification_light",
            # There is no record for the layout to name in its header
            model_description=user.env._("Key Accounts"),
            force_email_lang=self.lang,
        )

    def _gather_key_account_care_needs(self):
        """:return: the records that need the user's attention, by reason"""
        measures = self.env["key.account.care.measure"]
        mine = Domain("user_id", "=", self.id) | Domain("partner_id.key_account_manager_id", "=", self.id)
        progress = measures._get_progress_domains()
        return {
            "overdue": measures.search(mine & progress["overdue"], order="date_end, id"),
            "unrated": measures.search(mine & progress["effect_missing"], order="done_on, id"),
            "gaps": self._get_accounts_with_care_gaps(),
            "checks": self.env["key.account.care.process"].search(
                [("user_id", "=", self.id), ("next_check", "<=", fields.Date.context_today(self))],
                order="next_check, id",
            ),
        }

    def _get_accounts_with_care_gaps(self):
        """:return: the accounts managed by the user that have an area without a live measure"""
        accounts = self.env["res.partner"].search(
            [("key_account_manager_id", "=", self.id), ("key_account_status", "in", ("active", "at_risk"))]
        )
        areas = self.env["key.account.care.area"].search([])  # pylint: disable=no-search-all
        measures = self.env["key.account.care.measure"]
        domain = Domain("partner_id", "in", accounts.ids) & Domain("area_id", "in", areas.ids)
        covered = dict(
            measures._read_group(domain & measures._get_live_domain(), ["partner_id"], ["area_id:count_distinct"])
        )
        return accounts.filtered(lambda account: covered.get(account, 0) < len(areas))
