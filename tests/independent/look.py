"""One account in one period."""

from functools import cached_property

from .books import INCOME, MOVES
from .days import last_of_month, number_of_days, year_before
from .numbers import decimal


class Look:
    """An account's documents in a period, and the same look one year earlier.

    A period that is still running is looked at up to today, and its previous one up to the same day: year to date is
    compared with year to date for every figure of one answer.
    """

    def __init__(self, books, account, first, last, asked_last=None):
        self.books = books
        self.account = account
        self.first = first
        self.last = min(last, books.today)
        # The end that was asked for: whether the period is over
        self.asked_last = asked_last or last
        # Up to when it is known of an account whether it has ordered; the period with the days to come
        self.known_until = self.last
        self.whole = (first, self.asked_last)

    @property
    def today(self):
        return self.books.today

    @property
    def is_over(self):
        return self.asked_last < self.today

    @cached_property
    def before(self):
        """The same days one year earlier."""
        before = Look(self.books, self.account, year_before(self.first), year_before(self.last))
        before.known_until = self.known_until
        before.whole = (year_before(self.whole[0]), year_before(self.whole[1]))
        return before

    def within(self, first, last):
        return Look(self.books, self.account, first, last, self.asked_last)

    def of(self, account):
        return Look(self.books, account, self.first, self.last, self.asked_last)

    @cached_property
    def days(self):
        return number_of_days(self.first, self.last)

    @property
    def tree(self):
        return self._of_account("tree", lambda: self.books.tree(self.account))

    def covers(self, day):
        return day is not None and self.first <= day <= self.last

    # === DOCUMENTS ===#

    @property
    def all_moves(self):
        """All posted invoices, credit notes and receipts of the account, whenever."""
        return self._of_account(
            "moves",
            lambda: [
                move
                for move in self.books.moves.values()
                if move.state == "posted" and move.move_type in MOVES and move.commercial_partner_id in self.tree
            ],
        )

    @property
    def all_sales(self):
        """All sales lines of the account, whenever: on accounts of the income group only."""
        return self._of_account(
            "sales",
            lambda: [
                line
                for move in self.all_moves
                for line in move.lines
                if line.display_type == "product" and line.account_type in INCOME
            ],
        )

    def _of_account(self, what, find):
        """Found once for all periods."""
        asked = (what, self.account)
        if asked not in self.books.found:
            self.books.found[asked] = find()
        return self.books.found[asked]

    @cached_property
    def moves(self):
        return [move for move in self.all_moves if self.covers(move.invoice_date)]

    @cached_property
    def sales(self):
        """L(A, P)."""
        return [line for line in self.all_sales if self.covers(line.move.invoice_date)]

    @cached_property
    def first_invoice(self):
        return min((move.invoice_date for move in self.all_moves), default=None)

    @property
    def was_invoiced(self):
        """Whether there is an invoice (or receipt) before the period: credit notes alone are none."""
        return any(move.move_type != "out_refund" and move.invoice_date < self.first for move in self.all_moves)

    def records(self, table, columns, where="TRUE"):
        """Rows about the account, of this company; archived ones, too."""
        company, tree = self.books.company.id, list(self.tree)
        return self.books.rows(table, columns, f"company_id = %s AND partner_id = ANY(%s) AND {where}", company, tree)

    # === COMPLETENESS ===#

    def common(self):
        """The part of the period whose months one year earlier have invoices behind them.

        The period before is complete if the first posted invoice of the company, and that of the account, lies before
        it. Reading: the month of the first invoice is one that both years have ("the books begin in September" means
        that September can be compared), and it counts as a whole.

        :return: the look at that part; None with fewer than three such months
        """
        # Reading: the first of all the company's customer documents
        dates = [
            move.invoice_date
            for move in self.books.moves.values()
            if move.state == "posted" and move.move_type in MOVES and move.invoice_date
        ]
        if not dates or self.first_invoice is None:
            return None
        begin = max(min(dates), self.first_invoice)
        if begin < self.before.first:
            return self
        # The months of this period whose month one year earlier ends after that day
        starts, day = [], self.first
        while day <= self.last:
            end = last_of_month(day.year, day.month)
            if year_before(end) >= begin:
                starts.append(day)
            day = end.fromordinal(end.toordinal() + 1)
        if len(starts) < 3:
            return None
        return self if starts[0] == self.first else self.within(starts[0], self.last)

    # === SETTINGS ===#

    def setting(self, name):
        return decimal(getattr(self.books.company, name))
