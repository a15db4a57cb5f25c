"""All other figures once more, calculated one record after the other: see `independent_sales`."""

from datetime import date, timedelta
from statistics import mean, median

from dateutil.relativedelta import relativedelta

from odoo import fields

from .independent_records import IndependentRecords


class IndependentFigures(IndependentRecords):
    """Every figure of one account in a period that is over: estimates don't overlap, and nothing is running."""

    @classmethod
    def both(cls, account, period, companies):
        """:return: ``{code: value}`` of all figures of a period, and those of the same days one year earlier"""
        years = [[day - relativedelta(years=ago) for day in period] for ago in range(3)]
        three = [cls(account, *days, companies) for days in years]
        values = [each.values() for each in three]
        for each, now, before in zip(three, values, values[1:], strict=False):
            now["health"] = each.health(now, before)
            now["revenue_change"] = None
        # Only the period's own change is split
        revenues = [each["revenue"] for each in values[:2]]
        values[0]["revenue_change"] = None if revenues == [None, None] else (revenues[0] or 0.0) - (revenues[1] or 0.0)
        # The third one was needed for the trends of the second
        two, values = three[:2], values[:2]
        if not two[0].has_ordered():
            # Customers who never ordered have no number of orders, those who ordered at some time a zero at others
            for each in values:
                each.update(order_count=None, orders_below_minimum=None)
        if any(each.has_other_units for each in two):
            for each in values:
                each["sales_volume"] = None
        return values

    def values(self):
        """:return: ``{code: value}`` of all figures but the health, None where there is none"""
        return {
            **self._sales(),
            **self._costs(),
            **self._net(),
            **self._market(),
            **self._prices(),
            **self._special_prices(),
            **self._orders(),
            **self._returns(),
            **self._promotions(),
            **self._visits(),
            **self._satisfaction(),
            **self._receivables(),
            **self._credit(),
            **self._forecast(),
        }

    def health(self, now, before):
        """From the values of the period and of the one before, with the weights that a company starts with."""

        def points(score):
            return None if score is None else max(0.0, min(100.0, score))

        def less(limit, value):
            return None if value is None else points(100 - 100 * value / limit)

        revenue, margin = (
            None if None in (now[code], before[code]) else now[code] - before[code]
            for code in ("revenue", "contribution_margin_rate")
        )
        payment = [s for s in (less(30, now["days_late"]), less(0.5, now["overdue_share"])) if s is not None]
        due = [
            measure.state == "done"
            for measure in self._mine(self._all("key.account.care.measure"))
            if measure.active
            and measure.state != "cancelled"
            and measure.date_end <= self.date_to
            and (measure.state != "done" or measure.date_end >= self.date_from)
        ]
        scores = {
            (20, "revenue"): points(50 + 250 * revenue / abs(before["revenue"]))
            if revenue is not None and before["revenue"]
            else None,
            (15, "margin"): None if margin is None else points(50 + 1000 * margin),
            (15, "payment"): mean(payment) if payment else None,
            (10, "returns"): less(0.1, now["returns"]),
            (15, "satisfaction"): now["satisfaction"] and 10 * now["satisfaction"],
            (15, "contact"): points(100 * now["visits"] / now["visit_target"]) if now["visit_target"] else None,
            (10, "measures"): 100 * mean(due) if due else None,
        }
        known = [(weight, score) for (weight, _part), score in scores.items() if score is not None]
        if len(known) < 3:
            return None
        return round(sum(weight * score for weight, score in known) / sum(weight for weight, _score in known), 1)

    # === SALES AND COSTS ===#

    def was_invoiced_before(self):
        """Whether an invoice lies before the period: then no revenue is 0."""
        return any(
            line["commercial_partner_id"] in self.customers
            and line["invoice_date"] < self.date_from
            and line["move_type"] != "out_refund"
            for line in self.lines_of_all(date.min)
        )

    def _net(self):
        """Without cash discounts and bonuses, which have their own tests."""
        sales = self._sales()
        nothing = None if sales["revenue"] is None else 0.0
        return {
            "cash_discounts": nothing,
            "bonus_credits": nothing,
            "net_revenue": sales["revenue"],
            "net_margin": sales["contribution_margin"],
        }

    def _sales(self):
        revenue, costs = self.total(), self.known_costs()
        cost = self.cost() if costs else None
        margin = self._round(revenue - cost) if costs else None
        goods = [line for line in self.lines if not line["is_downpayment"]]
        coverage = self._ratio(
            sum(abs(self._amount(line)) for line, _cost in costs), sum(abs(self._amount(line)) for line in goods)
        )
        return {
            "revenue": 0.0 if revenue is None and self.was_invoiced_before() else revenue,
            "sales_volume": self._total_volume(),
            "cost_of_goods_sold": cost,
            "contribution_margin": margin,
            "contribution_margin_rate": self._ratio(margin, revenue),
            "cost_coverage": coverage,
        }

    def _uoms(self):
        """:return: ``{product id: its unit}`` of what was sold"""
        return {product: self.env["product.product"].browse(product).uom_id for product in self.volume()}

    @property
    def has_other_units(self):
        units = self.env.ref("uom.product_uom_unit") | self.env.ref("uom.product_uom_dozen")
        return any(uom not in units for uom in self._uoms().values())

    def _total_volume(self):
        """Of products in units and dozens, in units."""
        uoms, dozen = self._uoms(), self.env.ref("uom.product_uom_dozen")
        pieces = [quantity * (12 if uoms[product] == dozen else 1) for product, quantity in self.volume().items()]
        return sum(pieces) if pieces else None

    def _costs(self):
        sales = self._sales()
        direct, indirect = self._direct(), self._indirect()
        margins = [sales["contribution_margin"]]
        for cost in (direct, indirect):
            margins.append(None if margins[-1] is None else self._round(margins[-1] - (cost or 0.0)))
        known = [cost for cost in (sales["cost_of_goods_sold"], direct, indirect) if cost is not None]
        return {
            "direct_costs": self._round(direct),
            "indirect_costs": self._round(indirect),
            "customer_costs": self._round(sum(known)) if known else None,
            "contribution_margin_2": margins[1],
            "contribution_margin_2_rate": self._ratio(margins[1], sales["revenue"]),
            "contribution_margin_3": margins[2],
            "contribution_margin_3_rate": self._ratio(margins[2], sales["revenue"]),
        }

    def _measures(self):
        measures = self._mine(self._all("key.account.care.measure")).filtered(lambda each: each.state != "cancelled")
        return measures.filtered(lambda measure: self._in_period(measure.date_end))

    def _direct(self):
        costs = [
            self._convert(measure.cost_actual, measure.company_id.id)
            for measure in self._measures()
            if measure.state == "done" or measure.cost_actual
        ] + [
            self._convert(milestone.cost_actual, milestone.company_id.id)
            for milestone in self._mine(self._all("key.account.milestone"))
            if self._in_period(milestone.date_deadline) and (milestone.date_done or milestone.cost_actual)
        ]
        for company in self.env["res.company"].browse(self.companies):
            partners = self.env["res.partner"].with_company(company).browse(self.customers)
            analytic = partners.key_account_analytic_id
            if analytic:
                costs += [0.0] + [
                    -self._convert(item.amount, company.id)
                    for item in self._all("account.analytic.line")
                    if item.account_id in analytic and item.company_id == company and self._in_period(item.date)
                ]
        return sum(costs) if costs else None

    def _indirect(self):
        costs = []
        for company in self.env["res.company"].browse(self.companies):
            if company.key_account_hourly_cost:
                hours = sum(
                    measure.hours_actual
                    for measure in self._measures()
                    if measure.state == "done" and measure.company_id == company
                )
                hours += sum(
                    session.hours
                    for session in self._mine(self._all("key.account.coaching.session"))
                    if session.state == "held"
                    and session.company_id == company
                    and self._in_period(session.start.date())
                )
                if company == self.env.company:
                    hours += sum(meeting.duration for meeting in self._meetings_over())
                costs.append(self._convert(hours * company.key_account_hourly_cost, company.id))
            if company.key_account_overhead_key == "revenue":
                sold = [line for line in self.lines_of_all(self.date_from) if line["company_id"] == company.id]
                own = sum(self._amount(line) for line in sold if line["commercial_partner_id"] in self.customers)
                total = sum(map(self._amount, sold))
                if total > 0:
                    overhead = company.key_account_overhead_pool * self._share_of_year(company)
                    costs.append(self._convert(overhead, company.id) * max(own, 0.0) / total)
        return sum(costs) if costs else None

    # === MARKET ===#

    def _market(self):
        return {**self._estimated(), "abc_class": self._abc(), **self._peers()}

    def _estimates(self):
        """:return: [(revenue, purchases)] of each estimate"""
        estimates = []
        for demand in self._mine(self._all("key.account.demand")):
            share = self._share_of_year(demand.company_id, demand.year)
            if not share:
                continue
            amount = demand.currency_id._convert(
                demand.amount, demand.company_id.currency_id, demand.company_id, demand.date
            )
            below = self._family(demand.partner_id.id)
            revenue = 0.0
            for line in self.lines:
                product = self.env["product.product"].browse(line["product_id"] or ())
                if (
                    line["commercial_partner_id"] in below
                    and line["company_id"] == demand.company_id.id
                    and self._year_end(demand.company_id, line["invoice_date"]).year == demand.year
                    and self._is_below(product.categ_id, demand.categ_id)
                ):
                    revenue += self._amount(line)
            estimates.append((revenue, self._convert(amount, demand.company_id.id) * share))
        return estimates

    def _estimated(self):
        estimates = self._estimates()
        white_space = [max(0.0, purchases - revenue) for revenue, purchases in estimates]
        return {
            "share_of_wallet": self._ratio(*map(sum, zip(*estimates, strict=True))) if estimates else None,
            "white_space": self._round(sum(white_space)) if estimates else None,
        }

    def _revenue_by_customer(self, date_from):
        sums = {}
        for line in self.lines_of_all(date_from):
            customer = line["commercial_partner_id"]
            sums[customer] = sums.get(customer, 0.0) + self._amount(line)
        return sums

    def _peers(self):
        codes = ["peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile"]
        partners = self.env["res.partner"]

        def top(partner):
            while partner.parent_id:
                partner = partner.parent_id
            return partner

        by_top = {}
        for customer, revenue in self._revenue_by_customer(self.date_from).items():
            above = top(partners.browse(customer))
            by_top[above] = by_top.get(above, 0.0) + revenue
        me = top(self.account)
        peers = [
            revenue
            for partner, revenue in by_top.items()
            if revenue > 0 and partner != me and partner.industry_id == self.account.industry_id
        ]
        own = self.total()
        if len(peers) < 3 or not self.account.industry_id:
            return dict.fromkeys(codes)
        place = (
            (None, None)
            if own is None
            else (1 + sum(peer > own for peer in peers), sum(peer < own for peer in peers) / len(peers))
        )
        return dict(zip(codes, (self._round(mean(peers)), self._round(median(peers)), *place), strict=True))

    def _abc(self):
        revenue = self._revenue_by_customer(self.date_to - relativedelta(years=1) + timedelta(days=1))
        accounts = self._all("res.partner").filtered(
            lambda partner: partner.key_account_status in ("candidate", "active", "at_risk")
        )
        bought = {account: {c: revenue[c] for c in self._family(account.id) & revenue.keys()} for account in accounts}
        sums = {account: sum(of_account.values()) for account, of_account in bought.items()}
        mine = sums.get(self.account, 0.0)
        if mine <= 0:
            return None

        def together(chosen):
            """A customer of two accounts counts once."""
            return {c: amount for account in chosen for c, amount in bought[account].items()}

        larger = together(account for account in accounts if sums[account] > mine + 0.005)
        before = sum(amount for customer, amount in larger.items() if customer not in bought[self.account])
        share = before / sum(together(account for account in accounts if sums[account] > 0).values())
        company = self.env.company
        return 1 + (share >= company.key_account_abc_a_limit) + (share >= company.key_account_abc_b_limit)

    # === PRICES ===#

    def _priced(self, date_from):
        """Invoice lines with a product and a quantity above zero."""
        return [
            line
            for line in self.lines_of_all(date_from)
            if line["commercial_partner_id"] in self.customers
            and line["product_id"]
            and line["quantity"] > 0
            and line["move_type"] != "out_refund"
        ]

    def _prices(self):
        checked, below = 0, []
        for line in self._priced(self.date_from):
            company = self.env["res.company"].browse(line["company_id"])
            product = self.env["product.product"].with_company(company).browse(line["product_id"])
            category = product.categ_id
            while category and not category.key_account_has_minimum_margin:
                category = category.parent_id
            margin = category.key_account_minimum_margin if category else company.key_account_minimum_margin
            if product.standard_price:
                checked += 1
                floor = product.standard_price / (1 - margin) * self._quantity(line)
                if round(self._amount(line), 2) < round(self._convert(floor, company.id), 2):
                    below.append(self._amount(line))
        return {
            "minimum_price": len(below) if checked else None,
            "revenue_below_floor": self._round(sum(below)) if checked else None,
        }

    def _special_prices(self):
        bought = {}
        for line in self._priced(self.date_to - relativedelta(months=24) + timedelta(days=1)):
            bought.setdefault(line["product_id"], []).append(line)
        price_list = self.account.property_product_pricelist
        now = fields.Datetime.now()
        named = [
            rule.product_id.id
            for rule in price_list.item_ids
            if rule.product_id.active and (not rule.date_end or rule.date_end >= now)
        ]
        special, weighted, weights = 0, 0.0, 0.0
        for product in self.env["product.product"].browse({*bought, *named}):
            lines = bought.get(product.id, [])
            quantity = median(map(self._quantity, lines)) if lines else 1.0
            price = price_list._get_product_price(product, quantity) if price_list else product.lst_price
            price = (price_list.currency_id or self.currency)._convert(price, self.currency, round=False)
            special += round(price, 2) != round(product.lst_price, 2)
            weight = sum(map(self._amount, lines))
            if weight > 0 and product.lst_price:
                weighted += (price / product.lst_price - 1) * weight
                weights += weight
        return {
            "special_price": special if bought or named else None,
            "special_price_difference": self._ratio(weighted, weights),
        }
