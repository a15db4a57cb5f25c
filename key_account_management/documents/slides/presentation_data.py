"""The data of a presentation: part of a document's data."""

from dataclasses import replace

from ..data.document_data import DocumentData
from .figure_slides import SLIDE_FIGURES


def take_presentation_data(data: DocumentData) -> DocumentData:
    """The data of a presentation from that of the customer folder: as if it had been read for it.

    :return: `DocumentData`
    """
    return replace(
        data,
        figures={code: figure for code, figure in data.figures.items() if code in SLIDE_FIGURES},
        prices=None,
        folder=replace(data.folder, appendix=[], unusable=[]),
    )


def add_hints(data: DocumentData, hints: dict[str, list[str]], topic_hints: list[tuple[str, str]]) -> None:
    """Turns a presentation's data into the internal edition: what is only for the speaker is added."""
    data.audience = "internal"
    data.hints, data.topic_hints = hints, topic_hints
