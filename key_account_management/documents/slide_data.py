from dataclasses import dataclass, field
from datetime import date


@dataclass
class SharedStep:
    """A measure or a milestone that the customer may see. ``state`` is the key of a care measure's state.

    ``series``: the same for those that one recurring measure consists of.
    """

    name: str
    state: str
    state_text: str
    deadline: date
    rhythm: str = ""
    series: int | None = None


@dataclass
class Condition:
    name: str
    today: str
    proposed: str


@dataclass
class SlideData:
    """What the slides show besides the figures.

    ``hints``: what only the speaker is to know, in the internal edition alone, by kind of slide;
    those of a topic are lists of (topic, hint).
    """

    situation: list[tuple[str, str]] = field(default_factory=list)  # title, text
    goals: str = ""
    steps: list[SharedStep] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    hints: dict[str, list[str]] = field(default_factory=dict)
    topic_hints: list[tuple[str, str]] = field(default_factory=list)
