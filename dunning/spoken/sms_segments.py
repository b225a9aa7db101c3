"""How a text message is counted: characters of the GSM alphabet or UCS-2, in segments.

Sizes: twilio.com/docs/glossary/what-sms-character-limit; the alphabet: 3GPP TS 23.038, 6.2.1.
"""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
"""Each counts as two."""
SINGLE, JOINED = 160, 153
UCS2_SINGLE, UCS2_JOINED = 70, 67
PLAINER = str.maketrans({
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‘": "'", "’": "'", "“": '"', "”": '"',
    "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "`": "'", "´": "'",
})  # fmt: skip


def septets(text: str) -> int | None:
    """The length in the GSM alphabet; None where one character is not in it."""
    if not set(text) <= BASIC | EXTENDED:
        return None
    return len(text) + sum(char in EXTENDED for char in text)


def segments(text: str) -> int:
    """How many messages a phone network makes of a text."""
    length = septets(text)
    single, joined = (SINGLE, JOINED) if length is not None else (UCS2_SINGLE, UCS2_JOINED)
    if length is None:
        length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= single else -(-length // joined)


def plainer(text: str) -> str:
    """The same text with typographic signs, and accents that the GSM alphabet lacks, made plain;
    letters of other scripts stay as they are."""
    return "".join(_plain(char) for char in text.translate(PLAINER))


def _plain(char: str) -> str:
    if char in BASIC or char in EXTENDED:
        return char
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare and set(bare) <= BASIC else char
