"""The rates at which money is added up, read once however many sums there are."""

from functools import cached_property
from typing import Final

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import SQL

# In the context, where parameters do not reach: queries of reports. A client could only send text there
RATES: Final = "key_account_rates"


class Rates:
    """Today's rates into the active company's currency, by Odoo's own rates of that company.

    Core's currency table has the same, but as a temporary table for each query: each one locks more of the database
    until the end of the transaction, and the number of these locks is limited for all users together.
    """

    def __init__(self, env: Environment) -> None:
        self.env = env
        self._by_company: dict[BaseModel, dict[int, float]] = {}

    @classmethod
    def of(cls, env: Environment) -> "Rates":
        """:return: those that a request has read for the same companies, otherwise new ones"""
        known = env.context.get(RATES)
        is_same = isinstance(known, cls) and (known.env.company, known.env.companies) == (env.company, env.companies)
        return known if is_same else cls(env)

    @cached_property
    def of_companies(self) -> dict[BaseModel, float]:
        """``{company: what one unit of its currency is worth in the active company's}`` of the companies to count."""
        return {company: self.of_company(company) for company in self.env.companies}

    def of_company(self, company: BaseModel) -> float:
        return self._rate(company.currency_id, self.env.company.currency_id, self.env.company)

    def into_company(self, currency: BaseModel, company: BaseModel) -> float:
        """What one unit of a currency is worth in a company's currency, by that company's rates."""
        return self._rate(currency, company.currency_id, company)

    def table(self, companies: BaseModel) -> SQL:
        """:return: what core's ``_get_simple_currency_table`` gives, of these companies, to join in a query"""
        rows = [
            SQL(
                "(%s, CAST(NULL AS VARCHAR), CAST(NULL AS DATE), CAST(NULL AS DATE), 'current', %s)",
                company.id,
                self.of_company(company),
            )
            for company in companies
        ]
        return SQL(
            "(VALUES %s) AS account_currency_table(company_id, period_key, date_from, date_next, rate_type, rate)",
            SQL(", ").join(rows),
        )

    def _rate(self, currency: BaseModel, into: BaseModel, company: BaseModel) -> float:
        if currency == into:
            return 1.0
        units = self._by_company.get(company)
        if units is None or currency.id not in units:
            currencies = self.env["res.currency"]
            ids = {*currencies.get_all_currencies(), *self.env.companies.currency_id.ids, currency.id, into.id}
            # The day of core's currency table
            units = currencies.browse(ids)._get_rates(company, fields.Date.today())
            self._by_company[company] = units
        return units[into.id] / units[currency.id]
