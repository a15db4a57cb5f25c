"""The check of the structure that scripts/lint runs: what it refuses, and what it lets pass."""

import runpy
from textwrap import dedent

import pytest

from .checkout import ROOT

check = runpy.run_path(str(ROOT / "scripts/lib/check_structure.py"))["main"]


class Addons:
    """Two add-ons without a problem, to which a test adds files."""

    def __init__(self, folder):
        self.folder = folder
        self.write("main/__init__.py", "from . import models\nfrom .models import tier")
        self.write("main/models/tier.py", 'class Tier(models.Model):\n    _name = "key.account.tier"')
        self.write("stock/__init__.py")

    def write(self, name, text=""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))

    def refused(self, *messages):
        """Checks that these messages come, each in its line, and no other."""
        try:
            check("main", "stock")
            lines = []
        except SystemExit as refusal:
            lines = refusal.code.splitlines()
        assert sorted(lines) == sorted(messages)


@pytest.fixture
def addons(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Addons(tmp_path)


# === ONE MODEL, ONE PLACE ===#


def test_nothing_to_refuse(addons):
    addons.refused()


@pytest.mark.parametrize(
    "body",
    [
        '_inherit = "key.account.tier"',
        '_name = "key.account.tier"\n    _inherit = ["key.account.tier", "mail.thread"]',
        '_name = _inherit = "key.account.tier"',
        '_name: str = "key.account.tier"',
    ],
)
@pytest.mark.parametrize("name", ["main/models/tier_life.py", "main/wizard/tier.py", "main/demo/tier.py"])
def test_a_model_in_two_places(addons, name, body):
    addons.write(name, f"class Second(models.Model):\n    {body}")
    first, second = sorted(["main/models/tier.py:1", f"{name}:1"])
    addons.refused(f"{first}: key.account.tier is written in 2 classes: {second}")


def test_a_model_twice_in_one_file(addons):
    addons.write(
        "main/models/day.py", "class A:\n    _inherit = 'calendar.event'\nclass B(A):\n    _inherit = A._inherit"
    )
    addons.refused()
    addons.write(
        "main/models/day.py", "class A:\n    _inherit = 'calendar.event'\nclass B:\n    _inherit = 'calendar.event'"
    )
    addons.refused("main/models/day.py:1: calendar.event is written in 2 classes: main/models/day.py:3")


def test_mixins_are_not_extended(addons):
    """A model that has one of ours as a parent is another model."""
    addons.write("main/models/a.py", 'class A(models.Model):\n    _name = "a"\n    _inherit = ["key.account.tier"]')
    addons.write("main/models/b.py", 'class B(models.Model):\n    _name = "b"\n    _inherit = "key.account.tier"')
    addons.refused()


def test_each_addon_once(addons):
    """The add-on for Inventory extends the main one's models as any third add-on could, once."""
    extension = "class Tier(models.Model):\n    _inherit = 'key.account.tier'"
    addons.write("stock/models/tier.py", extension)
    addons.refused()
    addons.write("stock/models/tier_stock.py", extension)
    addons.refused("stock/models/tier.py:1: key.account.tier is written in 2 classes: stock/models/tier_stock.py:1")


def test_partners_have_four_files(addons):
    for number in range(4):
        addons.write(f"main/models/res_partner_{number}.py", "class Partner:\n    _inherit = 'res.partner'")
    addons.refused()
    addons.write("main/models/res_partner_4.py", "class Partner:\n    _inherit = 'res.partner'")
    others = ", ".join(f"main/models/res_partner_{number}.py:1" for number in range(1, 5))
    addons.refused(f"main/models/res_partner_0.py:1: res.partner is written in 5 classes: {others}")


@pytest.mark.parametrize("part", ["tools", "figures", "documents", "screens"])
def test_plain_python_has_no_models(addons, part):
    addons.write(f"main/{part}/deep/down.py", "class Down(models.AbstractModel):\n    _name = 'down'")
    addons.refused(f"main/{part}/deep/down.py:1: down is a model, {part} is plain Python")


# === IMPORTS GO DOWN ONLY ===#


@pytest.mark.parametrize(
    ("name", "statement", "imported"),
    [
        ("main/figures/engine.py", "from ..models.tier import Tier", "models.tier.Tier"),
        ("main/figures/engine.py", "from .. import models", "models"),
        ("main/figures/sources/sales.py", "from ...documents import formatter", "documents.formatter"),
        ("main/figures/sales.py", "from odoo.addons.main.screens.cockpit import Cockpit", "screens.cockpit.Cockpit"),
        ("main/figures/sales.py", "from odoo.addons.main import controllers", "controllers"),
        ("main/figures/sales.py", "import odoo.addons.main.wizard.close as close", "wizard.close"),
        ("main/documents/__init__.py", "from ..reports import sales", "reports.sales"),
        ("main/documents/slides/title.py", "from ...screens.present import Present", "screens.present.Present"),
        ("main/screens/cockpit.py", "from ..models.tier import Tier", "models.tier.Tier"),
        ("main/roles.py", "from .figures import period", "figures.period"),
        ("main/tools/files.py", "from .. import documents", "documents"),
        ("stock/figures/turnover.py", "from odoo.addons.main.models import tier", "models.tier"),
    ],
)
def test_imports_upwards(addons, name, statement, imported):
    """Also those inside a function."""
    part = name.split("/")[1].removesuffix(".py")
    for line, text in ((1, statement), (3, f"\ndef late():\n    {statement}")):
        addons.write(name, text)
        addons.refused(f"{name}:{line}: {part} imports main.{imported}, which is above")


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("main/models/tier_values.py", "from ..screens.cockpit import Cockpit"),
        ("main/models/tier_values.py", "from ..wizard.close import WAYS"),
        ("main/wizard/close.py", "from ..models.tier import RATINGS"),
        ("main/screens/cockpit.py", "from ..documents.formatter import Formatter"),
        ("main/screens/cockpit.py", "from ..figures.period import Period"),
        ("main/documents/slides/title.py", "from ..formatter import Formatter"),
        ("main/documents/slides/title.py", "from ...roles import MANAGER"),
        ("main/figures/sources/sales.py", "from ..source import Source"),
        ("main/figures/sources/sales.py", "from odoo.addons.account.models import company"),
        ("main/figures/sources/sales.py", "from odoo import models"),
        ("main/hooks.py", "from .models.tier import Tier"),
        ("main/tools/files.py", "from ..roles import HEAD"),
        ("main/demo/reviews.py", "from ..models.tier import Tier"),
        ("stock/figures/turnover.py", "from odoo.addons.main.figures.source import Source"),
    ],
)
def test_imports_downwards(addons, name, statement):
    addons.write(name, statement)
    addons.refused()


def test_a_new_part(addons):
    """Someone has to say where it belongs."""
    addons.write("main/helpers/misc.py", "")
    addons.refused("main/helpers/misc.py: helpers has no place in the order of imports")


# === VIEWS THAT STAND ALONE ===#


def view(name, model="key.account.tier", arch="<form/>", parent=""):
    inherit = f'<field name="inherit_id" ref="{parent}"/>' if parent else ""
    return f"""\
        <odoo>
            <record id="{name}" model="ir.ui.view">
                <field name="model">{model}</field>
                {inherit}
                <field name="arch" type="xml">{arch}</field>
            </record>
        </odoo>
    """


@pytest.mark.parametrize("parent", ["key_account_tier_view_form", "main.key_account_tier_view_form"])
def test_a_view_that_inherits_our_own(addons, parent):
    name = "key_account_tier_view_form_more"
    addons.write("main/views/tier_views.xml", view(name, parent=parent))
    addons.refused(f"main/views/tier_views.xml:2: {name} inherits {parent}, a view of our own")
    addons.write("main/views/tier_views.xml", f'<odoo><template id="{name}" inherit_id="{parent}"/></odoo>')
    addons.refused(f"main/views/tier_views.xml:1: {name} inherits {parent}, a view of our own")


def test_a_view_that_inherits_anothers(addons):
    """One of Odoo's, or from the add-on for Inventory one of the main add-on's."""
    addons.write("main/views/a.xml", view("sale_order_view_form", "sale.order", "<field/>", "sale.view_order_form"))
    addons.write("main/views/b.xml", '<odoo><template id="breadcrumbs" inherit_id="portal.portal_breadcrumbs"/></odoo>')
    addons.write("stock/views/c.xml", view("key_account_tier_view_form", parent="main.key_account_tier_view_form"))
    addons.refused()


@pytest.mark.parametrize(
    ("name", "arch", "parent", "wanted"),
    [
        ("view_tier_form", "<form/>", "", "key_account_tier_view_form"),
        ("key_account_tier_form", "<form/>", "", "key_account_tier_view_form"),
        ("key_account_tier_view_form", "<list/>", "", "key_account_tier_view_list"),
        ("key_account_tier_view_formal", "<!-- why --><form/>", "", "key_account_tier_view_form"),
        ("view_tier_form", "<field/>", "base.view_tier_form", "key_account_tier_view_<type>"),
    ],
)
def test_names_of_views(addons, name, arch, parent, wanted):
    addons.write("main/views/tier_views.xml", view(name, arch=arch, parent=parent))
    addons.refused(f"main/views/tier_views.xml:2: {name} should be called {wanted}")


def test_good_names_of_views(addons):
    for name, arch in (("form", "<!-- why --><form/>"), ("form_quick_create", "<form/>"), ("kanban", "<kanban/>")):
        addons.write(f"main/views/{name}.xml", view(f"key_account_tier_view_{name}", arch=arch))
    # Templates and other records have any name; the browser's templates inherit as needed
    addons.write(
        "main/views/page.xml", '<odoo><template id="page"/><record id="gold" model="key.account.tier"/></odoo>'
    )
    addons.write("main/static/src/a.xml", '<templates><template id="a" inherit_id="main.b"/></templates>')
    addons.refused()


# === A REASON BESIDE EACH SUDO ===#


@pytest.mark.parametrize(
    "text",
    [
        "def f(record):\n    return record.sudo().name",
        "# Far above\n\n\n\n\ndef f(record):\n    return [\n        each\n        for each in record.sudo()\n    ]",
        'class C:\n    """What it does."""\n\n    def f(self):\n        return self.sudo(True)',
    ],
)
def test_sudo_without_a_reason(addons, text):
    addons.write("main/models/own.py", text)
    number = next(n for n, line in enumerate(text.splitlines(), 1) if "sudo(" in line)
    addons.refused(f"main/models/own.py:{number}: a comment beside sudo() says why")


@pytest.mark.parametrize(
    "text",
    [
        "def f(record):\n    # Names are no secret\n    return record.sudo().name",
        "def f(record):\n    return record.sudo().name  # no secret",
        "def f(record):\n    return record.sudo(False).name",
        'class C:\n    """Read as superuser: names are no secret."""\n\n    def f(self):\n        return self.sudo()',
    ],
)
def test_sudo_with_a_reason(addons, text):
    addons.write("main/models/own.py", text)
    addons.refused()


# === MONEY IN ITS CURRENCY'S ROUNDING ===#


@pytest.mark.parametrize(
    ("comparison", "amount"),
    [
        ("balance.receivable <= 0", "receivable"),
        ("0.0 < revenue", "revenue"),
        ("gross >= rest", "gross"),
        ("total - paid == 0", "total"),
        ("item['amount'] != 0", "amount"),
        ("sums.revenue_with_cost > 1", "revenue_with_cost"),
        ("turnover[1] > 0", "turnover"),
        ("(row.price or 0.0) > floor", "price"),
        ("-move.amount_residual < 0", "amount_residual"),
    ],
)
def test_money_compared_as_floats(addons, comparison, amount):
    for part in ("figures", "models"):
        addons.write(f"main/{part}/own.py", f"def f():\n    return {comparison}")
    addons.refused(
        *(
            f"main/{part}/own.py:2: {amount} is compared as a float, not by its currency"
            for part in ("figures", "models")
        )
    )


@pytest.mark.parametrize(
    "comparison",
    [
        "currency.compare_amounts(gross, rest) >= 0",
        "currency.is_zero(revenue)",
        "revenue is None",
        "code in total",
        "period.date_to > today",
        "len(revenue) > 1",
        "group.credit_kind == 'bonus'",
        "sum(revenue > 0 for revenue in months)  # as floats: months are rounded",
    ],
)
def test_money_compared_by_its_currency(addons, comparison):
    addons.write("main/figures/own.py", f"def f():\n    return {comparison}")
    # Documents and screens compare rounded figures
    addons.write("main/documents/own.py", "def f():\n    return revenue > 0")
    addons.refused()
