"""What a user may read and change, also where code runs as superuser."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from odoo.api import Environment
from odoo.exceptions import AccessError
from odoo.models import BaseModel, parse_read_group_spec
from odoo.tools.misc import clean_context


def readable(records: BaseModel) -> BaseModel:
    """Those of the records that the user may read, also where Odoo computes as superuser.

    Stored fields are computed like this. Before a record is saved, the client may have invented what it links to.

    :param records: in the environment of the user or of Odoo computing for them; new ones remain
    """
    saved = records.filtered("id")
    return records - (saved - saved.sudo(False)._filtered_access("read"))


def linked(record: BaseModel, field: str) -> BaseModel:
    """What a record links to: all of it if the record is saved and so was checked, otherwise what the user may read.

    :param field: name of a relational field
    """
    return record[field] if record.id else readable(record[field])


def check_field(model: BaseModel, spec: str) -> None:
    """For what Odoo does not check itself: grouping by a many2many field, sorting and grouping by a related one.

    :param spec: a field as it is given to group or to sort by
    :raises AccessError: if the user may not read the field
    """
    field = model._fields.get(parse_read_group_spec(spec)[0])
    if field:
        model._check_field_access(field, "read")


def may_edit(record: BaseModel) -> bool:
    """Whether whoever is at work may change a record, in any of their companies; also where code runs as superuser."""
    user = record.env.user
    return bool(
        record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access("write"),
    )


def is_hidden(env: Environment, name: str | bool, record_id: int) -> bool:
    """Whether it is a record of ours that whoever is at work may not read, in none of their companies.

    For what Odoo says about records of all models as superuser.

    :param name: of any model, as a client may have sent it; so is ``record_id``
    """
    if not name or not record_id or not str(name).startswith("key.account.") or name not in env:
        return False
    user = env.user
    records = env[name].with_user(user).with_context(allowed_company_ids=user.company_ids.ids, active_test=False)
    if not records.browse(record_id).sudo().exists():
        return False
    # Searched: to check the record would read it as superuser, and what was read once is shown to the user as well
    return not records.has_access("read") or not records.search_count([("id", "=", record_id)], limit=1)


def without_defaults(records: BaseModel) -> BaseModel:
    """The same records, to create others in the course of what a user does, often as superuser.

    Defaults in the context are for what the user creates. A client could send any.
    """
    return records.with_context(clean_context(records.env.context))  # pylint: disable=context-overridden


def hide_names(records: BaseModel, model_field: str) -> None:
    """Empties the display names of what is about records of ours that whoever is at work may not read.

    Whoever reads a link is told the name behind it as superuser.

    :param model_field: in which it says the model of the record that it is about; ``res_id`` says which one
    """
    for record in records:
        if is_hidden(record.env, record[model_field], record.res_id):
            record.display_name = False


def check_about(env: Environment, name: str | bool, record_id: int) -> None:
    """:raises AccessError: for a record of ours that the user may not read; parameters as for `is_hidden`"""
    if is_hidden(env, name, record_id):
        env[name].with_user(env.user).browse(record_id).check_access("read")
        # Only in the companies that the user has switched to
        raise AccessError(env._("You may not read what this is about."))


def refuse_filled_in(records: BaseModel, names: Collection[str]) -> None:
    """:raises AccessError: if there are any names of fields"""
    labels = sorted(records._fields[name]._description_string(records.env) for name in names)
    if labels:
        raise AccessError(
            records.env._(
                "%(model)s: these fields are filled in automatically and cannot be changed by hand: %(fields)s. "
                "Use the buttons instead.",
                model=records.env["ir.model"]._get(records._name).name,
                fields=", ".join(labels),
            )
        )


def check_filled_in(records: BaseModel, names: Iterable[str], vals_list: Iterable[Mapping[str, Any]]) -> None:
    """For models of others, where a client could write a computed field as any other.

    :param names: of the fields that are filled in automatically
    :param vals_list: what a client sends to create or to write; what its context proposes counts, too
    :raises AccessError: if one of them is among it
    """
    if records.env.su:
        return
    sent = {name.removeprefix("default_") for name in records.env.context if name.startswith("default_")}
    refuse_filled_in(records, set(names).intersection(sent.union(*vals_list)))
