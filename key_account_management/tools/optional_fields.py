"""Number fields that can be empty: Odoo's own turn what is not known into 0, in records, exports and filters."""

from collections.abc import Callable
from typing import Any

from odoo import fields
from odoo.models import BaseModel


class OptionalNumber:
    """What makes a field of numbers optional. Empty is None in Python, and False for clients, as other empty fields.

    Filters that compare numbers do not find empty ones; ``("field", "=", False)`` does, and does not find 0.
    """

    falsy_value = None

    def convert_to_column(
        self, value: Any, record: BaseModel, values: Any = None, validate: bool = True
    ) -> float | str | None:
        return None if _is_empty(value) else super().convert_to_column(value, record, values, validate)  # type: ignore[misc]

    def convert_to_column_insert(
        self, value: Any, record: BaseModel, values: Any = None, validate: bool = True
    ) -> float | str | None:
        return None if _is_empty(value) else super().convert_to_column_insert(value, record, values, validate)  # type: ignore[misc]

    def convert_to_cache(self, value: Any, record: BaseModel, validate: bool = True) -> float | None:
        return None if _is_empty(value) else super().convert_to_cache(value, record, validate)  # type: ignore[misc]

    def convert_to_record(self, value: float | None, record: BaseModel) -> float | None:
        return value

    def convert_to_read(self, value: float | None, record: BaseModel, use_display_name: bool = True) -> Any:
        return False if value is None else value

    def convert_to_write(self, value: Any, record: BaseModel) -> Any:
        return False if _is_empty(value) else value

    def convert_to_export(self, value: float | None, record: BaseModel) -> Any:
        return "" if _is_empty(value) else value

    def filter_function(
        self, records: BaseModel, field_expr: str, operator: str, value: Any
    ) -> Callable[[BaseModel], bool]:
        if operator != "in":
            return super().filter_function(records, field_expr, operator, value)  # type: ignore[misc]
        # Odoo takes 0 for empty, since to Python it equals False
        numbers = {each for each in value if not _is_empty(each)}
        finds_empty = len(numbers) < len(value)
        get: Callable[[BaseModel], float | None] = self.expression_getter(field_expr)  # type: ignore[attr-defined]

        def is_found(record: BaseModel) -> bool:
            number = get(record)
            return finds_empty if number is None else number in numbers

        return is_found


class OptionalFloat(OptionalNumber, fields.Float):
    """A number that can be empty."""


class OptionalMonetary(OptionalNumber, fields.Monetary):
    """An amount that can be empty."""


def _is_empty(value: Any) -> bool:
    return value is None or value is False
