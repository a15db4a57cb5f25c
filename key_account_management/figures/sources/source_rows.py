"""The records behind the figures, one by one: the source of the workbook's data sheets."""

from typing import Any

from odoo.tools import SQL

from ..request import Request
from .receivable_records import ReceivableRecords
from .sales_groups import SalesGroups

SourceRows = list[dict[str, Any]]

SALES_FIELDS = (
    "invoice_date",
    "move_id",
    "move_type",
    "is_return",
    "customer_id",
    "product_id",
    "product_categ_id",
    "quantity",
    "product_uom_id",
    "price_subtotal",
    "price_subtotal_currency",
)


def sales_rows(request: Request, internal: bool) -> SourceRows:
    """The sales lines of the period and of the previous one, oldest first.

    :param internal: whether to read the cost as well
    :return: list of dicts with the `SALES_FIELDS` as ids, numbers and dates, and ``period``: 0 for this one, 1 for
        the one before. A cost of None is not known.
    """
    fields = (*SALES_FIELDS, "cost") if internal else SALES_FIELDS
    report = request.env["key.account.sales.report"]
    source = SalesGroups(request)
    rows: SourceRows = []
    for position, period in enumerate((request.period, request.previous)):
        # Not through records: they would turn an unknown cost into 0
        query = report._search(source.lines_domain(period), order="invoice_date, id")
        columns = [
            SQL("%s AS %s", report._field_to_sql(query.table, name, query), SQL.identifier(name)) for name in fields
        ]
        rows += [row | {"period": position} for row in request.env.execute_query_dict(query.select(*columns))]
    return rows


def receivable_rows(request: Request) -> tuple[SourceRows, SourceRows]:
    """What days sales outstanding is based on, at the end of the period and of the previous one.

    :return: (open items, invoices): lists of dicts ``period`` as above, ``date``, ``document``, ``customer`` (id),
        and ``due``, ``amount``, ``open`` and ``overdue`` of an item, ``gross`` of an invoice
    """
    source = ReceivableRecords(request)
    request.env.flush_all()
    items: SourceRows = []
    invoices: SourceRows = []
    for position, period in enumerate((request.period, request.previous)):
        items += [row | {"period": position} for row in source.open_items(period)]
        invoices += [row | {"period": position} for row in source.invoices(period)]
    return items, invoices
