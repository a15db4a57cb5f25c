from collections.abc import Sequence

from odoo.api import Environment

from ..data.document_data import DocumentData
from ..data.steps import Step, split_steps
from ..formatter import Formatter
from ..texts import shorten
from .figure_slides import FigureSlides
from .slide import Block, Cell, Slide, Table
from .texts import LINE_LENGTH, SLIDE_LINES, as_headline, cut_headline, cut_into_parts, pack, pack_topics
from .titles import Titles

# The maximum number of slides; beyond that, what the customer folder shows in full is left out, in this order
MOST_SLIDES, LEFT_OUT = 16, ("months", "companies", "products")
# Rows of a table, how many each additional line in a row takes up, and characters of names
ROWS, MORE_LINES, CELL = 8, 0.55, 95
STEP_TONES = {"done": "good", "cancelled": "quiet"}


class SlideBuilder:
    """Makes the slides of a presentation from `DocumentData`; slides without content are left out."""

    def __init__(self, env: Environment, data: DocumentData) -> None:
        """:param env: in the language of the document"""
        self.env = env
        self.data = data
        self.format = Formatter(env)
        self.titles = Titles(env, data, self.format)
        self.behind, self.ahead = split_steps(data.folder.measures + data.folder.milestones, data.day_of_talk)
        # One short sentence does not fill a slide: it is placed above the steps to reach it, otherwise above the people
        self.goal = as_headline(data.folder.goals)

    def build(self) -> list[Slide]:
        """:return: list of `Slide`, the first is the cover"""
        figures = FigureSlides(self.env, self.data, self.titles)
        parts = (
            self._cover(),
            self._opening(),
            self._agenda(),
            self._situation(),
            figures.year(),
            figures.months(),
            figures.bars("categories", "category", self.env._("Revenue by product category")),
            figures.bars("products", "product", self.env._("Most purchased products")),
            figures.bars("companies", "customer", self.env._("Companies of the group")),
            figures.service(),
            self._retrospective_and_promises(),
            self._topics(),
            self._goals(),
            self._conditions(),
            self._next_steps(),
            self._contacts(),
        )
        slides = [slide for part in parts for slide in part]
        for kind in LEFT_OUT:
            if len(slides) > MOST_SLIDES:
                slides = [slide for slide in slides if slide.kind != kind]
        for slide in slides:
            slide.title = shorten(slide.title, 140)
            slide.notes += self.data.hints.get(slide.kind, [])
        return slides

    # === OPENING ===#

    def _cover(self) -> list[Slide]:
        review = self.data.review
        day = (review and review.planned_on) or self.data.printed_on
        lines = [self.format.date(day), (review and review.place) or "", self.data.sender.name]
        figures = self.env._("Figures from %(period)s", period=self.data.period_text)
        blocks = [Block("", shorten(lines[0], 60), "\n".join(shorten(line, 90) for line in lines[1:] if line))]
        return [
            Slide("cover", shorten(self.data.account, 90), self.data.title, blocks=[Block("", "", figures), *blocks])
        ]

    def _opening(self) -> list[Slide]:
        if not self.data.review or not self.data.review.opening:
            return []
        return self._text_slides("opening", self.env._("Why we are meeting"), self.data.review.opening)

    def _agenda(self) -> list[Slide]:
        if not self.data.review:
            return []
        blocks = [
            Block(str(number), section.title, shorten(" · ".join(name for name, _text in section.topics if name), 190))
            for number, section in enumerate(self.data.review.sections, 1)
        ]
        return [Slide("agenda", self.env._("Our agenda"), self.env._("What we will discuss"), blocks=blocks)]

    def _situation(self) -> list[Slide]:
        name = self.env._("You, your customers and your market")
        return self._text_slides("situation", name, self.data.folder.situation)

    # === TEXTS ===#

    def _retrospective_and_promises(self) -> list[Slide]:
        """A single promise is placed below the retrospective, if there is space."""
        retrospective, promises = self._retrospective(), self._promises()
        if len(self.behind) == 1 and len(retrospective) == 1 and retrospective[0].has_room_for_a_row():
            (promise,) = promises
            if promise.table:
                retrospective[0].table = promise.table
                # Its kicker is not on the slide
                promise.table.columns[0] = promise.kicker, promise.table.columns[0][1]
            return retrospective
        return retrospective + promises

    def _retrospective(self) -> list[Slide]:
        text = self.data.review.retrospective if self.data.review else ""
        return self._plain_slides("retrospective", self.env._("Our year together"), text)

    def _goals(self) -> list[Slide]:
        if self.goal and (self.ahead or self.data.team):
            return []
        return self._plain_slides("goals", self.env._("Our goals and perspectives"), self.data.folder.goals)

    def _plain_slides(self, kind: str, name: str, text: str) -> list[Slide]:
        """Slides of a text without headings; its first sentence becomes the title."""
        if not text.strip():
            return []
        title, rest = cut_headline(text.strip(), name)
        parts = cut_into_parts(rest, LINE_LENGTH, SLIDE_LINES)
        return [Slide(kind, title, name if title != name else "", blocks=[Block("", "", part)]) for part in parts]

    def _text_slides(self, kind: str, name: str, texts: Sequence[tuple[str, str]]) -> list[Slide]:
        """Slides of texts that have names; the first one becomes the title if it is one short sentence."""
        headline = as_headline(texts[0][1]) if len(texts) > 1 else ""
        title, kicker = (headline, name) if headline else (name, "")
        return [
            Slide(kind, title, kicker, blocks=[Block(label, "", text) for label, _heading, text in page])
            for page in pack_topics([(label, "", text) for label, text in texts[1 if headline else 0 :]])
        ]

    def _topics(self) -> list[Slide]:
        if not self.data.review:
            return []
        kicker = self.env._("Topics for our meeting")
        topics = [
            (f"{number}. {section.title}", topic, text)
            for number, section in enumerate(self.data.review.sections, 1)
            for topic, text in section.topics
        ]
        slides = []
        for page in pack_topics(topics):
            names = list(dict.fromkeys(name for _label, name, _text in page if name))
            title = self.titles.topics(names, kicker)
            blocks, last = [], None
            for label, name, text in page:
                blocks.append(Block(label if label != last else "", name if name != title else "", text))
                last = label
            slide = Slide("topics", title, kicker if title != kicker else "", blocks=blocks, topics=names)
            slide.notes = [
                ": ".join(filter(None, (topic, hint)))
                for topic, hint in self.data.topic_hints
                if topic in (names or [""])
            ]
            slides.append(slide)
        return slides

    # === STEPS, CONDITIONS, PEOPLE ===#

    def _promises(self) -> list[Slide]:
        """What was due up to today, and what was done."""
        columns = [(self.env._("What"), 60), (self.env._("Deadline"), 20), (self.env._("Status"), 20)]
        rows = [
            [
                self._step_cell(step, "strong"),
                Cell(self.format.date(step.deadline, "medium")),
                Cell(step.state_text, self._step_tone(step)),
            ]
            for step in self.behind
        ]
        title = self.titles.promises(self.behind) if rows else ""
        return self._table_slides("promises", title, self.env._("What we promised"), columns, rows)

    def _step_tone(self, step: Step) -> str:
        # What is due before the meeting need not be late
        return STEP_TONES.get(step.state) or ("bad" if step.deadline < self.data.printed_on else "")

    def _next_steps(self) -> list[Slide]:
        if not self.ahead:
            return []
        rows = [
            [Cell(self.format.date(step.deadline, "medium"), "strong"), self._step_cell(step)] for step in self.ahead
        ]
        columns = [(self.env._("Due By"), 20), (self.env._("What will be done"), 80)]
        if self.goal:
            title, kicker = self.goal, self.env._("Our goal and the next steps")
        else:
            title, kicker = self.titles.next_steps(self.ahead), self.env._("Next steps")
        return self._table_slides("next_steps", title, kicker, columns, rows)

    def _step_cell(self, step: Step, tone: str = "") -> Cell:
        # A "Monthly Call" need not be called monthly again
        rhythm = "" if step.rhythm.lower() in step.name.lower() else step.rhythm
        return Cell(", ".join(filter(None, (shorten(step.name, CELL), rhythm))), tone)

    def _conditions(self) -> list[Slide]:
        columns = [(self.env._("Condition"), 34), (self.env._("Today"), 33), (self.env._("Our proposal"), 33)]
        rows = [
            [
                Cell(shorten(condition.name, 60), "strong"),
                Cell(shorten(condition.today, 60)),
                Cell(shorten(condition.proposed, 60), "strong"),
            ]
            for condition in self.data.folder.conditions
            if condition.proposed
        ]
        title = self.env._("What we propose from now on")
        return self._table_slides("conditions", title, self.env._("Conditions"), columns, rows)

    def _contacts(self) -> list[Slide]:
        rows = [
            [
                Cell(shorten(person.name, 50), "strong"),
                Cell(shorten(person.role, 40), "quiet"),
                Cell(shorten(person.email, 50)),
                Cell(shorten(person.phone, 24)),
            ]
            for person in self.data.team
        ]
        columns = [("", 28), ("", 24), ("", 30), ("", 18)]
        title, kicker = self.env._("Your contacts"), ""
        if self.goal and not self.ahead:
            title, kicker = self.goal, self.env._("Our goal and your contacts")
        return self._table_slides("contacts", title, kicker, columns, rows)

    def _table_slides(
        self, kind: str, title: str, kicker: str, columns: list[tuple[str, int]], rows: list[list[Cell]]
    ) -> list[Slide]:
        tables = [Table(columns, [row]) for row in rows]
        pages = pack(rows, [1 + MORE_LINES * (table.lines - 1) for table in tables], ROWS)
        return [Slide(kind, title, kicker, table=Table(columns, page)) for page in pages]
