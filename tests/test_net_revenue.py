"""Cash discounts taken and bonuses, on what Odoo's own steps book."""

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .common import YEAR, KeyAccountCase

DAY, IN_TIME, LATE = date(2025, 3, 3), date(2025, 3, 10), date(2025, 6, 10)
CODES = ["revenue", "cash_discounts", "bonus_credits", "net_revenue"]


class TestNetRevenue(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "19 %", "amount": 19.0, "type_tax_use": "sale", "company_id": cls.company.id}
        )
        cls.terms = {
            computation: cls.env["account.payment.term"].create(
                {
                    "name": computation,
                    "early_discount": True,
                    "discount_percentage": 3.0,
                    "discount_days": 10,
                    "early_pay_discount_computation": computation,
                    "company_id": cls.company.id,
                    "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
                }
            )
            for computation in ("included", "excluded", "mixed")
        }

    def invoiced(self, price, terms="included", day=DAY, partner=None, **values):
        line = (self.product, 1, price, {"tax_ids": [Command.set(self.tax.ids)]})
        return self.invoice(partner or self.account, day, line, invoice_payment_term_id=self.terms[terms].id, **values)

    def net(self, partner=None, period=YEAR):
        return [figure["value"] for figure in self.figures(partner or self.account, period, CODES).values()]

    def settle(self, invoices, day, **values):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        return register.create({"payment_date": day, **values})._create_payments()

    def test_each_way_of_computing_the_tax(self):
        """3 % of 333.33 without tax are 10.00, whatever happens to the tax."""
        for terms in self.terms:
            account = self.make_account(terms)
            invoice = self.invoiced(333.33, terms, partner=account)
            self.assertEqual(self.net(account), [333.33, 0.0, 0.0, 333.33])
            self.settle(invoice, IN_TIME)
            self.assertTrue(invoice.currency_id.is_zero(invoice.amount_residual))
            with self.subTest(terms):
                self.assertEqual(self.net(account), [333.33, 10.0, 0.0, 323.33])

    def test_margin(self):
        self.settle(self.invoiced(333.33), IN_TIME)
        figures = self.figures(self.account, codes=["contribution_margin", "net_margin"])
        self.assertEqual([figure["value"] for figure in figures.values()], [273.33, 263.33])

    def test_paid_late_or_in_part(self):
        late, part = self.invoiced(100.01), self.invoiced(200.02)
        self.settle(late, LATE)
        self.settle(part, IN_TIME, amount=50.0, payment_difference_handling="open")
        self.assertEqual(self.net(), [300.03, 0.0, 0.0, 300.03])

    def test_by_the_date_of_the_invoice(self):
        """Paid in the next year; and a payment that is taken back takes the discount along."""
        # The books of the year before are whole
        self.invoiced(1.0, day=date(2024, 12, 28))
        invoice = self.invoiced(333.33, day=date(2025, 12, 28))
        payment = self.settle(invoice, date(2026, 1, 4))
        self.assertEqual(self.net(), [333.33, 10.0, 0.0, 323.33])
        with freeze_time("2027-01-15"):
            next_year = self.figures(self.account, (date(2026, 1, 1), date(2026, 12, 31)), CODES)
        self.assertEqual([figure["previous"] for figure in next_year.values()], [333.33, 10.0, 0.0, 323.33])
        self.assertEqual(next_year["cash_discounts"]["value"], 0.0)
        payment.action_draft()
        self.assertEqual(self.net(), [333.33, 0.0, 0.0, 333.33])

    def test_first_and_last_day(self):
        """3 % each of what was invoiced on the days around the year's ends, whenever it was paid."""
        for day, price in (
            (date(2024, 12, 31), 100.0),
            (date(2025, 1, 1), 200.0),
            (date(2025, 12, 31), 300.0),
            (date(2026, 1, 1), 400.0),
        ):
            self.settle(self.invoiced(price, day=day), day)
        figures = self.figures(self.account, codes=CODES)
        self.assertEqual([figure["value"] for figure in figures.values()], [500.0, 15.0, 0.0, 485.0])
        self.assertEqual([figure["previous"] for figure in figures.values()], [100.0, 3.0, 0.0, 97.0])

    def test_one_payment_of_many_invoices(self):
        """Of two customers' years, one of the invoices too old for the discount: 3.00 and 6.00, and not by amount."""
        first = self.invoiced(100.0, "excluded", date(2024, 12, 30))
        second = self.invoiced(200.0, "excluded", date(2025, 1, 2))
        late = self.invoiced(900.0, "excluded", date(2024, 6, 1))
        self.settle(first | second | late, date(2025, 1, 5), group_payment=True)
        figures = self.figures(self.account, codes=CODES)
        self.assertEqual([figure["value"] for figure in figures.values()], [200.0, 6.0, 0.0, 194.0])
        self.assertEqual([figure["previous"] for figure in figures.values()], [1000.0, 3.0, 0.0, 997.0])

    def test_written_off_by_hand(self):
        """A discount that was granted although the days were over, in the payment or in an entry of its own."""
        account = self.company.account_journal_early_pay_discount_loss_account_id
        invoice = self.invoice(self.account, DAY, (self.product, 1, 100.01))
        self.settle(
            invoice,
            LATE,
            amount=97.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
            writeoff_label="Discount",
        )
        self.assertEqual(self.net(), [100.01, 3.01, 0.0, 97.0])

    def test_other_differences_are_no_discounts(self):
        other = self.env["account.account"].create(
            {"name": "Losses", "code": "699999", "account_type": "expense", "company_ids": self.company.ids}
        )
        self.settle(
            self.invoiced(100.01),
            LATE,
            amount=100.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=other.id,
            writeoff_label="Loss",
        )
        self.assertEqual(self.net(), [100.01, 0.0, 0.0, 100.01])

    def test_bonuses_are_deducted_once(self):
        expense = self.env["account.account"].create(
            {"name": "Bonuses", "code": "699998", "account_type": "expense", "company_ids": self.company.ids}
        )
        self.invoice(self.account, DAY, (self.product, 10, 100.01))
        self.credit_note(self.account, LATE, (None, 1, 33.33), key_account_credit_kind="bonus")
        elsewhere = {"account_id": expense.id}
        self.credit_note(self.account, LATE, (None, 1, 44.44, elsewhere), key_account_credit_kind="bonus")
        self.credit_note(self.account, LATE, (None, 1, 5.55, elsewhere), key_account_credit_kind="price")
        # 1000.10 - 33.33, and 44.44 that were no revenue
        self.assertEqual(self.net(), [966.77, 0.0, 77.77, 922.33])
        figure = self.figures(self.account, codes=["net_revenue"])["net_revenue"]
        rows = [row[:2] for row in figure["table"]["rows"]]
        self.assertEqual([amount for _label, amount in rows], [1000.1, -77.77, 0.0, 922.33])

    def test_which_bonuses_count(self):
        """Those on the days around the year's ends; no drafts, no other customers', no other documents."""
        expense = self.env["account.account"].create(
            {"name": "Bonuses", "code": "699997", "account_type": "expense", "company_ids": self.company.ids}
        )
        self.invoice(self.account, DAY, (self.product, 1, 100.01), (None, 1, 16.16, {"account_id": expense.id}))

        def bonus(day, amount, partner=None, **values):
            line = (None, 1, amount, {"account_id": expense.id})
            self.credit_note(partner or self.account, day, line, key_account_credit_kind="bonus", **values)

        bonus(date(2024, 12, 31), 1.11)
        bonus(date(2025, 1, 1), 2.22)
        bonus(date(2025, 12, 31), 4.44)
        bonus(date(2026, 1, 1), 8.88)
        bonus(DAY, 32.32, post=False)
        bonus(DAY, 64.64, self.foreign)
        self.assertEqual(self.net(), [100.01, 0.0, 6.66, 93.35])
        self.assertEqual(self.figures(self.account, codes=CODES)["bonus_credits"]["previous"], 1.11)

    def test_records(self):
        self.settle(self.invoiced(333.33), IN_TIME)
        self.settle(self.invoiced(100.0, day=date(2024, 3, 3)), date(2024, 3, 4))
        self.credit_note(self.account, LATE, (self.product, 1, 33.33), key_account_credit_kind="bonus")
        for code, amount in (("cash_discounts", 10.0), ("bonus_credits", -33.33)):
            action = self.account.action_view_key_account_figure(code, *YEAR)
            records = self.env[action["res_model"]].search(action["domain"])
            column = "balance" if "balance" in records._fields else "price_subtotal"
            self.assertEqual(records.mapped(column), [amount])

    def test_other_companies_are_left_out(self):
        other = self.make_company("Other Company", "base.EUR")
        self.settle(self.invoiced(333.33), IN_TIME)
        partner = self.account.with_context(allowed_company_ids=other.ids)
        self.assertEqual(self.net(partner), [None, None, None, None])
