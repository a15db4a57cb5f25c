from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...roles import USER
from ...screens.attention import Attention
from ...screens.attention_actions import AttentionActions, day_ahead
from ...screens.attention_sources import Matter
from ...screens.attention_words import AttentionWords
from ...tools.client import ACCOUNT_PAGE
from ...tools.rpc import for_every_rpc, shortened

# What is dismissed stays away so long, unless another day is chosen
DAYS = 30
MOST_LETTERS = 500
# So long a decision can be looked up after its day
KEPT_DAYS = 366


class KeyAccountAttentionDecision(models.Model):
    """That something needs no attention for now, and why. What it was like is kept: if it changes, it comes back.

    Written by the add-on alone, when somebody dismisses or delegates what they see. It holds for everybody.
    """

    _name = "key.account.attention.decision"
    _inherit = ["key.account.guard.mixin"]
    _description = "Dismissed Matter"
    _order = "until, id"
    _rec_name = "name"

    name = fields.Char("Matter", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Account", readonly=True, index=True, ondelete="cascade", context=ACCOUNT_PAGE
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    code = fields.Char("Type", required=True, readonly=True)
    res_id = fields.Integer("Record", readonly=True, help="The record that it is about, of the kind's own model.")
    user_id = fields.Many2one("res.users", "Dismissed by", required=True, readonly=True, ondelete="cascade", index=True)
    reason = fields.Char(required=True, readonly=True)
    until = fields.Date(required=True, readonly=True, index=True)
    # What it tells something of
    kpi_ids = fields.Many2many("key.account.kpi", string="Figures", readonly=True, groups=fields.NO_ACCESS)
    is_internal = fields.Boolean(
        compute="_compute_is_internal",
        store=True,
        help="It tells of figures that are not for sales representatives.",
    )

    # What it was like
    currency_id = fields.Many2one(related="company_id.currency_id")
    has_amount = fields.Boolean(readonly=True)
    amount = fields.Monetary(readonly=True)
    day = fields.Date("Due", readonly=True)
    record_ids_known = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    _once = models.UniqueIndex(
        "(company_id, code, COALESCE(partner_id, 0), res_id)", "Someone else has just dismissed this."
    )

    @property
    def ref(self):
        """As that of the matter."""
        return f"{self.code}:{self.company_id.id}:{self.partner_id.id or 0}:{self.res_id or 0}"

    # === COMPUTE METHODS ===#

    @api.depends("kpi_ids.audience")
    def _compute_is_internal(self):
        """Also of what was dismissed before a figure became internal."""
        for decision in self:
            decision.is_internal = "internal" in decision.kpi_ids.mapped("audience")

    # === ACTION METHODS ===#

    def action_bring_back(self):
        """Shows again what was dismissed."""
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === WHAT NEEDS ATTENTION ===#

    @api.model
    @api.readonly
    @for_every_rpc
    def get_choices(self, ref):
        """What a dialog about a matter offers.

        :param ref: of the matter
        :return: ``{"people": [{"id", "name"}], "until": day as YYYY-MM-DD}``
        :raises UserError: it has been settled in the meantime
        :raises AccessError: no role in Key Accounts
        """
        matter = self._find(ref)
        people = AttentionActions(self.env).colleagues(matter) if matter.account else self.env["res.users"]
        return {
            "people": [{"id": user.id, "name": user.name} for user in people],
            "until": fields.Date.to_string(fields.Date.context_today(self) + timedelta(days=DAYS)),
        }

    @api.model
    @for_every_rpc
    def settle(self, ref, name, values=None):
        """Takes a step about a matter.

        Of several people who do so at once, one does it: the others write the same row, start again, find it settled.

        :param ref: of the matter
        :param name: of one of its actions, or ``evidence``
        :param values: what the action asks for: ``{"day": YYYY-MM-DD}``, ``{"user_id"}`` or ``{"effect"}``
        :return: ``{"message": what was done, or empty, "action": what follows, or None}``
        :raises UserError: it has been settled in the meantime, or something is missing
        :raises AccessError: the user may not do it
        """
        matter = self._find(ref)
        actions = AttentionActions(self.env)
        if name == "evidence":
            return {"message": "", "action": actions.evidence(matter)}
        message, action = actions.take(matter, name, values if isinstance(values, dict) else {})
        return {"message": message, "action": action}

    @api.model
    @for_every_rpc
    def dismiss(self, ref, reason, until):
        """Dismisses a matter until a day, for everybody.

        :param ref: of the matter
        :param reason: text
        :param until: day as ``YYYY-MM-DD``, within a year
        :return: what was done, as a sentence
        :raises UserError: no reason, no such day, or it has been settled in the meantime
        :raises AccessError: no role in Key Accounts
        """
        self._check_role()
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why this needs no attention."))
        day = day_ahead(self.env, until)
        matter = self._find(ref)
        title = AttentionWords(self.env).title(matter)
        self._decide(matter, title, reason.strip()[:MOST_LETTERS], day)
        return self.env._("Dismissed until %(day)s.", day=format_date(self.env, day))

    # === BUSINESS METHODS ===#

    @api.autovacuum
    def _gc_expired(self):
        """What is over for a year explains nothing any more."""
        self.search([("until", "<", fields.Date.context_today(self) - timedelta(days=KEPT_DAYS))]).unlink()

    @api.model
    def _check_role(self):
        if not self.env.user.has_group(USER):
            raise AccessError(self.env._("You need a role in Key Accounts for this."))

    @api.model
    def _find(self, ref):
        """:return: the `Matter`
        :raises UserError: there is none any more
        """
        self._check_role()
        company, account = self._parse(ref)
        if company not in self.env.user._get_company_ids():
            raise AccessError(self.env._("You do not work for this company."))
        env = self.with_context(allowed_company_ids=[company]).env
        people = env["res.users"] if account else env.user._get_key_account_represented()
        attention = Attention(env, env["res.partner"].browse(account or ()), people)
        if matter := attention.find(ref):
            return matter
        raise UserError(self._say_settled(attention.dismissed.get(ref)))

    @api.model
    def _parse(self, ref):
        """:return: ids of the company and of the account, 0 if it is about none"""
        parts = ref.split(":") if isinstance(ref, str) else []
        if len(parts) != 4 or not all(part.isdecimal() and len(part) < 10 for part in parts[1:]):
            raise UserError(self.env._("There is nothing with this reference: %(ref)s.", ref=shortened(ref)))
        return int(parts[1]), int(parts[2])

    @api.model
    def _say_settled(self, decision):
        if decision:
            return self.env._(
                "%(name)s has dismissed this until %(day)s: %(reason)s",
                name=decision.user_id.name,
                day=format_date(self.env, decision.until),
                reason=decision.reason,
            )
        return self.env._("This has been settled in the meantime, perhaps by someone else.")

    @api.model
    def _decide(self, matter: Matter, title, reason, until):
        """Keeps that a matter needs no attention until a day."""
        kpis = self.env["key.account.kpi"]._get_by_code()
        values = {
            "name": title,
            "partner_id": matter.account.id,
            "company_id": matter.company.id,
            "code": matter.code,
            "res_id": matter.subject.id or 0,
            "user_id": self.env.uid,
            "reason": reason,
            "until": until,
            "kpi_ids": [Command.set([kpis[code].id for code in matter.figures if code in kpis])],
            "has_amount": matter.amount is not None,
            "amount": matter.amount or 0.0,
            "day": matter.day,
            "record_ids_known": list(matter.records),
        }
        # Nobody writes decisions otherwise; whoever sees a matter may dismiss it, and it was found as the user
        decisions = self.sudo()
        known = decisions.search(
            [(name, "=", values[name] or False) for name in ("company_id", "code", "partner_id")]
            + [("res_id", "=", values["res_id"])],
            limit=1,
        )
        if known:
            known.write(values)
            return
        try:
            decisions.create(values)
            decisions.flush_model()
        except UniqueViolation as error:
            # Somebody dismisses it at this moment: done again, it is found
            raise ConcurrencyError(str(error)) from error
