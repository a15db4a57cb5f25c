from odoo import api, models
from odoo.fields import Domain


class ProductCategory(models.Model):
    _inherit = "product.category"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Who imports estimates may name a category without those above it, if only one has that name."""
        found = super().name_search(name, domain, operator, limit)
        if not found and operator == "=" and name:
            category = self.search(Domain("name", "=", name) & Domain(domain or Domain.TRUE), limit=2)
            if len(category) == 1:
                found = [(category.id, category.display_name)]
        return found
