"""The company that is measured: ten years of orders, invoices, credits and payments in three companies.

The documents are made by SQL, with the numbers that Odoo's own steps would store; everything else by Odoo. All of it
follows from the number of the document, so two runs with as many lines have the same records.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

YEARS = 10
LINES_PER_INVOICE = 10
ACCOUNTS = 1000
# Customers beyond the accounts: one for so many invoice lines, but at least as many as this
CUSTOMERS, LINES_PER_CUSTOMER = 4000, 250
PRODUCTS, CATEGORIES = 200, 20
# The one account whose time is compared: it has so many lines in each year, all in the first company
PROBE_LINES_PER_YEAR = 1000
PROBE_INVOICES = YEARS * PROBE_LINES_PER_YEAR // LINES_PER_INVOICE
# Documents are made in steps of so many, so that what is sorted on the way fits into memory
STEP = 50_000
# From here on it is faster to drop the indexes and make them again
LINES_WITHOUT_INDEXES = 500_000
TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
)


class Company:
    """The companies, customers and products; made once, then found again by their names."""

    def __init__(self, env):
        self.env = env

    @property
    def probe(self):
        return self._partners("Probe")

    @property
    def accounts(self):
        return self._partners("Account ")

    @property
    def period(self):
        """The last whole year: (first day, last day)."""
        last = date.today().year - 1
        return date(last, 1, 1), date(last, 12, 31)

    @property
    def companies(self):
        return self.env["res.company"].search([("name", "=like", "Bench %")], order="id")

    def lines(self):
        """:return: how many invoice lines there are"""
        self.env.cr.execute("SELECT COUNT(*) FROM account_move_line WHERE display_type = 'product' AND name = 'Bench'")
        return self.env.cr.fetchone()[0]

    def _partners(self, name):
        return self.env["res.partner"].search([("name", "=like", f"Bench {name}%")], order="id")

    # === MADE BY ODOO ===#

    def found(self):
        """Makes companies with their charts of accounts, products and key accounts."""
        main, env = self.env.ref("base.main_company"), self.env
        currencies = env["res.currency"].with_context(active_test=False)
        euro, pound = (currencies.search([("name", "=", name)]) for name in ("EUR", "GBP"))
        (euro | pound).active = True
        for currency, rate in ((euro, 0.9), (pound, 0.8)):
            env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
            env["res.currency.rate"].create({"currency_id": currency.id, "name": "2000-01-01", "rate": rate})
        others = env["res.company"].create(
            [{"name": "Bench Europe", "currency_id": euro.id}, {"name": "Bench Britain", "currency_id": pound.id}]
        )
        env.user.company_ids |= others
        for company in others:
            env["account.chart.template"].try_loading("generic_coa", company)
            # A chart of accounts may bring a currency of its own
            company.currency_id = euro if company.name == "Bench Europe" else pound
        self._make_products(main | others)
        self._make_accounts(main)
        env.flush_all()

    def _make_products(self, companies):
        categories = self.env["product.category"].create(
            [{"name": f"Bench category {number}"} for number in range(CATEGORIES)]
        )
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Bench product {number}",
                    "categ_id": categories[number % CATEGORIES].id,
                    "list_price": 5 + 1.37 * number,
                    "type": "service",
                    "invoice_policy": "order",
                }
                for number in range(PRODUCTS)
            ]
        )
        for company in companies:
            for number, product in enumerate(products):
                product.with_company(company).standard_price = round((5 + 1.37 * number) * 0.61, 2)

    def _make_accounts(self, main):
        values = {"is_company": True, "key_account_status": "active", "country_id": self.env.ref("base.us").id}
        industries = self.env["res.partner.industry"].search([], limit=10)
        accounts = self.env["res.partner"].create(
            [{"name": "Bench Probe", **values, "industry_id": industries[0].id}]
            + [
                {"name": f"Bench Account {number}", **values, "industry_id": industries[number % len(industries)].id}
                for number in range(ACCOUNTS)
            ]
        )
        # Every fourth account has a subsidiary that buys
        self.env["res.partner"].create(
            [
                {"name": f"Bench Subsidiary {account.id}", "is_company": True, "parent_id": account.id}
                for account in accounts[1::4]
            ]
        )
        last = self.period[1]
        self.env["key.account.review"].create(
            {"partner_id": accounts[0].id, "year": last.year, "planned_date": last + relativedelta(days=-20)}
        )

    # === MADE BY SQL ===#

    def grow(self, lines):
        """Books documents until there are so many invoice lines; the probe's come first."""
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("SELECT COALESCE(MAX(id), 0) FROM account_move WHERE name LIKE 'BENCH/%'")
        first = max(cr.fetchone()[0] - FIRST_MOVE, 0) // 2
        # Whole groups of 25: the last of each is a credit note for the one before it
        last = max(lines // LINES_PER_INVOICE // 25 * 25, PROBE_INVOICES)
        if last <= first:
            return
        self._set_up_tables(lines)
        cr.execute("SET LOCAL session_replication_role = replica")
        cr.execute("SET LOCAL work_mem = '256MB'")
        indexes = self._drop_indexes() if lines - first * LINES_PER_INVOICE > LINES_WITHOUT_INDEXES else []
        while first < last:
            end = min(first + STEP, PROBE_INVOICES if first < PROBE_INVOICES else last)
            parameters = {
                "first": first + 1,
                "last": end,
                "is_probe": end <= PROBE_INVOICES,
                "today": date.today(),
                "days": YEARS * 365,
                "parts": LINES_PER_INVOICE,
                "first_move": FIRST_MOVE,
            }
            for statement in DOCUMENTS:
                cr.execute(statement, parameters)
            first = end
        cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for definition in indexes:
            cr.execute(definition)
        for table in TABLES[:-1]:
            cr.execute(
                SQL(
                    "SELECT setval(%s, (SELECT COALESCE(MAX(id), 1) FROM %s))",
                    f"{table}_id_seq",
                    SQL.identifier(table),
                )
            )

    def _drop_indexes(self):
        """:return: the statements that make them again"""
        cr = self.env.cr
        cr.execute(
            """
            SELECT tables.relname, names.relname, pg_get_indexdef(index.indexrelid)
              FROM pg_index index
              JOIN pg_class tables ON tables.oid = index.indrelid
              JOIN pg_class names ON names.oid = index.indexrelid
             WHERE tables.relname = ANY(%s) AND NOT index.indisprimary
            """,
            (list(TABLES),),
        )
        found = cr.fetchall()
        for _table, name, _definition in found:
            cr.execute(f'DROP INDEX "{name}"')
        return [definition for _table, _name, definition in found]

    def _set_up_tables(self, lines):
        """Temporary tables of what the documents are made of, each numbered from 0."""
        cr, env = self.env.cr, self.env
        customers = max(CUSTOMERS, lines // LINES_PER_CUSTOMER)
        cr.execute(
            """
            INSERT INTO res_partner (name, complete_name, active, type, color, lang, is_company, partner_share,
                                     autopost_bills, create_date, country_id, industry_id)
            SELECT name, name, true, 'contact', 0, 'en_US', true, true, 'ask', now(), %s,
                   (SELECT MIN(id) FROM res_partner_industry) + n %% 10
              FROM (SELECT n, 'Bench Customer ' || n AS name FROM generate_series(1, %s) n) AS numbers
             WHERE NOT EXISTS (SELECT FROM res_partner WHERE res_partner.name = numbers.name);
            UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL AND is_company;
            ANALYZE res_partner;
            DROP TABLE IF EXISTS bench_customer, bench_product, bench_company;
            CREATE TEMP TABLE bench_customer AS
                SELECT row_number() OVER (ORDER BY name LIKE 'Bench Customer %%', id) - 1 AS n, id
                  FROM res_partner
                 WHERE name LIKE 'Bench %%' AND name != 'Bench Probe' AND is_company
                   AND id NOT IN (SELECT partner_id FROM res_company);
            CREATE TEMP TABLE bench_product AS
                SELECT row_number() OVER (ORDER BY product.id) - 1 AS n, product.id, template.uom_id AS unit,
                       template.list_price, round((template.list_price * 0.58)::numeric, 2) AS cost
                  FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE template.name ->> 'en_US' LIKE 'Bench product %%';
            CREATE UNIQUE INDEX ON bench_customer (n);
            CREATE UNIQUE INDEX ON bench_product (n);
            CREATE TEMP TABLE bench_company (
                n int, id int, currency int, sales int, bank int, receivable int, income int, tax int, cash int
            );
            """,
            (env.ref("base.us").id, customers),
        )
        for number, company in enumerate(env.ref("base.main_company") | self.companies):
            accounts = env["account.account"].with_company(company)
            journals = env["account.journal"].with_company(company)

            def account(kind, accounts=accounts, company=company):
                domain = [("account_type", "=", kind), ("company_ids", "in", company.ids), ("name", "not like", "PoS")]
                return accounts.search(domain, limit=1, order="id").id

            def journal(kind, journals=journals, company=company):
                return journals.search([("type", "=", kind), ("company_id", "=", company.id)], limit=1).id

            cr.execute(
                "INSERT INTO bench_company VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    number,
                    company.id,
                    company.currency_id.id,
                    journal("sale"),
                    journal("bank"),
                    *map(account, ("asset_receivable", "income", "liability_current", "asset_cash")),
                ),
            )


# Ids of invoices are even numbers after this, those of their payments odd ones; their lines have 16 numbers each
FIRST_MOVE = 1_000_000

DOCUMENTS = (
    # One in 25 is a credit note for the third part of the invoice before it. Seven in eight invoices that were due
    # are paid. Customers: some buy much more than others; four in five buy from the first company.
    """
    DROP TABLE IF EXISTS bench_document, bench_item;
    CREATE TEMP TABLE bench_document AS
    SELECT n, %(first_move)s + 2 * n AS id, %(first_move)s + 2 * source AS source_id, n != source AS is_credit,
           customer.id AS customer, company.*, day,
           CASE WHEN rate = 1 THEN company.currency ELSE pound.id END AS document_currency, rate,
           n = source AND source %% 8 != 3 AND day + 75 < %(today)s AS is_paid,
           day + 10 + source %% 60 AS paid_on,
           n = source AND source %% 2 = 0 AS is_ordered
      FROM generate_series(%(first)s, %(last)s) n
      JOIN LATERAL (SELECT n - (n %% 25 = 0)::int AS source) AS sources ON TRUE
      JOIN LATERAL (
               SELECT CASE WHEN %(is_probe)s THEN 0 ELSE GREATEST(0, source %% 20 - 17) END AS company_n,
                      CASE WHEN source %% 20 = 7 THEN 0.8 ELSE 1 END AS rate,
                      LEAST(%(today)s - (mod(source * 0.6180339887, 1) * %(days)s)::int + (n != source)::int * 9,
                            %(today)s) AS day,
                      (power((hashint4(source) & 1048575) / 1048576.0, 2)
                          * (SELECT COUNT(*) FROM bench_customer))::int AS customer_n
           ) AS chosen ON TRUE
      JOIN (SELECT n AS company_n, id AS company, currency, sales, bank, receivable, income, tax, cash
              FROM bench_company) AS company USING (company_n)
      JOIN (SELECT id FROM res_currency WHERE name = 'GBP') AS pound ON TRUE
      JOIN LATERAL (
               SELECT id FROM bench_customer
                WHERE n = LEAST(customer_n, (SELECT MAX(n) FROM bench_customer)) AND NOT %(is_probe)s
            UNION ALL SELECT id FROM res_partner WHERE name = 'Bench Probe' AND %(is_probe)s
           ) AS customer ON TRUE;
    -- company's own currency is the pound: nothing to convert
    UPDATE bench_document SET rate = 1 WHERE document_currency = currency;
    CREATE TEMP TABLE bench_item AS
    SELECT document.n, part, product.id AS product, product.unit, product.cost, quantity, price,
           round((quantity * price)::numeric, 2) AS amount, round((quantity * price)::numeric / rate, 2) AS untaxed
      FROM bench_document document
      JOIN generate_series(1, %(parts)s) part ON NOT is_credit OR part <= 3
      JOIN bench_product product
        ON product.n = (document.n - is_credit::int + part * 7) %% (SELECT COUNT(*) FROM bench_product)
      JOIN LATERAL (
               SELECT CASE WHEN is_credit THEN 1 ELSE 1 + (document.n + part * 3) %% 9 END AS quantity,
                      round((product.list_price * (0.8 + mod((document.n - is_credit::int) * part * 0.37, 0.2)))
                            ::numeric, 2) AS price
           ) AS bought ON TRUE;
    ALTER TABLE bench_document ADD untaxed numeric, ADD amount numeric, ADD sign int;
    UPDATE bench_document document
       SET untaxed = total.untaxed, amount = total.amount, sign = CASE WHEN is_credit THEN -1 ELSE 1 END
      FROM (SELECT n, SUM(untaxed) AS untaxed, SUM(amount) AS amount FROM bench_item GROUP BY n) AS total
     WHERE total.n = document.n;
    CREATE INDEX ON bench_document (n);
    ANALYZE bench_document;
    ANALYZE bench_item;
    """,
    # Half of the invoices come from orders
    """
    INSERT INTO sale_order (
        id, name, company_id, partner_id, partner_invoice_id, partner_shipping_id, date_order, create_date, state,
        invoice_status, currency_id, currency_rate, amount_untaxed, amount_tax, amount_total
    )
    SELECT id, 'BENCH/S' || n, company, customer, customer, customer, day - 7 + time '10:00', day - 7, 'sale',
           'invoiced', document_currency, rate, amount, round(amount * 0.1, 2), amount + round(amount * 0.1, 2)
      FROM bench_document WHERE is_ordered;
    INSERT INTO sale_order_line (
        id, order_id, company_id, currency_id, order_partner_id, product_id, product_uom_id, name, state, customer_lead,
        product_uom_qty, qty_delivered, qty_invoiced, qty_to_invoice, price_unit, price_subtotal, price_total, discount,
        purchase_price, invoice_status, qty_delivered_method, untaxed_amount_invoiced, untaxed_amount_to_invoice
    )
    SELECT id * 16 + part, id, company, document_currency, customer, product, unit, 'Bench', 'sale', 0,
           quantity, quantity, quantity, 0, price, item.amount, round(item.amount * 1.1, 2), 0,
           round(cost * rate, 2), 'invoiced', 'manual', item.amount, 0
      FROM bench_document JOIN bench_item item USING (n) WHERE is_ordered;
    INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
    SELECT id * 16 + part, id * 16 + part FROM bench_document JOIN bench_item USING (n) WHERE is_ordered;
    """,
    # Invoices and credit notes, with a tax of 10 %% and one line for what the customer owes
    """
    INSERT INTO account_move (
        id, name, sequence_prefix, sequence_number, move_type, state, date, invoice_date, invoice_date_due, journal_id,
        company_id, currency_id, invoice_currency_rate, partner_id, commercial_partner_id, partner_shipping_id,
        auto_post, reversed_entry_id, payment_state, checked, amount_untaxed, amount_tax, amount_total, amount_residual,
        amount_untaxed_signed, amount_tax_signed, amount_total_signed, amount_total_in_currency_signed,
        amount_residual_signed
    )
    SELECT id, 'BENCH/' || n, 'BENCH/', n, CASE WHEN is_credit THEN 'out_refund' ELSE 'out_invoice' END, 'posted', day,
           day, day + 30, sales, company, document_currency, rate, customer, customer, customer, 'no',
           CASE WHEN is_credit THEN source_id END, CASE WHEN is_paid THEN 'paid' ELSE 'not_paid' END, true,
           amount, tax_in_currency, amount + tax_in_currency,
           CASE WHEN is_paid THEN 0 ELSE amount + tax_in_currency END,
           sign * untaxed, sign * tax_amount, sign * (untaxed + tax_amount), sign * (amount + tax_in_currency),
           CASE WHEN is_paid THEN 0 ELSE sign * (untaxed + tax_amount) END
      FROM bench_document,
           LATERAL (SELECT round(untaxed * 0.1, 2) AS tax_amount, round(amount * 0.1, 2) AS tax_in_currency) AS taxes;
    INSERT INTO account_move_line (
        id, move_id, move_name, journal_id, company_id, company_currency_id, currency_id, partner_id, account_id, name,
        date, invoice_date, parent_state, display_type, product_id, product_uom_id, quantity, price_unit, discount,
        price_subtotal, price_total, balance, debit, credit, amount_currency, reconciled, amount_residual,
        amount_residual_currency
    )
    SELECT id * 16 + part, id, 'BENCH/' || n, sales, company, currency, document_currency, customer, income, 'Bench',
           day, day, 'posted', 'product', product, unit, quantity, price, 0, item.amount, round(item.amount * 1.1, 2),
           -sign * item.untaxed, GREATEST(-sign * item.untaxed, 0), GREATEST(sign * item.untaxed, 0),
           -sign * item.amount, false, 0, 0
      FROM bench_document JOIN bench_item item USING (n);
    INSERT INTO account_move_line (
        id, move_id, move_name, journal_id, company_id, company_currency_id, currency_id, partner_id, account_id, name,
        date, invoice_date, date_maturity, parent_state, display_type, quantity, balance, debit, credit,
        amount_currency, reconciled, amount_residual, amount_residual_currency
    )
    SELECT id * 16 + part, id, 'BENCH/' || n, sales, company, currency, document_currency, customer, account, 'Bench',
           day, day, CASE WHEN is_due THEN day + 30 END, 'posted', kind, 1, balance, GREATEST(balance, 0),
           GREATEST(-balance, 0), in_currency, is_due AND is_paid,
           CASE WHEN is_due AND NOT is_paid THEN balance ELSE 0 END,
           CASE WHEN is_due AND NOT is_paid THEN in_currency ELSE 0 END
      FROM bench_document,
           LATERAL (
               SELECT 11 AS part, 'tax' AS kind, tax AS account, false AS is_due,
                      -sign * round(untaxed * 0.1, 2) AS balance, -sign * round(amount * 0.1, 2) AS in_currency
                UNION ALL
               SELECT 12, 'payment_term', receivable, true, sign * (untaxed + round(untaxed * 0.1, 2)),
                      sign * (amount + round(amount * 0.1, 2))
           ) AS parts;
    """,
    # Payments in full, of an amount in the invoice's currency
    """
    INSERT INTO account_move (
        id, name, sequence_prefix, sequence_number, move_type, state, date, journal_id, company_id, currency_id,
        partner_id, commercial_partner_id, auto_post, payment_state, checked, amount_total, amount_total_signed
    )
    SELECT id + 1, 'BENCH/P' || n, 'BENCH/P', n, 'entry', 'posted', paid_on, bank, company, document_currency,
           customer, customer, 'no', 'not_paid', true, amount + round(amount * 0.1, 2),
           untaxed + round(untaxed * 0.1, 2)
      FROM bench_document WHERE is_paid;
    INSERT INTO account_payment (
        id, name, move_id, journal_id, company_id, currency_id, partner_id, state, payment_type, partner_type, date,
        amount, is_matched, is_reconciled
    )
    SELECT id + 1, 'BENCH/P' || n, id + 1, bank, company, document_currency, customer, 'paid', 'inbound', 'customer',
           paid_on, amount + round(amount * 0.1, 2), true, true
      FROM bench_document WHERE is_paid;
    INSERT INTO account_move_line (
        id, move_id, move_name, journal_id, company_id, company_currency_id, currency_id, partner_id, account_id, name,
        date, date_maturity, parent_state, display_type, payment_id, balance, debit, credit, amount_currency,
        reconciled, amount_residual, amount_residual_currency
    )
    SELECT (id + 1) * 16 + part, id + 1, 'BENCH/P' || n, bank, company, currency, document_currency, customer, account,
           'Bench payment', paid_on, paid_on, 'posted', 'product', id + 1, direction * paid,
           GREATEST(direction * paid, 0), GREATEST(-direction * paid, 0), direction * in_currency, part = 2, 0, 0
      FROM bench_document,
           LATERAL (
               SELECT untaxed + round(untaxed * 0.1, 2) AS paid, amount + round(amount * 0.1, 2) AS in_currency
           ) AS totals,
           LATERAL (VALUES (1, cash, 1), (2, receivable, -1)) AS parts (part, account, direction)
     WHERE is_paid;
    INSERT INTO account_partial_reconcile (
        id, debit_move_id, credit_move_id, company_id, debit_currency_id, credit_currency_id, max_date, amount,
        debit_amount_currency, credit_amount_currency
    )
    SELECT id, id * 16 + 12, (id + 1) * 16 + 2, company, document_currency, document_currency, paid_on, paid,
           in_currency, in_currency
      FROM bench_document,
           LATERAL (
               SELECT untaxed + round(untaxed * 0.1, 2) AS paid, amount + round(amount * 0.1, 2) AS in_currency
           ) AS totals
     WHERE is_paid;
    """,
)
