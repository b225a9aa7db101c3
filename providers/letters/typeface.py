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
SILENT = frozenset(("So", "Sk", "Cf", "Cs", "Co", "Mn", "Me"))
"""Pictures, joiners and marks on letters: leaving one out loses nothing that a postman reads."""


def printable(text: str) -> str:
    """The text on one line as it can be set: pictures go, other unknown letters show a sign."""
    return " ".join("".join(_set(char) for char in text).split())


def missing(text: str) -> str:
    """The letters and digits of a text that cannot be set; empty if all can."""
    return "".join(dict.fromkeys(char for char in text if _set(char) == STAND_IN))


def _set(char: str) -> str:
    if ord(char) in _known():
        return char
    if not char.isprintable() or char.isspace():
        return " " if not _is_silent(char) else ""
    return "" if _is_silent(char) else STAND_IN


def _is_silent(char: str) -> bool:
    return unicodedata.category(char) in SILENT


@cache
def _known() -> frozenset[int]:
    with TTFont(REGULAR, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
