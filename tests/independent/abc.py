"""Accounts by revenue: A, B or C.

Readings: all key accounts but former ones, by the revenue of the 12 months up to the end of the period, each with
everything below it. What the larger ones have together, and the total, counts an account inside another one once; an
account inside a larger one does not stand behind what it bought itself.
Accounts whose revenue is not above zero have no class, and are not in the total: shares of it add up to the whole.
"""

from datetime import timedelta

from .days import year_before
from .numbers import ZERO, decimal, divided
from .sales import amount


def abc_class(look):
    books = look.books
    year = look.within(year_before(look.last) + timedelta(days=1), look.last)
    trees = {
        partner: books.tree(partner)
        for partner, row in books.partners.items()
        if row.key_account_status and row.key_account_status != "former"
    }
    bought = {partner: sum((amount(line) for line in year.of(partner).sales), ZERO) for partner in trees}
    trees = {partner: tree for partner, tree in trees.items() if bought[partner] > 0}
    if look.account not in trees:
        return None

    def together(accounts):
        """Each customer once, however many of the accounts it belongs to."""
        customers = set().union(*(trees[account] for account in accounts))
        return sum(
            (
                amount(line)
                for move in books.moves.values()
                if move.commercial_partner_id in customers and move.state == "posted"
                for line in year.of(move.commercial_partner_id).sales
                if line.move is move
            ),
            ZERO,
        )

    larger = [partner for partner in trees if bought[partner] > bought[look.account]]
    ahead = together(larger) - sum(
        (amount(line) for line in year.sales if any(line.move.commercial_partner_id in trees[each] for each in larger)),
        ZERO,
    )
    share = divided(ahead, together(trees))
    if share is None:
        return None
    if share < decimal(books.company.key_account_abc_a_limit):
        return decimal(1)
    return decimal(2 if share < decimal(books.company.key_account_abc_b_limit) else 3)
