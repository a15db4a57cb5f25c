from odoo import api, models

WITH_FAVOURITES = ("key.account.category.purchase", "key.account.sales.report", "key.account.snapshot")


class IrFilters(models.Model):
    _inherit = "ir.filters"

    @api.model
    def get_filters(self, model, *args, **kwargs):
        """The predefined favourites of our analyses that the user may read, in the user's language.

        Names of favourites have no translations, and one on internal figures would only be an error for sales
        representatives.
        """
        filters = super().get_filters(model, *args, **kwargs)
        if model not in WITH_FAVOURITES:
            return filters
        names = {
            "Revenue by category against last year": self.env._("Revenue by category against last year"),
            "Margin by account": self.env._("Margin by account"),
            "Returns by product": self.env._("Returns by product"),
            "Who loses revenue, and why": self.env._("Who loses revenue, and why"),
            "Who pays late": self.env._("Who pays late"),
            "Visits overdue": self.env._("Visits overdue"),
            "Forecast against target by account manager": self.env._("Forecast against target by account manager"),
            "Results by account manager": self.env._("Results by account manager"),
            "By time since the last visit": self.env._("By time since the last visit"),
            "Who has stopped buying what": self.env._("Who has stopped buying what"),
            "White space by potential": self.env._("White space by potential"),
            "Revenue to date at each month's end": self.env._("Revenue to date at each month's end"),
        }
        records = self.env[model]
        hidden = [name for name, field in records._fields.items() if not records._has_field_access(field, "read")]
        return [
            favourite | {"name": names.get(favourite["name"], favourite["name"])}
            for favourite in filters
            if not any(f'"{name}"' in favourite["domain"] + favourite["context"] for name in hidden)
        ]
