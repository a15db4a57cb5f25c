import logging
from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..roles import HEAD, USER
from ..screens.start import MINE, Start
from ..tools.problems import log_problem
from ..tools.rights import check_field

_logger = logging.getLogger(__name__)

# At most this many matters, and accounts, are in the message; it says how many more there are
NAMED = 10
# Who comes back to the start page within this time is still looking at it; more often, it is not noted
SAME_LOOK = timedelta(hours=4)
NO_LOOK = timedelta(minutes=10)
# Name of the scheduled job
CARE_MESSAGES = "care_messages"


class ResUsers(models.Model):
    _inherit = "res.users"

    # For the weekly message to account managers and owners of care processes: only what needs their attention
    key_account_care_message_date = fields.Date(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="When this user's open matters in Key Accounts were last checked.",
    )

    # When they looked at the start page: now, and the time before
    key_account_looked_on = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)
    key_account_looked_before = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # === COMPUTE METHODS ===#

    def _read_group_groupby(self, alias, groupby_spec, query):
        # Users have the fields of their contact
        check_field(self, groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    # === CRUD METHODS ===#

    def write(self, vals):
        if vals.get("active") is False:
            self._hand_over_key_accounts()
        return super().write(vals)

    def action_archive(self):
        # Before Odoo deletes the activities of those who leave
        self._hand_over_key_accounts()
        return super().action_archive()

    # === BUSINESS METHODS ===#

    def _hand_over_key_accounts(self):
        """Who has left gets no more mail about key accounts, and their activities go to the head."""
        # As superuser: whoever archives users has no role in Key Accounts
        records = [("res_model", "=like", "key.account.%")]
        self.env["mail.followers"].sudo().search([*records, ("partner_id", "in", self.partner_id.ids)]).unlink()
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        for user in self:
            head = user._get_other_key_account_head(user.company_id)
            if head:
                mine = Domain("user_id", "=", user.id)
                types = Domain("activity_type_id.res_model", "=", "res.partner") & Domain(
                    "res_model", "=", "res.partner"
                )
                activities.search(mine & (Domain(records) | types)).user_id = head

    def _get_key_account_last_look(self):
        """:return: when the user looked at the start page before they began to look this time; False if never"""
        self.ensure_one()
        # As superuser: nobody may read it, not even of themselves
        user = self.sudo()
        is_over = user.key_account_looked_on and user.key_account_looked_on < fields.Datetime.now() - SAME_LOOK
        return user.key_account_looked_on if is_over else user.key_account_looked_before

    def _note_key_account_look(self):
        """Who comes back soon still looks at the same: what has changed stays until then."""
        self.ensure_one()
        now = fields.Datetime.now()
        # As superuser: see above
        user = self.sudo()
        last = user.key_account_looked_on
        if last and last > now - NO_LOOK:
            return
        user.write({"key_account_looked_before": self._get_key_account_last_look(), "key_account_looked_on": now})

    def _get_key_account_represented(self):
        """:return: the user and those who have left and for whom the user is told"""
        self.ensure_one()
        people = self
        if self.has_group(HEAD):
            # As superuser: not everyone may see archived users
            left = self.sudo().with_context(active_test=False).search([("active", "=", False), ("share", "=", False)])
            for company, users in left.grouped("company_id").items():
                if users[0]._get_key_account_stand_in(company) == self:
                    people |= users.with_env(self.env)
        return people

    def _get_key_account_stand_in(self, company):
        """:return: who is told what is meant for this user: the user, or a head of key accounts if the user has left"""
        # As superuser: not everyone may see archived users and the roles of colleagues
        if not self or self.sudo().active:
            return self
        return self._get_other_key_account_head(company)

    def _get_other_key_account_head(self, company):
        # As superuser: see above
        heads = self.sudo().search(
            [
                ("id", "not in", self.ids),
                ("all_group_ids", "in", self.env.ref(HEAD).ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
            ],
            order="id",
        )
        # Rather one whose own company it is
        return heads.sorted(lambda head: head.company_id != company)[:1].with_env(self.env)

    @api.model
    def _cron_send_key_account_care_messages(self):
        """Sends account managers a weekly message about what needs their attention, and none if nothing does.

        Each user is committed separately: stopped and started again, it continues with the remaining ones.
        """
        today = fields.Date.context_today(self)
        monday = today - timedelta(days=today.weekday())
        progress, jobs = self.env["ir.cron"], self.env["key.account.scheduled.job"]
        users = jobs._claim(CARE_MESSAGES)._put_last(self.search(self._get_care_message_domain(monday)))
        progress._commit_progress(remaining=len(users))
        for user in users:
            job = jobs._claim(CARE_MESSAGES)
            if not job:
                # Another worker sends them
                break
            job.position = user.id
            try:
                with self.env.cr.savepoint():
                    # Another worker may just have done it
                    if (user.key_account_care_message_date or date.min) < monday:
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
        people = {user._get_key_account_stand_in(user.company_id) for (user,) in (*managers, *owners)}
        return (
            Domain("id", "in", [user.id for user in people])
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
        message = user._get_key_account_message()
        if not message:
            return
        body = self.env["ir.qweb"]._render(
            "key_account_management.care_message",
            {**message, "user": user, "base_url": self.get_base_url()},
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

    def _get_key_account_message(self):
        """:return: what the start page shows of the user's own accounts, None if nothing needs attention"""
        start = Start(self.env, MINE)
        if not start.attention.count:
            return None
        # As superuser: nobody may read it, not even of themselves
        last = self.sudo().key_account_care_message_date
        return {
            "items": start.attention.items(NAMED),
            "more": max(start.attention.count - NAMED, 0),
            "totals": [total for total in start.totals() if total["value"]],
            "accounts": [card for card in start.cards(NAMED) if card["is_computed"]],
            # As of the day on which they were told last
            "changed": start.changed(last and datetime.combine(last, time())),
        }

    def _get_accounts_with_care_gaps(self):
        """:return: the accounts managed by these users that have an area without a live measure"""
        accounts = self.env["res.partner"].search(
            [("key_account_manager_id", "in", self.ids), ("key_account_status", "in", ("active", "at_risk"))]
        )
        areas = self.env["key.account.care.area"].search([])  # pylint: disable=no-search-all
        measures = self.env["key.account.care.measure"]
        domain = Domain("partner_id", "in", accounts.ids) & Domain("area_id", "in", areas.ids)
        covered = dict(
            measures._read_group(domain & measures._get_live_domain(), ["partner_id"], ["area_id:count_distinct"])
        )
        return accounts.filtered(lambda account: covered.get(account, 0) < len(areas))
