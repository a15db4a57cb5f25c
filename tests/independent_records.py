"""The figures of orders, returns, promotions, visits, answers, payments and credit, one record after the other."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median

from dateutil.relativedelta import relativedelta

from odoo import fields

from .independent_sales import Independent


class IndependentRecords(Independent):
    def __init__(self, account, date_from, date_to, companies):
        super().__init__(account, date_from, date_to, companies)
        self.account = self.env["res.partner"].browse(account.id)

    # === HELPERS ===#

    @staticmethod
    def _ratio(numerator, denominator):
        return numerator / denominator if numerator is not None and denominator else None

    def _round(self, amount):
        return None if amount is None else self.currency.round(amount)

    def _amount(self, line):
        return self._convert(line["credit"] - line["debit"], line["company_id"])

    def _in_period(self, day):
        return self.date_from <= day <= self.date_to

    def _mine(self, records, partner="partner_id"):
        return records.filtered(
            lambda record: (
                record[partner].id in self.customers
                and (not record._fields.get("company_id") or record.company_id.id in self.companies)
            )
        )

    def _all(self, model):
        return self.env[model].with_context(active_test=False).search([])

    def _share_of_year(self, company, fiscal_year=None):
        """What part of a fiscal year (of that one only) the period is, added up day by day."""
        share, day = 0.0, self.date_from
        while day <= self.date_to:
            end = self._year_end(company, day)
            if fiscal_year in (None, end.year):
                share += 1 / (end - (end - relativedelta(years=1) + relativedelta(day=31))).days
            day += timedelta(days=1)
        return share

    def _year_end(self, company, day):
        """The last day of the fiscal year in which a day lies; fiscal years end with a month."""
        end = date(day.year, int(company.fiscalyear_last_month), 1) + relativedelta(day=31)
        return end if day <= end else end + relativedelta(years=1, day=31)

    def _is_below(self, category, above):
        while category and category != above:
            category = category.parent_id
        return bool(category)

    def _forecast(self):
        """Of a fiscal year that is over: its revenue. Nothing is expected any more."""
        codes = ("low", "high", "orders", "new_business", "target_to_date", "error")
        result = {"forecast": None, **{f"forecast_{code}": None for code in codes}}
        company = self.env.company
        begins = self._year_end(company, self.date_from - timedelta(days=1)) + timedelta(days=1) == self.date_from
        if begins and self._year_end(company, self.date_from) == self.date_to:
            lines = [
                row
                for row in self.lines_of_all(self.date_from - relativedelta(years=4))
                if row["commercial_partner_id"] in self.customers
            ]
            if any(row["debit"] != row["credit"] for row in lines):
                result["forecast"] = sum(
                    self._convert(row["credit"] - row["debit"], self.env["res.company"].browse(row["company_id"]).id)
                    for row in lines
                    if row["invoice_date"] >= self.date_from
                )
        return result

    # === ORDERS AND RETURNS ===#

    def has_ordered(self):
        """Whether an order was confirmed by the end of the period."""
        return any(
            order.state == "sale" and order.date_order.date() <= self.date_to
            for order in self._mine(self._all("sale.order"))
        )

    def _orders(self):
        codes = ["smallest_order", "median_order", "mean_order", "order_count", "orders_below_minimum"]
        orders = self._mine(self._all("sale.order")).filtered(
            lambda order: order.state == "sale" and self._in_period(order.date_order.date())
        )
        amounts, below, with_minimum, days = [], 0, 0, []
        for order in orders:
            amount = order.currency_id._convert(
                order.amount_untaxed, order.company_id.currency_id, order.company_id, order.date_order, round=False
            )
            minimum = self._minimum(order.company_id)
            with_minimum += bool(minimum)
            below += bool(minimum) and amount < minimum - 0.005
            amounts.append(self._convert(amount, order.company_id.id))
            days.append(order.date_order.date())
        sizes = [self._round(size(amounts)) for size in (min, median, mean)] if orders else [None] * 3
        days.sort()
        return {
            **dict(zip(codes, [*sizes, len(orders), below], strict=True)),
            "minimum_order": self._minimum(self.env.company) or None,
            "orders_below_minimum_share": self._ratio(below, with_minimum),
            "order_interval": mean((b - a).days for a, b in pairwise(days)) if days[1:] else None,
        }

    def _minimum(self, company):
        own = self.account.with_company(company).key_account_minimum_order
        return own or company.key_account_minimum_order

    def _returns(self):
        gross = credited = returned = 0.0
        for line in self.lines:
            amount = self._amount(line)
            if line["move_type"] != "out_refund":
                gross += amount
            else:
                credited -= amount
                returned -= amount if line["reversed_entry_id"] else 0.0
        return {
            "returns": returned / gross if gross > 0 else None,
            "returns_value": self._round(returned) if self.lines else None,
            # No document of these accounts was reversed, and none was given a kind by hand
            "price_credits_value": self._round(credited - returned) if self.lines else None,
            "corrections_value": 0.0 if self.lines else None,
            "credit_notes_value": self._round(credited) if self.lines else None,
        }

    # === PROMOTIONS, VISITS, SATISFACTION ===#

    def _promotions(self):
        promotions = self._mine(self._all("key.account.care.measure")).filtered(
            lambda measure: (
                measure.kind == "promotion"
                and measure.state != "cancelled"
                and measure.date_start <= self.date_to
                and measure.date_end >= self.date_from
            )
        )
        cost = revenue = uplift = 0.0
        for promotion in promotions:
            start, days = promotion.date_start, (promotion.date_end - promotion.date_start).days
            sold = self._sold(promotion, start, days)
            year_before = self._sold(promotion, start - relativedelta(years=1), days)
            before = year_before or self._sold(promotion, start - timedelta(days=days + 1), days)
            cost += self._convert(promotion.cost_actual, promotion.company_id.id)
            revenue += sum(sold)
            uplift += sum(sold) - sum(before)
        rate = self._sales()["contribution_margin_rate"]
        return {
            "promotions": len(promotions),
            "promotion_cost": self._round(cost) if promotions else None,
            "promotion_revenue": self._round(revenue) if promotions else None,
            "promotion_uplift": self._round(uplift) if promotions else None,
            "promotion_return": (uplift * rate - cost) / cost if cost and rate is not None else None,
        }

    def _sold(self, promotion, start, days):
        """The amounts of the promoted products' lines from a day to this many days later."""
        below = self._family(promotion.partner_id.id)
        return [
            self._amount(line)
            for line in self.lines_of_all(start)
            if line["commercial_partner_id"] in below
            and line["invoice_date"] <= start + timedelta(days=days)
            and line["company_id"] == promotion.company_id.id
            and line["product_id"] in promotion.product_ids.ids
        ]

    def _meetings(self):
        """All visits by people of the companies, whenever they are."""
        return self._all("calendar.event").filtered(
            lambda meeting: (
                meeting.active
                and meeting.key_account_visit
                and self.customers.intersection(meeting.partner_ids.ids)
                and (not meeting.user_id or self.companies.intersection(meeting.user_id.company_ids.ids))
            )
        )

    def _meetings_over(self):
        """Those of the period."""
        return self._meetings().filtered(
            lambda meeting: self._in_period(meeting.start.date()) and meeting.stop < fields.Datetime.now()
        )

    def _visits(self):
        meetings = self._meetings()
        over = [meeting.start.date() for meeting in meetings if meeting.start.date() <= self.date_to]
        ahead = [meeting.start.date() for meeting in meetings if meeting.start > fields.Datetime.now()]
        target = self.account.key_account_tier_id.visit_target
        today = fields.Date.today()
        return {
            "visits": len(self._meetings_over()),
            "visit_target": round(target * self._share_of_year(self.env.company), 1) if target else None,
            "days_since_visit": (self.date_to - max(over)).days if over else None,
            "next_visit_days": (min(ahead) - today).days if ahead and self.date_to >= today else None,
        }

    def _satisfaction(self):
        records = self._mine(self._all("key.account.satisfaction"))
        scores = [record.score for record in records if self._in_period(record.date)]
        shares = [sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)]
        return {
            "satisfaction": mean(scores) if scores else None,
            "satisfaction_answers": len(scores),
            "nps": 100 * (shares[0] - shares[1]) / len(scores) if len(scores) >= 5 else None,
        }

    # === PAYMENT AND CREDIT ===#

    def _receivables(self):
        receivable = overdue = None
        if any(item["date"] <= self.date_to for item in self._receivable_items()):
            receivable, overdue = self.receivable(), self.overdue()
        month = self.date_to.replace(day=1)
        invoiced = any(
            min(self.date_from, month - relativedelta(months=23)) <= item["invoice_date"] <= self.date_to
            for item in self._receivable_items()
            if item["invoice_date"] and item["move_type"] != "entry"
        )
        return {
            "receivable": receivable,
            "overdue_amount": overdue,
            "overdue_share": self._ratio(overdue, receivable) if receivable and receivable > 0 else None,
            "dso": self.dso() if self.gross() > 0 else None,
            "dso_count_back": self.dso_count_back() if invoiced else None,
            "days_to_pay": self.days_to_pay(),
            "days_late": self.days_late(),
        }

    @staticmethod
    def _to_invoice(order):
        """Ordered less invoiced, at the price with tax, less down payments; nothing comes back in these tests."""
        total = 0.0
        for line in order.order_line:
            posted = line.invoice_lines.filtered(lambda item: item.parent_state == "posted")
            if line.is_downpayment:
                total -= sum(posted.mapped("price_total"))
            elif line.product_uom_qty:
                invoiced = sum(
                    item.product_uom_id._compute_quantity(item.quantity, line.product_uom_id, round=False)
                    for item in posted
                )
                total += line.price_total / line.product_uom_qty * max(line.product_uom_qty - invoiced, 0.0)
        return total

    def _credit(self):
        today = fields.Date.today()
        items = [item for item in self._receivable_items() if item["date"] <= today]
        owed = sum(self._convert(item["balance"], item["company_id"]) for item in items)
        orders = {
            order: amount
            for order in self._mine(self._all("sale.order"), "partner_invoice_id")
            if order.state == "sale" and (amount := self._to_invoice(order)) > 0.005
        }
        ordered = sum(
            self._convert(
                order.currency_id._convert(amount, order.company_id.currency_id, order.company_id, today, round=False),
                order.company_id.id,
            )
            for order, amount in orders.items()
        )
        exposure = self._round(owed + ordered) if items or orders else None
        limit = sum(
            self._convert(customer.with_company(company).credit_limit, company.id)
            for company in self.env["res.company"].browse(self.companies)
            for customer in self.env["res.partner"].browse(self.customers)
            if customer.commercial_partner_id == customer
        )
        ratings = self._all("key.account.rating").filtered(
            lambda rating: (
                rating.partner_id == self.account
                and rating.company_id.id in self.companies
                and rating.date <= self.date_to
                and (not rating.valid_until or rating.valid_until >= self.date_to)
            )
        )
        return {
            "creditworthiness": max(ratings, key=lambda rating: rating.date).score if ratings else None,
            "credit_limit": self._round(limit) if limit else None,
            "exposure": exposure,
            "credit_use": self._ratio(exposure, limit),
        }
