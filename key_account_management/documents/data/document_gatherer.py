from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from odoo.models import BaseModel

from ...figures.figure import BREAKDOWNS, Figure, Row, Table
from ...figures.period import Period
from ...tools.time_zones import company_day
from ..formatter import Formatter
from .briefing_gatherer import BriefingGatherer
from .document_data import DocumentData, FigureData, ReviewData, Section
from .folder_data import Person
from .folder_gatherer import FolderGatherer
from .messages import Messages
from .sender import address_lines, gather_sender


class DocumentGatherer:
    """Gathers what the documents of an account show, and decides what its audience may see.

    Access to the account was checked before, see ``key.account.document``.
    """

    def __init__(self, partner: BaseModel, review: BaseModel, audience: str) -> None:
        """
        :param partner: the account, in the language and with the company of the document
        :param review: the review that the documents are for, or none
        :param audience: ``customer`` or ``internal``
        """
        self.env = partner.env
        self.partner = partner
        self.review = review
        self.audience = audience
        self.frozen = review._get_frozen_documents()
        self.period = review._get_period() if review else self._current_period()

    def gather(self, codes: Collection[str] | None = None) -> DocumentData:
        """
        :param codes: the figures of the document; None: all that the audience may see
        :return: `DocumentData`
        """
        formatter = Formatter(self.env)
        figures = self._gather_figures(codes)
        # Not all prices are special ones; they are shown even where the number of special prices is not
        prices = figures["special_price"].figure.table if "special_price" in figures else None
        if self.audience == "customer":
            # A customer need not read what we do not know or that nothing was counted
            figures = {code: data for code, data in figures.items() if code == "revenue" or _has_data(data)}
        currency = self._choose_currency(figures)
        if self.frozen:
            data = self._thaw(currency, figures, prices)
        else:
            data = self._gather_all(formatter, currency, figures, prices)
        # Frozen ones as well: the sentences that the frozen figures say, in the frozen language
        data.messages = Messages(self.env, data).all()
        return data

    def _gather_all(
        self, formatter: Formatter, currency: str, figures: dict[str, FigureData], prices: Table | None
    ) -> DocumentData:
        data = DocumentData(
            audience=self.audience,
            language=self.env.lang,
            account=self.partner.name,
            account_address=address_lines(self.partner),
            sender=gather_sender(self.env),
            team=self._gather_team(),
            title=self.env._("Annual Review %(year)s", year=self.review.year or self.period.year),
            period=self.period,
            period_text=formatter.period(self.period),
            previous_text=formatter.period(self.period.to_date(company_day(self.env.company)).previous),
            printed_on=company_day(self.env.company, self.review.held_on if self.review.is_frozen else None),
            currency=currency,
            figures=figures,
            review=self._gather_review() if self.review else None,
            has_sales=_has_sales(figures),
            prices=prices,
        )
        data.folder = FolderGatherer(self.partner, self.review, self.period).gather()
        if self.audience == "internal":
            data.briefing = BriefingGatherer(self.partner, self.review).gather(figures)
        return data

    def _current_period(self) -> Period:
        today = company_day(self.env.company)
        return Period(Period.of_fiscal_year(self.env.company, today).date_from, today)

    # === A REVIEW THAT WAS HELD ===#

    def _thaw(self, currency: str, figures: dict[str, FigureData], prices: Table | None) -> DocumentData:
        """What was frozen, with its figures and, until the review is closed, what it has led to since."""
        data = replace(
            getattr(self.frozen, self.audience),
            currency=currency,
            figures=figures,
            has_sales=_has_sales(figures),
            prices=prices,
        )
        return self.add_what_it_led_to(data) if self.review.state == "held" else data

    def add_what_it_led_to(self, data: DocumentData) -> DocumentData:
        """:return: the data with the measures and milestones that were agreed, until the review is closed"""
        folder = FolderGatherer(self.partner, self.review, self.period)
        return replace(data, folder=folder.add_what_it_led_to(data.folder))

    def write_review(self, data: DocumentData) -> DocumentData:
        """:return: the data with what the review itself says as it is now: it can be corrected until it is closed"""
        folder = FolderGatherer(self.partner, self.review, self.period)
        data = replace(data, review=self._gather_review(), folder=folder.write_review(data.folder))
        if data.briefing:
            data.briefing = BriefingGatherer(self.partner, self.review).write_review(data.briefing)
        return data

    # === FIGURES ===#

    def _gather_figures(self, codes: Collection[str] | None) -> dict[str, FigureData]:
        """:return: ``{code: FigureData}`` for those that the audience may see, in the order of the definitions"""
        # Read as superuser: a user printing a customer's document need not have the right to read definitions.
        if self.review.is_frozen:
            definitions = self.review.sudo().figure_ids
        else:
            definitions = self.env["key.account.kpi"].sudo().search([])  # pylint: disable=no-search-all
        if self.audience == "customer":
            definitions = definitions.filtered(lambda definition: definition.audience == "customer")
        if codes is not None:
            definitions = definitions.filtered(lambda definition: definition.code in codes)
        codes = definitions.mapped("code")
        if self.review:
            figures = self.review._get_figures(codes)
        else:
            engine = self.env["key.account.figures"]
            figures = engine._compute_figures(self.partner, self.period, codes, BREAKDOWNS)[self.partner.id]
        return {
            definition.code: FigureData(
                definition.code,
                definition.name,
                definition.formula,
                definition.unit,
                definition.better,
                definition.audience,
                definition.theme,
                self._for_audience(figures[definition.code]),
            )
            for definition in definitions
        }

    def _for_audience(self, figure: Figure) -> Figure:
        """:return: the figure without what the audience may not see although it may see the figure"""
        if self.audience != "customer":
            return figure
        # What is not booked yet, and a target that the customer did not agree to, are for our own eyes
        agreed = figure.target_is_agreed
        return replace(
            figure,
            pending=None,
            target=figure.target if agreed else None,
            target_to_date=figure.target_to_date if agreed else None,
            table=figure.table and figure.table.for_customers(),
            document=figure.document and self._for_audience(figure.document),
        )

    def _choose_currency(self, figures: dict[str, FigureData]) -> str:
        """Puts the figures of a customer who is invoiced in one foreign currency into that currency.

        :return: the name of the currency of all money in the document
        """
        company_currency = self.env.company.currency_id.name
        document = figures["revenue"].figure.document if "revenue" in figures else None
        if self.audience != "customer" or not document or document.unit == company_currency:
            return company_currency
        for code, data in list(figures.items()):
            if data.kind != "money":
                continue
            amounts = data.figure.document
            if amounts and amounts.unit == document.unit:
                amounts.note = data.figure.note
                data.figure = amounts
            else:
                # A document with amounts in two currencies would compare what cannot be compared
                figures.pop(code)
        return document.unit

    # === PEOPLE AND TEXTS ===#

    def _gather_team(self) -> list[Person]:
        # The customer's contacts at our company are not secret, but user records are to some users.
        account = self.partner.sudo().key_account_id or self.partner.sudo()
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

    def _gather_review(self) -> ReviewData:
        review = self.review
        section_field = self.env["key.account.review.topic"]._fields["section"]
        opening = [
            (self.env._("Occasion"), review.opening_occasion),
            (self.env._("What matters to us"), review.opening_hook),
            (self.env._("Our most important goal"), review.opening_goal),
        ]
        return ReviewData(
            id=review.id,
            planned_on=review.planned_date or None,
            place=review.place or "",
            held_on=company_day(review.company_id, review.held_on) if review.held_on else None,
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
            reviewer=self._gather_reviewer(),
            **self._gather_appointment(),
        )

    def _gather_reviewer(self) -> Person:
        # As for the team
        reviewer = self.review.sudo()._get_reviewer()
        return Person(reviewer.name, "", reviewer.email or "", reviewer.phone or "")

    def _gather_appointment(self) -> dict[str, datetime]:
        """When the talk is, as the customer agreed: whatever anyone does in the calendar since."""
        if not self.review.start or "taken" not in self.review.slot_ids.mapped("state"):
            return {}
        return {"begins": self.review.start, "ends": self.review.stop}


def _has_data(data: FigureData) -> bool:
    rows: list[Figure | Row] = [data.figure, *(row for rows in data.figure.breakdowns.values() for row in rows)]
    known = [number for row in rows for number in (row.value, row.previous) if number is not None]
    return any(known) if data.kind == "count" else bool(known)


def _has_sales(figures: dict[str, FigureData]) -> bool:
    """Whether anything was invoiced: if not, the revenue of a customer is 0, and there is nothing to show of it.

    To those who may not see the revenue, nothing is said about it.
    """
    if "revenue" not in figures:
        return True
    revenue = figures["revenue"].figure
    return bool(revenue.value) or any(row.value is not None for row in revenue.breakdowns.get("category", ()))
