"""What was agreed in a review is the starting point of the plan for the next period."""

from datetime import timedelta

from odoo import fields

from ...figures.period import Period


class Results:
    """The results of one review, and their way into an action plan."""

    def __init__(self, review):
        self.review = review
        self.env = review.env

    # === WHAT WAS SETTLED ===#

    def all(self):
        """:return: list of topics, issues, conditions and measures: what was agreed, and what stayed open"""
        parts = [
            *self.review.topic_ids.filtered("result"),
            *self.review.issue_ids.filtered(lambda issue: issue.result or issue.state == "open"),
            *self.review.condition_ids.filtered(lambda condition: condition.outcome == "agreed"),
        ]
        made = [part.followup for part in parts if part.followup]
        measures = self.env["key.account.care.measure"].search(
            [("review_id", "=", self.review.id), ("state", "!=", "cancelled")]
        )
        return parts + [measure for measure in measures if measure not in made]

    def to_take(self):
        """:return: the results that are not in a plan yet"""
        results = self.all()
        # Whoever transferred it, to whichever plan
        inputs = self.env["key.account.plan.input"].sudo()
        inputs = inputs.search([("result", "in", [_reference(result) for result in results])])
        taken = {_reference(each.result) for each in inputs}
        return [result for result in results if _reference(result) not in taken]

    def without_owner(self):
        """:return: list of topics, issues and conditions whose result no one is responsible for"""
        parts = (self.review.topic_ids, self.review.issue_ids, self.review.condition_ids)
        return [record for records in parts for record in records._filter_without_owner()]

    def followups(self, model):
        """:return: the records of a model into which the results were turned"""
        followups = self.env[model].browse()
        for part in (*self.review.topic_ids, *self.review.issue_ids, *self.review.condition_ids):
            if part.followup and part.followup._name == model:
                followups |= part.followup.exists()
        return followups

    def text(self, result):
        """:return: in one line, what it is about and what was agreed"""
        if result._name == "key.account.care.measure":
            return result.name
        settled = [result.display_agreed] if result._name == "key.account.review.condition" else []
        text = " – ".join(filter(None, [*settled, result.result and " ".join(result.result.split())]))
        return f"{result.display_name}: {text}" if text else result.display_name

    # === PLANS ===#

    @property
    def next_plan(self):
        """The plan in force on the day after the review's fiscal year; empty if there is none yet."""
        return self._get_plan(self._next_day)

    @property
    def current_plan(self):
        """The plan in force at the end of the review's fiscal year."""
        return self._get_plan(self.review._get_fiscal_year().date_to)

    def _get_plan(self, day):
        return self.env["key.account.plan"]._get_plan(self.review.partner_id, self.review.company_id, day)

    @property
    def _next_day(self):
        return self.review._get_fiscal_year().date_to + timedelta(days=1)

    def take(self):
        """Transfers the results to the plan for the next period, each once.

        :return: the plan that now holds the results
        """
        review = self.review
        # If two people click at the same time
        review.lock_for_update()
        plan = self.next_plan or self._make_next_plan()
        results = self.to_take()
        self.env["key.account.plan.input"]._make([self._prepare_input_values(plan, result) for result in results])
        review.invalidate_recordset(["has_results_to_take"])
        if results:
            review.message_post(body=self.env._("Results were transferred to %(plan)s.", plan=plan._get_html_link()))
            plan.message_post(
                body=self.env._("Results were transferred from %(review)s.", review=review._get_html_link())
            )
        return plan

    def _make_next_plan(self):
        """Creates the plan for the next period: from this period's, if there is one, with what is still open in it."""
        current = self.current_plan
        if current:
            current.action_copy_into_next_period()
            return self.next_plan
        company = self.review.company_id
        year = Period.of_fiscal_year(company, self._next_day)
        return (
            self.env["key.account.plan"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.review.partner_id.id,
                    "company_id": company.id,
                    "date_from": year.date_from,
                    "date_to": year.date_to,
                }
            )
        )

    def _prepare_input_values(self, plan, result):
        made = result if result._name == "key.account.care.measure" else result.followup and result.followup.exists()
        kind = made._name if made else None
        held_on = self.review.held_on
        return {
            "plan_id": plan.id,
            "kind": "5_talk",
            "name": self.text(result),
            "date": held_on and fields.Datetime.context_timestamp(self.review, held_on).date(),
            "review_id": self.review.id,
            "result": _reference(result),
            "measure_id": made.id if kind == "key.account.care.measure" else False,
            "milestone_id": made.id if kind == "key.account.milestone" else False,
        }


def _reference(record):
    return f"{record._name},{record.id}"
