import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .key_account_review import OPEN_STATES

_logger = logging.getLogger(__name__)


class KeyAccountReview(models.Model):
    """What has to be done until when before a review, and the next review in time."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    def action_schedule_preparation(self):
        """Makes the activities of the preparation plan, or moves those that are still open to the review's date."""
        self._check_state(OPEN_STATES)
        for review in self:
            if not review.planned_date:
                raise UserError(
                    self.env._(
                        "%(review)s: enter the date of the review first, the due dates are counted back from it.",
                        review=review.display_name,
                    )
                )
            if not review._get_preparation_plan():
                raise UserError(
                    self.env._(
                        "There is no activity plan for annual reviews. Somebody who may change the settings "
                        "can make one (Settings, Discuss, Activity Plans)."
                    )
                )
            review._schedule_preparation()

    # === BUSINESS METHODS ===#

    def _get_preparation_plan(self):
        """:return: the activity plan for reviews: the company's own one, else the common one"""
        self.ensure_one()
        # Whoever prepares a review need not have the right to read plans
        return (
            self.env["mail.activity.plan"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("company_id", "in", (False, self.company_id.id))],
                order="company_id, id",
                limit=1,
            )
        )

    def _schedule_preparation(self):
        """Activities of the plan that were done stay done, open ones get their new date, missing ones are made."""
        self.ensure_one()
        for step in self._get_preparation_plan().template_ids:
            responsible = step._determine_responsible(self.user_id, self)["responsible"] or self.user_id
            deadline = step._get_date_deadline(self.planned_date)
            made = self._get_preparation_activities(step)
            if made:
                made.filtered("active").date_deadline = deadline
                continue
            # The names of activity types are translated, summaries of a plan are not
            kind = step.activity_type_id.with_context(lang=responsible.lang)
            self.activity_schedule(
                date_deadline=deadline,
                summary=step.summary or kind.name,
                note=step.note,
                activity_type_id=step.activity_type_id.id,
                user_id=responsible.id,
            )

    def _date_preparation(self):
        """Moves the activities that are there already to the review's new date."""
        for review in self.filtered("planned_date"):
            for step in review._get_preparation_plan().template_ids:
                open_ones = review._get_preparation_activities(step).filtered("active")
                open_ones.date_deadline = step._get_date_deadline(review.planned_date)

    def _get_preparation_activities(self, step):
        """:return: the activities that were made of a step of the plan, those that are done included"""
        # A colleague's activity moves with the review, too
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("automated", "=", True),
            ("activity_type_id", "=", step.activity_type_id.id),
        ]
        if step.summary:
            domain.append(("summary", "=", step.summary))
        return activities.search(domain)

    @api.model
    def _cron_open_next_reviews(self):
        """Opens the reviews that are due within the lead time of the settings, each once."""
        due = self._get_due_accounts()
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for partner, company, day, year in due:
            try:
                with self.env.cr.savepoint():
                    self._open_next_review(partner, company, day, year)
            except Exception:
                # One account with a mistake must not keep all others from their reviews
                _logger.exception("No annual review could be opened for %s in %s", partner.name, company.name)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _get_due_accounts(self):
        """:return: list of (account, company, day of the review, fiscal year) that have no review yet"""
        today = fields.Date.context_today(self)
        leads = {company: company.key_account_review_lead for company in self.env["res.company"].search([])}
        latest = today + relativedelta(days=max(leads.values(), default=0))
        accounts = self.env["res.partner"].search(
            [("key_account_status", "in", ("active", "at_risk")), ("key_account_next_review", "<=", latest)],
            order="key_account_next_review, id",
        )
        reviews = self.with_context(active_test=False).search(
            [("partner_id", "in", accounts.ids)], order="year desc, id desc"
        )
        reviews_of = reviews.grouped(lambda review: (review.partner_id, review.company_id))
        due = []
        for account in accounts:
            companies = {company for partner, company in reviews_of if partner == account}
            for company in companies or {account.company_id or account.key_account_manager_id.company_id}:
                if not company or account.key_account_next_review > today + relativedelta(days=leads[company]):
                    continue
                # What is overdue still takes its time to prepare
                overdue = account.key_account_next_review < today
                day = today + relativedelta(days=leads[company]) if overdue else account.key_account_next_review
                of_account = reviews_of.get((account, company), self)
                year = self._get_next_year(of_account, company, day)
                if year:
                    due.append((account, company, day, year))
        return due

    @api.model
    def _get_next_year(self, reviews, company, day):
        """The fiscal year that the review of a day is about: as far before it as the last time.

        :return: the year, None if there is a review already, whatever became of it
        """
        year = company.compute_fiscalyear_dates(day)["date_to"].year
        held = reviews.filtered("held_on")[:1]
        if held:
            held_in = company.compute_fiscalyear_dates(held.held_on.date())["date_to"].year
            year -= max(held_in - held.year, 0)
        taken = any(review.year >= year or (review.active and review.state in OPEN_STATES) for review in reviews)
        return None if taken else year

    @api.model
    def _open_next_review(self, partner, company, day, year):
        manager = partner.key_account_manager_id
        reviews = self.with_company(company).with_context(
            allowed_company_ids=company.ids, lang=manager.lang or self.env.lang
        )
        review = reviews.create({"partner_id": partner.id, "company_id": company.id, "year": year, "planned_date": day})
        review._schedule_preparation()
        return review
