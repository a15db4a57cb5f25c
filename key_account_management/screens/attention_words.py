"""Says what needs attention, in the reader's language."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.tools import format_date

from ..documents.formatter import Formatter
from .attention_sources import Matter
from .why import Why

NAMED = 3


class AttentionWords:
    """Title, sentence and amount of matters.

    :param for_all: they are written for all who look after the account, and not only for the reader
    """

    def __init__(self, env: Environment, for_all: bool = False) -> None:
        self.env = env
        self.formatter = Formatter(env)
        internal = env["key.account.kpi"]._get_internal_codes()
        self.why = Why(env, internal.isdisjoint if for_all else env["key.account.snapshot"]._may_see_figures)
        self.today = fields.Date.context_today(env["res.partner"])

    def prepare(self, matters: Iterable[Matter]) -> None:
        """Reads what the facts of all these name, once."""
        self.why.prepare(fact for matter in matters for fact in matter.numbers.get("facts") or ())

    def title(self, matter: Matter) -> str:
        """What it is, without the account."""
        text: str = getattr(self, f"_title_{matter.code}")(matter)
        return text[:1].upper() + text[1:]

    def sentence(self, matter: Matter) -> str:
        """Why it needs attention, in one sentence."""
        text: str = getattr(self, f"_say_{matter.code}")(matter)
        return text[:1].upper() + text[1:]

    def amount(self, matter: Matter) -> str:
        """What is at stake; empty if nobody can tell."""
        if matter.amount is None:
            return ""
        currency = matter.company.currency_id
        digits = 0 if abs(matter.amount) >= 100 else currency.decimal_places
        amount = self.formatter.money(matter.amount, currency.name, digits)
        if matter.code in ("revenue", "visit"):
            return self.env._("%(amount)s less", amount=amount)
        if matter.code == "price_ends":
            return self.env._("%(amount)s a year", amount=amount)
        return amount

    def when(self, matter: Matter) -> str:
        """How late it is, or how many days are left; empty if it has no day."""
        if not matter.day:
            return ""
        days = (matter.day - self.today).days
        if not days:
            return self.env._("today")
        if days > 0:
            return self.env._("in %(days)s", days=self.formatter.days(days))
        return self.env._("%(days)s ago", days=self.formatter.days(-days))

    # === THE PORTFOLIO ===#

    def _title_visit(self, matter: Matter) -> str:
        if matter.numbers["days"] is None:
            return self.env._("never visited")
        return self.env._("last visit %(days)s ago", days=self.formatter.days(matter.numbers["days"]))

    def _say_visit(self, matter: Matter) -> str:
        due = self._day(matter.day)
        if why := self._why(matter):
            return self.env._("%(why)s; a visit was due on %(day)s.", why=why, day=due)
        return self.env._("A visit was due on %(day)s and none is planned.", day=due)

    def _title_revenue(self, matter: Matter) -> str:
        return self.env._(
            "revenue %(change)s against last year", change=self.formatter.signed_percent(matter.numbers["rate"])
        )

    def _say_revenue(self, matter: Matter) -> str:
        why, since = self._why(matter), matter.numbers["since"]
        if since and why:
            return self.env._("%(why)s; until %(day)s it was in line with last year.", why=why, day=self._day(since))
        if since:
            return self.env._("Until %(day)s it was in line with last year.", day=self._day(since))
        return f"{why}." if why else self.env._("The account buys less than on the same days last year.")

    def _title_health(self, matter: Matter) -> str:
        health, before = (self.formatter.number(matter.numbers[name]) for name in ("health", "before"))
        return self.env._("health fell from %(before)s to %(health)s", before=before, health=health)

    def _say_health(self, matter: Matter) -> str:
        since = self._day(matter.numbers["since"])
        if why := self._why(matter):
            return self.env._("%(why)s; compared with %(day)s.", why=why, day=since)
        return self.env._("Compared with %(day)s.", day=since)

    def _title_overdue(self, matter: Matter) -> str:
        return self.env._("invoices are overdue")

    def _say_overdue(self, matter: Matter) -> str:
        if matter.numbers["days"] is None:
            return self.env._("Open invoices are past their due date.")
        days = self.formatter.days(matter.numbers["days"])
        return self.env._("Open invoices are past their due date; it pays %(days)s later than a year ago.", days=days)

    def _title_pays_later(self, matter: Matter) -> str:
        return self.env._("pays %(days)s later than a year ago", days=self.formatter.days(matter.numbers["days"]))

    def _say_pays_later(self, matter: Matter) -> str:
        late = self.formatter.days(matter.numbers["late"])
        return self.env._("On average, it now pays %(days)s after the due date.", days=late)

    def _title_price_floor(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("a price below the floor price")
        return self.env._("%(count)s prices below the floor price", count=self._count(matter))

    def _say_price_floor(self, matter: Matter) -> str:
        return self.env._("Invoiced this year below the minimum margin.")

    def _title_price_ends(self, matter: Matter) -> str:
        return self.env._(
            "special price of %(product)s ends on %(day)s", product=matter.numbers["product"], day=self._day(matter.day)
        )

    def _say_price_ends(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("Afterwards, the account pays another price for what it buys regularly.")
        return self.env._(
            "Special prices of %(count)s products that the account buys end soon.",
            count=self._count(matter),
        )

    def _title_draft_invoice(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("a draft invoice waits to be posted")
        return self.env._("%(count)s draft invoices wait to be posted", count=self._count(matter))

    def _say_draft_invoice(self, matter: Matter) -> str:
        return self.env._("Not posted since %(day)s, and not part of the revenue.", day=self._day(matter.day))

    def _title_quotation(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("a quotation is left lying")
        return self.env._("%(count)s quotations are left lying", count=self._count(matter))

    def _say_quotation(self, matter: Matter) -> str:
        return self.env._("Open since %(day)s: neither confirmed nor cancelled.", day=self._day(matter.day))

    def _title_category(self, matter: Matter) -> str:
        names = self._names([category["name"] or "" for category in matter.numbers["categories"]], 2)
        if not matter.day:
            return self.env._("%(categories)s not reordered", categories=names)
        return self.env._("%(categories)s not reordered since %(day)s", categories=names, day=self._day(matter.day))

    def _say_category(self, matter: Matter) -> str:
        first, *others = matter.numbers["categories"]
        usual, days = self.formatter.days(first["usual"] or 0), self._days_since(first["last"])
        if others:
            return self.env._(
                "%(category)s: usually every %(usual)s, now %(days)s; late as well: %(count)s more.",
                category=first["name"],
                usual=usual,
                days=days,
                count=self.formatter.number(len(others)),
            )
        return self.env._("Usually every %(usual)s; now it has been %(days)s.", usual=usual, days=days)

    # === WORK ===#

    def _title_visit_report(self, matter: Matter) -> str:
        return self.env._("report on the visit of %(day)s is missing", day=self._day(matter.day))

    def _say_visit_report(self, matter: Matter) -> str:
        purpose = matter.subject.purpose
        if purpose:
            return self.env._("It was about: %(purpose)s.", purpose=purpose.rstrip("."))
        return self.env._("Write what was said, or cancel the visit if it did not take place.")

    def _title_measure(self, matter: Matter) -> str:
        name = matter.subject.name
        if self._is_late(matter):
            return self.env._("measure overdue: %(name)s", name=name)
        return self.env._("measure due today: %(name)s", name=name)

    def _say_measure(self, matter: Matter) -> str:
        return self._due(matter)

    def _title_promise_measure(self, matter: Matter) -> str:
        return self._promise(matter, matter.subject.name)

    def _say_promise_measure(self, matter: Matter) -> str:
        return self._due(matter)

    def _title_effect(self, matter: Matter) -> str:
        return self.env._("effect not rated: %(name)s", name=matter.subject.name)

    def _say_effect(self, matter: Matter) -> str:
        return self.env._(
            "The measure was done on %(day)s; nobody has said what it achieved.", day=self._day(matter.day)
        )

    def _title_milestone(self, matter: Matter) -> str:
        name = matter.subject.name
        if self._is_late(matter):
            return self.env._("milestone overdue: %(name)s", name=name)
        return self.env._("milestone due today: %(name)s", name=name)

    def _say_milestone(self, matter: Matter) -> str:
        return self._due(matter)

    def _title_briefing(self, matter: Matter) -> str:
        return self.env._("briefing not confirmed: %(names)s", names=matter.numbers["names"])

    def _say_briefing(self, matter: Matter) -> str:
        return self.env._("The coaching plan has been in force since %(day)s.", day=self._day(matter.day))

    def _title_briefing_mine(self, matter: Matter) -> str:
        return self.env._("you have not confirmed your briefing")

    def _say_briefing_mine(self, matter: Matter) -> str:
        return self.env._("The coaching plan has been in force since %(day)s.", day=self._day(matter.day))

    def _title_profile(self, matter: Matter) -> str:
        return self.env._("profile to be checked")

    def _say_profile(self, matter: Matter) -> str:
        fields_of_profile = self.env["key.account.profile"]._fields
        return self.env._(
            "Not checked for %(months)s months: %(texts)s.",
            months=self.formatter.number(matter.numbers["months"]),
            texts=", ".join(fields_of_profile[text]._description_string(self.env) for text in matter.numbers["texts"]),
        )

    def _title_process_check(self, matter: Matter) -> str:
        return self.env._("care process to be checked: %(name)s", name=matter.subject.name)

    def _say_process_check(self, matter: Matter) -> str:
        return self.env._("The check was due on %(day)s.", day=self._day(matter.day))

    def _title_care_gap(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("an account has a care area for which nothing is planned")
        return self.env._(
            "%(count)s accounts have a care area for which nothing is planned",
            count=self._count(matter),
        )

    def _say_care_gap(self, matter: Matter) -> str:
        names = ", ".join(matter.numbers["names"])
        more = matter.numbers["count"] - len(matter.numbers["names"])
        if more > 0:
            return self.env._("%(names)s and %(count)s more.", names=names, count=self.formatter.number(more))
        return f"{names}."

    # === REVIEWS ===#

    def _title_review_due(self, matter: Matter) -> str:
        return self.env._("annual review due on %(day)s", day=self._day(matter.day))

    def _say_review_due(self, matter: Matter) -> str:
        return self.env._("Nobody has begun to prepare it.")

    def _title_review_prepare(self, matter: Matter) -> str:
        return self.env._("annual review to prepare for %(day)s", day=self._day(matter.day))

    def _say_review_prepare(self, matter: Matter) -> str:
        review = matter.subject
        if review.state == "preparation":
            return self.env._("No dates have been proposed to the customer yet.")
        if not review.retrospective:
            return self.env._("The date is agreed; the look back is still empty.")
        return self.env._("The date is agreed.")

    def _title_review_confirm(self, matter: Matter) -> str:
        if not matter.day:
            return self.env._("all proposed dates of the review have passed")
        return self.env._("no date of the review chosen yet")

    def _say_review_confirm(self, matter: Matter) -> str:
        if not matter.day:
            return self.env._("The customer has chosen none: propose new ones.")
        return self.env._("The first of the proposed dates is %(day)s.", day=self._day(matter.day))

    def _title_review_hold(self, matter: Matter) -> str:
        return self.env._("review of %(day)s is not marked as held", day=self._day(matter.day))

    def _say_review_hold(self, matter: Matter) -> str:
        return self.env._("Its figures are not frozen, and its results are not recorded.")

    def _title_review_close(self, matter: Matter) -> str:
        return self.env._("review is not closed")

    def _say_review_close(self, matter: Matter) -> str:
        return self.env._(
            "It was held on %(day)s; its results may still wait for the next plan.", day=self._day(matter.day)
        )

    def _title_mail_failed(self, matter: Matter) -> str:
        return self.env._("proposed dates did not reach %(names)s", names=self._names(matter.numbers["names"]))

    def _say_mail_failed(self, matter: Matter) -> str:
        return self.env._("The email could not be sent or came back: check the address and send it again.")

    def _title_visit_mail(self, matter: Matter) -> str:
        return self.env._("invitation to the visit did not reach %(names)s", names=self._names(matter.numbers["names"]))

    def _say_visit_mail(self, matter: Matter) -> str:
        return self.env._(
            "The visit is on %(day)s; the email could not be sent or came back.", day=self._day(matter.day)
        )

    # === PROMISES ===#

    def _title_promise(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self._promise(matter, matter.numbers["names"][0])
        return self.env._("%(count)s promises of the review not kept", count=self._count(matter))

    def _say_promise(self, matter: Matter) -> str:
        day = self._day(matter.day)
        if matter.numbers["count"] == 1:
            return self.env._("Agreed in the review for %(day)s; nothing has followed from it.", day=day)
        names = self._names(matter.numbers["names"], 2)
        return self.env._("Nothing has followed from them, the first was for %(day)s: %(names)s.", day=day, names=names)

    def _title_price_agreed(self, matter: Matter) -> str:
        if matter.numbers["count"] == 1:
            return self.env._("an agreed price is not in the price list")
        return self.env._("%(count)s agreed prices are not in the price list", count=self._count(matter))

    def _say_price_agreed(self, matter: Matter) -> str:
        return self.env._(
            "Agreed in the review of %(day)s: the customer still pays the old price.", day=self._day(matter.day)
        )

    # === PARTS ===#

    def _promise(self, matter: Matter, name: str) -> str:
        if self._is_late(matter):
            return self.env._("promise not kept: %(name)s", name=name)
        return self.env._("promised for today: %(name)s", name=name)

    def _due(self, matter: Matter) -> str:
        day, is_late = self._day(matter.day), self._is_late(matter)
        if matter.user and matter.user != self.env.user:
            name = matter.user.name
            if is_late:
                return self.env._("%(name)s is responsible; the deadline was %(day)s.", name=name, day=day)
            return self.env._("%(name)s is responsible; the deadline is today.", name=name)
        if is_late:
            return self.env._("The deadline was %(day)s.", day=day)
        return self.env._("The deadline is today.")

    def _count(self, matter: Matter) -> str:
        return self.formatter.number(matter.numbers["count"])

    def _is_late(self, matter: Matter) -> bool:
        return bool(matter.day and matter.day < self.today)

    def _why(self, matter: Matter) -> str:
        return self.why.sentence(matter.numbers.get("facts") or (), matter.company.currency_id)

    def _names(self, names: list[str], most: int = NAMED) -> str:
        text = ", ".join(names[:most])
        if len(names) <= most:
            return text
        return self.env._("%(names)s and %(count)s more", names=text, count=self.formatter.number(len(names) - most))

    def _days_since(self, day: date | None) -> str:
        return self.formatter.days((self.today - day).days) if day else "–"

    def _day(self, day: Any) -> str:
        return format_date(self.env, day, date_format="medium") if day else ""
