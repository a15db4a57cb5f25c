import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from ...roles import HEAD
from ...tools.problems import log_problem

_logger = logging.getLogger(__name__)


class KeyAccountCustomerRevenue(models.Model):
    """What every customer of a company bought, by day: sums over the sales lines, kept for figures that compare an
    account with all others. They then cost the same in a large company as in a small one.

    Brought up to date at night and on demand, not when invoices are posted: see `_refresh`. What an account itself
    bought is never read from here. No role has access: it is made of customers of everybody.
    """

    _name = "key.account.customer.revenue"
    _description = "Revenue of a Customer on a Day"
    _order = "company_id, date, customer_id"
    _rec_name = "customer_id"
    # Written by the database alone, and there are many
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    customer_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    revenue = fields.Monetary(required=True, readonly=True)

    # Sums over all customers are read from the index alone. Not unique: when customers are merged, a day has two sums
    # until the next time
    _day_idx = models.Index("(company_id, date, customer_id) INCLUDE (revenue)")

    # === BUSINESS METHODS ===#

    @api.model
    def _cron_refresh(self):
        self.env["key.account.scheduled.job"]._run(
            "revenue of all customers",
            (self.env["res.company"], [("active", "=", True)], self._try_to_refresh),
            size=1,
        )

    @api.model
    def _try_to_refresh(self, company):
        """A problem in one company does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self.with_company(company)._refresh(thoroughly=True)
        except (SerializationFailure, UniqueViolation):
            _logger.info("The revenue of all customers of %s was just brought up to date.", company.name)
        except Exception as error:
            log_problem(_logger, error, "The revenue of all customers of %s is as it was: %s", company.name)

    @api.model
    def _refresh_now(self):
        """On demand, for the active company.

        :raises AccessError: for others than administrators and the head of key accounts
        :raises UserError: while it is already being done
        """
        if not (self.env.su or self.env.user._is_system() or self.env.user.has_group(HEAD)):
            raise AccessError(self.env._("Only administrators and the head of key accounts can do this."))
        if not self._refresh():
            raise UserError(self.env._("The revenue of all customers is just being brought up to date."))

    @api.model
    def _refresh(self, thoroughly=False):
        """Brings the active company up to date with its invoices; two workers never do it at once.

        Only months in which an invoice is not as it was are computed again: the database tells which they are, so it
        does not matter when and how an invoice was posted, changed, reset or deleted. What is only seen on its lines
        (another account that is no income, for example) is found at night, when all months are compared.

        :param thoroughly: compare all months
        :return: whether it was done, and not by another worker
        """
        company = self.env.company
        # No role has access, see above; whoever refreshes must not change what is counted
        this = self.sudo().with_context(allowed_company_ids=company.ids)
        this.env.flush_all()
        # As the engine: compiling takes longer than it saves
        this.env.cr.execute("SET LOCAL jit = off")
        (is_free,) = this._execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._name, company.id)[0]
        if not is_free:
            return False
        state = this.env["key.account.customer.revenue.state"]._lock(company)
        accounts = this._read_income_accounts()
        months = this._read_fingerprints()
        changed = None
        if state.as_of and not thoroughly:
            before = state.fingerprints
            changed = {month for month in months.keys() | before.keys() if months.get(month) != before.get(month)}
            changed |= this._read_months_of(set(accounts) ^ set(state.income_account_ids))
        if changed is None or changed:
            this._compute_again(changed)
        state.write({"as_of": fields.Datetime.now(), "fingerprints": months, "income_account_ids": accounts})
        return True

    def _execute(self, query, *parameters):
        return self.env.execute_query(SQL(query, *parameters))

    @api.model
    def _read_income_accounts(self):
        """:return: ids of the accounts on which lines are revenue"""
        domain = [("account_type", "in", ("income", "income_other"))]
        return self.env["account.account"].with_context(active_test=False).search(domain, order="id").ids

    @api.model
    def _read_fingerprints(self):
        """:return: ``{"YYYY-MM": text}`` of the invoices' heads, which changes when one of them does"""
        return dict(
            self._execute(
                """
                SELECT TO_CHAR(invoice_date, 'YYYY-MM'),
                       COUNT(*) || ' ' || SUM(
                           HASHTEXTEXTENDED(
                               CONCAT_WS('|', id, move_type, partner_id, commercial_partner_id, invoice_date,
                                         amount_untaxed_signed, write_date),
                               0
                           )
                       )
                  FROM account_move
                 WHERE company_id = %s
                   AND state = 'posted'
                   AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
              GROUP BY 1
                """,
                self.env.company.id,
            )
        )

    @api.model
    def _read_months_of(self, account_ids):
        """:return: months with sales lines on accounts that became accounts of income, or are none any more"""
        if not account_ids:
            return set()
        rows = self._execute(
            """
            SELECT DISTINCT TO_CHAR(invoice_date, 'YYYY-MM')
              FROM account_move_line
             WHERE account_id = ANY(%s)
               AND company_id = %s
               AND display_type = 'product'
               AND invoice_date IS NOT NULL
            """,
            list(account_ids),
            self.env.company.id,
        )
        return {month for (month,) in rows}

    @api.model
    def _compute_again(self, months):
        """Computes months anew, and writes what is not as it was.

        :param months: ``YYYY-MM``; None: all
        """
        days = Domain.TRUE
        if months is not None:
            starts = [fields.Date.to_date(f"{month}-01") for month in sorted(months)]
            days = Domain.OR(
                Domain("date", ">=", start) & Domain("date", "<=", date_utils.end_of(start, "month"))
                for start in starts
            )
        lines = self.env["key.account.sales.report"]._search(
            Domain("company_id", "=", self.env.company.id)
            & Domain("customer_id", "!=", False)
            & days.map_conditions(lambda day: Domain("invoice_date", day.operator, day.value))
        )
        table = lines.table
        columns = [SQL.identifier(table, name) for name in ("customer_id", "invoice_date")]
        lines.groupby = SQL(", ").join(columns)
        stored = self._search(Domain("company_id", "=", self.env.company.id) & days)
        self.env.cr.execute(
            SQL(
                """
                WITH fresh (customer_id, date, revenue) AS MATERIALIZED (%(fresh)s),
                     gone AS (
                         DELETE FROM key_account_customer_revenue old
                          WHERE id IN (%(stored)s)
                            AND (
                                    NOT EXISTS (
                                        SELECT FROM fresh
                                         WHERE fresh.customer_id = old.customer_id
                                           AND fresh.date = old.date
                                           AND fresh.revenue = old.revenue
                                    )
                                    OR EXISTS (
                                        SELECT FROM key_account_customer_revenue twin
                                         WHERE twin.company_id = old.company_id
                                           AND twin.customer_id = old.customer_id
                                           AND twin.date = old.date
                                           AND twin.revenue = old.revenue
                                           AND twin.id < old.id
                                    )
                                )
                     )
                INSERT INTO key_account_customer_revenue (company_id, customer_id, date, revenue)
                SELECT %(company)s, customer_id, date, revenue
                  FROM fresh
                 WHERE NOT EXISTS (
                           SELECT FROM key_account_customer_revenue old
                            WHERE old.company_id = %(company)s
                              AND old.customer_id = fresh.customer_id
                              AND old.date = fresh.date
                              AND old.revenue = fresh.revenue
                       )
                """,
                fresh=lines.select(*columns, SQL("SUM(%s)", SQL.identifier(table, "price_subtotal"))),
                stored=stored.select(),
                company=self.env.company.id,
            )
        )
        self.invalidate_model()
