"""The figures engine: the one place where a figure is computed. Plain Python, without models.

``key.account.figures`` (models/figures) is the door. Behind it, each source (sources/sales.py,
sources/receivables.py) reads one kind of records, for all accounts and both periods in a constant number of
queries. Another module adds figures with its own source and a ``key.account.kpi`` record for each, see
docs/figures.md.
"""
