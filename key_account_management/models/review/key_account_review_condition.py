from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...documents.formatter import Formatter
from ...figures.figure import known_sum
from ...figures.period import Period
from ...figures.reader import SYSTEM
from ...roles import MANAGER

SOLD = ("sales_volume", "revenue", "contribution_margin")
# What was carried over to the price list stays as it was
CARRIED_FIELDS = {
    "kind",
    "product_id",
    "categ_id",
    "value_agreed",
    "has_agreement",
    "outcome",
    "review_id",
    "currency_id",
}
# What is made of what was bought
KEPT_CODES = {"quantity_year": ("sales_volume",), "revenue_effect": ("revenue", "sales_volume")}


class KeyAccountReviewCondition(models.Model):
    """A price, term or service as it is today, as it is proposed and as it was agreed."""

    _name = "key.account.review.condition"
    _inherit = ["key.account.result.mixin", "key.account.audience.mixin"]
    _description = "Condition in an Annual Review"
    _order = "review_id desc, kind, sequence, id"
    _check_company_auto = True
    # Agreed prices are carried over after the meeting
    _goes_on_when_closed = {"followup", "carried_over_on", "pricelist_item_id"}

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("price", "Price"), ("terms", "Terms"), ("service", "Service")], "Type", required=True, default="price"
    )
    name = fields.Char(
        "Condition",
        compute="_compute_name",
        store=True,
        readonly=False,
        help="For terms and services: what they are about.",
    )
    outcome = fields.Selection(
        [("open", "Open"), ("agreed", "Agreed"), ("refused", "Refused")],
        required=True,
        default="open",
        copy=False,
        help="Only agreed prices can be carried over into the price list.",
    )

    # Prices: for a product in the price list's currency, for a category the discount on list prices
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        ondelete="restrict",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        ondelete="restrict",
        help="A discount on the list prices of all products in the category and its subcategories.",
    )
    value_today = fields.Float(
        "Current Price or Discount",
        digits="Product Price",
        compute="_compute_today",
        store=True,
        aggregator=None,
        help="From the account's price list, for a single unit. For a category: the average discount in percent on "
        "what was bought in the last twelve months.",
    )
    value_proposed = fields.Float("Proposed Price or Discount", digits="Product Price", aggregator=None)
    value_agreed = fields.Float("Agreed Price or Discount", digits="Product Price", aggregator=None, copy=False)
    # 0 only counts as a proposal if it is ticked: the discount is dropped, or the product is free of charge
    has_proposal = fields.Boolean(
        "Proposed Value Is 0",
        compute="_compute_has_proposal",
        store=True,
        readonly=False,
        precompute=True,
        help="Tick this to propose 0: no discount, or free of charge. Otherwise, 0 means that nothing has been "
        "entered yet.",
    )
    has_agreement = fields.Boolean(
        "Agreed Value Is 0",
        compute="_compute_has_agreement",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Tick this if 0 was agreed: no discount, or free of charge. Otherwise, 0 means that nothing has been "
        "entered yet.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_today", store=True)

    # What a proposal would have meant in the last twelve months, and its way into the price list
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    quantity_year = fields.Float(
        "Quantity in Twelve Months", compute="_compute_today", store=True, digits="Product Unit", aggregator=None
    )
    revenue_effect = fields.Monetary(
        "Effect on Revenue",
        compute="_compute_effect",
        store=True,
        currency_field="company_currency_id",
        help="What the proposal would have changed over the last twelve months: the quantity at the proposed price, "
        "less the amount invoiced.",
    )
    margin_rate_today = fields.Float(
        "Current Margin",
        compute="_compute_today",
        store=True,
        groups=MANAGER,
        aggregator=None,
        help="Contribution margin I of the last twelve months as a share of revenue.",
    )
    margin_rate_proposed = fields.Float(
        "Margin with the Proposal",
        compute="_compute_effect",
        store=True,
        groups=MANAGER,
        aggregator=None,
        help="What the margin would have been at the proposed price.",
    )
    # A margin of 0 is valid, unlike an unknown one
    has_margin_today = fields.Boolean(compute="_compute_has_margin_today", store=True, groups=MANAGER)
    has_margin_proposed = fields.Boolean(compute="_compute_effect", store=True, groups=MANAGER)
    # The purchases of twelve months by product: only to compute the effect, never shown
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

    # Terms and services: in words, payment terms also as Odoo's own record
    text_today = fields.Text("Current Wording")
    text_proposed = fields.Text("Proposed Wording")
    text_agreed = fields.Text("Agreed Wording", copy=False)
    payment_term_today_id = fields.Many2one(
        "account.payment.term", "Current Payment Terms", compute="_compute_today", store=True
    )
    payment_term_proposed_id = fields.Many2one(
        "account.payment.term", "Proposed Payment Terms", check_company=True, ondelete="restrict"
    )
    payment_term_agreed_id = fields.Many2one(
        "account.payment.term", "Agreed Payment Terms", check_company=True, copy=False, ondelete="restrict"
    )

    display_today = fields.Char("Today", compute="_compute_display")
    display_proposed = fields.Char("Proposed", compute="_compute_display")
    display_agreed = fields.Char("Agreed", compute="_compute_display")

    _values_not_negative = models.Constraint(
        "CHECK (value_proposed >= 0 AND value_agreed >= 0)", "A price or a discount cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "product_id", "categ_id")
    def _compute_name(self):
        for condition in self:
            if condition.kind == "price":
                condition.name = condition._get_priced_name()
            else:
                condition.name = condition.name

    @api.depends("value_proposed")
    def _compute_has_proposal(self):
        for condition in self:
            condition.has_proposal = bool(condition.value_proposed)

    @api.depends("value_agreed")
    def _compute_has_agreement(self):
        for condition in self:
            condition.has_agreement = bool(condition.value_agreed)

    @api.depends("kind", "product_id", "categ_id", "review_id.partner_id", "review_id.company_id")
    def _compute_today(self):
        """Reads price list, payment terms and the last twelve months at the time when the condition is entered."""
        for (review, is_saved), conditions in self.grouped(lambda each: (each.review_id, bool(each.id))).items():
            partner = review.partner_id._origin.with_company(review.company_id)
            # What is stored is the same whoever triggers it; before that, users see what they may see anyway
            codes = SOLD if is_saved else self._get_visible_codes(review)
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
            if "revenue" not in codes:
                continue
            for condition in conditions.filtered(lambda condition: condition.kind == "terms"):
                condition.payment_term_today_id = partner.property_payment_term_id
            prices = conditions.filtered(
                lambda condition: condition.kind == "price" and (condition.product_id or condition.categ_id)
            )
            if prices and partner:
                prices._read_prices(review, codes, SYSTEM if is_saved else self.env.user)

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
            # Not compared with today's price: a different one may have been invoiced
            condition.revenue_effect = revenue - base["revenue"]
            # What is free of charge has no margin
            is_sold = condition.value_proposed < 100 if condition.categ_id else condition.value_proposed > 0
            known = (
                base["margin"] is not None
                and is_sold
                and condition.company_currency_id.compare_amounts(revenue, 0.0) > 0
            )
            condition.has_margin_proposed = known
            condition.margin_rate_proposed = (base["margin"] + condition.revenue_effect) / revenue if known else 0.0

    @api.depends("name", "kind", "product_id.name", "categ_id.name", "review_id.is_frozen")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Products are named in the reader's language, until the condition is frozen."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for condition in self:
            is_live = condition.kind == "price" and not condition.review_id.is_frozen
            name = (is_live and condition._get_priced_name()) or condition.name
            condition.display_name = name or kinds.get(condition.kind, "")

    @api.depends(
        "kind",
        "categ_id",
        "currency_id",
        "base",
        "has_proposal",
        "has_agreement",
        *(
            f"{field}_{moment}{suffix}"
            for moment in ("today", "proposed", "agreed")
            for field, suffix in (("value", ""), ("text", ""), ("payment_term", "_id"))
        ),
    )
    @api.depends_context("lang")
    def _compute_display(self):
        formatter = Formatter(self.env)
        for condition in self:
            for moment in ("today", "proposed", "agreed"):
                condition[f"display_{moment}"] = condition._get_text(moment, formatter)

    # === CONSTRAINT METHODS ===#

    @api.constrains("kind", "product_id", "categ_id", "name")
    def _check_what(self):
        for condition in self:
            if condition.kind != "price":
                if not condition.name:
                    raise ValidationError(self.env._("Enter the term or service in question."))
            elif bool(condition.product_id) == bool(condition.categ_id):
                raise ValidationError(
                    self.env._("A price applies to a product, a discount to a category: choose one of the two.")
                )

    @api.constrains("kind", "categ_id", "value_proposed", "value_agreed")
    def _check_discount(self):
        for condition in self.filtered("categ_id"):
            if max(condition.value_proposed, condition.value_agreed) > 100:
                raise ValidationError(
                    self.env._("%(condition)s: a discount cannot exceed 100%%.", condition=condition.display_name)
                )

    @api.constrains("outcome", "kind", "has_agreement", "text_agreed", "payment_term_agreed_id")
    def _check_agreed(self):
        for condition in self.filtered(lambda condition: condition.outcome == "agreed"):
            agreed = (
                condition.has_agreement
                if condition.kind == "price"
                else condition.text_agreed or condition.payment_term_agreed_id
            )
            if not agreed:
                raise ValidationError(
                    self.env._("%(condition)s: enter what was agreed.", condition=condition.display_name)
                )

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    # === CRUD METHODS ===#

    def write(self, vals):
        carried = self.filtered("carried_over_on")
        if carried and CARRIED_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "These prices are already in the price list and stay as agreed: %(conditions)s.",
                    conditions=", ".join(carried.mapped("display_name")),
                )
            )
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_agree(self):
        """Agrees on what was proposed, unless something else was agreed."""
        for condition in self:
            values = {"outcome": "agreed"}
            if not condition.has_agreement:
                values |= {"value_agreed": condition.value_proposed, "has_agreement": condition.has_proposal}
            for field, suffix in (("text", ""), ("payment_term", "_id")):
                agreed, proposed = f"{field}_agreed{suffix}", f"{field}_proposed{suffix}"
                if not condition[agreed]:
                    values[agreed] = self._fields[proposed].convert_to_write(condition[proposed], condition)
            condition.write(values)

    def action_refuse(self):
        self.write({"outcome": "refused"})

    def action_refresh_today(self):
        """Updates today's prices and the last twelve months."""
        conditions = self.filtered(lambda condition: not condition.review_id.is_frozen)
        conditions.check_access("write")
        for field in self._fields.values():
            if field.compute == "_compute_today":
                self.env.add_to_compute(field, conditions)

    # === BUSINESS METHODS ===#

    def _get_priced_name(self):
        # Customers read it, and our internal references mean nothing to them
        product = self.product_id.with_context(display_default_code=False)
        return product.display_name or self.categ_id.display_name

    def _get_text(self, moment, formatter):
        """:return: what applies at that moment, as text, empty if nothing was entered"""
        self.ensure_one()
        if self.kind == "price":
            value = self[f"value_{moment}"]
            is_known = {
                # No discount on what was bought is worth saying
                "today": bool(value or (self.categ_id and (self.sudo().base or {}).get("listed"))),
                "proposed": self.has_proposal,
                "agreed": self.has_agreement,
            }
            if not is_known[moment]:
                return ""
            if self.categ_id and not value:
                return self.env._("No discount")
            if self.categ_id:
                digits = 0 if value.is_integer() else 1
                return self.env._("%(percent)s discount", percent=formatter.percent(value / 100, digits))
            return self.currency_id.format(value) if self.currency_id else formatter.number(value, 2)
        texts = (self[f"payment_term_{moment}_id"].display_name, self[f"text_{moment}"])
        return ": ".join(text for text in texts if text)

    def _get_visible_codes(self, review):
        """:return: codes of the figures in `SOLD` that the user may see of the account of a review in its company"""
        engine, period = self.env["key.account.figures"], self._get_sold_period()
        wanted = [(review.partner_id._origin, review.company_id, period, code) for code in SOLD]
        return [code for *_rest, code in engine._filter_visible(wanted, self.env.user)]

    def _read_prices(self, review, codes, reader):
        """Sets today's prices of conditions of one review, reading the figures once for all.

        :param codes: which of the figures in `SOLD`
        :param reader: for whom, see the engine
        """
        sold = self._read_sold(review, codes, reader)
        partner = review.partner_id._origin.with_company(review.company_id)
        price_list = partner._get_key_account_price_list()
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
            known = base["margin"] is not None and not review.company_id.currency_id.is_zero(base["revenue"])
            condition.margin_rate_today = base["margin"] / base["revenue"] if known else 0.0

    def _get_sold_period(self):
        """The period of past purchases from which a proposal's effect is computed: twelve months."""
        return Period.years_up_to(fields.Date.context_today(self))

    def _read_sold(self, review, codes, reader):
        """:return: ``{product id: {code: value}}`` of the last twelve months; parameters as for `_read_prices`"""
        engine = (
            self.env["key.account.figures"]
            .with_company(review.company_id)
            .with_context(allowed_company_ids=review.company_id.ids)
        )
        partner, period = review.partner_id._origin, self._get_sold_period()
        figures = engine._compute_figures(partner, period, codes, ("product",), reader)[partner.id]
        sold = {}
        for code in codes:
            for row in figures[code].breakdowns["product"]:
                if row.key and row.is_of_goods and row.value is not None:
                    sold.setdefault(row.key, {})[code] = row.value
        return sold
