"""The sheets on which folder and briefing are laid out."""

from dataclasses import dataclass

# Paper formats of companies that have a printer with US paper
US_FORMATS = ("Letter", "Legal", "Executive", "Tabloid", "Ledger")


@dataclass(frozen=True)
class Paper:
    """Sizes in millimetres, as in the record of the paper format."""

    width: int
    height: int
    side: int = 20
    top: int = 18
    bottom: int = 20
    # Distance of the footer from the paper's edge
    footer: int = 10

    @property
    def text_width(self):
        return self.width - 2 * self.side

    @property
    def text_height(self):
        return self.height - self.top - self.bottom


A4, LETTER = Paper(210, 297), Paper(216, 279)


def is_us_paper(paper_format):
    """Whether a company with this ``report.paperformat`` prints on US Letter; all others print on A4."""
    return paper_format.format in US_FORMATS
