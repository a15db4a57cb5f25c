from odoo import models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        """Uses the rules read by `_with_key_account_rules`, if any; the engine decides which of them applies."""
        rules = self.env.context.get("key_account_rules", {}).get(self.id)
        if rules is None:
            return super()._get_applicable_rules(products, date, **kwargs)
        templates = products.product_tmpl_id
        return (
            self.env["product.pricelist.item"]
            .browse(rules)
            .filtered(
                lambda rule: (
                    (not rule.product_tmpl_id or rule.product_tmpl_id in templates)
                    and (not rule.product_id or rule.product_id in products)
                )
            )
        )

    def _with_key_account_rules(self, date):
        """The same price lists, with all their rules at a moment read at once.

        The engine requests the rules again for each price list, quantity and base price list. That is one query per
        offer, but thousands for the prices of all accounts.
        """
        items, rules, unread = self.env["product.pricelist.item"], {}, self
        while unread:
            valid = Domain("date_start", "=", False) | Domain("date_start", "<=", date)
            valid &= Domain("date_end", "=", False) | Domain("date_end", ">=", date)
            read = items.search(valid & Domain("pricelist_id", "in", unread.ids))
            rules |= {price_list.id: [] for price_list in unread}
            for rule in read:
                rules[rule.pricelist_id.id].append(rule.id)
            unread = read.base_pricelist_id - self.browse(rules)
        return self.with_context(key_account_rules=rules)
