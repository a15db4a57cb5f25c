from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..roles import HEAD, MANAGER

MARGIN_FIELDS = {"key_account_minimum_margin", "key_account_has_minimum_margin"}


class ProductCategory(models.Model):
    _inherit = "product.category"

    key_account_minimum_margin = fields.Float(
        "Own Minimum Margin",
        tracking=True,
        groups=MANAGER,
        help="Share of the price that must remain after deducting the product's cost, for this category and its "
        "subcategories.",
    )
    # Number fields cannot be empty, and 0 % is a valid minimum margin
    key_account_has_minimum_margin = fields.Boolean(
        "Has Its Own Minimum Margin",
        compute="_compute_key_account_has_minimum_margin",
        store=True,
        readonly=False,
        tracking=True,
        groups=MANAGER,
        help="Otherwise, the minimum margin of the parent category or of the settings applies.",
    )
    key_account_effective_minimum_margin = fields.Float(
        "Minimum Margin",
        compute="_compute_key_account_effective_minimum_margin",
        recursive=True,
        groups=MANAGER,
        help="The category's own minimum margin, otherwise that of the parent category or of the settings.",
    )

    _key_account_minimum_margin_is_share = models.Constraint(
        "CHECK (key_account_minimum_margin >= 0 AND key_account_minimum_margin < 1)",
        "The minimum margin must be at least 0 and less than 100%.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_minimum_margin")
    def _compute_key_account_has_minimum_margin(self):
        for category in self:
            category.key_account_has_minimum_margin = (
                category.key_account_has_minimum_margin or category.key_account_minimum_margin != 0
            )

    @api.depends(
        "key_account_minimum_margin",
        "key_account_has_minimum_margin",
        "parent_id.key_account_effective_minimum_margin",
    )
    @api.depends_context("company")
    def _compute_key_account_effective_minimum_margin(self):
        for category in self:
            if category.key_account_has_minimum_margin:
                margin = category.key_account_minimum_margin
            elif category.parent_id:
                margin = category.parent_id.key_account_effective_minimum_margin
            else:
                margin = self.env.company.key_account_minimum_margin
            category.key_account_effective_minimum_margin = margin

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(name) for vals in vals_list for name in MARGIN_FIELDS):
            self._check_minimum_margin_editor()
        return super().create(vals_list)

    def write(self, vals):
        if MARGIN_FIELDS & vals.keys():
            self._check_minimum_margin_editor()
        return super().write(vals)

    # === BUSINESS METHODS ===#

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Imports of estimates may name a category without its parents, if only one has that name."""
        found = super().name_search(name, domain, operator, limit)
        if not found and operator == "=" and name:
            category = self.search(Domain("name", "=", name) & Domain(domain or Domain.TRUE), limit=2)
            if len(category) == 1:
                found = [(category.id, category.display_name)]
        return found

    def _check_minimum_margin_editor(self):
        if not self.env.su and not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only the head of key accounts can change minimum margins."))
