from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

from ...documents.formatter import Formatter

YEARS = 2
# Credit notes of a large account are many: the largest ones are remembered
CREDIT_NOTES = 5


@dataclass
class Memory:
    """Something that happened with the account. ``is_shared``: whether the customer may read it."""

    day: date
    text: str
    is_shared: bool = False


class KeyAccountReview(models.Model):
    """The look back over the last two years, collected to be shortened by hand."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    def action_fill_look_back(self):
        """Adds what happened in the last two years to the look back (what the customer may read, in its language)
        and to the sensitive topics (all else). What was typed stays, and nothing is added twice."""
        self.ensure_one()
        self.check_access("write")
        added = 0
        for field, is_shared in (("retrospective", True), ("sensitive_topics", False)):
            lang = self.partner_id.lang if is_shared else self.env.user.lang
            collector = self.with_context(lang=lang or self.env.lang)
            written = (self[field] or "").splitlines()
            lines = [line for line in collector._collect_look_back(is_shared) if line not in written]
            if lines:
                self[field] = "\n".join([*written, *([""] if written else []), *lines])
            added += len(lines)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if added else "info",
                "message": self.env._("Added to the look back and to the sensitive topics: %(count)s", count=added)
                if added
                else self.env._("There is nothing from the last two years that is not there yet."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS ===#

    def _get_look_back_sources(self):
        """The methods that remember something, each for itself: a module adds its own.

        A method takes the first and the last day and gives a list of `Memory`, in the environment's language.
        """
        return [
            self._remember_reviews,
            self._remember_events,
            self._remember_measures,
            self._remember_milestones,
            self._remember_credit_notes,
            self._remember_lost_opportunities,
        ]

    def _collect_look_back(self, is_shared):
        """:return: list of texts, the oldest first"""
        end = self.date_to or fields.Date.context_today(self)
        start = end - relativedelta(years=YEARS) + relativedelta(days=1)
        formatter = Formatter(self.env)
        memories = [memory for remember in self._get_look_back_sources() for memory in remember(start, end)]
        memories = sorted((memory for memory in memories if memory.is_shared == is_shared), key=lambda one: one.day)
        return [f"{formatter.date(memory.day, 'medium')}: {memory.text}" for memory in memories]

    def _remember_reviews(self, start, end):
        reviews = self.search(
            self._get_account_domain() & Domain("state", "in", ("held", "closed")) & Domain("id", "!=", self.id)
        )
        memories = []
        for review in reviews:
            day = review.planned_date or review.held_on.date()
            if start <= day <= end:
                goal = _first_line(review.opening_goal)
                text = self.env._("Annual review %(year)s", year=review.year)
                memories.append(Memory(day, f"{text}: {goal}" if goal else text, is_shared=True))
        return memories

    def _remember_events(self, start, end):
        events = self.env["key.account.event"].search(
            self._get_account_domain() & Domain("date", ">=", start) & Domain("date", "<=", end)
        )
        return [
            Memory(event.date, ": ".join(filter(None, (event.name, _first_line(event.description)))), event.is_shared)
            for event in events
        ]

    def _remember_measures(self, start, end):
        """Names of measures are our own: the account manager decides which of them the customer reads."""
        measures = self.env["key.account.care.measure"].search(
            self._get_account_domain() & Domain("date_end", ">=", start) & Domain("date_end", "<=", end)
        )
        states = dict(measures._fields["state"]._description_selection(self.env))
        return [
            Memory(
                measure.date_end,
                self.env._("Measure: %(name)s (%(state)s)", name=measure.name, state=states[measure.state]),
            )
            for measure in measures
        ]

    def _remember_milestones(self, start, end):
        """On the day they were reached, else on that of the deadline."""
        today = fields.Date.context_today(self)
        reached = Domain("date_done", ">=", start) & Domain("date_done", "<=", end)
        missed = (
            Domain("date_done", "=", False)
            & Domain("date_deadline", ">=", start)
            & Domain("date_deadline", "<=", end)
            & Domain("date_deadline", "<", today)
        )
        # Those that went on in the next period's plan are archived, and remembered there
        milestones = self.env["key.account.milestone"].search(self._get_account_domain() & (reached | missed))
        return [
            Memory(
                milestone.date_done or milestone.date_deadline,
                self.env._("Milestone reached: %(name)s", name=milestone.name)
                if milestone.date_done
                else self.env._("Milestone not reached: %(name)s", name=milestone.name),
                # What we did not reach is no line for the customer that comes by itself
                milestone.is_shared and bool(milestone.date_done),
            )
            for milestone in milestones
        ]

    def _remember_credit_notes(self, start, end):
        # Whoever sees the account's returns as a figure may know of the single ones, without a right to all invoices
        credit_notes = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("move_type", "=", "out_refund"),
                    ("state", "=", "posted"),
                    ("commercial_partner_id", "child_of", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("invoice_date", ">=", start),
                    ("invoice_date", "<=", end),
                ],
                order="amount_untaxed_signed, id",
                limit=CREDIT_NOTES,
            )
        )
        formatter = Formatter(self.env)
        return [
            Memory(
                credit_note.invoice_date,
                self.env._(
                    "Credit note %(name)s: %(amount)s",
                    name=credit_note.name,
                    amount=formatter.money(credit_note.amount_untaxed, credit_note.currency_id.name),
                )
                + (f" ({credit_note.ref})" if credit_note.ref else ""),
            )
            for credit_note in credit_notes
        ]

    def _remember_lost_opportunities(self, start, end):
        # The account is the manager's, though the opportunity may have been a colleague's
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("won_status", "=", "lost"),
                    ("partner_id", "child_of", self.partner_id.id),
                    ("company_id", "in", (False, self.company_id.id)),
                    ("date_closed", ">=", start),
                    ("date_closed", "<", end + relativedelta(days=1)),
                ]
            )
        )
        return [
            Memory(
                fields.Datetime.context_timestamp(self, lead.date_closed).date(),
                self.env._("Lost opportunity: %(name)s", name=lead.name)
                + (f" ({lead.lost_reason_id.name})" if lead.lost_reason_id else ""),
            )
            for lead in leads
        ]

    def _get_account_domain(self):
        return Domain("partner_id", "=", self.partner_id.id) & Domain("company_id", "=", self.company_id.id)


def _first_line(text):
    return (text or "").strip().split("\n")[0]
