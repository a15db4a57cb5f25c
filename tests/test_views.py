"""Views: where they are, what they are called, and what an update does with those of older versions."""

from collections import Counter

from lxml import etree

from odoo.modules.module import load_script

from .checkout import ROOT
from .common import KeyAccountCase

ADDON = "key_account_management"
MIGRATION = ROOT / ADDON / "migrations" / "19.0.2.0.0" / "pre-migration.py"


class TestViews(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = {
            data.res_id: data.name
            for data in cls.env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", "ir.ui.view")])
        }
        cls.views = cls.env["ir.ui.view"].browse(cls.names).filtered(lambda view: view.type != "qweb")

    def test_no_view_extends_another_one_of_ours(self):
        self.assertFalse(self.views.inherit_id & self.views)

    def test_a_view_of_odoo_is_extended_once(self):
        # A primary one is a view of its own
        extended = Counter(view.inherit_id.xml_id for view in self.views if view.mode == "extension")
        self.assertFalse([name for name, count in extended.items() if count > 1])

    def test_names(self):
        for view in self.views:
            with self.subTest(self.names[view.id]):
                pattern = rf"^{view.model.replace('.', '_')}_view_{view.type}(_\w+)?$"
                self.assertRegex(self.names[view.id], pattern)

    def test_dates_are_dates(self):
        """Odoo's widget says "next month" of what is due in three days."""
        for view in self.views:
            self.assertNotIn("remaining_days", view.arch_db, self.names[view.id])

    def test_one_file_for_each_model(self):
        found = 0
        for path in (ROOT / ADDON).glob("*/*.xml"):
            for record in etree.parse(path).iterfind(".//record[@model='ir.ui.view']"):
                model = record.findtext("field[@name='model']").replace(".", "_")
                self.assertEqual(path.name, f"{model}_views.xml", record.get("id"))
                found += 1
        self.assertEqual(found, len(self.views))


class TestPortfolioMigration(KeyAccountCase):
    """The account comparison becomes the portfolio: its address, its menu, and what people have made of them."""

    def test_what_led_to_the_comparison(self):
        folder = ROOT / ADDON / "migrations" / "19.0.2.2.0"
        pre, post = (
            load_script(str(folder / f"{when}-migration.py"), f"key_account_{when}") for when in ("pre", "post")
        )
        portfolio = self.env.ref(f"{ADDON}.key_account_snapshot_action")
        portfolio.path = False
        self.env.flush_all()
        comparison = self.env["ir.actions.client"].create(
            {"name": "Account Comparison", "tag": "key_account_management.ranking", "path": "key-accounts-compared"}
        )
        values = {"module": ADDON, "name": "ranking_action", "model": comparison._name, "res_id": comparison.id}
        self.env["ir.model.data"].create(values)
        self.env["res.lang"]._activate_lang("de_DE")
        menu = self.env.ref(f"{ADDON}.menu_ranking")
        menu.name = "Account Comparison"
        menu.with_context(lang="de_DE").name = "Kundenvergleich"
        mine = self.env["ir.ui.menu"].create({"name": "Mine", "action": f"{comparison._name},{comparison.id}"})
        self.manager.action_id = comparison.id
        self.env.flush_all()
        pre.migrate(self.env.cr, "19.0.2.1.0")
        self.env.invalidate_all()
        # As the update does it; all actions are in one table for PostgreSQL, not for Odoo
        portfolio.path = "key-accounts-compared"
        menu.name = "Portfolio"
        self.env.flush_all()
        post.migrate(self.env.cr, "19.0.2.1.0")
        self.env.invalidate_all()
        self.assertEqual(self.manager.action_id.id, portfolio.id)
        self.assertEqual(mine.action, portfolio)
        self.assertEqual(menu.with_context(lang="de_DE").name, "Portfolio")
        cron = self.env.ref(f"{ADDON}.ir_cron_refresh_snapshots")
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]))
        # Of a fresh database there is nothing to move
        comparison.unlink()
        post.migrate(self.env.cr, "19.0.2.1.0")


class TestMigration(KeyAccountCase):
    """An update from a version in which views had other names and extended each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = load_script(str(MIGRATION), "key_account_migration")

    def view(self, name):
        return self.env.ref(f"{ADDON}.{name}", raise_if_not_found=False)

    def make(self, name, parent, arch="<data/>", mode="extension"):
        values = {"name": name, "model": parent.model, "inherit_id": parent.id, "mode": mode, "arch": arch}
        return self.env["ir.ui.view"].create(values)

    def migrate(self):
        self.env.flush_all()
        self.script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def test_renamed_views_stay_the_same_records(self):
        views = {new: self.view(new) for new in self.script.RENAMED.values()}
        for old, new in self.script.RENAMED.items():
            self.env["ir.model.data"].search([("module", "=", ADDON), ("name", "=", new)]).name = old
        self.migrate()
        for old, new in self.script.RENAMED.items():
            self.assertTrue(views[new])
            self.assertEqual(self.view(new), views[new])
            self.assertFalse(self.view(old))

    def test_views_of_others_extend_what_has_the_content_now(self):
        mine = {}
        for removed, survivor in self.script.MERGED.items():
            view = self.make(removed, self.view(survivor))
            values = {"module": ADDON, "name": removed, "model": "ir.ui.view", "res_id": view.id}
            self.env["ir.model.data"].create(values)
            mine[removed] = self.make("mine", view) | self.make("mine, too", view, mode="primary")
        self.migrate()
        for removed, survivor in self.script.MERGED.items():
            self.assertFalse(self.view(removed))
            self.assertFalse(self.env["ir.ui.view"].search([("name", "=", removed)]))
            self.assertEqual(mine[removed].inherit_id, self.view(survivor))

    def test_mail_templates_can_still_be_reset(self):
        templates = self.view("mail_template_review_minutes") | self.view("mail_template_review_proposal")
        subjects = templates.mapped("subject")
        now = templates[0].template_fs
        templates[0].template_fs = f"{ADDON}/data/mail_activity_plan_data.xml"
        templates[1].template_fs = f"{ADDON}/data/review_proposal_mail_template.xml"
        self.migrate()
        self.assertEqual(templates.mapped("template_fs"), [now, now])
        templates.subject = "Something else"
        templates.reset_template()
        self.assertEqual(templates.mapped("subject"), subjects)

    def test_a_second_update_changes_nothing(self):
        before = self.env["ir.ui.view"].search([]), self.env["ir.model.data"].search([])
        self.migrate()
        self.assertEqual((self.env["ir.ui.view"].search([]), self.env["ir.model.data"].search([])), before)
