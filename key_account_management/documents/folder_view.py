import io
from dataclasses import dataclass

from odoo.tools.pdf import PdfFileReader

from .document_view import DocumentView
from .page_furniture import append_pages, number_pages
from .page_marks import color, find_marks
from .paper import A4

# What the contents have room for on their page, files of the appendix included
CONTENTS_LINES = 26
# From the top of their heading to the first line, and from the top of a line to the foot of its number: millimetres
CONTENTS_TOP, NUMBER_DROP = 24, 4.1
CONTENTS_MARK = 55
# The chapters in their order; those of a sheet follow each other, each sheet begins a page
SHEETS = (
    ("agenda",),
    ("people", "situation", "retrospective"),
    ("overview",),
    ("months",),
    ("categories",),
    ("products", "companies"),
    ("steps", "goals", "proposals", "prices"),
    ("definitions",),
)


@dataclass
class Chapter:
    """A chapter of the folder. ``new_page``: whether it begins one; ``hint``: what to do when it is empty."""

    name: str
    title: str
    has_content: bool
    new_page: bool
    hint: str

    @property
    def template(self):
        return f"key_account_management.folder_{self.name}"


@dataclass
class ContentsLine:
    """A line of the contents; ``position`` from the top of the text in millimetres."""

    number: str
    title: str
    position: float


class FolderView(DocumentView):
    """What the template of the customer folder writes, on sheets of a `Paper`."""

    def __init__(self, env, data, paper=A4):
        super().__init__(env, data)
        self.paper = paper

    # === CONTENTS ===#

    @property
    def all_chapters(self):
        """All chapters in their order, those without content too: also the checklist of what a folder contains."""
        titles, hints, contents = self._titles, self._hints, self._chapter_contents
        chapters = []
        for sheet in SHEETS:
            new_page = True
            for name in sheet:
                has_content = bool(contents[name])
                chapters.append(Chapter(name, titles[name], has_content, new_page, hints.get(name, "")))
                new_page = new_page and not has_content
        return chapters

    @property
    def _titles(self):
        return {
            "agenda": self.env._("Agenda and topics"),
            "people": self.env._("The people on both sides"),
            "situation": self.env._("Where you stand"),
            "retrospective": self.env._("The year together"),
            "overview": self.env._("The year at a glance"),
            "months": self.env._("Revenue by month"),
            "categories": self.env._("Revenue and volume by category"),
            "products": self.env._("Products bought most"),
            "companies": self.env._("Companies of the group"),
            "steps": self.env._("What we do together"),
            "goals": self.env._("Goals and perspectives"),
            "proposals": self.env._("Prices, terms and services under discussion"),
            "prices": self.env._("Your prices"),
            "definitions": self.env._("What the figures mean"),
        }

    @property
    def _hints(self):
        """What to do for a chapter to have content."""
        return {
            "agenda": self.env._("Enter topics in the agenda of the review, or its opening."),
            "people": self.env._("Choose the account manager, and add contacts to the account."),
            "situation": self.env._("Describe the customer and its market in the review."),
            "retrospective": self.env._("Write the look back in the review."),
            "months": self.env._("It takes invoices in two months of the period."),
            "categories": self.env._("It takes invoices with products in the period."),
            "products": self.env._("It takes invoices with two products in the period."),
            "companies": self.env._("It takes invoices to two companies of the customer's group."),
            "steps": self.env._("Tick in measures and milestones that the customer may see them."),
            "goals": self.env._("Write the goals in the review."),
            "proposals": self.env._("Enter what is proposed in the conditions of the review."),
            "prices": self.env._("It takes products that were bought, or a price list that names some."),
        }

    @property
    def _chapter_contents(self):
        data, folder, review = self.data, self.data.folder, self.data.review
        return {
            "agenda": review and (review.opening or any(section.topics for section in review.sections)),
            "people": folder.contacts or data.team,
            "situation": folder.situation,
            "retrospective": review and review.retrospective,
            "overview": True,
            **{page: page in data.messages for page in ("months", "categories", "products", "companies")},
            "steps": folder.measures or folder.milestones,
            "goals": folder.goals,
            "proposals": folder.conditions,
            "prices": data.prices and data.prices.rows,
            "definitions": True,
        }

    @property
    def chapters(self):
        return [chapter for chapter in self.all_chapters if chapter.has_content]

    @property
    def checklist(self):
        """:return: list of dicts ``{"title", "done", "hint"}``, the appendix at the end"""
        lines = [
            {"title": chapter.title, "done": chapter.has_content, "hint": chapter.hint} for chapter in self.all_chapters
        ]
        lines.append(
            {
                "title": self.env._("Appendix"),
                "done": bool(self.data.folder.appendix),
                "hint": self.env._("Add PDF files below, if the customer is to get some."),
            }
        )
        return lines

    @property
    def contents(self):
        """The lines of the contents: chapters, then the files of the appendix as far as there is room."""
        titles = [(str(number), chapter.title) for number, chapter in enumerate(self.chapters, 1)]
        files = [(self.env._("Appendix"), attachment.name) for attachment in self.data.folder.appendix]
        room = CONTENTS_LINES - len(titles)
        if len(files) > room:
            files[room - 1 :] = [
                (self.env._("Appendix"), self.env._("%(count)s more files", count=len(files) - room + 1))
            ]
        lines = titles + files
        distance = min(9.0, (self.paper.text_height - CONTENTS_TOP) / CONTENTS_LINES)
        return [
            ContentsLine(number, title, round(CONTENTS_TOP + position * distance, 2))
            for position, (number, title) in enumerate(lines)
        ]

    def mark(self, chapter=None):
        """The colour of the mark at which a chapter begins on the finished pages; without one, that of the contents."""
        if chapter is None:
            return color(CONTENTS_MARK)
        return color(self._mark_numbers[chapter.name])

    @property
    def _mark_numbers(self):
        return {chapter.name: number for number, chapter in enumerate(self.all_chapters)}

    def finish(self, pdf):
        """Writes page numbers into contents and footers, and puts the appendix behind the pages.

        :param bytes pdf: the pages as wkhtmltopdf made them
        """
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        marks = find_marks(reader)
        pages = [marks[self._mark_numbers[chapter.name]] for chapter in self.chapters]
        total = reader.getNumPages()
        for attachment in self.data.folder.appendix:
            pages.append(total)
            total += attachment.pages
        paper = self.paper
        numbers = [
            (paper.top + line.position + NUMBER_DROP, str(page + 1))
            for line, page in zip(self.contents, pages, strict=False)
        ]
        contents = marks[CONTENTS_MARK], numbers
        pdf = number_pages(pdf, self.footer, (paper.side, paper.footer), total=total, contents=contents)
        return append_pages(pdf, [attachment.content for attachment in self.data.folder.appendix])

    # === TEXTS ===#

    @property
    def priced_on(self):
        """The day of the prices: they were frozen when the review was held."""
        return (self.data.review and self.data.review.held_on) or self.data.printed_on

    def price_table(self):
        """:return: (list of (heading, whether numbers are in it), rows of texts); columns with nothing are left out"""
        table = self.data.prices
        shown = [
            position
            for position, _column in enumerate(table.columns)
            if any(row[position] is not None for row in table.rows)
        ]
        columns = [table.columns[position] for position in shown]
        headings = [(column.label, column.kind not in ("text", "date")) for column in columns]
        rows = [
            [
                self.price(row[position], column)
                if column.kind == "money"
                else self.format.cell(row[position], column.kind, column.unit)
                for position, column in zip(shown, columns, strict=True)
            ]
            for row in table.rows
        ]
        return headings, rows

    def price(self, value, column):
        """A price to the cent, or as many digits as prices have that are smaller."""
        if value is None:
            return self.format.cell(None, "money", "")
        digits = next((digits for digits in (2, 3, 4) if round(value, digits) == round(value, 6)), 4)
        return self.format.money(value, column.unit, digits)
