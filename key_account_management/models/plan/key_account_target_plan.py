from odoo import api, models


class KeyAccountTarget(models.Model):
    """The target of a figure and year is that of the action plan for this year, see `_spread_target` of the plan."""

    _inherit = "key.account.target"

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._spread_to_plans()
        return targets

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"value", "year", "kpi_id", "partner_id", "company_id"}:
            self._spread_to_plans()
        return result

    def _spread_to_plans(self):
        plans = self.env["key.account.plan"].search(
            [("partner_id", "in", self.partner_id.ids), ("fiscal_year", "in", self.mapped("year"))]
        )
        if not plans:
            return
        for target in self:
            for plan in plans:
                if (plan.partner_id, plan.company_id, plan.fiscal_year) == (
                    target.partner_id,
                    target.company_id,
                    target.year,
                ):
                    plan._spread_target(target.kpi_id, target.value)
