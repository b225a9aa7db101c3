"""The words of an e-mail without markup and without what it quotes."""

from __future__ import annotations

import html
import re

TEXT_CHARACTERS_MAX = 20_000
FIELDS_MIN = 3
HTML_CHARACTERS_MAX = 500_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)?[^<>]*>")
_UNSEEN = frozenset(("blockquote", "head", "script", "style", "title"))
_BREAKS = frozenset(("br", "div", "li", "p", "table", "td", "tr", "ul", "ol", "h1", "h2", "h3"))
_WROTE = re.compile(r"\s*(?:On|Am|Le|El)\b.{0,200}\b(?:wrote|schrieb|écrit|escribió)\b.*:\s*")
_FORWARD = re.compile(
    r"\s*(?:-{3,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine) ?-{3,}"
    r"|_{20,})\s*",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\s*\*?(?:From|Von|De|Sent|Date|To|Subject)\*?:\s", re.IGNORECASE)


def plain(markup: str) -> str:
    """The text of HTML: quotes, scripts and styles left out, one line for each block."""
    parts: list[str] = []
    hidden: list[str] = []
    position = 0
    first, *rest = markup[:HTML_CHARACTERS_MAX].split("<!--")
    markup = first + "".join(piece.partition("-->")[2] for piece in rest)
    for tag in _TAG.finditer(markup):
        if not hidden:
            parts.append(_flat(markup[position : tag.start()]))
        position = tag.end()
        closing, name = bool(tag.group(1)), (tag.group(2) or "").lower()
        if name in _UNSEEN and not closing:
            hidden.append(name)
        elif closing and name in hidden:
            del hidden[hidden.index(name) :]
        elif name in _BREAKS and not hidden:
            parts.append("\n")
    if not hidden:
        parts.append(_flat(markup[position:]))
    return html.unescape("".join(parts))


def answer(text: str) -> str:
    """What the sender wrote: quoted lines are left out, and all that follows a quote's heading."""
    lines = text[:TEXT_CHARACTERS_MAX].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        heading = _heading_lines(lines, place)
        if heading and not _quoted_after(lines, place + heading):
            break
        if heading:
            place += heading
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
        place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _heading_lines(lines: list[str], place: int) -> int:
    """How many lines from `place` head a quotation, 0 if none."""
    if _FORWARD.fullmatch(lines[place]):
        return 1
    for count in (1, 2):
        if _WROTE.fullmatch(" ".join(lines[place : place + count])):
            return count
    fields = [line for line in lines[place : place + 4] if _FIELD.match(line)]
    return 1 if _FIELD.match(lines[place]) and len(fields) >= FIELDS_MIN else 0


def _quoted_after(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
