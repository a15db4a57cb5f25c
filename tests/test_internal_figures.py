"""A figure that the head has made internal: sales representatives find it in nothing that is made of it.

Everything that they may ask for is looked at twice, before and after the account's sales and targets change. Nothing
but the documents themselves may tell the difference.
"""

import json
import re
from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .access_scene import AccessScene
from .test_access_matrix import TryingCase

NOW = "2025-08-15 12:00"
# Odoo's own documents, line by line: a representative may open those of their customers anyway
DOCUMENTS = ("key.account.sales.report",)
# When something was computed or written says nothing
MOMENTS = ("as_of", "write_date")
AGGREGATES = ("sum", "avg", "max", "min", "count_distinct")
# Some of the places where representatives see such figures as long as these are not internal
PLACES = {
    ("key.account.category.purchase", "read", "last_purchase"),
    ("key.account.category.purchase", "group", "revenue:sum"),
    ("key.account.milestone", "read", "actual_revenue"),
    ("key.account.plan", "read", "gap"),
    ("key.account.plan", "group", "target_revenue:sum"),
    ("key.account.potential.report", "group", "amount:sum"),
    ("key.account.review.condition", "read", "quantity_year"),
    ("key.account.review.condition", "read", "revenue_effect"),
    ("key.account.snapshot", "read", "revenue_change_rate"),
    ("key.account.snapshot", "method", "get_start"),
    ("key.account.target", "read", "value"),
    ("key.account.visit", "read", "account_visit_due"),
    ("report", "key_account_management.report_plan_sheet", ""),
    ("report", "key_account_management.report_folder_partner", ""),
    ("res.partner", "method", "get_key_account_page"),
    ("res.partner", "read", "key_account_last_visit"),
    ("res.partner", "read", "key_account_planned_visit"),
    ("res.partner", "method", "get_key_account_timeline"),
}
# Asks for revenue by its name
REFUSED = {
    ("key.account.snapshot", "method", "action_view_figure"),
    ("res.partner", "method", "get_key_account_breakdown"),
    ("res.partner", "method", "get_key_account_figure_records"),
}


class Refusal(str):
    """What is said when something is not allowed."""


@freeze_time(NOW)
class TestInternalFigures(TryingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scene = AccessScene(cls, cls.account, cls.company, cls.rep, cls.manager, 2025)
        for day, quantity in ((date(2023, 3, 1), 3), (date(2024, 3, 1), 5), (date(2025, 3, 1), 4)):
            cls.invoice(cls.account, day, (cls.product, quantity, 100.0))
        kind = cls.env["key.account.milestone.type"].create({"name": "Revenue of the Half", "measures_revenue": True})
        cls.scene.records["key.account.milestone"].write(
            {"type_id": kind.id, "date_deadline": date(2025, 12, 31), "expected_revenue": 5000.0}
        )
        cls.account.key_account_tier_id = cls.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        cls.meet("2025-08-28", key_account_visit=False)
        cls.price = cls.env["key.account.review.condition"].create(
            {
                "review_id": cls.scene.records["key.account.review"].id,
                "kind": "price",
                "product_id": cls.product.id,
                "value_proposed": 90.0,
            }
        )
        cls.kpis = cls.env["key.account.kpi"].search([("audience", "=", "customer")])
        cls.refresh()

    @classmethod
    def refresh(cls):
        cls.env.flush_all()
        cls.env["key.account.snapshot"]._of_company(cls.company)._refresh(cls.account)
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def meet(cls, day, **values):
        cls.env["calendar.event"].create(
            {
                "name": "Talk",
                "key_account_visit": True,
                "user_id": cls.manager.id,
                "partner_ids": [Command.set((cls.account | cls.manager.partner_id).ids)],
                "start": f"{day} 09:00:00",
                "stop": f"{day} 10:00:00",
                **values,
            }
        )

    def change(self):
        """Sales of the account, what is aimed at, and visits."""
        self.invoice(self.account, date(2025, 7, 10), (self.product, 37, 97.0))
        self.invoice(self.account, date(2025, 7, 20), (self.product, 1, 97.0), move_type="out_refund")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 9})],
            }
        )
        order.action_confirm()
        self.scene.records["key.account.target"].value = 4321.0
        # The next meeting is shown from the calendar: the later one is no news
        for day in ("2025-08-12", "2025-08-29"):
            self.meet(day)
        # As if it were entered now
        self.price._compute_today()
        self.refresh()

    # === WHAT A USER FINDS ===#

    def look(self, user):
        """:return: ``{what was asked for: the answer as text}``"""
        env = self.env(user=user, context={"allowed_company_ids": self.company.ids, "active_test": False})
        found = {}
        for name in sorted(env):
            model = env[name]
            ours = name.startswith("key.account.") or name == "res.partner"
            if ours and not model._abstract and name not in DOCUMENTS and model.has_access("read"):
                found |= self.look_at_records(model) | self.look_at_totals(model) | self.look_at_form(model)
        return found | self.look_at_methods(env) | self.look_at_reports(env)

    def answer(self, ask, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.models", "odoo.addons.base.models.ir_rule"):
                answer = json.dumps(ask(*arguments), default=str, sort_keys=True)
        except (AccessError, UserError) as error:
            return Refusal(error)
        return re.sub("NewId_0x[0-9a-f]+", "NewId", answer)

    def fields_of(self, model):
        return [
            name
            for name, field in model._fields.items()
            if model._has_field_access(field, "read")
            and name not in MOMENTS
            and (model._name != "res.partner" or name.startswith("key_account"))
        ]

    def look_at_records(self, model):
        records = self.account.with_env(model.env) if model._name == "res.partner" else model.search([], order="id")
        names = self.fields_of(model)
        answer = self.answer(records.read, names)
        if isinstance(answer, Refusal):
            return {(model._name, "read", ""): answer}
        rows = json.loads(answer)
        return {(model._name, "read", name): [row[name] for row in rows] for name in names}

    def look_at_totals(self, model):
        domain = [("id", "=", self.account.id)] if model._name == "res.partner" else []
        found, totals = {}, []
        for name in self.fields_of(model):
            field = model._fields[name]
            if field.aggregator and (field.store or not model._auto):
                totals += [f"{name}:{function}" for function in AGGREGATES]
            if field.type == "boolean" and (field.store or field.search):
                found[model._name, "search", name] = self.answer(model.search_count, [*domain, (name, "=", True)])
        (group,) = json.loads(self.answer(model.formatted_read_group, domain, [], totals)) if totals else [{}]
        return found | {(model._name, "group", total): group[total] for total in totals}

    def look_at_form(self, model):
        spec = {name: {} for name in self.fields_of(model)}
        new = model.with_context(default_partner_id=self.account.id, default_company_id=self.company.id)
        return {(model._name, "form", ""): self.answer(new.onchange, {}, [], spec)}

    def look_at_methods(self, env):
        samples = self.scene.samples()
        samples["key.account.snapshot"] = env["key.account.snapshot"].search([("is_current", "=", True)], limit=1)
        found = {}
        for name, method in self.public_methods():
            if getattr(getattr(type(env[name]), method), "_readonly", False):
                arguments = self.method_arguments(samples.get(name, env[name]), method)
                found[name, "method", method] = self.answer(
                    call_kw, env[name], method, arguments, {"context": dict(env.context)}
                )
        return found

    def look_at_reports(self, env):
        samples = self.scene.samples()
        found = {}
        for report in self.env["ir.actions.report"].search([("model", "in", list(samples))]):
            is_ours = report.report_name.startswith("key_account_management.")
            if is_ours and (not report.group_ids or report.group_ids & env.user.all_group_ids):
                found["report", report.report_name, ""] = self.answer(
                    env["ir.actions.report"]._render_qweb_html, report.report_name, samples[report.model].ids
                )
        return found

    def differences(self, user):
        """:return: ``{what was asked for: what tells the user that sales or targets have changed}``"""
        before = self.look(user)
        with self.undone():
            self.change()
            after = self.look(user)
        return {
            asked: (before.get(asked), after.get(asked))
            for asked in before.keys() | after.keys()
            if before.get(asked) != after.get(asked)
        }

    def refused_without(self, kpis, before):
        """:return: what is refused once the head has made figures internal"""
        with self.undone():
            kpis.with_user(self.head).audience = "internal"
            after = self.look(self.rep)
        return {
            asked
            for asked, answer in after.items()
            if isinstance(answer, Refusal) and not isinstance(before.get(asked), Refusal)
        }

    # === TESTS ===#

    def test_nothing_made_of_it(self):
        self.kpis.with_user(self.head).audience = "internal"
        for asked, (before, after) in self.differences(self.rep).items():
            with self.subTest(asked):
                self.assertEqual(before, after)

    def test_what_would_be_seen(self):
        """The same places do tell the difference to those who may see it."""
        seen = self.differences(self.rep)
        self.assertFalse(PLACES - seen.keys())

    def test_nothing_else_is_refused(self):
        """Without the figures, everything else still opens."""
        before = self.look(self.rep)
        revenue = self.env.ref("key_account_management.kpi_revenue")
        for kpis in (revenue, self.kpis):
            with self.subTest(len(kpis)):
                self.assertEqual(self.refused_without(kpis, before), REFUSED)

    def test_views_show_nothing_that_is_hidden(self):
        """A view with a field that its user may not read does not open."""
        self.kpis.with_user(self.head).audience = "internal"
        views = self.env["ir.model.data"].search(
            [("module", "=", "key_account_management"), ("model", "=", "ir.ui.view")]
        )
        env, hidden = self.env(user=self.rep), set()
        for view in self.env["ir.ui.view"].browse(views.mapped("res_id")):
            model = env.get(view.model)
            if model is None or view.type == "qweb" or view.mode == "extension" or not model.has_access("read"):
                continue
            arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
            for node in arch.iter("field"):
                shown = env[self.model_of(node, model)]
                field = shown._fields[node.get("name")]
                with self.subTest(view.name, field=str(field)):
                    self.assertTrue(shown._has_field_access(field, "read"))
            hidden |= getattr(model, "_get_hidden_figures", set)()
        self.assertLessEqual({"gap", "revenue_rate", "amount", "revenue_change"}, hidden)

    def model_of(self, node, model):
        """:return: name of the model of a field in a view; lines have views inside the field of the lines"""
        names = [above.get("name") for above in node.iterancestors("field", "groupby")]
        for name in reversed(names):
            model = model.env[model._fields[name].comodel_name]
        return model._name
