"""The second calculation for other tests: what an account's figures are by the rows as they are now."""

from odoo import fields

from . import figures
from .books import Books
from .look import Look


def look_at(account, period, company):
    """
    :param period: first and last day
    :return: the `Look` at the account in the period; contacts that have moved since are taken to be where they are
    """
    return Look(Books(account.sudo().env, company, fields.Date.context_today(account)), account.id, *period)


def worked_out(code, look):
    """:return: as a float, not rounded; None if it is undefined"""
    found = figures.value(code, look)
    return None if found is None else float(found)
