from odoo import api, models
from odoo.tools.view_validation import get_expression_field_names

from ...roles import MANAGER


class KeyAccountAudienceMixin(models.AbstractModel):
    """Fields that show something of figures: only those see them who may see the figures.

    A field of an internal figure has ``groups``; one of a figure that the head has made internal is hidden as well,
    with all that is shown or not depending on it.
    """

    _name = "key.account.audience.mixin"
    _description = "Audience of Figures in Fields"

    @api.model
    def _get_kept_codes(self):
        """:return: ``{name of a field: codes of the figures that it shows something of}``; the first one explains it"""
        return {}

    @api.model
    def _has_field_access(self, field, operation):
        """A figure that the head has made internal is internal here as well, for sentences and totals too."""
        if not super()._has_field_access(field, operation):
            return False
        codes = self._get_kept_codes().get(field.name)
        return self.env.su or not codes or self._may_see_figures(codes)

    @api.model
    def _may_see_figures(self, codes):
        """:return: whether the user may see all figures with these codes"""
        return self.env.user.has_group(MANAGER) or self.env["key.account.kpi"]._get_internal_codes().isdisjoint(codes)

    @api.model
    def _get_hidden_figures(self):
        """:return: names of the fields that are internal because the head has made them so, and the user may not see"""
        return {
            name
            for name, codes in self._get_kept_codes().items()
            if not self._fields[name].groups and not self.env.su and not self._may_see_figures(codes)
        }

    # === VIEWS ===#

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # Also of lines, which have figures of their own
        sees_all = self.env.su or self.env.user.has_group(MANAGER)
        internal = None if sees_all else self.env["key.account.kpi"]._get_internal_codes()
        return (*super()._get_view_cache_key(view_id, view_type, **options), internal)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Odoo only leaves out fields with groups."""
        arch, view = super()._get_view(view_id, view_type, **options)
        _leave_out_hidden(self, arch)
        return arch, view


def _leave_out_hidden(model, arch):
    """Removes from a view what shows hidden figures, in the views of its lines as well."""
    hidden = model._get_hidden_figures() if hasattr(model, "_get_hidden_figures") else set()
    if hidden:
        for name in [name for name in arch.attrib if name.startswith("decoration-")]:
            if not hidden.isdisjoint(get_expression_field_names(arch.get(name))):
                del arch.attrib[name]
    for node in arch.findall("*"):
        if hidden and _shows(node, hidden):
            arch.remove(node)
            continue
        field = model._fields.get(node.get("name")) if node.tag == "field" else None
        _leave_out_hidden(model.env[field.comodel_name] if field is not None and field.relational else model, node)


def _shows(node, hidden):
    """:return: whether a node shows one of these fields, or depends on one"""
    if node.tag == "filter":
        named = node.get("domain", "") + node.get("context", "")
        return any(f"'{name}'" in named for name in hidden)
    condition = node.get("t-if", "")
    if any(f"record.{name}." in condition for name in hidden):
        return True
    named = node.get("name") if node.tag == "field" else node.get("for")
    return named in hidden or not hidden.isdisjoint(get_expression_field_names(node.get("invisible", "False")))
