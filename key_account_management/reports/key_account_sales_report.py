import functools
import re
from typing import Final

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..figures.period import DAY_PARTS, DayParts
from ..figures.rates import RATES, Rates
from ..models.account_move import CREDIT_KINDS
from ..roles import MANAGER
from ..tools.client import ACCOUNT_PAGE

ADJUSTMENTS = [("discount", "Discounts"), ("charge", "Charges"), ("down_payment", "Down Payments")]

# Products whose lines are no goods, as the modules mark them that may be installed: kind, model and its field
MARKED_PRODUCTS = (
    ("discount", "res.company", "sale_discount_product_id"),
    ("discount", "loyalty.reward", "discount_line_product_id"),
    ("discount", "pos.config", "discount_product_id"),
    ("charge", "delivery.carrier", "product_id"),
    ("charge", "pos.config", "tip_product_id"),
    ("down_payment", "pos.config", "down_payment_product_id"),
)
# What marks the order lines behind them: products that are not marked any more, or are goods otherwise
MARKED_ORDER_LINES = (("charge", "is_delivery", "%s"), ("discount", "reward_id", "%s IS NOT NULL"))

# In the context of a query: the fields that it reads, as a set; without it, all. A client could only send a list
FIELDS_READ: Final = "key_account_fields_read"
# Fields that are made of others
MADE_OF = {
    "cost": ("quantity", "unit_cost"),
    "margin": ("price_subtotal", "quantity", "unit_cost"),
    "revenue_with_cost": ("price_subtotal", "unit_cost"),
    "goods_value": ("adjustment", "price_subtotal"),
    "goods_value_with_cost": ("adjustment", "price_subtotal", "unit_cost"),
    "is_return": ("credit_kind",),
    "returned": ("credit_kind", "price_subtotal"),
    "is_year_to_date": ("invoice_date",),
    "invoice_date": ("line_invoice_date",),
}


class KeyAccountSalesReport(models.Model):
    """One row per sales line: posted customer invoices, credit notes and receipts, on accounts of income.

    This is the set of sales lines L that the figures are defined on. The engine groups this model, the
    pivot shows it: both give the same sums. Money is converted into the active company's currency
    at the rates of Odoo's invoice analysis, on which this report is based.

    A line counts for the customer on it, as it was booked: the journal items have an index on their partner.
    What no query asks for is not read: each column that takes more than the line itself is a subquery.
    """

    _name = "key.account.sales.report"
    _inherit = ["account.invoice.report"]
    _description = "Key Account Sales Analysis"
    _auto = False
    _rec_name = "invoice_date"
    _order = "invoice_date desc, id desc"

    customer_id = fields.Many2one("res.partner", readonly=True)
    key_account_id = fields.Many2one("res.partner", readonly=True, context=ACCOUNT_PAGE)
    key_account_status = fields.Selection(
        [
            ("candidate", "Candidate"),
            ("active", "Active"),
            ("at_risk", "At Risk"),
            ("former", "Former"),
        ],
        readonly=True,
    )
    key_account_tier_id = fields.Many2one("key.account.tier", "Tier", readonly=True)
    key_account_manager_id = fields.Many2one("res.users", readonly=True)
    adjustment = fields.Selection(
        ADJUSTMENTS,
        readonly=True,
        help="Money, but no goods: discounts on whole documents and rewards, charges such as delivery, tips and "
        "rounding, and down payments. Empty for goods and services.",
    )
    price_effective = fields.Float(
        "Effective Amount",
        readonly=True,
        help="Amount of goods and services after the discounts on the whole document, which lower all of its prices in "
        "the same proportion.",
    )
    credit_kind = fields.Selection(
        CREDIT_KINDS,
        "Kind of Credit",
        readonly=True,
        help="As set on the credit note, or else as it follows from the documents.",
    )
    is_return = fields.Boolean("Returned", readonly=True, help="Credited because the goods came back.")
    returned = fields.Float("Returns", readonly=True, help="Value of what came back, as a positive amount.")
    is_year_to_date = fields.Boolean(
        "Year to Date",
        readonly=True,
        help="Only the days up to today's date in each year, so a year that is not over yet is compared fairly.",
    )
    cost = fields.Float("Cost of Goods Sold", readonly=True, groups=MANAGER)
    margin = fields.Float(
        "Contribution Margin I",
        readonly=True,
        groups=MANAGER,
        help="Revenue less the known cost of goods sold. Revenue with Known Cost shows how much of the revenue is "
        "covered.",
    )
    revenue_with_cost = fields.Float("Revenue with Known Cost", readonly=True, groups=MANAGER)
    goods_value = fields.Float(
        "Value of Goods",
        readonly=True,
        groups=MANAGER,
        help="Amount of goods and services without its sign: what is credited adds to what is sold.",
    )
    goods_value_with_cost = fields.Float("Value of Goods with Known Cost", readonly=True, groups=MANAGER)

    # Core's own margin uses today's cost for everything: two margins in one report would be one too many. Nobody reads
    # it here: the group of technical features would show it to sales representatives in debug mode.
    price_margin = fields.Float(groups=fields.NO_ACCESS)
    inventory_value = fields.Float(groups=fields.NO_ACCESS)

    _depends = {
        "account.account": ["account_type"],
        "account.move": ["amount_total", "key_account_credit_kind", "reversed_entry_id"],
        "account.move.line": ["display_type", "invoice_date", "is_downpayment"],
        "res.partner": ["key_account_id", "key_account_status", "key_account_tier_id", "key_account_manager_id"],
        "sale.order": ["currency_rate"],
        "sale.order.line": ["invoice_lines", "order_id", "product_uom_qty", "product_uom_id", "purchase_price"],
    }

    @property
    def _table_query(self) -> SQL:
        made = {
            "cost": SQL("lines.quantity * lines.unit_cost"),
            "margin": SQL("lines.price_subtotal - COALESCE(lines.quantity * lines.unit_cost, 0)"),
            "revenue_with_cost": SQL("CASE WHEN lines.unit_cost IS NOT NULL THEN lines.price_subtotal END"),
            "goods_value": SQL("CASE WHEN lines.adjustment IS NULL THEN ABS(lines.price_subtotal) END"),
            "goods_value_with_cost": SQL(
                """CASE WHEN lines.adjustment IS NULL AND lines.unit_cost IS NOT NULL
                        THEN ABS(lines.price_subtotal) END"""
            ),
            "is_return": SQL("COALESCE(lines.credit_kind = 'return', FALSE)"),
            "returned": SQL("CASE WHEN lines.credit_kind = 'return' THEN -lines.price_subtotal ELSE 0 END"),
            "is_year_to_date": SQL(
                "TO_CHAR(lines.invoice_date, 'MMDD') <= %s", fields.Date.context_today(self).strftime("%m%d")
            ),
        }
        read = self.env.context.get(FIELDS_READ)
        if not isinstance(read, frozenset):
            read = None
        columns = [
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in made.items()
            if read is None or name in read
        ]
        return SQL(
            "SELECT %s FROM (%s) AS lines",
            SQL(", ").join([SQL("lines.*"), *columns]),
            self.with_context(**{RATES: Rates.of(self.env)})._lines_query(read),
        )

    @api.model
    def _lines_query(self, read) -> SQL:
        """
        :param read: names of fields, None for all: PostgreSQL takes longer to understand what is not read than to read
            the lines of an account
        """
        select = self._select()
        if read is not None:
            wanted = {"id", *read}.union(*(MADE_OF.get(name, ()) for name in read))
            select = SQL("SELECT %s", SQL(", ").join(each for name, each in _columns(select) if name in wanted))
        return SQL("%s %s %s", select, self._from(), self._where())

    @api.model
    def _reading(self, *names, domain=()):
        """:return: the report for a query that reads these fields only, and those of the domain"""
        names = {*names, *(condition.field_expr for condition in Domain(domain).iter_conditions())}
        return self.with_context(**{FIELDS_READ: frozenset(name.split(":")[0] for name in names)})

    @api.model
    def _select(self) -> SQL:
        line = SQL.identifier("line")
        return SQL(
            """%(select)s,
                line.invoice_date AS line_invoice_date,
                line.partner_id AS customer_id,
                partner.key_account_id AS key_account_id,
                key_account.key_account_status AS key_account_status,
                key_account.key_account_tier_id AS key_account_tier_id,
                key_account.key_account_manager_id AS key_account_manager_id,
                %(adjustment)s AS adjustment,
                %(price_effective)s AS price_effective,
                CASE WHEN move.move_type = 'out_refund' THEN %(credit_kind)s END AS credit_kind,
                %(unit_cost)s AS unit_cost
            """,
            select=super()._select(),
            adjustment=self._adjustment(line),
            price_effective=self._select_price_effective(),
            credit_kind=self._select_credit_kind(),
            unit_cost=self._select_unit_cost(),
        )

    @api.model
    def _select_unit_cost(self) -> SQL:
        """Cost of one unit of the product (its own unit of measure) in the report's currency, or NULL.

        From the sale order lines behind the invoice line, if any, otherwise the product's cost today.
        In Odoo, a cost of zero means that none was entered: unknown, not free.
        """
        return SQL(
            """
            account_currency_table.rate * NULLIF(
                CASE WHEN ordered.lines > 0 THEN ordered.unit_cost
                ELSE (product.standard_price -> line.company_id::text)::float
                END, 0)
            """
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """%s
                LEFT JOIN res_partner key_account ON key_account.id = partner.key_account_id
                -- a sum, so that the database looks it up once a line, however often the cost is named
                LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS lines,
                           COALESCE(SUM(line_cost * quantity) / NULLIF(SUM(quantity), 0), AVG(line_cost)) AS unit_cost
                      FROM (
                            SELECT sale_line.purchase_price / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                                       * COALESCE(uom_template.factor, 1) / COALESCE(uom_sale.factor, 1) AS line_cost,
                                   sale_line.product_uom_qty * COALESCE(uom_sale.factor, 1) AS quantity
                              FROM sale_order_line_invoice_rel rel
                              JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                              JOIN sale_order sale ON sale.id = sale_line.order_id
                         LEFT JOIN uom_uom uom_sale ON uom_sale.id = sale_line.product_uom_id
                             WHERE rel.invoice_line_id = line.id
                           ) AS sale_lines
                ) AS ordered ON TRUE
            """,
            super()._from(),
        )

    @api.model
    def _where(self) -> SQL:
        return SQL(
            """%s
                AND move.state = 'posted'
                AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                AND account.account_type IN ('income', 'income_other')
            """,
            super()._where(),
        )

    # === GROUPING ===#

    @api.model
    def _field_to_sql(self, alias, field_expr, query=None):
        """The invoice date is read from the line, which has the same: invoices of other days are not looked up."""
        if field_expr == "invoice_date":
            return SQL.identifier(alias, "line_invoice_date", to_flush=self._fields["invoice_date"])
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _read_group_groupby(self, alias, groupby_spec, query):
        """``invoice_date:part`` is the number of the part of the `DayParts` in the context in which a line lies."""
        parts = self.env.context.get(DAY_PARTS)
        # A client could only send text
        if groupby_spec != "invoice_date:part" or not isinstance(parts, DayParts):
            return super()._read_group_groupby(alias, groupby_spec, query)
        return parts.to_sql(self._field_to_sql(alias, "invoice_date", query))

    @api.model
    def _read_ids_grouped(self, domain, groupby, aggregates):
        """As `_read_group`, with ids: to make the records of many groups takes longer than to read them.

        :return: list of tuples of the groups' values (ids or None for records) and aggregates
        """
        report = self._reading(*groupby, *aggregates, domain=domain)
        query = report._search(domain)
        if query.is_empty():
            return []
        terms = {spec: report._read_group_groupby(self._table, spec, query) for spec in groupby}
        query.order = report._read_group_orderby(None, terms, query)
        query.groupby = SQL(", ").join(terms.values())
        return self.env.execute_query(
            query.select(*terms.values(), *(report._read_group_select(spec, query) for spec in aggregates))
        )

    # === ADJUSTMENTS ===#

    @api.model
    def _get_adjustments(self, line: SQL) -> list[tuple[str, SQL]]:
        """What makes a sales line an adjustment. Modules add the marks of their own lines.

        :param line: alias of a journal item (``account_move_line``), of the report's own or of another one
        :return: list of (kind as in `ADJUSTMENTS`, condition), the first that is met counts
        """
        adjustments = [("down_payment", SQL("%s.is_downpayment", line))]
        for kind, model, name in MARKED_PRODUCTS:
            field = self._installed_field(model, name)
            if field:
                products = SQL(
                    "SELECT %(field)s FROM %(table)s WHERE %(field)s IS NOT NULL",
                    field=SQL.identifier(field.name, to_flush=field),
                    table=SQL.identifier(self.env[model]._table),
                )
                adjustments.append((kind, SQL("%s.product_id IN (%s)", line, products)))
        for kind, name, is_marked in MARKED_ORDER_LINES:
            field = self._installed_field("sale.order.line", name)
            if field:
                condition = SQL(
                    """EXISTS (
                           SELECT FROM sale_order_line_invoice_rel rel
                             JOIN sale_order_line marked ON marked.id = rel.order_line_id
                            WHERE rel.invoice_line_id = %s.id AND %s
                       )""",
                    line,
                    SQL(is_marked, SQL.identifier("marked", name, to_flush=field)),
                )
                adjustments.append((kind, condition))
        # What an invoice is rounded by is no sales line, unless it was entered as one: less than the smallest coin
        adjustments.append(
            (
                "charge",
                SQL(
                    """%(line)s.product_id IS NULL AND EXISTS (
                           SELECT FROM account_cash_rounding rounding
                            WHERE ABS(%(line)s.amount_currency) < rounding.rounding
                              AND %(line)s.account_id::text IN (
                                      rounding.profit_account_id ->> %(line)s.company_id::text,
                                      rounding.loss_account_id ->> %(line)s.company_id::text
                                  )
                       )""",
                    line=line,
                ),
            )
        )
        return adjustments

    @api.model
    def _installed_field(self, model: str, name: str):
        """:return: the field, None unless a module is installed that brings it"""
        return self.env[model]._fields.get(name) if model in self.env else None

    @api.model
    def _adjustment(self, line: SQL) -> SQL:
        """:return: the kind of adjustment that a journal item is, NULL for goods"""
        cases = [SQL("WHEN %s THEN %s", condition, kind) for kind, condition in self._get_adjustments(line)]
        return SQL("CASE %s END", SQL(" ").join(cases))

    @api.model
    def _spread_discounts(self, lines: SQL) -> SQL:
        """Spreads the discounts on whole documents over their goods, in proportion to the value of these.

        Those of an order lower what is invoiced of this order, those without an order the whole document. Goods and
        their part of the discounts are together what both were booked with, unless a discount is above the value of its
        goods: it makes them free, and the rest of it belongs to no goods.

        :param lines: query of all lines of some documents, with the columns ``id``, ``move_id``, ``price_subtotal`` and
            ``adjustment``
        :return: the same with ``price_effective``, NULL for adjustments
        """
        return SQL(
            """
            SELECT spread.*,
                   CASE WHEN adjustment IS NULL THEN price_subtotal * GREATEST(
                       0,
                       1 + COALESCE(discount_of_document / NULLIF(goods_of_document, 0), 0)
                         + COALESCE(discount_of_order / NULLIF(goods_of_order, 0), 0)
                   ) END AS price_effective
              FROM (
                    SELECT ordered.*,
                           SUM(price_subtotal) FILTER (WHERE adjustment = 'discount' AND order_id IS NULL)
                               OVER document AS discount_of_document,
                           SUM(price_subtotal) FILTER (WHERE adjustment IS NULL)
                               OVER document AS goods_of_document,
                           SUM(price_subtotal) FILTER (WHERE adjustment = 'discount' AND order_id IS NOT NULL)
                               OVER of_order AS discount_of_order,
                           SUM(price_subtotal) FILTER (WHERE adjustment IS NULL AND order_id IS NOT NULL)
                               OVER of_order AS goods_of_order
                      FROM (
                            SELECT line.*,
                                   -- most documents have no discount: their orders are not looked up
                                   CASE WHEN BOOL_OR(line.adjustment = 'discount') OVER (PARTITION BY line.move_id)
                                   THEN (
                                       SELECT MIN(ordered_line.order_id)
                                         FROM sale_order_line_invoice_rel rel
                                         JOIN sale_order_line ordered_line ON ordered_line.id = rel.order_line_id
                                        WHERE rel.invoice_line_id = line.id
                                   ) END AS order_id
                              FROM (%s) AS line
                           ) AS ordered
                    WINDOW document AS (PARTITION BY move_id), of_order AS (PARTITION BY move_id, order_id)
                   ) AS spread
            """,
            lines,
        )

    @api.model
    def _select_price_effective(self) -> SQL:
        """For a list of lines: of many lines, the documents are read as a whole, see `_spread_discounts`."""
        other = SQL.identifier("other")
        document = SQL(
            """SELECT other.id, other.move_id, -other.balance AS price_subtotal, %s AS adjustment
                 FROM account_move_line other
                 JOIN account_account other_account ON other_account.id = other.account_id
                WHERE other.move_id = line.move_id
                  AND other.display_type = 'product'
                  AND other_account.account_type IN ('income', 'income_other')""",
            self._adjustment(other),
        )
        return SQL(
            """CASE WHEN EXISTS (SELECT FROM (%(document)s) AS discount WHERE discount.adjustment = 'discount')
                    THEN (SELECT effective.price_effective FROM (%(spread)s) AS effective WHERE effective.id = line.id)
                    -- most documents have none
                    WHEN %(adjustment)s IS NULL THEN -line.balance
               END * account_currency_table.rate""",
            document=document,
            spread=self._spread_discounts(document),
            adjustment=self._adjustment(SQL.identifier("line")),
        )

    # === KINDS OF CREDIT ===#

    @api.model
    def _select_credit_kind(self) -> SQL:
        """The kind of a line on a credit note: as it was set, or else as it follows from the documents."""
        line = SQL.identifier("line")
        return SQL(
            """COALESCE(move.key_account_credit_kind, CASE
                   -- what was paid in advance is given back: nothing became cheaper, and nothing came back
                   WHEN line.is_downpayment THEN 'correction'
                   WHEN %(is_reversed)s THEN 'correction'
                   WHEN %(is_returned)s THEN 'return'
                   WHEN %(is_replaced)s THEN 'correction'
                   WHEN %(came_back)s THEN 'return'
                   ELSE 'price' END)
            """,
            is_reversed=self._is_reversed(),
            is_returned=self._is_of_goods(self._returned_delivery(line), self._returned_delivery),
            is_replaced=self._is_replaced(),
            came_back=self._is_of_goods(self._came_back(line), self._came_back),
        )

    @api.model
    def _returned_delivery(self, line: SQL) -> SQL:
        """Whether the goods of a journal item (alias ``line``) are known to have been delivered back.

        :return: condition, NULL where nothing is known of its deliveries; without Inventory, that is everywhere
        """
        return SQL("NULL::boolean")

    @api.model
    def _came_back(self, line: SQL) -> SQL:
        """As far as deliveries are not known: credited on what was invoiced, or on what was ordered."""
        return SQL(
            """COALESCE(%s, move.reversed_entry_id IS NOT NULL OR EXISTS (
                   SELECT FROM sale_order_line_invoice_rel rel WHERE rel.invoice_line_id = %s.id
               ))""",
            self._returned_delivery(line),
            line,
        )

    @api.model
    def _is_of_goods(self, condition: SQL, of_line) -> SQL:
        """A condition on the goods of a credit note; its adjustments go with any goods that meet it.

        :param condition: for ``line``
        :param of_line: the same for another line, given its alias
        """
        other = SQL.identifier("other")
        return SQL(
            """CASE WHEN %(adjustment)s IS NULL THEN %(condition)s ELSE EXISTS (
                   SELECT FROM account_move_line other
                    WHERE other.move_id = line.move_id AND other.display_type = 'product'
                      AND %(other_adjustment)s IS NULL AND %(other_condition)s
               ) END""",
            adjustment=self._adjustment(SQL.identifier("line")),
            condition=condition,
            other_adjustment=self._adjustment(other),
            other_condition=of_line(other),
        )

    @api.model
    def _is_reversed(self) -> SQL:
        """Whether the credit note was itself reversed in full."""
        # With a limit, so that PostgreSQL looks it up by the index and does not read all documents of the company
        return SQL(
            """COALESCE((
                   SELECT TRUE FROM account_move back
                    WHERE back.reversed_entry_id = move.id AND back.state = 'posted'
                      AND back.amount_total = move.amount_total
                    LIMIT 1
               ), FALSE)"""
        )

    @api.model
    def _is_replaced(self) -> SQL:
        """Whether the credit note reverses an invoice in full that is invoiced again.

        Odoo keeps no link to the new invoice. If there was an order, its lines are invoiced again. Without one,
        *Reverse and Create Invoice* makes both at once: the new one has all products of the wrong one.
        """
        again = SQL(
            """replacing.id > move.id AND replacing.move_type = original.move_type
               AND replacing.reversed_entry_id IS NULL AND replacing.state <> 'cancel'"""
        )
        return SQL(
            """EXISTS (
                   SELECT FROM account_move original
                    WHERE original.id = move.reversed_entry_id AND original.amount_total = move.amount_total
                      AND (EXISTS (
                               SELECT FROM account_move_line wrong
                                 JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = wrong.id
                                 JOIN sale_order_line_invoice_rel other_rel
                                   ON other_rel.order_line_id = rel.order_line_id
                                 JOIN account_move_line other ON other.id = other_rel.invoice_line_id
                                 JOIN account_move replacing ON replacing.id = other.move_id
                                WHERE wrong.move_id = original.id AND %(again)s
                           )
                           OR EXISTS (
                               SELECT FROM account_move replacing
                                WHERE replacing.partner_id = move.partner_id AND replacing.company_id = move.company_id
                                  AND replacing.create_date = move.create_date AND %(again)s
                                  AND NOT EXISTS (
                                          SELECT product_id FROM account_move_line
                                           WHERE move_id = original.id AND display_type = 'product'
                                          EXCEPT
                                          SELECT product_id FROM account_move_line
                                           WHERE move_id = replacing.id AND display_type = 'product'
                                      )
                           ))
               )""",
            again=again,
        )

    # === ACTION METHODS ===#

    def action_view_invoice(self):
        """Opens the document of a line."""
        self.ensure_one()
        return self.move_id.action_view_key_account_invoice()


def _columns(select: SQL) -> list[tuple[str, SQL]]:
    """The columns of a query that begins with SELECT: whatever modules add to it, as text.

    >>> [name for name, _sql in _columns(SQL("SELECT a.id, COALESCE(b, 'x, y') AS c -- and, so on"))]
    ['id', 'c']
    """
    columns, params = [], list(select.params)
    for name, text, number in _split_select(select.code):
        # All of a part's parameters are its own, in their order
        own, params = params[:number], params[number:]
        columns.append((name, SQL(text, *own, to_flush=select.to_flush)))
    return columns


# The same for each query, unless a module is installed
@functools.lru_cache(maxsize=8)
def _split_select(code: str) -> list[tuple[str, str, int]]:
    """:return: name, code and number of parameters of the columns"""
    code = re.sub(r"--[^\n]*", "", code).strip().removeprefix("SELECT")
    return [(re.findall(r"\w+", text)[-1], text, text.replace("%%", "").count("%s")) for text in _parts(code)]


def _parts(code: str) -> list[str]:
    """:return: what is between the commas that are in no parentheses or quotes"""
    parts, begin, depth = [], 0, 0
    for found in re.finditer(r"'[^']*'|\"[^\"]*\"|[(),\[\]]", code):
        mark = found[0]
        depth += (mark in "([") - (mark in ")]")
        if mark == "," and not depth:
            parts.append(code[begin : found.start()])
            begin = found.end()
    return [*parts, code[begin:]]
