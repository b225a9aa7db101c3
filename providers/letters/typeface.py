"""The typeface of letters, and what it has letters for.

DejaVu Sans Condensed holds Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian and Georgian; the files
in `fonts/` are its glyphs for these, see the README there.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "DejaVuSansCondensed"
FONTS = Path(str(files("providers.letters") / "fonts"))
REGULAR, BOLD = FONTS / f"{FAMILY}.ttf", FONTS / f"{FAMILY}-Bold.ttf"
STAND_IN = "\N{REPLACEMENT CHARACTER}"
SILENT = frozenset(("So", "Sk", "Mn", "Me", "Cf", "Cs", "Co"))
"""Pictures, joiners and marks on letters: leaving one out loses nothing that a postman reads."""
HIDDEN = frozenset(("Cf", "Cs", "Co"))
"""What nobody sees may still turn the order of what follows: it goes even where it is known."""


def printable(text: str) -> str:
    """The text on one line as it can be set: pictures go, other unknown letters show a sign."""
    return " ".join("".join(_set(char) for char in text).split())


def missing(text: str) -> str:
    """The letters and digits of a text that cannot be set; empty if all can."""
    return "".join(dict.fromkeys(char for char in text if _set(char) == STAND_IN))


def _set(char: str) -> str:
    category = unicodedata.category(char)
    if ord(char) in _known() and category not in HIDDEN:
        return char
    if category in SILENT:
        return ""
    return " " if char.isspace() or not char.isprintable() else STAND_IN


@cache
def _known() -> frozenset[int]:
    with TTFont(REGULAR, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
