"""The next review of each account is created in good time."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import fields

from ...figures.period import Period
from ...tools import log_problem

_logger = logging.getLogger(__name__)


class NextReviews:
    """The reviews that are due within the lead time in the settings.

    :param reviews: the model, in the environment of the scheduled action
    """

    def __init__(self, reviews):
        self.reviews = reviews
        self.env = reviews.env

    def open(self):
        """Creates what is due, each once."""
        due = self._get_due()
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for partner, company, day, year in due:
            try:
                with self.env.cr.savepoint():
                    self.reviews._open_next_review(partner, company, day, year)
            except Exception as error:
                # A problem with one account must not stop the reviews of all others
                log_problem(_logger, error, "No annual review of %s in %s: %s", partner.name, company.name)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _get_due(self):
        """:return: list of (account, company, day of the review, fiscal year) that have no review yet"""
        today = fields.Date.context_today(self.reviews)
        leads = {company: company.key_account_review_lead for company in self.env["res.company"].search([])}
        latest = today + relativedelta(days=max(leads.values(), default=0))
        accounts = self.env["res.partner"].search(
            [("key_account_status", "in", ("active", "at_risk")), ("key_account_next_review", "<=", latest)],
            order="key_account_next_review, id",
        )
        reviews = self.reviews.with_context(active_test=False).search(
            [("partner_id", "in", accounts.ids)], order="year desc, id desc"
        )
        reviews_of = reviews.grouped(lambda review: (review.partner_id, review.company_id))
        due = []
        for account in accounts:
            companies = {company for partner, company in reviews_of if partner == account}
            for company in companies or {account.company_id or account.key_account_manager_id.company_id}:
                if not company or account.key_account_next_review > today + relativedelta(days=leads[company]):
                    continue
                # What is overdue still takes time to prepare
                overdue = account.key_account_next_review < today
                day = today + relativedelta(days=leads[company]) if overdue else account.key_account_next_review
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
