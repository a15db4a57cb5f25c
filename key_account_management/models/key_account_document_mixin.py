from odoo import api, fields, models

from ..documents.kinds import KINDS


class KeyAccountDocumentMixin(models.AbstractModel):
    """What an account and its reviews share: their documents can be printed from both."""

    _name = "key.account.document.mixin"
    _description = "Printable as Key Account Documents"

    def _get_key_account_partner(self):
        """:return: the account that the record is about"""
        return self.partner_id if self._name == "key.account.review" else self

    def _get_key_account_company(self):
        """:return: the company that the record's documents are from"""
        return self.company_id if self._name == "key.account.review" else self.env.company

    def _get_key_account_file_name(self, document):
        """Name of a document's file, without extension.

        :param document: one of ``documents.kinds``, ``review_minutes`` or ``review_checklist``
        """
        self.ensure_one()
        names = {
            "presentation": self.env._("Review Presentation"),
            "folder": self.env._("Customer Folder"),
            "briefing": self.env._("Internal Briefing"),
            "workbook": self.env._("Workbook"),
            "internal_workbook": self.env._("Internal Workbook"),
            "review_minutes": self.env._("Minutes"),
            "review_checklist": self.env._("Planning Checklist"),
        }
        year = (
            self.year
            if self._name == "key.account.review"
            else self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))["date_to"].year
        )
        return f"{self._get_key_account_partner().name} {year} - {names[document]}".replace("/", "-")

    @api.readonly
    def action_print_key_account_workbook(self, audience="customer"):
        """Downloads the workbooks: one file, or a zip file of several.

        :param audience: ``customer`` or ``internal``
        """
        # Errors become a message now, not a broken download later.
        partners = self.mapped(lambda record: record._get_key_account_partner())
        partners._check_key_account_figures_access()
        if audience == "internal":
            partners._check_internal_key_account_figures_access()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account_management/workbook/{self._name}/{','.join(map(str, self.ids))}?audience={audience}",
            "target": "download",
        }

    def _make_key_account_document(self, kind):
        """Makes a document, and keeps it with the review that it was made from.

        :param kind: one of ``documents.kinds``
        :return: (file name, content)
        """
        self.ensure_one()
        definition = KINDS[kind]
        if definition.report:
            suffix = "review" if self._name == "key.account.review" else "partner"
            report = f"key_account_management.{definition.report}_{suffix}"
            content, _type = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report, self.ids)
            )
        else:
            content = self.env["key.account.document"]._render_workbook(self, definition.audience)
        return f"{self._get_key_account_file_name(kind)}.{definition.extension}", content

    def _get_key_account_workbooks(self, audience):
        """:return: ``{file name: content}``"""
        documents = self.env["key.account.document"]
        kind = "internal_workbook" if audience == "internal" else "workbook"
        files = {}
        for record in self:
            name = record._get_key_account_file_name(kind)
            # Two accounts may have the same name
            if f"{name}.xlsx" in files:
                name = f"{name} ({record.id})"
            files[f"{name}.xlsx"] = documents._render_workbook(record, audience)
        return files
