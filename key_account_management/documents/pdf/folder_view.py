from dataclasses import dataclass

from odoo.tools.pdf import merge_pdf

from .folder_tables import FolderTables
from .page_furniture import number_pages, read_pages
from .page_marks import color, find_marks
from .page_tables import CHAPTER, MESSAGE, SHORT, Rows

# What fits on the page of contents, including the files of the appendix
CONTENTS_LINES = 26
# From the top of their heading to the first line, and from the top of a line to the bottom of its number: millimetres
CONTENTS_TOP, NUMBER_DROP = 24, 3.5
CONTENTS_MARK = 55
# The chapters in their order; those of a sheet follow each other, each sheet starts a new page
SHEETS = (
    ("agenda",),
    ("people", "situation", "retrospective"),
    ("overview",),
    ("months",),
    ("categories",),
    ("products", "companies", "steps", "goals", "proposals", "prices"),
    ("definitions",),
)
# In the agenda: share of the width that texts of the opening have; how topics are set; heading and line for notes
OPENING_TEXT, TOPIC, SECTION = 0.74, Rows(10, 1, 1.4), 19
# Space below the heading of a chapter for the beginning of its text, or of people below a heading: millimetres
RESERVE, PEOPLE_RESERVE = 25, 40


@dataclass
class Chapter:
    """A chapter of the folder. ``begins_sheet``: as its first one with content; ``hint``: what to do if empty."""

    name: str
    title: str
    has_content: bool
    begins_sheet: bool
    hint: str

    @property
    def template(self) -> str:
        return f"key_account_management.folder_{self.name}"


@dataclass
class ContentsLine:
    """A line of the contents; ``position`` from the top of the text in millimetres."""

    number: str
    title: str
    position: float


class FolderView(FolderTables):
    """What the template of the customer folder writes, on sheets of a `Paper`."""

    # === CONTENTS ===#

    @property
    def all_chapters(self) -> list[Chapter]:
        """All chapters in order, including those without content: also the checklist of what a folder contains."""
        titles, hints, contents = self._titles, self._hints, self._chapter_contents
        chapters = []
        for sheet in SHEETS:
            begins_sheet = True
            for name in sheet:
                has_content = bool(contents[name])
                chapters.append(Chapter(name, titles[name], has_content, begins_sheet, hints.get(name, "")))
                begins_sheet = begins_sheet and not has_content
        return chapters

    def begins_page(self, chapter: Chapter) -> bool:
        """Whether a chapter begins a page; others follow where there is space for their heading and first table."""
        if chapter.begins_sheet:
            return not (chapter.name in SHEETS[1] and self._agenda_height > self.paper.text_height)
        table = self._first_table(chapter.name)
        return table is not None and table.height > SHORT * self.paper.text_height

    def reserve(self, chapter: Chapter) -> int:
        """:return: how much of a chapter must be on the same page as its heading, in millimetres"""
        table = None if self.begins_page(chapter) else self._first_table(chapter.name)
        if table:
            return round(table.height)
        return PEOPLE_RESERVE if chapter.name == "people" else RESERVE

    @property
    def _agenda_height(self) -> float:
        """For an agenda ending somewhere on its second page: what follows must not leave that page almost empty."""
        review = self.data.review
        if not review:
            return 0
        opening = sum(TOPIC.height((text, self._width(OPENING_TEXT))) for _title, text in review.opening)
        sections = [
            SECTION + sum(TOPIC.height((f"{name}\n{text}".strip(), self._width(1))) for name, text in section.topics)
            for section in review.sections
        ]
        return CHAPTER + MESSAGE + opening + sum(sections)

    @property
    def _titles(self) -> dict[str, str]:
        return {
            "agenda": self.env._("Agenda and topics"),
            "people": self.env._("The people on both sides"),
            "situation": self.env._("Where you stand"),
            "retrospective": self.env._("Our year together"),
            "overview": self.env._("The year at a glance"),
            "months": self.env._("Revenue by month"),
            "categories": self.env._("Revenue and volume by category"),
            "products": self.env._("Most purchased products"),
            "companies": self.env._("Companies of the group"),
            "steps": self.env._("What we do together"),
            "goals": self.env._("Goals and perspectives"),
            "proposals": self.env._("Prices, terms and services under discussion"),
            "prices": self.env._("Your prices"),
            "definitions": self.env._("What the figures mean"),
        }

    @property
    def _hints(self) -> dict[str, str]:
        """What to do to give a chapter content."""
        return {
            "agenda": self.env._("Add topics to the agenda of the review, or fill in its opening."),
            "people": self.env._("Choose the account manager, and add contacts to the account."),
            "situation": self.env._("Describe the customer and its market in the review."),
            "retrospective": self.env._("Write the retrospective in the review."),
            "months": self.env._("Requires invoices in at least two months of the period."),
            "categories": self.env._("Requires invoices with products in the period."),
            "products": self.env._("Requires invoices with at least two products in the period."),
            "companies": self.env._("Requires invoices to at least two companies of the customer's group."),
            "steps": self.env._("Tick Shared with the Customer on measures and milestones."),
            "goals": self.env._("Enter the goals in the review."),
            "proposals": self.env._("Enter proposals under the conditions of the review."),
            "prices": self.env._("Requires products that were bought, or a price list that names products."),
        }

    @property
    def _chapter_contents(self) -> dict[str, object]:
        data, folder, review = self.data, self.data.folder, self.data.review
        return {
            "agenda": review and (review.opening or any(section.topics for section in review.sections)),
            "people": folder.contacts or data.team,
            "situation": folder.situation,
            "retrospective": review and review.retrospective,
            "overview": True,
            **{page: page in data.messages for page in ("months", "categories", "products", "companies")},
            "steps": self.measures or folder.milestones,
            "goals": folder.goals,
            "proposals": folder.conditions,
            "prices": data.prices and data.prices.rows,
            "definitions": True,
        }

    @property
    def chapters(self) -> list[Chapter]:
        return [chapter for chapter in self.all_chapters if chapter.has_content]

    @property
    def checklist(self) -> list[dict[str, str | bool]]:
        """:return: list of dicts ``{"title", "done", "hint"}``, the appendix at the end"""
        lines: list[dict[str, str | bool]] = [
            {"title": chapter.title, "done": chapter.has_content, "hint": chapter.hint} for chapter in self.all_chapters
        ]
        lines.append(
            {
                "title": self.env._("Appendix"),
                "done": bool(self.data.folder.appendix),
                "hint": self.env._("Add PDF files below if the customer is to receive any."),
            }
        )
        return lines

    @property
    def contents(self) -> list[ContentsLine]:
        """The lines of the contents: chapters, then as many files of the appendix as fit."""
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

    def mark(self, chapter: Chapter | None = None) -> str:
        """The colour of the mark where a chapter begins on the finished pages; without a chapter, of the contents."""
        if chapter is None:
            return color(CONTENTS_MARK)
        return color(self._mark_numbers[chapter.name])

    @property
    def _mark_numbers(self) -> dict[str, int]:
        return {chapter.name: number for number, chapter in enumerate(self.all_chapters)}

    def finish(self, pdf: bytes) -> bytes:
        """Writes page numbers into contents and footers, and adds the appendix after the pages.

        :param bytes pdf: the pages produced by wkhtmltopdf
        """
        reader = read_pages(pdf)
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
        pdf = number_pages(reader, self.footer, (paper.side, paper.footer), total=total, contents=contents)
        appendix = [attachment.content for attachment in self.data.folder.appendix]
        return merge_pdf([pdf, *appendix]) if appendix else pdf
