from odoo import api, fields, models
from odoo.exceptions import UserError

from ...documents.formatter import Formatter
from ...figures.figure import Figure
from ...tools.deletion import on_deletion


class KeyAccountReviewFigure(models.Model):
    """A figure as it was when the review was held. It never changes again, whatever is booked later.

    Its definition is frozen with it: the add-on that provides the figure may be uninstalled one day.
    """

    _name = "key.account.review.figure"
    _inherit = ["key.account.figure.definition"]
    _description = "Annual Review Figure"
    _order = "review_id, sequence, id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    kpi_id = fields.Many2one("key.account.kpi", "Current Definition", ondelete="set null", index=True, readonly=True)
    name = fields.Char("Figure", compute="_compute_definition", store=True, required=False)
    code = fields.Char(compute="_compute_definition", store=True, required=False)
    formula = fields.Text(compute="_compute_definition", store=True, required=False)
    unit = fields.Selection(compute="_compute_definition", store=True, required=False)
    theme = fields.Selection(compute="_compute_definition", store=True, required=False)
    better = fields.Selection(compute="_compute_definition", store=True, required=False)
    sequence = fields.Integer(compute="_compute_definition", store=True)
    audience = fields.Selection(compute="_compute_audience", store=True, required=False)
    data = fields.Json(required=True, readonly=True, help="The figure with its breakdowns, as it was calculated.")
    display_value = fields.Char("Value", compute="_compute_display")
    display_previous = fields.Char("Previous Year", compute="_compute_display")
    display_change = fields.Char("Change", compute="_compute_display")
    display_target = fields.Char("Target", compute="_compute_display")
    note = fields.Char(compute="_compute_display")

    _code_uniq = models.UniqueIndex("(review_id, code)", "A review can only contain each figure once.")

    @api.depends("kpi_id")
    def _compute_definition(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for figure in self.filtered("kpi_id"):
            for field in ("code", "unit", "theme", "better", "sequence"):
                figure[field] = figure.kpi_id[field]
            for language in languages:
                translated = figure.with_context(lang=language)
                translated.name = translated.kpi_id.name
                translated.formula = translated.kpi_id.formula

    @api.depends("kpi_id.audience")
    def _compute_audience(self):
        """Follows the definition as long as there is one: what became internal must not stay visible in old reviews."""
        for figure in self.filtered("kpi_id"):
            figure.audience = figure.kpi_id.audience

    @api.depends("data")
    @api.depends_context("lang")
    def _compute_display(self):
        formatter = Formatter(self.env)
        for record in self:
            figure = record._get_figure() if record.data else Figure()
            record.display_value = formatter.value(figure.value, record.unit, figure.unit)
            record.display_previous = formatter.value(figure.previous, record.unit, figure.unit)
            record.display_change = formatter.change(figure, record.unit)
            # Without a target there is nothing to show, unlike a figure without a value
            has_target = figure.target is not None
            record.display_target = has_target and formatter.value(figure.target, record.unit, figure.unit)
            record.note = figure.note

    @api.model_create_multi
    def create(self, vals_list):
        figures = super().create(vals_list)
        figures._check_not_frozen()
        return figures

    def write(self, vals):
        self._check_not_frozen()
        return super().write(vals)

    @on_deletion
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        frozen = self.review_id.filtered("is_frozen")
        if frozen:
            raise UserError(
                self.env._(
                    "The figures of a review that has been held are frozen: %(reviews)s.",
                    reviews=", ".join(frozen.mapped("display_name")),
                )
            )

    def _get_figure(self):
        """:return: the `Figure` as it was frozen"""
        self.ensure_one()
        return Figure.from_dict(self.data)
