from odoo import api, fields, models


class KeyAccountCustomerRevenueState(models.Model):
    """As of when the revenue of all customers of a company is kept, and what the invoices looked like then.

    No role has access, as to the revenue itself; figures say as of when they are.
    """

    _name = "key.account.customer.revenue.state"
    _description = "State of the Revenue of All Customers"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    as_of = fields.Datetime(readonly=True)
    fingerprints = fields.Json(readonly=True, help="Of the invoices of each month.")
    income_account_ids = fields.Json(readonly=True, help="Ids of the accounts on which lines were revenue.")

    _company_uniq = models.UniqueIndex("(company_id)", "There is one for each company.")

    @api.model
    def _lock(self, company):
        """
        :return: that of the company, until the end of the transaction for this worker alone
        :raises SerializationFailure, UniqueViolation: another worker was faster
        """
        state = self.search([("company_id", "=", company.id)])
        if state:
            state.lock_for_update()
            return state
        return self.create({"company_id": company.id})

    @api.model
    def _get_as_of(self, companies):
        """:return: since when the oldest of the companies is as it is; None if one was never brought up to date"""
        # No role has access, see above
        states = self.sudo().search_fetch([("company_id", "in", companies.ids), ("as_of", "!=", False)], ["as_of"])
        return min(states.mapped("as_of")) if len(states) == len(companies) else None
