"""What fits on a slide: texts are cut into parts rather than shortened."""

import textwrap

# Lines of text on a slide: a topic takes two more for its name and the space below, a text without a name one
SLIDE_LINES = 15
TOPIC_LINES, SPACE_LINES = 2, 1
# Characters in a line: of the whole slide, and beside the section's name
LINE_LENGTH, TOPIC_LINE_LENGTH = 100, 68


def pack_topics(topics):
    """Puts as many topics onto a slide as fit; a text that is too long goes on on the next one.

    :param topics: list of (section, name, text)
    :return: list of slides, each a list of the same
    """
    slides, used = [], SLIDE_LINES
    for section, name, text in topics:
        for part in cut_into_parts(text, TOPIC_LINE_LENGTH, SLIDE_LINES - TOPIC_LINES):
            size = (TOPIC_LINES if name else SPACE_LINES) + len(wrap(part, TOPIC_LINE_LENGTH))
            if used + size > SLIDE_LINES:
                slides.append([])
                used = 0
            slides[-1].append((section, name, part))
            used += size
    return slides


def wrap(text, length):
    """The lines that a text takes, empty ones included."""
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, length) or [""]]


def cut_into_parts(text, length, lines):
    """Cuts a text that needs more than so many lines into parts; what is not cut keeps its own line breaks."""
    wrapped = wrap(text, length)
    if len(wrapped) <= lines:
        return [text]
    parts = ["\n".join(wrapped[start : start + lines]) for start in range(0, len(wrapped), lines)]
    return [part.strip("\n") for part in parts if part.strip()]
