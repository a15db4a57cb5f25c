from odoo import api, models
from odoo.fields import Domain

from ...documents.formatter import Formatter
from ...figures.figure import known_sum, ratio
from .res_partner_cockpit import describe

# What accounts are compared by, as far as the user may see it
COMPARED = (
    "revenue",
    "health",
    "contribution_margin",
    "contribution_margin_rate",
    "contribution_margin_2",
    "contribution_margin_3",
    "contribution_margin_3_rate",
    "returns",
    "dso",
    "overdue_amount",
    "visits",
    "satisfaction",
)
# What several accounts have together; a share is one of their sums. All else can't be told from single accounts.
ADDED = ("revenue", "contribution_margin", "contribution_margin_2", "contribution_margin_3", "overdue_amount", "visits")
SHARES = {
    "contribution_margin_rate": ("contribution_margin", "revenue"),
    "contribution_margin_3_rate": ("contribution_margin_3", "revenue"),
}


class ResPartner(models.Model):
    """Accounts side by side: which earn most, and how those do who run them."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_key_account_ranking(self, period="year_to_date", date_from=None, date_to=None):
        """The figures of all key accounts of the user (of a head: all) side by side, as text and to sort by.

        :param period: as for `get_key_account_cockpit`
        :return: ``{"date_from", "date_to", "period", "previous", "periods", "columns": [{"code", "name", "formula"}],
            "accounts": [{"id", "name", "tier", "manager", "figures": {code: figure}}],
            "totals": {"tier" or "manager": {name: {code: figure}}, "all": {code: figure}}}``; a figure is
            as in the cockpit and has ``number``, its value or None. Totals count an account that lies in
            another one once, and have only what can be added up or divided.
        :raises UserError: as for `get_key_account_figures`
        :raises AccessError: no role in Key Accounts
        """
        self.browse()._check_key_account_figures_access()
        frame = self._get_cockpit_frame(period, date_from, date_to)
        accounts = self.search(
            Domain("key_account_status", "!=", False)
            & (Domain.TRUE if self._sees_all_key_accounts() else Domain("is_my_key_account", "=", True))
        )
        kpis = self.env["key.account.kpi"]._get_by_code()
        kpis = {code: kpis[code] for code in COMPARED if self._may_see_audience(kpis[code].audience)}
        figures = accounts.get_key_account_figures(frame["date_from"], frame["date_to"], list(kpis)) if accounts else {}
        formatter = Formatter(self.env)

        def texts(of_accounts):
            return {
                code: describe(kpis[code], figure, formatter) | {"number": figure["value"]}
                for code, figure in of_accounts.items()
            }

        groups = {
            "tier": accounts.grouped(lambda account: account.key_account_tier_id.name or ""),
            "manager": accounts.grouped(lambda account: account.key_account_manager_id.name or ""),
        }
        return frame | {
            "columns": [{"code": code, "name": kpi.name, "formula": kpi.formula} for code, kpi in kpis.items()],
            "accounts": [
                {
                    "id": account.id,
                    "name": account.name,
                    "tier": account.key_account_tier_id.name or "",
                    "manager": account.key_account_manager_id.name or "",
                    "figures": texts(figures[account.id]),
                }
                for account in accounts
            ],
            "totals": {
                by: {name: texts(_add(together, figures, kpis)) for name, together in of_name.items()}
                for by, of_name in groups.items()
            }
            | {"all": texts(_add(accounts, figures, kpis))},
        }


def _add(accounts, figures, kpis):
    """What the accounts have together, those inside another one of them counted once.

    :return: ``{code: figure}`` as of one account, None for what can't be told
    """
    outer = [account for account in accounts if not _lies_in_another(account, accounts)]
    total = {}
    for code in kpis:
        of_accounts = [figures[account.id][code] for account in outer]
        total[code] = {
            "value": known_sum(*(figure["value"] for figure in of_accounts)) if code in ADDED else None,
            "previous": known_sum(*(figure["previous"] for figure in of_accounts)) if code in ADDED else None,
            "unit": of_accounts[0]["unit"] if of_accounts else "",
            "note": "",
        }
    for code in SHARES.keys() & kpis.keys():
        part, whole = (total[other] for other in SHARES[code])
        total[code] |= {moment: ratio(part[moment], whole[moment]) for moment in ("value", "previous")}
    return total


def _lies_in_another(account, accounts):
    partner = account.parent_id
    while partner:
        if partner in accounts:
            return True
        partner = partner.parent_id
    return False
