from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What each part of an account's health weighs, see ``key.account.figures._get_health_parts``.

    A module that adds a part adds its field here, with 0 as default: so the weights still add up to 100.
    """

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    key_account_health_revenue = fields.Integer("Revenue Trend", default=20)
    key_account_health_margin = fields.Integer("Margin Trend", default=15)
    key_account_health_payment = fields.Integer("Payment", default=15)
    key_account_health_returns = fields.Integer("Returns", default=10)
    key_account_health_satisfaction = fields.Integer("Satisfaction", default=15)
    key_account_health_contact = fields.Integer("Contact", default=15)
    key_account_health_measures = fields.Integer("Measures", default=10)
    key_account_health_plan = fields.Integer("Plan Progress", default=0)

    # === CONSTRAINT METHODS ===#

    @api.constrains(lambda self: self._get_key_account_health_fields())
    def _check_key_account_health_weights(self):
        for company in self:
            weights = company._get_key_account_health_weights()
            names = {
                code: company._fields[f"key_account_health_{code}"]._description_string(self.env) for code in weights
            }
            negative = [names[code] for code, weight in weights.items() if weight < 0]
            if negative:
                raise ValidationError(
                    self.env._("A part of the health can't weigh less than 0: %(parts)s.", parts=", ".join(negative))
                )
            if sum(weights.values()) != 100:
                raise ValidationError(
                    self.env._(
                        "The weights of the health must add up to 100, but they add up to %(sum)d: %(weights)s.",
                        sum=sum(weights.values()),
                        weights=", ".join(f"{names[code]} {weight}" for code, weight in weights.items()),
                    )
                )

    # === BUSINESS METHODS ===#

    @api.model
    def _get_key_account_health_fields(self):
        return [f"key_account_health_{part.code}" for part in self.env["key.account.figures"]._get_health_parts()]

    def _get_key_account_health_weights(self):
        """:return: ``{code of the part: weight}``"""
        self.ensure_one()
        prefix = "key_account_health_"
        return {name.removeprefix(prefix): self[name] for name in self._get_key_account_health_fields()}
