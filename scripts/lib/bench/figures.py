"""Figures of one account and of many, beside other ways to the same numbers, which must agree."""

from datetime import date

from lxml import etree

from odoo.addons.key_account_management.models.figures.key_account_snapshot import BATCH

from . import reference
from .company import Company
from .measure import measure

# By so much may a sum differ that is made of rounded ones in other currencies
CONVERTED = 0.05
SUMS = ("revenue", "sales_volume", "cost_of_goods_sold", "contribution_margin")


class FigureTimes:
    def __init__(self, env, measurements):
        company = env.ref("base.main_company")
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = Company(self.env)
        self.period = self.company.period
        self.measurements = measurements
        self.lines = self.company.lines()

    def measure(self, key, function):
        result, values = measure(self.env, function)
        self.measurements.add(key, lines=self.lines, **values)
        print(
            f"  {key:40} {values['seconds']:9.4f} s {values['queries']:6} queries {values['memory']:8.1f} MB",
            flush=True,
        )
        return result

    def check(self, what, first, second):
        """Ends the benchmark if two ways give different numbers."""
        if first != second:
            differences = [
                (key, first.get(key), second.get(key))
                for key in sorted(first.keys() | second.keys(), key=str)
                if first.get(key) != second.get(key)
            ]
            raise SystemExit(f"{what}: {len(differences)} differ, such as {differences[:3]}")
        self.measurements.add("check", lines=self.lines, what=what, equal=len(first))

    def compute(self, partners, codes=None, breakdowns=()):
        engine, period = self.env["key.account.figures"], partners._get_key_account_period(*self.period)
        return engine._compute_figures(partners, period, codes, breakdowns)

    # === ALL CUSTOMERS ===#

    def all_customers(self):
        """What the night does, and what it does on demand when hardly anything was booked since."""
        revenue = self.env["key.account.customer.revenue"]
        for company in self.company.companies:
            revenue.with_company(company)._refresh()
        self.measure("night", lambda: revenue._refresh(thoroughly=True))
        self.measure("on_demand", revenue._refresh)

    # === ONE ACCOUNT ===#

    def one_account(self):
        env, probe, period = self.env, self.company.probe, self.period
        by_hand = self.measure("month_sql", lambda: reference.sql_by_month(env, probe, period))
        report = self.measure("month_report", lambda: reference.invoice_report_by_month(env, probe, period))
        figures = self.measure("month_engine", lambda: self.compute(probe, ["revenue"], ("month",)))
        wanted = self._rounded(by_hand)
        self._check_same_as_before(wanted)
        self.check("Odoo's invoice analysis and SQL, by month", self._rounded(report), wanted)
        self.check("the engine and SQL, by month", self._months(figures[probe.id]["revenue"]), wanted)
        if "mis.report" in env:
            mis = reference.MisReport(env, probe, period)
            of_mis = self.measure("month_mis", mis.by_month)
            self.check("mis_builder and SQL, by month", self._rounded(of_mis), wanted)
        self.measure("one_all", lambda: self.compute(probe))
        # As the client asks for them
        self.measure("tab", lambda: probe.get_key_account_cockpit("last_year"))
        self.measure("trend", lambda: probe.get_key_account_trend(period[1]))

    def _check_same_as_before(self, months):
        """The records of the account are the same in each size of the company."""
        before = [row["months"] for row in self.measurements.rows() if row["key"] == "probe"]
        if before:
            self.check("the account in the smaller and the larger company", before[0], months)
        else:
            self.measurements.add("probe", months=months)

    def _months(self, figure):
        """:return: ``{"YYYY-MM": revenue}`` of both years of a figure"""
        months = {}
        for row in figure.breakdowns["month"]:
            year, month = row.key.split("-")
            months[f"{int(year) - 1}-{month}"], months[row.key] = row.previous, row.value
        return self._rounded(months)

    def _rounded(self, months):
        currency = self.env.company.currency_id
        return {month: currency.round(value) for month, value in months.items() if value}

    # === MANY ===#

    def many_accounts(self):
        env, accounts = self.env, self.company.accounts
        by_hand = self.measure("many_sql", lambda: reference.sql_many(env, accounts, self.period))
        figures = self.measure("many_sums", lambda: self.compute(accounts, list(SUMS)))
        self.check("four figures of the accounts and SQL", self._sums(figures), self._sums_by_hand(by_hand))
        self.measure("many_all", lambda: self.compute(accounts))
        self._portfolio(accounts)
        self._several_companies(accounts)

    def _portfolio(self, accounts):
        """What the night does for the accounts, and the list as the client reads it, beside one of plain contacts."""
        rows = self.env["key.account.snapshot"]._of_company(self.env.company)

        def refresh(some):
            for start in range(0, len(some), BATCH):
                rows._refresh_today(some[start : start + BATCH])
            self.env.flush_all()

        self.measure("portfolio_half", lambda: refresh(accounts[: len(accounts) // 2]))
        self.measure("portfolio", lambda: refresh(accounts))
        self.measure("portfolio_list", lambda: self._show("key.account.snapshot", [("is_current", "=", True)]))
        head = self.env.ref("key_account_management.group_key_account_head").all_user_ids[:1]
        self._start_page(head)
        self.measure("account_page", lambda: self._open_account(self.company.probe.with_user(head)))
        self.measure("contact_list", lambda: self._show("res.partner", [("is_company", "=", True)]))

    def _start_page(self, head):
        """The start page of a head who looks at all accounts: the ten most important matters, and all of them."""
        rows = self.env["key.account.snapshot"].with_user(head)
        self.measure("start", lambda: rows.get_start("all"))
        self.measure("start_all", lambda: rows.get_start("all", 0, True))

    def _open_account(self, account):
        """What the form of an account asks for when it is opened."""
        view = account.env.ref("key_account_management.res_partner_view_form_account")
        arch = etree.fromstring(account.get_view(view.id)["arch"])
        account.web_read({name: {} for name in arch.xpath("//field[not(ancestor::field)]/@name")})
        account.get_key_account_page()
        account.get_key_account_timeline()
        account.get_key_account_next_steps()
        account.get_key_account_people_map()

    def _show(self, name, domain):
        """A list's first page, with its totals."""
        model = self.env[name]
        arch = etree.fromstring(model.get_view(view_type="list")["arch"])
        columns = {node.get("name"): model._fields[node.get("name")] for node in arch.iter("field")}
        spec = {
            column: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for column, field in columns.items()
        }
        model.web_search_read(domain, spec, limit=80)
        sums = [f"{column}:{field.aggregator}" for column, field in columns.items() if field.store and field.aggregator]
        if sums:
            model.formatted_read_group(domain, [], sums)

    def _sums(self, figures):
        """Without zeros: SQL has no rows of periods in which an account bought nothing."""
        return {
            (account, code, now): value
            for account, by_code in figures.items()
            for code in SUMS
            for now, value in ((True, by_code[code].value), (False, by_code[code].previous))
            if value
        }

    def _sums_by_hand(self, sums):
        currency, rows = self.env.company.currency_id, {}
        for (account, now), (revenue, volume, cost) in sums.items():
            values = (currency.round(revenue), volume, currency.round(cost), currency.round(revenue - cost))
            rows |= {(account, code, now): value for code, value in zip(SUMS, values, strict=True) if value}
        return rows

    def _several_companies(self, accounts):
        """Revenue of three companies with three currencies, at the rates of today."""
        env, main = self.env, self.env.company
        companies = main | self.company.companies
        accounts = accounts.with_context(allowed_company_ids=companies.ids)
        engine, period = accounts.env["key.account.figures"], accounts._get_key_account_period(*self.period)
        figures = self.measure("many_companies", lambda: engine._compute_figures(accounts, period, ["revenue"]))
        totals = dict.fromkeys(accounts.ids, 0.0)
        for company in companies:
            rate = env["res.currency"]._get_conversion_rate(company.currency_id, main.currency_id, main, date.today())
            in_company = env(context={**env.context, "allowed_company_ids": company.ids})
            for (account, now), sums in reference.sql_many(in_company, accounts, self.period).items():
                if now:
                    totals[account] += sums[0] * rate
        revenues = {account: by_code["revenue"].value or 0.0 for account, by_code in figures.items()}
        self.check(
            "revenue in three companies and SQL",
            revenues,
            # Each company's sum was rounded before it was converted
            {
                account: revenues[account] if abs(total - revenues[account]) < CONVERTED else total
                for account, total in totals.items()
            },
        )
