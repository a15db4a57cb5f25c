"""What happened with an account in the last two years, collected for editing by hand."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain

from ...documents.formatter import Formatter
from ...figures.period import Period

YEARS = 2
# A large account has many credit notes: the largest ones are remembered
CREDIT_NOTES = 5


@dataclass
class Memory:
    """Something that happened with the account. ``is_shared``: whether the customer may read it."""

    day: date
    text: str
    is_shared: bool = False


class LookBack:
    """The memories of the account of one review."""

    def __init__(self, review):
        self.review = review
        self.env = review.env

    @property
    def sources(self):
        """The methods that collect something to remember, see ``_get_look_back_sources`` of the review."""
        return [
            self._reviews,
            self._events,
            self._measures,
            self._milestones,
            self._credit_notes,
            self._lost_opportunities,
        ]

    def fill(self):
        """Adds what is missing to the retrospective of the review and to its sensitive topics.

        :return: number of lines added
        """
        review = self.review
        added = 0
        for field, is_shared in (("retrospective", True), ("sensitive_topics", False)):
            lang = review.partner_id.lang if is_shared else self.env.user.lang
            written = (review[field] or "").splitlines()
            remembered = self._get_lines(review.with_context(lang=lang or self.env.lang), is_shared)
            lines = [line for line in remembered if line not in written]
            if lines:
                review[field] = "\n".join([*written, *([""] if written else []), *lines])
            added += len(lines)
        return added

    def _get_lines(self, review, is_shared):
        """:return: list of texts in the language of the review's environment, the oldest first"""
        end = review.date_to or fields.Date.context_today(review)
        start = Period.years_up_to(end, YEARS).date_from
        formatter = Formatter(review.env)
        memories = [memory for remember in review._get_look_back_sources() for memory in remember(start, end)]
        memories = sorted((memory for memory in memories if memory.is_shared == is_shared), key=lambda one: one.day)
        return [f"{formatter.date(memory.day, 'medium')}: {memory.text}" for memory in memories]

    # === SOURCES ===#

    def _reviews(self, start, end):
        reviews = self.review.search(
            self._account_domain & Domain("state", "in", ("held", "closed")) & Domain("id", "!=", self.review.id)
        )
        memories = []
        for review in reviews:
            day = review.planned_date or review.held_on.date()
            if start <= day <= end:
                goal = _first_line(review.opening_goal)
                text = self.env._("Annual review %(year)s", year=review.year)
                memories.append(Memory(day, f"{text}: {goal}" if goal else text, is_shared=True))
        return memories

    def _events(self, start, end):
        events = self.env["key.account.event"].search(
            self._account_domain & Domain("date", ">=", start) & Domain("date", "<=", end)
        )
        return [
            Memory(event.date, ": ".join(filter(None, (event.name, _first_line(event.description)))), event.is_shared)
            for event in events
        ]

    def _measures(self, start, end):
        """Names of measures are internal: the account manager decides which of them the customer reads."""
        measures = self.env["key.account.care.measure"].search(
            self._account_domain & Domain("date_end", ">=", start) & Domain("date_end", "<=", end)
        )
        states = dict(measures._fields["state"]._description_selection(self.env))
        return [
            Memory(
                measure.date_end,
                self.env._("Measure: %(name)s (%(state)s)", name=measure.name, state=states[measure.state]),
            )
            for measure in measures
        ]

    def _milestones(self, start, end):
        """On the day they were reached, otherwise on the deadline."""
        today = fields.Date.context_today(self.review)
        reached = Domain("date_done", ">=", start) & Domain("date_done", "<=", end)
        missed = (
            Domain("date_done", "=", False)
            & Domain("date_deadline", ">=", start)
            & Domain("date_deadline", "<=", end)
            & Domain("date_deadline", "<", today)
        )
        # Those continued in the next period's plan are archived, and remembered there
        milestones = self.env["key.account.milestone"].search(self._account_domain & (reached | missed))
        return [
            Memory(
                milestone.date_done or milestone.date_deadline,
                self.env._("Milestone reached: %(name)s", name=milestone.name)
                if milestone.date_done
                else self.env._("Milestone not reached: %(name)s", name=milestone.name),
                # What we did not reach is not added for the customer automatically
                milestone.is_shared and bool(milestone.date_done),
            )
            for milestone in milestones
        ]

    def _credit_notes(self, start, end):
        # Users who see the account's returns as a figure may see individual ones, without access to all invoices
        credit_notes = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("move_type", "=", "out_refund"),
                    ("state", "=", "posted"),
                    ("commercial_partner_id", "child_of", self.review.partner_id.id),
                    ("company_id", "=", self.review.company_id.id),
                    ("invoice_date", ">=", start),
                    ("invoice_date", "<=", end),
                    ("id", "not in", self._corrections(start, end)),
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

    def _corrections(self, start, end):
        """:return: ids of the credit notes for what was only booked wrongly: nobody remembers it"""
        # As the credit notes
        lines = self.env["key.account.sales.report"].sudo().with_context(allowed_company_ids=self.review.company_id.ids)
        domain = [
            ("customer_id", "child_of", self.review.partner_id.id),
            ("invoice_date", ">=", start),
            ("invoice_date", "<=", end),
            ("move_type", "=", "out_refund"),
            ("credit_kind", "=", "correction"),
        ]
        return [move.id for (move,) in lines._read_group(domain, ["move_id"])]

    def _lost_opportunities(self, start, end):
        # The account belongs to the manager, though the opportunity may have been a colleague's
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("won_status", "=", "lost"),
                    ("partner_id", "child_of", self.review.partner_id.id),
                    ("company_id", "in", (False, self.review.company_id.id)),
                    ("date_closed", ">=", start),
                    ("date_closed", "<", end + relativedelta(days=1)),
                ]
            )
        )
        return [
            Memory(
                fields.Datetime.context_timestamp(self.review, lead.date_closed).date(),
                self.env._("Lost opportunity: %(name)s", name=lead.name)
                + (f" ({lead.lost_reason_id.name})" if lead.lost_reason_id else ""),
            )
            for lead in leads
        ]

    @property
    def _account_domain(self):
        return Domain("partner_id", "=", self.review.partner_id.id) & Domain(
            "company_id", "=", self.review.company_id.id
        )


def _first_line(text):
    return (text or "").strip().split("\n")[0]
