import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...documents.formatter import Formatter
from ...figures.candidates import score
from ...figures.period import Period
from ...figures.sources.abc_class import ABC_CLASSES
from ...tools.client import notification
from ...tools.optional_fields import OptionalFloat, OptionalMonetary
from ...tools.problems import log_problem
from ...tools.time_zones import company_day

_logger = logging.getLogger(__name__)


class KeyAccountCandidate(models.Model):
    """Customers that could become key accounts, in each company: what speaks for each of them, and how much.

    Written by the system alone, at night and on demand, see `Candidates`. Not the status of an account that is called
    Candidate: these are no key accounts.
    """

    _name = "key.account.candidate"
    _inherit = ["key.account.kept.mixin"]
    _description = "Suggested Key Account"
    _order = "score desc, revenue desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    as_of = fields.Datetime(readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Salesperson", related="partner_id.user_id")
    score = OptionalFloat(
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="From 0 to 100: weighted mean of the criteria, by the weights in the settings. What is not known drops "
        "out.",
    )
    abc_class = fields.Selection(
        ABC_CLASSES, "ABC Class", readonly=True, help="By revenue of 12 months, among all customers of the company."
    )
    revenue = OptionalMonetary(readonly=True, help="Of the last 12 months, with everything below the customer.")
    growth = OptionalFloat(
        readonly=True, aggregator=None, help="Change of the revenue against the 12 months before that."
    )
    share = OptionalFloat(
        "Share of Our Revenue", readonly=True, aggregator=None, help="Of the revenue of all customers in 12 months."
    )
    months = fields.Integer(
        "Months with Purchases", readonly=True, aggregator=None, help="In how many of the last 12 months it bought."
    )
    categories = fields.Integer("Product Categories", readonly=True, aggregator=None)
    products = fields.Integer(readonly=True, aggregator=None)
    potential = OptionalMonetary(
        "Open Opportunities", readonly=True, help="What they may bring, weighted with their probability."
    )
    why = fields.Char(compute="_compute_why", help="What speaks for it.")

    _partner_uniq = models.UniqueIndex("(partner_id, company_id)", "A customer is suggested once.")

    # === COMPUTE METHODS ===#

    @api.depends("abc_class", "revenue", "growth", "months", "categories", "potential")
    @api.depends_context("lang")
    def _compute_why(self):
        formatter = Formatter(self.env)
        for row in self:
            row.why = ", ".join(row._say(formatter))

    def _say(self, formatter):
        currency = self.currency_id.name
        yield self.env._(
            "Class %(letter)s: %(amount)s in 12 months",
            letter=dict(ABC_CLASSES).get(self.abc_class, "–"),
            amount=formatter.money(self.revenue or 0.0, currency),
        )
        if self.growth is not None:
            yield self.env._("%(change)s to the year before", change=formatter.signed_percent(self.growth))
        if self.categories == 1:
            yield self.env._("bought in %(months)s of 12 months, one category", months=self.months)
        else:
            yield self.env._(
                "bought in %(months)s of 12 months from %(count)s categories", months=self.months, count=self.categories
            )
        if self.potential:
            yield self.env._("%(amount)s expected from opportunities", amount=formatter.money(self.potential, currency))

    # === ACTION METHODS ===#

    @api.readonly
    def action_open_customer(self):
        """Opens the customer of a row."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_make_key_account(self):
        """Makes the customer an active key account and opens it; errors as of that method of ``res.partner``."""
        self.ensure_one()
        self.check_access("read")
        partner = self.partner_id
        partner.action_make_key_account()
        return partner._get_key_account_form_action()

    def action_refresh(self):
        """Looks at the customers of the user's companies anew.

        :raises AccessError: no key account manager
        :raises UserError: while it is already being done
        """
        self.browse().check_access("read")
        for company in self.env.companies:
            # What was invoiced meanwhile; the same for everybody, whoever asks for it
            self.env["key.account.customer.revenue"].with_company(company)._refresh()
            if not self._of_company(company)._refresh():
                raise UserError(self.env._("The customers are just being looked at. Try again in a minute."))
        return notification(self.env._("Up to date."), reload=True)

    # === BUSINESS METHODS ===#

    @api.model
    def _of_company(self, company):
        return self.env["key.account.snapshot"]._of_company(company).env[self._name]

    @api.model
    def _try_to_refresh(self, companies):
        """A problem in one company does not stop the others."""
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    self._of_company(company)._refresh()
            except Exception as error:
                log_problem(_logger, error, "The suggested key accounts of %s are as they were: %s", company.name)

    @api.model
    def _refresh(self):
        """Writes the rows of the active company anew.

        :return: whether it was done, and not by another worker
        """
        company = self.env.company
        self.env.flush_all()
        lock = SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._name, company.id)
        if not self.env.execute_query(lock)[0][0]:
            return False
        weights = company._get_key_account_candidate_weights()
        year = Period.years_up_to(company_day(company))
        found = self.env["key.account.figures"]._compute_candidates(year)
        known = {row.partner_id.id: row for row in self.search(Domain("company_id", "=", company.id))}
        new = []
        for partner, (candidate, abc_class) in found.items():
            values = {
                "currency_id": company.currency_id.id,
                "as_of": fields.Datetime.now(),
                "score": score(candidate, weights),
                "abc_class": abc_class,
                **{name: getattr(candidate, name) for name in ("revenue", "growth", "share", "months", "potential")},
                **{name: getattr(candidate, name) for name in ("categories", "products")},
            }
            row = known.pop(partner, None)
            if row:
                row.write(values)
            else:
                new.append({"partner_id": partner, "company_id": company.id, **values})
        self.browse([row.id for row in known.values()]).unlink()
        self.create(new)
        return True
