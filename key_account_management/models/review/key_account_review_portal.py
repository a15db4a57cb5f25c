from odoo import fields, models
from odoo.tools import format_date

from .key_account_review_invitation import slot_texts


class KeyAccountReview(models.Model):
    """What the customer's people see of a review when they log in: nothing, unless it was switched on."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    portal_enabled = fields.Boolean(
        "Show in Customer Portal",
        copy=False,
        tracking=True,
        help="Contacts of the customer who have a login see date, agenda, shared milestones and the customer folder.",
    )

    # === BUSINESS METHODS ===#

    def _get_portal_domain(self, partner):
        """The reviews that a contact may see: of the accounts that the contact is, or is below."""
        return [
            ("portal_enabled", "=", True),
            ("state", "!=", "cancelled"),
            ("partner_id", "parent_of", partner.ids),
            ("partner_id.key_account_status", "!=", False),
        ]

    def _find_for_portal(self, partner, review_id=None):
        """:return: reviews as superuser, for `_get_portal_data` only: people of customers have no right to the model"""
        domain = self._get_portal_domain(partner)
        if review_id is not None:
            domain = [("id", "=", review_id), *domain]
        return self.sudo().search(domain)

    def _get_portal_data(self):
        """What a customer sees of the review, as plain data: pages show this and nothing else."""
        self.ensure_one()
        return {
            "id": self.id,
            "title": self.env._("Annual Review %(year)s", year=self.year),
            "account": self.partner_id.name,
            "company": self.company_id.name,
            "reviewer": self._get_reviewer().name,
            "reviewer_email": self._get_reviewer().email or "",
            "period": (format_date(self.env, self.date_from), format_date(self.env, self.date_to)),
            "date": self._get_portal_date(),
            "place": self.place or "",
            "videocall_url": self._get_portal_videocall_url(),
            "agenda": self._get_portal_agenda(),
            "milestones": self._get_portal_milestones(),
        }

    def _get_portal_date(self):
        if self.state in ("preparation", "proposed"):
            # What we have in mind is not agreed yet
            return ""
        slot = self.slot_ids.filtered(lambda slot: slot.state == "taken")[:1]
        meeting = self.meeting_id
        if slot and meeting and not meeting.allday:
            # The meeting may have been moved since; it is read for its times only
            timezone = self.env.user.tz or self.partner_id.tz or self._get_reviewer().tz or "UTC"
            texts = slot_texts(meeting, timezone)
            return f"{texts['day']}, {texts['begin']} – {texts['end']} ({timezone.replace('_', ' ')})"
        return format_date(self.env, self.planned_date, date_format="full") if self.planned_date else ""

    def _get_portal_videocall_url(self):
        return self.slot_ids.filtered(lambda slot: slot.state == "taken")[:1].videocall_url or ""

    def _get_portal_agenda(self):
        """:return: list of (section, list of (name, description)), sections with topics only"""
        labels = dict(self.topic_ids._fields["section"]._description_selection(self.env))
        topics = self.topic_ids.filtered(lambda topic: topic.name or topic.description)
        return [
            (labels[section], [(topic.name or "", topic.description or "") for topic in grouped])
            for section, grouped in topics.grouped("section").items()
        ]

    def _get_portal_milestones(self):
        """:return: list of (name, text) of the shared milestones of the review's period and of those still ahead"""
        milestones = self.env["key.account.milestone"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_shared", "=", True),
                "|",
                ("date_done", "=", False),
                ("date_done", ">=", self.date_from),
            ]
        )
        return [
            (
                milestone.name,
                self.env._("reached on %(date)s", date=format_date(self.env, milestone.date_done))
                if milestone.date_done
                else format_date(self.env, milestone.date_deadline),
            )
            for milestone in milestones
        ]
