"""The demo data, with orders, returns, down payments and late payers: the engine against the other calculation."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.addons.key_account_management.figures.period import Period
from odoo.tests import TransactionCase, tagged

from .independent.at_hand import worked_out
from .independent.books import Books
from .independent.look import Look
from .independent.sales import revenue_rows


@tagged("post_install", "-at_install")
class TestDemoFigures(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(
            user=cls.env.ref("base.user_root"), context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        partners = cls.env["res.partner"].search([("key_account_status", "!=", False)])
        names = partners.get_external_id()
        cls.accounts = partners.filtered(lambda partner: names[partner.id].startswith("key_account_management."))
        # The current fiscal year, and the two before it
        today = fields.Date.context_today(cls.accounts)
        cls.years = []
        for ago in range(3):
            fiscal_year = cls.company.compute_fiscalyear_dates(today - relativedelta(years=ago))
            cls.years.append(Period(fiscal_year["date_from"], min(fiscal_year["date_to"], today)))

    def each(self, codes, breakdowns=()):
        """:return: ``(year, account, figures, look of the second calculation)`` of all accounts and years"""
        self.assertGreaterEqual(len(self.accounts), 6)
        books = Books(self.env, self.company, fields.Date.context_today(self.accounts))
        for year in self.years:
            figures = self.env["key.account.figures"]._compute_figures(self.accounts, year, codes, breakdowns)
            for account in self.accounts:
                yield year, account, figures[account.id], Look(books, account.id, year.date_from, year.date_to)

    def test_revenue_by_category(self):
        compared = set()
        for year, account, figures, look in self.each(["revenue"], ("category",)):
            rows = {row.key: row.value for row in figures["revenue"].breakdowns["category"] if row.value is not None}
            own = {key: float(amount) for key, amount in revenue_rows(look, "category").items()}
            self.assertEqual(rows, own, (account.name, year))
            self.assertEqual(figures["revenue"].value, worked_out("revenue", look), (account.name, year))
            if len(rows) > 1:
                compared.add((year, account))
        # Not empty: each account bought of several categories in the last whole year
        self.assertTrue({(self.years[1], account) for account in self.accounts} <= compared)

    def test_cost_of_goods_sold(self):
        for year, account, figures, look in self.each(["cost_of_goods_sold"]):
            cost = figures["cost_of_goods_sold"].value or 0.0
            self.assertAlmostEqual(cost, worked_out("cost_of_goods_sold", look) or 0.0, 2, (account.name, year))

    def test_receivables(self):
        codes = ["receivable", "overdue_amount", "dso", "days_late"]
        compared = 0
        for year, account, figures, look in self.each(codes):
            for code in codes:
                if figures[code].value is not None:
                    self.assertAlmostEqual(figures[code].value, worked_out(code, look), 6, (code, account.name, year))
                    compared += 1
        self.assertGreaterEqual(compared, 2 * len(self.accounts) * len(codes))

    def test_a_figure_alone_is_the_same_as_among_all(self):
        """A source reads no more than the requested figures need: not the cost of goods, for example."""
        engine = self.env["key.account.figures"]
        together = engine._compute_figures(self.accounts, self.years[0], None, ("category",))
        self.assertGreater(sum(figure.value is not None for figure in together[self.accounts[0].id].values()), 30)
        for code in together[self.accounts[0].id]:
            alone = engine._compute_figures(self.accounts, self.years[0], [code], ("category",))
            for account in self.accounts:
                self.assertEqual(alone[account.id][code], together[account.id][code], (code, account.name))
