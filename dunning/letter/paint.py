"""Colours that can be read: what stands on a brand's colour, and when it can stand as text."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

CONTRAST_MIN = Decimal("4.5")
"""WCAG 2.2, 1.4.3, for text of normal size."""
WHITE, BLACK = "#ffffff", "#1a1a1a"


def on_colour(colour: str) -> str:
    """White or black, whichever is read better on a colour such as #1f4e79."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def readable(colour: str) -> str:
    """The colour for text on white, or black where it would be too pale."""
    return colour if contrast(colour, WHITE) >= CONTRAST_MIN else BLACK


@lru_cache(maxsize=1024)
def contrast(one: str, other: str) -> Decimal:
    """The contrast ratio of two colours, 1 to 21, by WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + Decimal("0.05")) / (dark + Decimal("0.05"))


def _luminance(colour: str) -> Decimal:
    red, green, blue = (_linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue


def _linear(channel: int) -> Decimal:
    share = Decimal(channel) / 255
    if share <= Decimal("0.04045"):
        return share / Decimal("12.92")
    return ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")
