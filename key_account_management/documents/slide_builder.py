from .formatter import Formatter
from .slide_texts import LINE_LENGTH, SLIDE_LINES, cut_into_parts, pack_topics
from .slide_titles import Titles, cut_headline
from .slides import Block, Cell, Chart, LargeNumber, Slide, Table, shorten

# The most slides; beyond that, what the customer folder shows in full is left out, in this order
MOST_SLIDES, LEFT_OUT = 16, ("companies", "months", "products")
# Figures in large numbers, as far as they have a value
YEAR = ("revenue", "sales_volume", "order_count", "mean_order")
SERVICE = ("returns", "satisfaction", "visits", "returns_quantity")
# No other ones are on slides
SLIDE_FIGURES = YEAR + SERVICE
LARGE_NUMBERS = 4
# Bars, rows of a table, and characters of their names
BARS, ROWS = 8, 8
BAR_LABEL, CELL = 40, 95
# Characters of a title that names all topics, else it names their sections
TOPICS_TITLE = 90
MEASURE_TONES = {"done": "good", "cancelled": "quiet", "late": "bad"}


class SlideBuilder:
    """Makes the slides of a presentation out of `DocumentData`; slides without content are left out."""

    def __init__(self, env, data):
        """:param env: in the language of the document"""
        self.env = env
        self.data = data
        self.format = Formatter(env)
        self.titles = Titles(env, data, self.format)

    def build(self):
        """:return: list of `Slide`, the first is the cover"""
        parts = (
            self._cover(),
            self._opening(),
            self._agenda(),
            self._situation(),
            self._year(),
            self._months(),
            self._bars("categories", "category", self.env._("Revenue by product category")),
            self._bars("products", "product", self.env._("Products bought most")),
            self._bars("companies", "customer", self.env._("Companies of the group")),
            self._service(),
            self._retrospective(),
            self._measures(),
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
            slide.notes += self.data.slides.hints.get(slide.kind, [])
        return slides

    # === OPENING ===#

    def _cover(self):
        review = self.data.review
        day = (review and review.planned_on) or self.data.printed_on
        lines = [self.format.date(day), (review and review.place) or "", self.data.sender.name]
        figures = self.env._("Figures from %(period)s", period=self.data.period_text)
        blocks = [Block("", shorten(lines[0], 60), "\n".join(shorten(line, 90) for line in lines[1:] if line))]
        return [
            Slide("cover", shorten(self.data.account, 90), self.data.title, blocks=[Block("", "", figures), *blocks])
        ]

    def _opening(self):
        if not self.data.review or not self.data.review.opening:
            return []
        return self._text_slides("opening", self.env._("Why we meet"), self.data.review.opening)

    def _agenda(self):
        if not self.data.review:
            return []
        blocks = [
            Block(str(number), section.title, shorten(" · ".join(name for name, _text in section.topics if name), 190))
            for number, section in enumerate(self.data.review.sections, 1)
        ]
        return [Slide("agenda", self.env._("Our agenda"), self.env._("What we talk about"), blocks=blocks)]

    def _situation(self):
        title = self.env._("You, your customers and your market")
        return self._text_slides("situation", title, self.data.slides.situation)

    # === FIGURES ===#

    def _year(self):
        numbers = [self._large_number(code) for code in YEAR if self._is_known(code)]
        slide = Slide("year", self.titles.year(), self.env._("The year in figures"), numbers=numbers)
        if not self.data.has_sales:
            text = self.env._(
                "From %(period)s nothing was invoiced. There is nothing to compare yet.", period=self.data.period_text
            )
            slide.blocks = [Block("", "", text)]
        elif len(rows := self.data.rows("revenue", "month")) > 1:
            slide.chart = self._chart("lines", self._month_names(), _running_sums(rows))
        return [slide]

    def _months(self):
        title = self.titles.months()
        if not title:
            return []
        chart = self._chart("columns", self._month_names(), self._pairs(self.data.rows("revenue", "month")))
        return [Slide("months", title, self.env._("Revenue by month"), chart=chart)]

    def _bars(self, kind, breakdown, kicker):
        title = getattr(self.titles, kind)()
        rows = [row for row in self.data.rows("revenue", breakdown) if row.value or row.previous]
        if not title or not rows:
            return []
        labels = [shorten(row.label, BAR_LABEL) for row in rows[:BARS]]
        pairs = self._pairs(rows[:BARS])
        if rest := rows[BARS:]:
            labels.append(self.env._("%(count)s others", count=len(rest)))
            pairs.append(tuple(_total(values) for values in zip(*self._pairs(rest), strict=True)))
        labels = [_join(label, self._change_of(*pair)) for label, pair in zip(labels, pairs, strict=True)]
        chart = self._chart("bars", labels, pairs)
        chart.values_shown = True
        return [Slide(kind, title, kicker, chart=chart)]

    def _service(self):
        codes = [code for code in SERVICE if self._is_known(code)][:LARGE_NUMBERS]
        # One number alone says too little for a slide
        if len(codes) < 2:
            return []
        numbers = [self._large_number(code) for code in codes]
        notes = [
            Block("", self.data.figures[code].name, self.data.figures[code].formula)
            for code in codes
            if self.data.figures[code].formula
        ]
        return [Slide("service", self.titles.service(numbers), self.env._("Service"), numbers=numbers, blocks=notes)]

    def _is_known(self, code):
        data = self.data.figures.get(code)
        return data and data.audience == "customer" and data.figure.value is not None

    def _large_number(self, code):
        data = self.data.figures[code]
        figure, change = data.figure, data.figure.change or 0.0
        direction = "up" if change > 0 else "down" if change < 0 else ""
        return LargeNumber(
            data.name,
            self.format.large(figure.value, data.kind, figure.unit),
            self.format.change(figure, data.kind) if figure.change is not None else "",
            self.format.large(figure.previous, data.kind, figure.unit) if figure.previous is not None else "",
            direction,
            ("good" if direction == data.better else "bad") if direction else "",
        )

    def _chart(self, kind, labels, pairs):
        now, before = zip(*pairs, strict=True)
        return Chart(kind, labels, self.data.period_text, list(now), self.data.previous_text, list(before))

    def _pairs(self, rows):
        return [(row.value, row.previous) for row in rows]

    def _month_names(self):
        return [self.format.date(month, "MMM") for month in self.data.period.months]

    def _change_of(self, now, before):
        if now is None or not before or before < 0:
            return ""
        return self.format.signed_percent((now - before) / before)

    # === TEXTS ===#

    def _retrospective(self):
        text = self.data.review.retrospective if self.data.review else ""
        return self._plain_slides("retrospective", self.env._("The year together"), text)

    def _goals(self):
        return self._plain_slides("goals", self.env._("Our goals and perspectives"), self.data.slides.goals)

    def _plain_slides(self, kind, name, text):
        """Slides of a text without headings; its first sentence becomes the title."""
        if not text.strip():
            return []
        title, rest = cut_headline(text.strip(), name)
        parts = cut_into_parts(rest, LINE_LENGTH, SLIDE_LINES)
        return [Slide(kind, title, name if title != name else "", blocks=[Block("", "", part)]) for part in parts]

    def _text_slides(self, kind, title, texts):
        """Slides of texts that have names."""
        return [
            Slide(kind, title, blocks=[Block(name, "", text) for name, _heading, text in page])
            for page in pack_topics([(name, "", text) for name, text in texts])
        ]

    def _topics(self):
        if not self.data.review:
            return []
        name = self.env._("Topics of our talk")
        topics = [
            (f"{number}. {section.title}", topic, text)
            for number, section in enumerate(self.data.review.sections, 1)
            for topic, text in section.topics
        ]
        slides = []
        for page in pack_topics(topics):
            blocks, last = [], None
            for label, heading, text in page:
                blocks.append(Block(label if label != last else "", heading, text))
                last = label
            headings = list(dict.fromkeys(heading for _label, heading, _text in page if heading))
            sections = list(dict.fromkeys(label.split(". ", 1)[1] for label, _heading, _text in page))
            titles = (" · ".join(names) for names in (headings, sections))
            title = next((title for title in titles if 0 < len(title) <= TOPICS_TITLE), name)
            slide = Slide("topics", title, name if title != name else "", blocks=blocks)
            slide.notes = [
                _join(topic, hint, ": ") for topic, hint in self.data.slides.topic_hints if topic in (headings or [""])
            ]
            slides.append(slide)
        return slides

    # === MEASURES, CONDITIONS, PEOPLE ===#

    def _measures(self):
        """What was to be done until today, and what was done."""
        today = self.data.printed_on
        measures = [
            measure for measure in self.data.slides.measures if measure.state != "planned" or measure.deadline < today
        ]
        if not measures:
            return []
        columns = [(self.env._("Measure"), 60), (self.env._("Deadline"), 20), (self.env._("Status"), 20)]
        rows = [
            [
                Cell(shorten(measure.name, CELL), "strong"),
                Cell(self.format.date(measure.deadline, "medium")),
                self._state_cell(measure),
            ]
            for measure in measures
        ]
        title = self.titles.measures(measures)
        return self._table_slides("measures", title, self.env._("What we promised"), columns, rows)

    def _state_cell(self, measure):
        is_late = measure.state in ("planned", "in_progress") and measure.deadline < self.data.printed_on
        return Cell(measure.state_text, MEASURE_TONES.get("late" if is_late else measure.state, ""))

    def _next_steps(self):
        today = self.data.printed_on
        measures = [
            measure
            for measure in self.data.slides.measures
            if measure.state in ("planned", "in_progress") and measure.deadline >= today
        ]
        if not measures:
            return []
        measures.sort(key=lambda measure: measure.deadline)
        rows = [
            [
                Cell(self.format.date(measure.deadline, "medium"), "strong"),
                Cell(shorten(measure.name, CELL)),
            ]
            for measure in measures
        ]
        columns = [(self.env._("Until"), 20), (self.env._("What is done"), 80)]
        return self._table_slides(
            "next_steps", self.titles.next_steps(measures), self.env._("Next steps"), columns, rows
        )

    def _conditions(self):
        conditions = self.data.slides.conditions
        if not conditions:
            return []
        columns = [(self.env._("Condition"), 34), (self.env._("Today"), 33), (self.env._("Our proposal"), 33)]
        rows = [
            [
                Cell(shorten(condition.name, 60), "strong"),
                Cell(shorten(condition.today, 60)),
                Cell(shorten(condition.proposed, 60), "strong"),
            ]
            for condition in conditions
        ]
        title = self.env._("What we propose from now on")
        return self._table_slides("conditions", title, self.env._("Conditions"), columns, rows)

    def _contacts(self):
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
        return self._table_slides("contacts", self.env._("Your contacts"), "", columns, rows)

    def _table_slides(self, kind, title, kicker, columns, rows):
        return [
            Slide(kind, title, kicker, table=Table(columns, rows[start : start + ROWS]))
            for start in range(0, len(rows), ROWS)
        ]


def _total(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _running_sums(rows):
    """:return: pairs of the sums up to each row"""
    pairs, now, before = [], 0.0, 0.0
    for row in rows:
        now, before = now + (row.value or 0.0), before + (row.previous or 0.0)
        pairs.append((now, before))
    return pairs


def _join(first, second, separator="  "):
    return separator.join(filter(None, (first, second)))
