"""Printing the documents of one account, beside wkhtmltopdf alone with the same pages."""

import statistics

from .company import Company
from .measure import Clock, measure

DOCUMENTS = ("presentation", "folder", "briefing")


def measure_documents(env, measurements):
    company = Company(env)
    lines, review = company.lines(), company.probe.key_account_review_ids[:1]
    reports = env["ir.actions.report"].with_context(force_report_rendering=True)
    # Measured once in a server's lifetime
    reports._measure_wkhtmltopdf_scale()
    model, alone = env.registry["ir.actions.report"], []
    run, clock = model._run_wkhtmltopdf, Clock(env)

    def run_timed(*args, **kwargs):
        start = clock.now()
        pdf = run(*args, **kwargs)
        alone.append(clock.now() - start)
        return pdf

    model._run_wkhtmltopdf = run_timed
    try:
        for document in DOCUMENTS:
            alone.clear()
            action = review._get_key_account_report(document)
            _pdf, values = measure(env, lambda action=action: reports._render_qweb_pdf(action, review.ids))
            program = statistics.median(alone)
            measurements.add(f"document_{document}", lines=lines, alone=program, **values)
            print(f"  {document:40} {values['seconds']:9.3f} s, wkhtmltopdf alone {program:9.3f} s", flush=True)
    finally:
        model._run_wkhtmltopdf = run
