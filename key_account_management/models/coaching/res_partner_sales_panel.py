from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

ROLE = "key_account_management.group_key_account_user"
MEASURES = 5


class ResPartner(models.Model):
    """What opportunities and quotations of a key account show beside the form: what is agreed for this customer."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_key_account_sales_panel(self):
        """What to know before selling to this account, as text in the user's language. Nothing internal.

        :return: None for a customer who is none of the user's key accounts, else ``{"account": {"id", "name"},
            "minimum_order": text, "plan": None or {"id", "goal", "period", "briefing", "guidelines": [{"kind",
            "label", "text"}]}, "measures": [{"id", "name", "responsible", "deadline", "overdue"}], "more_measures":
            number, "next_talk": None or {"id", "name", "start", "visit"}}``. ``briefing`` is the state of the user
            as a participant, or False for who is none
        :raises AccessError: no role in Key Accounts
        """
        self.ensure_one()
        self.check_access("read")
        self.env["key.account.coaching.plan"].check_access("read")
        account = self.key_account_id
        if not account or not (account.is_my_key_account or self._sees_all_key_accounts()):
            return None
        measures, more = account._get_panel_measures()
        return {
            "account": {"id": account.id, "name": account.display_name},
            "minimum_order": account._get_panel_minimum_order(),
            "plan": account._get_panel_plan(),
            "measures": measures,
            "more_measures": more,
            "next_talk": account._get_panel_next_talk(),
        }

    def _get_panel_minimum_order(self):
        currency = self.env.company.currency_id
        minimum = self._get_key_account_minimum_order()
        return currency.format(minimum) if minimum else ""

    def _get_panel_plan(self):
        today = fields.Date.context_today(self)
        # One at most: plans of an account do not overlap
        plan = self.env["key.account.coaching.plan"].search(
            [
                ("partner_id", "=", self.id),
                ("company_id", "=", self.env.company.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ],
            limit=1,
        )
        if not plan:
            return None
        kinds = dict(plan.guideline_ids._fields["kind"]._description_selection(self.env))
        return {
            "id": plan.id,
            "goal": plan.goal,
            "period": f"{format_date(self.env, plan.date_from)} – {format_date(self.env, plan.date_to)}",
            "briefing": plan.participant_ids.filtered(lambda each: each.user_id == self.env.user).state or False,
            "guidelines": [
                {"kind": guideline.kind, "label": kinds[guideline.kind], "text": guideline.text}
                for guideline in plan.guideline_ids
            ],
        }

    def _get_panel_measures(self):
        """:return: (the open measures that are due first, how many more there are)"""
        today = fields.Date.context_today(self)
        measures = self.env["key.account.care.measure"]
        domain = (
            Domain("partner_id", "child_of", self.id)
            & Domain("company_id", "=", self.env.company.id)
            & measures._get_live_domain()
        )
        first = measures.search(domain, order="date_end, id", limit=MEASURES)
        more = measures.search_count(domain) - MEASURES if len(first) == MEASURES else 0
        return [
            {
                "id": measure.id,
                "name": measure.name,
                "responsible": measure.user_id.name or "",
                "deadline": format_date(self.env, measure.date_end),
                "overdue": measure.date_end < today,
            }
            for measure in first
        ], more

    def _get_panel_next_talk(self):
        """The next meeting in the calendar with people of the account; of a private one, when it is."""
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        people = Domain("partner_ids", "child_of", self.id)
        ahead = (Domain("allday", "=", False) & Domain("start", ">=", now - timedelta(minutes=15))) | (
            Domain("allday", "=", True) & Domain("start_date", ">=", today)
        )
        event = self.env["calendar.event"].search(people & ahead, order="start, id", limit=1)
        if not event:
            return None
        return {
            "id": event.id,
            "name": event.display_name,
            "start": format_date(self.env, event.start_date)
            if event.allday
            else format_datetime(self.env, event.start, dt_format="short"),
            "visit": event.key_account_visit,
        }
