"""An update takes nothing back that people edited or deleted, and brings what is new or was corrected.

What a whole update does with a database of an older version: ``scripts/update``.
"""

import ast
from datetime import date

from freezegun import freeze_time
from lxml import etree
from psycopg2 import Error

from odoo import SUPERUSER_ID
from odoo.addons.key_account_management.demo.kept import KEPT
from odoo.exceptions import UserError
from odoo.modules.module import load_script
from odoo.tools import convert_file, mute_logger

from .checkout import ROOT
from .common import HEAD, KeyAccountCase

ADDONS = ("key_account_management", "key_account_management_stock")
ADDON = ADDONS[0]
# Records of these are the program itself: an update replaces them
PROGRAM = {
    "ir.ui.view",
    "ir.ui.menu",
    "ir.actions.act_window",
    "ir.actions.act_window.view",
    "ir.actions.client",
    "ir.actions.report",
    "ir.actions.server",
    "ir.actions.act_url",
    "res.groups",
    "res.groups.privilege",
}
# What the program cannot do without comes back when it was deleted
NEEDED = {"ir.cron", "ir.rule", "mail.template", "report.paperformat"}
# Updated field by field, see the model
FIELD_BY_FIELD = {"key.account.kpi"}


def data_files(addon=ADDON):
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())
    return [name for name in manifest["data"] if name.endswith(".xml")]


def data_records(addon=ADDON):
    """:return: ``(file, <record>, whether an update leaves it alone)`` of all that people may edit"""
    for name in data_files(addon):
        for record in etree.parse(ROOT / addon / name).iterfind(".//record"):
            if record.get("model") not in PROGRAM:
                around = [each.get("noupdate") for each in record.iterancestors() if each.get("noupdate")]
                yield name, record, around[:1] == ["1"]


class TestData(KeyAccountCase):
    """The files: what an update may do with each record stands there."""

    def test_what_people_edit_is_not_updated(self):
        found = 0
        for addon in ADDONS:
            for name, record, is_kept in data_records(addon):
                found += 1
                if record.get("model") not in FIELD_BY_FIELD:
                    with self.subTest(f"{addon}/{name}: {record.get('id')}"):
                        self.assertTrue(is_kept, 'write it below <odoo noupdate="1">')
        self.assertGreater(found, 100)

    def test_what_people_delete_does_not_come_back(self):
        """Unless the program names it."""
        python = "".join(path.read_text() for path in (ROOT / ADDON).rglob("*.py"))
        for name, record, is_kept in data_records():
            needed = record.get("model") in NEEDED or f"{ADDON}.{record.get('id')}" in python
            if is_kept and not needed and "." not in record.get("id"):
                with self.subTest(f"{name}: {record.get('id')}"):
                    self.assertEqual(record.get("forcecreate"), "0", 'write forcecreate="0"')


class TestUpdate(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = cls.env(user=SUPERUSER_ID, context={})
        cls.revenue = cls.system.ref(f"{ADDON}.kpi_revenue")

    def update(self):
        names = {name for name, _record, _is_kept in data_records()} | {"security/key_account_management_security.xml"}
        for name in data_files():
            if name in names:
                convert_file(self.system, ADDON, name, {}, "update")
        self.system.invalidate_all()

    def records(self):
        """:return: ``(<record>, record)``"""
        for _name, node, _is_kept in data_records():
            if "." not in node.get("id") and (record := self.system.ref(f"{ADDON}.{node.get('id')}", False)):
                yield node, record

    def try_to(self, change):
        """:return: whether it may be done"""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                change()
        except (UserError, ValueError, Error):
            self.system.invalidate_all()
            return False
        return True

    def test_what_people_edited_stays(self):
        """All that a data file says about a record, in turn; what Odoo refuses to write is left as it is."""
        self.system["key.account.kpi"].search([]).audience = "internal"
        edited = {}
        for node, record in self.records():
            for name in {field.get("name") for field in node.iterfind("field")} & set(record._fields):
                value = self.another(record, name)
                if value is not None and self.try_to(
                    lambda record=record, name=name, value=value: record.write({name: value})
                ):
                    edited[record, name] = record[name]
        models = {record._name for record, _name in edited}
        self.assertEqual(models, {node.get("model") for node, _record in self.records()})
        self.update()
        for (record, name), value in edited.items():
            with self.subTest(f"{record} {name}"):
                self.assertEqual(record[name], value)

    def another(self, record, name):
        field, value = record._fields[name], record[name]
        if field.readonly and record._name != "key.account.kpi":
            return None
        if field.type in ("char", "text") and name not in ("code", "domain", "context", "domain_force", "model_id"):
            return f"{value or ''} (ours)"
        if field.type in ("integer", "float"):
            return value + 1
        if field.type == "boolean":
            return not value
        if name in ("better", "audience"):
            return {"up": "down", "down": "up", "neutral": "up"}.get(value, value)
        return None

    def test_what_people_deleted_stays_away(self):
        deleted = [
            (node, record._name)
            for node, record in self.records()
            if node.get("forcecreate") == "0" and self.try_to(record.unlink)
        ]
        self.assertGreater(
            {model for _node, model in deleted},
            {"key.account.review.topic.template", "key.account.review.checklist.template", "mail.activity.plan"},
        )
        self.update()
        for node, _model in deleted:
            with self.subTest(node.get("id")):
                self.assertFalse(self.system.ref(f"{ADDON}.{node.get('id')}", False))

    def test_an_administrator_is_not_made_head_again(self):
        admin = self.system.ref("base.user_admin")
        admin.group_ids -= self.system.ref(HEAD)
        self.update()
        self.assertNotIn(self.system.ref(HEAD), admin.all_group_ids)

    def test_an_internal_figure_stays_internal(self):
        """Whoever made it internal: no update shows customers more than before."""
        self.revenue.with_user(self.head).audience = "internal"
        volume = self.system.ref(f"{ADDON}.kpi_sales_volume")
        volume.with_context(install_mode=True).audience = "internal"
        self.update()
        self.assertEqual([self.revenue.audience, volume.audience], ["internal", "internal"])

    def test_a_figure_becomes_internal(self):
        """A correction that shows less arrives, whatever else was edited."""
        margin = self.system.ref(f"{ADDON}.kpi_contribution_margin")
        margin.with_context(install_mode=True).audience = "customer"
        margin.with_user(self.head).name = "Our margin"
        self.update()
        self.assertEqual([margin.audience, margin.name], ["internal", "Our margin"])

    def test_a_corrected_direction_arrives(self):
        """Unless somebody here has decided it: then it stays, whatever else of the figure is corrected."""
        untouched, edited = (self.system.ref(f"{ADDON}.kpi_{code}") for code in ("sales_volume", "direct_costs"))
        (untouched | edited).with_context(install_mode=True).write({"better": "up", "matters": True})
        edited.with_user(self.head).better = "down"
        self.update()
        self.assertEqual((untouched.better, untouched.edited_fields), ("neutral", False))
        self.assertEqual((edited.better, edited.edited_fields), ("down", ["better"]))

    def test_a_corrected_text_arrives(self):
        """With its translations: those of the former text are wrong now."""
        new = self.revenue.formula
        old = self.revenue.with_context(install_mode=True)
        old.update_field_translations("formula", {"en_US": "Former text", "de_DE": "Früherer Text"})
        self.revenue.with_user(self.head).name = "Turnover"
        self.update()
        self.assertEqual([self.revenue.formula, self.revenue.name], [new, "Turnover"])
        self.assertEqual(self.revenue.with_context(lang="de_DE").formula, new, "until the translations are loaded")

    def test_an_edited_translation_stays_with_its_text(self):
        former = self.revenue.formula
        self.revenue.with_user(self.head).update_field_translations("formula", {"de_DE": "Unser Text"})
        self.update()
        self.assertEqual(self.revenue.with_context(lang="de_DE").formula, "Unser Text")
        self.assertEqual(self.revenue.formula, former)

    def test_translations_stay(self):
        german = self.revenue.with_context(lang="de_DE")
        before = german.formula
        self.assertNotEqual(before, self.revenue.formula)
        self.update()
        self.assertEqual(german.formula, before)

    def test_a_new_figure_arrives(self):
        self.env.cr.execute("DELETE FROM ir_model_data WHERE module = %s AND name = 'kpi_nps'", [ADDON])
        self.system["key.account.kpi"].search([("code", "=", "nps")]).code = "former"
        self.system.registry.clear_cache()
        self.update()
        self.assertEqual(self.system.ref(f"{ADDON}.kpi_nps").code, "nps")


class TestMigration(KeyAccountCase):
    """An update from a version that did not note what people edited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = load_script(str(ROOT / ADDON / "migrations/19.0.2.0.1/pre-migration.py"), "key_account_migration")
        cls.system = cls.env(user=SUPERUSER_ID, context={})

    def test_edited_figures(self):
        kpis = self.system["key.account.kpi"].search([])
        theirs = kpis[0].with_user(self.head)
        theirs.name = "Ours"
        self.system.flush_all()
        self.env.cr.execute("ALTER TABLE key_account_kpi DROP COLUMN edited_fields")
        self.script.keep_edited_figures(self.env.cr)
        kpis.invalidate_recordset()
        self.assertIn("name", kpis[0].edited_fields)
        self.assertFalse(any(kpi.edited_fields for kpi in kpis[1:]))

    def test_rules(self):
        """Those that nobody changed are created by the update, as they are now."""
        path = "security/ir_rules.xml"
        changed, old = (
            self.system.ref(f"{ADDON}.{name}")
            for name in ("key_account_demand_own_rule", "key_account_demand_all_rule")
        )
        old.domain_force = "[('id', '=', 1)]"
        changed.with_user(self.system.ref("base.user_admin")).domain_force = "[('id', '=', 2)]"
        self.system.flush_all()
        self.script.make_way_for_rules(self.env.cr)
        self.system.invalidate_all()
        self.system.registry.clear_cache()
        convert_file(self.system, ADDON, path, {}, "update")
        self.assertEqual(changed.domain_force, "[('id', '=', 2)]")
        self.assertEqual(self.system.ref(f"{ADDON}.key_account_demand_all_rule").domain_force, '[(1, "=", 1)]')
        for record in etree.parse(ROOT / ADDON / path).iterfind(".//record"):
            self.assertTrue(self.system.ref(f"{ADDON}.{record.get('id')}", False), record.get("id"))


class TestPostMigration(KeyAccountCase):
    """What databases that are in use get."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = load_script(str(ROOT / ADDON / "migrations/19.0.2.0.2/post-migration.py"), "key_account_migration")
        cls.system = cls.env(user=SUPERUSER_ID, context={"tracking_disable": True, "active_test": False})

    def hold(self, company, year, day):
        reviews = self.env["key.account.review"].with_context(allowed_company_ids=company.ids)
        review = reviews.create({"partner_id": self.account.id, "company_id": company.id, "year": year})
        with freeze_time(f"{day} 10:00"):
            review.action_hold()
        return review

    def test_next_reviews_follow_one_company(self):
        other = self.make_company("Other Company", "base.EUR")
        tier = self.env["key.account.tier"].create({"name": "Gold", "review_rhythm": 12})
        self.account.write({"key_account_since": date(2024, 2, 29), "key_account_tier_id": tier.id})
        self.hold(self.company, 2023, "2024-06-10")
        self.hold(other, 2024, "2025-01-20")
        self.hold(other, 2025, "2025-03-20").active = False
        self.assertEqual(self.account.key_account_next_review, date(2025, 6, 10))
        for before, after in (
            # Followed the other company's
            (date(2026, 1, 20), date(2025, 6, 10)),
            # Entered by hand
            (date(2025, 9, 1), date(2025, 9, 1)),
        ):
            self.account.key_account_next_review = before
            self.script.follow_one_company(self.system)
            self.assertEqual(self.account.key_account_next_review, after)

    def test_frozen_price_lists_are_shown_to_the_cent(self):
        script = load_script(str(ROOT / ADDON / "migrations/19.0.2.2.0/post-migration.py"), "key_account_migration")
        self.invoice(self.account, date(2024, 3, 1), (self.product, 3, 9.99))
        review = self.hold(self.company, 2024, "2025-01-20")
        figures = review.figure_ids.filtered(
            lambda figure: figure.code in ("special_price", "minimum_price", "revenue")
        )
        kinds = {
            figure: [column["kind"] for column in (figure.data["table"] or {}).get("columns", [])] for figure in figures
        }
        self.assertIn("price", kinds[figures.filtered(lambda figure: figure.code == "special_price")])
        # As they were before
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE key_account_review_figure
                  SET data = replace(data::text, '"price"', '"money"')::jsonb
                WHERE id IN %s""",
            [tuple(figures.ids)],
        )
        script.mark_frozen_prices(self.env.cr)
        figures.invalidate_recordset(["data"])
        for figure, before in kinds.items():
            self.assertEqual([column["kind"] for column in (figure.data["table"] or {}).get("columns", [])], before)

    def test_minutes_are_in_the_language_of_those_who_read_them(self):
        script = load_script(str(ROOT / ADDON / "migrations/19.0.2.2.0/post-migration.py"), "key_account_migration")
        template = self.system.ref(f"{ADDON}.mail_template_review_minutes")
        new = "{{ object._get_minutes_language() }}"
        for former, after in (("{{ object.partner_id.lang }}", new), ("de_DE", "de_DE")):
            template.lang = former
            script.write_minutes_for_readers(self.system)
            self.assertEqual(template.lang, after)

    def test_corrected_translations_arrive_where_nobody_edited(self):
        script = load_script(str(ROOT / ADDON / "migrations/19.0.2.2.0/post-migration.py"), "key_account_migration")
        label = self.system.ref(f"{ADDON}.field_key_account_review__held_on")
        left, edited = (self.system.ref(f"{ADDON}.kpi_{code}") for code in ("share_of_wallet", "peer_revenue"))
        area = self.system["key.account.care.area"].search([], limit=1)
        german = {"lang": "de_DE"}
        label.with_context(**german).field_description = "Stattgefunden am"
        left.with_context(**german, install_mode=True).name = "Lieferanteil beim Kunden"
        edited.with_context(**german).name = "Unser Vergleich"
        area.with_context(**german).name = "Unser Bereich"
        self.system.flush_all()
        script.bring_corrected_translations(self.system)
        self.assertEqual(label.with_context(**german).field_description, "Durchgeführt am")
        self.assertEqual(left.with_context(**german).name, "Marktanteil beim Kunden")
        self.assertEqual(edited.with_context(**german).name, "Unser Vergleich")
        self.assertEqual(area.with_context(**german).name, "Unser Bereich")

    def test_minutes_are_signed_by_someone_who_is_there(self):
        template = self.system.ref(f"{ADDON}.mail_template_review_minutes")
        new = "{{ (object._get_reviewer().email_formatted or object.company_id.email_formatted) }}"
        former = "{{ (object.user_id.email_formatted or user.email_formatted) }}"
        for sender in (former, "{{ user.email_formatted }}"):
            template.email_from = sender
            for lang in ("en_US", "de_DE"):
                body = template.with_context(lang=lang).body_html
                template.with_context(lang=lang).body_html = body.replace("object._get_reviewer()", "object.user_id")
            self.system.flush_all()
            self.script.sign_minutes(self.env.cr)
            self.system.invalidate_all()
            self.assertEqual(template.email_from, new if sender == former else sender)
            for lang in ("en_US", "de_DE"):
                self.assertIn("object._get_reviewer().name or", template.with_context(lang=lang).body_html)

    def test_demo_data_of_an_earlier_version_are_found_again(self):
        """Visits that people planned since then are theirs."""
        account = self.system.ref(f"{ADDON}.demo_account_growing")
        data = self.system["ir.model.data"]
        data.search([("module", "=", KEPT)]).unlink()
        visit = {"name": "Visit", "key_account_visit": True, "start": "2025-03-10 10:00", "stop": "2025-03-10 11:00"}
        theirs = self.env["calendar.event"].with_user(self.manager).create(visit)
        ours = self.env["calendar.event"].create(visit)
        self.script.keep_demo_data(self.system)
        kept = {(each.model, each.res_id) for each in data.search([("module", "=", KEPT)])}
        self.assertIn(("res.partner", account.id), kept)
        self.assertIn(("calendar.event", ours.id), kept)
        self.assertNotIn(("calendar.event", theirs.id), kept)
