"""People who are no longer there."""

from odoo.models import BaseModel


def people_who_left(partners: BaseModel) -> BaseModel:
    """Those of the partners who were our colleagues: their only users are archived."""
    # As superuser: not everyone may see archived users. Contacts of customers who lost their login have not left.
    users = partners.sudo().with_context(active_test=False).user_ids.filtered(lambda user: not user.share)
    working = users.filtered("active").partner_id
    return partners.filtered(lambda partner: partner in users.partner_id and partner not in working)
