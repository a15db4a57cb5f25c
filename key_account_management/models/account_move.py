from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.sources.payments import payments
from ..roles import MANAGER
from ..tools.rpc import check_records

CREDIT_KINDS = [
    ("return", "Return of Goods"),
    ("price", "Price Credit"),
    ("correction", "Correction"),
    ("bonus", "Bonus"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    key_account_credit_kind = fields.Selection(
        CREDIT_KINDS,
        "Kind of Credit",
        copy=False,
        tracking=True,
        # Whoever books it, and whoever is asked about it
        groups=f"account.group_account_invoice,account.group_account_readonly,{MANAGER}",
        help="Return of goods: they came back. Price credit: a lower price, without goods. Correction: an invoice that "
        "was reversed and replaced, or a credit note that was reversed. Bonus: granted for what was bought. If it is "
        "empty, the kind follows from orders, deliveries and the reversed document.",
    )

    # How an invoice was paid, as the figures on receivables count it
    key_account_paid_amount = fields.Monetary(
        "Paid",
        compute="_compute_key_account_payment",
        currency_field="company_currency_id",
        compute_sudo=True,
        groups=MANAGER,
        help="The money that was paid on this invoice, without credit notes, cash discounts and what was written off.",
    )
    key_account_paid_on = fields.Date(
        "Paid On",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="The day of the last payment, for an invoice of which nothing is open.",
    )
    key_account_days_to_pay = fields.Integer(
        "Days to Pay",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="From the invoice date to the day of the last payment.",
    )
    key_account_days_late = fields.Integer(
        "Days Late",
        compute="_compute_key_account_payment",
        compute_sudo=True,
        groups=MANAGER,
        help="From the due date to the day of the last payment.",
    )

    @api.depends("invoice_date", "invoice_date_due", "line_ids.reconciled")
    def _compute_key_account_payment(self):
        """As superuser: what was matched is read by accountants only, when an invoice was paid by account managers."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(payments(SQL("move.id IN %s", tuple(self.ids) or (0,))))
        paid = {row["id"]: row for row in rows}
        for move in self:
            row = paid.get(move._origin.id)
            move.key_account_paid_amount = row and row["amount"]
            move.key_account_paid_on = row and row["paid_on"]
            move.key_account_days_to_pay = row and (row["paid_on"] - row["invoice_date"]).days
            move.key_account_days_late = row and max((row["paid_on"] - row["due_on"]).days, 0)

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
