from odoo import api, fields, models

from ...documents.formatter import Formatter
from ...figures.figure import Figure, meets_target
from ...screens.figure_text import describe

# Figures that are shown in any case, as far as they are known and the user may see them
HEADLINE = ("revenue", "contribution_margin_rate", "returns", "satisfaction", "visits", "dso")
MOVED = 3


class KeyAccountReview(models.Model):
    """What the first page of a review shows besides its own fields. Asked for when the page is open."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_preparation(self):
        """The figures of the review's period that count, and what became of last year's promises.

        :return: ``{"period", "previous": text, "is_frozen", "headline", "better", "worse": [figure],
            "promises": {"review": text, "rows": [{"what", "promised", "became", "good"}]}}``; a figure is as in
            `get_key_account_cockpit`, of those that the user may see
        :raises AccessError: somebody else's account
        """
        self.ensure_one()
        self.check_access("read")
        if not self.date_from or self.date_from > fields.Date.context_today(self):
            figures, period = [], None
        else:
            figures, period = self._get_described_figures(), self._get_period()
        formatter = Formatter(self.env)
        shown = {figure["code"]: figure for figure in figures}
        moved = sorted((figure for figure in figures if figure["moved"]), key=lambda figure: -abs(figure["moved"]))
        return {
            "period": formatter.period(period) if period else "",
            "previous": formatter.period(period.previous) if period else "",
            "is_frozen": self.is_frozen,
            "headline": [shown[code] for code in HEADLINE if code in shown],
            "better": [figure for figure in moved if figure["good"] is True][:MOVED],
            "worse": [figure for figure in moved if figure["good"] is False][:MOVED],
            "promises": self._get_promises(),
        }

    def _get_described_figures(self):
        """:return: the figures with a value that the user may see, and by what share they ``moved`` (None: unknown)"""
        formatter = Formatter(self.env)
        if self.is_frozen:
            # Rules show the internal ones to those who may see them
            definitions = self.env["key.account.review.figure"].search([("review_id", "=", self.id)])
            figures = {definition.code: definition._get_figure() for definition in definitions}
        else:
            accounts = self.partner_id.with_company(self.company_id)
            accounts = accounts.with_context(allowed_company_ids=self.company_id.ids)
            read = accounts.get_key_account_figures(self.date_from, self.date_to)[self.partner_id.id]
            definitions = self.env["key.account.kpi"].sudo().search([("code", "in", list(read))])
            figures = {
                code: Figure(data["value"], data["previous"], data["unit"], data["note"], target=data["target"])
                for code, data in read.items()
            }
        described = []
        for definition in definitions:
            figure = figures[definition.code]
            if figure.value is None:
                continue
            data = {
                "value": figure.value,
                "previous": figure.previous,
                "unit": figure.unit,
                "note": figure.note,
                "target": figure.target,
                "met": meets_target(figure.value, figure.target, definition.better),
            }
            text = describe(definition, data, formatter)
            # What is rounded away on the screen did not move
            unmoved = not figure.previous or text["change"].startswith("±")
            moved = None if unmoved else (figure.value - figure.previous) / abs(figure.previous)
            described.append(text | {"moved": moved})
        return described

    def _get_promises(self):
        """What was settled in the last review, and what became of it."""
        last = self._get_last_review()
        formatter = Formatter(self.env)
        rows = []
        for topic in last.topic_ids.filtered("result"):
            rows.append(_promise(topic, topic.result, *self._get_followup_state(topic)))
        for condition in last.condition_ids.filtered(lambda condition: condition.outcome == "agreed"):
            done = condition.carried_over_on
            became = self.env._("In the price list since %(date)s", date=formatter.date(done, "short")) if done else ""
            state = (became, True) if done else self._get_followup_state(condition)
            rows.append(_promise(condition, condition.result or condition.display_agreed, *state))
        for issue in last.issue_ids:
            latest = issue._get_latest()
            label = dict(latest._fields["state"]._description_selection(self.env))[latest.state]
            rows.append(_promise(issue, issue.result or "", label, latest.state == "solved"))
        return {"review": last.display_name if last else "", "rows": rows}

    def _get_followup_state(self, record):
        """:return: what became of what was made of a result, as text, and whether this is good (None: not known)"""
        made = record.followup and record.followup.exists()
        if not made:
            return ("", None) if not record.followup else (self.env._("Deleted"), False)
        if made._name == "mail.activity":
            return (self.env._("Done"), True) if not made.active else (self.env._("Activity: to do"), None)
        field = "status" if made._name == "key.account.milestone" else "state"
        states = dict(made._fields[field]._description_selection(self.env))
        good = {"done": True, "cancelled": False, "late": False}
        return f"{made.display_name}: {states[made[field]]}", good.get(made[field])


def _promise(record, promised, became, good):
    return {"what": record.display_name, "promised": promised, "became": became, "good": good}
