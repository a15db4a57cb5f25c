from odoo import api, fields, models

from ..roles import MANAGER
from ..tools.rpc import check_records

CREDIT_KINDS = [("return", "Return"), ("price", "Price Credit"), ("correction", "Correction"), ("bonus", "Bonus")]


class AccountMove(models.Model):
    _inherit = "account.move"

    key_account_credit_kind = fields.Selection(
        CREDIT_KINDS,
        "Kind of Credit",
        copy=False,
        tracking=True,
        help="Return: goods came back. Price credit: a lower price, without goods. Correction: an invoice that was "
        "reversed and replaced, or a credit note that was reversed. Bonus: granted for what was bought. If it is "
        "empty, the kind follows from orders, deliveries and the reversed document.",
    )

    # How an invoice was paid, as the figures on receivables count it
    key_account_paid_on = fields.Date(
        "Paid On",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="The day on which the last open amount was matched.",
    )
    key_account_days_to_pay = fields.Integer(
        "Days to Pay",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="From the invoice date to the day on which the invoice was paid in full.",
    )
    key_account_days_late = fields.Integer(
        "Days Late",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="From the due date to the day on which the invoice was paid in full.",
    )

    @api.depends("invoice_date", "invoice_date_due", "line_ids.reconciled")
    def _compute_key_account_payment(self):
        """As superuser: what was matched is read by accountants only, when an invoice was paid by account managers."""
        for move in self:
            items = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            matched = (items.matched_debit_ids | items.matched_credit_ids).filtered(
                # Exchange differences are booked later, when nobody paid anything
                lambda part: part.debit_amount_currency or part.credit_amount_currency
            )
            is_paid = move.invoice_date and matched and all(items.mapped("reconciled"))
            paid_on = max(matched.mapped("max_date")) if is_paid else False
            due_on = move.invoice_date_due or move.invoice_date
            move.key_account_paid_on = paid_on
            move.key_account_days_to_pay = paid_on and (paid_on - move.invoice_date).days
            move.key_account_days_late = paid_on and max((paid_on - due_on).days, 0)

    # === ACTION METHODS ===#

    def action_view_key_account_invoice(self):
        """Opens an invoice: its form, or for those who may not read the payments in it what the customer sees.

        :raises AccessError: for an invoice that the user may not read
        """
        check_records(self, single=True)
        self.check_access("read")
        if self.env["account.payment"].has_access("read"):
            return self._get_records_action()
        return {**self.preview_invoice(), "target": "new"}
