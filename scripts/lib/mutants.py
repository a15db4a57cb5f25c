"""Mutation tests of the engine: changes its code in one place at a time, and looks whether a test fails.

A plugin for pytest, loaded by ``scripts/test --mutants``. The changes of Python are those of mutmut; those of SQL, of
domains and of rounding, which it does not know, are made here. A change is put into the running functions, in one
process: neither Odoo nor the data of a class of tests are made anew for it.

Left out of mutmut's changes are those that any test catches, as None for a value or one argument less: they would only
make the result look better. What cannot change any figure stands with its reason in ``tests/equivalent_mutants.txt``.
"""

import ast
import contextlib
import functools
import gc
import inspect
import itertools
import random
import re
import signal
import sys
import time
import types
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
import pytest
from _pytest.runner import runtestprotocol
from libcst.metadata import MetadataWrapper, PositionProvider

ROOT = Path(__file__).resolve().parents[2]
ADDON = "key_account_management"
MUTATED = [
    *sorted((ROOT / ADDON / "figures").rglob("*.py")),
    ROOT / ADDON / "reports" / "key_account_sales_report.py",
]
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.txt"
# The tests that look at figures, those first that look at few
TESTS = (
    "examples",
    "figures_values",
    "figures_sums",
    "figures_edges",
    "forecast_method",
    "rates",
    "formatter",
    "figures_receivables",
    "figures_costs",
    "figures_orders",
    "figures_prices",
    "exposure",
    "figures_sales",
    "credit_kinds",
    "adjustments",
    "net_revenue",
    "revenue_change",
    "targets",
    "one_target",
    "figures_promotions",
    "visits",
    "satisfaction",
    "ratings",
    "minimum_margin",
    "minimum_order",
    "demand",
    "who_buys",
    "figures_completeness",
    "running_period",
    "figures_peers",
    "sales_report",
    "forecast",
    "customer_revenue",
    "health",
    "figures_direction",
    "figures_scope",
    "figures_history",
    "snapshot",
    "signals",
    "candidates",
    "category_purchases",
    "figures_fast",
    "snapshot_why",
    "figures_api",
    "figures_hard_cases",
    "figure_records",
    "potential",
    "odd_values",
    "figures_queries",
    "figures_random",
    "forecast_skill",
    "independent",
)
# Of all mutants that can be caught
ENOUGH = 0.95
# Seconds of the processor. A test takes more if a loop does not end any more
LONGEST = 60

# === MUTANTS ===#

DOMAIN_OPERATORS = {
    "=": "!=",
    "!=": "=",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "in": "not in",
    "not in": "in",
    "child_of": "=",
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "ceil": "floor", "floor": "ceil"}
# What makes a text SQL
IS_SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|CASE|COALESCE|FILTER|BETWEEN|EXISTS|IS NULL|IS NOT NULL|ORDER BY)\b|%s [<>=]"
)
NAME = r"(?:%\(\w+\)s|%s|[\w.]+(?:\([^()]*\))?)"
# pattern, its replacements
SQL_CHANGES = [
    (re.compile(pattern), replacements)
    for pattern, *replacements in (
        (r" = ANY\b", " != ALL"),
        (r"(?<![<>!=:])=(?!=)(?! ANY\b)", "!="),
        (r"!=|<>", "="),
        (r"<=", "<"),
        (r"(?<!-)(?<!->)>=", ">"),
        (r"<(?![=>])", "<="),
        (r"(?<![-<>])>(?![=>])", ">="),
        (rf"({NAME}) BETWEEN ({NAME}) AND ({NAME})", r"\1 > \2 AND \1 <= \3", r"\1 >= \2 AND \1 < \3"),
        (r"\bAND\b", "OR"),
        (r"\bOR\b", "AND"),
        (r"(?<![-+*/(,])(?<=[\w)\s])\+ ", "- "),
        (r"(?<=[\w)\s])- ", "+ "),
        (r"(?<![\w)] )(?<![\w)'])-(?=[\w(%])(?![->])", ""),
        (r" \* ", " / "),
        (r" / ", " * "),
        (r"\bIS NULL\b", "IS NOT NULL"),
        (r"\bIS NOT NULL\b", "IS NULL"),
        (r"\bIS NOT TRUE\b", "IS TRUE"),
        (r"\bNOT (?!NULL|TRUE)", ""),
        (r"(?<!NOT )\bIN \((?=')", "NOT IN ("),
        (r"(?<=\()('\w+'), (?='\w+')", ""),
        (r"(?<='), ('\w+')(?=\))", ""),
        (r"\bMIN\(", "MAX("),
        (r"\bMAX\(", "MIN("),
        (r"\bGREATEST\(", "LEAST("),
        (r"\bLEAST\(", "GREATEST("),
        (r"\b(?:ABS|ROUND)\(", "("),
        (r"\bLEFT JOIN\b", "JOIN"),
        (r"\bDESC\b", "ASC"),
        (r"\bDISTINCT (?!ON\b)", ""),
        (r"(?<![\w.$'\[%])\d+(?![\w.'])", lambda found: str(int(found[0]) + 1)),
    )
]
# The word belongs to the bounds, not to the conditions
IN_BETWEEN = re.compile(rf"\bBETWEEN {NAME} $")
# No code: comments
NO_SQL = re.compile(r"--.*")


@functools.cache
def text_of(path):
    """What the file was when it was first read, as the code that runs: it may be edited in the meantime."""
    return path.read_text()


@dataclass(frozen=True)
class Mutant:
    """A change of one place: the text from ``start`` to ``end`` becomes ``text``.

    ``name``: of the function, or of the constant. ``lines``: of the file, in which a test has to be.
    """

    path: Path
    name: str
    is_constant: bool
    line: int
    lines: range
    start: int
    end: int
    text: str

    @cached_property
    def source(self):
        source = text_of(self.path)
        return source[: self.start] + self.text + source[self.end :]

    @cached_property
    def change(self):
        """As it is shown, and found in the list of equivalent ones: what the lines were, and what they are."""
        source = text_of(self.path)
        begin, finish = source.rfind("\n", 0, self.start) + 1, source.find("\n", self.end)
        old = [line.strip() for line in source[begin:finish].split("\n")]
        new = [
            line.strip() for line in (source[begin : self.start] + self.text + source[self.end : finish]).split("\n")
        ]
        while len(old) > 1 and len(new) > 1 and old[0] == new[0]:
            del old[0], new[0]
        while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
            del old[-1], new[-1]
        return f"{' '.join(old)} -> {' '.join(new)}"

    @property
    def key(self):
        return f"{self.path.relative_to(ROOT / ADDON)} | {self.name} | {self.change}"

    def __str__(self):
        return f"{self.path.relative_to(ROOT / ADDON)}:{self.line} {self.name}: {self.change}"


class Changes(cst.CSTVisitor):
    """Gathers the mutants of a file: of its functions, and of its constants."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path):
        from mutmut.mutation import mutators

        super().__init__()
        wanted = (
            mutators.operator_number,
            mutators.operator_name,
            mutators.operator_augmented_assignment,
            mutators.operator_remove_unary_ops,
            mutators.operator_keywords,
            mutators.operator_swap_op,
            mutators.operator_if_exp,
        )
        self.operators = [each for each in mutators.mutation_operators if each[1] in wanted]
        self.path, self.source = path, text_of(path)
        self.wrapper = MetadataWrapper(cst.parse_module(self.source))
        self.line_starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.line_starts.append(self.line_starts[-1] + len(line))
        self.nodes, self.names, self.statements, self.found = [], [], [], []
        self.constant = None
        self.wrapper.visit(self)
        self.found = list(dict.fromkeys(self.found))

    # === PLACES ===#

    def on_visit(self, node):
        parent = self.nodes[-1] if self.nodes else None
        # No code of a function that runs
        if isinstance(node, cst.Annotation | cst.Parameters | cst.Decorator | cst.Import | cst.ImportFrom):
            return False
        # A check that raises, nothing that changes a figure
        if isinstance(node, cst.Arg) and node.keyword and node.keyword.value == "strict":
            return False
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString):
            return False
        if isinstance(node, cst.ClassDef | cst.FunctionDef):
            self.names.append((node.name.value, isinstance(node, cst.FunctionDef)))
        elif isinstance(node, cst.SimpleStatementLine):
            self.statements.append(node)
            self.constant = None if self.names else self._constant(node)
        elif self.constant or any(is_function for _name, is_function in self.names):
            self._change(node, parent)
        self.nodes.append(node)
        return True

    def on_leave(self, node):
        if self.nodes and self.nodes[-1] is node:
            self.nodes.pop()
            if isinstance(node, cst.ClassDef | cst.FunctionDef):
                self.names.pop()
            elif isinstance(node, cst.SimpleStatementLine):
                self.statements.pop()
                self.constant = None

    def _constant(self, line):
        statement = line.body[0]
        target = None
        if isinstance(statement, cst.Assign):
            target = statement.targets[0].target
        elif isinstance(statement, cst.AnnAssign) and statement.value:
            target = statement.target
        name = target.value if isinstance(target, cst.Name) else ""
        return name if re.fullmatch(r"_?[A-Z][A-Z0-9_]+", name) else None

    @property
    def name(self):
        """Of the outermost function: what is inside of it is part of its code."""
        if self.constant:
            return self.constant
        names = []
        for name, is_function in self.names:
            names.append(name)
            if is_function:
                break
        return ".".join(names)

    def _offsets(self, node):
        position = self.get_metadata(PositionProvider, node)
        return (
            self.line_starts[position.start.line - 1] + position.start.column,
            self.line_starts[position.end.line - 1] + position.end.column,
        )

    def _add(self, node, text, start=None, end=None):
        if start is None:
            start, end = self._offsets(node)
        if self.source[start:end].split() == text.split():
            return
        position = self.get_metadata(PositionProvider, self.statements[-1] if self.statements else node)
        self.found.append(
            Mutant(
                self.path,
                self.name,
                bool(self.constant),
                self.source.count("\n", 0, start) + 1,
                range(position.start.line, position.end.line + 1),
                start,
                end,
                text,
            )
        )

    def code(self, node):
        return self.wrapper.module.code_for_node(node)

    # === CHANGES ===#

    def _change(self, node, parent):
        for kind, operator in self.operators:
            if isinstance(node, kind):
                for changed in operator(node):
                    self._add(node, self.code(changed))
        if isinstance(node, cst.SimpleString):
            self._change_text(node, parent)
        elif isinstance(node, cst.Call):
            self._change_call(node)

    def _change_text(self, node, parent):
        start, _end = self._offsets(node)
        whole = self.nodes[-2] if isinstance(parent, cst.Element | cst.Arg) else None
        function = whole.func.value if isinstance(whole, cst.Call) and isinstance(whole.func, cst.Name) else ""
        condition = whole.elements if isinstance(whole, cst.Tuple) else whole.args if function == "Domain" else ()
        if len(condition) == 3 and condition[1] is parent and node.raw_value in DOMAIN_OPERATORS:
            self._add(node, f'"{DOMAIN_OPERATORS[node.raw_value]}"')
        is_query = function == "SQL"
        if is_query or IS_SQL.search(node.raw_value):
            for at, until, text in sql_changes(node.value):
                self._add(node, text, start + at, start + until)

    def _change_call(self, node):
        name = node.func.value if isinstance(node.func, cst.Name) else ""
        if name in CALLS:
            self._add(node, CALLS[name], *self._offsets(node.func))
        rounded = None
        if name in ("round", "abs", "int") and node.args:
            rounded = node.args[0]
        elif name == "rounded" and len(node.args) > 1:
            rounded = node.args[1]
        elif isinstance(node.func, cst.Attribute) and node.func.attr.value == "round" and node.args:
            rounded = node.args[0]
        if rounded and not rounded.star:
            self._add(node, f"({self.code(rounded.value)})")


def sql_changes(text):
    """:return: ``[(start, end, new text)]`` of each change"""
    blank = NO_SQL.sub(lambda found: " " * len(found[0]), text)
    found = []
    for pattern, replacements in SQL_CHANGES:
        for match in pattern.finditer(blank):
            if match[0] == "AND" and IN_BETWEEN.search(blank[: match.start()]):
                continue
            for replacement in replacements:
                new = replacement(match) if callable(replacement) else match.expand(replacement)
                found.append((match.start(), match.end(), new))
    return found


def choose(number, seed):
    """:return: mutants, of each file as many as it has lines in proportion"""
    chance = random.Random(seed)
    everything = {path: Changes(path).found for path in MUTATED}
    everything = {path: found for path, found in everything.items() if found}
    lines = {path: text_of(path).count("\n") for path in everything}
    total = sum(lines.values())
    chosen = []
    for path, found in everything.items():
        share = number * lines[path] / total
        count = int(share) + (chance.random() < share - int(share))
        chosen += chance.sample(found, min(count, len(found)))
    return chosen, {mutant.key for found in everything.values() for mutant in found}


def choose_again(log):
    """:return: those that the log of an earlier run says were not caught, as far as the code still has them"""
    keys = set(re.findall(r"^not (?:caught|reached): (.*)$", log, re.MULTILINE))
    everything = [mutant for path in MUTATED for mutant in Changes(path).found]
    # One for each: a line may have the same change in two places
    chosen = {mutant.key: mutant for mutant in everything if mutant.key in keys}
    return list(chosen.values()), {mutant.key for mutant in everything}


# === PUTTING THEM IN ===#


@contextlib.contextmanager
def applied(mutant):
    put = _put_constant if mutant.is_constant else _put_function
    undo = put(mutant)
    try:
        yield
    finally:
        undo()


def _put_function(mutant):
    functions, code = _functions(mutant)
    before = [(function, function.__code__) for function in functions]
    for function in functions:
        function.__code__ = code

    def undo():
        for function, old in before:
            function.__code__ = old

    return undo


@functools.cache
def _functions(mutant):
    """:return: the functions that run this code, and what their code becomes"""
    old = [code for name, code in _codes(compile(text_of(mutant.path), "", "exec")) if name == mutant.name]
    # With its decorators, as Python says where it begins; a property has several of its name
    line = max(code.co_firstlineno for code in old if code.co_firstlineno <= mutant.line)
    changed = _codes(compile(mutant.source, str(mutant.path), "exec"))
    code = next(code for name, code in changed if name == mutant.name and code.co_firstlineno == line)
    return _running()[str(mutant.path), line, code.co_name], code


def _codes(code, *names):
    """:return: ``[(name, code)]`` of the functions of a module and its classes, with those inside them"""
    found = []
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            own = (*names, each.co_name)
            is_class = not each.co_flags & inspect.CO_OPTIMIZED
            found += _codes(each, *own) if is_class else [(".".join(own), each)]
    return found


@functools.cache
def _running():
    """:return: ``{(file, first line, name): [function]}`` of all that could be changed, however it is decorated"""
    files = {str(path) for path in MUTATED}
    found = defaultdict(list)
    for each in gc.get_objects():
        if type(each) is types.FunctionType and each.__code__.co_filename in files:
            found[each.__code__.co_filename, each.__code__.co_firstlineno, each.__code__.co_name].append(each)
    return found


def _put_constant(mutant):
    """In all modules that have it under its name, and with it the constants of its module that are made of it."""
    modules = [
        module for name, module in list(sys.modules.items()) if name.startswith(f"odoo.addons.{ADDON}.") and module
    ]
    home = next(module for module in modules if getattr(module, "__file__", None) == str(mutant.path))
    space, changed = dict(vars(home)), []
    for statement in ast.parse(mutant.source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        if isinstance(targets[0], ast.Name) and (targets[0].id == mutant.name or names.intersection(changed)):
            exec(ast.unparse(statement), space)  # noqa: S102 (the engine's own code)
            changed.append(targets[0].id)
    before = [
        (module, name, vars(home)[name])
        for name in changed
        for module in modules
        if vars(module).get(name) is vars(home)[name]
    ]
    for module, name, _old in before:
        setattr(module, name, space[name])

    def undo():
        for module, name, old in before:
            setattr(module, name, old)

    return undo


# === TRYING THEM ===#


def pytest_addoption(parser):
    parser.addoption("--mutants", type=int, default=200, help="how many changes to try")
    parser.addoption("--seed", type=int, default=0, help="another seed chooses others; 0: a new one each time")
    parser.addoption("--again", type=Path, help="log of a run: tries what was not caught then, and chooses nothing")


def pytest_configure(config):
    # Nobody reads why a test failed
    config.option.tbstyle = "native"
    if config.args_source is not config.ArgsSource.ARGS:
        config.args = [str(ROOT / "tests" / f"test_{name}.py") for name in TESTS]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    option = session.config.option
    seed = option.seed or random.randrange(1, 10**6)
    reporter = session.config.pluginmanager.unregister(name="terminalreporter")
    try:
        chosen = choose_again(option.again.read_text()) if option.again else choose(option.mutants, seed)
        trial = Trial(session, reporter.write_line, "again" if option.again else f"seed {seed}", chosen)
        trial.run()
        enough = trial.conclude()
    finally:
        session.config.pluginmanager.register(reporter, "terminalreporter")
    session.testsfailed = 0 if enough else 1
    return True


class TooLong(BaseException):
    """A loop that does not end, as far as we can wait. No code that goes on after errors catches it."""


class Trial:
    """Tries mutants with the tests that reach their lines, a class of tests after the other: its data are made once."""

    def __init__(self, session, write, name, chosen):
        self.session, self.write, self.name = session, write, name
        self.mutants, everything = chosen
        entries = [line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")]
        self.equivalent = {entry.rpartition(" | ")[0] for entry in entries}
        self.unknown = self.equivalent - everything
        self.caught_by, self.reached = {}, set()
        self.part_has_failed = False
        session.config.pluginmanager.register(self)
        self.files = {str(path) for path in MUTATED}

    def run(self):
        signal.signal(signal.SIGPROF, _give_up)
        for tests, items in itertools.groupby(self.session.items, key=lambda item: item.parent):
            left = [mutant for mutant in self.mutants if mutant not in self.caught_by]
            if not left:
                break
            # Only what is still to be tried is looked at: that takes longer than the test itself
            places = set().union(*map(_places, left))
            reached = {item: found for item in list(items) if (found := self._reached(item, places)) is not None}
            self.write(f"{tests.nodeid}: {len(reached)} tests, {len(left)} mutants left")
            for mutant in left:
                self._try(mutant, self._reaching(mutant, reached))
            self._tear_down()

    def _reached(self, item, places):
        """:return: (seconds, which of the ``{(file, line)}`` it reached); None if the test does not pass as it is"""
        found = set()

        @functools.cache
        def has_places(code):
            return any((code.co_filename, line) in places for _start, _end, line in code.co_lines())

        def enter(frame, _event, _argument):
            code = frame.f_code
            return note(frame, "line", None) if code.co_filename in self.files and has_places(code) else None

        def note(frame, _event, _argument):
            found.add((frame.f_code.co_filename, frame.f_lineno))
            return note

        start = time.process_time()
        sys.settrace(enter)
        try:
            passed = self._passes(item)
        finally:
            sys.settrace(None)
        if not passed:
            self.write(f"does not pass: {item.nodeid}")
            self._tear_down()
        return (time.process_time() - start, found & places) if passed else None

    def _reaching(self, mutant, reached):
        """:return: the tests that reach it, the fastest first"""
        places = _places(mutant)
        found = [item for item, (_seconds, lines) in reached.items() if not places.isdisjoint(lines)]
        if found:
            self.reached.add(mutant)
        return sorted(found, key=lambda item: reached[item][0])

    def _try(self, mutant, items):
        for item in items:
            if self._fails_with(mutant, item):
                self.caught_by[mutant] = item.nodeid
                self.write(f"caught: {mutant}\n        by {item.name}")
                return

    def _fails_with(self, mutant, item):
        if self._passes_with(mutant, item):
            return False
        if self._passes(item):
            return True
        # It left something behind: once more, with everything made anew
        self._tear_down()
        failed = self._passes(item) and not self._passes_with(mutant, item)
        self._tear_down()
        return failed

    def _passes_with(self, mutant, item):
        with applied(mutant):
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            try:
                return self._passes(item)
            except TooLong:
                return False
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)

    def _passes(self, item):
        self.part_has_failed = False
        # What belongs to the class stays
        reports = runtestprotocol(item, log=False, nextitem=item.parent)
        return all(report.passed for report in reports) and not self.part_has_failed

    def pytest_runtest_logreport(self, report):
        """Of what fails within ``subTest``, pytest tells its plugins only: the test itself goes on, and passes."""
        self.part_has_failed |= report.failed

    def _tear_down(self):
        with contextlib.suppress(Exception):
            self.session._setupstate.teardown_exact(None)

    def conclude(self):
        """Says what came of it.

        :return: whether enough was caught, and what is said of equivalent ones holds
        """
        equivalent = [mutant for mutant in self.mutants if mutant.key in self.equivalent]
        wrong = [mutant for mutant in equivalent if mutant in self.caught_by]
        others = [mutant for mutant in self.mutants if mutant.key not in self.equivalent]
        survived = [mutant for mutant in others if mutant not in self.caught_by]
        for mutant in survived:
            self.write(f"{'not caught' if mutant in self.reached else 'not reached'}: {mutant.key}")
        for mutant in wrong:
            self.write(f"caught, though it is said to change nothing: {mutant.key}")
        for key in sorted(self.unknown):
            self.write(f"there is no such mutant any more: {key}")
        caught = len(others) - len(survived)
        self.write(
            f"{self.name}: {caught} of {len(others)} caught ({caught / max(len(others), 1):.1%}), "
            f"beside {len(equivalent)} that change nothing"
        )
        return caught >= ENOUGH * len(others) and not wrong and not self.unknown


def _give_up(*_arguments):
    raise TooLong


@functools.cache
def _places(mutant):
    """:return: ``{(file, line)}``, one of which a test has to reach

    Of a constant, where it is named: its own line runs when its module is loaded, before all tests.
    """
    if not mutant.is_constant:
        return {(str(mutant.path), line) for line in mutant.lines}
    named = re.compile(rf"\b{mutant.name}\b")
    return {
        (str(path), number)
        for path in MUTATED
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if named.search(line)
    }
