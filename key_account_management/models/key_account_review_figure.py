from odoo import api, fields, models
from odoo.exceptions import UserError

from ..documents.formatter import Formatter
from ..figures.figure import Figure


class KeyAccountReviewFigure(models.Model):
    """A figure as it was when the review was held. It never changes again, whatever is booked later."""

    _name = "key.account.review.figure"
    _description = "Annual Review Figure"
    _order = "review_id, sequence, id"
    _rec_name = "kpi_id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    kpi_id = fields.Many2one("key.account.kpi", "Figure", required=True, ondelete="restrict", readonly=True)
    sequence = fields.Integer(related="kpi_id.sequence", store=True)
    audience = fields.Selection(related="kpi_id.audience", store=True)
    data = fields.Json(required=True, readonly=True, help="The figure with its breakdowns, as the engine gave it.")
    display_value = fields.Char("Value", compute="_compute_display")
    display_previous = fields.Char("Year Before", compute="_compute_display")
    display_change = fields.Char("Change", compute="_compute_display")
    display_target = fields.Char("Target", compute="_compute_display")
    note = fields.Char(compute="_compute_display")

    _kpi_uniq = models.UniqueIndex("(review_id, kpi_id)", "A review holds each figure once.")

    @api.depends("data")
    @api.depends_context("lang")
    def _compute_display(self):
        formatter = Formatter(self.env)
        for record in self:
            figure = record._get_figure()
            record.display_value = formatter.value(figure.value, record.kpi_id.unit, figure.unit)
            record.display_previous = formatter.value(figure.previous, record.kpi_id.unit, figure.unit)
            record.display_change = formatter.change(figure, record.kpi_id.unit)
            # No target is nothing to show, unlike a figure without a value
            has_target = figure.target is not None
            record.display_target = has_target and formatter.value(figure.target, record.kpi_id.unit, figure.unit)
            record.note = figure.note

    @api.model_create_multi
    def create(self, vals_list):
        figures = super().create(vals_list)
        figures._check_not_frozen()
        return figures

    def write(self, vals):
        self._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        frozen = self.review_id.filtered(lambda review: review.state == "held")
        if frozen:
            raise UserError(
                self.env._(
                    "The figures of a review that was held are frozen: %(reviews)s.",
                    reviews=", ".join(frozen.mapped("display_name")),
                )
            )

    def _get_figure(self):
        """:return: the `Figure` as it was frozen"""
        self.ensure_one()
        return Figure.from_dict(self.data)
