from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...figures.figure import known_sum
from ...figures.period import Period

MONTHS = 12
INTERNAL = "key_account_management.group_key_account_manager"


class KeyAccountReviewCondition(models.Model):
    """Today's prices, what a proposal would have meant in the last twelve months, and the way into the price list."""

    _inherit = "key.account.review.condition"  # pylint: disable=consider-merging-classes-inherited

    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    quantity_year = fields.Float(
        "Quantity in Twelve Months", compute="_compute_today", store=True, digits="Product Unit", aggregator=None
    )
    revenue_effect = fields.Monetary(
        "Effect on Revenue",
        compute="_compute_effect",
        store=True,
        currency_field="company_currency_id",
        help="What the proposal would have changed in the last twelve months: the quantity at the proposed price, "
        "less what was invoiced.",
    )
    margin_rate_today = fields.Float(
        "Margin Today",
        compute="_compute_today",
        store=True,
        groups=INTERNAL,
        aggregator=None,
        help="Contribution margin I of the last twelve months as a share of the revenue.",
    )
    margin_rate_proposed = fields.Float(
        "Margin with the Proposal",
        compute="_compute_effect",
        store=True,
        groups=INTERNAL,
        aggregator=None,
        help="What it would have been at the proposed price.",
    )
    # A margin of 0 is one, unlike one that nobody can know
    has_margin_today = fields.Boolean(compute="_compute_has_margin_today", store=True, groups=INTERNAL)
    has_margin_proposed = fields.Boolean(compute="_compute_effect", store=True, groups=INTERNAL)
    # By product what a twelve months' purchase is made of: only to compute the effect, never shown
    base = fields.Json(compute="_compute_today", store=True, groups="base.group_system")
    carried_over_on = fields.Date(readonly=True, copy=False)
    pricelist_item_id = fields.Many2one(
        "product.pricelist.item",
        "Rule in the Price List",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "product_id", "categ_id", "review_id.partner_id", "review_id.company_id")
    def _compute_today(self):
        """Reads price list, payment terms and the last twelve months as they are when the condition is entered."""
        for review, conditions in self.grouped("review_id").items():
            partner = review.partner_id._origin.with_company(review.company_id)
            conditions.update(
                {
                    "value_today": 0.0,
                    "currency_id": False,
                    "quantity_year": 0.0,
                    "margin_rate_today": 0.0,
                    "base": False,
                    "payment_term_today_id": False,
                }
            )
            for condition in conditions.filtered(lambda condition: condition.kind == "terms"):
                condition.payment_term_today_id = partner.property_payment_term_id
            prices = conditions.filtered(
                lambda condition: condition.kind == "price" and (condition.product_id or condition.categ_id)
            )
            if prices and partner:
                prices._read_prices(review)

    @api.depends("base")
    def _compute_has_margin_today(self):
        for condition in self:
            base = condition.base or {}
            condition.has_margin_today = base.get("margin") is not None and bool(base["revenue"])

    @api.depends("base", "quantity_year", "value_proposed", "has_proposal", "currency_id")
    def _compute_effect(self):
        for condition in self:
            base = condition.base
            condition.has_margin_proposed = False
            if not base or not condition.has_proposal:
                condition.revenue_effect = condition.margin_rate_proposed = 0.0
                continue
            if condition.categ_id:
                proposed = base["listed"] * (1 - condition.value_proposed / 100)
            else:
                proposed = condition.quantity_year * condition.value_proposed
            revenue = proposed * base["rate"]
            # Not against today's price: what was invoiced may have had another one
            condition.revenue_effect = revenue - base["revenue"]
            # What is given away has no margin
            is_sold = condition.value_proposed < 100 if condition.categ_id else condition.value_proposed > 0
            known = base["margin"] is not None and is_sold and revenue > 0
            condition.has_margin_proposed = known
            condition.margin_rate_proposed = (base["margin"] + condition.revenue_effect) / revenue if known else 0.0

    # === ACTION METHODS ===#

    def action_refresh_today(self):
        """Reads today's prices and the last twelve months anew."""
        conditions = self.filtered(lambda condition: not condition.review_id.is_frozen)
        conditions.check_access("write")
        for field in self._fields.values():
            if field.compute == "_compute_today":
                self.env.add_to_compute(field, conditions)

    # === BUSINESS METHODS ===#

    def _read_prices(self, review):
        """Sets today's prices of conditions of one review, all with one look at the figures."""
        sold = self._read_sold(review)
        partner = review.partner_id._origin.with_company(review.company_id)
        price_list = partner.property_product_pricelist
        currency = price_list.currency_id or review.company_id.currency_id
        today = fields.Date.context_today(self)
        rate = currency._convert(1.0, review.company_id.currency_id, review.company_id, today, round=False)
        products = self.env["product.product"].with_company(review.company_id).with_context(active_test=False)
        for condition in self:
            wanted = condition.product_id._origin or products.search(
                [("id", "in", list(sold)), ("categ_id", "child_of", condition.categ_id._origin.id)]
            )
            prices = price_list._get_products_price(wanted, 1.0, currency=currency)
            listed = self.env["product.pricelist"]._get_products_price(wanted, 1.0, currency=currency)
            parts = {product.id: sold.get(product.id, {}) for product in wanted}
            base = {
                "rate": rate,
                "revenue": sum(part.get("revenue") or 0.0 for part in parts.values()),
                "margin": known_sum(*(part.get("contribution_margin") for part in parts.values())),
                "listed": sum((part.get("sales_volume") or 0.0) * listed[key] for key, part in parts.items()),
            }
            condition.currency_id = currency
            condition.base = base
            condition.quantity_year = (parts[wanted.id].get("sales_volume") or 0.0) if condition.product_id else 0.0
            if condition.product_id:
                condition.value_today = prices[wanted.id]
            else:
                priced = sum((part.get("sales_volume") or 0.0) * prices[key] for key, part in parts.items())
                condition.value_today = (1 - priced / base["listed"]) * 100 if base["listed"] else 0.0
            known = base["margin"] is not None and base["revenue"]
            condition.margin_rate_today = base["margin"] / base["revenue"] if known else 0.0

    def _read_sold(self, review):
        """:return: ``{product id: {code: value}}`` of the last twelve months"""
        today = fields.Date.context_today(self)
        engine = (
            self.env["key.account.figures"]
            .with_company(review.company_id)
            .with_context(allowed_company_ids=review.company_id.ids)
        )
        codes = ("sales_volume", "revenue", "contribution_margin")
        period = Period(today - relativedelta(months=MONTHS) + relativedelta(days=1), today)
        partner = review.partner_id._origin
        figures = engine._compute_figures(partner, period, codes, ("product",))[partner.id]
        sold = {}
        for code in codes:
            for row in figures[code].breakdowns["product"]:
                if row.key and row.value is not None:
                    sold.setdefault(row.key, {})[code] = row.value
        return sold
