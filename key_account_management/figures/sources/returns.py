from collections import defaultdict
from dataclasses import dataclass, field

from odoo.models import BaseModel

from ..figure import AccountFigures, Figure, ratio
from ..source import Records
from .sales_groups import CreditGroups, SalesGroup
from .sales_lines import LineSum, SalesLines

# Value of the credits of a kind; of all kinds together
KINDS = {"returns_value": "return", "price_credits_value": "price", "corrections_value": "correction"}
ALL_KINDS = "credit_notes_value"


@dataclass
class Credits(LineSum):
    """What is added up over sales lines; credit notes are positive here."""

    lines: int = 0
    gross: float = 0.0
    # By kind
    credited: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    # currency: by kind, in the order of `KINDS`, and all
    document_by_currency: dict[BaseModel, list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0] * (len(KINDS) + 1))
    )

    @property
    def values(self) -> list[float]:
        """As in `document_by_currency`."""
        return [*(self.credited[kind] for kind in KINDS.values()), sum(self.credited.values())]


class ReturnFigures(SalesLines[Credits]):
    """Credit notes by what they were for, and what came back compared with what was invoiced."""

    codes = ("returns", *KINDS, ALL_KINDS)
    has_credits = True
    codes_over_time = (*KINDS, ALL_KINDS)
    sum_type = Credits

    def records(self, code: str) -> Records:
        ((model, lines),) = super().records(code)
        if code in KINDS:
            lines.append(("credit_kind", "=", KINDS[code]))
        elif code == ALL_KINDS:
            lines.append(("move_type", "=", "out_refund"))
        else:
            lines += ["|", ("credit_kind", "=", "return"), ("move_type", "!=", "out_refund")]
        return [(model, lines)]

    def _groups(self, breakdown: str | None) -> list[list[SalesGroup]]:
        return [
            [*(group for group in groups if group.move_type != "out_refund"), *credits[breakdown]]
            for groups, credits in zip(super()._groups(breakdown), self.request.figures(CreditGroups), strict=True)
        ]

    def _add_group(self, total: Credits, group: SalesGroup) -> None:
        total.lines += group.lines
        of_document = total.document_by_currency[group.currency]
        if not group.credit_kind:
            total.gross += group.revenue
            return
        total.credited[group.credit_kind] -= group.revenue
        of_document[-1] -= group.document
        for position, kind in enumerate(KINDS.values()):
            of_document[position] -= group.document if kind == group.credit_kind else 0.0

    def _figures(
        self, now: Credits, before: Credits, unit: BaseModel | None = None, is_row: bool = False
    ) -> AccountFigures:
        figures = {
            code: self._money(value, previous, now.lines, before.lines)
            for code, value, previous in zip((*KINDS, ALL_KINDS), now.values, before.values, strict=True)
        }
        figures["returns"] = Figure(
            *(
                ratio(sums.credited["return"], sums.gross)
                if self.currency.compare_amounts(sums.gross, 0.0) > 0
                else None
                for sums in (now, before)
            ),
            unit="%",
        )
        self._add_document_currency(figures, now, before)
        if not now.lines:
            for figure in figures.values():
                figure.note = self.env._("No invoices in this period.")
        elif figures["returns"].value is None:
            figures["returns"].note = self.env._("Nothing was invoiced in this period to compare the returns with.")
        return figures

    def _add_document_currency(self, figures: AccountFigures, now: Credits, before: Credits) -> None:
        currency = self._document_currency(now, before)
        if currency:
            for position, code in enumerate((*KINDS, ALL_KINDS)):
                figures[code].document = Figure(
                    *(
                        currency.round(sums.document_by_currency[currency][position]) if sums.lines else None
                        for sums in (now, before)
                    ),
                    unit=currency.name,
                )
