"""What customers owe and how fast they pay: expected numbers are calculated by hand, with the steps next to them."""

from datetime import date

from odoo.addons.key_account_management.figures.period import Period
from odoo.fields import Command

from .common import YEAR, KeyAccountCase
from .independent.at_hand import look_at, worked_out

QUARTER = (date(2025, 1, 1), date(2025, 3, 31))
FOLLOWING = (date(2025, 4, 1), date(2025, 6, 30))


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
        """The values by hand; the second calculation agrees."""
        figures = self.figures(self.account, period, list(expected))
        look = look_at(self.account, period, self.company)
        for code, by_hand in expected.items():
            if by_hand is None:
                self.assertIsNone(figures[code]["value"], code)
                self.assertIsNone(figures[code]["change"], code)
                self.assertIsNone(worked_out(code, look), code)
                continue
            self.assertAlmostEqual(figures[code]["value"], by_hand, 6, code)
            self.assertAlmostEqual(worked_out(code, look), by_hand, 6, code)

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

    def test_invoices_of_the_first_and_the_last_day(self):
        """600.60 are open at the end of the quarter, of which 500.50 were invoiced in it: 1.2 times its 90 days."""
        for day, amount in (
            (date(2024, 12, 31), 100.1),
            (date(2025, 1, 1), 200.2),
            (date(2025, 3, 31), 300.3),
            (date(2025, 4, 1), 400.4),
        ):
            self.sell(day, amount)
        self.assertValues({"receivable": 600.6, "dso": 108.0})

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
                "overdue_amount": 0.0,
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
        currency = self.make_currency({date(2025, 1, 1): 2.0, date(2025, 1, 15): 4.0})
        invoice = self.sell(date(2025, 1, 10), 600.0, currency_id=currency.id)
        self.assertValues({"receivable": 300.0}, (date(2025, 1, 1), date(2025, 1, 12)))
        self.receive(date(2025, 1, 20), 600.0, invoice, currency_id=currency.id)
        difference = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertTrue(difference)
        self.assertValues({"receivable": 0.0, "overdue_amount": 0.0, "days_to_pay": 10.0, "days_late": 0.0})

    # === OVERDUE ===#

    def test_a_credit_that_is_due_later_is_deducted(self):
        """Receivable 0 and something overdue would be nonsense."""
        self.sell(date(2025, 1, 10), 1150.37)
        credit = self.sell(date(2025, 3, 20), 1150.37, move_type="out_refund")
        self.assertEqual(credit.invoice_date_due, date(2025, 4, 19))
        self.assertValues({"receivable": 0.0, "overdue_amount": 0.0, "overdue_share": None})

    def test_credits_reduce_what_is_overdue(self):
        """Of 333.33 that are due 120.12 were credited and 100.09 paid in advance: 113.12 of 1,113.11 are overdue."""
        self.sell(date(2025, 1, 10), 333.33)
        self.sell(date(2025, 3, 20), 999.99)
        self.sell(date(2025, 3, 21), 120.12, move_type="out_refund")
        self.receive(date(2025, 3, 22), 100.09)
        self.assertValues({"receivable": 1113.11, "overdue_amount": 113.12, "overdue_share": 113.12 / 1113.11})

    def test_more_credit_than_is_due(self):
        """It pays what is due, and a part of what is not: nothing is overdue, and never less than nothing."""
        self.sell(date(2025, 1, 10), 100.05)
        self.sell(date(2025, 3, 20), 500.0)
        self.take_back(date(2025, 3, 25), 250.1)
        self.assertValues({"receivable": 349.95, "overdue_amount": 0.0, "overdue_share": 0.0})

    def test_credits_of_one_company_below_the_account_count_for_all(self):
        child = self.make_customer("Alpha North", parent_id=self.account.id)
        self.sell(date(2025, 1, 10), 300.01, child)
        self.take_back(date(2025, 1, 15), 100.0)
        self.assertValues({"receivable": 200.01, "overdue_amount": 200.01, "overdue_share": 1.0})

    def test_overdue_in_the_currency_of_the_documents(self):
        """600.60 due, 100.10 credited later, at another rate; all in one foreign currency."""
        currency = self.make_currency({date(2025, 1, 1): 2.0, date(2025, 2, 1): 4.0})
        self.sell(date(2025, 1, 10), 600.6, currency_id=currency.id)
        credit = self.sell(date(2025, 3, 10), 100.1, move_type="out_refund", currency_id=currency.id)
        document = self.env["key.account.figures"]._compute_figures(
            self.account, Period(*QUARTER), ["receivable", "overdue_amount"]
        )[self.account.id]
        self.assertEqual([document[code].document.value for code in ("receivable", "overdue_amount")], [500.5, 500.5])
        # 300.30 less 25.03 in the books
        self.assertValues({"receivable": 275.27, "overdue_amount": 275.27})
        self.sell(date(2025, 3, 11), 900.0, move_type="out_refund", currency_id=currency.id)
        document = self.env["key.account.figures"]._compute_figures(
            self.account, Period(*QUARTER), ["receivable", "overdue_amount"]
        )[self.account.id]
        self.assertEqual([document[code].document.value for code in ("receivable", "overdue_amount")], [-399.5, 0.0])
        self.assertTrue(credit)

    def test_totals_leave_each_account_its_own_credits(self):
        """100.10 overdue of one customer, 60 credit of another: 100.10 together, on the list too."""
        other = self.make_account("Gamma")
        self.sell(date(2025, 1, 10), 100.1)
        self.invoice(other, date(2025, 1, 10), (self.product, 1, 60.0), move_type="out_refund")
        accounts = (self.account | other).with_user(self.manager)
        figures = accounts.get_key_account_figures(*QUARTER, codes=["overdue_amount"])
        self.assertEqual(sum(of_account["overdue_amount"]["value"] for of_account in figures.values()), 100.1)
        ((_model, domain),) = self.env["key.account.figures"]._get_records(
            self.account | other, Period(*QUARTER), "overdue_amount"
        )
        items = self.env["account.move.line"].with_context(key_account_open_on="2025-03-31").search(domain)
        self.assertEqual(items.mapped("key_account_overdue_amount"), [100.1])

    def test_overdue_items_add_up(self):
        """The list and the workbook's rows: what is due, and all credits."""
        due = self.sell(date(2025, 1, 10), 333.33)
        self.receive(date(2025, 1, 20), 33.34, due)
        self.sell(date(2025, 3, 20), 999.99)
        credit = self.take_back(date(2025, 3, 25), 120.12)
        figures = self.env["key.account.figures"]
        ((_model, domain),) = figures._get_records(self.account, Period(*QUARTER), "overdue_amount")
        items = self.env["account.move.line"].with_context(key_account_open_on="2025-03-31").search(domain)
        self.assertEqual(items.move_id, due | credit)
        self.assertEqual(sorted(items.mapped("key_account_overdue_amount")), [-120.12, 299.99])
        self.assertValues({"overdue_amount": 179.87})
        _sales, rows, _invoices = figures._for_system(figures)._get_source_rows(
            self.account, Period(*QUARTER), internal=True
        )
        self.assertAlmostEqual(float(sum(row["overdue"] for row in rows if not row["period"])), 179.87)

    def test_nothing_to_list_where_credits_cover_what_is_due(self):
        self.sell(date(2025, 1, 10), 100.0)
        self.take_back(date(2025, 3, 25), 100.01)
        ((_model, domain),) = self.env["key.account.figures"]._get_records(
            self.account, Period(*QUARTER), "overdue_amount"
        )
        self.assertFalse(self.env["account.move.line"].search(domain))

    # === EXCHANGE DIFFERENCES ===#

    def make_currency(self, rates):
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": currency.id, "company_id": self.company.id}
                for day, rate in rates.items()
            ]
        )
        return currency

    def test_an_exchange_difference_of_a_moment_is_not_overdue(self):
        """Paid in February at another rate, booked in a later month: until the end of February a rest is in the books.

        600.60 at 2 are 300.30, at 3 they are 200.20: the rest of 100.10 is a difference that nobody owes.
        """
        currency = self.make_currency({date(2025, 1, 1): 2.0, date(2025, 2, 1): 3.0})
        invoice = self.sell(date(2025, 1, 10), 600.6, currency_id=currency.id)
        self.receive(date(2025, 2, 15), 600.6, invoice, currency_id=currency.id)
        difference = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertGreater(difference.date, date(2025, 2, 20))
        period = (date(2025, 1, 1), date(2025, 2, 20))
        figures = self.figures(self.account, period)
        self.assertEqual(figures["receivable"]["value"], 100.1)
        self.assertEqual((figures["overdue_amount"]["value"], figures["overdue_share"]["value"]), (0.0, 0.0))
        self.assertEqual(figures["days_to_pay"]["value"], 36.0)
        self.assertValues(
            {"receivable": 0.0, "overdue_amount": 0.0, "overdue_share": None}, (date(2025, 1, 1), difference.date)
        )

    def test_an_exchange_difference_of_a_part_is_not_overdue(self):
        """Half is paid: the other half, 150.15 at the invoice's rate, is overdue, without the difference of 50.05."""
        currency = self.make_currency({date(2025, 1, 1): 2.0, date(2025, 2, 1): 3.0})
        invoice = self.sell(date(2025, 1, 10), 600.6, currency_id=currency.id)
        self.receive(date(2025, 2, 15), 300.3, invoice, currency_id=currency.id)
        period = (date(2025, 1, 1), date(2025, 2, 20))
        figures = self.figures(self.account, period)
        self.assertEqual(figures["receivable"]["value"], 200.2)
        self.assertEqual(figures["overdue_amount"]["value"], 150.15)
        self.assertAlmostEqual(figures["overdue_share"]["value"], 150.15 / 200.2)
        ((_model, domain),) = self.env["key.account.figures"]._get_records(
            self.account, Period(*period), "overdue_amount"
        )
        items = self.env["account.move.line"].with_context(key_account_open_on="2025-02-20").search(domain)
        self.assertEqual(items.mapped("key_account_overdue_amount"), [150.15])

    def test_an_exchange_gain_of_a_moment_is_no_credit(self):
        """600.60 at 2 are 300.30, at 1.5 they are 400.40: the payment leaves no credit for what else is overdue."""
        currency = self.make_currency({date(2025, 1, 1): 2.0, date(2025, 2, 1): 1.5})
        invoice = self.sell(date(2025, 1, 10), 600.6, currency_id=currency.id)
        self.receive(date(2025, 2, 15), 600.6, invoice, currency_id=currency.id)
        self.sell(date(2025, 1, 10), 50.05)
        figures = self.figures(self.account, (date(2025, 1, 1), date(2025, 2, 20)))
        self.assertEqual(figures["receivable"]["value"], -50.05)
        self.assertEqual((figures["overdue_amount"]["value"], figures["overdue_share"]["value"]), (50.05, 1.0))

    # === WHAT IS A PAYMENT ===#

    def register(self, day, invoices, **values):
        """Odoo's own wizard; by default the whole amount is paid."""
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        return register.create({"payment_date": day, **values})._create_payments()

    def reverse(self, invoice, day, price=None):
        """Odoo's own wizard: a credit note of the invoice, or of a part of it."""
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": day})
        wizard.refund_moves()
        if price is not None:
            wizard.new_move_ids.invoice_line_ids.price_unit = price
        wizard.new_move_ids.action_post()
        self.match(invoice, wizard.new_move_ids)
        return wizard.new_move_ids

    def test_a_credit_is_no_payment(self):
        """Paid after 10 days, the rest credited after 80: the customer took 10 days to pay 100.07 of 1,000.50."""
        invoice = self.sell(date(2025, 1, 2), 1000.5)
        self.register(date(2025, 1, 12), invoice, amount=100.07)
        self.reverse(invoice, date(2025, 3, 23), 900.43)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertValues({"days_to_pay": 10.0, "days_late": 0.0})
        self.assertEqual(invoice.key_account_paid_on, date(2025, 1, 12))
        self.assertEqual((invoice.key_account_paid_amount, invoice.key_account_days_to_pay), (100.07, 10))

    def test_days_are_weighted_by_what_was_paid(self):
        """(100.07 x 10 + 300.30 x 50) / 400.37 days, though the first invoice was for 1,000.50."""
        invoice = self.sell(date(2025, 1, 2), 1000.5)
        self.register(date(2025, 1, 12), invoice, amount=100.07)
        self.reverse(invoice, date(2025, 3, 23), 900.43)
        self.register(date(2025, 2, 21), self.sell(date(2025, 1, 2), 300.3))
        days = (100.07 * 10 + 300.3 * 50) / 400.37
        self.assertValues({"days_to_pay": days, "days_late": 300.3 * 20 / 400.37})
        invoices = self.env["account.move"].search(
            self.env["key.account.figures"]._get_records(self.account, Period(*QUARTER), "days_to_pay")[0][1]
        )
        paid = sum(invoices.mapped("key_account_paid_amount"))
        self.assertAlmostEqual(paid, 400.37)
        weighted = sum(move.key_account_paid_amount * move.key_account_days_to_pay for move in invoices)
        self.assertAlmostEqual(weighted / paid, days)

    def test_what_was_only_credited_was_not_paid(self):
        self.reverse(self.sell(date(2025, 1, 2), 99.99), date(2025, 2, 1))
        self.assertValues({"receivable": 0.0, "days_to_pay": None, "days_late": None})

    def test_an_invoice_set_off_with_an_older_credit(self):
        """The credit is used first, the money comes with the last 20 days later."""
        credit = self.take_back(date(2025, 1, 2), 50.05)
        invoice = self.sell(date(2025, 1, 10), 100.1)
        self.match(credit, invoice)
        self.register(date(2025, 1, 30), invoice)
        self.assertValues({"days_to_pay": 20.0})
        self.assertEqual(invoice.key_account_paid_amount, 50.05)

    def test_a_write_off_is_no_payment(self):
        """95.25 of 100.25 were paid after 10 days, the rest was given up in the same step."""
        invoice = self.sell(date(2025, 1, 2), 100.25)
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self.register(
            date(2025, 1, 12),
            invoice,
            amount=95.25,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )
        other = self.sell(date(2025, 1, 2), 95.25)
        self.register(date(2025, 2, 1), other)
        self.assertEqual((invoice.amount_residual, invoice.key_account_paid_amount), (0.0, 95.25))
        # Both count the same: (10 + 30) / 2
        figures = self.figures(self.account, QUARTER)
        self.assertAlmostEqual(figures["days_to_pay"]["value"], 20.0)

    def test_an_entry_that_writes_off_is_no_payment(self):
        """Given up by an entry of its own, 60 days after the customer paid what they would pay."""
        invoice = self.sell(date(2025, 1, 2), 100.25)
        self.register(date(2025, 1, 12), invoice, amount=95.25)
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "date": date(2025, 3, 13),
                "line_ids": [
                    Command.create({"account_id": expense.id, "debit": 5.0}),
                    Command.create(
                        {"account_id": self.receivable_account.id, "partner_id": self.account.id, "credit": 5.0}
                    ),
                ],
            }
        )
        entry.action_post()
        self.match(invoice, entry)
        self.assertEqual(invoice.amount_residual, 0.0)
        figures = self.figures(self.account, QUARTER)
        self.assertEqual(figures["days_to_pay"]["value"], 10.0)
        self.assertEqual(invoice.key_account_paid_amount, 95.25)

    def test_a_cash_discount_is_no_payment(self):
        """2 % cash discount within 14 days: 98.25 of 100.26 are paid."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % in 14 days",
                "early_discount": True,
                "discount_percentage": 2.0,
                "discount_days": 14,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self.sell(date(2025, 1, 2), 100.26, invoice_payment_term_id=terms.id)
        self.register(date(2025, 1, 12), invoice)
        self.assertEqual((invoice.amount_residual, invoice.key_account_paid_amount), (0.0, 98.25))
        self.register(date(2025, 2, 1), self.sell(date(2025, 1, 2), 98.25))
        figures = self.figures(self.account, QUARTER)
        self.assertAlmostEqual(figures["days_to_pay"]["value"], 20.0)

    def test_payments_from_the_bank_statement(self):
        """Two invoices with one transfer, booked with the statement."""
        invoices = self.sell(date(2025, 1, 2), 100.25) | self.sell(date(2025, 1, 2), 50.5)
        line = self.env["account.bank.statement.line"].create(
            {
                "date": date(2025, 1, 22),
                "journal_id": self.bank.id,
                "partner_id": self.account.id,
                "payment_ref": "Both",
                "amount": 150.75,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.receivable_account
        self.match(line.move_id, invoices)
        self.assertEqual(set(invoices.mapped("amount_residual")), {0.0})
        self.assertEqual(invoices.mapped("key_account_paid_amount"), [100.25, 50.5])
        self.assertValues({"days_to_pay": 20.0, "days_late": 0.0})

    def test_receipts_are_paid_too(self):
        receipt = self.sell(date(2025, 1, 2), 50.5, move_type="out_receipt", invoice_payment_term_id=False)
        self.receive(date(2025, 1, 5), 50.5, receipt)
        self.assertValues({"days_to_pay": 3.0})

    def test_paid_on_the_first_and_on_the_last_day(self):
        self.receive(date(2025, 1, 1), 100.25, self.sell(date(2024, 12, 22), 100.25))
        self.assertValues({"days_to_pay": 10.0})
        # 10 days for 100.25 and none for 300.75
        self.receive(date(2025, 3, 31), 300.75, self.sell(date(2025, 3, 31), 300.75))
        self.receive(date(2025, 4, 1), 50.5, self.sell(date(2025, 3, 31), 50.5))
        self.assertValues({"days_to_pay": 2.5})
        self.assertValues({"days_to_pay": 1.0}, FOLLOWING)

    def test_paid_before_it_was_invoiced(self):
        """No time was taken, and less than none neither."""
        self.receive(date(2025, 1, 5), 100.25, self.sell(date(2025, 1, 10), 100.25))
        self.assertValues({"days_to_pay": 0.0, "days_late": 0.0})

    # === COUNT-BACK ===#

    def test_exactly_the_last_two_months(self):
        """1,144.42 = 429.40 + 715.02, which floats do not know: November and December, 61 days."""
        self.assertNotEqual(429.4 + 715.02 - 429.4, 715.02)
        self.sell(date(2025, 11, 5), 715.02)
        self.sell(date(2025, 12, 5), 429.4)
        self.sell(date(2025, 1, 5), 333.33)
        self.receive(date(2025, 2, 5), 333.33)
        self.assertValues({"receivable": 1144.42, "dso_count_back": 61.0}, YEAR)

    def test_exactly_all_months(self):
        """Whatever the cents are."""
        for number in range(1, 13):
            self.sell(date(2025, number, 5), 0.1 * number + 0.07)
        self.assertValues({"receivable": 8.64, "dso_count_back": 365.0}, YEAR)

    def test_credits_that_cancel_invoices_leave_nothing_to_divide_by(self):
        """0.1 + 0.2 - 0.3 is not zero for floats: no days sales outstanding of thousands of days."""
        for day, amount in ((date(2025, 1, 5), 0.1), (date(2025, 2, 5), 0.2)):
            self.sell(day, amount)
        self.take_back(date(2025, 3, 5), 0.3)
        self.assertValues({"receivable": 0.0, "overdue_amount": 0.0, "dso": None, "dso_count_back": 0.0})

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
