from odoo import api, fields, models
from odoo.exceptions import AccessError


class KeyAccountKpi(models.Model):
    """What a figure means: the one text that screens, workbook and customer folder show.

    The records come with the add-ons whose engine computes them (``key.account.figures``);
    a definition without a computation would be an empty promise, so they are not added by hand.
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

    _code_uniq = models.UniqueIndex("(code)", "There is already a figure with this code.")

    @api.model_create_multi
    def create(self, vals_list):
        kpis = super().create(vals_list)
        kpis.filtered(lambda kpi: kpi.audience == "internal").is_internal_only = True
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
        return super().write(vals)

    @api.model
    def _get_by_code(self):
        """:return: ``{code: definition}`` of all figures, in their order"""
        # Definitions are not secret; the audience decides who may see a figure.
        return {kpi.code: kpi for kpi in self.sudo().search([])}

    def _get_unit_label(self, currency):
        """:return: the unit shown after a number entered for this figure, in the user's language"""
        names = {"money": currency.name, "percent": "%", "days": self.env._("days")}
        return names.get(self.unit, "")
