"""What forms show before anything is saved: no more than saved records of the same user would show."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import MANAGER, KeyAccountCase

SECRET = "Secret of someone else"
ENTERED = 7777.77
# Quantity and price, of someone else's account and of the own one in a company that users do not work for
SOLD = {"foreign": (37.13, 197.59), "elsewhere": (41.17, 231.43)}
COST = 61.03
OTHERS = ("res.partner", "sale.order", "crm.lead", "calendar.event", "product.category")


class TestUnsavedRecords(KeyAccountCase):
    """A client can invent links to anything; sales representatives and managers try every link of every model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Company", "base.EUR")
        cls.today = fields.Date.context_today(cls.account)
        cls.year = (date(cls.today.year, 1, 1), date(cls.today.year, 12, 31))
        (cls.product + cls.make_product("Table")).standard_price = COST
        cls.product.with_company(cls.other).standard_price = COST
        cls.invoice(cls.foreign, cls.today, (cls.product, *SOLD["foreign"]))
        cls.invoice(cls.account, cls.today, (cls.product, *SOLD["elsewhere"]), company=cls.other)
        cls.amounts = {ENTERED, COST}
        for quantity, price in SOLD.values():
            revenue, cost = round(quantity * price, 2), round(quantity * COST, 2)
            cls.amounts |= {quantity, price, revenue, cost, round(revenue - cost, 2), round(1 - cost / revenue, 4)}
        cls.measured = cls.env["key.account.milestone.type"].create({"name": "Turnover", "measures_revenue": True})
        cls.margin = cls.env.ref("key_account_management.kpi_contribution_margin")
        cls.hidden = {}
        for account, company, owner in ((cls.foreign, cls.company, cls.head), (cls.account, cls.other, cls.head)):
            for model, record in cls.make_secrets(account, company, owner).items():
                cls.hidden.setdefault(model, []).append(record)

    @classmethod
    def make_secrets(cls, account, company, owner):
        """:return: ``{model: a record of the account in the company}``"""
        env = cls.env(context=dict(cls.env.context, allowed_company_ids=company.ids))
        owner.company_ids |= company
        of_account = {"partner_id": account.id, "company_id": company.id}
        plan = env["key.account.plan"].create(
            {**of_account, "date_from": cls.year[0], "date_to": cls.year[1], "target_revenue": ENTERED}
        )
        review = env["key.account.review"].create({**of_account, "year": cls.today.year, "retrospective": SECRET})
        contact = env["res.partner"].create(
            {"name": SECRET, "email": "secret@example.com", "parent_id": account.id, "company_id": company.id}
        )
        # Everybody with a role reads those of their own company
        text = SECRET if company == cls.other else "Process"
        process = env["key.account.care.process"].create(
            {"name": text, "company_id": company.id, "weak_points": text, "improvement": text}
        )
        measure = {**of_account, "name": SECRET, "date_end": cls.today, "user_id": owner.id, "cost_planned": ENTERED}
        coaching = env["key.account.coaching.plan"].create(
            {**of_account, "goal": SECRET, "user_id": owner.id, "date_from": cls.year[0], "date_to": cls.year[1]}
        )
        in_a_week = fields.Datetime.now() + timedelta(days=7)
        session = {**of_account, "name": SECRET, "plan_id": coaching.id, "user_id": owner.id, "start": in_a_week}
        of_review = {"review_id": review.id, "name": SECRET}
        price = {"review_id": review.id, "product_id": cls.product.id, "value_proposed": ENTERED}
        values = {
            "key.account.care.measure": measure,
            "key.account.coaching.guideline": {"plan_id": coaching.id, "text": SECRET},
            "key.account.coaching.participant": {"plan_id": coaching.id, "user_id": owner.id},
            "key.account.coaching.session": session,
            "key.account.demand": {
                **of_account,
                "categ_id": cls.category.id,
                "amount": ENTERED,
                "source": SECRET,
            },
            "key.account.event": {**of_account, "name": SECRET},
            "key.account.milestone": {**of_account, "name": SECRET, "date_deadline": cls.today, "budget": ENTERED},
            "key.account.plan.input": {"plan_id": plan.id, "name": SECRET},
            "key.account.plan.objective": {"plan_id": plan.id, "kpi_id": cls.margin.id, "target_value": ENTERED},
            "key.account.plan.step": {"plan_id": plan.id, "name": SECRET, "means": SECRET, "budget": ENTERED},
            "key.account.rating": {**of_account, "agency": SECRET, "rating_class": "A"},
            "key.account.review.checklist": of_review,
            "key.account.review.condition": {**price, "outcome": "agreed", "value_agreed": ENTERED},
            "key.account.review.invitation": {"review_id": review.id, "partner_id": contact.id},
            "key.account.review.issue": of_review,
            "key.account.review.note": {"review_id": review.id, "slide": SECRET, "title": SECRET, "text": SECRET},
            "key.account.review.slot": {"review_id": review.id, "note": SECRET, "place": SECRET},
            "key.account.review.topic": of_review,
            "key.account.satisfaction": {**of_account, "score": 3.3, "comment": SECRET},
            "key.account.visit": {**of_account, "day": cls.today, "user_id": owner.id, "result": SECRET},
        }
        secrets = {model: env[model].create(each) for model, each in values.items()}
        return secrets | {
            "calendar.event": env["calendar.event"].create(
                {"name": SECRET, "start": in_a_week, "stop": in_a_week, "privacy": "private", "user_id": owner.id}
            ),
            "crm.lead": env["crm.lead"].create(
                {"name": SECRET, "partner_id": account.id, "user_id": owner.id, "company_id": company.id}
            ),
            "key.account.care.process": process,
            "key.account.coaching.plan": coaching,
            "key.account.plan": plan,
            "key.account.profile": account.key_account_profile_ids
            or env["key.account.profile"].create({"partner_id": account.id, "requirements": SECRET}),
            "key.account.review": review,
            "key.account.target": env["key.account.target"].search(
                [("partner_id", "=", account.id), ("kpi_id", "=", cls.margin.id), ("company_id", "=", company.id)]
            ),
            "res.company": company,
            "res.partner": account if company == cls.company else contact,
        }

    # === TRYING ===#

    def models(self):
        """Our own models with records, and those that we extend."""
        names = self.env["ir.model"].search([("model", "=like", "key.account.%")], order="model").mapped("model")
        ours = [self.env[name] for name in names]
        return [model for model in ours if not model._abstract and model._auto] + [self.env[name] for name in OTHERS]

    def links(self, model):
        """:return: list of (name of a field, record that the user may not see)"""
        return [
            (name, record)
            for name, field in model._fields.items()
            if field.relational and not (field.compute and field.readonly)
            for record in self.hidden.get(field.comodel_name, ())
            # What we add to the models of others
            if model._name.startswith("key.account.") or name in ("partner_id", "company_id", "parent_id")
        ]

    def helpers(self, model):
        """:return: what has to be entered before there is something to compute"""
        values = {
            "kpi_id": self.margin,
            "type_id": self.measured,
            "product_id": self.product,
            "kind": "price",
            "value_proposed": 1.0,
            "date_from": self.year[0],
            "date_to": self.year[1],
            "date_start": self.year[0],
            "date_deadline": self.year[1],
            "year": self.today.year,
        }
        fitting = {}
        for name in values.keys() & model._fields.keys():
            field, value = model._fields[name], values[name]
            if field.relational:
                fitting |= {name: value.id} if field.comodel_name == value._name else {}
            elif field.type != "selection" or value in field.get_values(self.env):
                fitting[name] = value
        return fitting

    def specification(self, model):
        """:return: all fields that the user may read, lines of our own models with their fields"""

        def readable(other):
            return [name for name in other.fields_get(attributes=["type"]) if name in other._fields]

        return {
            name: {"fields": {line: {} for line in readable(self.env[comodel].with_env(model.env))}}
            if (comodel := model._fields[name].comodel_name or "").startswith("key.account.")
            and model._fields[name].type in ("one2many", "many2many")
            else {}
            for name in readable(model)
            if model._name.startswith("key.account.") or name.startswith(("key_account", "is_my_key", "may_edit_key"))
        }

    def leaks(self, value):
        """:return: what of a result tells something secret"""
        if isinstance(value, Mapping):
            return [leak for each in value.values() for leak in self.leaks(each)]
        if isinstance(value, (list, tuple, set)):
            return [leak for each in value for leak in self.leaks(each)]
        if isinstance(value, str):
            digits = re.sub(r"\D", "", value)
            amounts = [f"{amount:.2f}".replace(".", "") for amount in self.amounts if amount > 1000]
            return [value] if SECRET in value or "secret@" in value or any(each in digits for each in amounts) else []
        if isinstance(value, float):
            return [value] if any(abs(value - amount) < 0.00006 for amount in self.amounts) else []
        return []

    def assertTellsNothing(self, tried, ask, *parameters):
        """What is asked is refused or tells nothing."""
        try:
            with self.env.cr.savepoint():
                told = self.leaks(ask(*parameters))
        except (AccessError, UserError):
            told = []
        except Exception as error:  # a trace is no answer either
            told = [repr(error)]
        finally:
            self.env.invalidate_all(flush=False)
        with self.subTest(tried):
            self.assertFalse(told)

    # === TESTS ===#

    def test_every_link_of_every_form(self):
        for user in (self.rep, self.manager):
            for model in self.models():
                mine = model.with_user(user)
                if not mine.has_access("create"):
                    continue
                spec, helpers = self.specification(mine), self.helpers(model)
                for name, record in self.links(model):
                    field = model._fields[name]
                    value = record.id if field.type == "many2one" else [Command.set(record.ids)]
                    tried = f"{user.login} {model._name}.{name} = {record}"
                    values = {**helpers, name: value}
                    self.assertTellsNothing(f"{tried} changed", mine.onchange, dict(values), list(values), spec)
                    default = mine.with_context(**{f"default_{name}": value})
                    self.assertTellsNothing(f"{tried} default", default.onchange, dict(helpers), [], spec)

    def test_every_computed_field_of_every_new_record(self):
        for user in (self.rep, self.manager):
            for model in self.models():
                mine = model.with_user(user)
                helpers = self.helpers(model)
                # Related fields of a form are guarded where forms come in
                computed = [
                    name
                    for name in mine.fields_get(attributes=["type"])
                    if name in model._fields
                    and model._fields[name].compute
                    and not model._fields[name].related
                    and (model._name.startswith("key.account.") or name.startswith("key_account"))
                ]
                for name, record in self.links(model):
                    value = record.id if model._fields[name].type == "many2one" else [Command.set(record.ids)]
                    for field in computed:
                        if field == name:
                            continue
                        tried = f"{user.login} {model._name}.{name} = {record}: {field}"
                        self.assertTellsNothing(tried, self.compute, mine, {**helpers, name: value}, field)

    def compute(self, model, values, name):
        return self.plain(model.new(values)[name])

    def plain(self, value):
        """:return: a field's value without records, whose names have rights of their own"""
        return None if hasattr(value, "_ids") else value

    def test_lines_of_new_records(self):
        """The example of the objective: its plan is not saved either, and the account is someone else's."""
        line = {"kpi_id": self.margin.id}
        price = {"kind": "price", "product_id": self.product.id, "value_proposed": 1.0}
        milestone = {"type_id": self.measured.id, "date_deadline": self.year[1], "date_start": self.year[0]}
        plan = {"date_from": self.year[0], "date_to": self.year[1]}
        elsewhere = {"partner_id": self.account.id, "company_id": self.other.id}
        for of_account in ({"partner_id": self.foreign.id, "company_id": self.company.id}, elsewhere):
            for model, values in (
                ("key.account.plan", {**plan, "objective_ids": [Command.create(line)]}),
                ("key.account.plan", {**plan, "milestone_ids": [Command.create({**milestone, **of_account})]}),
                ("key.account.review", {"year": self.today.year, "condition_ids": [Command.create(price)]}),
            ):
                mine = self.env[model].with_user(self.manager)
                values = {**of_account, **values}
                spec = self.specification(mine)
                self.assertTellsNothing(f"{model} {values}", mine.onchange, dict(values), list(values), spec)
                self.assertTellsNothing(f"new {model} {values}", self.read_new, mine, values)

    def read_new(self, model, values):
        return self.read_all(model.new(values))

    def read_all(self, record):
        lines = {
            "key.account.plan": ("objective_ids", "milestone_ids"),
            "key.account.review": ("condition_ids",),
        }
        names = record.fields_get(attributes=["type"])
        values = [self.plain(record[name]) for name in names if name in record._fields]
        return values + [self.read_all(line) for name in lines.get(record._name, ()) for line in record[name]]

    def test_representative_moves_their_own_milestone(self):
        """The example of the milestone: it is saved and their own, the account in the form is not."""
        milestone = (
            self.env["key.account.milestone"]
            .create(
                {
                    "name": "Turnover",
                    "partner_id": self.account.id,
                    "user_id": self.rep.id,
                    "type_id": self.measured.id,
                    "date_start": self.year[0],
                    "date_deadline": self.year[1],
                }
            )
            .with_user(self.rep)
        )
        spec = self.specification(milestone)
        for name, record in self.links(milestone):
            if milestone._fields[name].type == "many2one":
                self.assertTellsNothing(f"{name} = {record}", milestone.onchange, {name: record.id}, [name], spec)

    def test_own_records_show_what_they_show_when_saved(self):
        """What users may see is there before they save, too."""
        mine = self.env["key.account.plan"].with_user(self.manager)
        # The manager is in another time zone than Odoo's own user, for whom it may be tomorrow already
        self.invoice(self.account, fields.Date.context_today(mine), (self.product, 2, 100.0))
        values = {
            "partner_id": self.account.id,
            "company_id": self.company.id,
            "date_from": self.year[0],
            "date_to": self.year[1],
            "objective_ids": [Command.create({"kpi_id": self.margin.id})],
        }
        plan = mine.new(values)
        self.assertFalse(plan.id)
        saved = mine.create(values)
        for each in (plan, saved):
            self.assertEqual(each.actual_revenue, 200.0)
            self.assertEqual(each.objective_ids.actual_value, 200.0 - 2 * COST)
        review = (
            self.env["key.account.review"]
            .with_user(self.manager)
            .create({"partner_id": self.account.id, "year": self.today.year})
        )
        price = {"review_id": review.id, "product_id": self.product.id}
        conditions = self.env["key.account.review.condition"].with_user(self.manager)
        for each in (conditions.new(price), conditions.create(price)):
            self.assertEqual(each.quantity_year, 2.0)
            self.assertAlmostEqual(each.margin_rate_today, 1 - COST / 100)

    def test_every_model_is_tried(self):
        """A new model with an account needs an example of what is secret in it."""
        for model in self.models():
            is_ours = model._name.startswith("key.account.") and not model._transient
            has_account = {"partner_id", "review_id", "plan_id"} & model._fields.keys()
            if is_ours and has_account and model.with_user(self.manager).has_access("create"):
                with self.subTest(model._name):
                    self.assertIn(model._name, {*self.hidden, "key.account.document.job.line"})

    def test_superuser_is_no_reader(self):
        """Whoever computes as superuser computes for the user; the system is said in words."""
        engine = self.env["key.account.figures"]
        self.assertTrue(self.rep.has_group("base.group_user") and not self.rep.has_group(MANAGER))
        period = self.account._get_key_account_period(*self.year)
        for user in (self.rep, self.manager, self.outsider):
            as_superuser = engine.with_user(user).sudo()
            with self.subTest(user.login), self.assertRaises(AccessError):
                as_superuser._compute_figures(self.foreign, period, ["revenue"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.foreign.with_user(user).sudo().get_key_account_figures(*period.__dict__.values())
            with self.subTest(user.login), self.assertRaises(AccessError):
                as_superuser._get_records(self.foreign, period, "revenue")
            with self.subTest(user.login), self.assertRaises(AccessError):
                as_superuser._get_source_rows(self.foreign, period, internal=False)
            # What a client could send is no marker
            forged = as_superuser.with_context(key_account_reader="SYSTEM")
            with self.subTest(user.login), self.assertRaises(AccessError):
                forged._compute_figures(self.foreign, period, ["revenue"])
        with self.assertRaisesRegex(AccessError, "contribution_margin"):
            engine.with_user(self.rep).sudo()._compute_figures(self.account, period, ["contribution_margin"])
        elsewhere = engine.with_user(self.manager).sudo().with_context(allowed_company_ids=self.other.ids)
        with self.assertRaises(AccessError):
            elsewhere._compute_figures(self.account, period, ["revenue"])
        system = engine._for_system(engine.with_user(self.rep))
        figures = system._compute_figures(self.foreign, period, ["revenue"])[self.foreign.id]
        quantity, price = SOLD["foreign"]
        self.assertAlmostEqual(figures["revenue"].value, quantity * price, 2)
