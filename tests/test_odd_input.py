"""Anything that a client may send gets an answer or a sentence, never a trace; and every way to call gets an answer."""

import json
from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import YEAR, KeyAccountCase

LONG = "9" * 5000
ODD = (
    None,
    False,
    True,
    0,
    -1,
    10**5000,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "\0",
    LONG,
    "2025-02-30",
    b"2025-01-01",
    [],
    ["2025-01-01"],
    [[]],
    [{}],
    {},
    {"a": 1},
    (),
    datetime(2025, 1, 1, 12),
    "0001-01-01",
    "9999-12-31",
    date(1, 1, 1),
    date(9999, 12, 31),
)
DAYS = ("2025-01-01", "2025-12-31")


class TestOddInput(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))
        cls.review = cls.env["key.account.review"].create({"partner_id": cls.account.id, "year": 2025})

    def assertAnswered(self, tried, method, *parameters, **options):
        """It works or says what is wrong; everything else that it raises is an error of ours."""
        with self.subTest(tried):
            try:
                with self.env.cr.savepoint():
                    method(*parameters, **options)
            except UserError as error:
                self.assertTrue(str(error).strip())
                self.assertLess(len(str(error)), 4000)
            finally:
                self.env.invalidate_all(flush=False)

    def test_every_parameter_of_every_method(self):
        # Nothing has to be computed to find out what cannot be computed
        account = self.account.with_user(self.manager)
        methods = {
            "get_key_account_figures": (*DAYS, ["revenue"], "month", "company"),
            "get_key_account_figure_records": ("revenue", *DAYS),
            "action_view_key_account_figure": ("revenue", *DAYS, None),
            "get_key_account_cockpit": ("free", *DAYS),
            "get_key_account_trend": (DAYS[1],),
            "get_key_account_breakdown": ("revenue", "month", *DAYS),
            "action_print_key_account_document": ("workbook",),
        }
        for name, parameters in methods.items():
            method = getattr(account, name)
            for position in range(len(parameters)):
                for odd in ODD:
                    given = [*parameters[:position], odd, *parameters[position + 1 :]]
                    # All figures of a long period are none the more odd
                    if name == "get_key_account_cockpit" and position:
                        given[0] = "free"
                    self.assertAnswered(
                        f"{name} {position} {repr(odd)[:30] if odd != 10**5000 else 'long'}", method, *given
                    )

    def test_odd_items_of_lists(self):
        account = self.account.with_user(self.manager)
        for odd in ODD:
            tried = repr(odd)[:30] if odd != 10**5000 else "long"
            with self.subTest(tried), self.assertRaises(UserError):
                account.get_key_account_figures(*DAYS, ["revenue", odd])

    def test_limits_are_named(self):
        account = self.account.with_user(self.manager)
        for first, last in (("1500-01-01", "2499-12-31"), ("2000-01-01", "2999-12-31"), ("0001-01-01", "0001-12-31")):
            with self.subTest(first), self.assertRaisesRegex(UserError, "at most 50 years, between 1900 and 2999"):
                account.get_key_account_figures(first, last)
        self.assertEqual(self.value(account, "revenue", ("1980-01-01", "2029-12-31")), 300.0)
        with self.assertRaisesRegex(UserError, "list of their codes, and not: revenue"):
            account.get_key_account_figures(*DAYS, "revenue")

    def test_odd_records(self):
        partners, reviews = (self.env[name].with_user(self.manager) for name in ("res.partner", "key.account.review"))
        for ids in ([0], [-1], [2**31], [10**5000], ["a"], [LONG], [None], [[]], [True], [1.5], [2**31 - 1], []):
            try:
                records = partners.browse(ids)
                hash(records)
            except TypeError:
                # Refused by Odoo before it is ours
                continue
            tried = repr(ids)[:30] if ids != [10**5000] else "long"
            for method, parameters in (
                (records.get_key_account_figures, DAYS),
                (records.get_key_account_figure_records, ("revenue", *DAYS)),
                (records.action_view_key_account_figure, ("revenue", *DAYS)),
                (records.get_key_account_cockpit, ()),
                (records.get_key_account_trend, (DAYS[1],)),
                (records.get_key_account_breakdown, ("revenue", "month", *DAYS)),
                (records.get_key_account_sales_panel, ()),
                (records.action_print_key_account_document, ("workbook",)),
                (reviews.browse(ids).get_preparation, ()),
                (reviews.browse(ids).get_folder_checklist, ()),
            ):
                with self.subTest(f"{tried} {method.__name__}"):
                    if ids and method.__name__ != "get_key_account_figures":
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            method(*parameters)
                    else:
                        self.assertAnswered(tried, method, *parameters)

    def test_odd_domains(self):
        """On fields that are computed and searched by our own methods."""
        searched = [
            (model, name)
            for model in self.env.registry
            for name, field in self.env[model]._fields.items()
            # Links and texts are Odoo's to check
            if (field.search and not field.related and field.type in ("selection", "boolean"))
            and "key_account_management" in (field._modules or ())
            and not self.env[model]._abstract
        ]
        self.assertIn(("key.account.milestone", "status"), searched)
        self.assertIn(("key.account.care.measure", "progress_state"), searched)
        values = (
            None,
            False,
            True,
            0,
            7,
            10**5000,
            1.5,
            "",
            "nonsense",
            LONG,
            "\0",
            ["late", 7],
            ["late", False],
            [None],
        )
        for model, name in searched:
            records = self.env[model].with_user(self.head)
            for operator in ("=", "!=", "in", "not in"):
                for value in values:
                    if operator in ("=", "!=") and isinstance(value, list):
                        continue
                    tried = f"{model}.{name} {operator} {repr(value)[:30] if value != 10**5000 else 'long'}"
                    self.assertAnswered(tried, records.search, [(name, operator, value)], limit=1)

    def test_status_that_is_none(self):
        milestone = self.env["key.account.milestone"].create(
            {"name": "Prototype", "partner_id": self.account.id, "date_deadline": date(2020, 1, 1)}
        )
        found = milestone.search([("status", "in", ["late", 7]), ("id", "=", milestone.id)])
        self.assertEqual(found, milestone)
        self.assertFalse(milestone.search([("status", "=", "nonsense"), ("id", "=", milestone.id)]))
        self.assertTrue(milestone.search([("status", "!=", "nonsense"), ("id", "=", milestone.id)]))

    def test_odd_years_of_plans_and_milestones(self):
        """They can be entered, and have no figures."""
        for first, last in ((date(1, 1, 1), date(1, 12, 31)), (date(2000, 1, 1), date(9999, 12, 31))):
            plan = (
                self.env["key.account.plan"]
                .with_user(self.manager)
                .create({"partner_id": self.account.id, "date_from": first, "date_to": last})
            )
            plan.read()
            # The part until today of the other one is possible
            self.assertEqual(plan.actual_revenue, 0.0 if first.year == 1 else 300.0)
            plan.unlink()
            turnover = self.env["key.account.milestone.type"].create({"name": "Turnover", "measures_revenue": True})
            for day in (first, last):
                milestone = (
                    self.env["key.account.milestone"]
                    .with_user(self.manager)
                    .create(
                        {
                            "name": "Turnover",
                            "partner_id": self.account.id,
                            "date_deadline": day,
                            "type_id": turnover.id,
                            "lead_ids": [Command.clear()],
                        }
                    )
                )
                milestone.read()
                milestone.unlink()


@tagged("post_install", "-at_install")
class TestEveryWayToCall(HttpCase, KeyAccountCase):
    """The figures over the three ways to call Odoo, by a key account manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))
        cls.manager.password = "a password of the manager"
        cls.context = {"allowed_company_ids": cls.company.ids, "lang": "en_US"}

    def call_xmlrpc(self, method, *parameters, ids=None, **options):
        arguments = [*([ids] if ids is not None else []), *parameters]
        options["context"] = self.context
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname, self.manager.id, "a password of the manager", "res.partner", method, arguments, options
        )

    def test_xmlrpc(self):
        figures = self.call_xmlrpc("get_key_account_figures", *DAYS, ids=self.account.ids, breakdown="month")
        revenue = figures[str(self.account.id)]["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"]), (300.0, False))
        self.assertEqual(len(revenue["breakdown"]), 12)
        self.assertIn("contribution_margin", figures[str(self.account.id)])

    def test_every_screen_over_xmlrpc(self):
        ids = self.account.ids
        cockpit = self.call_xmlrpc("get_key_account_cockpit", "free", *DAYS, ids=ids)
        self.assertTrue(cockpit["figures"])
        trend = self.call_xmlrpc("get_key_account_trend", DAYS[1], ids=ids)
        self.assertEqual(len(trend["labels"]), 8)
        rows = self.call_xmlrpc("get_key_account_breakdown", "revenue", "product", *DAYS, ids=ids)["rows"]
        self.assertEqual(len(rows), 1)
        self.assertTrue(self.call_xmlrpc("get_key_account_care_matrix")["accounts"])
        self.assertEqual(self.call_xmlrpc("get_key_account_sales_panel", ids=ids)["account"]["id"], self.account.id)
        customer = self.make_customer("Walk-in")
        self.assertIs(self.call_xmlrpc("get_key_account_sales_panel", ids=customer.ids), False)

    def test_json_2(self):
        scope, expiry = "rpc", datetime(2099, 1, 1)
        with patch.object(self.env.registry["res.users.apikeys"], "_check_expiration_date", lambda *_args: None):
            key = self.env["res.users.apikeys"].with_user(self.manager)._generate(scope, "Test", expiry)
        response = self.url_open(
            "/json/2/res.partner/get_key_account_figures",
            data=json.dumps(
                {
                    "ids": self.account.ids,
                    "context": self.context,
                    "date_from": DAYS[0],
                    "date_to": DAYS[1],
                    "codes": ["revenue"],
                }
            ),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        self.assertEqual(response.status_code, 200, response.text)
        revenue = response.json()[str(self.account.id)]["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"]), (300.0, None))

    def test_python_keeps_numbers_as_keys(self):
        self.assertEqual(set(self.account.get_key_account_figures(*YEAR, ["revenue"])), set(self.account.ids))
