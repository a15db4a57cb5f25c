"""What we know about an account already, so that nobody is asked for it again. Internal."""

from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.models import BaseModel

from ..formatter import Formatter

TEXTS = ("requirements", "tasks", "markets", "technologies")
# Kinds of inputs of a plan: the analysis
ANALYSIS = ("1_strength", "2_weakness", "3_opportunity", "4_threat")


@dataclass
class KnownText:
    """A text of the profile. ``is_old``: it should be checked again; ``checked_on`` is None for texts of old times."""

    name: str
    label: str
    text: str
    checked_on: date | None
    is_old: bool


@dataclass
class Knowledge:
    """``missing``: labels of texts that nobody has written; ``analysis``: (kind, what was found) of the plan in force;
    ``potential``: (label, value), as of a day."""

    texts: list[KnownText] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    plan: str = ""
    analysis: list[tuple[str, list[str]]] = field(default_factory=list)
    potential: list[tuple[str, str]] = field(default_factory=list)


class KnowledgeGatherer:
    """Reads with the rights of the reader.

    :param account: in the environment of the reader
    :param company: for which of our companies
    """

    def __init__(self, account: BaseModel, company: BaseModel) -> None:
        self.env = account.with_company(company).with_context(allowed_company_ids=company.ids).env
        self.account = account.with_env(self.env)
        self.company = company.with_env(self.env)
        self.today = fields.Date.context_today(self.account)

    def gather(self) -> Knowledge:
        known = Knowledge()
        self._read_profile(known)
        self._read_analysis(known)
        self._read_potential(known)
        return known

    def _read_profile(self, known: Knowledge) -> None:
        profile = self.env["key.account.profile"].search([("partner_id", "=", self.account.id)], limit=1)
        # After how long texts are checked again, is no secret among those who may read them
        months = self.company.sudo().key_account_profile_months
        limit = self.today - relativedelta(months=months) if months else None
        for name in TEXTS:
            label = self.account._fields[f"key_account_{name}"]._description_string(self.env)
            if not profile[name]:
                known.missing.append(label)
                continue
            checked_on = profile[f"{name}_checked_on"] or None
            is_old = limit is not None and (checked_on is None or checked_on <= limit)
            known.texts.append(KnownText(name, label, profile[name], checked_on, is_old))

    def _read_analysis(self, known: Knowledge) -> None:
        plan = self.env["key.account.plan"]._get_plan(self.account, self.company, self.today)
        inputs = self.env["key.account.plan.input"].search([("plan_id", "=", plan.id), ("kind", "in", ANALYSIS)])
        labels = dict(inputs._fields["kind"]._description_selection(self.env))
        known.plan = plan.display_name if plan else ""
        for kind in ANALYSIS:
            if of_kind := inputs.filtered(lambda each, kind=kind: each.kind == kind):
                known.analysis.append((labels[kind], of_kind.mapped("name")))

    def _read_potential(self, known: Knowledge) -> None:
        row = self.env["key.account.snapshot"].search(
            [("partner_id", "=", self.account.id), ("company_id", "=", self.company.id), ("is_current", "=", True)],
            limit=1,
        )
        formatter = Formatter(self.env)
        for name, tell in (
            ("white_space", lambda value: formatter.large(value, "money", self.company.currency_id.name)),
            ("share_of_wallet", formatter.percent),
        ):
            definition = row._fields[name]
            if row._has_field_access(definition, "read") and row[name] is not None:
                known.potential.append((definition._description_string(self.env), tell(row[name])))
