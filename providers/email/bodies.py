"""The words of an e-mail without markup, and without all that may be a quotation."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from providers.email import headings

TEXT_CHARACTERS_MAX = 20_000
HTML_CHARACTERS_MAX = 500_000
DEPTH_MAX = 5

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>|<[!?][^<>]*>")
_UNSEEN = ("script", "style", "title")
_BREAKS = frozenset((
    "blockquote", "br", "div", "li", "p", "table", "td", "th", "tr", "ul", "ol", "h1", "h2", "h3",
))  # fmt: skip
_CITED = re.compile(r"""(?i)\btype\s*=\s*["']?cite|\bcite\s*=|\bgmail_quote\b""")


def plain(markup: str) -> str:
    """The text of HTML, scripts and styles left out, one line for each block; what a mail program
    marks as quoted stands behind > (RFC 3676, 4.5). What is only indented is not."""
    markup = _without_comments(markup[:HTML_CHARACTERS_MAX])
    lowered = markup.lower()
    last = {name: lowered.rfind(f"</{name}") for name in _UNSEEN}
    page = _Page()
    hidden, position = "", 0
    for tag in _TAG.finditer(markup):
        if not hidden:
            page.say(_flat(markup[position : tag.start()]))
        position = tag.end()
        closing, name = bool(tag.group(1)), (tag.group(2) or "").lower()
        if hidden:
            hidden = "" if closing and name == hidden else hidden
        elif not closing and last.get(name, -1) > tag.start():
            hidden = name
        else:
            page.take(name, closing, tag.group(3) or "")
    page.say(_flat(markup[position:]))
    return page.text()


class _Page:
    """The lines of a page so far."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._quotes: list[bool] = []

    def say(self, text: str) -> None:
        self._lines[-1][1].append(text)

    def take(self, name: str, closing: bool, told: str) -> None:
        """Take in a tag; `told` are its attributes."""
        if name == "blockquote" and not closing:
            self._quotes.append(bool(_CITED.search(told)))
        elif name == "blockquote" and self._quotes:
            self._quotes.pop()
        if name in _BREAKS:
            self._lines.append((min(sum(self._quotes), DEPTH_MAX), []))

    def text(self) -> str:
        lines = ((depth, html.unescape("".join(parts))) for depth, parts in self._lines)
        return "\n".join(">" * depth + " " * bool(depth) + line for depth, line in lines)


def _without_comments(markup: str) -> str:
    """A comment that never ends is text."""
    first, *rest = markup.split("<!--")
    return first + "".join(
        piece.partition("-->")[2] if "-->" in piece else f"<!--{piece}" for piece in rest
    )


def answer(text: str) -> str:
    """What certainly is the sender's: quoted lines are left out, and all that follows what may head
    a quotation. What a person is shown is told by `own_words`."""
    lines = lines_of(text)
    kept: list[str] = []
    place = 0
    while place < len(lines):
        heading = headings.loosely(lines, place) or headings.quotation(lines, place)
        if heading and not _quoted_after(lines, place + heading):
            break
        if not heading and not headings.is_marked(lines[place]):
            kept.append(lines[place])
        place += heading or 1
    return tidy(kept)


def lines_of(text: str) -> list[str]:
    """At most 20,000 characters of a text in lines."""
    text = text[:TEXT_CHARACTERS_MAX].replace("\r\n", "\n").replace("\r", "\n")
    return [line.rstrip() for line in text.split("\n")]


def tidy(lines: Sequence[str]) -> str:
    """The lines as one text, with no more than one empty line between two."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _quoted_after(lines: Sequence[str], place: int) -> bool:
    following = next((line for line in lines[place:] if line.strip()), "")
    return headings.is_marked(following)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
