"""What all customers bought. To read it from their invoices takes longer the larger the company is, so it is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime

from odoo.fields import Domain
from odoo.tools import SQL

from ..period import Period
from ..source import Reader


class AllCustomers(Reader):
    """The revenue of all customers, as it was kept (``key.account.customer.revenue``).

    If it is not kept for each company yet, it is read from the sales lines, as of now.
    """

    as_of: datetime | None

    def compute(self) -> "AllCustomers":
        """:return: itself: one request reads all from the same place"""
        self.as_of = self.env["key.account.customer.revenue.state"]._get_as_of(self.env.companies)
        return self

    def revenues(
        self,
        periods: Sequence[Period],
        by: Sequence[str] = ("customer_id",),
        customer_ids: Collection[int] | None = None,
    ) -> SQL:
        """
        :param by: ``customer_id``, ``company_id``
        :param customer_ids: of all customers if None
        :return: query with these columns, and one for each period: its revenue in the currency of the figures, NULL
            without any
        """
        first, last = min(each.date_from for each in periods), max(each.date_to for each in periods)
        model, day, revenue = (
            ("key.account.customer.revenue", "date", "revenue")
            if self.as_of
            else ("key.account.sales.report", "invoice_date", "price_subtotal")
        )
        domain = Domain("company_id", "in", self.env.companies.ids) & Domain(day, ">=", first) & Domain(day, "<=", last)
        if customer_ids is not None:
            domain &= Domain("customer_id", "in", list(customer_ids))
        self.env.flush_all()
        query = self.env[model]._search(domain)
        amount = SQL.identifier(query.table, revenue)
        if self.as_of:
            of_companies = (SQL("WHEN %s THEN %s", company.id, rate) for company, rate in self.rates.items())
            company = SQL.identifier(query.table, "company_id")
            amount = SQL("%s * CASE %s %s END", amount, company, SQL(" ").join(of_companies))
        columns = [SQL.identifier(query.table, name) for name in by]
        query.groupby = SQL(", ").join(columns)
        return query.select(
            *columns,
            *(
                SQL(
                    "SUM(%s) FILTER (WHERE %s BETWEEN %s AND %s)",
                    amount,
                    SQL.identifier(query.table, day),
                    period.date_from,
                    period.date_to,
                )
                for period in periods
            ),
        )
