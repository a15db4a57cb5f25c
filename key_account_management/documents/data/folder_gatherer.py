from dataclasses import replace

from odoo.fields import Domain
from odoo.models import BaseModel

from ...figures.period import Period
from ...tools.time_zones import company_day
from .folder_data import Condition, FolderData, Person
from .steps import StepGatherer, add_steps


class FolderGatherer:
    """What the customer folder shows besides the figures. All of it is for the customer's eyes.

    Access to the account was checked before. The folder is the same whoever prints it, so what the customer
    may see is read as superuser, of this account and this company alone.
    """

    def __init__(self, partner: BaseModel, review: BaseModel, period: Period) -> None:
        self.env = partner.env
        self.partner = partner.sudo()
        self.review = review.sudo()
        self.period = period

    def gather(self) -> FolderData:
        """What is open, or was due since the period began. The appendix is added if requested.

        :return: `FolderData`
        """
        shared = Domain("is_shared", "=", True)
        since = self.period.date_from
        measures = Domain("date_end", ">=", since) | self.env["key.account.care.measure"]._get_live_domain()
        milestones = Domain("date_deadline", ">=", since) | Domain("date_done", "=", False)
        if self.review.is_frozen:
            # What was due up to the meeting and what it led to, not what came later
            day = company_day(self.review.company_id, self.review.held_on)
            measures &= Domain("date_end", "<=", day) | self._led_to_measures()
            milestones &= Domain("date_deadline", "<=", day) | self._led_to_milestones()
        steps = StepGatherer(self.partner)
        data = FolderData(
            contacts=self._gather_contacts(),
            measures=steps.measures(shared & measures),
            milestones=steps.milestones(shared & milestones),
        )
        return self.write_review(data)

    def write_review(self, data: FolderData) -> FolderData:
        """:return: the data with what the review itself says as it is now"""
        return replace(
            data,
            situation=self._gather_situation(),
            goals=self.review.goals or "",
            conditions=[Condition(*describe_condition(condition)) for condition in shown_conditions(self.review)],
        )

    def add_what_it_led_to(self, data: FolderData) -> FolderData:
        """:return: the data of a review that was held, with what has been agreed since"""
        shared = Domain("is_shared", "=", True)
        steps = StepGatherer(self.partner)
        return replace(
            data,
            measures=add_steps(data.measures, steps.measures(shared & self._led_to_measures())),
            milestones=add_steps(data.milestones, steps.milestones(shared & self._led_to_milestones())),
        )

    def _led_to_measures(self) -> Domain:
        return Domain("review_id", "=", self.review.id)

    def _led_to_milestones(self) -> Domain:
        return Domain("id", "in", self.review._get_followups("key.account.milestone").ids)

    def _gather_contacts(self) -> list[Person]:
        """None of what we think of them: that is in the briefing."""
        return [
            Person(person.name, person.function or "", person.email or "", person.phone or "")
            for person in self.partner._get_key_account_contacts().sorted(lambda person: (person.name or "").lower())
            if person.name
        ]

    def _gather_situation(self) -> list[tuple[str, str]]:
        """:return: list of (title, text); the customer is addressed directly, unlike on our own screens"""
        titles = {
            "customer_situation": self.env._("You"),
            "customer_situation_customers": self.env._("Your customers"),
            "customer_situation_market": self.env._("Your market"),
            "customer_situation_competition": self.env._("Your competition"),
            "customer_situation_potential": self.env._("Products and potential"),
        }
        return [(title, self.review[name]) for name, title in titles.items() if self.review[name]]


def shown_conditions(review: BaseModel) -> BaseModel:
    """What was refused is no longer a proposal."""
    return review.condition_ids.filtered(
        lambda condition: condition.outcome != "refused" and (condition.display_proposed or condition.display_agreed)
    )


def describe_condition(condition: BaseModel) -> tuple[str, str, str, str]:
    """:return: name, and what applies today, is proposed, was agreed"""
    return (
        condition.display_name,
        condition.display_today or "",
        condition.display_proposed or "",
        condition.display_agreed or "",
    )
