"""Checks how the add-ons are built: each model in one place, imports that only go down, views that stand alone, a
reason beside each `sudo`, money compared by its currency.

usage: check_structure.py ADDON...
"""

import ast
import re
import sys
from pathlib import Path

from lxml import etree

# The account, and at most three more files with their own subject
CLASSES_OF_MODEL = {"res.partner": 4}
PLAIN = {"tools", "figures", "documents", "screens"}
# From the bottom up: each may import what is on its own level or below
LEVELS = (
    {"roles", "tools"},
    {"figures"},
    {"documents"},
    {"screens"},
    {"models", "wizard", "controllers", "reports", "hooks", "__init__"},
)
# Run once, from outside
FREE = {"__manifest__", "demo", "migrations"}
# Documents and screens compare what the figures have rounded
COMPARED = {"figures", "models", "reports", "wizard"}
AS_FLOATS = "# as floats: "
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
# The first or the last word of what money is called
MONEY = {
    *("amount", "amounts", "balance", "claims", "cost", "costs", "credit", "credited", "debit", "exposure", "gross"),
    *("invoiced", "overdue", "owed", "price", "purchases", "receivable", "rest", "revenue", "total", "turnover"),
}
VIEW_TYPES = "activity|calendar|form|graph|hierarchy|kanban|list|pivot|search"


def python_files(addon):
    return sorted(path for path in addon.rglob("*.py") if path.relative_to(addon).parts[0] != "migrations")


# === ONE MODEL, ONE PLACE ===#


def model_of(body):
    """:return: the name of the model that a class defines or extends, or None"""
    values = {}
    for statement in body.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant):
            for target in getattr(statement, "targets", None) or [statement.target]:
                values[ast.unparse(target)] = statement.value.value
    # A list in _inherit names the parents of another model, which then has a _name
    return values.get("_name") or values.get("_inherit")


def problems_of_models(addon):
    places = {}
    for path in python_files(addon):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and (model := model_of(node)):
                places.setdefault(model, []).append(f"{path}:{node.lineno}")
                part = path.relative_to(addon).parts[0]
                if part in PLAIN:
                    yield f"{path}:{node.lineno}: {model} is a model, {part} is plain Python"
    for model, lines in places.items():
        if len(lines) > CLASSES_OF_MODEL.get(model, 1):
            yield f"{lines[0]}: {model} is written in {len(lines)} classes: {', '.join(lines[1:])}"


# === IMPORTS GO DOWN ONLY ===#


def part_of(path):
    """:param path: the path inside the add-on, as a list of names without endings"""
    return path[0] if path else "__init__"


def level_of(part):
    return next((height for height, parts in enumerate(LEVELS) if part in parts), None)


def imported(node, package):
    """:return: the names that a statement may import, each as a list

    :param package: the names of the package that contains the statement
    """
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    base = package[: len(package) - node.level + 1] if node.level else []
    base += node.module.split(".") if node.module else []
    return [[*base, alias.name] for alias in node.names]


def problems_of_imports(addon, addons):
    for path in python_files(addon):
        names = path.relative_to(addon).with_suffix("").parts
        part = part_of(names)
        if part in FREE:
            continue
        level = level_of(part)
        if level is None:
            yield f"{path}: {part} has no place in the order of imports"
            continue
        package = ["odoo", "addons", addon.name, *names[:-1]]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            for target in imported(node, package):
                if target[:2] != ["odoo", "addons"] or target[2:3] not in [[name] for name in addons]:
                    continue
                height = level_of(part_of(target[3:]))
                if height is not None and height > level:
                    yield f"{path}:{node.lineno}: {part} imports {'.'.join(target[2:])}, which is above"


# === VIEWS THAT STAND ALONE ===#


def problems_of_views(addon):
    for path in sorted(addon.rglob("*.xml")):
        if path.relative_to(addon).parts[0] != "static":
            yield from problems_of_xml(path, addon)


def problems_of_xml(path, addon):
    for node in etree.parse(path).iterfind(".//*[@id]"):
        values = {field.get("name"): field for field in node.iterfind("field")}
        view = node.tag == "record" and node.get("model") == "ir.ui.view"
        if not view and node.tag != "template":
            continue
        parent = values["inherit_id"].get("ref") if "inherit_id" in values else node.get("inherit_id")
        if parent and parent.split(".")[0] in (parent, addon.name):
            yield f"{path}:{node.sourceline}: {node.get('id')} inherits {parent}, a view of our own"
        if view and "model" in values:
            # An extension of a view need not show its type
            types = VIEW_TYPES if parent else next(values["arch"].iterchildren(etree.Element)).tag
            model = values["model"].text.replace(".", "_")
            if not re.fullmatch(rf"{model}_view_({types})(_\w+)?", node.get("id")):
                wanted = f"{model}_view_{'<type>' if parent else types}"
                yield f"{path}:{node.sourceline}: {node.get('id')} should be called {wanted}"


# === A REASON BESIDE EACH SUDO ===#


def problems_of_sudo(addon):
    """A comment in the statement or in the three lines above it, or a docstring around it, says why."""
    for path in python_files(addon):
        if path.relative_to(addon).parts[0] in FREE:
            continue
        text = path.read_text()
        lines = text.splitlines()
        for sudo, statement, around in sudo_calls(ast.parse(text)):
            if any("#" in line for line in lines[max(0, statement.lineno - 4) : sudo.end_lineno]):
                continue
            if not any(re.search("superuser|[Rr]ules must not", ast.get_docstring(node) or "") for node in around):
                yield f"{path}:{sudo.lineno}: a comment beside sudo() says why"


def sudo_calls(tree):
    """:return: iterator of (call, its statement, the classes and functions around it)"""
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        # sudo(False) gives rights back
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "sudo":
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and not node.args[0].value:
            continue
        statement = node
        while not isinstance(statement, ast.stmt):
            statement = parent[statement]
        around, outer = [], statement
        while outer := parent.get(outer):
            if isinstance(outer, ast.ClassDef | ast.FunctionDef):
                around.append(outer)
        yield node, statement, around


# === MONEY IN ITS CURRENCY'S ROUNDING ===#


def problems_of_money(addon):
    """Sums of floats are never exactly what they should be: currencies compare amounts, in their rounding."""
    for path in python_files(addon):
        if path.relative_to(addon).parts[0] not in COMPARED:
            continue
        text = path.read_text()
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Compare) and all(isinstance(operator, ORDER) for operator in node.ops):
                # What was rounded, or is of no currency, says so
                if any(AS_FLOATS in lines[number - 1] for number in {node.lineno, max(node.lineno - 1, 1)}):
                    continue
                for side in (node.left, *node.comparators):
                    if amount := amount_in(side):
                        yield f"{path}:{node.lineno}: {amount} is compared as a float, not by its currency"
                        break


def amount_in(node):
    """:return: the name of an amount of money that an expression is, or calculates with; None for other expressions"""
    if isinstance(node, ast.UnaryOp):
        return amount_in(node.operand)
    if isinstance(node, ast.BinOp):
        return amount_in(node.left) or amount_in(node.right)
    if isinstance(node, ast.BoolOp):
        return amount_in(node.values[0])
    if isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return amount_in(ast.Name(key)) if isinstance(key, str) else amount_in(node.value)
    name = getattr(node, "attr", None) or getattr(node, "id", "")
    if name.endswith("_kind"):
        return None
    return name if MONEY & {name.split("_")[-1], name.split("_")[0]} else None


def main(*folders):
    addons = [Path(folder) for folder in folders]
    problems = []
    for addon in addons:
        problems += problems_of_models(addon)
        problems += problems_of_imports(addon, {each.name for each in addons})
        problems += problems_of_views(addon)
        problems += problems_of_sudo(addon)
        problems += problems_of_money(addon)
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
