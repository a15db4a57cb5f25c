from odoo import fields, models


class KeyAccountReviewNote(models.Model):
    """What was said while a slide of the presentation was shown: a part of the minutes, typed during the talk."""

    _name = "key.account.review.note"
    _inherit = ["key.account.part.mixin"]
    _description = "Minutes of a Slide"
    _order = "review_id desc, page, id"
    _rec_name = "title"
    # Which slide it is about; the note stays where it is if slides are added or left out
    _fields_given_once = frozenset({"slide"})

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    slide = fields.Char(
        "Slide Code", required=True, readonly=True, help="The kind of the slide, and which one of that kind."
    )
    page = fields.Integer(help="The place of the slide in the presentation.")
    title = fields.Char("Slide", required=True)
    text = fields.Text("What Was Said", help="Appears in the minutes that the customer receives.")

    _once_a_slide = models.UniqueIndex("(review_id, slide)", "There are minutes of this slide already.")
