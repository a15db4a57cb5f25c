from odoo import models


class KeyAccountPartMixin(models.AbstractModel):
    """A part of an annual review, which nobody moves into a review that is not theirs."""

    _name = "key.account.part.mixin"
    _description = "Part of an Annual Review"

    def write(self, vals):
        result = super().write(vals)
        if "review_id" in vals:
            # The rules were asked for the review that it was in
            self.check_access("write")
        return result
