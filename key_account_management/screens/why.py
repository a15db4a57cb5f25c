"""The sentence that says why an account stands where it stands, in the reader's language."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.reasons import Fact

# More would be no sentence
MOST_FACTS = 3


class Why:
    """Says facts as `figures/reasons.py` finds them. Here and not there, because only screens know how numbers and
    words are written for a reader.
    """

    def __init__(self, env: Environment, may_see: Callable[[Collection[str]], bool]) -> None:
        """
        :param may_see: whether the reader may see all figures with these codes
        """
        self.env = env
        self.may_see = may_see
        self.formatter = Formatter(env)
        self.categories: dict[int, str] = {}

    def prepare(self, facts: Iterable[Fact]) -> None:
        """Reads what all of these facts name, once for many sentences."""
        ids = {fact["category"] for fact in facts if fact.get("category")}
        # What an account buys is told by its revenue, which the reader may see
        categories = self.env["product.category"].sudo().search_fetch([("id", "in", sorted(ids))], ["name"])
        self.categories = {category.id: category.name for category in categories}

    def sentence(self, facts: Iterable[Fact], currency: BaseModel) -> str:
        """:param currency: that of the amounts
        :return: empty if nothing is known that the reader may see
        """
        said = [self._say(fact, currency.name) for fact in facts if self.may_see(fact["figures"])]
        text = ", ".join([each for each in said if each][:MOST_FACTS])
        return text[:1].upper() + text[1:]

    def _say(self, fact: Fact, currency: str) -> str:
        say: Callable[[Fact, str], str] | None = getattr(self, f"_say_{fact['code']}", None)
        # A fact of a version to come, or of an add-on that is gone
        return say(fact, currency) if say else ""

    # === REVENUE ===#

    def _say_category(self, fact: Fact, currency: str) -> str:
        values = {"category": self._category(fact["category"]), "amount": self._signed(fact["amount"], currency)}
        part = self._part(fact["part"])
        if part:
            return self.env._("%(category)s %(amount)s (%(reason)s)", reason=part, **values)
        return self.env._("%(category)s %(amount)s", **values)

    def _category(self, category: int | None) -> str:
        # Sales without a product, or of a category that is gone
        return self.categories.get(category or 0) or self.env._("other sales")

    def _part(self, part: str | None) -> str:
        parts = {
            "price": self.env._("price"),
            "volume": self.env._("volume"),
            "new": self.env._("new"),
            "resumed": self.env._("resumed"),
            "lost": self.env._("not bought any more"),
            "credits": self.env._("returns and credits"),
            "adjustments": self.env._("discounts and charges"),
            "currency": self.env._("exchange rates"),
        }
        return parts.get(part or "", "")

    def _say_revenue(self, fact: Fact, currency: str) -> str:
        return self.env._("revenue %(change)s", change=self.formatter.signed_percent(fact["rate"]))

    def _say_same_level(self, fact: Fact, currency: str) -> str:
        return self.env._("revenue on last year's level")

    # === CONCERNS ===#

    def _say_margin(self, fact: Fact, currency: str) -> str:
        points = self.formatter.number(fact["points"] * 100, 1)
        return self.env._("margin %(points)s points", points=points)

    def _say_overdue(self, fact: Fact, currency: str) -> str:
        return self.env._("%(amount)s overdue", amount=self.formatter.compact(fact["amount"], currency))

    def _say_later(self, fact: Fact, currency: str) -> str:
        return self.env._("pays %(days)s later", days=self.formatter.days(fact["days"]))

    def _say_late(self, fact: Fact, currency: str) -> str:
        return self.env._("pays %(days)s late", days=self.formatter.days(fact["days"]))

    def _say_returns(self, fact: Fact, currency: str) -> str:
        return self.env._("returns %(share)s", share=self.formatter.percent(fact["share"]))

    def _say_satisfaction(self, fact: Fact, currency: str) -> str:
        return self.env._("satisfaction %(score)s", score=self.formatter.number(fact["score"], 1))

    def _say_contact(self, fact: Fact, currency: str) -> str:
        if fact["days"] is None:
            return self.env._("never visited")
        return self.env._("no visit for %(count)s days", count=self.formatter.number(fact["days"]))

    def _say_measures(self, fact: Fact, currency: str) -> str:
        if fact["count"] == 1:
            return self.env._("one measure overdue")
        return self.env._("%(count)s measures overdue", count=fact["count"])

    def _say_plan(self, fact: Fact, currency: str) -> str:
        if fact["count"] == 1:
            return self.env._("one milestone overdue")
        return self.env._("%(count)s milestones overdue", count=fact["count"])

    def _signed(self, amount: float, currency: str) -> Any:
        text = self.formatter.compact(amount, currency)
        return f"+{text}" if amount > 0 else text
