"""What has changed around some accounts since somebody last looked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import format_date

from ..documents.formatter import Formatter

# Of each kind
MOST = 5


class StartChanges:
    """What others did, what the customers answered, and what was booked: each line says no more than that.

    Invoices and payments have days and no times: those of the days after the one on which somebody last looked count.

    :param env: of the reader, whose rights count
    :param since: in UTC
    """

    def __init__(self, env: Environment, accounts: BaseModel, since: datetime) -> None:
        self.env = env
        self.accounts = accounts
        self.since = since
        self.day = fields.Datetime.context_timestamp(accounts, since).date()
        self.today = fields.Date.context_today(accounts)
        self.formatter = Formatter(env)

    def lines(self) -> list[dict[str, Any]]:
        """:return: ``[{"text", "account": None or {"id", "name"}}]``"""
        if not self.accounts:
            return []
        return [
            *self._booked(),
            *self._answers(),
            *self._done(),
            *self._visits(),
        ]

    def _line(self, text: str, account: BaseModel | None = None) -> dict[str, Any]:
        return {
            "text": text,
            "account": {"id": account.id, "name": account.display_name} if account else None,
        }

    def _of_accounts(self, name: str = "partner_id") -> Domain:
        return Domain(name, "in", self.accounts.ids) & Domain("company_id", "in", self.env.companies.ids)

    # === BOOKED ===#

    def _booked(self) -> Iterator[dict[str, Any]]:
        may_see = self.env["key.account.snapshot"]._may_see_figures
        days = Domain("invoice_date", ">", self.day) & Domain("invoice_date", "<=", self.today)
        if may_see(("revenue",)):
            invoiced = self.env["key.account.sales.report"]._read_group(
                days & Domain("customer_id", "child_of", self.accounts.ids),
                ["company_id"],
                ["price_subtotal:sum"],
            )
            for text in self._amounts(invoiced):
                yield self._line(self.env._("Invoiced: %(amount)s", amount=text))
        if may_see(("overdue_amount",)):
            # As superuser: what an account still owes is a figure that the reader may see
            paid = (
                self.env["account.payment"]
                .sudo()
                ._read_group(
                    Domain("partner_id", "child_of", self.accounts.ids)
                    & Domain("company_id", "in", self.env.companies.ids)
                    & Domain("date", ">", self.day)
                    & Domain("date", "<=", self.today)
                    & Domain("payment_type", "=", "inbound")
                    & Domain("state", "in", ("in_process", "paid")),
                    ["company_id"],
                    ["amount_company_currency_signed:sum"],
                )
            )
            for text in self._amounts(paid):
                yield self._line(self.env._("Paid: %(amount)s", amount=text))

    def _amounts(self, groups: list[tuple[BaseModel, float]]) -> Iterator[str]:
        """One for each currency: of several companies with one currency, the sum."""
        by_currency: dict[BaseModel, float] = {}
        for company, amount in groups:
            # As superuser: users need not have access to all that is in a company
            currency = company.sudo().currency_id
            by_currency[currency] = by_currency.get(currency, 0.0) + (amount or 0.0)
        for currency, amount in by_currency.items():
            if not currency.is_zero(amount):
                yield self.formatter.money(amount, currency.name)

    # === ANSWERS ===#

    def _answers(self) -> Iterator[dict[str, Any]]:
        invitations = self.env["key.account.review.invitation"].search(
            Domain("review_id.partner_id", "in", self.accounts.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & (Domain("used_on", ">", self.since) | Domain("answered_on", ">", self.since)),
            order="id",
            limit=MOST,
        )
        for invitation in invitations:
            review, name = invitation.review_id, invitation.partner_id.name
            if invitation.used_on and invitation.used_on > self.since:
                day = format_date(self.env, review.planned_date) if review.planned_date else ""
                text = self.env._("%(name)s chose the date of the review: %(day)s", name=name, day=day)
            else:
                text = self.env._("%(name)s: none of the proposed dates suits", name=name)
            yield self._line(text, review.partner_id)

    # === WORK OF OTHERS ===#

    def _by_others(self, day: str) -> Domain:
        """Done by somebody else after the moment; of its own day only what was changed after it."""
        later = Domain(day, ">", self.day) | (Domain(day, "=", self.day) & Domain("write_date", ">", self.since))
        return later & Domain("write_uid", "!=", self.env.uid)

    def _done(self) -> Iterator[dict[str, Any]]:
        measures = self.env["key.account.care.measure"]
        done = Domain("state", "=", "done") & self._by_others("done_on")
        for measure in measures.search(self._of_accounts() & done, order="done_on desc, id desc", limit=MOST):
            yield self._line(self.env._("Done: %(measure)s", measure=measure.name), measure.partner_id)
        milestones = self.env["key.account.milestone"]
        for milestone in milestones.search(
            self._of_accounts() & self._by_others("date_done"), order="date_done desc, id desc", limit=MOST
        ):
            yield self._line(self.env._("Reached: %(name)s", name=milestone.name), milestone.partner_id)

    def _visits(self) -> Iterator[dict[str, Any]]:
        visits = self.env["key.account.visit"].search(
            self._of_accounts() & Domain("reported_on", ">", self.since) & Domain("reported_by_id", "!=", self.env.uid),
            order="reported_on desc, id desc",
            limit=MOST,
        )
        for visit in visits:
            text = self.env._("%(name)s reported on a visit", name=visit.reported_by_id.name)
            yield self._line(text, visit.partner_id)
