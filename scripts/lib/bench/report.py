"""Writes the benchmark's page from its measurements: python -m bench.report MEASUREMENTS PAGE COMMAND."""

import os
import platform
import statistics
import sys
from datetime import date
from pathlib import Path

from .measure import Measurements

NAMES = {
    "night": "revenue of all customers, compared at night",
    "on_demand": "the same on demand, nothing booked since",
    "month_sql": "revenue by month over two years: SQL by hand",
    "month_report": "the same: Odoo's `account.invoice.report`",
    "month_engine": "the same: the add-on",
    "month_mis": "the same: OCA's mis_builder",
    "one_all": "all figures of one account",
    "tab": "Figures tab",
    "trend": "trend of eight quarters",
    "many_sql": "revenue, volume, cost, margin of 1,000 accounts: SQL by hand",
    "many_sums": "the same: the add-on",
    "many_all": "all figures of 1,000 accounts",
    "portfolio_half": "portfolio: refreshing 500 accounts",
    "portfolio": "portfolio: refreshing 1,000 accounts",
    "portfolio_list": "portfolio: list of 1,000 accounts with totals",
    "start": "start page of 1,000 accounts",
    "start_all": "the same with all that needs attention",
    "account_page": "opening an account",
    "contact_list": "Odoo's list of contacts",
    "many_companies": "revenue of 1,000 accounts in three companies and currencies",
    "document_presentation": "presentation",
    "document_folder": "customer folder",
    "document_briefing": "briefing",
}
OTHERS = {
    "make_invoice": "saving an invoice",
    "post_invoice": "posting an invoice",
    "payment": "registering a payment",
    "order": "saving and confirming an order",
    "contact": "saving a contact twice",
}
# What grows by so much with and without the add-on is the machine's noise
NOISE = 1.05


class Report:
    def __init__(self, rows):
        self.rows = rows
        self.sizes = sorted({row["lines"] for row in rows if "lines" in row})
        self.by_key = {(row["key"], row["lines"]): row for row in rows if "lines" in row and row["key"] != "check"}

    def text(self, command):
        return "\n".join(
            [
                "# Benchmark",
                "",
                f"Made by `{command}` on {date.today()}: {_machine()}. PostgreSQL and Odoo share it.",
                "",
                "The company has ten years of orders, invoices, credit notes and payments, in three companies with "
                "three currencies; 1,000 accounts, every fourth with a subsidiary. One account is measured with 1,000 "
                "invoice lines a year: its records are the same in each size. Seconds are those of the "
                "processor, in Odoo, PostgreSQL and wkhtmltopdf, the median after a first run; memory is what Odoo's "
                "process grew by at its highest.",
                "",
                *self._goals(),
                "",
                *self._times(),
                "",
                *self._checks(),
                "",
            ]
        )

    def seconds(self, key, size=None):
        return self.by_key[key, size or self.sizes[-1]]["seconds"]

    # === GOALS ===#

    def _goals(self):
        yield "## Goals"
        yield ""
        yield from _table(("", "ratio", "goal", ""), [self._goal(*goal) for goal in self._ratios()])

    def _goal(self, name, ratio, limit, at_least=False):
        is_met = ratio >= limit if at_least else ratio <= limit
        return name, f"{ratio:.2f}", f"{'≥' if at_least else '≤'} {limit:g}", "met" if is_met else "**missed**"

    def _ratios(self):
        small, large = self.sizes[0], self.sizes[-1]
        if small != large:
            growth = f"{small:,} to {large:,} lines in the company"
            for key in ("one_all", "tab", "trend", "document_presentation", "document_folder", "document_briefing"):
                yield f"{NAMES[key]}: {growth}", self.seconds(key, large) / self.seconds(key, small), 1.3
        report = self.seconds("month_report")
        yield "all figures of one account ÷ `account.invoice.report`", self.seconds("one_all") / report, 30
        tab = self.seconds("tab") + self.seconds("trend")
        yield "Figures tab with trend ÷ `account.invoice.report`", tab / report, 60
        if ("month_mis", large) in self.by_key:
            faster = self.seconds("month_mis") / self.seconds("month_engine")
            yield "mis_builder ÷ the add-on, revenue by month", faster, 10, True
        by_hand = self.seconds("many_sql")
        yield "four figures of 1,000 accounts ÷ SQL by hand", self.seconds("many_sums") / by_hand, 3
        yield "all figures of 1,000 accounts ÷ SQL by hand", self.seconds("many_all") / by_hand, 10
        yield f"{NAMES['portfolio_list']}, seconds", self.seconds("portfolio_list"), 1
        yield f"{NAMES['start']}, seconds", self.seconds("start"), 1
        yield f"{NAMES['account_page']}, seconds", self.seconds("account_page"), 1
        yield (
            "portfolio: 1,000 accounts ÷ 500 accounts",
            self.seconds("portfolio") / self.seconds("portfolio_half"),
            2.2,
        )
        for key in ("document_presentation", "document_folder"):
            row = self.by_key[key, large]
            yield f"{NAMES[key]} ÷ wkhtmltopdf alone", row["seconds"] / row["alone"], 2
        for key, name in OTHERS.items():
            pair = self._pair(key)
            if pair:
                yield f"{name} with the add-on ÷ without", pair["with"] / pair["without"], NOISE
        install = self._pair("install")
        if install:
            yield "installing with 100,000 contacts ÷ with none", install["with"] / install["without"], 1.3

    def _pair(self, key):
        """:return: ``{"with", "without": seconds}``, medians over the rounds; empty if not measured"""
        rows = [row for row in self.rows if row["key"] == key]
        return {
            variant: statistics.median(row["seconds"] for row in rows if row["variant"] == variant)
            for variant in {row["variant"] for row in rows}
        }

    # === TIMES ===#

    def _times(self):
        yield "## Times"
        for size in self.sizes:
            yield ""
            yield f"{size:,} invoice lines"
            yield ""
            yield from _table(
                ("", "seconds", "queries", "memory, MB"),
                [
                    (NAMES[key], f"{row['seconds']:.4f}", row["queries"], f"{row['memory']:.0f}")
                    for (key, of_size), row in self.by_key.items()
                    if of_size == size
                ],
            )
        others = [
            (name, *(self._cell(key, variant) for variant in ("without", "with")))
            for key, name in OTHERS.items()
            if self._pair(key)
        ]
        if others:
            yield ""
            yield "What others do"
            yield ""
            yield from _table(("", "without the add-on", "with it"), others)

    def _cell(self, key, variant):
        queries = next(row["queries"] for row in self.rows if (row["key"], row.get("variant")) == (key, variant))
        return f"{self._pair(key)[variant]:.4f} s, {queries} queries"

    # === CHECKS ===#

    def _checks(self):
        yield "## The same numbers"
        yield ""
        for row in self.rows:
            if row["key"] == "check":
                yield f"- {row['what']}, {row['lines']:,} lines: {row['equal']:,} numbers are equal"


def _table(head, rows):
    yield f"| {' | '.join(head)} |"
    yield f"|---{'|--:' * (len(head) - 1)}|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GB of memory, {platform.system()}"


if __name__ == "__main__":
    measurements, page, command = sys.argv[1:]
    text = Report(Measurements(measurements).rows()).text(command)
    Path(page).write_text(text)
    print(text)
