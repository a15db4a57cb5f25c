"""The dashboards: what their files name exists, each role may read it, and nothing adds up different currencies."""

import json
import re
from datetime import date

from freezegun import freeze_time

from odoo.addons.spreadsheet.utils.validate_data import (
    domain_fields,
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
    odoo_charts,
    odoo_view_links,
)
from odoo.tests import tagged
from odoo.tools import file_open
from odoo.tools.translate import extract_spreadsheet_terms

from .common import KeyAccountCase
from .snapshots import make_snapshot

FOLDER = "key_account_management/data/files"
# Dashboard: its file, and whether account managers see it
DASHBOARDS = {"dashboard_accounts": ("key_account", True), "dashboard_team": ("key_account_team", False)}
FILES = {
    f"{name}{sample}_dashboard.json" for name, _manager in DASHBOARDS.values() for sample in ("", "_sample")
}  # fmt: skip
NOW = "2025-08-15 12:00"


def read(name):
    with file_open(f"{FOLDER}/{name}") as file:
        return json.load(file)


def sources(data):
    """:return: [(model, domain, fields that totals are of, paths of filters)] of all that is read from the database"""
    found = [(each["model"], each["domain"], measures(each), each["fieldMatching"]) for each in data["pivots"].values()]
    found += [(each["model"], each["domain"], {}, each["fieldMatching"]) for each in data["lists"].values()]
    for chart in odoo_charts(data):
        measure = chart["metaData"]["measure"]
        totals = {} if measure == "__count" else {measure: None}
        found.append((chart["metaData"]["resModel"], chart["searchParams"]["domain"], totals, chart["fieldMatching"]))
    found += [(each["action"]["modelName"], each["action"]["domain"], {}, {}) for each in odoo_view_links(data)]
    return found


def measures(pivot):
    return {each["fieldName"]: each.get("aggregator") for each in pivot["measures"] if each["fieldName"] != "__count"}


def texts(data):
    """:return: what users read in cells as it stands there"""
    for sheet in data["sheets"]:
        for cell in sheet["cells"].values():
            if not cell.startswith(("=", "[")):
                yield cell


@tagged("post_install", "-at_install")
class TestDashboards(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = {name: read(f"{file}_dashboard.json") for name, (file, _manager) in DASHBOARDS.items()}

    def readers(self, name):
        return self.manager | self.head if DASHBOARDS[name][1] else self.head

    def dashboard(self, name, user):
        return self.env.ref(f"key_account_management.{name}").with_user(user)

    def test_who_sees_which(self):
        for name, (_file, of_manager) in DASHBOARDS.items():
            for user, sees in (
                (self.outsider, False),
                (self.rep, False),
                (self.manager, of_manager),
                (self.head, True),
            ):
                with self.subTest(name, user=user.login):
                    self.assertEqual(self.dashboard(name, user).has_access("read"), sees)
                    # Odoo keeps it for all users of a transaction
                    self.env.invalidate_all()
                    self.assertEqual(bool(self.dashboard(name, user).spreadsheet_data), sees)

    def test_the_files_are_those_of_the_dashboards(self):
        for name, (file, _manager) in DASHBOARDS.items():
            dashboard = self.dashboard(name, self.head)
            self.assertEqual(json.loads(dashboard.spreadsheet_data), self.data[name])
            self.assertEqual(dashboard.sample_dashboard_file_path, f"{FOLDER}/{file}_sample_dashboard.json")

    def test_fields_exist_and_are_read(self):
        for name, data in self.data.items():
            for user in self.readers(name):
                for model, paths in fields_in_spreadsheet(data).items():
                    for path in paths:
                        with self.subTest(name, user=user.login, model=model, path=path):
                            self.check_path(user, model, path)

    def check_path(self, user, model, path):
        for step in path.split("."):
            records = self.env[model].with_user(user)
            records.check_access("read")
            self.assertIn(step, records.fields_get())
            model = records._fields[step].comodel_name

    def test_filters(self):
        """Each filter finds what it is about in every source that can have it, with a field of the right type."""
        types = {"date": {"date", "datetime"}, "relation": {"many2one"}}
        for name, data in self.data.items():
            filters = {each["id"]: each for each in data["globalFilters"]}
            self.assertEqual(set(filters), {"period", "manager", "company", "account"})
            for model, _domain, _totals, matching in sources(data):
                for key, match in matching.items():
                    with self.subTest(name, model=model, filter=key):
                        *way, last = match["chain"].split(".")
                        records = self.env[model]
                        for step in way:
                            records = records[step]
                        field = records._fields[last]
                        self.assertIn(field.type, types[filters[key]["type"]])
                        self.assertEqual(field.type, match["type"])
                        self.assertEqual(field.comodel_name, filters[key].get("modelName"))
            of_accounts = [matching for model, _d, _t, matching in sources(data) if "partner_id" in self.env[model]]
            self.assertFalse([matching for matching in of_accounts if matching and "manager" not in matching])

    def test_domains_are_searched(self):
        for name, data in self.data.items():
            for user in self.readers(name):
                for model, domain, _totals, _matching in sources(data):
                    with self.subTest(name, user=user.login, model=model, domain=domain):
                        self.assertGreaterEqual(self.env[model].with_user(user).search_count(domain), 0)
                        self.assertTrue(domain or not domain_fields(domain))

    def test_menus_are_seen(self):
        for name, data in self.data.items():
            for user in self.readers(name):
                seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                for menu in menus_xml_ids_in_spreadsheet(data):
                    self.assertIn(self.env.ref(menu).id, seen, f"{name}: {user.login} does not see {menu}")

    def test_amounts_are_converted(self):
        """Odoo's pivots in spreadsheets add up amounts of all currencies, if they are not told to convert them."""
        for name, data in self.data.items():
            for model, _domain, totals, _matching in sources(data):
                for field, aggregator in totals.items():
                    with self.subTest(name, model=model, field=field):
                        is_amount = self.env[model]._fields[field].type == "monetary"
                        self.assertEqual(aggregator == "sum_currency", is_amount)

    def test_today_and_months_ends_are_never_mixed(self):
        for name, data in self.data.items():
            for model, domain, _totals, _matching in sources(data):
                if model == "key.account.snapshot":
                    with self.subTest(name, domain=domain):
                        self.assertIn("is_current", [leaf[0] for leaf in domain])

    def test_texts_are_translated(self):
        """What stands in a cell as it is is no sentence, and Odoo finds all others."""
        for file in FILES:
            for text in texts(read(file)):
                with self.subTest(file, text=text):
                    # Numbers; names of people and accounts in the examples
                    self.assertTrue(re.fullmatch(r"[-\d.]+", text) or "_sample_" in file)
            with file_open(f"{FOLDER}/{file}", "rb") as content:
                terms = {term for _line, _name, term, _comments in extract_spreadsheet_terms(content, None, None, None)}
            titles = {figure["data"]["title"]["text"] for sheet in read(file)["sheets"] for figure in sheet["figures"]}
            self.assertLessEqual(titles, terms)

    def test_examples_need_no_database(self):
        for file in FILES:
            if "_sample_" in file:
                data = read(file)
                self.assertEqual((data["pivots"], data["lists"], list(odoo_charts(data))), ({}, {}, []))
                self.assertNotIn("ODOO.", json.dumps(data["sheets"]))
                self.assertNotIn("PIVOT", json.dumps(data["sheets"]))

    def test_examples_look_like_the_dashboards(self):
        for name, (file, _manager) in DASHBOARDS.items():
            shown, example = (
                [(each["id"], each["offset"], each["width"], each["height"]) for each in data["sheets"][0]["figures"]]
                for data in (self.data[name], read(f"{file}_sample_dashboard.json"))
            )
            self.assertEqual(shown, example)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTotals(KeyAccountCase):
    """What pivots of the dashboards ask for, in two currencies and with an account inside another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Company", "base.USD")
        cls.env["res.currency.rate"].search([]).unlink()
        for company in cls.company | cls.other:
            for currency, rate in (("base.USD", 1.0), ("base.EUR", 0.5)):
                values = {"currency_id": cls.env.ref(currency).id, "company_id": company.id, "rate": rate}
                cls.env["res.currency.rate"].create({**values, "name": "2020-01-01"})
        daughter = cls.make_account("Daughter", parent_id=cls.account.id)
        cls.env["key.account.snapshot"].search([]).unlink()
        for account, company, amount in (
            (cls.account, cls.company, 1000.0),
            (daughter, cls.company, 400.0),
            (cls.account, cls.other, 300.0),
        ):
            make_snapshot(
                account,
                company,
                date(2025, 8, 15),
                is_current=True,
                revenue=amount,
                revenue_change=-amount / 10,
                forecast=2 * amount,
                forecast_gap=-amount / 5,
                target=2.2 * amount,
                overdue_amount=amount / 100,
            )
        rows = cls.env["key.account.snapshot"]
        rows._link(rows.search([("partner_id", "in", (cls.account | daughter).ids)]))
        (cls.head | cls.manager).company_ids |= cls.other

    def test_in_the_currency_of_the_first_company(self):
        """1,000 euros and 300 dollars, a dollar for half a euro; what the daughter bought is in the first number."""
        for companies, revenue in (
            (self.company | self.other, 1000 + 300 * 0.5),
            (self.other | self.company, 1000 / 0.5 + 300),
            (self.company, 1000),
            (self.other, 300),
        ):
            for file, user in (
                ("key_account", self.manager),
                ("key_account", self.head),
                ("key_account_team", self.head),
            ):
                with self.subTest(file, user=user.login, companies=companies.mapped("name")):
                    totals = self.totals(file, "Portfolio today", user, companies)
                    expected = {
                        "revenue": revenue,
                        "forecast": 2 * revenue,
                        "forecast_gap": -revenue / 5,
                        "overdue_amount": revenue / 100,
                    }
                    self.assertEqual(totals.keys() & expected.keys(), expected.keys())
                    for field, amount in expected.items():
                        self.assertAlmostEqual(float(totals[field]), amount, msg=field)
                    # As accounts, both
                    self.assertEqual(totals["partner_id"], 2 if self.company in companies else 1)

    def totals(self, name, pivot, user, companies):
        definition = next(each for each in read(f"{name}_dashboard.json")["pivots"].values() if each["name"] == pivot)
        specs = [f"{field}:{how or 'sum'}" for field, how in measures(definition).items() if how]
        rows = self.env[definition["model"]].with_user(user).with_context(allowed_company_ids=companies.ids)
        (group,) = rows.formatted_read_group(definition["domain"], [], specs)
        return {spec.partition(":")[0]: group[spec] for spec in specs}
