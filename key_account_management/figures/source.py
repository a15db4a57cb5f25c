from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from odoo import fields
from odoo.api import DomainType
from odoo.fields import Domain
from odoo.models import BaseModel

from .figure import Figures
from .period import Period
from .request import Request

# Names of models, and the domains of their records
Records = list[tuple[str, DomainType]]


class Reader:
    """Reads one kind of records, for all accounts of a `Request` at once."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.env = request.env
        self.currency = request.currency

    def _moment_domain(self, field: str, period: Period) -> list[tuple[str, str, Any]]:
        """The days of the period in the user's time zone, for a field with date and time."""
        begins, after = period.moments(self.env.tz)
        return [(field, ">=", begins), (field, "<", after)]

    def _day(self, moment: datetime) -> date:
        """The day of a stored moment in the user's time zone."""
        return fields.Datetime.context_timestamp(self.env["res.partner"], moment).date()

    @property
    def rates(self) -> dict[BaseModel, float]:
        """``{company: what one unit of its currency is worth today in the currency of the figures}``"""
        return self.request.rates.of_companies

    def _common_unit(self, units: Sequence[BaseModel]) -> BaseModel | None:
        """The unit in which to add quantities: their own if they share it, otherwise the reference unit; else None."""
        if len(units) == 1:
            return units[0]
        references = {int(uom.parent_path.split("/")[0]) for uom in units}
        return self.env["uom.uom"].browse(references) if len(references) == 1 else None


def united(records: Records) -> Records:
    """
    >>> united([("a", [("x", "=", 1)]), ("b", []), ("a", [("x", "=", 2)])])
    [('a', ['|', ('x', '=', 1), ('x', '=', 2)]), ('b', [])]

    :return: the same with one domain for each model, of all its records
    """
    domains: dict[str, list[DomainType]] = {}
    for model, domain in records:
        domains.setdefault(model, []).append(domain)
    return [
        (model, of_model[0] if len(of_model) == 1 else list(Domain.OR(map(Domain, of_model))))
        for model, of_model in domains.items()
    ]


class Source(Reader):
    """Computes some figures from one kind of records, for all accounts of a `Request` at once."""

    codes: tuple[str, ...] = ()
    # Those of them that depend on the cost of goods: unless one of these is requested, it is not read
    codes_with_cost: tuple[str, ...] = ()

    def compute(self) -> Figures:
        """:return: ``{account id: {code: Figure}}``, a figure for each account and code"""
        raise NotImplementedError

    def records(self, code: str) -> Records:
        """Exactly the records that a figure of the request's accounts and period is made of.

        :return: list of (name of the model, domain); empty if there is nothing to open
        """
        return []
