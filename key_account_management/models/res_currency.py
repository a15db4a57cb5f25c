from odoo import models

from ..figures.rates import RATES, Rates


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _get_simple_currency_table(self, companies):
        """The figures and the sales analysis read the rates once: core's way is a temporary table for each query."""
        rates = self.env.context.get(RATES)
        return rates.table(companies) if isinstance(rates, Rates) else super()._get_simple_currency_table(companies)
