"""What needs attention, ranked: for the start page, the weekly message and the account."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from .attention_actions import AttentionActions
from .attention_sources import DANGER, WARNING, AttentionSources, Matter, by_account
from .attention_words import AttentionWords

SHOWN = 10
# An amount that has grown by more than this share is another situation
GROWN = 0.1
# Where records are opened
PATHS = {
    "key.account.visit": "key-account-visits",
    "key.account.care.measure": "key-account-measures",
    "key.account.milestone": "key-account-milestones",
    "key.account.review": "key-account-reviews",
    "key.account.coaching.plan": "key-account-coaching-plans",
    "key.account.care.process": "key-account-care-processes",
    "res.partner": "key-accounts",
}
SEVERITIES = {DANGER: "danger", WARNING: "warning"}


class Attention:
    """What needs the reader's attention around some accounts.

    Ranked by what is at stake: the larger amount first, whatever currency it is in. What has no amount of its own comes
    after what has, and so what is equal: first what is grave (``danger``, then ``warning``, then ``info``), then what
    has been waiting longest or is due first, then by account.

    Revenue that an account has lost against last year is at stake once. If a visit is overdue too, that is the one
    thing to do about it: the visit carries the amount and the reason.

    What someone has dismissed stays away until the day that they gave, unless the situation has changed: the amount
    has grown by more than a tenth, a record came to it, or it has a later day.

    :param env: of the reader, whose rights count; with all companies to look at
    :param accounts: key accounts; those that are not the reader's are left out
    :param people: see `AttentionSources`
    """

    def __init__(self, env: Environment, accounts: BaseModel, people: BaseModel | None = None) -> None:
        self.env = env
        self.accounts = own_accounts(env, accounts)
        self.sources = AttentionSources(env, self.accounts, people)
        self.today = self.sources.today

    # === MATTERS ===#

    @cached_property
    def found(self) -> list[Matter]:
        """All of them, also what was dismissed."""
        return self.sources.find()

    @cached_property
    def matters(self) -> list[Matter]:
        """What is shown, the most important first."""
        return self._ranked(self._merged([matter for matter in self.found if matter.ref not in self.dismissed]))

    @cached_property
    def dismissed(self) -> dict[str, BaseModel]:
        """:return: ``{ref: decision}`` of what is not to be shown now"""
        # As superuser: the same for everybody; nothing of a decision is shown that its matter would not show
        decisions = self.env["key.account.attention.decision"].sudo()
        active = decisions.search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("partner_id", "in", [False, *self.found_accounts.ids])
            & Domain("until", ">=", self.today)
        )
        by_ref = {decision.ref: decision for decision in active}
        return {
            matter.ref: by_ref[matter.ref]
            for matter in self.found
            if matter.ref in by_ref and not has_changed(matter, by_ref[matter.ref])
        }

    @property
    def found_accounts(self) -> BaseModel:
        return self.accounts.union(*{matter.account for matter in self.found})

    def _merged(self, matters: list[Matter]) -> list[Matter]:
        merged = []
        of_account = by_account(matters)
        for matter in matters:
            others = {other.code: other for other in of_account[matter.account.id, matter.company.id]}
            if matter.code == "visit" and "revenue" in others:
                lost = others["revenue"]
                numbers = {**matter.numbers, "facts": lost.numbers["facts"]}
                figures = (*matter.figures, *lost.figures)
                merged.append(replace(matter, amount=lost.amount, numbers=numbers, figures=figures))
            elif matter.code != "revenue" or "visit" not in others:
                merged.append(matter)
        return merged

    def _ranked(self, matters: list[Matter]) -> list[Matter]:
        rates = {currency: self._rate(currency) for currency in {matter.company.currency_id for matter in matters}}
        currency = self.env.company.currency_id
        accounts = self.accounts.union(*{matter.account for matter in matters if matter.account})
        names = {account["id"]: account["name"] or "" for account in accounts.read(["name"], load="")}

        def rank(matter: Matter) -> tuple[Any, ...]:
            # Only to be compared: amounts of several currencies are never added
            stake = currency.round((matter.amount or 0.0) * rates[matter.company.currency_id])
            day = (matter.day or self.today).toordinal()
            return (-stake, -matter.severity, day, names.get(matter.account.id, ""), matter.ref)

        return sorted(matters, key=rank)

    def _rate(self, currency: BaseModel) -> float:
        company = self.env.company
        rate: float = currency._get_conversion_rate(currency, company.currency_id, company, self.today)
        return rate

    def find(self, ref: str) -> Matter | None:
        """:return: the matter with this reference, None if there is none or it was dismissed"""
        return next(
            (matter for matter in self.found if matter.ref == ref and matter.ref not in self.dismissed),
            None,
        )

    # === WHAT IS SHOWN ===#

    @property
    def count(self) -> int:
        return len(self.matters)

    def items(self, limit: int | None = SHOWN) -> list[dict[str, Any]]:
        """What is shown, as text in the reader's language.

        :param limit: at most so many; None for all
        :return: ``[{"ref", "code", "account": None or {"id", "name"}, "company", "title", "sentence", "amount",
            "amount_text", "currency", "severity": danger, warning or info, "day", "when", "responsible", "path": of the
            record in the web client, or "", "evidence": label or "", "actions": [{"name", "label", "asks": "", "day",
            "user" or "effect"}]}]``; ``amount`` is None if nobody can tell, ``day`` is ``YYYY-MM-DD`` or False. Actions
            and evidence are taken by ``settle`` of ``key.account.attention.decision``
        """
        shown = self.matters[:limit]
        words, actions = AttentionWords(self.env), AttentionActions(self.env)
        words.prepare(shown)
        actions.prepare(shown)
        companies = len(self.env.companies) > 1
        return [
            {
                "ref": matter.ref,
                "code": matter.code,
                "account": {"id": matter.account.id, "name": matter.account.display_name} if matter.account else None,
                "company": matter.company.name if companies else "",
                "title": words.title(matter),
                "sentence": words.sentence(matter),
                "amount": matter.amount,
                "amount_text": words.amount(matter),
                "currency": matter.company.currency_id.name,
                "severity": SEVERITIES.get(matter.severity, "info"),
                "day": fields.Date.to_string(matter.day) if matter.day else False,
                "when": words.when(matter),
                "responsible": matter.user.name if matter.user and matter.user != self.env.user else "",
                "path": self._path(matter),
                "evidence": actions.evidence_label(matter),
                "actions": actions.offered(matter),
            }
            for matter in shown
        ]

    def _path(self, matter: Matter) -> str:
        record = matter.subject or matter.account
        return f"/odoo/{PATHS[record._name]}/{record.id}" if record._name in PATHS else ""


def own_accounts(env: Environment, accounts: BaseModel) -> BaseModel:
    """:return: those of the accounts that are the reader's"""
    partners = env["res.partner"]
    domain = Domain("id", "in", accounts.ids) & Domain("key_account_status", "!=", False)
    if not partners._sees_all_key_accounts():
        domain &= Domain("is_my_key_account", "=", True)
    own: BaseModel = partners.search(domain) if accounts else partners
    return own


def has_changed(matter: Matter, decision: BaseModel) -> bool:
    """Whether the situation is another one than that which was dismissed."""
    if set(matter.records) - set(decision.record_ids_known or ()):
        return True
    if matter.day and decision.day and matter.day > decision.day:
        return True
    if matter.amount is None:
        return False
    if not decision.has_amount:
        return True
    currency = matter.company.currency_id
    limit = decision.amount + abs(decision.amount) * GROWN
    return bool(currency.compare_amounts(matter.amount, limit) > 0)
