from datetime import date

from ..source import Reader


class FirstInvoices(Reader):
    """Since when the accounts have been customers: before their first invoice, no revenue is no fact about them."""

    def compute(self) -> dict[int, date]:
        """:return: ``{account id: day of the first posted invoice}``, without accounts that have none"""
        return self.request.readings.once(("first_invoices", *self.request.account_ids), self._read)

    def _read(self) -> dict[int, date]:
        groups = self.env["account.move.line"]._read_group(
            [
                # The customer as booked; unlike that of the invoice itself, it is indexed
                ("partner_id", "in", self.request.customer_ids),
                ("company_id", "in", self.env.companies.ids),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("move_id.move_type", "in", ("out_invoice", "out_receipt")),
            ],
            ["partner_id"],
            ["invoice_date:min"],
        )
        first: dict[int, date] = {}
        for customer, day in groups:
            for account in self.request.accounts_of[customer.id]:
                first[account] = min(day, first.get(account, day))
        return first
