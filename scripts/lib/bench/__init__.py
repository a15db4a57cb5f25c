"""The benchmark: builds a large company by SQL, and measures the add-on in it beside other ways to the same numbers.

Run in Odoo's shell by scripts/bench, one function of ``steps`` after the other.
"""
