from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.optional_fields import OptionalNumber


class KeyAccountKeptMixin(models.AbstractModel):
    """Rows that keep what the engine computed."""

    _name = "key.account.kept.mixin"
    _inherit = ["key.account.audience.mixin", "key.account.guard.mixin"]
    _description = "Kept Figures"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    # In which the row was computed
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """The heads of columns say what the figure means."""
        result = super().fields_get(allfields, attributes)
        if attributes is None or "help" in attributes:
            kpis = self.env["key.account.kpi"]._get_by_code()
            kept = self._get_kept_codes()
            for name in result.keys() & kept.keys():
                if kept[name][0] in kpis and not self._fields[name].help:
                    result[name]["help"] = kpis[kept[name][0]].formula
        return result

    # === NUMBERS THAT CAN BE EMPTY ===#

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if not nulls.code and isinstance(self._fields.get(field_name), OptionalNumber):
            # What is not known comes last, whichever way a list is sorted
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _amount_to_sql(self, name, query, function):
        amount = self._field_to_sql(self._table, name, query)
        if function == "sum_currency":
            rates = query.make_alias(self._table, "currency_id__rates")
            # Odoo leaves amounts in the currency whose rate is 1, and clients show them as the company's
            amount = SQL("%s * %s / COALESCE(%s, 1.0)", amount, self._own_rate_to_sql(), SQL.identifier(rates, "rate"))
        return SQL("(%s)::numeric", amount)

    def _own_rate_to_sql(self):
        """:return: SQL of today's rate of the company's currency, chosen as Odoo chooses those of the amounts"""
        today = fields.Date.context_today(self)
        return SQL(
            """COALESCE((
                SELECT rate
                  FROM res_currency_rate
                 WHERE currency_id = %(currency)s AND (company_id IS NULL OR company_id = %(company)s)
              ORDER BY company_id,
                       CASE WHEN name <= %(today)s THEN name END DESC,
                       CASE WHEN name > %(today)s THEN name END
                 LIMIT 1
            ), 1.0)""",
            currency=self.env.company.currency_id.id,
            company=self.env.company.root_id.id,
            today=today,
        )
