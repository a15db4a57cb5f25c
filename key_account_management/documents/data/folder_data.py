"""What customer folder and briefing show besides the figures; parts of `DocumentData`."""

from dataclasses import dataclass, field

from .steps import Step


@dataclass
class Person:
    name: str
    role: str
    email: str
    phone: str


@dataclass
class Condition:
    """A price, term or service of the talk, in words."""

    name: str
    today: str
    proposed: str
    agreed: str


@dataclass
class Proposal(Condition):
    """A condition as we see it ourselves: what a price would have meant in twelve months, None if that is not known.

    ``below_floor``: names of the products that would be sold below their floor price.
    """

    effect: float | None
    margin_today: float | None
    margin_proposed: float | None
    below_floor: list[str] = field(default_factory=list)


@dataclass
class Attachment:
    """A PDF behind the folder. ``checksum`` tells versions of a folder apart, which the content would make huge."""

    name: str
    pages: int
    checksum: str
    content: bytes = field(repr=False)


@dataclass
class FolderData:
    """Of an account, and of its review if there is one; all of it may be read by the customer."""

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
    """What can be given away on a product: today's price against the price that has to be reached."""

    product: str
    price: float | None
    floor: float | None
    list_price: float | None
    lines_below: float | None

    @property
    def left(self):
        return None if self.price is None or self.floor is None else self.price - self.floor

    @property
    def share(self):
        """Of today's price; None where there is nothing to give away from."""
        return None if self.left is None or not self.price else self.left / self.price


@dataclass
class BriefingData:
    """For ourselves: gathered for the audience ``internal`` only."""

    notes: list[tuple[str, str]] = field(default_factory=list)  # title, text
    people: list[PersonWithAttitude] = field(default_factory=list)
    issues: list[tuple[str, str]] = field(default_factory=list)  # issue, whose
    measures: list[Step] = field(default_factory=list)
    milestones: list[Step] = field(default_factory=list)
    conditions: list[Proposal] = field(default_factory=list)
    room: list[Room] = field(default_factory=list)
