from odoo import api, fields, models


class KeyAccountKpi(models.Model):
    """What a figure means: the one text that screens, workbook and customer folder show.

    The records come with the add-ons whose engine computes them (``key.account.figures``);
    a definition without a computation would be an empty promise, so nobody adds them by hand.
    """

    _name = "key.account.kpi"
    _description = "Key Account Figure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    formula = fields.Text("Definition", required=True, translate=True)
    unit = fields.Selection(
        [
            ("money", "Money"),
            ("quantity", "Quantity"),
            ("percent", "Percent"),
            ("days", "Days"),
            ("count", "Number"),
            ("score", "Score"),
        ],
        required=True,
        readonly=True,
    )
    theme = fields.Selection(
        [
            ("volume", "Volume"),
            ("revenue", "Revenue"),
            ("costs", "Costs and Margins"),
            ("market", "Market and Peers"),
            ("prices", "Prices"),
            ("orders", "Orders, Returns and Promotions"),
            ("service", "Service and Satisfaction"),
            ("payment", "Payment and Credit"),
        ],
        required=True,
        readonly=True,
        help="The group in which screens and workbook show the figure.",
    )
    better = fields.Selection([("up", "Higher is better"), ("down", "Lower is better")], required=True)
    audience = fields.Selection(
        [("customer", "Customer"), ("internal", "Internal")],
        required=True,
        readonly=True,
        help="Internal figures never appear in a document for the customer.",
    )
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "There is already a figure with this code.")

    @api.model
    def _get_by_code(self):
        """:return: ``{code: definition}`` of all figures, in their order"""
        # Definitions are no secret; who may see a figure is decided by the audience itself.
        return {kpi.code: kpi for kpi in self.sudo().search([])}
