from odoo import fields, models


def weight(code, label):
    """The weight of a part of the health, see ``res.company``."""
    name = f"key_account_health_{code}"
    return fields.Integer(label, default=lambda self: self.env.company[name], inverse="_inverse_key_account_health")


class ResConfigSettings(models.TransientModel):
    """The weights of an account's health. They are written together: one by one they would not add up meanwhile."""

    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    key_account_health_revenue = weight("revenue", "Revenue Trend")
    key_account_health_margin = weight("margin", "Margin Trend")
    key_account_health_payment = weight("payment", "Payment")
    key_account_health_returns = weight("returns", "Returns")
    key_account_health_satisfaction = weight("satisfaction", "Satisfaction")
    key_account_health_contact = weight("contact", "Contact")
    key_account_health_measures = weight("measures", "Measures")
    key_account_health_plan = weight("plan", "Plan Progress")

    def _inverse_key_account_health(self):
        names = self.env["res.company"]._get_key_account_health_fields()
        for settings in self:
            weights = {name: settings[name] for name in names}
            if any(settings.company_id[name] != value for name, value in weights.items()):
                settings.company_id.write(weights)
