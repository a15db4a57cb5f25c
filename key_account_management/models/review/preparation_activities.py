"""What has to be done by when before a review."""

from odoo.exceptions import UserError


class PreparationActivities:
    """The activities required by the preparation plan for one review."""

    def __init__(self, review):
        self.review = review
        self.env = review.env

    @property
    def plan(self):
        """The activity plan for reviews: the company's own, otherwise the shared one."""
        # Users who prepare a review need not have the right to read plans
        return (
            self.env["mail.activity.plan"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self.review._name),
                    ("company_id", "in", (False, self.review.company_id.id)),
                ],
                order="company_id, id",
                limit=1,
            )
        )

    def check(self):
        """:raises UserError: no date to count back from, or nothing to do"""
        if not self.review.planned_date:
            raise UserError(
                self.env._(
                    "%(review)s: enter the date of the review first. The due dates are calculated back from it.",
                    review=self.review.display_name,
                )
            )
        if not self.plan:
            raise UserError(
                self.env._(
                    "There is no activity plan for annual reviews. A user with access to the settings can create one "
                    "(Settings, Discuss, Activity Plans)."
                )
            )

    def schedule(self):
        """Completed activities of the plan stay done, open ones get their new date, missing ones are created."""
        review = self.review
        for step in self.plan.template_ids:
            responsible = step._determine_responsible(review.user_id, review)["responsible"] or review.user_id
            responsible = responsible._get_key_account_stand_in(review.company_id)
            deadline = step._get_date_deadline(review.planned_date)
            made = self._get_made(step)
            if made:
                made.filtered("active").date_deadline = deadline
                continue
            # The names of activity types are translated, summaries of a plan are not
            kind = step.activity_type_id.with_context(lang=responsible.lang)
            review.activity_schedule(
                date_deadline=deadline,
                summary=step.summary or kind.name,
                note=step.note,
                activity_type_id=step.activity_type_id.id,
                user_id=responsible.id,
            )

    def move(self):
        """Moves the existing activities to the review's new date."""
        for step in self.plan.template_ids:
            open_ones = self._get_made(step).filtered("active")
            open_ones.date_deadline = step._get_date_deadline(self.review.planned_date)

    def _get_made(self, step):
        """:return: the activities created from a step of the plan, including those that are done"""
        # A colleague's activity also moves with the review
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        domain = [
            ("res_model", "=", self.review._name),
            ("res_id", "=", self.review.id),
            ("automated", "=", True),
            ("activity_type_id", "=", step.activity_type_id.id),
        ]
        if step.summary:
            domain.append(("summary", "=", step.summary))
        return activities.search(domain)
