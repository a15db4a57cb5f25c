from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The permanent check: what is done in which care area of which account, and where nothing is."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_key_account_care_matrix(self):
        """The care measures of all accounts that the user may see, by account and care area.

        Counts the companies of the context. A measure is live while it is planned or in progress, and overdue when
        its deadline was before today where the user is. Measures without an area are in no cell, former accounts in
        no row.

        :return: ``{"may_create", "areas": [{"id", "name", "description"}], "accounts": [{"id", "name", "tier",
            "manager", "is_mine", "at_risk", "last_visit", "planned_visit", "visit_due", "visit_overdue",
            "cells": {area id: {"live", "overdue", "deadline", "last_done"}}}]}``. Each account has a cell for each
            area; days are ``YYYY-MM-DD`` or False; ``deadline`` is the earliest one of live measures
        :raises AccessError: no role in Key Accounts
        """
        measures = self.env["key.account.care.measure"]
        measures.check_access("read")
        areas = self.env["key.account.care.area"].search([])  # pylint: disable=no-search-all
        accounts = self.search(
            Domain("key_account_status", "not in", (False, "former"))
            & (Domain.TRUE if self._sees_all_key_accounts() else Domain("is_my_key_account", "=", True)),
            order="complete_name, id",
        )
        cells = self._get_care_cells(accounts, areas)
        return {
            "may_create": measures.has_access("create"),
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

    @api.model
    def _get_care_cells(self, accounts, areas):
        """:return: ``{(account, area): cell}`` as in `get_key_account_care_matrix`"""
        cells = {
            (account, area): {"live": 0, "overdue": 0, "deadline": False, "last_done": False}
            for account in accounts
            for area in areas
        }
        measures = self.env["key.account.care.measure"]
        domain = (
            Domain("partner_id", "in", accounts.ids)
            & Domain("area_id", "in", areas.ids)
            # The superuser's rules leave out no company
            & Domain("company_id", "in", self.env.companies.ids)
        )
        live = domain & measures._get_live_domain()
        for account, area, count, deadline in measures._read_group(
            live, ["partner_id", "area_id"], ["__count", "date_end:min"]
        ):
            cells[account, area] |= {"live": count, "deadline": fields.Date.to_string(deadline)}
        overdue = live & Domain("date_end", "<", fields.Date.context_today(self))
        for account, area, count in measures._read_group(overdue, ["partner_id", "area_id"], ["__count"]):
            cells[account, area]["overdue"] = count
        done = domain & Domain("state", "=", "done")
        for account, area, day in measures._read_group(done, ["partner_id", "area_id"], ["done_on:max"]):
            cells[account, area]["last_done"] = fields.Date.to_string(day)
        return cells
