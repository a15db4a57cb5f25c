from typing import Any

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel


class CareMatrix:
    """Care coverage: what is done in which care area of which account, and where nothing is."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.measures = env["key.account.care.measure"]

    def content(self) -> dict[str, Any]:
        """See ``get_key_account_care_matrix`` of ``res.partner``."""
        partners = self.env["res.partner"]
        areas = self.env["key.account.care.area"].search([])  # pylint: disable=no-search-all
        accounts = partners.search(
            Domain("key_account_status", "not in", (False, "former"))
            & (Domain.TRUE if partners._sees_all_key_accounts() else Domain("is_my_key_account", "=", True)),
            order="complete_name, id",
        )
        cells = self._cells(accounts, areas)
        return {
            "may_create": self.measures.has_access("create"),
            "areas": [{"id": area.id, "name": area.name, "description": area.description or ""} for area in areas],
            "accounts": [
                {
                    "id": account.id,
                    "name": account.name,
                    "tier": account.key_account_tier_id.name or "",
                    "manager": account.key_account_manager_id.name or "",
                    "is_mine": account.is_my_key_account,
                    "at_risk": account.key_account_status == "at_risk",
                    "last_visit": fields.Date.to_string(account.key_account_last_visit),
                    "planned_visit": fields.Date.to_string(account.key_account_planned_visit),
                    "visit_due": fields.Date.to_string(account.key_account_visit_due),
                    "visit_overdue": account.key_account_visit_overdue,
                    "cells": {area.id: cells[account, area] for area in areas},
                }
                for account in accounts
            ],
        }

    def _cells(self, accounts: BaseModel, areas: BaseModel) -> dict[tuple[BaseModel, BaseModel], dict[str, Any]]:
        """:return: ``{(account, area): cell}``, one for each of them"""
        cells: dict[tuple[BaseModel, BaseModel], dict[str, Any]] = {
            (account, area): {"live": 0, "overdue": 0, "deadline": False, "last_done": False, "without_effect": 0}
            for account in accounts
            for area in areas
        }
        domain = (
            Domain("partner_id", "in", accounts.ids)
            & Domain("area_id", "in", areas.ids)
            # The superuser's rules do not leave out any company
            & Domain("company_id", "in", self.env.companies.ids)
        )
        live = domain & self.measures._get_live_domain()
        for account, area, count, deadline in self._read_group(live, "__count", "date_end:min"):
            cells[account, area] |= {"live": count, "deadline": fields.Date.to_string(deadline)}
        overdue = live & Domain("date_end", "<", fields.Date.context_today(self.measures))
        for account, area, count in self._read_group(overdue, "__count"):
            cells[account, area]["overdue"] = count
        done = domain & Domain("state", "=", "done")
        for account, area, day in self._read_group(done, "done_on:max"):
            cells[account, area]["last_done"] = fields.Date.to_string(day)
        without_effect = domain & self.measures._get_without_effect_domain()
        for account, area, count in self._read_group(without_effect, "__count"):
            cells[account, area]["without_effect"] = count
        return cells

    def _read_group(self, domain: Domain, *aggregates: str) -> list[tuple[Any, ...]]:
        return self.measures._read_group(domain, ["partner_id", "area_id"], aggregates)
