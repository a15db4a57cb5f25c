"""What fits on a slide: texts are split rather than shortened, and slides of one kind are filled evenly."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TypeVar

# Lines of text on a slide: a topic takes a few more for its name and the space below, a text without a name fewer
SLIDE_LINES = 16
TOPIC_LINES, SPACE_LINES = 1.6, 0.6
# Characters in a line: of the whole slide, and next to the section's name
LINE_LENGTH, TOPIC_LINE_LENGTH = 100, 68
# The first sentence of a text becomes the slide's title if it is not longer
SENTENCE = 104

# Section, name, text
Topic = tuple[str, str, str]
Part = TypeVar("Part")


def pack_topics(topics: Iterable[Topic]) -> list[list[Topic]]:
    """Puts the topics onto as few slides as hold them; a text that is too long continues on the next one.

    :param topics: list of (section, name, text)
    :return: list of slides, each a list of the same
    """
    parts = [
        (section, name, part)
        for section, name, text in topics
        for part in cut_into_parts(text, TOPIC_LINE_LENGTH, int(SLIDE_LINES - TOPIC_LINES))
    ]
    return pack(parts, [_topic_lines(name, part) for _section, name, part in parts], SLIDE_LINES)


def _topic_lines(name: str, text: str) -> float:
    return (TOPIC_LINES if name else SPACE_LINES) + len(wrap(text, TOPIC_LINE_LENGTH))


def pack(parts: Sequence[Part], sizes: Sequence[float], room: float) -> list[list[Part]]:
    """Puts parts onto as few slides as possible, with about the same amount on each.

    >>> pack("abcdefg", [1] * 7, 6)
    [['a', 'b', 'c', 'd'], ['e', 'f', 'g']]
    >>> pack("abc", [1] * 3, 6)
    [['a', 'b', 'c']]
    >>> pack("ab", [6, 6], 6)
    [['a'], ['b']]
    >>> pack("", [], 6)
    []
    """
    slides = _fill(parts, sizes, room)
    fewest = len(slides)
    while fewest > 1 and room > max(sizes):
        room -= 0.5
        tighter = _fill(parts, sizes, room)
        if len(tighter) > fewest:
            break
        slides = tighter
    return slides


def _fill(parts: Sequence[Part], sizes: Sequence[float], room: float) -> list[list[Part]]:
    slides: list[list[Part]] = []
    used = room
    for part, size in zip(parts, sizes, strict=True):
        if used + size > room:
            slides.append([])
            used = 0
        slides[-1].append(part)
        used += size
    return slides


def wrap(text: str, length: int) -> list[str]:
    """The lines that a text takes, empty ones included."""
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, length) or [""]]


def cut_into_parts(text: str, length: int, lines: int) -> list[str]:
    """Splits a text that needs more than this many lines; what is not split keeps its own line breaks."""
    wrapped = wrap(text, length)
    if len(wrapped) <= lines:
        return [text]
    parts = ["\n".join(wrapped[start : start + lines]) for start in range(0, len(wrapped), lines)]
    return [part.strip("\n") for part in parts if part.strip()]


def cut_headline(text: str, fallback: str) -> tuple[str, str]:
    """
    :return: (title, rest): the first sentence, if it is short and not the only one

    >>> cut_headline("A good year. It began with a new line.", "The year")
    ('A good year', 'It began with a new line.')
    >>> cut_headline("A good year", "The year")
    ('The year', 'A good year')
    """
    found = re.match(r"\s*(.+?)(?:[.!]\s+|\s*\n+)(?=\S)", text)
    if found and 8 <= len(found[1]) <= SENTENCE and not re.search(r"\b\w{1,2}$|\d$", found[1]):
        return found[1].strip(), text[found.end() :]
    return fallback, text


def as_headline(text: str) -> str:
    """
    :return: the text as a title, if it is one short sentence; otherwise empty

    >>> as_headline("One agreement by spring.")
    'One agreement by spring'
    >>> as_headline("One agreement. And by spring.")
    ''
    """
    text = text.strip()
    if not 8 <= len(text) <= SENTENCE or cut_headline(text, "")[0] or "\n" in text:
        return ""
    return text.removesuffix(".")
