"""What a user may read and change, also where code runs as superuser."""

from odoo.models import BaseModel, parse_read_group_spec


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
