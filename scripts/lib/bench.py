"""Times the figures engine against a single hand-written query, and documents against wkhtmltopdf alone.

Run in Odoo's shell by scripts/bench.
"""

import os
import time
from datetime import date, timedelta

LINES = int(os.environ["KAM_LINES"])
ACCOUNTS = 1000
PERIOD = (date(2030, 1, 1), date(2030, 12, 31))
# Lines of the account whose documents are printed, in the two years that they compare
DOCUMENT_LINES = 20_000
DOCUMENTS = ("presentation", "folder", "briefing")

# By hand, with nothing but the sum of revenue: no engine can be faster
PLAIN_SQL = """
    SELECT move.commercial_partner_id, SUM(-line.balance)
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE line.display_type = 'product' AND move.state = 'posted'
       AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       AND move.invoice_date BETWEEN %s AND %s AND move.commercial_partner_id = ANY(%s)
  GROUP BY 1
"""

BOOK = """
    SET session_replication_role = replica;
    INSERT INTO account_move (
        id, name, move_type, state, date, invoice_date, invoice_date_due, journal_id, company_id, currency_id,
        partner_id, commercial_partner_id, auto_post, amount_untaxed, amount_total_signed, amount_residual_signed
    )
    SELECT %(first)s + n, 'BENCH/' || %(first)s + n, 'out_invoice', 'posted', day, day, day + 30,
           %(journal)s, %(company)s, %(currency)s,
           (%(accounts)s)[1 + n %% %(count)s], (%(accounts)s)[1 + n %% %(count)s], 'no', 1000, 1000, 1000
      FROM generate_series(1, %(moves)s) n, LATERAL (SELECT %(start)s + n %% 730 AS day) AS days;
    INSERT INTO account_move_line (
        move_id, journal_id, company_id, company_currency_id, currency_id, partner_id, account_id, name, date,
        parent_state, display_type, product_id, product_uom_id, quantity, price_unit, price_subtotal, price_total,
        balance, debit, credit, amount_currency, date_maturity
    )
    SELECT move.id, move.journal_id, move.company_id, %(currency)s, %(currency)s, move.partner_id,
           CASE WHEN part = 0 THEN %(receivable)s ELSE %(income)s END, 'Bench', move.date, 'posted',
           CASE WHEN part = 0 THEN 'payment_term' ELSE 'product' END,
           CASE WHEN part > 0 THEN (%(products)s)[1 + part %% cardinality(%(products)s)] END, %(unit)s,
           part, 10, 10, 10,
           CASE WHEN part = 0 THEN 1000 ELSE -100 END, 0, 0, CASE WHEN part = 0 THEN 1000 ELSE -100 END,
           move.invoice_date_due
      FROM account_move move, generate_series(0, 10) part
     WHERE move.id > %(first)s;
    SET session_replication_role = DEFAULT;
    ANALYZE account_move;
    ANALYZE account_move_line;
"""


def timed(function):
    """:return: seconds of the fastest of three runs, and the result"""
    times = []
    for _run in range(3):
        env.invalidate_all()  # noqa: F821 (Odoo's shell brings it)
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return min(times), result


def book(env, accounts, lines, first, start):
    """Books the lines on the accounts in turn, ten per invoice, on the 730 days from ``start``.

    :param first: the invoices' ids come after it
    """
    company = env.ref("base.main_company")
    products = env["product.product"].search([("sale_ok", "=", True)])
    account = env["account.account"].with_company(company)
    journal = env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
    env.flush_all()
    env.cr.execute(
        BOOK,
        {
            "first": first,
            "start": start,
            "journal": journal.id,
            "company": company.id,
            "currency": company.currency_id.id,
            "accounts": accounts.ids,
            "count": len(accounts),
            "moves": lines // 10,
            "receivable": account.search([("account_type", "=", "asset_receivable")], limit=1).id,
            "income": account.search([("account_type", "=", "income")], limit=1).id,
            "products": products.ids,
            "unit": env.ref("uom.product_uom_unit").id,
        },
    )


def make_accounts(env, count):
    return env["res.partner"].create(
        [{"name": f"Bench {number}", "is_company": True, "key_account_status": "active"} for number in range(count)]
    )


def time_figures(env):
    accounts = make_accounts(env, ACCOUNTS)
    book(env, accounts, LINES, 10_000_000, date(2029, 1, 1))
    engine = env["key.account.figures"]

    def plain_sql(partners):
        env.cr.execute(PLAIN_SQL, (*PERIOD, partners.ids))
        return dict(env.cr.fetchall())

    def figures(partners, codes=None, breakdowns=()):
        period = accounts._get_key_account_period(*PERIOD)
        return engine._compute_figures(partners, period, codes, breakdowns)

    base, expected = timed(lambda: plain_sql(accounts))
    one = accounts[0]
    everything = ("month", "category", "product", "customer")
    rows = [
        ("revenue of 1,000 accounts, plain SQL (one period)", lambda: plain_sql(accounts)),
        ("revenue of 1,000 accounts, engine (two periods)", lambda: figures(accounts, ["revenue"])),
        ("all figures of 1,000 accounts, engine", lambda: figures(accounts)),
        ("all figures of 1 account", lambda: figures(one)),
        ("all figures and breakdowns of 1 account", lambda: figures(one, None, everything)),
    ]
    print(f"{'':52}{'seconds':>10}{'ratio':>9}")
    for name, function in rows:
        seconds, _result = timed(function)
        print(f"{name:52}{seconds:10.3f}{seconds / base:9.2f}")
    revenue = {account: result["revenue"].value for account, result in figures(accounts, ["revenue"]).items()}
    # With few lines some accounts have none in the period
    computed = {account: value for account, value in revenue.items() if value is not None}
    if {key: float(value) for key, value in expected.items()} != computed:
        raise SystemExit("The engine and the plain query differ.")


def time_documents(env):
    """Prints documents of a prepared review, and compares them with the time of wkhtmltopdf alone."""
    account = env.ref("key_account_management.demo_account_group")
    book(env, account, DOCUMENT_LINES, 20_000_000, date.today() - timedelta(days=729))
    review = account.key_account_review_ids.filtered(lambda review: not review.is_frozen)[:1]
    reports = env["ir.actions.report"].with_context(force_report_rendering=True)
    # Measured once in a server's lifetime
    reports._measure_wkhtmltopdf_scale()
    model, program = env.registry["ir.actions.report"], []
    run = model._run_wkhtmltopdf

    def run_timed(*args, **kwargs):
        start = time.perf_counter()
        pdf = run(*args, **kwargs)
        program.append(time.perf_counter() - start)
        return pdf

    model._run_wkhtmltopdf = run_timed
    print(f"\n{f'documents of 1 account with {DOCUMENT_LINES:,} lines':52}{'seconds':>10}{'ratio':>9}")

    def print_times(document, function, alone=None):
        program.clear()
        seconds, _pdf = timed(function)
        if alone is None:
            alone = min(program)
            print(f"{document + ', wkhtmltopdf alone':52}{alone:10.3f}{1:9.2f}")
        print(f"{document:52}{seconds:10.3f}{seconds / alone:9.2f}")
        return alone

    alone = {}
    for document in DOCUMENTS:
        action = review._get_key_account_report(document)
        alone[document] = print_times(document, lambda action=action: reports._render_qweb_pdf(action, review.ids))
    both = alone["presentation"] + alone["folder"]
    print(f"{'presentation and folder, wkhtmltopdf alone':52}{both:10.3f}{1:9.2f}")
    print_times("presentation and folder", lambda: reports._render_presentation_and_folder(review), both)


time_figures(env)  # noqa: F821
time_documents(env)  # noqa: F821
