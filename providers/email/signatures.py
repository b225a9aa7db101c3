"""Signatures, and whether anything that is said stands in or below one; in our five languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOWER_MIN = 3
"""So many words in small letters on one line are no name, title or place."""

_ADDED_BY_PROGRAM = re.compile(
    r"\s*(?:sent (?:from|via|with)|get outlook|gesendet (?:von|mit|aus)"
    r"|(?:diese|von mein).{1,80} gesendet|(?:laden|holen) sie (?:sich )?outlook"
    r"|envoyé (?:de|depuis|à partir|avec)|(?:télécharge[rz]|obtenir|obtener|descargar) outlook"
    r"|enviado (?:desde|con)|(?:verstuurd|verzonden) (?:vanaf|met|via|vanuit)"
    r"|download(?:en)? outlook|outlook (?:für|voor))\b.{0,120}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:[-–—]{1,3}|(?:(?:with )?(?:best|kind|warm) )?regards|best(?: wishes)?|(?:many )?thanks"
    r"|thank you|sincerely|yours (?:sincerely|faithfully)|mfg|danke|vielen dank"
    r"|(?:mit )?(?:(?:freundliche|beste|viele|liebe|herzliche)[nr]? )?gr(?:ü|ue)(?:ß|ss)en?"
    r"|(?:bien )?cordialement|bien à vous|(?:meilleures |sincères )?salutations|merci"
    r"|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|gracias"
    r"|(?:met )?(?:(?:vriendelijke|hartelijke) )?groet(?:en|jes)?|mvg|bedankt)\s*[.,!]*\s*",
    re.IGNORECASE,
)
_SAYING = frozenset((
    "we", "you", "it's", "is", "was", "were", "are", "not", "have", "has", "had", "please",
    "will", "pay", "paid", "send", "sent", "owe", "this", "that", "i'm", "us", "me", "don't",
    "keep", "resend", "disputed", "returned", "wir", "sie", "ist", "sind", "war", "nicht", "kein",
    "keine", "haben", "hat", "bitte", "wird", "werden", "zahlen", "bezahlt", "ich", "dass",
    "nous", "vous", "est", "sont", "pas", "avons", "avez", "payé", "payée", "payons", "veuillez",
    "svp", "hemos", "pagado", "pagamos", "pagada", "está", "están", "ustedes", "wij", "niet",
    "geen", "hebben", "heeft", "betaald", "betalen", "graag", "wordt",
))  # fmt: skip
"""Words of sentences, which signatures hardly hold."""
_SMALL = frozenset((
    "of", "and", "the", "for", "at", "in", "de", "la", "le", "les", "du", "des", "del", "et", "en",
    "von", "und", "der", "die", "das", "für", "bei", "zu", "zum", "van", "por", "voor", "het",
    "een", "au", "aux", "im", "am",
))  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def is_signature(line: str, name: str) -> bool:
    """Whether a signature begins with the line: its separator, a closing, what telephones add, or
    the sender's `name`."""
    own = line.casefold().strip(" ,.!")
    names = (name.casefold(), name.casefold().partition(" ")[0])
    return bool(
        _CLOSING.fullmatch(line) or _ADDED_BY_PROGRAM.fullmatch(line) or (own and own in names)
    )


def said(lines: Sequence[str]) -> list[str]:
    """The lines that say something and are of no signature, in doubt more."""
    return [line for line in lines if not is_signature(line, "") and _is_said(line)]


def _is_said(line: str) -> bool:
    """A name, a title, a place or a number says nothing."""
    tokens = [it for it in line.split() if not re.search(r"\d|@|/|\w\.\w|:$", it)]
    words = [word for it in tokens for word in _WORD.findall(it)]
    lower = [it for it in words if it[0].islower() and len(it) > 1 and it not in _SMALL]
    return len(lower) >= LOWER_MIN or any(it.casefold() in _SAYING for it in words)
