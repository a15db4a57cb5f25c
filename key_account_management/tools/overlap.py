"""Records of which an account has only one at a time."""

from odoo import models
from odoo.models import BaseModel
from odoo.tools import SQL
from odoo.tools.sql import constraint_definition


def no_overlap(message: str) -> models.Constraint:
    """A constraint of the database for plans: one at a time for each account and company.

    Whatever several people do at once, only one of them gets their plan. It is checked when `check_overlap` asks for
    it, at the latest at the end of the transaction: until then records may change places. Ranges also compare the
    numbers, which are equal where they overlap: other operators would need an extension of PostgreSQL.
    """
    return models.Constraint(
        """
        EXCLUDE USING gist (
            int4range(partner_id, partner_id, '[]') WITH &&,
            int4range(company_id, company_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&
        ) WHERE (active) DEFERRABLE INITIALLY DEFERRED
        """,
        message,
    )


def check_overlap(records: BaseModel, constraint: models.Constraint) -> None:
    """Has the database check a constraint made by `no_overlap` now, so that its error becomes a message.

    :raises psycopg2.errors.ExclusionViolation: someone else was faster
    """
    name = constraint.full_name(records)
    # Databases in which plans overlapped before there was the constraint do not have it
    if constraint_definition(records.env.cr, records._table, name):
        records.flush_recordset()
        for moment in ("IMMEDIATE", "DEFERRED"):
            records.env.cr.execute(SQL("SET CONSTRAINTS %s %s", SQL.identifier(name), SQL(moment)))
