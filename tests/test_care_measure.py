"""Care measures: clear messages for bad input, who reads and writes them, and from where they are reached."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import HEAD, KeyAccountCase


class MeasureCase(KeyAccountCase):
    @classmethod
    def measure(cls, partner=None, **values):
        return cls.env["key.account.care.measure"].create(
            {
                "name": "Workshop",
                "partner_id": (partner or cls.account).id,
                "date_start": date(2025, 3, 1),
                "date_end": date(2025, 3, 31),
                **values,
            }
        )


class TestCareMeasure(MeasureCase):
    def test_quick_entry(self):
        form = Form(self.env["key.account.care.measure"].with_user(self.manager))
        form.name = "Workshop"
        form.partner_id = self.account
        form.date_end = date(2999, 1, 1)
        measure = form.save()
        self.assertEqual((measure.kind, measure.state, measure.user_id), ("care", "planned", self.manager))
        self.assertEqual(measure.company_id, self.company)

    def test_states(self):
        measures = self.measure() | self.measure(name="Visit")
        measures.action_done()
        self.assertEqual(set(measures.mapped("state")), {"done"})
        measures.action_plan()
        measures.action_cancel()
        self.assertEqual(set(measures.mapped("state")), {"cancelled"})

    def test_the_effect_is_asked_when_it_is_done(self):
        measure = self.measure()
        action = measure.with_user(self.manager).action_done()
        self.assertEqual((measure.state, measure.progress_state), ("done", "effect_missing"))
        self.assertEqual((action["res_model"], action["res_id"], action["target"]), (measure._name, measure.id, "new"))
        form = Form(measure.with_user(self.manager), view=action["views"][0][0])
        form.effect = "none"
        form.save()
        self.assertEqual(measure.progress_state, "done")
        measure.action_plan()
        self.assertFalse(measure.action_done(), "it was answered before")

    def test_no_effect_is_asked_of_promotions_and_of_many(self):
        promotion = self.measure(kind="promotion", product_ids=self.product.ids)
        self.assertFalse(promotion.action_done(), "what it achieved is computed")
        self.assertFalse((self.measure() | self.measure()).action_done())

    def test_a_copy_has_cost_nothing_yet(self):
        copy = self.measure(cost_actual=10.0, hours_actual=2.0, cost_planned=12.0, state="done").copy()
        self.assertEqual((copy.cost_actual, copy.hours_actual, copy.cost_planned, copy.state), (0, 0, 12.0, "planned"))

    # === BAD INPUT ===#

    @mute_logger("odoo.sql_db")
    def test_end_before_start_and_negative_amounts(self):
        for message, values in (
            ("cannot end before it starts", {"date_end": date(2025, 2, 28)}),
            ("cost of a measure", {"cost_planned": -1.0}),
            ("cost of a measure", {"cost_actual": -1.0}),
            ("hours of a measure", {"hours_planned": -1.0}),
            ("hours of a measure", {"hours_actual": -1.0}),
        ):
            with self.subTest(values), self.assertRaises(IntegrityError) as caught, self.cr.savepoint():
                self.measure(**values)
            constraint = caught.exception.diag.constraint_name
            record = self.env["key.account.care.measure"]
            objects = {f"{record._table}{name}": item for name, item in record._table_objects.items()}
            objects |= dict(record._table_objects)
            self.assertIn(message, objects[constraint].get_error_message(record, caught.exception.diag))

    def test_promotion_without_products(self):
        with self.assertRaisesRegex(ValidationError, "Spring: select the promoted products"):
            self.measure(name="Spring", kind="promotion")
        promotion = self.measure(kind="promotion", product_category_ids=[Command.link(self.category.id)])
        with self.assertRaisesRegex(ValidationError, "select the promoted products"):
            promotion.product_category_ids = False

    def test_customer_who_is_not_a_key_account(self):
        customer = self.make_customer("Walk-in")
        with self.assertRaisesRegex(ValidationError, "Walk-in is not a key account yet"):
            self.measure(customer)
        with self.assertRaisesRegex(ValidationError, "Walk-in is not a key account yet"):
            self.measure().partner_id = customer

    def test_account_of_another_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        with self.assertRaisesRegex(UserError, "Elsewhere"):
            self.measure(self.make_account("Elsewhere", company_id=other.id), company_id=self.company.id)

    # === ACCESS ===#

    def test_representatives_read_their_accounts_and_write_what_is_theirs(self):
        other, mine, foreign = (
            self.measure(),
            self.measure(user_id=self.rep.id),
            self.measure(self.foreign, user_id=self.rep.id),
        )
        measures = self.env["key.account.care.measure"].with_user(self.rep)
        self.assertEqual(measures.search([("company_id", "=", self.company.id)]), mine | other)
        mine.with_user(self.rep).write({"hours_actual": 3.0, "state": "done"})
        with self.assertRaises(AccessError):
            other.with_user(self.rep).hours_actual = 3.0
        with self.assertRaises(AccessError):
            foreign.with_user(self.rep).hours_actual = 3.0
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).unlink()

    def test_representatives_add_measures_of_their_own_to_their_accounts(self):
        measures = self.env["key.account.care.measure"].with_user(self.rep)
        values = {"name": "New", "partner_id": self.account.id, "date_end": date(2999, 1, 1)}
        self.assertEqual(measures.create(values).user_id, self.rep)
        for wrong in ({"user_id": self.manager.id}, {"partner_id": self.foreign.id}, {"cost_planned": 5.0}):
            with self.subTest(wrong), self.assertRaises(AccessError):
                measures.create({**values, **wrong})

    def test_costs_are_internal(self):
        measure = self.measure(user_id=self.rep.id, cost_actual=10.0).with_user(self.rep)
        for field in ("cost_planned", "cost_actual"):
            with self.subTest(field):
                with self.assertRaises(AccessError):
                    measure.read([field])
                with self.assertRaises(AccessError):
                    measure.search([(field, ">", 0)])
                with self.assertRaises(AccessError):
                    measure._read_group([], [], [f"{field}:sum"])
                with self.assertRaises(AccessError):
                    measure.write({field: 1.0})

    def test_managers_write_their_accounts(self):
        measures = self.env["key.account.care.measure"].with_user(self.manager)
        values = {"name": "New", "date_end": date(2999, 1, 1)}
        mine = measures.create({**values, "partner_id": self.account.id})
        mine.cost_actual = 5.0
        with self.assertRaises(AccessError):
            measures.create({**values, "partner_id": self.foreign.id})
        with self.assertRaises(AccessError):
            mine.partner_id = self.foreign
        foreign = self.measure(self.foreign)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["name"])
        foreign.with_user(self.head).unlink()
        with self.assertRaises(AccessError):
            measures.with_user(self.outsider).search_count([])

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        head = self.make_user("other_head", HEAD, company=other)
        measure = self.measure()
        measures = self.env["key.account.care.measure"].with_user(head).with_context(allowed_company_ids=other.ids)
        self.assertNotIn(measure, measures.search([]))
        with self.assertRaises(AccessError):
            measure.with_env(measures.env).read(["name"])

    # === FROM THE ACCOUNT ===#

    def test_smart_button(self):
        self.measure()
        self.measure().action_archive()
        self.measure(self.foreign)
        account = self.account.with_user(self.rep)
        self.assertEqual(account.key_account_measure_count, 1)
        action = account.action_view_key_account_measures()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 1)
        self.assertEqual(action["context"], {"default_partner_id": self.account.id})

    def test_analytic_account_is_for_account_managers(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.rep).read(["key_account_analytic_id"])
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.foreign.with_user(self.manager).key_account_analytic_id = False
        self.account.with_user(self.manager).key_account_analytic_id = False
