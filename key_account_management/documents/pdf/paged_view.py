from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..data.folder_data import Condition
from ..data.steps import Step
from .document_view import DocumentView, Line
from .page_tables import HEADING, PagedTable, Rows, Units, lay_out

# Shares of the text's width, see the styles of paged documents
LABEL, LABEL_WITH_TARGETS = 0.38, 0.28
STEP, STEP_WITH_PEOPLE = 0.66, 0.45
CONDITION = 0.26
# Space between two columns in millimetres
GAP = 2
# Lines of headings
HEADS = 2

AnyCondition = TypeVar("AnyCondition", bound=Condition)


class PagedView(DocumentView):
    """What the templates of folder and briefing have in common: tables on sheets of a `Paper`."""

    rows = Rows(9.5, 1.3)

    def _width(self, share: float) -> float:
        return share * self.paper.text_width - GAP

    def _lay_out(
        self, units: Units, above: float = HEADING, begins_page: bool = False, heads: int = HEADS, **attributes: Any
    ) -> PagedTable:
        head = self.rows.height_of_lines(heads)
        return lay_out(units, self.paper.text_height, head, above, begins_page, **attributes)

    def _lay_out_lines(
        self, lines: Sequence[Line], total: Line | None = None, targets: bool = False, **places: Any
    ) -> PagedTable:
        width = self._width(LABEL_WITH_TARGETS if targets else LABEL)
        units = [([line], self.rows.height((line.label, width))) for line in lines]
        if total and units:
            # A total is on the same page as the rows that it adds up
            rows, height = units.pop()
            units.append(([*rows, total], height + self.rows.height()))
        return self._lay_out(units, total=total, has_targets=targets, **places)

    def _lay_out_steps(self, steps: Sequence[Step], with_people: bool = False, **places: Any) -> PagedTable:
        width = self._width(STEP_WITH_PEOPLE if with_people else STEP)
        units = [([step], self.rows.height((f"{step.name}\n{step.account}".strip(), width))) for step in steps]
        return self._lay_out(units, **places)

    def _lay_out_conditions(
        self,
        conditions: Sequence[AnyCondition],
        share: float,
        note: Callable[[AnyCondition], str] | None = None,
        **places: Any,
    ) -> PagedTable:
        """
        :param share: of the text's width that the texts of a condition have: today, proposed and possibly agreed
        :param note: function that gives what is shown below the name of a condition
        """
        has_agreed = any(condition.agreed for condition in conditions)
        share /= 2 + has_agreed
        width, name_width = self._width(share), self._width(CONDITION)
        units = []
        for condition in conditions:
            texts = (condition.today, condition.proposed, condition.agreed)
            name = "\n".join(filter(None, (condition.name, note and note(condition))))
            units.append(([condition], self.rows.height((name, name_width), *((text, width) for text in texts))))
        return self._lay_out(units, has_agreed=has_agreed, **places)
