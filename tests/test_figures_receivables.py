"""What customers owe and how fast they pay: expected numbers are calculated by hand, with the steps next to them."""

from datetime import date

from odoo.fields import Command

from .common import YEAR, KeyAccountCase
from .independent_sales import Independent

QUARTER = (date(2025, 1, 1), date(2025, 3, 31))
FOLLOWING = (date(2025, 4, 1), date(2025, 6, 30))
CALCULATIONS = {
    "receivable": Independent.receivable,
    "overdue_amount": Independent.overdue,
    "dso": Independent.dso,
    "dso_count_back": Independent.dso_count_back,
    "days_to_pay": Independent.days_to_pay,
    "days_late": Independent.days_late,
}


class TestReceivables(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        # Without their own account, payments are only booked with the bank statement
        cls.bank.inbound_payment_method_line_ids.payment_account_id = cls.bank.default_account_id
        cls.receivable_account = cls.account.property_account_receivable_id
        cls.terms = cls.env.ref("account.account_payment_term_30days")

    def sell(self, day, amount, partner=None, **values):
        """Invoices the amount, due after 30 days."""
        values = {"invoice_payment_term_id": self.terms.id, **values}
        return self.invoice(partner or self.account, day, (self.product, 1, amount), **values)

    def take_back(self, day, amount, invoice=None):
        credit_note = self.credit_note(self.account, day, (self.product, 1, amount))
        if invoice:
            self.match(credit_note, invoice)
        return credit_note

    def match(self, *moves):
        lines = self.env["account.move"].union(*moves).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable" and not line.reconciled).reconcile()

    def receive(self, day, amount, *invoices, **values):
        """Books money from the customer and matches it with the invoices."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.account.id,
                "amount": amount,
                "date": day,
                "journal_id": self.bank.id,
                **values,
            }
        )
        payment.action_post()
        self.match(payment.move_id, *invoices)
        return payment

    def assertValues(self, expected, period=QUARTER):
        """The values by hand; those that are defined also agree with the independent calculation."""
        figures = self.figures(self.account, period, list(expected))
        independent = Independent(self.account, *period, self.company)
        for code, value in expected.items():
            if value is None:
                self.assertIsNone(figures[code]["value"], code)
                self.assertIsNone(figures[code]["change"], code)
                continue
            self.assertAlmostEqual(figures[code]["value"], value, 6, code)
            if code in CALCULATIONS:
                self.assertAlmostEqual(CALCULATIONS[code](independent), value, 6, code)

    # === BALANCES AND PAYMENTS ===#

    def test_open_invoices(self):
        self.sell(date(2025, 1, 10), 300.0)
        self.sell(date(2025, 3, 20), 600.0)
        # In full at the end of the quarter; due on 9 February and 19 April
        self.assertValues({"receivable": 900.0, "overdue_amount": 300.0, "overdue_share": 1 / 3, "dso": 90.0})

    def test_due_on_the_last_day_is_not_overdue(self):
        self.sell(date(2025, 3, 1), 100.0)
        self.assertValues({"receivable": 100.0, "overdue_amount": 0.0, "overdue_share": 0.0})
        self.assertValues({"overdue_amount": 100.0}, (date(2025, 1, 1), date(2025, 4, 1)))

    def test_dso(self):
        """400 of 1,000 are open: 0.4 of the quarter's 90 days. Days and receivable are those of the period's end."""
        paid = self.sell(date(2025, 1, 15), 600.0)
        self.sell(date(2025, 2, 15), 400.0)
        self.receive(date(2025, 2, 1), 600.0, paid)
        self.sell(date(2025, 4, 1), 5000.0)
        self.assertValues({"receivable": 400.0, "dso": 36.0})

    def test_dso_with_tax(self):
        """Gross is compared with gross."""
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        invoice = self.invoice(
            self.account, date(2025, 2, 3), (self.product, 1, 1000.0, {"tax_ids": [Command.set(tax.ids)]})
        )
        self.receive(date(2025, 2, 20), 550.0, invoice)
        self.assertValues({"receivable": 550.0, "dso": 45.0})

    def test_subsidiaries_count(self):
        child = self.make_customer("Alpha North", parent_id=self.account.id)
        self.sell(date(2025, 1, 10), 300.0)
        self.sell(date(2025, 1, 10), 200.0, child)
        self.sell(date(2025, 1, 10), 4000.0, self.foreign)
        self.assertValues({"receivable": 500.0, "overdue_amount": 500.0, "dso": 90.0})

    def test_payment_after_the_end_does_not_count_yet(self):
        invoice = self.sell(date(2025, 1, 10), 300.0)
        self.receive(date(2025, 4, 1), 300.0, invoice)
        self.assertValues({"receivable": 300.0, "overdue_amount": 300.0, "days_to_pay": None, "days_late": None})
        # 10 January to 1 April are 81 days; due on 9 February, 51 days before
        self.assertValues({"receivable": 0.0, "overdue_amount": 0.0, "days_to_pay": 81.0, "days_late": 51.0}, FOLLOWING)

    def test_partial_payment(self):
        """The invoice is paid with the last part of the money."""
        invoice = self.sell(date(2025, 1, 10), 300.0)
        self.receive(date(2025, 1, 20), 100.0, invoice)
        self.assertValues({"receivable": 200.0, "overdue_amount": 200.0, "dso": 60.0, "days_to_pay": None})
        self.receive(date(2025, 2, 19), 200.0, invoice)
        self.assertValues(
            {"receivable": 0.0, "overdue_amount": 0.0, "dso": 0.0, "days_to_pay": 40.0, "days_late": 10.0}
        )

    def test_credit_note_matched_with_the_invoice(self):
        invoice = self.sell(date(2025, 1, 10), 300.0)
        self.take_back(date(2025, 1, 15), 100.0, invoice)
        # 200 of 200 that were invoiced after all
        self.assertValues({"receivable": 200.0, "overdue_amount": 200.0, "dso": 90.0, "days_to_pay": None})
        self.receive(date(2025, 1, 30), 200.0, invoice)
        self.assertValues({"receivable": 0.0, "days_to_pay": 20.0, "days_late": 0.0})

    def test_overpayment_leaves_a_credit(self):
        """The invoice is paid although part of the payment is left over."""
        invoice = self.sell(date(2025, 1, 10), 300.0)
        self.receive(date(2025, 1, 20), 350.0, invoice)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertValues(
            {
                "receivable": -50.0,
                "overdue_amount": -50.0,
                "overdue_share": None,
                "dso_count_back": 0.0,
                "days_to_pay": 10.0,
                "days_late": 0.0,
            }
        )

    def test_one_payment_for_an_invoice_and_a_part(self):
        """The first invoice is paid, the second one is not."""
        first, second = self.sell(date(2025, 1, 10), 300.0), self.sell(date(2025, 1, 20), 100.0)
        self.receive(date(2025, 2, 19), 350.0, first, second)
        self.assertEqual((first.payment_state, second.payment_state), ("paid", "partial"))
        self.assertValues({"receivable": 50.0, "days_to_pay": 40.0, "days_late": 10.0})

    def test_instalments_are_paid_with_the_last_one(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (10, 40)
                ],
            }
        )
        invoice = self.sell(date(2025, 1, 10), 300.0, invoice_payment_term_id=terms.id)
        items = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")
        payment = self.receive(date(2025, 1, 20), 150.0)
        (payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable") | items[0]).reconcile()
        self.assertTrue(items[0].reconciled and not items[1].reconciled)
        self.assertValues({"receivable": 150.0, "overdue_amount": 150.0, "days_to_pay": None, "days_late": None})
        self.receive(date(2025, 3, 1), 150.0, invoice)
        # 10 January to 1 March: 50 days, 10 after the last due date
        self.assertValues({"receivable": 0.0, "days_to_pay": 50.0, "days_late": 10.0})

    def test_days_are_weighted_by_amount(self):
        """(300 x 10 + 100 x 50) / 400 = 20 days to pay; (300 x 0 + 100 x 20) / 400 = 5 days late."""
        self.receive(date(2025, 1, 20), 300.0, self.sell(date(2025, 1, 10), 300.0))
        self.receive(date(2025, 3, 1), 100.0, self.sell(date(2025, 1, 10), 100.0))
        self.assertValues({"days_to_pay": 20.0, "days_late": 5.0})

    def test_drafts_do_not_count(self):
        self.sell(date(2025, 1, 10), 300.0)
        self.sell(date(2025, 1, 10), 1000.0, post=False)
        self.sell(date(2025, 1, 10), 1000.0, post=False).button_cancel()
        self.assertValues({"receivable": 300.0, "overdue_amount": 300.0, "dso": 90.0, "dso_count_back": 90.0})

    def test_exchange_differences_are_not_payments(self):
        """Paid on 20 January at another rate: the difference, booked later, does not move the day of the payment."""
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": currency.id, "company_id": self.company.id}
                for day, rate in ((date(2025, 1, 1), 2.0), (date(2025, 1, 15), 4.0))
            ]
        )
        invoice = self.sell(date(2025, 1, 10), 600.0, currency_id=currency.id)
        self.assertValues({"receivable": 300.0}, (date(2025, 1, 1), date(2025, 1, 12)))
        self.receive(date(2025, 1, 20), 600.0, invoice, currency_id=currency.id)
        difference = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertTrue(difference)
        self.assertValues({"receivable": 0.0, "overdue_amount": 0.0, "days_to_pay": 10.0, "days_late": 0.0})

    # === COUNT-BACK ===#

    def test_part_of_the_last_month(self):
        """March invoiced 400, 100 are open: a quarter of its 31 days."""
        self.sell(date(2025, 2, 5), 300.0)
        march = self.sell(date(2025, 3, 5), 400.0)
        self.match(march, self.take_back(date(2025, 3, 30), 0.0))
        self.receive(date(2025, 3, 31), 600.0)
        self.assertValues({"receivable": 100.0, "dso_count_back": 7.75})

    def test_back_over_several_months(self):
        """450 open: all of March (100), all of February (200), half of January's 300: 31 + 28 + 15.5 days."""
        self.sell(date(2025, 1, 5), 300.0)
        self.sell(date(2025, 2, 5), 200.0)
        self.sell(date(2025, 3, 5), 100.0)
        self.receive(date(2025, 3, 20), 150.0)
        self.assertValues({"receivable": 450.0, "dso_count_back": 74.5, "dso": 67.5})

    def test_back_before_the_period(self):
        """February counts, though the period is March only; a month without invoices counts with its days."""
        self.sell(date(2024, 12, 5), 310.0)
        self.sell(date(2025, 2, 5), 90.0)
        self.assertValues({"dso_count_back": 31 + 28 + 31 + 31.0}, (date(2025, 3, 1), date(2025, 3, 31)))

    def test_end_within_a_month(self):
        """Until 10 March: 10 days of March, half of February's 28."""
        self.sell(date(2025, 2, 5), 200.0)
        self.sell(date(2025, 3, 5), 100.0)
        self.sell(date(2025, 3, 11), 7000.0)
        self.receive(date(2025, 3, 8), 100.0)
        self.assertValues({"receivable": 200.0, "dso_count_back": 24.0}, (date(2025, 1, 1), date(2025, 3, 10)))

    def test_credit_notes_of_a_month_lengthen_it(self):
        """March: 100 invoiced, 50 credited; February: 200. All 250 are open: 31 + 28 days."""
        self.sell(date(2025, 2, 5), 200.0)
        self.sell(date(2025, 3, 5), 100.0)
        self.take_back(date(2025, 3, 9), 50.0)
        self.assertValues({"receivable": 250.0, "dso_count_back": 59.0})

    # === EMPTY AND PREVIOUS ===#

    def test_period_without_invoices(self):
        """The earlier receivables are still there; there is nothing to divide them by."""
        self.sell(date(2025, 1, 10), 300.0)
        self.assertValues({"receivable": 300.0, "overdue_amount": 300.0, "dso": None, "days_to_pay": None}, FOLLOWING)
        figures = self.figures(self.account, FOLLOWING)
        self.assertEqual(figures["dso"]["note"], "No invoices in this period.")
        self.assertEqual(figures["days_to_pay"]["note"], "No invoice was paid in full in this period.")
        self.assertEqual(figures["receivable"]["previous"], None)

    def test_more_credit_than_invoices(self):
        """Empty with a reason, not a negative number of days."""
        self.take_back(date(2025, 2, 1), 100.0)
        self.assertValues({"receivable": -100.0, "dso": None, "dso_count_back": 0.0})
        self.assertTrue(self.figures(self.account, QUARTER)["dso"]["note"])

    def test_previous_period(self):
        """Each period with its own balance and its own days: 366 in 2024."""
        self.sell(date(2024, 6, 1), 300.0)
        self.sell(date(2025, 6, 1), 100.0)
        figures = self.figures(self.account, YEAR)
        self.assertEqual((figures["receivable"]["value"], figures["receivable"]["previous"]), (400.0, 300.0))
        self.assertEqual((figures["dso"]["value"], figures["dso"]["previous"]), (4 * 365.0, 366.0))
