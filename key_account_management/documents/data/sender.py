"""Our company as documents show it."""

from dataclasses import dataclass

from odoo.api import Environment
from odoo.models import BaseModel

from .colors import readable_color
from .logo import logo_data_uri

DEFAULT_PRIMARY = "#1F3A5F"
DEFAULT_SECONDARY = "#2A8C82"


@dataclass
class Sender:
    name: str
    address: list[str]
    website: str
    logo: str  # data URI, empty without a logo
    primary_color: str
    secondary_color: str


def gather_sender(env: Environment) -> Sender:
    """:return: the `Sender` that the company of the environment is"""
    company = env.company
    return Sender(
        name=company.name,
        address=address_lines(company.partner_id),
        website=company.website or "",
        logo=logo_data_uri(company.logo),
        primary_color=readable_color(company.primary_color, DEFAULT_PRIMARY),
        secondary_color=readable_color(company.secondary_color, DEFAULT_SECONDARY),
    )


def address_lines(partner: BaseModel) -> list[str]:
    """:return: the address without the company's name"""
    return [line.strip() for line in partner._display_address(without_company=True).splitlines() if line.strip()]
