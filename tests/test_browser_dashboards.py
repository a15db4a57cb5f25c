"""The dashboards in the browser: each role opens them, every cell is computed, and the totals are right."""

import json
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged

# Waits until nothing is loading, and compares cells of the sheet with data
CODE = """
(async () => {
    const wait = () => new Promise((resolve) => setTimeout(resolve, 100));
    const until = async (what) => {
        for (let round = 0; round < 300; round++) {
            const found = await what();
            if (found) { return found; }
            await wait();
        }
        throw new Error(`timed out: ${what}`);
    };
    const { name, cells, sample, charts, filters } = %s;
    const loader = odoo.__WOWL_DEBUG__.root.env.services.spreadsheet_dashboard_loader;
    if (%s) {
        (await until(() =>
            [...document.querySelectorAll(".o_dashboard_name")].find((each) => each.textContent.trim() === name)
        )).click();
    }
    const dashboard = await until(() => {
        const active = loader.getActiveDashboard();
        return active && active.data.name === name && active.model && active;
    });
    const { getters } = dashboard.model;
    for (const [id, value] of Object.entries(filters)) {
        dashboard.model.dispatch("SET_GLOBAL_FILTER_VALUE", { id, value });
    }
    const all = () => getters.getSheetIds().flatMap((sheet) =>
        Object.keys(getters.getCells(sheet)).map((id) => {
            const position = getters.getCellPosition(id);
            return { position, ...getters.getEvaluatedCell(position) };
        })
    );
    await until(() => !all().some((cell) => ["Loading...", "#NAME?"].includes(cell.value)));
    const wrong = all().filter((cell) => cell.type === "error");
    if (wrong.length) {
        throw new Error(`cells with errors: ${JSON.stringify(wrong.slice(0, 5))}`);
    }
    if (Boolean(dashboard.isSample) !== sample) {
        throw new Error(`is an example: ${dashboard.isSample}`);
    }
    const value = (cell) => getters.getEvaluatedCell({
        sheetId: "data", col: cell.charCodeAt(0) - 65, row: Number(cell.slice(1)) - 1,
    }).value;
    for (const [cell, expected] of Object.entries(cells)) {
        const got = value(cell);
        // Cents, and parts of one
        const limit = Math.abs(expected) > 1 ? 0.005 : 0.000001;
        const same = typeof expected === "number" ? Math.abs(got - expected) < limit : got === expected;
        if (!same) {
            throw new Error(`${cell}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`);
        }
    }
    // Of desktops, only what is in sight
    await until(() => document.querySelectorAll(".o-figure, .o_mobile_dashboard canvas").length >= charts);
    console.log("test successful");
})();
"""


READY = "Boolean(odoo.__WOWL_DEBUG__?.root?.env?.services?.spreadsheet_dashboard_loader)"


@tagged("post_install", "-at_install")
class TestBrowserDashboards(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        # In no company of the demo's are there accounts of others
        cls.accounts = cls.env["res.partner"].search([("key_account_status", "!=", False)])
        cls.env["key.account.snapshot"]._of_company(cls.company)._refresh_today(cls.accounts)

    def open(self, login, name, cells, sample=False, charts=8, clicks=False, filters=None, **options):
        given = {"name": name, "cells": cells, "sample": sample, "charts": charts, "filters": filters or {}}
        self.browser_js(
            "/odoo/dashboards",
            CODE % (json.dumps(given), "true" if clicks else "false"),
            ready=READY,
            login=login,
            **options,
        )

    def user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def read(self, login, model, domain):
        records = self.env[model].with_user(self.user(login)).with_context(allowed_company_ids=self.company.ids)
        return records.search(domain).sudo()

    def portfolio(self, login):
        return self.read(login, "key.account.snapshot", [("is_current", "=", True)]).filtered("partner_id.active")

    def outermost(self, rows):
        """Without accounts inside others: their figures are part of those."""
        return rows.filtered(lambda row: not row.outer_ids & rows)

    def total(self, rows, name):
        values = [row[name] for row in self.outermost(rows) if row[name] is not None]
        return sum(values) if values else ""

    def share(self, rows, name, of_what):
        """Of those accounts alone that have both."""
        rows = rows.filtered(lambda row: row[name] is not None and row[of_what] is not None)
        return self.total(rows, name) / self.total(rows, of_what)

    def held(self, login):
        # The period that the dashboard shows at first: the last 12 months
        today = fields.Date.today()
        first = (today + relativedelta(months=-11)).replace(day=1)
        reviews = self.read(login, "key.account.review", [("state", "in", ("held", "closed"))])
        return reviews.filtered(
            lambda review: review.partner_id.active and first <= review.held_on.date() <= today + timedelta(days=31)
        )

    def account_cells(self, login):
        rows, today = self.portfolio(login), fields.Date.today()
        measures = self.read(login, "key.account.care.measure", []).filtered("partner_id.active")
        live = measures.filtered(
            lambda measure: (
                measure.state in ("planned", "in_progress")
                and measure.area_id.active
                and measure.partner_id.key_account_status not in (False, "former")
            )
        )
        held, due = len(self.held(login)), rows.filtered(lambda row: row.next_review and row.next_review <= today)
        areas = self.env["key.account.care.area"].search_count([])
        return {
            "B2": len(rows.partner_id),
            "C2": len(rows.filtered(lambda row: row.status == "at_risk").partner_id),
            "B3": self.total(rows, "revenue"),
            # As part of one: shown in percent
            "E3": self.share(rows, "revenue_change", "revenue_compared"),
            "B4": self.total(rows, "forecast"),
            "C4": self.total(rows, "forecast_gap"),
            "B5": self.total(rows, "overdue_amount"),
            "C5": len(rows.filtered("overdue_amount").partner_id),
            "B7": self.total(rows, "visits") or 0,
            "C7": self.total(rows, "visit_target") or 0,
            "B8": len(rows.filtered("is_visit_overdue").partner_id),
            "B9": len({(measure.partner_id, measure.area_id) for measure in live}),
            "C9": len(rows.filtered(lambda row: row.status != "former").partner_id) * areas,
            "B10": len(measures.filtered(lambda measure: measure.progress_state == "overdue")),
            "B11": held,
            "C11": len(due.partner_id),
            "D11": f"{held} / {held + len(due.partner_id)}",
        }

    def team_cells(self, login):
        rows = self.portfolio(login)
        first = self.outermost(rows).filtered("manager_id")
        return {
            "B2": len(rows.filtered(lambda row: not row.manager_id).partner_id),
            "C2": len(rows.partner_id),
            "B4": self.total(rows, "revenue"),
            "E4": self.share(rows, "revenue_change", "revenue_compared"),
            "B5": self.total(rows, "forecast"),
            "B6": self.total(rows, "overdue_amount"),
            "B9": self.total(rows, "measures_overdue") or 0,
            "C9": self.total(rows, "milestones_overdue") or 0,
            "H2": self.total(rows.filtered(lambda row: row.manager_id == first.manager_id[:1]), "forecast"),
        }

    def test_account_manager(self):
        self.open("kim", "Key Accounts", self.account_cells("kim"))

    @pytest.mark.long
    def test_head(self):
        self.open("admin", "Key Accounts", self.account_cells("admin"))

    def test_head_sees_the_team(self):
        self.portfolio("admin").filtered(lambda row: not row.revenue).partner_id.key_account_manager_id = self.user(
            "kim"
        )
        self.open("admin", "Account Managers", self.team_cells("admin"), clicks=True)

    @pytest.mark.long
    def test_on_a_phone(self):
        self.browser_size = "390x844"
        self.open("kim", "Key Accounts", {}, charts=13)

    def test_several_currencies(self):
        """The other company's amounts are converted: 100 of a currency of which 4 are worth one of ours."""
        currency = self.env.ref("base.GBP")
        currency.active = True
        self.env["res.currency.rate"].search(
            [("currency_id", "in", (currency | self.company.currency_id).ids)]
        ).unlink()
        rates = [(currency, 2.0), (self.company.currency_id, 0.5)]
        for each, rate in rates:
            self.env["res.currency.rate"].create({"currency_id": each.id, "rate": rate, "name": "2020-01-01"})
        other = self.env["res.company"].create({"name": "Elsewhere", "currency_id": currency.id})
        self.user("kim").company_ids |= other
        before = self.account_cells("kim")
        account = self.portfolio("kim")[:1].partner_id
        self.env["key.account.snapshot"].create(
            {
                "partner_id": account.id,
                "company_id": other.id,
                "currency_id": currency.id,
                "date": fields.Date.today(),
                "is_current": True,
                "revenue": 100.0,
                "overdue_amount": 40.0,
            }
        )
        cells = {"B2": before["B2"], "B3": before["B3"] + 25, "B5": before["B5"] + 10}
        self.open("kim", "Key Accounts", cells, cookies={"cids": f"{self.company.id}-{other.id}"})

    @pytest.mark.long
    def test_filters(self):
        """Of one account manager and one account, reviews of one year: each filter leaves less."""
        rows = self.portfolio("admin")
        account, other = rows.filtered("revenue").partner_id[:2]
        account.key_account_manager_id = self.user("admin")
        reviews = self.read("admin", "key.account.review", [("state", "in", ("held", "closed"))])
        review = reviews.filtered(lambda review: review.partner_id == other)[:1]
        # Nobody may change it
        self.env.cr.execute("UPDATE key_account_review SET held_on = '2019-05-05 12:00' WHERE id = %s", [review.id])
        review.invalidate_recordset()
        for partner, manager in ((account, "admin"), (other, "kim")):
            with self.subTest(manager):
                of_partner = rows.filtered(lambda row, partner=partner: row.partner_id == partner)
                filters = {
                    "manager": {"operator": "in", "ids": self.user(manager).ids},
                    "account": {"operator": "in", "ids": partner.ids},
                    "company": {"operator": "in", "ids": self.company.ids},
                    "period": {"type": "year", "year": 2019},
                }
                cells = {"B2": 1, "B3": self.total(of_partner, "revenue"), "B11": 1 if partner == other else 0}
                self.open("admin", "Key Accounts", cells, filters=filters)
        filters["manager"] = {"operator": "in", "ids": self.user("admin").ids}
        self.open("admin", "Key Accounts", {"B2": 0, "B11": 0}, filters=filters)

    @pytest.mark.long
    def test_example(self):
        """Before there is anything to show, Odoo shows an example: in every language."""
        self.env["key.account.snapshot"].search(Domain.TRUE).unlink()
        self.env["res.lang"]._activate_lang("de_DE")
        for login, name, clicks in (("kim", "Key Accounts", False), ("admin", "Account Managers", True)):
            self.open(login, name, {"B4": 5675000} if not clicks else {"B5": 5675000}, sample=True, clicks=clicks)
