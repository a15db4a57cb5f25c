"""Finds what the add-on breaks of Odoo's own tests.

usage: core_check.py WITH.xml               names what failed with the add-on, as scripts/test --core takes it
       core_check.py WITH.xml WITHOUT.xml   what of it did not fail without it

Both files are JUnit's. There is no second one if nothing failed.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def read(path):
    """:return: ``{test: what it came to}``: passed, failed, or skipped"""
    results = {}
    for case in ElementTree.parse(path).iterfind(".//testcase"):  # noqa: S314 (written by the run before)
        tags = {child.tag for child in case}
        result = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        name = core_name(f"{case.get('classname')}.{case.get('name')}".strip("."))
        # A test that passed may have a second entry: what failed in a part of it, or after it
        if results.get(name) != "failed":
            results[name] = result
    return results


def core_name(name):
    """odoo.addons.base.tests.test_groups.TestGroups.test_one -> base/test_groups.py::TestGroups::test_one"""
    module, _tests, test = name.removeprefix("odoo.addons.").partition(".tests.")
    parts = test.split(".")
    files = next((place for place, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return "::".join([f"{module}/{'/'.join(parts[:files])}.py", *parts[files:]])


def main(with_it, without=None):
    after = read(with_it)
    failed = {name for name, result in after.items() if result == "failed"}
    if without is None:
        print(*sorted(failed), sep="\n")
        return 0
    before = read(without) if failed and Path(without).exists() else {}
    lost = sorted(name for name in failed if before.get(name) != "failed")
    for name in lost:
        print(f"{name} fails with the add-on and {before.get(name, 'did not run')} without it")
    passed = sum(result == "passed" for result in after.values())
    print(f"{passed} passed, {len(failed)} failed, of these {len(lost)} with the add-on only")
    return 1 if lost or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
