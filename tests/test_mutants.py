"""The changes of the engine that scripts/test --mutants tries: what is changed, and that it is taken back."""

import importlib.util
import os
from pathlib import Path
from types import SimpleNamespace

from odoo.addons.key_account_management.figures import forecast, percent, price_volume

ROOT = Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts/lib/mutants.py")
mutants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mutants)


def changed(text):
    """:return: the SQL after each of its changes"""
    return {text[:start] + new + text[end:] for start, end, new in mutants.sql_changes(text)}


def mutant(module, name, old, new, is_constant=False):
    path = Path(module.__file__)
    source = path.read_text()
    assert source.count(old) == 1
    start = source.index(old)
    line = source.count("\n", 0, start) + 1
    return mutants.Mutant(path, name, is_constant, line, range(line, line + 1), start, start + len(old), new)


def test_comparisons_of_sql():
    assert changed("a = %(b)s") == {"a != %(b)s"}
    assert changed("a != b") == changed("a <> b") == {"a = b"}
    assert changed("a <= b") == {"a < b"}
    assert changed("a >= b") == {"a > b"}
    assert changed("a < b") == {"a <= b"}
    assert changed("a > b") == {"a >= b"}
    assert changed("a = ANY(%s)") == {"a != ALL(%s)"}
    assert changed("a IS NULL") == {"a IS NOT NULL"}
    assert changed("a IS NOT NULL") == {"a IS NULL"}
    assert changed("a ->> 'b'") == changed("a -> b::text") == set()


def test_bounds_and_conditions_of_sql():
    assert changed("a BETWEEN %(b)s AND %(c)s AND d") == {
        "a > %(b)s AND a <= %(c)s AND d",
        "a >= %(b)s AND a < %(c)s AND d",
        "a BETWEEN %(b)s AND %(c)s OR d",
    }
    assert changed("a OR NOT b") == {"a AND NOT b", "a OR b"}
    assert changed("kind IN ('a', 'b')") == {"kind NOT IN ('a', 'b')", "kind IN ('b')", "kind IN ('a')"}


def test_arithmetic_of_sql():
    assert changed("a + b") == {"a - b"}
    assert changed("a - b") == {"a + b"}
    assert changed("a * b") == {"a / b"}
    assert changed("a / b") == {"a * b"}
    assert changed("-SUM(a)") == {"SUM(a)"}
    assert changed("GREATEST(a, 0)") == {"LEAST(a, 0)", "GREATEST(a, 1)"}
    assert changed("SELECT a.*, COUNT(*) -- of b - c = 1") == set()


def test_functions_are_changed_and_restored():
    change = mutant(percent, "round_halves", "+ 0.0", "+ 1.0")
    assert change.change == (
        "return float_round(value, precision_digits=digits) + 0.0 -> "
        "return float_round(value, precision_digits=digits) + 1.0"
    )
    with mutants.applied(change):
        assert percent.round_halves(2.5, 0) == 4.0
    assert percent.round_halves(2.5, 0) == 3.0
    # A property
    product = price_volume.Product(price_volume.Sold(1, 5.5), price_volume.Sold(1, 4.0), credits=-2.0)
    with mutants.applied(mutant(price_volume, "Product.change", "+ self.credits", "- self.credits")):
        assert product.change == 3.5
    assert product.change == -0.5


def test_constants_are_changed_with_those_made_of_them():
    with mutants.applied(mutant(forecast, "YEARS_USED", "YEARS_USED = 3", "YEARS_USED = 1", is_constant=True)):
        assert (forecast.YEARS_USED, forecast.YEARS_READ) == (1, 2)
        assert len(forecast.complete_years([1.0] * 60, 0)) == 1
    assert (forecast.YEARS_USED, forecast.YEARS_READ) == (3, 4)


def test_a_part_of_a_test_that_fails_is_seen(monkeypatch):
    """In pytest, a test whose ``subTest`` fails passes."""
    monkeypatch.setattr(mutants, "EQUIVALENT", Path(os.devnull))
    plugins = SimpleNamespace(register=lambda plugin: None)
    trial = mutants.Trial(SimpleNamespace(config=SimpleNamespace(pluginmanager=plugins)), print, "", ([], set()))
    whole = [SimpleNamespace(passed=True, failed=False)]
    for part, passes in ((SimpleNamespace(failed=True), False), (SimpleNamespace(failed=False), True)):

        def run(item, part=part, **_options):
            trial.pytest_runtest_logreport(part)
            return whole

        monkeypatch.setattr(mutants, "runtestprotocol", run)
        assert trial._passes(SimpleNamespace(parent=None)) is passes


def test_entries_of_the_list_have_a_reason():
    lines = [line for line in mutants.EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        path, name, rest = line.split(" | ", 2)
        change, _, reason = rest.rpartition(" | ")
        assert (mutants.ROOT / mutants.ADDON / path).is_file(), line
        assert name, line
        assert " -> " in change, line
        assert reason, line


def test_the_tests_are_there():
    assert not [name for name in mutants.TESTS if not (ROOT / "tests" / f"test_{name}.py").exists()]
