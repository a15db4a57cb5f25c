"""Floor prices and special prices.

Readings:
- Lines of posted invoices and receipts with a product and a quantity above zero, goods only; credit notes set no price.
- Prices are effective ones: a discount on the whole document lowers them in proportion.
- A line is below the floor if its effective amount, rounded, is below quantity times floor price, rounded.
- The revenue below the floor is what these lines bring at effective prices.
- The account's price list is that of the account itself. Its price today is asked of Odoo's price lists, as the
  definition demands; only the list price comes from the raw row.
"""

from datetime import timedelta

from .days import year_before
from .numbers import ZERO, decimal, divided, median, rounded
from .sales import amount, effective, is_goods, quantity


def priced_lines(look):
    return [
        line
        for line in look.sales
        if line.move.move_type != "out_refund" and line.product_id and line.quantity > 0 and is_goods(look.books, line)
    ]


def two_years(look):
    """The last 24 months up to the end of the period."""
    return look.within(year_before(year_before(look.last)) + timedelta(days=1), look.last)


# === FLOOR ===#


def minimum_margin(books, category):
    for each in books.category_path(category):
        row = books.categories[each]
        if row.key_account_has_minimum_margin:
            return decimal(row.key_account_minimum_margin)
    return decimal(books.company.key_account_minimum_margin)


def floor_price(books, product):
    cost = books.cost(product)
    if cost is None:
        return None
    return cost / (1 - minimum_margin(books, books.products[product].categ_id))


def below_floor(look):
    found = []
    for line in priced_lines(look):
        floor = floor_price(look.books, line.product_id)
        if floor is None:
            continue
        if rounded(effective(look.books, line)) < rounded(floor * quantity(look.books, line)):
            found.append(line)
    return found


def has_floor(look):
    """Whether anything can be compared with a floor."""
    return any(floor_price(look.books, line.product_id) is not None for line in priced_lines(look))


def minimum_price(look):
    return decimal(len(below_floor(look))) if has_floor(look) else None


def revenue_below_floor(look):
    if not has_floor(look):
        return None
    return sum((effective(look.books, line) for line in below_floor(look)), ZERO)


# === SPECIAL PRICES ===#


def price_list(look):
    company = look.books.env["res.company"].browse(look.books.company.id)
    partner = look.books.env["res.partner"].browse(look.account).with_company(company)
    return partner.property_product_pricelist


def listed_products(look):
    """Products that the price list names, now or from a later day."""
    found = set()
    for rule in price_list(look).item_ids:
        if rule.date_end and look.books.day(rule.date_end) < look.today:
            continue
        if rule.applied_on == "0_product_variant":
            found.add(rule.product_id.id)
        elif rule.applied_on == "1_product":
            found.update(rule.product_tmpl_id.product_variant_ids.ids)
    return found


def special_prices(look):
    """:return: ``{product: (list price, price today at the usual quantity, invoiced amount)}``

    Both prices are in the currency of the price list, where whether they differ is decided.
    """
    asked = ("special prices", look.account, look.last)
    if asked not in look.books.found:
        look.books.found[asked] = _special_prices(look)
    return look.books.found[asked]


def _special_prices(look):
    books, prices = look.books, {}
    lines = priced_lines(two_years(look))
    bought = {line.product_id for line in lines}
    prices_of = price_list(look)
    currency = prices_of.currency_id or books.env["res.currency"].browse(books.company.currency_id)
    for product in bought | listed_products(look):
        own = [line for line in lines if line.product_id == product]
        usual = median([quantity(books, line) for line in own]) or decimal(1)
        record = books.env["product.product"].browse(product)
        # Odoo keeps list prices in the currency of the product's company, those of shared ones in the main company's
        listed = decimal(record.lst_price)
        if currency != record.currency_id:
            listed = listed / books.rate(record.currency_id.id, look.today) * books.rate(currency.id, look.today)
        today = decimal(prices_of._get_product_price(record, float(usual), currency=currency)) if prices_of else listed
        prices[product] = (listed, today, sum((amount(line) for line in own), ZERO))
    return prices


def special_price(look):
    """Empty without any product."""
    found = special_prices(look)
    if not found:
        return None
    return decimal(sum(rounded(today) != rounded(listed) for listed, today, _amount in found.values()))


def special_price_difference(look):
    """Weighted by what was invoiced for each product in 24 months."""
    weighted = total = ZERO
    for listed, today, invoiced in special_prices(look).values():
        if listed and invoiced:
            weighted, total = weighted + invoiced * (today / listed - 1), total + invoiced
    return divided(weighted, total)
