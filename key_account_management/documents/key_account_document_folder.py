from odoo import models
from odoo.fields import Domain

from .appendix import UnusablePdf, read_pdf
from .folder_data import Attachment, Condition, FolderData, Person


class KeyAccountDocument(models.AbstractModel):
    """What the customer folder shows besides the figures. All of it is for the customer's eyes.

    Access to the account was checked before. The folder is the same whoever prints it, so what the customer
    may see is read as superuser, of this account and this company alone.
    """

    _inherit = "key.account.document"  # pylint: disable=consider-merging-classes-inherited

    def _gather(self, partner, review, audience, codes):
        data = super()._gather(partner, review, audience, codes)
        data.folder = self._gather_folder(partner.sudo(), review.sudo(), data.period)
        return data

    def _gather_folder(self, partner, review, period):
        """What is open, or was to be done since the period began. The appendix is added where it is wanted."""
        shared = Domain("is_shared", "=", True)
        measures = Domain("date_end", ">=", period.date_from) | self.env["key.account.care.measure"]._get_live_domain()
        milestones = Domain("date_deadline", ">=", period.date_from) | Domain("date_done", "=", False)
        if review.is_frozen:
            # What was due until the talk and what it led to, not what came later
            day = review.held_on.date()
            measures &= Domain("date_end", "<=", day) | Domain("review_id", "=", review.id)
            led_to = review._get_followups("key.account.milestone")
            milestones &= Domain("date_deadline", "<=", day) | Domain("id", "in", led_to.ids)
        return FolderData(
            contacts=self._gather_contacts(partner),
            situation=self._gather_situation(review),
            goals=review.goals or "",
            measures=self._gather_measures(partner, shared & measures),
            milestones=self._gather_milestones(partner, shared & milestones),
            conditions=self._gather_conditions(review),
        )

    # === PEOPLE AND TEXTS ===#

    def _gather_contacts(self, partner):
        """Nothing of what we think of them: that is in the briefing."""
        return [
            Person(person.name, person.function or "", person.email or "", person.phone or "")
            for person in partner._get_key_account_contacts().sorted(lambda person: (person.name or "").lower())
            if person.name
        ]

    def _gather_situation(self, review):
        """:return: list of (title, text); the customer is spoken to, other than on our own screens"""
        titles = {
            "customer_situation": self.env._("You"),
            "customer_situation_customers": self.env._("Your customers"),
            "customer_situation_market": self.env._("Your market"),
            "customer_situation_competition": self.env._("Your competition"),
            "customer_situation_potential": self.env._("Products and potential"),
        }
        return [(title, review[name]) for name, title in titles.items() if review[name]]

    # === WHAT WAS AGREED ===#

    def _gather_conditions(self, review):
        return [Condition(*self._describe(condition)) for condition in self._shown_conditions(review)]

    def _shown_conditions(self, review):
        """What was refused is no proposal any more."""
        return review.condition_ids.filtered(
            lambda condition: (
                condition.outcome != "refused" and (condition.display_proposed or condition.display_agreed)
            )
        )

    def _describe(self, condition):
        """:return: name, and what holds today, is proposed, was agreed"""
        texts = (condition.display_today, condition.display_proposed, condition.display_agreed)
        return condition.display_name, *(text or "" for text in texts)

    # === APPENDIX ===#

    def _gather_appendix(self, review):
        """:return: (list of `Attachment`, list of (file name, why it can't be used) of the others)"""
        usable, others = [], []
        # Whoever chose a file for the customer had to be able to read it, see the review
        for attachment in review.folder_attachment_ids:
            try:
                content, pages = read_pdf(attachment.raw or b"")
            except UnusablePdf as error:
                others.append((attachment.name, error.reason))
                continue
            name = attachment.name.removesuffix(".pdf").removesuffix(".PDF")
            usable.append(Attachment(name, pages, attachment.checksum, content))
        return usable, others
