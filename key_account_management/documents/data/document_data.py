"""The one structure from which every document of an account is made.

Code that writes a document formats what is here and asks for nothing else: what the audience may not see is
not in it. Texts are in the language of the environment with which the data was gathered.

When a review is held, all of it but the figures is frozen as JSON, see `frozen.py`. A field that is added to one of
these classes has a default, so that what was frozen before can still be read.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ...figures.figure import Column, Figure, Row, Table
from ...figures.period import Period
from .folder_data import BriefingData, FolderData, Person
from .sender import Sender


@dataclass
class FigureData:
    """A figure with its definition; ``kind`` is the unit of its ``key.account.kpi``."""

    code: str
    name: str
    formula: str
    kind: str
    better: str
    audience: str
    theme: str
    figure: Figure


@dataclass
class Section:
    """One of the five sections of the agenda; topics are (name, description)."""

    title: str
    topics: list[tuple[str, str]]


@dataclass
class ReviewData:
    id: int
    planned_on: date | None
    place: str
    held_on: date | None
    opening: list[tuple[str, str]]  # title, text
    retrospective: str
    sections: list[Section]
    # For the portal. Documents do not show it, so it makes no new version of them.
    reviewer: Person | None = field(default=None, repr=False)
    begins: datetime | None = field(default=None, repr=False)
    ends: datetime | None = field(default=None, repr=False)


@dataclass
class SourceTable:
    """The records behind some figures; a row has a value for each column, dates as dates."""

    title: str
    columns: dict[str, Column]
    rows: list[list[Any]]


@dataclass
class DocumentData:
    audience: str
    language: str
    account: str
    account_address: list[str]
    sender: Sender
    team: list[Person]
    title: str
    period: Period
    period_text: str
    previous_text: str
    printed_on: date
    currency: str  # name of the currency that all money is in
    figures: dict[str, FigureData]
    review: ReviewData | None
    has_sales: bool
    prices: Table | None = None  # the account's own prices
    folder: FolderData = field(default_factory=FolderData)
    briefing: BriefingData | None = None
    # ``sales``, and internally ``open_items`` and ``invoices``; empty unless requested, and for frozen figures
    source_tables: dict[str, SourceTable] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    # What only the speaker should know: by kind of slide, for topics as (topic, hint); only in the internal edition
    hints: dict[str, list[str]] = field(default_factory=dict)
    topic_hints: list[tuple[str, str]] = field(default_factory=list)

    @property
    def day_of_talk(self) -> date:
        """The day on which the review was held or, from today, is planned; otherwise today."""
        if not self.review:
            return self.printed_on
        return self.review.held_on or max(self.printed_on, self.review.planned_on or self.printed_on)

    @property
    def has_targets(self) -> bool:
        """Whether any figure that the audience may see has a target."""
        return any(data.figure.target is not None for data in self.figures.values())

    def goods(self, code: str, breakdown: str) -> list[Row]:
        """The rows that are ranked and have a share: without what is booked beside goods."""
        return [row for row in self.rows(code, breakdown) if row.is_of_goods]

    def rows(self, code: str, breakdown: str) -> list[Row]:
        """The rows of a figure's breakdown, empty if the audience may not see the figure."""
        if code not in self.figures:
            return []
        return self.figures[code].figure.breakdowns.get(breakdown, [])
