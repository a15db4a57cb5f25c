from collections.abc import Mapping

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS

from ...tools.rights import check_field, refuse_filled_in, without_defaults
from ...tools.rpc import shortened
from .storable import is_storable

LINKS = ("many2one", "many2many")


class KeyAccountGuardMixin(models.AbstractModel):
    """What users cannot do with any of our records, whichever way they come: a form, an import, RPC, a default.

    - Fields that are read-only are written by the add-on alone (`_store`, `_make`), see `_get_guarded_fields`: in Odoo
      ``readonly`` only tells a form not to offer them.
    - A link leads to a record that the user may read: anyone who reads a link is shown the name behind it, and code
      follows it as superuser.
    - A record that was moved, to another account for example, is one that the user may write there as well. Odoo only
      checks whether it was theirs before.
    - Defaults in the context, and those of the user, are for what the user creates, not for what the add-on creates as
      superuser in the course of that.
    - Messages of constraints are for those who may read the record, also where it is not theirs to create.
    - What cannot be saved is refused with a sentence, where Odoo or the database would end with an error of their own.
    """

    _name = "key.account.guard.mixin"
    _description = "Guard of Links and Read-Only Fields"

    # Read-only in forms, but protected by rules of their own: users may write these
    _fields_open = frozenset()
    # Users may say it when they create a record, and never again
    _fields_given_once = frozenset()
    # The links on which it depends who may write a record
    _fields_of_owner = frozenset({"partner_id", "company_id", "plan_id", "review_id", "job_id"})

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_values(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_values([vals])
        self._check_required(vals, vals.keys())
        self._check_guarded_fields(vals.keys() & (self._get_guarded_fields() | self._fields_given_once))
        for name in self._get_links():
            if name in vals:
                self._check_linked(name, self._browse_links(name, [vals]) - self._read_links(name))
        result = super().write(vals)
        if self._fields_of_owner & vals.keys():
            # Also in a company that the user works for but has not switched to
            self.with_context(allowed_company_ids=self.env.user.company_ids.ids).check_access("write")
        return result

    def _validate_fields(self, field_names, excluded_names=()):
        # Odoo runs constraints as superuser, and before it checks a new record: their messages name what they find
        if not self.env.su:
            self.with_context(allowed_company_ids=self.env.user.company_ids.ids).check_access("read")
        return super()._validate_fields(field_names, excluded_names)

    def _read_group_groupby(self, alias, groupby_spec, query):
        check_field(self, groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        # A copy leaves out what its maker may not set. What they ask for is checked like any other value
        asked = (default or {}).keys()
        guarded = self._get_guarded_fields() - asked
        links = [name for name in self._get_links() if name not in asked]
        return [
            {
                name: value
                for name, value in vals.items()
                if name not in guarded
                and not (name in links and self._is_hidden(name, self._browse_links(name, [vals])))
            }
            for vals in vals_list
        ]

    def onchange(self, values, field_names, fields_spec):
        # What is not saved is computed and named in the same way
        if not self.env.su:
            self._check_links_of_form(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        if self.env.su and self.env.uid != SUPERUSER_ID:
            # The add-on creates it in the course of what a user does: what that user's context and settings propose is
            # for what they create themselves
            own = self.env["ir.default"]._get_model_defaults(self._name)
            return super(KeyAccountGuardMixin, without_defaults(self)).default_get(
                [name for name in fields if name not in own]
            ) | {name: self._get_own_default(name) for name in fields if name in own and self._fields[name].default}
        given = {name: self.env.context.get(f"default_{name}") for name in fields}
        self._check_values([{name: value for name, value in given.items() if value is not None}])
        return super().default_get(fields)

    def ensure_one(self):
        # A client may call what is meant for one record with any number of them
        if len(self._ids) != 1:
            raise UserError(self.env._("Select exactly one record: %(count)s were given.", count=len(self._ids)))
        return self

    def _prepare_create_values(self, vals_list):
        completed = super()._prepare_create_values(vals_list)
        if not self.env.su:
            # Before constraints, whose messages name what does not fit
            for name in self._get_links():
                self._check_linked(name, self._browse_links(name, completed))
            for vals in completed:
                self._check_required(vals, self._fields)
        return completed

    def _add_missing_default_values(self, values):
        completed = super()._add_missing_default_values(values)
        if not self.env.su:
            # Defaults come from the context and from the user's own settings as well
            own = self.env["ir.default"]._get_model_defaults(self._name)
            asked = {
                name for name in completed if name in values or name in own or f"default_{name}" in self.env.context
            }
            guarded = asked & self._get_guarded_fields()
            # What follows from other fields still does: a form's default for its own record also reaches its lines
            for name in [name for name in guarded - values.keys() if self._fields[name].compute]:
                guarded.remove(name)
                del completed[name]
            self._check_guarded_fields(
                name for name in guarded if completed[name] and completed[name] != self._get_own_default(name)
            )
        return completed

    # === BUSINESS METHODS ===#

    def _store(self, vals):
        """Writes what only the add-on writes, for a user who may write these records."""
        self.check_access("write")
        # The user has been checked, and these fields are guarded from users
        return self.sudo().write(vals)

    @api.model
    def _make(self, vals_list):
        """Creates records with values that only the add-on gives, for a user who may create them.

        Defaults in the context are for what the user creates, not for these.
        """
        # As in `_store`; the user is checked on the records that result
        records = without_defaults(self.sudo()).create(vals_list).with_env(self.env)
        records.check_access("create")
        return records

    @api.model
    def _get_guarded_fields(self):
        """:return: names of the fields that only the add-on writes: everything that is stored and read-only"""
        names = {
            name
            for name, field in self._fields.items()
            # Lines guard themselves
            if field.store and field.readonly and field.type != "one2many"
        }
        return names - self._fields_open - self._fields_given_once - set(MAGIC_COLUMNS)

    @api.model
    def _get_links(self):
        """:return: names of the links that users may set"""
        guarded = self._get_guarded_fields()
        return [
            name
            for name, field in self._fields.items()
            if field.store and field.type in LINKS and name not in guarded and name not in MAGIC_COLUMNS
        ]

    def _read_links(self, name):
        """:return: the records behind a link, also those that the user may not see"""
        # Only to be compared and checked: the user would not be shown what they may not read
        return self.sudo().with_context(active_test=False)[name].with_env(self.env)

    @api.model
    def _get_own_default(self, name):
        """:return: the default of a field itself, as it is written"""
        field = self._fields[name]
        if not field.default:
            return False
        return field.convert_to_write(field.convert_to_cache(field.default(self), self, validate=False), self)

    @api.model
    def _check_values(self, vals_list, in_form=False):
        """
        :param in_form: whether they are those of a form that is not saved yet
        :raises ValidationError: values of a client that no record can have
        """
        if self.env.su:
            return
        for vals in vals_list:
            if not isinstance(vals, Mapping):
                raise ValidationError(self.env._("A record is written as names and values of its fields."))
            for name, value in vals.items():
                field = self._fields.get(name)
                if not field:
                    raise ValidationError(
                        self.env._(
                            "%(model)s: there is no field “%(name)s”.",
                            model=self.env["ir.model"]._get(self._name).name,
                            name=shortened(name),
                        )
                    )
                if not is_storable(self, field, value, in_form):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: “%(value)s” is not possible here. Enter another value.",
                            field=field._description_string(self.env),
                            value=shortened(value).replace("\0", "␀"),
                        )
                    )

    @api.model
    def _check_required(self, vals, names):
        """:raises ValidationError: those of the fields that the database requires are empty"""
        missing = [
            # With the name of the column, by which the lines of an import are mended
            f"{self._fields[name]._description_string(self.env)} ({name})"
            for name in names
            if self._fields[name].required
            and self._fields[name].store
            and self._fields[name].column_type
            # Numbers and ticks are never empty
            and self._fields[name].type not in ("boolean", "integer", "float", "monetary")
            and vals.get(name) in (None, False)
        ]
        if missing:
            raise ValidationError(
                self.env._(
                    "%(model)s: these fields are required: %(fields)s.",
                    model=self.env["ir.model"]._get(self._name).name,
                    fields=", ".join(missing),
                )
            )

    def _check_guarded_fields(self, names):
        """:raises AccessError: if there are any"""
        refuse_filled_in(self, names)

    @api.model
    def _browse_links(self, name, vals_list):
        """:return: the records to which values for this link lead"""
        return self.env[self._fields[name].comodel_name].browse(
            dict.fromkeys(each for vals in vals_list for each in _linked_ids(vals.get(name)))
        )

    @api.model
    def _check_linked(self, name, linked):
        """:raises AccessError: if one of these records, which a link would lead to, is not for the user"""
        if not linked:
            return
        if linked._name == "res.company":
            # Also one that the user has not switched to
            if linked - self.env.user.company_ids:
                raise AccessError(
                    self.env._(
                        "%(field)s: you do not work for all of these companies.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
            return
        linked.check_access("read")
        if linked._name == "calendar.event":
            linked._check_key_account_may_link()

    @api.model
    def _is_hidden(self, name, linked):
        try:
            self._check_linked(name, linked)
        except AccessError:
            return True
        return False

    def _check_links_of_form(self, values):
        """Checks what a form holds before it is saved.

        :param values: as for ``onchange``
        """
        self._check_values([values], in_form=True)
        own = {} if self else self.env["ir.default"]._get_model_defaults(self._name)
        for name, field in self._fields.items():
            value = values.get(name)
            if not self and name not in values:
                value = self.env.context.get(f"default_{name}", own.get(name))
            if field.type == "reference" and isinstance(value, str):
                model, _comma, record_id = value.partition(",")
                if model in self.env and value != (self[name] and f"{self[name]._name},{self[name].id}"):
                    self._check_linked(name, self.env[model].browse(_linked_ids(record_id)).exists())
            if not value or not field.relational:
                continue
            records = self._browse_links(name, [{name: value}])
            added = records - self._read_links(name) if self else records
            self._check_linked(name, added.exists())
            if field.type == "one2many" and hasattr(records, "_check_links_of_form"):
                for command in value if isinstance(value, (list, tuple)) else ():
                    if command[0] in (Command.CREATE, Command.UPDATE):
                        line = records.browse(command[1] if command[0] == Command.UPDATE else ())
                        # Defaults are for the record of the form
                        without_defaults(line)._check_links_of_form(command[2] or {})


def _linked_ids(value):
    """:return: ids of the database in the value of a link, in whichever way it is written"""
    if isinstance(value, models.BaseModel):
        return value.ids
    if isinstance(value, dict):
        value = value.get("id")
    ids = []
    for part in value if isinstance(value, (list, tuple)) else [value]:
        if not isinstance(part, (list, tuple)):
            ids.append(part)
        elif part[0] in (Command.LINK, Command.UPDATE):
            ids.append(part[1])
        elif part[0] == Command.SET:
            ids += part[2]
    # The database takes numbers written as text as well
    return [int(each) for each in ids if each and (type(each) is int or (isinstance(each, str) and each.isdecimal()))]
