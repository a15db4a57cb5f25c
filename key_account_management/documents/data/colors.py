import re
from collections.abc import Sequence

# Contrast that text needs on its background (WCAG, normal text)
CONTRAST = 4.5
WHITE = (255, 255, 255)


def readable_color(color: str | None, default: str) -> str:
    """The colour, darkened until white text can be read on it and it can be read on white.

    >>> readable_color("#1F3A5F", "#000000")
    '#1F3A5F'
    >>> readable_color("no colour", "#1F3A5F")
    '#1F3A5F'
    >>> readable_color("#FFFFFF", "#000000")
    '#717171'
    """
    if not color or not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        color = default
    rgb = tuple(int(color[start : start + 2], 16) for start in (1, 3, 5))
    while _contrast(rgb, WHITE) < CONTRAST:
        rgb = tuple(int(part * 0.95) for part in rgb)
    return "#{:02X}{:02X}{:02X}".format(*rgb)


def _contrast(*colors: Sequence[int]) -> float:
    dark, light = sorted(_luminance(color) for color in colors)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: Sequence[int]) -> float:
    parts = [part / 255 for part in rgb]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
