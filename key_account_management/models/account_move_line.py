from odoo import api, fields, models

from ..roles import MANAGER
from ..tools.rpc import check_records


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    key_account_open_amount = fields.Monetary(
        "Open Amount",
        compute="_compute_key_account_open_amount",
        currency_field="company_currency_id",
        compute_sudo=True,
        groups=MANAGER,
        help="What was still open at the end of the period.",
    )

    @api.depends("balance", "matched_credit_ids", "matched_debit_ids")
    @api.depends_context("key_account_open_on")
    def _compute_key_account_open_amount(self):
        """As the figures on receivables count it: less what was matched up to the day.

        As superuser: what was matched is read by accountants only, what is open by account managers.
        """
        day = fields.Date.to_date(self.env.context.get("key_account_open_on")) or fields.Date.context_today(self)
        for line in self:
            # An item on the debit side is matched by credits, and the other way round
            credits, debits = (
                sum(parts.filtered(lambda part: part.max_date <= day).mapped("amount"))
                for parts in (line.matched_credit_ids, line.matched_debit_ids)
            )
            line.key_account_open_amount = line.balance - credits + debits

    # === ACTION METHODS ===#

    def action_view_key_account_document(self):
        """Opens the invoice, payment or entry of an item."""
        check_records(self, single=True)
        if self.move_id.is_invoice(include_receipts=True):
            return self.move_id.action_view_key_account_invoice()
        return self.action_open_business_doc()
