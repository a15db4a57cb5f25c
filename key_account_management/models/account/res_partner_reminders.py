import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

_logger = logging.getLogger(__name__)
BATCH = 100


class ResPartner(models.Model):
    """Reminders of account managers: one open activity of a kind for an account, as long as there is a reason."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _run_key_account_reminders(self, activity_type, remind):
        """Reminds the managers of all accounts that are worked on; for scheduled jobs.

        A record that fails is logged with its name, the others go on. Started again it does nothing twice.

        :param activity_type: external id of the kind of activity
        :param remind: name of the method that reminds of one account
        """
        accounts = self.sudo().search(
            Domain("key_account_status", "in", ("active", "at_risk"))
            & Domain("key_account_manager_id.active", "=", True),
            order="key_account_manager_id, id",
        )
        # Of accounts that were given up, or that nobody runs any more
        reminded = self.sudo().search([("key_account_status", "!=", False), ("id", "not in", accounts.ids)])
        reminded.activity_unlink([activity_type])
        remaining = len(accounts)
        for manager, of_manager in accounts.grouped("key_account_manager_id").items():
            for ids in split_every(BATCH, of_manager.ids):
                for account in self.browse(ids)._as_seen_by(manager):
                    try:
                        with self.env.cr.savepoint():
                            getattr(account, remind)()
                    except Exception:
                        _logger.exception("%s: %s failed", account.sudo().name, remind)
                remaining -= len(ids)
                if not self.env["ir.cron"]._commit_progress(len(ids), remaining=remaining):
                    return

    def _as_seen_by(self, manager):
        """These accounts with the days, the language and the companies of somebody who is reminded of them."""
        # Reminders are set for another person, by jobs and by whoever plans a visit
        return self.sudo().with_context(
            tz=manager.tz or "UTC", lang=manager.lang, allowed_company_ids=manager.company_ids.ids
        )

    def _set_key_account_reminder(self, activity_type, wanted, deadline, summary):
        """Makes sure that the account manager has one open activity of this kind if it is wanted, else none."""
        self.ensure_one()
        reminders = self.activity_search([activity_type])
        if not wanted:
            reminders.unlink()
            return
        values = {"summary": summary, "user_id": self.key_account_manager_id.id}
        if not reminders:
            # No e-mail for each of them: they are in the list of activities
            self.with_context(mail_activity_quick_update=True).activity_schedule(activity_type, deadline, **values)
            return
        reminders[1:].unlink()
        # The deadline stays, its owner may have moved it
        held = {"summary": reminders[0].summary, "user_id": reminders[0].user_id.id}
        changed = {name: value for name, value in values.items() if held[name] != value}
        if changed:
            reminders[0].with_context(mail_activity_quick_update=True).write(changed)

    def _get_reminded_key_accounts(self, activity_type):
        """Those of these accounts, and of the ones above them, that have such a reminder open, each as its manager
        sees it.
        """
        accounts = self.sudo()
        above = accounts
        while above := above.parent_id:
            accounts |= above
        reminders = accounts.filtered("key_account_status").activity_search([activity_type])
        reminded = self.sudo().browse(reminders.mapped("res_id"))
        return [account._as_seen_by(account.key_account_manager_id) for account in reminded]
