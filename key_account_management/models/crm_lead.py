from odoo import api, fields, models

from ..roles import USER
from ..tools.counts import count_by
from ..tools.rpc import check_records


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # Read from the customer, who is read anyway: an ordinary customer's opportunity costs no additional query
    key_account_id = fields.Many2one(related="partner_id.key_account_id", string="Key Account", groups=USER)
    key_account_measure_count = fields.Integer(
        "Number of Measures", compute="_compute_key_account_measure_count", groups=USER
    )

    # === COMPUTE METHODS ===#

    def _compute_key_account_measure_count(self):
        # An opportunity of an ordinary customer must not cost a query.
        opportunities = self.filtered("key_account_id")
        measures = self.env["key.account.care.measure"]
        domain = [("opportunity_id", "in", opportunities.ids)]
        counts = count_by(measures, "opportunity_id", domain) if opportunities else {}
        for lead in self:
            lead.key_account_measure_count = counts.get(lead, 0)

    def _traverse_related_sql(self, alias, field, query):
        # A related field is read as superuser
        self._check_field_access(field, "read")
        return super()._traverse_related_sql(alias, field, query)

    # === ACTION METHODS ===#

    @api.readonly
    def action_add_key_account_measure(self):
        check_records(self, single=True)
        return self.env["key.account.care.measure"]._get_add_action(
            self,
            self.partner_id.key_account_id,
            opportunity_id=self.id,
            company_id=(self.company_id or self.env.company).id,
        )

    @api.readonly
    def action_view_key_account_measures(self):
        check_records(self, single=True)
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_care_measure_action")
        action["domain"] = [("opportunity_id", "=", self.id)]
        action["context"] = self.action_add_key_account_measure()["context"]
        return action
