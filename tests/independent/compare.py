"""Puts the figures of the interface and those worked out here side by side."""

from . import figures, net_revenue, pending, revenue_change, targets
from .look import Look
from .numbers import decimal, rounded

# The interface gives money in cents; shares of rounded amounts differ from shares of exact ones
NEAR = {"money": decimal("0.005"), "percent": decimal("0.00005")}
# One decimal is given
NEAR_BY_CODE = {"health": decimal("0.05"), "forecast_new_business": decimal("0.03")}
# They are made of rounded parts, so that what is shown adds up
NEAR_BY_CODE |= dict.fromkeys(("customer_costs", "contribution_margin_2", "contribution_margin_3"), decimal("0.02"))
# Each month of a forecast is rounded
NEAR_BY_CODE |= dict.fromkeys(("forecast", "forecast_low", "forecast_high"), decimal("0.07"))
# Rows are made of rounded parts, so that each column adds up
NEAR_OF_ROWS = {"revenue_change": decimal("0.05")}
# As the table has them
PART_LABELS = {
    "price": "Price",
    "volume": "Volume",
    "mix": "Mix",
    "quantity": "Quantity",
    "new": "New",
    "resumed": "Resumed",
    "lost": "Lost",
    "credits": "Returns and credits",
    "adjustments": "Discounts and charges",
    "currency": "Currency",
}
# What each order will bring is rounded
NEAR_BY_CODE["exposure"] = decimal("0.03")
# Binary fractions
EXACT = decimal("0.000001")


def is_empty(number):
    """False over XML-RPC, which has no empty value; 0 is not empty."""
    return number is None or number is False


def is_near(one, other, near=0):
    """:param one: a number of the interface, None or False"""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    one = decimal(one)
    return abs(one - other) <= near + EXACT * max(1, abs(one), abs(other))


def shown(number):
    if is_empty(number):
        return "empty"
    text = f"{float(number):.5f}"
    return text.rstrip("0").rstrip(".")


class Comparison:
    """One little company: what the interface says about it, asked once for each period and breakdown."""

    def __init__(self, company, books, periods):
        self.company = company
        self.books = books
        self.periods = periods
        self.accounts = company.env["res.partner"].union(*company.accounts)
        kpis = books.rows("key_account_kpi", "code, unit")
        self.units = {kpi.code: kpi.unit for kpi in kpis}
        self._answers, self._looks = {}, {}

    def answer(self, period, breakdown=None):
        if (period, breakdown) not in self._answers:
            # All figures at once, those that have rows with their rows
            codes = [code for code in figures.ROWS if code in self.units] if breakdown else None
            self._answers[period, breakdown] = self.accounts.get_key_account_figures(
                *period, codes=codes, breakdown=breakdown
            )
        return self._answers[period, breakdown]

    def look(self, account, period):
        if (account, period) not in self._looks:
            self._looks[account, period] = Look(self.books, account.id, *period)
        return self._looks[account, period]

    def _where(self, account, period, what):
        return f"{self.company.company.name}, {account.name}, {period[0]} to {period[1]}, {what}"

    def _each(self):
        for period in self.periods:
            for account in self.accounts:
                yield account, period, self.look(account, period)

    def near(self, code, look=None):
        near = NEAR_BY_CODE.get(code) or NEAR.get(self.units.get(code), decimal(0))
        if look and code.startswith("contribution_margin") and code.endswith("_rate"):
            # The margin is rounded before it is divided by the revenue, which may be small
            revenue = figures.value("revenue", look)
            near += 3 * NEAR["money"] / abs(revenue) if revenue else 0
        if look and code == "promotion_return":
            # So is what it cost
            cost, own = figures.value("promotion_cost", look), figures.value(code, look)
            near += 3 * NEAR["money"] * (1 + abs(own)) / abs(cost) if cost and own is not None else 0
        return near

    def value_differences(self, code):
        for account, period, look in self._each():
            figure = self.answer(period)[account.id].get(code)
            if figure is None:
                yield self._where(account, period, "the interface does not know the code")
                return
            for what, own, of in (
                ("value", figures.value(code, look), look),
                ("previous", figures.previous(code, look), look.before),
            ):
                if not is_near(figure[what], own, self.near(code, of)):
                    yield f"{self._where(account, period, what)}: {shown(figure[what])}, here {shown(own)}"

    def change_differences(self, code):
        for account, period, look in self._each():
            figure = self.answer(period)[account.id].get(code)
            if figure is None:
                return
            own = figures.change(code, look, self.units[code] == "percent")
            if not is_near(figure["change"], own, self._near_change(code, look)):
                yield f"{self._where(account, period, 'change')}: {shown(figure['change'])}, here {shown(own)}"

    def _near_change(self, code, look):
        """How far the change of two rounded values may be from that of the exact ones."""
        now, before = figures.compared(code, look)
        if self.units[code] == "percent":
            return self.near(code, look) + self.near(code, look.before)
        if not before or now is None:
            return NEAR["percent"]
        # What is made of several rounded amounts is off by more than one half of a cent
        return NEAR["percent"] + 4 * self.near(code, look) * (abs(before) + abs(now)) / before**2

    def part_differences(self):
        """The reasons of the change in revenue: those of all rows together are in the first row of its table."""
        for account, period, look in self._each():
            figure = self.answer(period)[account.id]["revenue_change"]
            table, own = figure.get("table"), revenue_change.parts(look)
            if is_empty(figure["value"]):
                continue
            labels = [column["label"] for column in table["columns"]]
            theirs = dict(zip(labels, table["rows"][0], strict=True))
            for part, label in PART_LABELS.items():
                # Empty where the units cannot be added up; what is missing by rounding is in the largest part
                if not is_near(theirs[label] or 0, own[part], decimal("0.05")):
                    yield f"{self._where(account, period, part)}: {shown(theirs[label])}, here {shown(own[part])}"

    def product_part_differences(self):
        """The same by product: in rows of the table with the name of the product."""
        for account, period, look in self._each():
            figure, own = self.answer(period)[account.id]["revenue_change"], revenue_change.parts_of_products(look)
            if is_empty(figure["value"]):
                continue
            labels = [column["label"] for column in figure["table"]["columns"]]
            rows = [dict(zip(labels, row, strict=True)) for row in figure["table"]["rows"]]
            theirs = {row["Name"]: row for row in rows if row["By"] == "Product"}
            for product in filter(lambda key: isinstance(key, int), own):
                record = self.books.env["product.product"].browse(product)
                row = theirs.get(record.with_context(display_default_code=False).display_name, {})
                for part, label in PART_LABELS.items():
                    if part in ("volume", "mix"):
                        continue
                    shown_parts = ("Volume", "Mix", label) if part == "quantity" else (label,)
                    amount = sum(decimal(row.get(each) or 0) for each in shown_parts)
                    if not is_near(amount, own[product][part], decimal("0.05")):
                        yield (
                            f"{self._where(account, period, f'{part} of {record.name}')}: {shown(amount)},"
                            f" here {shown(own[product][part])}"
                        )

    def net_revenue_differences(self):
        """What lies between revenue and net revenue, in its table: this period's and the previous one's."""
        for account, period, look in self._each():
            rows = self.answer(period)[account.id]["net_revenue"]["table"]["rows"]
            for which, of in ((1, look), (2, look.before)):
                for row, own in zip(rows, net_revenue.table(of), strict=True):
                    if not is_near(row[which], own, decimal("0.01")):
                        yield f"{self._where(account, period, row[0])}: {shown(row[which])}, here {shown(own)}"

    def pending_differences(self):
        for account, period, look in self._each():
            theirs, (count, amount) = self.answer(period)[account.id]["revenue"]["pending"], pending.pending(look)
            # Each document is rounded
            if theirs["count"] != count or not is_near(theirs["amount"], amount, decimal("0.005") * count):
                yield (
                    f"{self._where(account, period, 'pending')}: {theirs['count']} of {shown(theirs['amount'])},"
                    f" here {count} of {shown(amount)}"
                )

    def alone_differences(self):
        """A figure of an account is the same whichever others are asked for: also of one inside another one.

        In the year in progress, which has most of them.
        """
        period = max(self.periods, key=lambda period: period[1])
        for account in self.accounts:
            alone, among = (of[account.id] for of in (account.get_key_account_figures(*period), self.answer(period)))
            for code, figure in alone.items():
                for what in ("value", "previous", "change"):
                    if figure[what] != among[code][what]:
                        where = self._where(account, period, f"{code}, {what}")
                        yield f"{where}: {shown(figure[what])} alone, {shown(among[code][what])} among others"

    def target_differences(self):
        for account, period, look in self._each():
            figure = self.answer(period)[account.id]["revenue"]
            if not is_near(figure["ahead_of_target"], targets.ahead_of_target(look), decimal("0.00005")):
                yield (
                    f"{self._where(account, period, 'ahead of the target')}: {shown(figure['ahead_of_target'])},"
                    f" here {shown(targets.ahead_of_target(look))}"
                )
            if figure["met"] != targets.met(look):
                yield f"{self._where(account, period, 'met')}: {figure['met']}, here {targets.met(look)}"

    def row_differences(self, code, breakdown):
        for account, period, look in self._each():
            figure = self.answer(period, breakdown)[account.id].get(code)
            if figure is None:
                return
            theirs = {row["key"]: (row["value"], row["previous"]) for row in figure.get("breakdown") or ()}
            own = figures.rows(code, look, breakdown)
            for which, what in enumerate(("value", "previous")):
                yield from self._compare_rows(
                    NEAR_OF_ROWS.get(code) or self.near(code),
                    self._where(account, period, f"{breakdown}, {what}"),
                    {key: row[which] for key, row in theirs.items()},
                    {key: row[which] for key, row in own.items()},
                )
            # Each row of the volume may be in a unit of its own
            if self.units[code] != "quantity":
                yield from self._add_up(figure, self.near(code), self._where(account, period, breakdown))

    @staticmethod
    def _compare_rows(near, where, theirs, own):
        """Records and months by their key; what has none (adjustments, lines without a product) by its amounts."""

        def is_plain(key):
            return (isinstance(key, int) and bool(key)) or (isinstance(key, str) and key[:4].isdigit())

        for key in sorted(filter(is_plain, theirs.keys() | own.keys()), key=str):
            one, other = theirs.get(key), own.get(key)
            # A row that is not there says nothing, like one with nothing in it
            if not is_near(one or None, rounded(other, 6) or None if other else None, near):
                yield f"{where}, row {key}: {shown(one)}, here {shown(other)}"
        rest = [
            sorted(float(amount) for key, amount in rows.items() if not is_plain(key) and rounded(decimal(amount)))
            for rows in (theirs, own)
        ]
        if len(rest[0]) != len(rest[1]) or not all(
            is_near(one, decimal(other), near) for one, other in zip(*rest, strict=True)
        ):
            yield f"{where}, rows without a record: {rest[0]}, here {rest[1]}"

    @staticmethod
    def _add_up(figure, near, where):
        for what in ("value", "previous"):
            amounts = [row[what] for row in figure.get("breakdown") or () if not is_empty(row[what])]
            total = sum((decimal(amount) for amount in amounts), decimal(0))
            # Each row is rounded for itself
            if not is_empty(figure[what]) and not is_near(figure[what], total, near * (len(amounts) + 1)):
                yield f"{where}, {what}: rows add up to {shown(total)}, not to {shown(figure[what])}"
