"""Where something else than its sender's own words begins in a mail: the headings that mail
programs put over what they quote or forward; in our five languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

WROTE_LINES_MAX = 3
BLOCK_LINES_MAX = 8
KINDS_MIN = 3

_FIRST = r"\s*(?-i:On|Am|Le|El|Op)\s"
_VERB = (
    r"(?:wrote|[ée]crit|escribió|folgendes geschrieben|het volgende geschreven"
    r"|(?:schrieb|schreef)\b.{0,200})"
)
_WROTE = re.compile(
    rf"{_FIRST}(?=.*\d)(?=.*(?:\w@\w|\d ?[:h] ?\d\d)).{{0,300}}?\b{_VERB}\s*:\s*", re.IGNORECASE
)
_LOOSELY_WROTE = re.compile(rf"{_FIRST}.{{0,300}}?\b{_VERB}.*:\s*", re.IGNORECASE)
_NAMES = {
    "from": "from|von|de|van",
    "at": "sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|verzonden",
    "to": "to|an|à|a|para|aan",
    "about": "subject|betreff|objet|asunto|onderwerp",
    "copied": "cc|kopie|copia",
}
_FIELD = re.compile(
    rf"\s*\*?(?:{'|'.join(f'(?P<{kind}>{names})' for kind, names in _NAMES.items())})"
    r"\*?\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*_{20,}\s*")
_ORIGINAL = re.compile(
    r"\s*-{3,} ?(?:original message|original appointment|ursprüngliche nachricht"
    r"|message d['’]origine|mensaje original|oorspronkelijk bericht) ?-{3,}\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:-{3,} ?(?:forwarded message|weitergeleitete nachricht|message transféré"
    r"|mensaje reenviado|doorgestuurd bericht) ?-{3,}"
    r"|begin forwarded message\s?:|anfang der weitergeleiteten nachricht\s?:"
    r"|début du message (?:réexpédié|transféré)\s?:|inicio del mensaje reenviado\s?:"
    r"|begin doorgestuurd bericht\s?:)\s*",
    re.IGNORECASE,
)


def is_marked(line: str) -> bool:
    """Whether a line is marked as quoted (RFC 3676, 4.5)."""
    return line.lstrip().startswith(">")


def unmarked(line: str) -> str:
    return line.lstrip("> ") if is_marked(line) else line


def quotation(lines: Sequence[str], place: int) -> int:
    """How many lines from `place` head a quotation as a known mail program writes it: who wrote,
    with a day and an address or a time of day, or the block of the quoted mail's own fields. 0 if
    none."""
    return _wrote(lines, place) or _block(lines, place)


def writer(heading: Sequence[str]) -> str:
    """What a quotation's heading says of who wrote, in small letters."""
    fields = [line for line in heading if (it := _FIELD.match(line)) and it.lastgroup == "from"]
    return " ".join(fields or heading).casefold()


def loosely(lines: Sequence[str], place: int) -> int:
    """The same, with all that may as well be a sentence or a line of its writer."""
    if (
        _RULE.fullmatch(lines[place])
        or _ORIGINAL.fullmatch(lines[place])
        or is_forward(lines[place])
    ):
        return 1
    for count in (1, 2):
        if _LOOSELY_WROTE.fullmatch(" ".join(lines[place : place + count])):
            return count
    is_field = _FIELD.match(lines[place])
    return int(bool(is_field and len(_kinds(lines[place : place + KINDS_MIN + 1])) >= KINDS_MIN))


def is_forward(line: str) -> bool:
    """Whether a mail that was passed on follows."""
    return bool(_FORWARD.fullmatch(line))


def _wrote(lines: Sequence[str], place: int) -> int:
    """Such a heading goes on in the next lines where an address makes it long; a sentence above
    another heading is none."""
    for count in range(1, WROTE_LINES_MAX + 1):
        rows = [unmarked(it) for it in lines[place : place + count]]
        if not all(rows):
            return 0
        if _WROTE.fullmatch(" ".join(rows)):
            later = any(_wrote(lines, place + at) for at in range(1, count))
            return 0 if later or (count > 1 and "@" not in " ".join(rows)) else count
    return 0


def _block(lines: Sequence[str], place: int) -> int:
    """A block of fields that begins with From; a rule or "Original Message" may stand before it."""
    start = place
    if _RULE.fullmatch(lines[place]) or _ORIGINAL.fullmatch(lines[place]):
        start += 1
        while start < len(lines) and start < place + KINDS_MIN and not lines[start].strip():
            start += 1
    found = _kinds(lines[start : start + BLOCK_LINES_MAX])
    is_whole = found[:1] == ["from"] and len(found) >= KINDS_MIN
    return start - place + len(found) if is_whole else 0


def _kinds(lines: Sequence[str]) -> list[str]:
    """What each of the lines at the start is a field of, none of them twice."""
    found: list[str] = []
    for line in lines:
        field = _FIELD.match(line)
        if field is None or field.lastgroup in found:
            break
        found.append(str(field.lastgroup))
    return found
