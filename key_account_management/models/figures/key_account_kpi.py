from odoo import api, fields, models, tools
from odoo.exceptions import AccessError


class KeyAccountKpi(models.Model):
    """What a figure means: the one text that screens, workbook and customer folder show.

    The records come with the add-ons whose engine computes them (``key.account.figures``);
    a definition without a computation would be an empty promise, so they are not added by hand.

    An update brings new definitions and corrected texts. What people have edited stays as it is, field by field, and
    no update shows customers what they did not see before.
    """

    _name = "key.account.kpi"
    _inherit = ["key.account.figure.definition"]
    _description = "Key Account Figure"
    _order = "sequence, id"
    # Heads may keep a figure from customers, see `write`
    _fields_open = frozenset({"audience"})

    is_internal_only = fields.Boolean(
        "Always Internal", readonly=True, help="The figure was never meant for customers and cannot be shown to them."
    )

    matters = fields.Boolean(
        "Worth Discussing", help="The preparation of the annual review names the figure if it moved among the most."
    )
    leading_id = fields.Many2one(
        "key.account.kpi",
        "Companion of",
        readonly=True,
        index=True,
        ondelete="set null",
        help="The Figures tab of an account folds the figure below this one.",
    )
    edited_fields = fields.Json(
        readonly=True, help="The fields that people have edited. Updates of the add-on leave them as they are."
    )

    _code_uniq = models.UniqueIndex("(code)", "There is already a figure with this code.")

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        kpis = super().create(vals_list)
        kpis.filtered(lambda kpi: kpi.audience == "internal").is_internal_only = True
        self.env.registry.clear_cache()
        return kpis

    def write(self, vals):
        # As superuser: a new version of the add-on may decide otherwise
        if vals.get("audience") == "customer" and not self.env.su:
            internal = self.filtered("is_internal_only")
            if internal:
                raise AccessError(
                    self.env._(
                        "These figures are internal and cannot be shown to customers: %(figures)s.",
                        figures=", ".join(internal.mapped("name")),
                    )
                )
        result = super().write(vals)
        if "audience" in vals:
            self.env.registry.clear_cache()
        if not self.env.context.get("install_mode"):
            self._note_edited(vals)
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        if not self.env.context.get("install_mode"):
            self._note_edited([field_name])
        return result

    def _note_edited(self, names):
        names = set(names) - {"edited_fields", "is_internal_only"}
        # As superuser, and as an update writes: nobody edits this
        for kpi in self.sudo().with_context(install_mode=True):
            edited = set(kpi.edited_fields or [])
            if names - edited:
                kpi.edited_fields = sorted(edited | names)

    def _load_records_write(self, values):
        if self.env.context.get("install_mode"):
            values = self._leave_edited(values)
        return super()._load_records_write(values)

    def _leave_edited(self, values):
        """:return: those of the values of an update that this definition takes over"""
        edited = set(self.edited_fields or [])
        if values.get("audience") == "customer":
            # Whether or not somebody here decided it: what was internal stays internal
            edited.add("audience")
        values = {name: value for name, value in values.items() if name not in edited}
        languages = {code: False for code, _name in self.env["res.lang"].get_installed() if code != "en_US"}
        for name, value in values.items():
            if languages and self._fields[name].translate and self.with_context(lang=None)[name] != value:
                # Translations of the former text; those of the new one are loaded after it
                self._update_field_translations(name, dict(languages))
        return values

    # === BUSINESS METHODS ===#

    @api.model
    def _get_by_code(self):
        """:return: ``{code: definition}`` of all figures, in their order"""
        # Definitions are not secret; the audience decides who may see a figure.
        return {kpi.code: kpi for kpi in self.sudo().search([])}

    @api.model
    @tools.ormcache()
    def _get_internal_codes(self):
        """:return: codes of the figures that are internal; asked for with each field of the portfolio"""
        # As above
        return frozenset(self.sudo().search([("audience", "=", "internal")]).mapped("code"))

    def _get_unit_label(self, currency):
        """:return: the unit shown after a number entered for this figure, in the user's language"""
        names = {"money": currency.name, "percent": "%", "days": self.env._("days")}
        return names.get(self.unit, "")
