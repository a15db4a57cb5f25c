from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...documents.formatter import Formatter

# What was carried over into the price list stays as it was
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


class KeyAccountReviewCondition(models.Model):
    """A price, term or service as it is today, as it is proposed and as it was agreed."""

    _name = "key.account.review.condition"
    _inherit = ["key.account.result.mixin"]
    _description = "Condition in an Annual Review"
    _order = "review_id desc, kind, sequence, id"
    _check_company_auto = True
    # Agreed prices are carried over after the talk
    _goes_on_when_closed = {"followup", "carried_over_on", "pricelist_item_id"}

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("price", "Price"), ("terms", "Terms"), ("service", "Service")], required=True, default="price"
    )
    name = fields.Char(
        "Condition", compute="_compute_name", store=True, readonly=False, help="Terms and services: what it is about."
    )
    outcome = fields.Selection(
        [("open", "Open"), ("agreed", "Agreed"), ("refused", "Refused")],
        required=True,
        default="open",
        copy=False,
        help="Only agreed prices can be carried over into the price list.",
    )

    # Prices: of a product in the price list's currency, of a category the discount on list prices
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        domain=[("sale_ok", "=", True)],
        ondelete="restrict",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        ondelete="restrict",
        help="A discount on the list prices of all products of the category and of those below it.",
    )
    value_today = fields.Float(
        "Price or Discount Today",
        digits="Product Price",
        compute="_compute_today",
        store=True,
        aggregator=None,
        help="From the price list of the account, for a single unit. Of a category: the mean discount in percent "
        "on what was bought in the last twelve months.",
    )
    value_proposed = fields.Float("Proposed Price or Discount", digits="Product Price", aggregator=None)
    value_agreed = fields.Float("Agreed Price or Discount", digits="Product Price", aggregator=None, copy=False)
    # 0 is a proposal only if somebody says so: no discount any more, or a product free of charge
    has_proposal = fields.Boolean(
        "0 Is Proposed",
        compute="_compute_has_proposal",
        store=True,
        readonly=False,
        precompute=True,
        help="0 counts as a proposal: no discount, or free of charge. Otherwise 0 means that nothing was entered yet.",
    )
    has_agreement = fields.Boolean(
        "0 Is Agreed",
        compute="_compute_has_agreement",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="0 is what was agreed: no discount, or free of charge. Otherwise 0 means that nothing was entered yet.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_today", store=True)

    # Terms and services: in words, terms of payment also by Odoo's own record
    text_today = fields.Text("Today in Words")
    text_proposed = fields.Text("Proposed in Words")
    text_agreed = fields.Text("Agreed in Words", copy=False)
    payment_term_today_id = fields.Many2one(
        "account.payment.term", "Payment Terms Today", compute="_compute_today", store=True
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
        "CHECK (value_proposed >= 0 AND value_agreed >= 0)", "A price or a discount can't be negative."
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

    @api.depends("name", "kind", "product_id.name", "categ_id.name", "review_id.is_frozen")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Products are named in the reader's language, until what was talked about is kept as it was."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for condition in self:
            is_live = condition.kind == "price" and not condition.review_id.is_frozen
            name = (is_live and condition._get_priced_name()) or condition.name
            condition.display_name = name or kinds.get(condition.kind, "")

    def _get_priced_name(self):
        # Customers read it, and our internal references say nothing to them
        product = self.product_id.with_context(display_default_code=False)
        return product.display_name or self.categ_id.display_name

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
                    raise ValidationError(self.env._("Say which term or service it is about."))
            elif bool(condition.product_id) == bool(condition.categ_id):
                raise ValidationError(
                    self.env._("A price is that of a product, or a discount on a category: choose one of the two.")
                )

    @api.constrains("kind", "categ_id", "value_proposed", "value_agreed")
    def _check_discount(self):
        for condition in self.filtered("categ_id"):
            if max(condition.value_proposed, condition.value_agreed) > 100:
                raise ValidationError(
                    self.env._("%(condition)s: a discount is at most 100%%.", condition=condition.display_name)
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

    # === CRUD METHODS ===#

    def write(self, vals):
        carried = self.filtered("carried_over_on")
        if carried and CARRIED_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "These prices are in the price list already, they stay as they were agreed: %(conditions)s.",
                    conditions=", ".join(carried.mapped("display_name")),
                )
            )
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_agree(self):
        """Agrees on what was proposed, where nothing else was agreed."""
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

    # === BUSINESS METHODS ===#

    def _get_text(self, moment, formatter):
        """:return: what holds at that moment as people read it, empty if nothing was entered"""
        self.ensure_one()
        if self.kind == "price":
            value = self[f"value_{moment}"]
            is_known = {
                # No discount on what was bought is something to say
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
