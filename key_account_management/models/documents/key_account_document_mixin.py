from odoo import api, fields, models

from ...documents.kinds import KINDS


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
            "powerpoint": self.env._("PowerPoint"),
            "internal_powerpoint": self.env._("Internal PowerPoint"),
            "workbook": self.env._("Workbook"),
            "internal_workbook": self.env._("Internal Workbook"),
            "review_minutes": self.env._("Minutes"),
            "review_checklist": self.env._("Planning Checklist"),
            "presentation_and_folder": self.env._("Presentation and Folder"),
        }
        year = (
            self.year
            if self._name == "key.account.review"
            else self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))["date_to"].year
        )
        return f"{self._get_key_account_partner().name} {year} - {names[document]}".replace("/", "-")

    @api.readonly
    def action_print_key_account_document(self, kind):
        """Downloads documents that Odoo's reports can't print: one file, or a zip file of several.

        :param kind: one of ``documents.kinds``
        """
        # Errors become a message now, not a broken download later.
        partners = self.mapped(lambda record: record._get_key_account_partner())
        partners._check_key_account_figures_access()
        if KINDS[kind].audience == "internal":
            partners._check_internal_key_account_figures_access()
        if KINDS[kind].extension == "pptx":
            self.env["key.account.document"]._check_powerpoint()
        if kind == "presentation_and_folder":
            self.env["ir.actions.report"]._check_wkhtmltopdf()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account_management/document/{kind}/{self._name}/{','.join(map(str, self.ids))}",
            "target": "download",
        }

    def _make_key_account_document(self, kind):
        """Makes a document, and keeps it with the review that it was made from.

        :param kind: one of ``documents.kinds``, but no pair
        :return: (file name, content)
        """
        self.ensure_one()
        definition = KINDS[kind]
        if definition.report:
            content, _type = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(self._get_key_account_report(kind), self.ids)
            )
        else:
            documents = self.env["key.account.document"]
            render = documents._render_powerpoint if definition.extension == "pptx" else documents._render_workbook
            content = render(self, definition.audience)
        return self._get_key_account_file(kind), content

    def _get_key_account_report(self, kind):
        """:return: reference of the report that prints a PDF document of the record"""
        suffix = "review" if self._name == "key.account.review" else "partner"
        return f"key_account_management.{KINDS[kind].report}_{suffix}"

    def _get_key_account_file(self, kind):
        return f"{self._get_key_account_file_name(kind)}.{KINDS[kind].extension}"

    def _make_key_account_documents(self, kind):
        """:return: ``{file name: content}``"""
        files = {}
        for record in self:
            for name, content in record._make_key_account_files(kind):
                # Two accounts may have the same name
                if name in files:
                    stem, _dot, extension = name.rpartition(".")
                    name = f"{stem} ({record.id}).{extension}"
                files[name] = content
        return files

    def _make_key_account_files(self, kind):
        """:return: list of (file name, content)"""
        self.ensure_one()
        if kind != "presentation_and_folder":
            return [self._make_key_account_document(kind)]
        documents = self.env["ir.actions.report"]._render_presentation_and_folder(self)
        return [(self._get_key_account_file(part), content) for part, content in documents.items()]
