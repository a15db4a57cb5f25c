"""What is in the cells of the workbook."""

import io
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from freezegun import freeze_time

from odoo.fields import Command

from .documents import DocumentCase

CHAIR_COST, DESK_COST = 60.0, 90.0


def without_values(content):
    """The workbook as if no formula had been calculated yet."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            new.writestr(name, part)
    return result.getvalue()


def numbers_of(content):
    """:return: ``{(sheet, cell): number}``"""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }


class TestWorkbook(DocumentCase):
    def test_customer_edition(self):
        content = self.workbook(self.review)
        cells = self.cells(content)
        themes = ["Volume", "Revenue", "Orders and Returns"]
        self.assertEqual(list(cells), ["Overview", *themes, "Data", "Definitions"])
        self.assertEqual(cells["Overview"]["Revenue"][:4], [2100, 1400, 0.5, "EUR"])
        self.assertEqual(cells["Revenue"]["Revenue"][:4], [2100, 1400, 0.5, "EUR"])
        self.assertEqual(cells["Revenue"]["Desks"][:3], [200, 400, -0.5])
        self.assertEqual(cells["Revenue"]["March 2025"][:2], [1700, 1400])
        self.assertEqual(cells["Revenue"]["Total"][:2], [2100, 1400])
        self.assertEqual(cells["Volume"]["Total"][:2], [20, 12])

    def test_the_internal_edition_says_so_on_each_sheet(self):
        for audience, prefix in (("customer", ""), ("internal", "Internal · ")):
            book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review, audience)))
            title = f"{prefix}Annual Review 2025"
            self.assertEqual(book.properties.title, title)
            for sheet in book:
                self.assertEqual(sheet["A1"].value, f"Alpha – {title}")
                self.assertIn(f" · {title}", sheet.oddFooter.left.text)

    def test_dates_follow_the_settings_of_the_reader(self):
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review)))
        dates = [cell for row in book["Data"].iter_rows() for cell in row if cell.is_date]
        self.assertTrue(dates)
        # openpyxl's name of the built-in format 14
        self.assertEqual({cell.number_format for cell in dates}, {"mm-dd-yy"})

    def test_rows_without_known_cost_add_up(self):
        lamp = self.make_product("Lamp", cost=0.0, categ_id=self.category.create({"name": "Lamps"}).id)
        self.invoice(self.account, date(2025, 4, 1), (lamp, 1, 300.0))
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review, "internal")), data_only=True)
        rows = [[cell.value for cell in row] for row in book["Costs and Margins"].iter_rows()]
        start = next(number for number, row in enumerate(rows) if row[0] == "By product")
        column = rows[start + 1].index("Contribution Margin I (EUR)")
        table = {row[0]: row[column] for row in rows[start + 2 : start + 7]}
        # 19 chairs at 40, the desk at 110
        self.assertEqual(table, {"Chair": 760, "Desk": 110, "Lamp": None, "Without known cost": 300, "Total": 1170})

    def test_shares_are_those_of_goods(self):
        """A discount is in the revenue, in a row of its own, and has no share in it."""
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        self.invoice(self.account, date(2025, 4, 1), (self.product, 4, 100.0), (rebate, 1, -399.01))
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review)), data_only=True)
        rows = [[cell.value for cell in row] for row in book["Revenue"].iter_rows()]
        start = next(number for number, row in enumerate(rows) if row[0] == "By product")
        share = rows[start + 1].index("Share of revenue")
        self.assertEqual(
            [(row[0], row[1], row[share]) for row in rows[start + 2 : start + 6]],
            [
                ("Chair", 2300, 0.92),
                ("Desk", 200, 0.08),
                ("Discounts", -399.01, None),
                ("Total", 2100.99, None),
            ],
        )

    def test_values_are_formulas(self):
        formulas = self.cells(self.workbook(self.review, "internal"), formulas=True)
        self.assertEqual(formulas["Overview"]["Revenue"][0], "=Revenue!$B$5")
        self.assertEqual(formulas["Revenue"]["Revenue"][0], '=SUMIFS(Data!$K$5:$K$10,Data!$A$5:$A$10,"This period")')
        self.assertEqual(formulas["Revenue"]["Revenue"][2], '=IF(OR(B5="",C5="",C5=0),"",(B5-C5)/ABS(C5))')
        costs = formulas["Costs and Margins"]
        self.assertEqual(costs["Contribution Margin I"][0], "=Revenue!$B$5-'Costs and Margins'!$B$6")
        self.assertIn("SUM(", formulas["Revenue"]["Total"][0])

    @unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not installed: nothing here calculates formulas")
    def test_formulas_give_the_values_that_are_stored(self):
        self.account.key_account_minimum_order = 5000.0
        for record in (self.review, self.make_account("Empty", lang="en_US")):
            content = self.workbook(record, "internal")
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "workbook.xlsx")
                file.write_bytes(without_values(content))
                command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
                command += ["--convert-to", "xlsx", "--outdir", f"{folder}/out", str(file)]
                subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603
                calculated = numbers_of(Path(folder, "out", "workbook.xlsx").read_bytes())
            stored = numbers_of(content)
            for cell, value in stored.items():
                self.assertAlmostEqual(calculated.get(cell), value, 2, cell)

    def test_on_paper(self):
        """Landscape, one page wide, heads on each page, a sheet's name in its footer."""
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review)))
        for sheet in book:
            with self.subTest(sheet.title):
                self.assertEqual(sheet.page_setup.orientation, "landscape")
                self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
                self.assertEqual((sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight), (1, 0))
                self.assertEqual(sheet.oddFooter.center.text, sheet.title)
        heads = {"Overview": "$1:$4", "Revenue": "$1:$3", "Data": "$1:$4", "Definitions": "$1:$4"}
        self.assertEqual({name: book[name].print_title_rows for name in heads}, heads)

    def test_no_text_is_cut(self):
        """Columns are as wide as their longest name, and rows as high as their texts take."""
        self.desk.name = "A desk with a name that needs a wide column"
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review)))
        self.assertGreater(book["Revenue"].column_dimensions["A"].width, len(self.desk.name))
        data = book["Data"]
        products = [cell.column_letter for cell in data[4] if cell.value == "Product"]
        self.assertGreater(data.column_dimensions[products[0]].width, len(self.desk.name))
        definitions = book["Definitions"]
        for row in range(5, definitions.max_row + 1):
            text, height = definitions.cell(row, 2).value, definitions.row_dimensions[row].height
            self.assertGreaterEqual(height or 15, 15 * len(text) / 115, text)

    def test_number_formats(self):
        self.invoice(self.account, date(2025, 7, 1), (self.product, 1.5, 100.0))
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review)))
        formats = {row[0].value: [cell.number_format for cell in row[1:4]] for row in book["Volume"].iter_rows()}
        # No decimal point behind whole numbers
        self.assertEqual(formats["Chair"][:2], ["#,##0.0#", "#,##0"])
        self.assertEqual(formats["Desk"][:2], ["#,##0", "#,##0"])
        overview = {row[0].value: row for row in book["Overview"].iter_rows()}
        self.assertEqual(overview["Revenue"][1].number_format, "#,##0.00")
        share = overview["Returns by Value"]
        self.assertIn("points", share[3].number_format)
        self.assertEqual(share[3].value, '=IF(OR(B{0}="",C{0}=""),"",(B{0}-C{0})*100)'.format(share[3].row))

    def test_no_decimals_in_yen(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {"name": date(2024, 1, 1), "currency_id": yen.id, "rate": 160.0, "company_id": self.company.id}
        )
        account = self.make_account("Tokyo", lang="en_US")
        for year in (2024, 2025):
            self.invoice(account, date(year, 3, 1), (self.product, 1, 500.0), currency_id=yen.id)
        book = openpyxl.load_workbook(io.BytesIO(self.workbook(account)))
        (revenue,) = [row[1] for row in book["Overview"].iter_rows() if row[0].value == "Revenue" and row[1].value]
        self.assertEqual(revenue.number_format, "#,##0")

    def test_different_units_have_no_chart_in_common(self):
        hours = self.make_product("Assembly", cost=1.0, uom_id=self.env.ref("uom.product_uom_hour").id)
        self.invoice(self.account, date(2025, 8, 1), (hours, 3, 10.0))
        with zipfile.ZipFile(io.BytesIO(self.workbook(self.review))) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        self.assertTrue(charts)
        self.assertFalse([chart for chart in charts if "Volume!" in chart])

    def test_native_charts(self):
        with zipfile.ZipFile(io.BytesIO(self.workbook(self.review))) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        self.assertTrue(any("Revenue!$B$10:$B$20" in chart for chart in charts), charts)

    def test_internal_edition(self):
        cells = self.cells(self.workbook(self.review, "internal"))
        self.assertEqual(list(cells)[-4:], ["Data", "Data, Open Items", "Data, Invoices", "Definitions"])
        # 19 chairs at 60 and 1 desk at 90
        self.assertEqual(cells["Overview"]["Cost of Goods Sold"][0], 1230)
        self.assertEqual(cells["Overview"]["Contribution Margin I"][:2], [870, 1400 - 780])
        self.assertEqual(cells["Overview"]["Receivables"][0], 3500)

    def test_in_german(self):
        self.account.lang = "de_DE"
        cells = self.cells(self.workbook(self.review))
        self.assertEqual(list(cells)[:3], ["Überblick", "Absatz", "Umsatz"])
        self.assertIn("März 2025", cells["Umsatz"])

    def test_account_without_invoices(self):
        cells = self.cells(self.workbook(self.make_account("Empty", lang="en_US")))
        self.assertIn("No invoices in this period", cells["Overview"])
        self.assertIsNone(cells["Overview"]["Revenue"][0])
        self.assertNotIn("Data", cells)

    def test_texts_are_not_formulas(self):
        self.product.name = "=1+1"
        self.assertIn("=1+1", self.cells(self.workbook(self.review))["Revenue"])

    def test_many_in_one_archive(self):
        twin = self.make_account("Alpha", lang="en_US")
        files = (self.account | twin).with_user(self.manager)._make_key_account_documents("workbook")
        self.assertEqual(list(files), ["Alpha 2025 - Workbook.xlsx", f"Alpha 2025 - Workbook ({twin.id}).xlsx"])

    def test_held_review_has_no_data_sheets(self):
        """What was booked since would not add up to the frozen figures, which remain numbers."""
        self.review.with_user(self.manager).action_hold()
        content = self.workbook(self.review, "internal")
        self.assertFalse([name for name in self.cells(content) if name.startswith("Data")])
        self.assertEqual(self.cells(content, formulas=True)["Revenue"]["Revenue"][0], 2100)

    def test_queries_do_not_grow_with_the_lines(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.workbook(self.review, "internal")
            return self.env.cr.sql_log_count - before

        def count_with_full_caches():
            # The registry's caches are filled by the first round or two, and may be emptied at any time
            return min(count() for _round in range(3))

        few = count_with_full_caches()
        lines = [(self.make_product(f"Part {number}", cost=1.0), number, 10.0) for number in range(1, 40)]
        for day in (date(2024, 7, 1), date(2025, 7, 1)):
            self.invoice(self.account, day, *lines)
        self.assertEqual(count_with_full_caches(), few)


@freeze_time("2025-11-20 12:00")
class TestByHand(DocumentCase):
    """Anyone reading the definitions can recompute the figures from the rows of the data sheets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "company_id": cls.company.id, "name": "2025-01-01", "rate": 2.0},
                {"currency_id": dollar.id, "company_id": cls.company.id, "name": "2025-06-01", "rate": 4.0},
            ]
        )
        tax = cls.env["account.tax"].create(
            {"name": "19 %", "amount": 19.0, "company_id": cls.company.id, "country_id": cls.company.country_id.id}
        )
        taxed = {"tax_ids": [Command.set(tax.ids)]}
        for day in (date(2025, 2, 1), date(2025, 7, 1)):
            cls.invoice(cls.account, day, (cls.product, 3, 100.0), currency_id=dollar.id)
        invoice = cls.invoice(cls.account, date(2025, 4, 1), (cls.product, 2, 150.0, taxed), (None, 1, 33.33))
        cls.pay(invoice, date(2025, 4, 20), 100.0)
        reversal = cls.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        reversal = reversal.create({"journal_id": invoice.journal_id.id, "date": date(2025, 5, 2)})
        cls.env["account.move"].browse(reversal.reverse_moves()["res_id"]).action_post()
        cls.invoice(
            cls.account, date(2025, 9, 1), (cls.desk, 1, 0.0), (cls.product, 1, 80.0, {"product_uom_id": cls.dozen.id})
        )
        cls.subsidiary = cls.make_customer("Alpha Sub", parent_id=cls.account.id)
        cls.invoice(cls.subsidiary, date(2025, 10, 1), (cls.product, 4, 99.99, taxed))

    def setUp(self):
        super().setUp()
        self.book = openpyxl.load_workbook(io.BytesIO(self.workbook(self.review, "internal")), data_only=True)
        overview = self.book["Overview"].iter_rows(min_row=5, max_col=3, values_only=True)
        self.figures = {name: (now, before) for name, now, before in overview}

    def rows(self, name, period="This period"):
        """The rows of a data sheet as dicts by the first words of the heads."""
        heads, *rows = self.book[name].iter_rows(min_row=4, values_only=True)
        heads = [head.split(" (")[0] for head in heads]
        return [row for row in (dict(zip(heads, row, strict=True)) for row in rows) if row["Period"] == period]

    def compare(self, figure, compute):
        for value, period in zip(self.figures[figure], ("This period", "Previous year"), strict=True):
            self.assertAlmostEqual(value, compute(period), 2, f"{figure}, {period}")

    def test_revenue(self):
        self.compare("Revenue", lambda period: sum(row["Amount"] for row in self.rows("Data", period)))
        # The invoices of both halves of the year, in dollars at 2 and at 4 to the euro
        dollars = [row["Amount"] for row in self.rows("Data") if row["Invoice Date"].date() in self.dollar_days]
        self.assertEqual(dollars, [150.0, 75.0])

    dollar_days = (date(2025, 2, 1), date(2025, 7, 1))

    def test_contribution_margin(self):
        def margin(period):
            rows = self.rows("Data", period)
            return sum(row["Amount"] for row in rows) - sum(row["Cost of goods sold"] or 0.0 for row in rows)

        self.compare("Contribution Margin I", margin)

    def test_cost_of_a_line(self):
        """Quantities are in the product's own unit, and a line without product has no cost."""
        (dozen,) = [row for row in self.rows("Data") if row["Amount"] == 80.0]
        self.assertEqual((dozen["Quantity"], dozen["Unit"]), (12, "Units"))
        self.assertAlmostEqual(dozen["Cost of goods sold"], 12 * CHAIR_COST)
        (free,) = [row for row in self.rows("Data") if row["Amount"] == 0.0]
        self.assertAlmostEqual(free["Cost of goods sold"], DESK_COST)
        without_product = [row for row in self.rows("Data") if not row["Product"]]
        self.assertEqual([row["Cost of goods sold"] for row in without_product], [None, None])

    def test_returns(self):
        def rate(period):
            rows = self.rows("Data", period)
            returned = -sum(row["Amount"] for row in rows if row["Returned"] == "Yes")
            return returned / sum(row["Amount"] for row in rows if row["Type"] != "Credit Note")

        self.compare("Returns by Value", rate)
        self.assertGreater(self.figures["Returns by Value"][0], 0.1)

    def test_days_sales_outstanding(self):
        def days(period):
            receivable = sum(row["Open at the end of the period"] for row in self.rows("Data, Open Items", period))
            gross = sum(row["Amount with tax"] for row in self.rows("Data, Invoices", period))
            # 1 January to 20 November
            return receivable / gross * {"This period": 324, "Previous year": 325}[period]

        self.compare("Days Sales Outstanding", days)

    def test_receivable(self):
        self.compare(
            "Receivables",
            lambda period: sum(row["Open at the end of the period"] for row in self.rows("Data, Open Items", period)),
        )
