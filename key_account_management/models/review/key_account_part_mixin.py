from odoo import api, models

from ...tools.deletion import on_deletion


class KeyAccountPartMixin(models.AbstractModel):
    """A part of an annual review: it cannot be moved into someone else's review, and is closed with its own."""

    _name = "key.account.part.mixin"
    _inherit = ["key.account.guard.mixin"]
    _description = "Part of an Annual Review"

    # What continues after the meeting
    _goes_on_when_closed = {"followup"}

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_review_open()
        records.review_id._correct_documents()
        return records

    def write(self, vals):
        if vals.keys() - self._goes_on_when_closed:
            self._check_review_open()
        reviews = self.review_id
        result = super().write(vals)
        if "review_id" in vals:
            self._check_review_open()
        (reviews | self.review_id)._correct_documents()
        return result

    def unlink(self):
        reviews = self.review_id
        result = super().unlink()
        reviews.exists()._correct_documents()
        return result

    @on_deletion
    def _unlink_except_closed(self):
        self._check_review_open()

    # === BUSINESS METHODS ===#

    def _check_review_open(self):
        self.review_id._check_not_closed()
