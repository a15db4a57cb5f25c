"""The next review of each account is created in good time."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain

from ...figures.period import Period
from ...tools.problems import log_problem

_logger = logging.getLogger(__name__)

# Number of accounts whose reviews are created before the job commits: creating one takes a moment
BATCH = 10


class NextReviews:
    """The reviews that are due within the lead time in the settings.

    :param reviews: the model, in the environment of the scheduled action
    """

    def __init__(self, reviews):
        self.reviews = reviews
        self.env = reviews.env

    def open(self):
        """Creates what is due, each once."""
        latest = fields.Date.context_today(self.reviews) + relativedelta(days=max(self._leads.values(), default=0))
        # Of an account's other companies, each has its own date, which may be earlier
        accounts = Domain("key_account_status", "in", ("active", "at_risk")) & (
            Domain("key_account_next_review", "<=", latest) | Domain("key_account_review_ids", "!=", False)
        )
        self.env["key.account.scheduled.job"]._run(
            "next_reviews", (self.env["res.partner"], accounts, self._open_of), size=BATCH
        )

    @property
    def _leads(self):
        """:return: ``{company: days before the review}``"""
        return {company: company.key_account_review_lead for company in self.env["res.company"].search([])}

    def _open_of(self, accounts):
        for partner, company, day, year in self._get_due(accounts):
            try:
                with self.env.cr.savepoint():
                    self.reviews._open_next_review(partner, company, day, year)
            except Exception as error:
                # A problem with one account must not stop the reviews of all others
                log_problem(_logger, error, "No annual review of %s in %s: %s", partner.name, company.name)

    def _get_due(self, accounts):
        """:return: list of (account, company, day of the review, fiscal year) that have no review yet"""
        today = fields.Date.context_today(self.reviews)
        leads = self._leads
        reviews = self.reviews.with_context(active_test=False).search(
            [("partner_id", "in", accounts.ids)], order="year desc, id desc"
        )
        reviews_of = reviews.grouped(lambda review: (review.partner_id, review.company_id))
        due = []
        for account in accounts:
            own = account._get_key_account_review_company()
            companies = {company for partner, company in reviews_of if partner == account}
            for company in companies or {own}:
                # Without a company of its own, the account has one date
                followed = account._get_next_review(company) if own and company != own else False
                next_review = followed or account.key_account_next_review
                if not company or not next_review or next_review > today + relativedelta(days=leads[company]):
                    continue
                # What is overdue still takes time to prepare
                day = today + relativedelta(days=leads[company]) if next_review < today else next_review
                year = self._get_year(reviews_of.get((account, company), self.reviews), company, day)
                if year:
                    due.append((account, company, day, year))
        return due

    def _get_year(self, reviews, company, day):
        """The fiscal year covered by a review on a day: as far before it as last time.

        :return: the year, None if there already is a review, whatever became of it
        """
        year = Period.of_fiscal_year(company, day).year
        held = reviews.filtered("held_on")[:1]
        if held:
            held_in = Period.of_fiscal_year(company, held.held_on.date()).year
            year -= max(held_in - held.year, 0)
        taken = any(review.year >= year or (review.active and review._is_before_talk()) for review in reviews)
        return None if taken else year
