"""Nobody sets what only the add-on sets, or links to what they may not read: every field of every model of ours."""

import inspect
from datetime import date, datetime
from types import CodeType

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tools import mute_logger

from .guard import NEW, NOBODYS, START, STOP, GuardCase

# Stored and read-only in forms, and users may write it all the same: say why
OPEN = {
    ("key.account.kpi", "audience"): "heads keep figures from customers; the other way round is refused by `write`",
    ("key.account.review", "state"): "`write` takes every step as its button does, or refuses it",
    ("key.account.review.checklist", "template_id"): "from a catalogue that everyone who plans reviews reads",
}
# Said by the user who creates the record, and by no one later
GIVEN_ONCE = {
    ("key.account.document.job", "company_id"),
    ("key.account.document.job", "kind"),
    ("key.account.document.job", "pack"),
    ("key.account.document.job.line", "job_id"),
    ("key.account.document.job.line", "partner_id"),
    ("key.account.review.note", "slide"),
}
# Everyone who can set such a link may read all of these
READ_BY_ALL = {
    "key.account.care.area",
    "key.account.kpi",
    "key.account.milestone.stage",
    "key.account.milestone.type",
    "key.account.review.checklist.template",
    "product.category",
    "res.currency",
}
# What asks whether whoever is at work may do something
RIGHTS = {"check_access", "has_access", "_filtered_access", "_check_field_access", "_has_field_access"}
PACKAGE = "odoo.addons.key_account_management."


def names_in(code):
    """:return: set of the names that a code object, and the functions inside it, use"""
    inner = [names_in(const) for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*inner)


class TestGuard(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Company", "base.EUR", chart=False)
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.new_contact = cls.make_customer("New at Alpha", is_company=False, parent_id=cls.account.id)
        elsewhere = {"company_id": cls.other.id}
        cls.hidden = {
            "account.payment.term": cls.env["account.payment.term"].create({"name": "HIDDEN", **elsewhere}),
            "calendar.event": cls.env["calendar.event"].create(
                {
                    "name": "HIDDEN",
                    "privacy": "private",
                    "user_id": cls.head.id,
                    "partner_ids": [Command.set(cls.head.partner_id.ids)],
                    "start": START,
                    "stop": STOP,
                }
            ),
            "crm.lead": cls.env["crm.lead"].create({"name": "HIDDEN", "type": "opportunity", **elsewhere}),
            "ir.attachment": cls.env["ir.attachment"].create(
                {"name": "HIDDEN", "res_model": "key.account.review", "res_id": cls.theirs["key.account.review"].id}
            ),
            "key.account.care.process": cls.env["key.account.care.process"].create({"name": "HIDDEN", **elsewhere}),
            "product.product": cls.make_product("HIDDEN", **elsewhere),
            "res.company": cls.other,
            "res.partner": cls.make_customer("HIDDEN", **elsewhere),
            "res.users": cls.make_user("hidden", "base.group_portal", company=cls.other),
        }

    def own_values(self, name):
        """Of a record that is not there yet."""
        models = {"coaching": "key.account.coaching.plan"}
        return self.values(
            name,
            self.account,
            self.new_contact,
            self.manager,
            self.colleague,
            lambda kind: self.own[models.get(kind, f"key.account.{kind}")].id,
            NEW,
        )

    def assertForbidden(self, record, method, *arguments):
        """Refused with a sentence, which does not name what is hidden."""
        with self.assertRaises(UserError) as caught, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            getattr(record, method)(*arguments)
        self.assertNotIn("HIDDEN", str(caught.exception))

    # === EVERY MODEL ===#

    def test_nobody_deletes_what_stays_by_saying_that_it_is_uninstalled(self):
        """Odoo leaves out such checks for whoever sends what it sets itself while it uninstalls."""
        left_out = {
            f"{name}.{method.__name__}"
            for name, model in self.env.items()
            for method in model._ondelete_methods
            if not method._ondelete and method.__module__.startswith("odoo.addons.key_account_management")
        }
        self.assertFalse(left_out)
        held = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2019})
        held.action_hold()
        uninstalling = held.with_user(self.manager).with_context(**{MODULE_UNINSTALL_FLAG: True})
        self.assertForbidden(uninstalling, "unlink")
        self.assertForbidden(uninstalling.sudo(), "unlink")
        self.assertTrue(held.exists())

    def test_every_name_can_be_searched(self):
        """Where Odoo does not know by which fields, it finds everything, and warns of it in the log."""
        for name, record in self.own.items():
            if not record._transient:
                with self.subTest(name):
                    self.assertNotIn(record, record.search([("display_name", "ilike", "no such name")]))

    def test_nobody_has_access_to_what_is_nobodys(self):
        for name in NOBODYS:
            for user in (self.outsider, self.rep, self.manager, self.head):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(name, user=user.name, operation=operation):
                        self.assertFalse(self.env[name].with_user(user).has_access(operation))

    def test_every_model_is_guarded(self):
        guard = self.env.registry["key.account.guard.mixin"]
        self.assertFalse([name for name, model in self.models.items() if not isinstance(model, guard)])

    def test_nothing_that_runs_as_superuser_asks_for_rights(self):
        """Odoo runs constraints, and computes what is stored, as superuser, to whom everything is allowed."""
        asking = {}
        for name, model in self.env.items():
            computes = [field.compute for field in model._fields.values() if field.compute and field.compute_sudo]
            computes = [getattr(type(model), each) if isinstance(each, str) else each for each in computes]
            for method in {*model._constraint_methods, *computes}:
                method = inspect.unwrap(method)
                if method.__module__.startswith(PACKAGE) and (used := RIGHTS & self.names_used(method)):
                    asking[f"{name}.{method.__name__}"] = used
        # Only of an account that is not saved, and then as the user
        asking.pop("key.account.visit._compute_location")
        self.assertFalse(asking)

    def names_used(self, method):
        """:return: set of the names that a method uses, and those of its model and mixins that it calls"""
        names, waiting = set(), [method]
        cls = next(type(model) for model in self.env.values() if getattr(type(model), method.__name__, None) is method)
        while waiting:
            new = names_in(waiting.pop().__code__) - names
            names |= new
            called = [getattr(cls, name, None) for name in new if name.startswith("_")]
            waiting += [
                each for each in map(inspect.unwrap, filter(inspect.isfunction, called)) if PACKAGE in each.__module__
            ]
        return names

    def test_constraints_name_nothing_of_others(self):
        """Odoo runs them before it checks whether a new record is the user's."""
        plan = self.theirs["key.account.plan"]
        plan.name = "HIDDEN"
        period = {"date_from": plan.date_from, "date_to": plan.date_to}
        plans = plan.with_user(self.manager).browse()
        for forge in (
            lambda: plans.create({"partner_id": self.foreign.id, "user_id": self.manager.id, **period}),
            lambda: (
                self.own["key.account.plan"].with_user(self.manager).write({"partner_id": self.foreign.id, **period})
            ),
        ):
            with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                forge()
            self.assertNotIn("HIDDEN", str(caught.exception))

    def test_translations_are_written_like_their_field(self):
        """Odoo writes them to the database itself; what `write` refuses is refused all the same."""
        review = self.own["key.account.review"]
        item = self.own["key.account.review.checklist"].with_user(self.manager)
        self.assertForbidden(item, "update_field_translations", "name", {"en_US": ""})
        self.assertForbidden(item, "update_field_translations", "name", {"en_US": {"HIDDEN": 1}})
        item.update_field_translations("name", {"en_US": "Who comes?", "de_DE": "Wer kommt?"})
        self.assertEqual((item.name, item.with_context(lang="de_DE").name), ("Who comes?", "Wer kommt?"))
        review.action_hold()
        review._close()
        self.assertForbidden(item, "update_field_translations", "name", {"en_US": "Forged", "de_DE": "Falsch"})
        self.assertEqual((item.name, item.with_context(lang="de_DE").name), ("Who comes?", "Wer kommt?"))

    def test_windows_are_of_whoever_opened_them(self):
        """Also to the head: they hold records of a company in which others need not work."""
        windows = {name: record for name, record in self.own.items() if record._transient}
        self.assertTrue(windows)
        for name, window in windows.items():
            for user in (self.rep, self.manager, self.head):
                with self.subTest(name, user=user.name):
                    self.assertFalse(window.with_user(user).has_access("read"))
                    if window.with_user(user).browse().has_access("read"):
                        self.assertNotIn(window, window.with_user(user).search([]))

    def test_defaults_are_not_for_what_the_add_on_creates(self):
        """It creates as superuser in the course of what users do, whose context and settings propose anything."""
        wanted = self.env["ir.default"].with_user(self.rep)
        for name, model in self.models.items():
            fields = [
                each for each in model._fields.values() if each.store and each.column_type and each.type != "many2one"
            ]
            # Times are those of the call
            fields = [each for each in fields if each.name not in MAGIC_COLUMNS and each.type != "datetime"]
            made = model.with_user(self.rep).sudo()
            plain = made.default_get([each.name for each in fields])
            proposed = made.with_context(**{f"default_{each.name}": self.value_of(each) for each in fields})
            with self.subTest(name):
                self.assertEqual(proposed.default_get([each.name for each in fields]), plain)
            for each in fields:
                if each.type in ("boolean", "char"):
                    wanted.set(name, each.name, self.value_of(each), user_id=self.rep.id)
            with self.subTest(name, of="settings"):
                self.assertEqual(made.default_get([each.name for each in fields]), plain)

    def test_a_risk_that_was_heard_stays_internal(self):
        report = {
            "partner_id": self.account.id,
            "result": "Said",
            "new": [{"kind": "risk", "name": "Strike", "day": None}],
        }
        visits = self.env["key.account.visit"].with_user(self.rep).with_context(default_is_shared=True)
        self.env["ir.default"].with_user(self.rep).set("key.account.event", "is_shared", True, user_id=True)
        saved = visits.save_report("a token of a test", report)
        self.assertFalse(visits.browse(saved["visit_id"]).risk_ids.sudo().is_shared)

    def test_the_portfolio_says_what_was_computed(self):
        customer = self.make_customer("New")
        proposing = customer.with_user(self.manager).with_context(default_revenue=9e9, default_margin_1=9e9)
        proposing.action_make_key_account()
        row = self.env["key.account.snapshot"].search([("partner_id", "=", customer.id)])
        self.assertEqual((len(row), row.revenue, row.margin_1), (1, row.revenue_previous, row.margin_3))

    def guarded(self):
        for name, model in self.models.items():
            for field_name, field in model._fields.items():
                if (
                    field.store
                    and field.readonly
                    and field_name not in MAGIC_COLUMNS
                    and field.type != "one2many"
                    and (name, field_name) not in OPEN
                ):
                    yield name, field_name, self.value_of(field)

    def value_of(self, field):
        record = self.env[field.model_name]
        values = {
            "boolean": True,
            "integer": 7,
            "float": 7.0,
            "monetary": 7.0,
            "date": date(2020, 1, 1),
            "datetime": datetime(2020, 1, 1),
            "json": {"forged": True},
            "binary": "QQ==",
            "reference": f"key.account.milestone,{self.own['key.account.milestone'].id}",
        }
        if field.type == "selection":
            own = record._get_own_default(field.name)
            return next(value for value in field.get_values(self.env) if value != own)
        if field.type == "many2one":
            return self.env[field.comodel_name].with_context(active_test=False).search([], limit=1).id or 1
        if field.type == "many2many":
            return [Command.set(self.env[field.comodel_name].search([], limit=1).ids)]
        return values.get(field.type, "forged")

    def test_nobody_writes_what_is_set_by_the_add_on(self):
        for name, field, value in self.guarded():
            for user in (self.rep, self.manager, self.head):
                with self.subTest(name, field=field, user=user.name):
                    self.assertForbidden(self.own[name].with_user(user), "write", {field: value})

    def test_nobody_creates_what_is_set_by_the_add_on(self):
        tried = set()
        for name, field, value in self.guarded():
            records = self.env[name].with_user(self.manager)
            if (name, field) in GIVEN_ONCE or not records.has_access("create"):
                continue
            values = self.own_values(name)
            if name == "key.account.document.job":
                values.pop("user_id")
            if name not in tried:
                tried.add(name)
                with self.subTest(name), _Undone(self.env):
                    self.assertTrue(records.create(values))
            with self.subTest(name, field=field, way="value"):
                self.assertForbidden(records, "create", {**values, field: value})
            proposed = records.with_context(**{f"default_{field}": value})
            with self.subTest(name, field=field, way="context"):
                if records._fields[field].compute and records._has_field_access(records._fields[field], "write"):
                    # It follows from other fields, whatever is proposed
                    self.assertEqual(self.created(proposed, values, field), self.created(records, values, field))
                else:
                    self.assertForbidden(proposed, "create", values)
        self.assertGreater(len(tried), 10)

    def created(self, records, values, name):
        """:return: the value of a field of a new record"""
        with _Undone(self.env):
            record = records.create(values).sudo()
            return record._fields[name].convert_to_write(record[name], record)

    def test_every_exception_is_one(self):
        """Fields on these lists exist, and are read-only."""
        for name, field in [*OPEN, *GIVEN_ONCE]:
            self.assertTrue(self.env[name]._fields[field].readonly, f"{name}.{field}")

    # === EVERY LINK ===#

    def links(self):
        for name, model in self.models.items():
            for field in model._get_links():
                comodel = model._fields[field].comodel_name
                if comodel in READ_BY_ALL:
                    continue
                hidden = [self.hidden[comodel]] if comodel in self.hidden else []
                if comodel in self.theirs:
                    hidden.append(self.theirs[comodel])
                self.assertTrue(hidden, f"{name}.{field}: nothing hidden of {comodel} to try")
                for record in hidden:
                    yield name, field, record

    def test_hidden_records_are_hidden(self):
        for comodel, record in self.hidden.items():
            for user in (self.rep, self.manager):
                with self.subTest(comodel, user=user.name):
                    if comodel == "calendar.event":
                        self.assertEqual(record.with_user(user).display_name, "Busy")
                    elif record.with_user(user).browse().has_access("read"):
                        self.assertFalse(record.with_user(user).has_access("read"))

    def test_nobody_links_to_what_they_may_not_read(self):
        tried = set()
        for name, field, hidden in self.links():
            many = self.env[name]._fields[field].type == "many2many"
            for user in (self.rep, self.manager):
                if hidden.with_user(user).has_access("read") and hidden._name not in ("calendar.event", "res.company"):
                    continue
                own = self.own[name].with_user(user)
                for kind, value in (
                    (
                        ("set", [Command.set(hidden.ids)]),
                        ("link", [Command.link(hidden.id)]),
                        ("text", [[6, 0, [str(hidden.id)]]]),
                    )
                    if many
                    else (("id", hidden.id),)
                ):
                    tried.add((name, field))
                    with self.subTest(name, field=field, hidden=hidden, user=user.name, kind=kind):
                        if own.has_access("write"):
                            self.assertForbidden(own, "write", {field: value})
                        if own.browse().has_access("create"):
                            values = self.own_values(name)
                            values.pop("user_id", None)
                            self.assertForbidden(own, "create", {**values, field: value})
                            values.pop(field, None)
                            context = {f"default_{field}": hidden.ids if many else hidden.id}
                            self.assertForbidden(own.with_context(**context), "create", values)
                            spec = {field: {"fields": {"display_name": {}}}}
                            self.assertForbidden(own.browse(), "onchange", {field: value}, [field], spec)
                            self.assertForbidden(own.browse().with_context(**context), "onchange", {}, [], spec)
        self.assertGreater(len(tried), 40)

    def test_records_behind_a_result(self):
        """What a form shows is not only what can be saved."""
        theirs = self.theirs["key.account.milestone"]
        topics = self.env["key.account.review.topic"].with_user(self.manager)
        values = {"followup": f"{theirs._name},{theirs.id}"}
        self.assertForbidden(topics, "onchange", values, ["followup"], {"followup": {"fields": {"display_name": {}}}})
        sessions = self.env["key.account.coaching.session"].with_user(self.manager)
        values = {"event_id": self.hidden["calendar.event"].id}
        self.assertForbidden(sessions, "onchange", values, ["event_id"], {"event_id": {"fields": {"display_name": {}}}})

    def test_lines_of_a_form(self):
        """A line that is not saved names its links as well."""
        plan = self.own["key.account.plan"].with_user(self.manager)
        line = [Command.CREATE, 0, {"name": "X", "event_id": self.hidden["calendar.event"].id}]
        spec = {"input_ids": {"fields": {"event_id": {"fields": {"display_name": {}}}}}}
        self.assertForbidden(plan, "onchange", {"input_ids": [line]}, ["input_ids"], spec)

    def test_what_a_record_holds_already_may_stay(self):
        """A colleague may have linked what the user does not see."""
        session, hidden = self.own["key.account.coaching.session"], self.hidden["calendar.event"]
        session.talk_ids = [Command.set(hidden.ids)]
        of_user = session.with_user(self.manager)
        of_user.write({"talk_ids": [Command.link(hidden.id)], "preparation": "Read this"})
        self.assertEqual(session.talk_ids, hidden)
        measure = self.own["key.account.care.measure"]
        measure.event_id = hidden
        self.assertFalse(measure.with_user(self.manager).copy().sudo().event_id)

    # === MOVING ===#

    def test_nobody_moves_records_to_others(self):
        for name, record in self.own.items():
            for field in {"partner_id", "plan_id", "review_id", "company_id"} & set(record._get_links()):
                target = self.theirs[name][field] if field != "company_id" else self.other
                if name == "key.account.profile":
                    # The database would refuse a second profile of one person before anything else
                    target = self.foreign
                if not target:
                    continue
                for user in (self.rep, self.manager):
                    with self.subTest(name, field=field, user=user.name):
                        self.assertForbidden(record.with_user(user), "write", {field: target.id})

    def test_nobody_moves_records_from_others(self):
        """Nor changes the windows that others have open."""
        for name, record in self.theirs.items():
            for field in {"partner_id", "plan_id", "review_id"} & set(record._get_links()):
                with self.subTest(name, field=field):
                    self.assertForbidden(record.with_user(self.manager), "write", {field: self.own[name][field].id})

    def test_dates_and_contacts_of_reviews_that_were_held(self):
        held = self.env["key.account.review"].search([("partner_id", "=", self.account.id), ("state", "=", "held")])
        for name in ("slot", "invitation"):
            record = self.own[f"key.account.review.{name}"].with_user(self.manager)
            with self.subTest(name):
                self.assertForbidden(record, "write", {"review_id": held.id})
                self.assertForbidden(record, "copy", {"review_id": held.id})

    def test_a_company_that_one_works_for(self):
        """Also one that is not selected at the moment."""
        self.manager.company_ids |= self.other
        event = self.own["key.account.event"].with_user(self.manager).with_context(allowed_company_ids=self.company.ids)
        event.company_id = self.other
        self.assertEqual(event.sudo().company_id, self.other)

    # === WHAT THE LINKS WERE FOLLOWED FOR ===#

    def test_no_session_takes_over_a_meeting(self):
        hidden = self.hidden["calendar.event"]
        sessions = self.env["key.account.coaching.session"].with_user(self.manager)
        values = self.own_values("key.account.coaching.session")
        self.assertForbidden(sessions, "create", {**values, "event_id": hidden.id})
        self.assertForbidden(sessions.with_context(default_event_id=hidden.id), "create", values)
        self.assertForbidden(self.own[sessions._name].with_user(self.manager), "write", {"event_id": hidden.id})
        self.own[sessions._name].with_user(self.manager).unlink()
        self.assertEqual(hidden.exists().name, "HIDDEN")

    def test_defaults_of_the_user_forge_nothing(self):
        self.env["ir.default"].set("key.account.coaching.participant", "confirmed_on", "2025-01-01 10:00:00")
        plan = self.own["key.account.coaching.plan"].with_user(self.manager)
        line = Command.create({"user_id": self.colleague.id})
        self.assertForbidden(plan, "write", {"participant_ids": [line]})

    def test_no_review_is_scheduled_by_hand(self):
        review = self.own["key.account.review"].with_user(self.manager)
        self.assertForbidden(review, "write", {"state": "scheduled"})

    def test_internal_figures_stay_internal(self):
        kpi = self.env.ref("key_account_management.kpi_contribution_margin").with_user(self.head)
        with self.assertRaisesRegex(AccessError, kpi.name):
            kpi.audience = "customer"
        revenue = self.kpi.with_user(self.head)
        revenue.audience = "internal"
        revenue.audience = "customer"
        self.assertForbidden(kpi, "write", {"is_internal_only": False})


class _Undone:
    """What is done inside is undone afterwards."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT undone")

    def __exit__(self, *_error):
        self.env.flush_all()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT undone")
        self.env.invalidate_all(flush=False)
