"""The examples in the descriptions of functions are true."""

import doctest
import importlib

import pytest

from .checkout import ROOT

ADDON = "key_account_management"
FILES = sorted(path for path in (ROOT / ADDON).rglob("*.py") if ">>> " in path.read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    failed, tried = doctest.testmod(importlib.import_module(f"odoo.addons.{name}"))
    assert tried
    assert not failed
