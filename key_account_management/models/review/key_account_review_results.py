from datetime import timedelta

from odoo import api, fields, models


class KeyAccountReview(models.Model):
    """What was settled in a review is what the plan of the next period starts from."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    has_results_to_take = fields.Boolean(compute="_compute_has_results_to_take")

    # === COMPUTE METHODS ===#

    @api.depends("state")
    def _compute_has_results_to_take(self):
        for review in self:
            review.has_results_to_take = review.state == "closed" and bool(review._get_results_to_take())

    # === ACTION METHODS ===#

    def action_take_results(self):
        """Takes the results into the action plan of the next period, each once, and opens it."""
        self.ensure_one()
        self._check_state(("closed",))
        return self._take_results()._get_records_action()

    # === BUSINESS METHODS ===#

    def _get_results(self):
        """:return: list of topics, issues, conditions and measures: what was settled, and what stayed open"""
        self.ensure_one()
        parts = [
            *self.topic_ids.filtered("result"),
            *self.issue_ids.filtered(lambda issue: issue.result or issue.state == "open"),
            *self.condition_ids.filtered(lambda condition: condition.outcome == "agreed"),
        ]
        made = [part.followup for part in parts if part.followup]
        measures = self.env["key.account.care.measure"].search(
            [("review_id", "=", self.id), ("state", "!=", "cancelled")]
        )
        return parts + [measure for measure in measures if measure not in made]

    def _get_followups(self, model):
        """:return: the records of a model that the review's results became"""
        self.ensure_one()
        followups = self.env[model].browse()
        for part in (*self.topic_ids, *self.issue_ids, *self.condition_ids):
            if part.followup and part.followup._name == model:
                followups |= part.followup.exists()
        return followups

    def _get_results_to_take(self):
        """:return: those of the results that are in no plan yet"""
        results = self._get_results()
        # Whoever took one, into whichever plan
        inputs = self.env["key.account.plan.input"].sudo()
        inputs = inputs.search([("result", "in", [_reference(result) for result in results])])
        taken = {_reference(each.result) for each in inputs}
        return [result for result in results if _reference(result) not in taken]

    def _get_next_plan(self):
        """:return: the plan in force on the day after the review's fiscal year; empty if there is none yet"""
        self.ensure_one()
        return self.env["key.account.plan"]._get_plan(self.partner_id, self.company_id, self._get_next_day())

    def _get_current_plan(self):
        """:return: the plan in force at the end of the review's fiscal year"""
        self.ensure_one()
        end = self._get_fiscal_year()[1]
        return self.env["key.account.plan"]._get_plan(self.partner_id, self.company_id, end)

    def _get_next_day(self):
        return self._get_fiscal_year()[1] + timedelta(days=1)

    def _take_results(self):
        """:return: the plan that the results are in now"""
        self.ensure_one()
        # Two people who press at once
        self.lock_for_update()
        plan = self._get_next_plan() or self._make_next_plan()
        results = self._get_results_to_take()
        self.env["key.account.plan.input"].create([self._prepare_input_values(plan, result) for result in results])
        self.invalidate_recordset(["has_results_to_take"])
        if results:
            self.message_post(body=self.env._("Results were taken into %(plan)s.", plan=plan._get_html_link()))
            plan.message_post(body=self.env._("Results were taken from %(review)s.", review=self._get_html_link()))
        return plan

    def _make_next_plan(self):
        """Makes the plan of the next period: out of this period's, if there is one, with what is still open in it."""
        current = self._get_current_plan()
        if current:
            current.action_copy_into_next_period()
            return self._get_next_plan()
        dates = self.company_id.compute_fiscalyear_dates(self._get_next_day())
        plans = self.env["key.account.plan"].with_company(self.company_id)
        return plans.create({"partner_id": self.partner_id.id, "company_id": self.company_id.id, **dates})

    def _prepare_input_values(self, plan, result):
        made = result if result._name == "key.account.care.measure" else result.followup and result.followup.exists()
        kind = made._name if made else None
        return {
            "plan_id": plan.id,
            "kind": "5_talk",
            "name": self._get_result_text(result),
            "date": self.held_on and fields.Datetime.context_timestamp(self, self.held_on).date(),
            "review_id": self.id,
            "result": _reference(result),
            "measure_id": made.id if kind == "key.account.care.measure" else False,
            "milestone_id": made.id if kind == "key.account.milestone" else False,
        }

    def _get_result_text(self, result):
        """:return: in one line what it is about and what was settled"""
        if result._name == "key.account.care.measure":
            return result.name
        settled = [result.display_agreed] if result._name == "key.account.review.condition" else []
        text = " – ".join(filter(None, [*settled, result.result and " ".join(result.result.split())]))
        return f"{result.display_name}: {text}" if text else result.display_name


def _reference(record):
    return f"{record._name},{record.id}"
