from odoo import api, fields, models

from ..figures.period import Period
from ..models.review.key_account_review import BREAKDOWNS
from .colors import readable_color
from .document_data import DocumentData, FigureData, Person, ReviewData, Section, Sender
from .formatter import Formatter
from .logo import logo_data_uri
from .messages import Messages
from .source_tables import gather_source_tables
from .workbook import Workbook

DEFAULT_PRIMARY = "#1F3A5F"
DEFAULT_SECONDARY = "#2A8C82"


class KeyAccountDocument(models.AbstractModel):
    """Gathers what the documents of an account show, and decides what its audience may see."""

    _name = "key.account.document"
    _description = "Key Account Documents"

    @api.model
    def _get_document_data(self, record, audience="customer", codes=None, with_sources=False, with_appendix=False):
        """The data of one document, in the language of the customer (of the user, when internal).

        :param record: a ``key.account.review``, or a partner: then the review of the current fiscal year
            if there is one, else the year's figures alone
        :param audience: ``customer`` or ``internal``
        :param codes: the figures of the document; None: all that the audience may see
        :param with_sources: whether to read the records behind the figures, too
        :param with_appendix: whether to read the PDF files chosen for the customer folder, too
        :raises UserError: a contact of a company
        :raises AccessError: somebody else's account, or internal data without the role for it
        """
        record.ensure_one()
        partner = record.partner_id if record._name == "key.account.review" else record
        partner._check_key_account_figures_access()
        if audience == "internal":
            partner._check_internal_key_account_figures_access()
        review = record if record._name == "key.account.review" else self._get_current_review(partner)
        company = review.company_id or self.env.company
        language = (audience == "customer" and partner.lang) or self.env.user.lang or self.env.lang
        gatherer = self.with_context(lang=language, allowed_company_ids=company.ids)
        data = gatherer._gather(partner.with_env(gatherer.env), review.with_env(gatherer.env), audience, codes)
        # What was booked since a review was held would not add up to its frozen figures
        if with_sources and not review.is_frozen:
            data.source_tables = gather_source_tables(gatherer.env, partner.with_env(gatherer.env), data)
        if with_appendix:
            data.folder.appendix, data.folder.unusable = gatherer._gather_appendix(review.sudo())
        return data

    def _get_current_review(self, partner):
        year = self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))["date_to"].year
        return self.env["key.account.review"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.env.company.id),
                ("year", "=", year),
                ("state", "!=", "cancelled"),
            ],
            limit=1,
        )

    @api.model
    def _render_workbook(self, record, audience="customer"):
        """:return: the workbook of a review or partner as bytes; errors as for `_get_document_data`"""
        data = self._get_document_data(record, audience, with_sources=True)
        content = Workbook(self.env, data).render()
        self._keep("internal_workbook" if audience == "internal" else "workbook", data, content)
        return content

    @api.model
    def _keep(self, kind, data, content):
        """Keeps a document with the review that its data are of; one without a review is of the day only."""
        if data.review:
            review = self.env["key.account.review"].browse(data.review.id)
            self.env["key.account.review.document"]._keep(review, kind, data, content)

    def _gather(self, partner, review, audience, codes):
        formatter = Formatter(self.env)
        period = review._get_period() if review else self._get_current_period()
        figures = self._gather_figures(partner, review, period, audience, codes)
        # Prices are no special ones only; they are shown even where the number of these is not
        prices = figures["special_price"].figure.table if "special_price" in figures else None
        if audience == "customer":
            # A customer need not read what we do not know, or that nothing was counted
            figures = {code: data for code, data in figures.items() if code == "revenue" or _tells_something(data)}
        currency = self._choose_currency(figures, audience)
        data = DocumentData(
            audience=audience,
            language=self.env.lang,
            account=partner.name,
            account_address=_lines(partner._display_address(without_company=True)),
            sender=self._gather_sender(),
            team=self._gather_team(partner),
            title=self.env._("Annual Review %(year)s", year=review.year or period.date_to.year),
            period=period,
            period_text=formatter.period(period),
            previous_text=formatter.period(period.previous),
            printed_on=fields.Date.context_today(self),
            currency=currency,
            figures=figures,
            review=self._gather_review(review) if review else None,
            has_sales=figures["revenue"].figure.value is not None,
            prices=prices,
        )
        data.messages = Messages(self.env, data).all()
        return data

    def _get_current_period(self):
        today = fields.Date.context_today(self)
        return Period(self.env.company.compute_fiscalyear_dates(today)["date_from"], today)

    # === FIGURES ===#

    def _gather_figures(self, partner, review, period, audience, codes):
        """:return: ``{code: FigureData}`` of those that the audience may see, in the order of the definitions"""
        # Read as superuser: who prints a customer's document need not have the right to read definitions.
        live = self.env["key.account.kpi"].sudo()
        definitions = review.sudo().figure_ids if review.is_frozen else live.search([])  # pylint: disable=no-search-all
        if audience == "customer":
            definitions = definitions.filtered(lambda definition: definition.audience == "customer")
        if codes is not None:
            definitions = definitions.filtered(lambda definition: definition.code in codes)
        codes = definitions.mapped("code")
        if review:
            figures = review._get_figures(codes)
        else:
            engine = self.env["key.account.figures"]
            figures = engine._compute_figures(partner, period, codes, BREAKDOWNS)[partner.id]
        return {
            definition.code: FigureData(
                definition.code,
                definition.name,
                definition.formula,
                definition.unit,
                definition.better,
                definition.audience,
                definition.theme,
                figures[definition.code],
            )
            for definition in definitions
        }

    def _choose_currency(self, figures, audience):
        """Puts the figures of a customer who is invoiced in one foreign currency into that currency.

        :return: the name of the currency of all money in the document
        """
        company_currency = self.env.company.currency_id.name
        document = figures["revenue"].figure.document
        if audience != "customer" or not document or document.unit == company_currency:
            return company_currency
        for code, data in list(figures.items()):
            if data.kind != "money":
                continue
            amounts = data.figure.document
            if amounts and amounts.unit == document.unit:
                amounts.note = data.figure.note
                data.figure = amounts
            else:
                # A document with money in two currencies would compare what can't be compared
                figures.pop(code)
        return document.unit

    # === PEOPLE AND TEXTS ===#

    def _gather_sender(self):
        company = self.env.company
        return Sender(
            name=company.name,
            address=_lines(company.partner_id._display_address(without_company=True)),
            website=company.website or "",
            logo=logo_data_uri(company.logo),
            primary_color=readable_color(company.primary_color, DEFAULT_PRIMARY),
            secondary_color=readable_color(company.secondary_color, DEFAULT_SECONDARY),
        )

    def _gather_team(self, partner):
        # The customer's contacts at our company are no secret, but user records are to some users.
        account = partner.sudo().key_account_id or partner.sudo()
        manager = account.key_account_manager_id or account.user_id
        team = account.key_account_team_ids - manager
        return [
            Person(user.name, role, user.email or "", user.phone or "")
            for users, role in (
                (manager, self.env._("Key Account Manager") if account.key_account_manager_id else self.env._("Sales")),
                (team, self.env._("Sales")),
            )
            for user in users
        ]

    def _gather_review(self, review):
        section_field = self.env["key.account.review.topic"]._fields["section"]
        opening = [
            (self.env._("Occasion"), review.opening_occasion),
            (self.env._("What moves us"), review.opening_hook),
            (self.env._("Our most important goal"), review.opening_goal),
        ]
        return ReviewData(
            id=review.id,
            planned_on=review.planned_date or None,
            place=review.place or "",
            held_on=review.held_on.date() if review.held_on else None,
            opening=[(title, text) for title, text in opening if text],
            retrospective=review.retrospective or "",
            sections=[
                Section(
                    title,
                    [
                        (topic.name or "", topic.description or "")
                        for topic in review.topic_ids
                        if topic.section == section and (topic.name or topic.description)
                    ],
                )
                for section, title in section_field._description_selection(self.env)
            ],
        )


def _tells_something(data):
    rows = [data.figure, *(row for rows in data.figure.breakdowns.values() for row in rows)]
    known = [number for row in rows for number in (row.value, row.previous) if number is not None]
    return any(known) if data.kind == "count" else bool(known)


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
