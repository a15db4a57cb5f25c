from odoo import api, models
from odoo.exceptions import UserError

from ...documents.kinds import KINDS
from ...figures.period import Period
from ...tools.files import file_name, files_told_apart
from ...tools.rpc import check_records, for_every_rpc, shortened
from ...tools.time_zones import company_day


class KeyAccountDocumentMixin(models.AbstractModel):
    """What accounts and reviews share: documents can be printed from both."""

    _name = "key.account.document.mixin"
    _description = "Key Account Document Mixin"

    # === WHAT DOCUMENTS ASK OF A RECORD ===#

    def _get_key_account_partner(self):
        """:return: the account that the record is about"""
        return self.partner_id

    def _get_key_account_company(self):
        """:return: the company that issues the record's documents"""
        return self.company_id

    def _get_key_account_year(self):
        """:return: the fiscal year that the record's documents cover"""
        company = self._get_key_account_company()
        return Period.of_fiscal_year(company, company_day(company)).year

    def _get_key_account_name(self):
        """:return: the account's name, as its documents say it"""
        return self._get_key_account_partner().name

    def _get_key_account_review(self):
        """:return: the review of that year, empty if there is none"""
        return self.env["key.account.review"].search(
            [
                ("partner_id", "=", self._get_key_account_partner().id),
                ("company_id", "=", self._get_key_account_company().id),
                ("year", "=", self._get_key_account_year()),
                ("state", "!=", "cancelled"),
            ],
            limit=1,
        )

    def _get_key_account_report(self, kind):
        """:return: reference of the report that prints a PDF document of the record"""
        return KINDS[kind].reports[self._name]

    def _get_key_account_file_name(self, kind):
        """A document's file name, without extension.

        :param kind: one of ``documents.kinds``
        """
        self.ensure_one()
        account = self._get_key_account_name()
        return file_name(f"{account} {self._get_key_account_year()}", self.env._(KINDS[kind].label))

    def _get_key_account_file(self, kind):
        return f"{self._get_key_account_file_name(kind)}.{KINDS[kind].extension}"

    # === ACTION METHODS ===#

    @api.readonly
    def action_print_key_account_document(self, kind):
        """Downloads documents that Odoo's reports cannot print: one file, or a zip file of several.

        :param kind: one of ``documents.kinds``
        """
        if not isinstance(kind, str) or kind not in KINDS:
            raise UserError(self.env._("Unknown document type: %(unknown)s.", unknown=shortened(kind)))
        check_records(self)
        # Errors become a message now, instead of a broken download later.
        partners = self.mapped(lambda record: record._get_key_account_partner())
        partners._check_key_account_figures_access()
        if KINDS[kind].audience == "internal":
            partners._check_internal_key_account_figures_access()
        if KINDS[kind].extension == "pptx":
            self.env["key.account.document"]._check_powerpoint()
        if KINDS[kind].parts:
            self.env["ir.actions.report"]._check_wkhtmltopdf()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account_management/document/{kind}/{self._name}/{','.join(map(str, self.ids))}",
            "target": "download",
        }

    @api.model
    @api.readonly
    @for_every_rpc
    def get_key_account_documents(self):
        """The documents that the user can print of a record of this model, those for the customer first.

        :return: list of ``{"audience", "label", "documents": [{"kind", "label", "extension", "report": external id or
            None}]}``; what has no report is printed by `action_print_key_account_document`
        :raises AccessError: no role in Key Accounts
        """
        self.env["key.account.kpi"].check_access("read")
        partners = self.env["res.partner"]
        labels = {"customer": self.env._("For the Customer"), "internal": self.env._("Internal")}
        groups = []
        for audience, label in labels.items():
            documents = [
                {
                    "kind": code,
                    "label": self.env._(kind.label),
                    "extension": kind.extension,
                    "report": kind.reports.get(self._name),
                }
                for code, kind in KINDS.items()
                if kind.audience == audience and self._name in kind.models and partners._may_see_audience(audience)
            ]
            if documents:
                groups.append({"audience": audience, "label": label, "documents": documents})
        return groups

    # === BUSINESS METHODS ===#

    def _make_key_account_documents(self, kind):
        """:return: ``{file name: content}``"""
        return files_told_apart(
            (name, record.id, content) for record in self for name, content in record._make_key_account_files(kind)
        )

    def _make_key_account_files(self, kind):
        """:return: list of (file name, content)"""
        self.ensure_one()
        if not KINDS[kind].parts:
            return [self._make_key_account_document(kind)]
        documents = self.env["ir.actions.report"]._render_presentation_and_folder(self)
        return [(self._get_key_account_file(part), content) for part, content in documents.items()]

    def _make_key_account_document(self, kind):
        """Creates a document, and keeps it with its review.

        :param kind: one of ``documents.kinds``, except the pair
        :return: (file name, content)
        """
        self.ensure_one()
        definition = KINDS[kind]
        if definition.reports:
            content, _type = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(self._get_key_account_report(kind), self.ids)
            )
        else:
            render = getattr(self.env["key.account.document"], definition.renderer)
            content = render(self, definition.audience)
        return self._get_key_account_file(kind), content
