from collections.abc import Iterable, Mapping
from typing import Any

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.figure import known_sum, ratio
from .figure_text import describe
from .period_selector import Day, PeriodSelector

# The figures by which accounts are compared, if the user may see them
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
# Figures that several accounts have together; a share is one of their sums, over the accounts that have both. No others
# follow from single accounts.
ADDED = ("revenue", "contribution_margin", "contribution_margin_2", "contribution_margin_3", "overdue_amount", "visits")
SHARES = {
    "contribution_margin_rate": ("contribution_margin", "revenue"),
    "contribution_margin_3_rate": ("contribution_margin_3", "revenue"),
}


# Figures as ``get_key_account_figures`` gives them
FiguresByCode = dict[str, dict[str, Any]]


class Ranking:
    """Accounts side by side: which of them earn the most, and how well their managers do."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.formatter = Formatter(env)

    def content(self, period: str, date_from: Day, date_to: Day) -> dict[str, Any]:
        """See ``get_key_account_ranking`` of ``res.partner``."""
        content = PeriodSelector(self.env).content(period, date_from, date_to)
        partners = self.env["res.partner"]
        accounts = partners.search(
            Domain("key_account_status", "!=", False)
            & (Domain.TRUE if partners._sees_all_key_accounts() else Domain("is_my_key_account", "=", True))
        )
        kpis = self.env["key.account.kpi"]._get_by_code()
        kpis = {code: kpis[code] for code in COMPARED if partners._may_see_audience(kpis[code].audience)}
        figures = (
            accounts.get_key_account_figures(content["date_from"], content["date_to"], list(kpis)) if accounts else {}
        )
        groups = {
            "tier": accounts.grouped(lambda account: account.key_account_tier_id.name or ""),
            "manager": accounts.grouped(lambda account: account.key_account_manager_id.name or ""),
        }
        return content | {
            "columns": [{"code": code, "name": kpi.name, "formula": kpi.formula} for code, kpi in kpis.items()],
            "accounts": [
                {
                    "id": account.id,
                    "name": account.name,
                    "tier": account.key_account_tier_id.name or "",
                    "manager": account.key_account_manager_id.name or "",
                    "figures": self._texts(figures[account.id], kpis),
                }
                for account in accounts
            ],
            "totals": {
                by: {name: self._texts(_add(together, figures, kpis), kpis) for name, together in of_name.items()}
                for by, of_name in groups.items()
            }
            | {"all": self._texts(_add(accounts, figures, kpis), kpis)},
        }

    def _texts(self, figures: FiguresByCode, kpis: Mapping[str, BaseModel]) -> dict[str, dict[str, Any]]:
        """The figures of one account, or of several together, as text and to sort by."""
        return {
            code: describe(kpis[code], figure, self.formatter) | {"number": figure["value"]}
            for code, figure in figures.items()
        }


def _add(
    accounts: Iterable[BaseModel], figures: Mapping[int, FiguresByCode], kpis: Mapping[str, BaseModel]
) -> FiguresByCode:
    """The figures of the accounts together, with those inside another one counted once.

    :return: ``{code: figure}`` as for one account, None for what cannot be derived
    """
    outer = [account for account in accounts if not _lies_in_another(account, accounts)]
    total: FiguresByCode = {}
    for code in kpis:
        of_accounts = [figures[account.id][code] for account in outer]
        total[code] = {
            "value": known_sum(*(figure["value"] for figure in of_accounts)) if code in ADDED else None,
            "previous": known_sum(*(figure["previous"] for figure in of_accounts)) if code in ADDED else None,
            "unit": of_accounts[0]["unit"] if of_accounts else "",
            "note": "",
        }
    for code in SHARES.keys() & kpis.keys():
        total[code] |= {moment: _share(SHARES[code], outer, figures, moment) for moment in ("value", "previous")}
    return total


def _share(
    codes: tuple[str, str], accounts: Iterable[BaseModel], figures: Mapping[int, FiguresByCode], moment: str
) -> float | None:
    """:param codes: of the part and of the whole"""
    pairs = [[figures[account.id][code][moment] for code in codes] for account in accounts]
    parts, wholes = ([pair[side] for pair in pairs if None not in pair] for side in (0, 1))
    return ratio(known_sum(*parts), known_sum(*wholes))


def _lies_in_another(account: BaseModel, accounts: Iterable[BaseModel]) -> bool:
    partner = account.parent_id
    while partner:
        if partner in accounts:
            return True
        partner = partner.parent_id
    return False
