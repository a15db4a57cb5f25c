from odoo import api, fields, models
from odoo.fields import Domain

from ...figures.fiscal_months import YEAR
from ...figures.sources.forecast_basis import BasisReader, ForecastBasis

# Years for which it is kept what forecasts needed to know at the end of each month
YEARS_KEPT = 2


class KeyAccountForecastBasis(models.Model):
    """What forecasts need to know of all customers of a company, after each month of a fiscal year.

    Seasonality, how early customers order, how far forecasts were off. To read all customers for each account would
    take longer than all else. No role has access: it is made of customers of everybody.
    """

    _name = "key.account.forecast.basis"
    _description = "Basis of Forecasts"
    _order = "company_id, year desc, closed desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    year = fields.Integer("Fiscal Year", required=True, readonly=True, aggregator=None)
    closed = fields.Integer("Months Closed", required=True, readonly=True, aggregator=None)
    data = fields.Json(required=True, readonly=True, help="See figures/sources/forecast_basis.py.")

    _month_uniq = models.UniqueIndex("(company_id, year, closed)", "There is one basis for each month.")

    @api.model
    def _get_basis(self, months):
        """What was kept for the `FiscalMonths` that are over, otherwise after the latest month before.

        Where no night has passed yet, all customers are read.

        :return: `ForecastBasis` of the active company
        """
        # No role has access, see above
        bases, company = self.sudo(), Domain("company_id", "=", self.env.company.id)
        year = months.year.year
        so_far = Domain("year", "<", year) | (Domain("year", "=", year) & Domain("closed", "<=", months.closed))
        if kept := bases.search(company & so_far, limit=1):
            number = (kept.year - year) * YEAR + kept.closed
            return ForecastBasis.from_plain(kept.data, months.up_to(number).day)
        if bases.search_count(company, limit=1):
            # Nights have passed, but not at that time: only the account itself tells something of it
            return ForecastBasis.unknown()
        month_end = months.up_to(months.closed)
        return BasisReader(self.env, month_end, month_end.closed).basis(month_end.closed)

    @api.model
    def _refresh(self, months):
        """Computes the basis after the last `FiscalMonths` of the active company anew, and those that are missing.

        Back-dated invoices reach the last one every night; earlier ones stay as forecasts were made.
        """
        # No role has access, see above
        bases = self.sudo()
        company = self.env.company
        kept = {(basis.year, basis.closed): basis for basis in bases.search([("company_id", "=", company.id)])}
        last = months.closed
        ends = {number: months.up_to(number) for number in range(last + 1 - YEARS_KEPT * YEAR, last + 1)}
        wanted = [
            number for number, end in ends.items() if number == last or (end.year.year, number % YEAR) not in kept
        ]
        reader = BasisReader(bases.env, months, min(wanted))
        for number in wanted:
            year, closed = ends[number].year.year, number % YEAR
            data = reader.basis(number).to_plain()
            if basis := kept.get((year, closed)):
                basis.data = data
            else:
                bases.create({"company_id": company.id, "year": year, "closed": closed, "data": data})
