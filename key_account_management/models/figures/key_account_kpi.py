from odoo import api, models


class KeyAccountKpi(models.Model):
    """What a figure means: the one text that screens, workbook and customer folder show.

    The records come with the add-ons whose engine computes them (``key.account.figures``);
    a definition without a computation would be an empty promise, so they are not added by hand.
    """

    _name = "key.account.kpi"
    _inherit = ["key.account.figure.definition"]
    _description = "Key Account Figure"
    _order = "sequence, id"

    _code_uniq = models.UniqueIndex("(code)", "There is already a figure with this code.")

    @api.model
    def _get_by_code(self):
        """:return: ``{code: definition}`` of all figures, in their order"""
        # Definitions are not secret; the audience decides who may see a figure.
        return {kpi.code: kpi for kpi in self.sudo().search([])}

    def _get_unit_label(self, currency):
        """:return: the unit shown after a number entered for this figure, in the user's language"""
        names = {"money": currency.name, "percent": "%", "days": self.env._("days")}
        return names.get(self.unit, "")
