from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .period import Period
from .request import Request

# Fewer months say too little about a change
NEEDED_MONTHS = 3


@dataclass
class Comparison:
    """Accounts whose period of comparison begins before their invoices do.

    ``first``: the first day that can be compared, in the period itself. ``request``: the months that both have, up to
    the period's end; None if they are too few.
    """

    accounts: list[int]
    first: date | None
    request: Request | None


class Completeness:
    """Which accounts can be compared with the previous year in part only, or not at all.

    The previous year is complete for an account that was invoiced before it. Where several companies count, the books
    of each company that invoiced the account must begin before it, too: one that joined later would look like growth.
    Otherwise what can be compared are the months from the first invoice on, each as a whole.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.env = request.env

    def compute(self) -> list[Comparison]:
        """:return: none for accounts whose comparison is complete"""
        period, previous = self.request.period, self.request.previous
        accounts_from: dict[date | None, list[int]] = {}
        for account, first in self._first_days(previous).items():
            if first is None:
                accounts_from.setdefault(None, []).append(account)
                continue
            # The same month of the period itself
            comparable = max(first.replace(day=1) + relativedelta(years=1), period.date_from)
            if comparable > period.date_from or not self._has_enough(comparable):
                accounts_from.setdefault(comparable, []).append(account)
        return [self._comparison(first, accounts) for first, accounts in accounts_from.items()]

    def _comparison(self, first: date | None, accounts: list[int]) -> Comparison:
        if first is None or not self._has_enough(first):
            return Comparison(accounts, first, None)
        request = self.request
        months = Period(first, request.period.date_to)
        return Comparison(
            accounts,
            first,
            replace(request, account_ids=accounts, period=months),
        )

    def _has_enough(self, first: date) -> bool:
        """Whether there are enough months, the one in progress included, from a day to the end."""
        end = self.request.to_date.date_to
        return first <= end and len(Period(first, end).months) >= NEEDED_MONTHS

    def _first_days(self, previous: Period) -> dict[int, date | None]:
        """:return: ``{account id: day of the first invoice that counts}``, None without any; no complete ones"""
        # {account: {company: the account's first invoice in it, None if it lies before the previous year}}
        days: dict[int, dict[int, date | None]] = {account: {} for account in self.request.account_ids}
        for customer, company, first in self._first_invoices():
            is_before = first is None or first < previous.date_from
            for account in self.request.accounts_of[customer]:
                known = days[account].get(company, first)
                days[account][company] = min(known, first) if known and first and not is_before else None
        books = self.request.readings.once("books", self._read_first_of_books) if len(self.env.companies) > 1 else {}
        result: dict[int, date | None] = {}
        for account, by_company in days.items():
            if not by_company:
                result[account] = None
                continue
            starts = [books[company] for company, first in by_company.items() if first and company in books]
            if None not in by_company.values():
                starts.append(min(first for first in by_company.values() if first))
            if starts and max(starts) >= previous.date_from:
                result[account] = max(starts)
        return result

    # === READING ===#

    def _first_invoices(self) -> list[tuple[int, int, date | None]]:
        """:return: ``[(customer id, company id, day of the first invoice, None if before all that is compared)]``"""
        day = min(period.date_from for period in self.request.periods)
        key = ("first_invoices_from", *self.request.account_ids)
        read: dict[date, list[tuple[int, int, date | None]]] = self.request.readings.once(key, dict)
        for first, invoices in read.items():
            if first <= day:
                return invoices
        # Whoever looks at the previous period, too, will ask from a year earlier on
        earlier = day - relativedelta(years=1)
        read[earlier] = self._read_first_invoices(earlier)
        return read[earlier]

    def _read_first_invoices(self, day: date) -> list[tuple[int, int, date | None]]:
        self.env["account.move.line"].flush_model(["partner_id", "company_id", "invoice_date", "parent_state"])
        self.env["account.move"].flush_model(["move_type"])
        lines = SQL(
            """
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.partner_id = customer.id
               AND line.company_id = company.id
               AND line.display_type = 'product'
               AND line.parent_state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """
        )
        # Stops at the first older line; who has none has no long history. With the limit, PostgreSQL does not read the
        # lines of all customers to look these up
        return self.env.execute_query(
            SQL(
                """
                SELECT id, company, first
                  FROM (SELECT customer.id, company.id AS company, older.found,
                               CASE WHEN NOT older.found THEN (SELECT MIN(line.invoice_date) %(lines)s) END AS first
                          FROM UNNEST(%(customers)s::int[]) AS customer (id)
                    CROSS JOIN UNNEST(%(companies)s::int[]) AS company (id)
                    CROSS JOIN LATERAL (
                                SELECT COALESCE(
                                           (SELECT TRUE %(lines)s AND line.invoice_date < %(day)s LIMIT 1), FALSE
                                       ) AS found
                                OFFSET 0
                               ) AS older
                        OFFSET 0
                       ) AS invoices
                 WHERE found OR first IS NOT NULL
                """,
                lines=lines,
                customers=self.request.customer_ids,
                companies=self.env.companies.ids,
                day=day,
            )
        )

    def _read_first_of_books(self) -> dict[int, date]:
        """:return: ``{company id: day of its first invoice}``, by the index of journals and dates"""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT journal.company_id, MIN(first.invoice_date)
                  FROM account_journal journal
            CROSS JOIN LATERAL (
                        SELECT move.invoice_date
                          FROM account_move move
                         WHERE move.journal_id = journal.id
                           AND move.company_id = journal.company_id
                           AND move.state = 'posted'
                           AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                      ORDER BY move.date
                         LIMIT 1
                       ) AS first
                 WHERE journal.type = 'sale'
                   AND journal.company_id = ANY(%s)
              GROUP BY journal.company_id
                """,
                self.env.companies.ids,
            )
        )
        return dict(rows)
