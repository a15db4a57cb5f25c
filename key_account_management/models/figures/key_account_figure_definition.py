from odoo import fields, models


class KeyAccountFigureDefinition(models.AbstractModel):
    """What is needed to understand a figure: shared by its definition and by frozen figures."""

    _name = "key.account.figure.definition"
    _inherit = ["key.account.guard.mixin"]
    _description = "Figure Definition"

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
            ("rank", "Rank"),
            ("class", "ABC Class"),
        ],
        required=True,
        readonly=True,
    )
    theme = fields.Selection(
        [
            ("health", "Account Health and Potential"),
            ("volume", "Volume"),
            ("revenue", "Revenue"),
            ("costs", "Costs and Margins"),
            ("market", "Market and Peers"),
            ("prices", "Prices"),
            ("orders", "Orders and Returns"),
            ("promotions", "Promotions"),
            ("service", "Service and Satisfaction"),
            ("payment", "Payment and Credit"),
        ],
        required=True,
        readonly=True,
        help="The group under which screens and the workbook show the figure.",
    )
    better = fields.Selection(
        [("up", "Higher is better"), ("down", "Lower is better"), ("neutral", "Neither is better")],
        "Desired Direction",
        required=True,
    )
    audience = fields.Selection(
        [("customer", "Customer"), ("internal", "Internal")],
        required=True,
        readonly=True,
        help="Internal figures never appear in a document for the customer.",
    )
    sequence = fields.Integer(default=10)
