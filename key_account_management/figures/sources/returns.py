from collections import defaultdict
from dataclasses import dataclass, field

from odoo.models import BaseModel

from ..figure import AccountFigures, Figure, ratio
from ..source import Records
from .sales_groups import SalesGroup
from .sales_lines import LineSum, SalesLines


@dataclass
class Returns(LineSum):
    """What is added up over sales lines; credit notes are positive here."""

    lines: int = 0
    gross: float = 0.0
    credited: float = 0.0
    returned: float = 0.0
    # currency: [credited, returned]
    document_by_currency: dict[BaseModel, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))


class ReturnFigures(SalesLines[Returns]):
    """Credit notes, and those among them that reverse an invoice, compared with what was invoiced."""

    codes = ("returns", "returns_value", "credit_notes_value")
    sum_type = Returns

    def records(self, code: str) -> Records:
        ((model, lines),) = super().records(code)
        if code == "returns_value":
            lines.append(("credit_kind", "=", "return"))
        elif code == "credit_notes_value":
            lines.append(("move_type", "=", "out_refund"))
        else:
            lines += ["|", ("credit_kind", "=", "return"), ("move_type", "!=", "out_refund")]
        return [(model, lines)]

    def _add_group(self, total: Returns, group: SalesGroup) -> None:
        total.lines += group.lines
        of_document = total.document_by_currency[group.currency]
        if group.move_type != "out_refund":
            total.gross += group.revenue
            return
        total.credited -= group.revenue
        of_document[0] -= group.document
        if group.credit_kind == "return":
            total.returned -= group.revenue
            of_document[1] -= group.document

    def _figures(self, now: Returns, before: Returns, unit: BaseModel | None = None) -> AccountFigures:
        figures = {
            "credit_notes_value": self._money(now.credited, before.credited, now.lines, before.lines),
            "returns_value": self._money(now.returned, before.returned, now.lines, before.lines),
            "returns": Figure(
                *(ratio(sums.returned, sums.gross) if sums.gross > 0 else None for sums in (now, before)), unit="%"
            ),
        }
        self._add_document_currency(figures, now, before)
        if not now.lines:
            for figure in figures.values():
                figure.note = self.env._("No invoices in this period.")
        elif figures["returns"].value is None:
            figures["returns"].note = self.env._("Nothing was invoiced in this period to compare the returns with.")
        return figures

    def _add_document_currency(self, figures: AccountFigures, now: Returns, before: Returns) -> None:
        currency = self._document_currency(now, before)
        if currency:
            for position, code in enumerate(("credit_notes_value", "returns_value")):
                figures[code].document = Figure(
                    *(
                        currency.round(sums.document_by_currency[currency][position]) if sums.lines else None
                        for sums in (now, before)
                    ),
                    unit=currency.name,
                )
