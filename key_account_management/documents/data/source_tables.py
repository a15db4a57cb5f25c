"""The records behind the figures as tables: each audience gets the columns that it may see."""

from collections.abc import Iterable
from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel

from ...figures.figure import Column
from ...figures.sources.source_rows import SourceRows
from ...tools.units import unit_name
from .document_data import DocumentData, SourceTable

NAMES = {
    "move_id": "account.move",
    "customer_id": "res.partner",
    "product_id": "product.product",
    "product_categ_id": "product.category",
    "product_uom_id": "uom.uom",
}


def gather_source_tables(env: Environment, partner: BaseModel, data: DocumentData) -> dict[str, SourceTable]:
    """
    :param env: in the language and with the company of the document
    :param data: the `DocumentData` so far
    :return: ``{"sales": SourceTable}``, internally also ``open_items`` and ``invoices``; none without records
    """
    sales, open_items, invoices = env["key.account.figures"]._get_source_rows(
        partner, data.period, internal=data.audience == "internal"
    )
    make = _Tables(env, data)
    tables = {
        "sales": make.sales(sales),
        "open_items": make.open_items(open_items),
        "invoices": make.invoices(invoices),
    }
    return {name: table for name, table in tables.items() if table.rows}


class _Tables:
    def __init__(self, env: Environment, data: DocumentData) -> None:
        self.env = env
        self.data = data
        self.periods = (env._("This period"), env._("Previous year"))

    def sales(self, rows: SourceRows) -> SourceTable:
        internal = self.data.audience == "internal"
        columns = {
            "period": Column(self.env._("Period")),
            "date": Column(self.env._("Invoice Date"), "date"),
            "document": Column(self.env._("Document Number")),
            "type": Column(self.env._("Type")),
            "return": Column(self.env._("Returned")),
            "customer": Column(self.env._("Company")),
            "product": Column(self.env._("Product")),
            "category": Column(self.env._("Category")),
            "quantity": Column(self.env._("Quantity"), "quantity"),
            "unit": Column(self.env._("Unit")),
            "amount": Column(self.env._("Amount"), "money", self.data.currency),
        }
        if internal:
            columns["cost"] = Column(self.env._("Cost of goods sold"), "money", self.data.currency)
        # The customer's currency, if the document is in it
        company_currency = self.env.company.currency_id.name
        amount = "price_subtotal" if self.data.currency == company_currency else "price_subtotal_currency"
        types = {
            "out_invoice": self.env._("Invoice"),
            "out_refund": self.env._("Credit Note"),
            "out_receipt": self.env._("Receipt"),
        }
        names = self._names(rows)
        values = [
            [
                self.periods[row["period"]],
                row["invoice_date"],
                names["move_id"][row["move_id"]],
                types[row["move_type"]],
                self.env._("Yes") if row["is_return"] else "",
                names["customer_id"][row["customer_id"]],
                names["product_id"].get(row["product_id"], ""),
                names["product_categ_id"].get(row["product_categ_id"], ""),
                row["quantity"] if row["product_id"] else None,
                names["product_uom_id"].get(row["product_uom_id"], "") if row["product_id"] else "",
                row[amount],
                *([row["cost"]] if internal else []),
            ]
            for row in rows
        ]
        return SourceTable(self.env._("Data"), columns, values)

    def open_items(self, rows: SourceRows) -> SourceTable:
        columns = {
            **self._document_columns(),
            "due": Column(self.env._("Due Date"), "date"),
            "amount": Column(self.env._("Amount"), "money", self.data.currency),
            "open": Column(self.env._("Open at the end of the period"), "money", self.data.currency),
            "overdue": Column(self.env._("Overdue, credits deducted"), "money", self.data.currency),
        }
        values = self._document_values(rows, "due", "amount", "open", "overdue")
        return SourceTable(self.env._("Data, Open Items"), columns, values)

    def invoices(self, rows: SourceRows) -> SourceTable:
        columns = {
            **self._document_columns(),
            "gross": Column(self.env._("Amount with tax"), "money", self.data.currency),
        }
        return SourceTable(self.env._("Data, Invoices"), columns, self._document_values(rows, "gross"))

    def _document_columns(self) -> dict[str, Column]:
        return {
            "period": Column(self.env._("Period")),
            "date": Column(self.env._("Date"), "date"),
            "document": Column(self.env._("Document Number")),
            "customer": Column(self.env._("Company")),
        }

    def _document_values(self, rows: SourceRows, *keys: str) -> list[list[Any]]:
        partners = self._names_of("res.partner", {row["customer"] for row in rows})
        return [
            [
                self.periods[row["period"]],
                row["date"],
                row["document"] or "",
                partners[row["customer"]],
                *(row[key] for key in keys),
            ]
            for row in rows
        ]

    def _names(self, rows: SourceRows) -> dict[str, dict[int, str]]:
        """:return: ``{field: {id: name}}``"""
        return {
            field: self._names_of(model, {row[field] for row in rows if row[field]}) for field, model in NAMES.items()
        }

    def _names_of(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        # Access was checked for the account. Customers read the names: our internal references say nothing to them.
        records = self.env[model].sudo().with_context(display_default_code=False).browse(ids)
        if model == "uom.uom":
            return {unit.id: unit_name(unit) for unit in records}
        return {record.id: record.name if model == "account.move" else record.display_name for record in records}
