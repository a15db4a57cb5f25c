from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.figure import AccountFigures, Figure, Figures, known_sum, ratio
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
        shown = partners._get_key_account_period(content["date_from"], content["date_to"])
        engine = self.env["key.account.figures"]
        figures = engine._compute_figures(accounts, shown, list(kpis)) if accounts else {}
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

    def _texts(self, figures: AccountFigures, kpis: Mapping[str, BaseModel]) -> dict[str, dict[str, Any]]:
        """The figures of one account, or of several together, as text and to sort by."""
        return {
            code: describe(kpis[code], figure, self.formatter) | {"number": figure.value}
            for code, figure in figures.items()
        }


def _add(accounts: Iterable[BaseModel], figures: Figures, kpis: Mapping[str, BaseModel]) -> AccountFigures:
    """The figures of the accounts together, with those inside another one counted once.

    :return: ``{code: figure}`` as for one account, empty for what cannot be derived
    """
    outer = [account for account in accounts if not _lies_in_another(account, accounts)]
    total: AccountFigures = {}
    for code in kpis:
        of_accounts = [figures[account.id][code] for account in outer]
        total[code] = Figure(unit=of_accounts[0].unit if of_accounts else "")
        if code in ADDED:
            total[code].value, total[code].previous = (
                known_sum(*(getattr(figure, moment) for figure in of_accounts)) for moment in ("value", "previous")
            )
            if any(figure.compared for figure in of_accounts):
                # The change is that of the accounts, and of the months of each, that can be compared
                comparable = [pair for pair in (figure.pair for figure in of_accounts) if None not in pair]
                now, before = zip(*comparable, strict=True) if comparable else ((), ())
                total[code].compared = known_sum(*now), known_sum(*before)
    for code in SHARES.keys() & kpis.keys():
        total[code].value, total[code].previous = (
            _share(SHARES[code], outer, figures, attrgetter(moment)) for moment in ("value", "previous")
        )
        if any(total[other].compared for other in SHARES[code]):
            total[code].compared = (
                _share(SHARES[code], outer, figures, lambda figure: figure.pair[0]),
                _share(SHARES[code], outer, figures, lambda figure: figure.pair[1]),
            )
    return total


def _share(
    codes: tuple[str, str],
    accounts: Iterable[BaseModel],
    figures: Figures,
    get: Callable[[Figure], float | None],
) -> float | None:
    """:param codes: of the part and of the whole
    :param get: gives the value of a figure
    """
    pairs = [[get(figures[account.id][code]) for code in codes] for account in accounts]
    parts, wholes = ([pair[side] for pair in pairs if None not in pair] for side in (0, 1))
    return ratio(known_sum(*parts), known_sum(*wholes))


def _lies_in_another(account: BaseModel, accounts: Iterable[BaseModel]) -> bool:
    partner = account.parent_id
    while partner:
        if partner in accounts:
            return True
        partner = partner.parent_id
    return False
