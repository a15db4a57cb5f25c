"""What customer folder and briefing show besides the figures; parts of `DocumentData`."""

from dataclasses import dataclass, field

from .knowledge import Knowledge
from .steps import Step


@dataclass
class Person:
    name: str
    role: str
    email: str
    phone: str


@dataclass
class Condition:
    """A price, term or service discussed in the review, in words."""

    name: str
    today: str
    proposed: str
    agreed: str


@dataclass
class Proposal(Condition):
    """A condition from our point of view: what a price would have meant in twelve months, None if unknown.

    ``below_floor``: names of the products that would be sold below their floor price.
    """

    effect: float | None
    margin_today: float | None
    margin_proposed: float | None
    below_floor: list[str] = field(default_factory=list)


@dataclass
class Attachment:
    """A PDF after the folder. ``checksum`` distinguishes versions of a folder; the content would make them huge."""

    name: str
    pages: int
    checksum: str
    content: bytes = field(repr=False)


@dataclass
class FolderData:
    """For an account and its review, if there is one; the customer may read all of it."""

    contacts: list[Person] = field(default_factory=list)
    situation: list[tuple[str, str]] = field(default_factory=list)  # title, text
    goals: str = ""
    measures: list[Step] = field(default_factory=list)
    milestones: list[Step] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    appendix: list[Attachment] = field(default_factory=list)
    unusable: list[tuple[str, str]] = field(default_factory=list)  # name of a file, why it is not in the appendix


@dataclass
class PersonWithAttitude:
    name: str
    function: str
    role: str
    influence: str
    attitude: str
    attitude_code: str
    reports_to: str


@dataclass
class Room:
    """What can be conceded on a product: today's price compared with the price that must be reached."""

    product: str
    price: float | None
    floor: float | None
    list_price: float | None
    lines_below: float | None

    @property
    def left(self) -> float | None:
        return None if self.price is None or self.floor is None else self.price - self.floor

    @property
    def share(self) -> float | None:
        """Of today's price; None if there is nothing to concede."""
        return None if self.left is None or not self.price else self.left / self.price


@dataclass
class BriefingData:
    """Internal: only gathered for the audience ``internal``."""

    notes: list[tuple[str, str]] = field(default_factory=list)  # title, text
    people: list[PersonWithAttitude] = field(default_factory=list)
    issues: list[tuple[str, str]] = field(default_factory=list)  # issue, whose
    measures: list[Step] = field(default_factory=list)
    milestones: list[Step] = field(default_factory=list)
    conditions: list[Proposal] = field(default_factory=list)
    room: list[Room] = field(default_factory=list)
    known: Knowledge = field(default_factory=Knowledge)
    # For the speaker of the presentation: by kind of slide, for topics as (topic, hint). They are in the notes as well.
    hints: dict[str, list[str]] = field(default_factory=dict, repr=False)
    topic_hints: list[tuple[str, str]] = field(default_factory=list, repr=False)
