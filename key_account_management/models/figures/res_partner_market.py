from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...figures.period import Period
from ...figures.sources.abc_class import ABC_CLASSES

INTERNAL = "key_account_management.group_key_account_manager"


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_peer_group_id = fields.Many2one(
        "key.account.peer.group",
        "Peer Group",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=INTERNAL,
        help="Customers to compare this one with, when the settings say that these are picked by hand.",
    )
    # Revenue is a company's own. Stored, so that lists can be sorted and grouped; a daily job keeps it up to date.
    key_account_abc = fields.Selection(
        ABC_CLASSES,
        "ABC Proposal",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Proposed by the revenue of the last 12 months among all key accounts. The tier stays as it was set.",
    )
    key_account_abc_differs = fields.Boolean(
        "Proposal Differs from Tier",
        compute="_compute_key_account_abc_differs",
        search="_search_key_account_abc_differs",
        groups=INTERNAL,
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_abc", "key_account_tier_id.abc_class")
    @api.depends_context("company")
    def _compute_key_account_abc_differs(self):
        for partner in self:
            proposal = partner.key_account_abc
            partner.key_account_abc_differs = proposal and partner.key_account_tier_id.abc_class != proposal

    def _search_key_account_abc_differs(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("key_account_abc", "=", proposal) & ~Domain("key_account_tier_id.abc_class", "=", proposal)
            for proposal, _label in ABC_CLASSES
        )

    # === BUSINESS METHODS ===#

    @api.model
    def _cron_propose_key_account_abc(self):
        companies = self.env["res.company"].search([("active", "=", True)])
        for done, company in enumerate(companies, start=1):
            self._propose_key_account_abc(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    @api.model
    def _propose_key_account_abc(self, company):
        """Writes the ABC class that each key account has in this company today."""
        partners = self.sudo().with_context(allowed_company_ids=company.ids, active_test=False)
        accounts = partners.search(
            Domain("key_account_status", "!=", False) | Domain("key_account_abc", "!=", False), order="id"
        )
        today = fields.Date.context_today(partners)
        year = Period(today - relativedelta(years=1) + relativedelta(days=1), today)
        figures = self.env["key.account.figures"].with_env(partners.env)._compute_figures(accounts, year, ["abc_class"])
        letters = [letter for letter, _label in ABC_CLASSES]
        proposals = {}
        for account in accounts:
            number = figures[account.id]["abc_class"].value
            proposals[account] = letters[int(number) - 1] if number else False
        for letter in [*letters, False]:
            changed = accounts.filtered(
                lambda account, letter=letter: proposals[account] == letter != account.key_account_abc
            )
            changed.key_account_abc = letter
