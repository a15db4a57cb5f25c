"""Times the figures engine against a single hand-written query; run in Odoo's shell by scripts/bench."""

import os
import time
from datetime import date, timedelta
from unittest.mock import patch

LINES = int(os.environ["KAM_LINES"])
ACCOUNTS = 1000
# Of the one account whose documents are printed
DOCUMENT_LINES = 20_000
PERIOD = (date(2030, 1, 1), date(2030, 12, 31))

# By hand, with nothing but the sum of revenue: what no engine can be faster than
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
    SELECT %(first)s + n, 'BENCH/' || %(first)s + n, 'out_invoice', 'posted', day, day, day + 30, %(journal)s,
           %(company)s, %(currency)s, (%(accounts)s)[1 + n %% %(count)s], (%(accounts)s)[1 + n %% %(count)s],
           'no', 1000, 1000, 1000
      FROM generate_series(1, %(moves)s) n, LATERAL (SELECT %(start)s::date + n %% 730 AS day) AS days;
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


def main(env):
    company = env.ref("base.main_company")
    accounts = env["res.partner"].create(
        [{"name": f"Bench {number}", "is_company": True, "key_account_status": "active"} for number in range(ACCOUNTS)]
    )
    products = env["product.product"].search([("sale_ok", "=", True)])
    account = env["account.account"].with_company(company)
    env.flush_all()
    book = {
        "journal": env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1).id,
        "company": company.id,
        "currency": company.currency_id.id,
        "receivable": account.search([("account_type", "=", "asset_receivable")], limit=1).id,
        "income": account.search([("account_type", "=", "income")], limit=1).id,
        "products": products.ids,
        "unit": env.ref("uom.product_uom_unit").id,
    }
    env.cr.execute(
        BOOK,
        {
            **book,
            "first": 10_000_000,
            "start": date(2029, 1, 1),
            "accounts": accounts.ids,
            "count": ACCOUNTS,
            "moves": LINES // 10,
        },
    )
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
    computed = {account: result["revenue"].value for account, result in figures(accounts, ["revenue"]).items()}
    if {key: float(value) for key, value in expected.items()} != computed:
        raise SystemExit("The engine and the plain query differ.")
    time_documents(env, book)


def time_documents(env, book):
    """How long documents take beside the time that wkhtmltopdf needs for the finished pages."""
    account = env["res.partner"].create({"name": "Bench Large", "is_company": True, "key_account_status": "active"})
    env.flush_all()
    env.cr.execute(
        BOOK,
        {
            **book,
            "first": 20_000_000,
            "start": date.today() - timedelta(days=730),
            "accounts": account.ids,
            "count": 1,
            "moves": DOCUMENT_LINES // 10,
        },
    )
    reports = env["ir.actions.report"].with_context(force_report_rendering=True)
    reports._measure_wkhtmltopdf_scale()
    run = type(reports)._run_wkhtmltopdf
    print(f"\n{'documents of an account with 20,000 invoice lines':52}{'seconds':>10}{'wkhtmltopdf':>13}{'ratio':>9}")
    for document in ("presentation", "folder", "briefing"):
        rendering = []

        def timed_run(self, *args, rendering=rendering, **kwargs):
            start = time.perf_counter()
            pdf = run(self, *args, **kwargs)
            rendering.append(time.perf_counter() - start)
            return pdf

        with patch.object(type(reports), "_run_wkhtmltopdf", timed_run):
            seconds, _result = timed(lambda document=document: account._make_key_account_document(document))
        print(f"{document:52}{seconds:10.2f}{min(rendering):13.2f}{seconds / min(rendering):9.2f}")


main(env)  # noqa: F821
