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
            amount = SQL("%s / COALESCE(%s, 1.0)", amount, SQL.identifier(rates, "rate"))
        return SQL("(%s)::numeric", amount)
