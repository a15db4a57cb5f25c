import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import config

Action = dict[str, Any]
# Seconds
FONT_TIMEOUT = 5


class Missing(NamedTuple):
    """What an installation lacks. ``action``: opens where to mend it; None if that is not inside Odoo."""

    code: str
    title: str
    why: str
    action: Action | None = None


class SetupChecklist:
    """What is still missing for figures and documents of a company to be complete, and what it changes."""

    def __init__(self, company: BaseModel) -> None:
        self.company = company
        self.env: Environment = company.with_company(company).with_context(allowed_company_ids=company.ids).env

    def content(self) -> list[dict[str, Any]]:
        """See ``get_key_account_setup`` of ``res.company``."""
        return [missing._asdict() for missing in (*self._of_figures(), *self._of_people(), *self._of_machine())]

    # === FIGURES ===#

    def _of_figures(self) -> Iterator[Missing]:
        env = self.env
        products = self._without_cost()
        if products:
            yield Missing(
                "costs",
                self.env._("Products without a cost: %(count)s", count=len(products)),
                self.env._(
                    "They were sold to key accounts within a year. Their margins are missing, and floor prices too."
                ),
                self._records(self.env._("Products without a Cost"), products),
            )
        if not self.company.key_account_minimum_margin and not env["product.category"].search_count(
            [("key_account_has_minimum_margin", "=", True)], limit=1
        ):
            yield Missing(
                "minimum_margins",
                self.env._("There are no minimum margins"),
                self.env._(
                    "Without one, the floor price of a product is its cost: no sale with a profit is ever below it."
                ),
                self._action("key_account_management.minimum_margin_action"),
            )
        if not self.company.key_account_hourly_cost:
            yield Missing(
                "hourly_cost",
                self.env._("The hourly cost is not set"),
                self.env._("Hours spent on measures, visits and coaching are left out of contribution margin III."),
            )
        if not self.company.account_use_credit_limit:
            yield Missing(
                "credit_limits",
                self.env._("Credit limits are switched off"),
                self.env._(
                    "Limit and usage of each account stay empty. Switch on the credit limit in the Invoicing settings."
                ),
                self._action("account.action_account_config"),
            )

    def _without_cost(self) -> BaseModel:
        """:return: the products that key accounts bought within a year and whose cost is not known"""
        since = fields.Date.context_today(self.company) - relativedelta(years=1)
        accounts = self._accounts.ids
        # No account is no domain: it would find everybody's
        groups = accounts and self.env["key.account.sales.report"]._read_group(
            Domain("customer_id", "child_of", accounts)
            & Domain("invoice_date", ">", since)
            & Domain("adjustment", "=", False)
            & Domain("product_id", "!=", False),
            ["product_id"],
        )
        products = self.env["product.product"].union(*(product for (product,) in groups or ()))
        return products.filtered(lambda product: not product.standard_price)

    # === PEOPLE ===#

    def _of_people(self) -> Iterator[Missing]:
        if not self._accounts:
            yield Missing(
                "accounts",
                self.env._("There are no key accounts yet"),
                self.env._(
                    "Select your most important customers in Contacts, then choose Actions, Convert to Key Account."
                ),
                self._action("contacts.action_contacts") or self._action("base.action_partner_customer_form"),
            )
        without_manager = self._accounts.filtered(lambda account: not account.key_account_manager_id)
        if without_manager:
            yield Missing(
                "managers",
                self.env._("Key accounts without an account manager: %(count)s", count=len(without_manager)),
                self.env._("Nobody is reminded of their visits, measures and reviews."),
                self._records(self.env._("Key Accounts without an Account Manager"), without_manager),
            )
        without_tier = self._accounts.filtered(lambda account: not account.key_account_tier_id)
        if without_tier:
            yield Missing(
                "tiers",
                self.env._("Key accounts without a tier: %(count)s", count=len(without_tier)),
                self.env._("The tier says how often they are visited and how often a review is due."),
                self._records(self.env._("Key Accounts without a Tier"), without_tier),
            )

    @property
    def _accounts(self) -> BaseModel:
        return self.env["res.partner"].search(
            Domain("key_account_status", "in", ("active", "at_risk"))
            & Domain("company_id", "in", (False, self.company.id))
        )

    # === MACHINE ===#

    def _of_machine(self) -> Iterator[Missing]:
        env = self.env
        # Whether there is one, not which: only administrators read them
        if not env["ir.mail_server"].sudo().search_count([], limit=1) and not _has_mail_server():
            yield Missing(
                "mail_server",
                self.env._("There is no outgoing mail server"),
                self.env._("Proposed dates, minutes, invitations to visits and surveys reach nobody."),
                self._action("base.action_ir_mail_server_list"),
            )
        if env["ir.actions.report"].get_wkhtmltopdf_state() in ("install", "broken"):
            yield Missing(
                "wkhtmltopdf",
                self.env._("wkhtmltopdf is not installed on the server"),
                self.env._("Presentation, folder, minutes and briefing cannot be printed."),
            )
        if not _has_fonts():
            yield Missing(
                "fonts",
                self.env._("The server has no fonts"),
                self.env._(
                    "Letters may be missing in printed documents. Install fontconfig and the fonts DejaVu or Noto."
                ),
            )
        if not importlib.util.find_spec("pptx"):
            yield Missing(
                "python_pptx",
                self.env._("The Python package python-pptx is not installed on the server"),
                self.env._("The presentation cannot be downloaded as a PowerPoint file; everything else works."),
            )

    # === ACTIONS ===#

    def _action(self, name: str) -> Action | None:
        """:return: the action for the user, None if the user may not open it or its app is not there"""
        if not self.env.ref(name, raise_if_not_found=False):
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        return action if self.env[action["res_model"]].has_access("read") else None

    def _records(self, name: str, records: BaseModel) -> Action:
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }


def _has_mail_server() -> bool:
    """Whether Odoo's configuration names one. Its default is the machine itself, where usually none runs."""
    return config["smtp_server"] not in (None, "", "localhost")


def _has_fonts() -> bool:
    command = shutil.which("fc-list")
    if not command:
        return False
    try:
        listed = subprocess.run([command, ":", "family"], capture_output=True, timeout=FONT_TIMEOUT, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(listed.stdout.strip())
