"""The sheets on which folder and briefing are laid out."""

from dataclasses import dataclass

from odoo.models import BaseModel

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
    def text_width(self) -> int:
        return self.width - 2 * self.side

    @property
    def text_height(self) -> int:
        return self.height - self.top - self.bottom


A4, LETTER = Paper(210, 297), Paper(216, 279)


def choose_paper(paper_format: BaseModel) -> Paper:
    """:param paper_format: the ``report.paperformat`` of a company
    :return: `LETTER` where a printer has US paper, else `A4`
    """
    return LETTER if paper_format.format in US_FORMATS else A4
