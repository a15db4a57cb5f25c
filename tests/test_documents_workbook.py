"""What is in the cells of the workbook."""

import io
import zipfile

from .documents import DocumentCase


class TestWorkbook(DocumentCase):
    def test_customer_edition(self):
        content = self.workbook(self.review)
        cells = self.cells(content)
        self.assertEqual(list(cells), ["Overview", "Months", "Categories", "Products", "Definitions"])
        self.assertEqual(cells["Overview"]["Revenue"][:4], [2100, 1400, 0.5, "EUR"])
        self.assertEqual(cells["Categories"]["Desks"][:3], [200, 400, -0.5])
        self.assertEqual(cells["Months"]["March 2025"][:2], [1700, 1400])
        self.assertEqual(cells["Months"]["Total"][:2], [2100, 1400])

    def test_formulas(self):
        formulas = self.cells(self.workbook(self.review), formulas=True)
        self.assertEqual(formulas["Overview"]["Revenue"][2], '=IF(OR(B6="",C6="",C6=0),"",(B6-C6)/ABS(C6))')
        self.assertEqual(formulas["Categories"]["Total"][:2], ["=SUM(B5:B6)", "=SUM(C5:C6)"])
        self.assertEqual(formulas["Months"]["Total"][0], "=SUM(B5:B15)")

    def test_native_charts(self):
        with zipfile.ZipFile(io.BytesIO(self.workbook(self.review))) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        self.assertEqual(len(charts), 2)
        self.assertIn("Months!$B$5:$B$15", charts[0])

    def test_internal_edition(self):
        cells = self.cells(self.workbook(self.review, "internal"))
        # 19 chairs at 60 and 1 desk at 90
        self.assertEqual(cells["Overview"]["Cost of Goods Sold"][0], 1230)
        self.assertEqual(cells["Overview"]["Contribution Margin I"][:2], [870, 1400 - 780])
        self.assertEqual(cells["Overview"]["Receivable"][0], 3500)

    def test_in_german(self):
        self.account.lang = "de_DE"
        cells = self.cells(self.workbook(self.review))
        self.assertEqual(list(cells), ["Überblick", "Monate", "Kategorien", "Produkte", "Definitionen"])
        self.assertIn("März 2025", cells["Monate"])

    def test_account_without_invoices(self):
        cells = self.cells(self.workbook(self.make_account("Empty", lang="en_US")))
        self.assertIn("No invoices in this period", cells["Overview"])
        self.assertIsNone(cells["Overview"]["Revenue"][0])

    def test_many_in_one_archive(self):
        twin = self.make_account("Alpha", lang="en_US")
        files = (self.account | twin).with_user(self.manager)._get_key_account_workbooks("customer")
        self.assertEqual(list(files), ["Alpha 2025 - Workbook.xlsx", f"Alpha 2025 - Workbook ({twin.id}).xlsx"])
