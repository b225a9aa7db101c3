"""Sheets and window envelopes by country: where on the page the addresses must stand.

Lengths are millimetres from the left and upper edge. A window is the part of the page that is seen
however the folded sheet lies in its envelope; README.md has the reckoning and the sources.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stationery:
    """`return_box` holds the sender's address: one small line in the same window, or lines in a
    window of its own. `fold_marks` and `punch_mark` are heights at which a short line is drawn.
    `lines_max` is how many lines of an address people can still read in the window, and
    `return_lines_max` how many of the sender's below its name.
    """

    name: str
    width: float
    height: float
    window: Box
    return_box: Box
    has_return_line: bool
    head_box: Box
    body_top: float
    fold_marks: tuple[float, ...] = ()
    punch_mark: float = 0.0
    lines_max: int = 6
    return_lines_max: int = 5


DIN_5008_B = Stationery(
    name="A4, DIN 5008 form B",
    width=210,
    height=297,
    window=Box(25, 62.7, 80, 27.3),
    return_box=Box(25, 45, 80, 5),
    has_return_line=True,
    head_box=Box(125, 20, 65, 25),
    body_top=98.5,
    fold_marks=(105, 210),
    punch_mark=148.5,
)
"""DIN 5008:2020-03, form B: the address field is 45 mm high from 45 mm on, of which the upper
17.7 mm are for the return address and remarks; folds at 105 and 210 mm, hole at 148.5 mm."""

A4 = Stationery(
    name="A4, C5/6 or DL envelope",
    width=210,
    height=297,
    window=DIN_5008_B.window,
    return_box=DIN_5008_B.return_box,
    has_return_line=True,
    head_box=DIN_5008_B.head_box,
    body_top=DIN_5008_B.body_top,
)

UK_DL = Stationery(
    name="A4, DL envelope",
    width=210,
    height=297,
    window=Box(21, 57.5, 78, 23.5),
    return_box=Box(125, 27, 65, 22),
    has_return_line=False,
    head_box=Box(125, 20, 65, 25),
    body_top=98.5,
)
"""A DL envelope of 110 x 220 mm with a window of 35 x 90 mm, 20 mm from the left and 18 mm from the
bottom; a sheet folded in three can lie 11 mm higher or lower and 10 mm to either side."""

US_LETTER = Stationery(
    name="US Letter, #10 double window envelope",
    width=215.9,
    height=279.4,
    window=Box(19, 54.6, 73, 13),
    return_box=Box(19, 22.5, 54, 10.3),
    has_return_line=False,
    head_box=Box(125, 20, 70, 25),
    body_top=84,
    lines_max=5,
    return_lines_max=3,
)
"""A #10 envelope of 4.125 x 9.5 in: windows of 0.875 x 3.25 in, 2.375 in from the bottom, and of
1 x 4 in, 1 in from the bottom, both 0.625 in from the left (help.lob.com, "Letter envelopes")."""

LETTER_COUNTRIES = frozenset(
    ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
)
"""Where paper is US Letter: CLDR supplemental data, measurementData, paperSize."""
MARKED = frozenset(("AT", "DE"))
"""Where business paper has marks for folding and punching."""
LIKE_UK = frozenset(("GB", "GG", "IE", "IM", "JE"))


def stationery_for(country: str) -> Stationery:
    """The sheet of a sender's country (ISO 3166 alpha-2); A4 where nothing else is known."""
    if country in LETTER_COUNTRIES:
        return US_LETTER
    if country in LIKE_UK:
        return UK_DL
    return DIN_5008_B if country in MARKED else A4
