"""How much comparable customers bought.

Readings: a group of companies counts once, as its top company with what all of it bought; it is in the peer group that
its top company is in. The account's own group does not count. What the account itself is in is read from the account.
Who was not invoiced in the period has no place among those who were.
"""

from .numbers import ZERO, decimal, divided, mean, median, rounded
from .sales import amount, revenue

ENOUGH = 3


def mark(look, partner):
    """What two customers must share to be comparable, None if it is unknown."""
    row = look.books.partners[partner]
    grouping = look.books.company.key_account_peer_grouping
    if grouping == "industry":
        return row.industry_id
    if grouping == "tier":
        return row.key_account_tier_id
    if grouping == "hand_picked":
        return row.key_account_peer_group_id
    return (row.country_id, row.industry_id) if row.country_id and row.industry_id else None


def peers(look):
    """:return: the revenue of each comparable customer, None if there are too few"""
    books, own = look.books, mark(look, look.account)
    if not own:
        return None
    bought = {}
    for move in books.moves.values():
        if move.commercial_partner_id:
            bought.setdefault(books.top(move.commercial_partner_id))
    found = []
    for partner in bought:
        if partner == books.top(look.account) or mark(look, partner) != own:
            continue
        total = sum((amount(line) for line in look.of(partner).sales), ZERO)
        if rounded(total) > 0:
            found.append(total)
    return found if len(found) >= ENOUGH else None


def peer_revenue(look):
    return mean(peers(look) or [])


def peer_revenue_median(look):
    return median(peers(look) or [])


def peer_rank(look):
    found, own = peers(look), revenue(look)
    if found is None or not look.sales:
        return None
    return decimal(1 + sum(rounded(each) > rounded(own) for each in found))


def peer_percentile(look):
    found, own = peers(look), revenue(look)
    if found is None or not look.sales:
        return None
    return divided(decimal(sum(rounded(each) < rounded(own) for each in found)), decimal(len(found)))
