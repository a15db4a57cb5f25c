"""Compares how Odoo's own tests went without the add-on and with it: core_check.py WITHOUT.xml WITH.xml (JUnit)"""

import sys
from xml.etree import ElementTree

PROBLEMS = ("failure", "error")


def read(path):
    """:return: ``{test: whether it passed}``; what a machine or Odoo itself leaves out is not in it"""
    results = {}
    for case in ElementTree.parse(path).iterfind(".//testcase"):  # noqa: S314 (written by the run before)
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("skipped") is None:
            failed = any(case.find(problem) is not None for problem in PROBLEMS)
            results[name] = results.get(name, True) and not failed
    return results


def main(without, with_it):
    before, after = read(without), read(with_it)
    passed = {name for name, is_good in before.items() if is_good}
    lost = sorted(name for name in passed if not after.get(name))
    for name in lost:
        print(f"{name}: {'fails' if name in after else 'did not run'} with the add-on")
    print(f"{len(before)} tests, {len(before) - len(passed)} fail without the add-on as well, {len(lost)} only with it")
    return 1 if lost or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
