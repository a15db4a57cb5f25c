import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..documents.formatter import Formatter
from ..figures.period import FIRST_YEAR, LAST_YEAR, Period, is_in_calendar
from ..tools.rights import readable, without_defaults
from ..tools.time_zones import company_timezone


class KeyAccountReviewCarryOver(models.TransientModel):
    """Shows which agreed prices will be written to which price list from when, and writes them."""

    _name = "key.account.review.carry.over"
    _inherit = ["key.account.guard.mixin"]
    _description = "Carry Over Agreed Prices to the Price List"

    review_id = fields.Many2one("key.account.review", required=True)
    company_id = fields.Many2one(related="review_id.company_id")
    condition_ids = fields.Many2many(
        "key.account.review.condition",
        "key_account_carry_over_condition_rel",
        compute="_compute_condition_ids",
        store=True,
        readonly=False,
        string="Agreed Prices",
    )
    pricelist_id = fields.Many2one("product.pricelist", "Current Price List", compute="_compute_pricelist")
    is_general = fields.Boolean(compute="_compute_pricelist")
    target = fields.Selection(
        [("own", "A new price list for this account only"), ("general", "The price list shared with other customers")],
        "Write To",
        required=True,
        default="own",
        help="The new price list takes all other prices from the current one.",
    )
    date_from = fields.Date("Valid From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Valid To", help="If empty, until further notice.")
    preview = fields.Text("Preview of Changes", compute="_compute_preview")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)", "Prices cannot end before they begin."
    )

    # === COMPUTE METHODS ===#

    @api.depends("review_id")
    def _compute_condition_ids(self):
        for wizard in self:
            wizard.condition_ids = readable(wizard.review_id)._get_prices_to_carry_over()

    @api.depends("review_id")
    def _compute_pricelist(self):
        for wizard in self:
            partner = wizard.review_id.partner_id.with_company(wizard.company_id)
            wizard.pricelist_id = partner._get_key_account_price_list()
            own = partner.specific_property_product_pricelist
            # Contacts of the account automatically have its price list; what matters is who else has it
            others = self.env["res.partner"].sudo().with_company(wizard.company_id).with_context(active_test=False)
            wizard.is_general = not own or bool(
                others.search_count(
                    [
                        ("specific_property_product_pricelist", "=", own.id),
                        "!",
                        ("commercial_partner_id", "child_of", partner.id),
                    ],
                    limit=1,
                )
            )

    @api.depends("condition_ids", "pricelist_id", "is_general", "target", "date_from", "date_to")
    def _compute_preview(self):
        formatter = Formatter(self.env)
        for wizard in self:
            lines = [f"{condition.display_name}: {condition.display_agreed}" for condition in wizard.condition_ids]
            name = wizard._get_new_name() if wizard._makes_own() else wizard.pricelist_id.name
            if wizard.date_from:
                validity = self.env._("from %(date)s", date=formatter.date(wizard.date_from))
                if wizard.date_to:
                    validity += " " + self.env._("to %(date)s", date=formatter.date(wizard.date_to))
                lines.insert(0, f"{name}, {validity}:")
            stronger = wizard._get_rules_that_stay()
            if stronger:
                lines.append(
                    self.env._(
                        "These rules for larger quantities are kept and take precedence over the new ones: %(rules)s",
                        rules=", ".join(f"{rule.name} ≥ {rule.min_quantity:g}: {rule.price}" for rule in stronger),
                    )
                )
            wizard.preview = "\n".join(lines)

    # === CONSTRAINT METHODS ===#

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        """Prices are valid from midnight to midnight in the company's time zone."""
        for wizard in self:
            if not all(is_in_calendar(day) for day in (wizard.date_from, wizard.date_to) if day):
                raise ValidationError(
                    self.env._(
                        "Valid From and Valid To: enter days between %(first)s and %(last)s. Leave Valid To empty if "
                        "the prices are valid until further notice.",
                        first=FIRST_YEAR,
                        last=LAST_YEAR,
                    )
                )

    # === ACTION METHODS ===#

    def action_carry_over(self):
        """Writes the prices to the price list.

        :raises UserError: nothing to write, or price lists are disabled
        """
        self.ensure_one()
        conditions = self.condition_ids & self.review_id._get_prices_to_carry_over()
        if not conditions:
            raise UserError(self.env._("There are no agreed prices left to carry over."))
        conditions.check_access("write")
        # If two people confirm at the same time, they must not be written twice
        conditions.lock_for_update()
        conditions.invalidate_recordset(["carried_over_on"])
        if any(conditions.mapped("carried_over_on")):
            raise UserError(self.env._("Someone else has just carried these prices over."))
        if not self.env.user.has_group("product.group_product_pricelist"):
            raise UserError(
                self.env._(
                    "Price lists are disabled in this database, so quotations would not use these prices. Ask an "
                    "administrator to enable them (Settings, Sales, Pricelists)."
                )
            )
        # The account's manager may write what was agreed, without having access to all price lists
        price_list = self._get_target().sudo()
        rules = without_defaults(self.env["product.pricelist.item"].sudo())
        for condition in conditions:
            rule = rules.create(self._prepare_rule_values(condition, price_list))
            condition._store({"pricelist_item_id": rule.id, "carried_over_on": fields.Date.context_today(self)})
        self.review_id.message_post(
            body=self.env._("Agreed prices were carried over into the price list %(name)s.", name=price_list.name)
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS ===#

    def _makes_own(self):
        return not self.pricelist_id or (self.is_general and self.target == "own")

    def _get_new_name(self):
        return self.env._("Prices: %(account)s", account=self.review_id.partner_id.name)

    def _get_target(self):
        """:return: the price list to write to, created and assigned to the account if necessary"""
        self.ensure_one()
        if not self._makes_own():
            return self.pricelist_id
        company = self.review_id.company_id
        values = {
            "name": self._get_new_name(),
            "company_id": company.id,
            "currency_id": (self.pricelist_id.currency_id or company.currency_id).id,
        }
        if self.pricelist_id:
            values["item_ids"] = [
                Command.create(
                    {
                        "applied_on": "3_global",
                        "compute_price": "formula",
                        "base": "pricelist",
                        "base_pricelist_id": self.pricelist_id.id,
                    }
                )
            ]
        # As in `action_carry_over`
        price_list = without_defaults(self.env["product.pricelist"].sudo()).create(values)
        self.review_id.partner_id.with_company(company).property_product_pricelist = price_list
        return price_list

    def _prepare_rule_values(self, condition, price_list):
        # Prices are valid from midnight of our company, whoever carries them over
        timezone = pytz.timezone(company_timezone(condition.company_id))
        begins, _after = Period(self.date_from, self.date_from).moments(timezone)
        values = {"pricelist_id": price_list.id, "date_start": begins, "date_end": False}
        if self.date_to:
            _begins, after = Period(self.date_from, self.date_to).moments(timezone)
            values["date_end"] = fields.Datetime.subtract(after, seconds=1)
        if condition.categ_id:
            return values | {
                "applied_on": "2_product_category",
                "display_applied_on": "2_product_category",
                "categ_id": condition.categ_id.id,
                "compute_price": "percentage",
                "percent_price": condition.value_agreed,
            }
        price = condition.value_agreed
        if condition.currency_id and condition.currency_id != price_list.currency_id:
            price = condition.currency_id._convert(
                price, price_list.currency_id, condition.company_id, self.date_from, round=False
            )
        return values | {
            "applied_on": "0_product_variant",
            "product_tmpl_id": condition.product_id.product_tmpl_id.id,
            "product_id": condition.product_id.id,
            "compute_price": "fixed",
            "fixed_price": price,
        }

    def _get_rules_that_stay(self):
        """Rules of the price list for larger quantities of the same products: the engine prefers them."""
        if self._makes_own():
            return self.env["product.pricelist.item"]
        products = self.condition_ids.product_id
        return self.pricelist_id.item_ids.filtered(
            lambda rule: (
                rule.min_quantity > 0
                and (
                    rule.product_id in products
                    or (not rule.product_id and rule.product_tmpl_id in products.product_tmpl_id)
                )
                and not (rule.date_end and rule.date_end < fields.Datetime.now())
            )
        )
