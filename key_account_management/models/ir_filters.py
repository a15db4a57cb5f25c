from odoo import api, models

REPORT = "key.account.sales.report"


class IrFilters(models.Model):
    _inherit = "ir.filters"

    @api.model
    def get_filters(self, model, *args, **kwargs):
        """The predefined favourites of the sales analysis that the user may read, in the user's language.

        Names of favourites have no translations, and one on margins would only be an error for sales representatives.
        """
        filters = super().get_filters(model, *args, **kwargs)
        if model != REPORT:
            return filters
        names = {
            "Revenue by category against last year": self.env._("Revenue by category against last year"),
            "Margin by account": self.env._("Margin by account"),
            "Returns by product": self.env._("Returns by product"),
        }
        report = self.env[REPORT]
        sees_margins = report._has_field_access(report._fields["margin"], "read")
        return [
            favourite | {"name": names.get(favourite["name"], favourite["name"])}
            for favourite in filters
            if sees_margins or "margin" not in favourite["context"]
        ]
