from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.sources.open_items import OPEN, matched, overdue
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
    key_account_overdue_amount = fields.Monetary(
        "Overdue",
        compute="_compute_key_account_open_amount",
        currency_field="company_currency_id",
        compute_sudo=True,
        groups=MANAGER,
        help="What was open at the end of the period and due before. Credits are deducted, due or not.",
    )

    @api.depends("balance", "amount_currency", "date_maturity", "matched_credit_ids", "matched_debit_ids")
    @api.depends_context("key_account_open_on")
    def _compute_key_account_open_amount(self):
        """As the figures on receivables count it, at the end of a day.

        As superuser: what was matched is read by accountants only, what is open by account managers.
        """
        day = fields.Date.to_date(self.env.context.get("key_account_open_on")) or fields.Date.context_today(self)
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id, %(open)s, %(overdue)s FROM account_move_line item %(matched)s WHERE item.id IN %(ids)s
                """,
                open=OPEN,
                overdue=overdue(day),
                matched=matched(day),
                ids=tuple(self.ids) or (0,),
            )
        )
        amounts = {item: amounts for item, *amounts in rows}
        for line in self:
            line.key_account_open_amount, line.key_account_overdue_amount = amounts.get(line._origin.id, (0.0, 0.0))

    # === ACTION METHODS ===#

    def action_view_key_account_document(self):
        """Opens the invoice, payment or entry of an item."""
        check_records(self, single=True)
        if self.move_id.is_invoice(include_receipts=True):
            return self.move_id.action_view_key_account_invoice()
        return self.action_open_business_doc()
