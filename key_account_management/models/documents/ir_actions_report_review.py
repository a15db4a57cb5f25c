from odoo import fields, models


class IrActionsReport(models.Model):
    """Sheets of a review: they are made like the other documents, out of data of their own."""

    _inherit = "ir.actions.report"  # pylint: disable=consider-merging-classes-inherited

    key_account_document = fields.Selection(
        selection_add=[
            ("review_minutes", "Minutes of a Review"),
            ("review_checklist", "Review Planning Checklist"),
            ("review_checklist_empty", "Empty Review Planning Checklist"),
        ]
    )

    def _get_key_account_documents(self, report, records):
        gather = {
            "review_minutes": "_get_minutes",
            "review_checklist": "_get_checklist",
            "review_checklist_empty": "_get_empty_checklist",
        }.get(report.key_account_document)
        if not gather:
            return super()._get_key_account_documents(report, records)
        documents = self.env["key.account.document"]
        return [getattr(documents, gather)(record) for record in records]
