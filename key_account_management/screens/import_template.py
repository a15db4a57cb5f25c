import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from odoo import fields
from odoo.models import BaseModel

from ..documents.workbook.styles import NUMBER_FORMATS

# Rows of the template that offer the choices of a column
ROWS = 200
# As Excel limits the list of a cell, in letters
CHOICES = 255


class ImportTemplate:
    """An empty workbook in the user's language whose columns Odoo's import recognizes, with one example.

    Numbers and dates are numbers and dates of Excel: it shows them by the reader's own settings, and a decimal comma
    is one.
    """

    def __init__(self, model: BaseModel) -> None:
        """:param model: that inherits ``key.account.import.mixin``"""
        self.model = model
        self.env = model.env
        self.fields = model.fields_get(model._import_fields)

    @property
    def names(self) -> Sequence[str]:
        """The columns: a user has those that are for the user's role."""
        return [name for name in self.model._import_fields if name in self.fields]

    def content(self) -> bytes:
        """:return: an xlsx file"""
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        dates = book.add_format({"num_format": NUMBER_FORMATS["date"]})
        for column, name in enumerate(self.names):
            field = self.fields[name]
            sheet.write_string(0, column, field["string"], head)
            sheet.write_comment(0, column, self._explain(field))
            sheet.set_column(column, column, max(len(field["string"]) + 4, 14))
            choices = self._choices(name, field)
            if choices and len(",".join(choices)) <= CHOICES:
                sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": choices})
            self._write_example(sheet, column, self._example(name, field, choices), dates)
        sheet.freeze_panes(1, 0)
        book.close()
        return file.getvalue()

    def _explain(self, field: dict[str, Any]) -> str:
        must = self.env._("Required.") if field["required"] else self.env._("May be empty.")
        return f"{must} {field.get('help') or ''}".strip()

    def _choices(self, name: str, field: dict[str, Any]) -> list[str]:
        if field["type"] == "selection":
            return [label for _key, label in field["selection"]]
        if field["type"] == "boolean":
            return ["TRUE", "FALSE"]
        if field["type"] == "many2one" and field["relation"] not in ("res.partner", "res.users"):
            return self.env[field["relation"]].search([], limit=50).mapped("display_name")
        return []

    def _example(self, name: str, field: dict[str, Any], choices: Sequence[str]) -> Any:
        if choices:
            return choices[0]
        match field["type"]:
            case "many2one" if name == "partner_id":
                partners = self.env["res.partner"]
                return partners.search([("is_my_key_account", "=", True)], limit=1).name or ""
            case "many2one" if name == "user_id":
                return self.env.user.name
            case "date":
                return fields.Date.context_today(self.model)
            case "integer":
                return self.model.default_get([name]).get(name) or 1
            case "float" | "monetary":
                return 7.5
            case "char" if field["required"]:
                return self.env._("Example")
        return ""

    def _write_example(self, sheet: Any, column: int, value: Any, dates: Any) -> None:
        if value == "":
            return
        if isinstance(value, str):
            sheet.write_string(1, column, value)
        elif isinstance(value, (int, float)):
            sheet.write_number(1, column, value)
        else:
            sheet.write_datetime(1, column, value, dates)
