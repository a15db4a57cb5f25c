from odoo import api, fields, models
from odoo.tools import SQL

from ...roles import MANAGER
from ...tools.optional_fields import OptionalNumber


class KeyAccountAudienceMixin(models.AbstractModel):
    """Rows that keep what the engine computed, in fields that only those see who may see the figures behind them.

    A field of an internal figure has ``groups``; one of a figure that the head has made internal is hidden as well.
    """

    _name = "key.account.audience.mixin"
    _inherit = ["key.account.guard.mixin"]
    _description = "Audience of Kept Figures"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    # In which the row was computed
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)

    @api.model
    def _get_kept_codes(self):
        """:return: ``{name of a field: codes of the figures that it shows something of}``; the first one explains it"""
        return {}

    # === ACCESS ===#

    @api.model
    def _has_field_access(self, field, operation):
        """A figure that the head has made internal is internal here as well, for sentences and totals too."""
        if not super()._has_field_access(field, operation):
            return False
        codes = self._get_kept_codes().get(field.name)
        return self.env.su or not codes or self._may_see_figures(codes)

    @api.model
    def _get_hidden_figures(self):
        """:return: names of the fields that are internal because the head has made them so, and the user may not see"""
        return tuple(
            name
            for name, codes in self._get_kept_codes().items()
            if not self._fields[name].groups and not self.env.su and not self._may_see_figures(codes)
        )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._get_hidden_figures())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Odoo only leaves out fields with groups."""
        arch, view = super()._get_view(view_id, view_type, **options)
        hidden = self._get_hidden_figures()
        for node in arch.xpath("//field | //filter"):
            named = node.get("name") if node.tag == "field" else node.get("domain", "") + node.get("context", "")
            if any(named == name or f"'{name}'" in named for name in hidden):
                node.getparent().remove(node)
        return arch, view

    @api.model
    def _may_see_figures(self, codes):
        """:return: whether the user may see all figures with these codes"""
        return self.env.user.has_group(MANAGER) or self.env["key.account.kpi"]._get_internal_codes().isdisjoint(codes)

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
