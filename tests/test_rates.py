"""Companies of several currencies: one request reads the rates once, and locks little of the database."""

from datetime import date

from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.rates import Rates
from odoo.fields import Date

from .common import FIGURES, YEAR, KeyAccountCase


class TestRates(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls.company
        cls.currencies = cls.env["res.currency"].create(
            [{"name": name, "symbol": name, "rounding": 0.01} for name in ("TSA", "TSB")]
        )
        for currency, name, rate in zip(cls.currencies, ("Second Company", "Third Company"), (2.0, 3.0), strict=True):
            company = cls.make_company(name, "base.USD", chart=name == "Second Company")
            company.currency_id = currency
            cls.companies |= company
            cls.env["res.currency.rate"].create(
                [
                    {"name": day, "rate": value, "currency_id": currency.id, "company_id": cls.company.id}
                    for day, value in ((date(2020, 1, 1), 10.0), (date(2021, 1, 1), rate))
                ]
            )
        cls.all = cls.account.with_context(allowed_company_ids=cls.companies.ids)
        cls.invoice(cls.account, date(2025, 3, 1), (cls.product, 1, 100.0))
        cls.invoice(cls.account, date(2025, 3, 1), (cls.product, 1, 50.5), company=cls.companies[1])

    def locks(self):
        """:return: relations that this transaction has locked, and how many of them are temporary"""
        self.env.cr.execute(
            """
            SELECT COUNT(*), COUNT(*) FILTER (WHERE relation.oid IS NULL OR relation.relpersistence = 't')
              FROM pg_locks LEFT JOIN pg_class relation ON relation.oid = pg_locks.relation
             WHERE pid = PG_BACKEND_PID() AND locktype IN ('relation', 'object')
               AND database = (SELECT oid FROM pg_database WHERE datname = CURRENT_DATABASE())
            """
        )
        return self.env.cr.fetchone()

    def test_rates(self):
        """100.00 and 50.50 at 2, as Odoo converts them; unlike the rates of another day or company."""
        self.env["res.currency.rate"].create(
            {
                "name": "2021-01-01",
                "rate": 7.0,
                "currency_id": self.currencies[0].id,
                "company_id": self.companies[1].id,
            }
        )
        self.assertEqual(self.value(self.all, "revenue"), 125.25)
        self.assertEqual(self.value(self.all, "receivable"), 125.25)
        rates = Rates.of(self.all.env)
        for company in self.companies:
            for other in self.companies:
                rate = self.env["res.currency"]._get_conversion_rate(
                    other.currency_id, company.currency_id, company, Date.today()
                )
                self.assertAlmostEqual(rates.into_company(other.currency_id, company), rate)

    def test_the_sales_analysis_is_converted_as_core_does(self):
        """Each line at the rate of Odoo's invoice analysis."""
        for model in ("account.invoice.report", "key.account.sales.report"):
            lines = self.all.env[model].search([("product_id", "=", self.product.id)])
            self.assertEqual(sorted(lines.mapped("price_subtotal")), [25.25, 100.0], model)

    def test_nothing_is_locked_twice(self):
        """All figures, their records and the trend of years: no temporary table, and nothing more with each call."""
        self.env.flush_all()
        locks, temporary = self.locks()
        self.all.get_key_account_figures(*YEAR, breakdown="month")
        first, after = self.locks()
        self.assertEqual(after, temporary)
        for year in range(2018, 2026):
            self.all.get_key_account_figures(date(year, 1, 1), date(year, 12, 31), breakdown="month")
        for code in ("revenue", "receivable", "exposure", "contribution_margin_3"):
            self.env["key.account.figures"].with_context(allowed_company_ids=self.companies.ids)._get_records(
                self.account, Period(*YEAR), code
            )
        self.all.env["key.account.sales.report"]._read_group([], ["customer_id"], ["price_subtotal:sum"])
        self.all.env["key.account.potential.report"]._read_group([], ["plan_id"], ["amount:sum"])
        again, after = self.locks()
        self.assertEqual(after, temporary)
        # Tables that the first call had no reason to read, and their indexes
        self.assertLess(again - first, 60)
        self.assertGreater(first, locks)

    def test_rates_are_read_once(self):
        """However many sources, periods and requests within a request there are."""
        reads = []
        get_rates = type(self.env["res.currency"])._get_rates

        def counted(currencies, company, day):
            reads.append(company)
            return get_rates(currencies, company, day)

        self.patch(type(self.env["res.currency"]), "_get_rates", counted)
        self.env.invalidate_all()
        # Odoo's own engine of price lists reads what it converts
        codes = FIGURES - {"special_price", "special_price_difference"}
        self.all.get_key_account_figures(*YEAR, codes=list(codes), breakdown="month")
        self.assertTrue(reads)
        self.assertEqual(len(reads), len(set(reads)), reads)

    def test_a_client_cannot_bring_rates(self):
        """The context of a call is the client's."""
        forged = self.all.with_context(key_account_rates={"of_companies": {}})
        self.assertEqual(self.value(forged, "revenue"), 125.25)
