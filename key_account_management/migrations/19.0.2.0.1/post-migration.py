import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    freeze_held_reviews(env)


def freeze_held_reviews(env):
    """Documents of reviews that were held before say from now on what they say today.

    What they said on the day of the talk is not known any more, except for the figures and in the documents that were
    printed then and are kept with the review.
    """
    reviews = env["key.account.review"].search([("state", "in", ("held", "closed"))])
    for review in reviews:
        try:
            with env.cr.savepoint():
                review._freeze_documents()
        except Exception:
            # Its documents are made of what is there when they are printed, as before
            _logger.exception("The documents of %s could not be frozen", review.display_name)
    _logger.info("The documents of %s held reviews were frozen", len(reviews))
