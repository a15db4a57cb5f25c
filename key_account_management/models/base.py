from collections.abc import Mapping

from odoo import models
from odoo.fields import Command

# Models and fields
OURS, OUR_FIELDS = "key.account.", "key_account_"


class Base(models.AbstractModel):
    """What Odoo does not check in forms and groups of our own models and fields. All others are left alone."""

    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """Fields of a record that is not saved show what is in the records that it links to, and many are computed as
        superuser: a client could invent a link to anything. So, before anything is computed, users must be able to
        read what they link to.
        """
        if self._name.startswith(OURS):
            defaults = {
                name.removeprefix("default_"): value
                for name, value in self.env.context.items()
                if name.startswith("default_")
            }
            self._check_links_are_readable({**defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Odoo checks who may read a field that it groups by, unless it is a many2many."""
        field = self._fields.get(groupby_spec)
        if field and field.type == "many2many" and field.name.startswith(OUR_FIELDS):
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _check_links_are_readable(self, values):
        """:param values: as a form sends them, with commands for lines, which are checked as well
        :raises AccessError: for a record that the user may not read, unless it is linked already
        """
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not value or field.type not in ("many2one", "one2many", "many2many", "reference"):
                continue
            linked = self._get_links(field, value)
            # Who may read a record may keep what it links to
            hidden = linked - linked._filtered_access("read")
            if hidden and hidden - self.sudo()[name]:
                hidden.check_access("read")

    def _get_links(self, field, value):
        """:return: the records that a value of a field links to; what is in its lines is checked on the way"""
        if field.type == "reference":
            model, _comma, record_id = value.partition(",")
            return (
                self.env[model].browse(int(record_id)) if model in self.env and record_id.isdigit() else self.browse()
            )
        lines = self.env[field.comodel_name]
        ids = []
        for command in value if isinstance(value, (list, tuple)) else [value]:
            match command:
                case int() if command is not True:
                    ids.append(command)
                case [Command.CREATE | Command.UPDATE as operation, line_id, Mapping() as line]:
                    line_ids = [line_id] if operation == Command.UPDATE else []
                    ids += line_ids
                    lines.browse(line_ids)._check_links_are_readable(line)
                case [Command.LINK, line_id, *_rest]:
                    ids.append(line_id)
                case [Command.SET, _zero, list() | tuple() as line_ids]:
                    ids += line_ids
        return lines.browse(line_id for line_id in ids if type(line_id) is int and line_id)
