"""HTML as a document: what a reader sees of it, and none of what is hidden from the eye."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from providers.remittances import plain
from providers.remittances.document import (
    COLUMNS_MAX,
    ROWS_MAX,
    TEXT_CHARACTERS_MAX,
    Cell,
    Document,
    Grid,
)

DEPTH_MAX = 500
ATTRIBUTES_CHARACTERS_MAX = 5_000
MARKUP_CHARACTERS_MAX = 2_000_000
UNSEEN = frozenset(("head", "script", "style", "template", "title", "noscript", "object"))
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                  "source", "wbr"))  # fmt: skip
BLOCKS = frozenset(("br", "div", "h1", "h2", "h3", "h4", "li", "ol", "p", "table", "tr", "ul"))
QUOTES = ("gmail_quote", "yahoo_quoted", "divrplyfwdmsg", "appendonsend", "moz-cite-prefix")
WHITE_FROM = 0xF0
SHORT_HEX = 3

_HIDING = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0+)?(?:;|$)|"
    r"font-size:0(?:\.0+)?(?:px|pt|em|%|;|$)|max-height:0(?:px|;|$)|"
    r"(?:text-indent|left|top):-\d{3,}"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w:-]{0,40})(?:\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"']+))?""")
_STYLE = re.compile(r"<style[^<>]*>", re.IGNORECASE)
_RULE = re.compile(r"([.#][\w-]+)\s*\{([^{}]{0,2000})\}")


@dataclass
class _Open:
    """One element that is open: whether it is hidden, and whether light text shows on it."""

    tag: str
    hidden: bool
    dark: bool
    white: bool


@dataclass
class _Table:
    grid: Grid = field(default_factory=list)
    cell: list[str] | None = None
    span: int = 1
    holds_tables: bool = False


class _Reader:
    """Reads tag by tag in one pass; Python's own parser takes quadratic time on broken markup."""

    def __init__(self, rules: dict[str, str], *, quoted: bool) -> None:
        self.grids: list[Grid] = []
        self.text: list[str] = []
        self._rules = rules
        self._quoted = quoted
        self._open: list[_Open] = []
        self._tables: list[_Table] = []
        self._cut = False

    def feed(self, markup: str) -> None:
        position = 0
        for found in _TAG.finditer(markup):
            self._say(markup[position : found.start()])
            position = found.end()
            closing, tag, rest = found.group(1), found.group(2).lower(), found.group(3)
            if closing:
                self._end(tag)
            else:
                self._start(tag, _attributes(rest))
        self._say(markup[position:])
        while self._tables:
            self._end_table()

    def _start(self, tag: str, told: dict[str, str]) -> None:
        if not self._quoted and _is_quote(tag, told):
            self._cut = self._cut or tag != "blockquote"
            told["hidden"] = ""
        if tag in BLOCKS:
            self._write("\n")
        if tag in VOID or len(self._open) >= DEPTH_MAX:
            return
        above = self._open[-1] if self._open else _Open("", hidden=False, dark=False, white=False)
        self._open.append(_shown(tag, told, above, self._rules))
        if tag == "table":
            for table in self._tables:
                table.holds_tables = True
            self._tables.append(_Table())
        elif self._tables:
            self._begin(tag, told)

    def _end(self, tag: str) -> None:
        if tag in BLOCKS:
            self._write("\n")
        places = [n for n, element in enumerate(self._open) if element.tag == tag]
        if not places:
            return
        del self._open[places[-1] :]
        if tag == "table" and self._tables:
            self._end_table()
        elif tag in ("td", "th", "tr"):
            self._end_cell()

    def _say(self, data: str) -> None:
        top = self._open[-1] if self._open else None
        if self._cut or (top and (top.hidden or (top.white and not top.dark))):
            return
        self._write(re.sub(r"\s+", " ", unescape(data)))

    def _write(self, text: str) -> None:
        self.text.append(text)
        if self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cell.append(text)

    def _begin(self, tag: str, told: dict[str, str]) -> None:
        table = self._tables[-1]
        if tag == "tr":
            self._end_cell()
            table.grid.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            table.cell = []
            table.span = int(told["colspan"]) if re.fullmatch(r"\d\d?", told.get("colspan", "")) \
                else 1  # fmt: skip

    def _end_table(self) -> None:
        self._end_cell()
        table = self._tables.pop()
        if not table.holds_tables and table.grid:
            self.grids.append(table.grid)

    def _end_cell(self) -> None:
        table = self._tables[-1] if self._tables else None
        if table is None or table.cell is None:
            return
        if not table.grid:
            table.grid.append([])
        row = table.grid[-1]
        if len(row) < COLUMNS_MAX and len(table.grid) <= ROWS_MAX:
            cells: list[Cell] = [" ".join("".join(table.cell).split())]
            row += cells + [""] * (table.span - 1)
        table.cell = None
        self.text.append("  ")


def document(markup: str, *, quoted: bool = True) -> Document:
    """The visible part of HTML; without `quoted`, not what an answer repeats from before."""
    markup = markup[:MARKUP_CHARACTERS_MAX]
    first, *others = markup.split("<!--")
    markup = first + "".join(piece.partition("-->")[2] for piece in others)
    rules: dict[str, str] = {}
    for style in _STYLE.split(markup)[1:]:
        told = _RULE.findall(style.partition("</")[0])
        rules |= {name.casefold(): _tight(body) for name, body in told}
    reader = _Reader(rules, quoted=quoted)
    reader.feed(markup)
    text = "\n".join(line.strip() for line in "".join(reader.text).splitlines())
    text = re.sub(r"\n{3,}", "\n\n", text)[:TEXT_CHARACTERS_MAX]
    if reader.grids:
        return Document(tuple(reader.grids), text)
    return plain.document(text)


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text[:ATTRIBUTES_CHARACTERS_MAX])
    return {name.lower(): unescape(value.strip("\"'")) for name, value in found}


def _shown(tag: str, told: dict[str, str], above: _Open, rules: dict[str, str]) -> _Open:
    names = [f".{name}" for name in told.get("class", "").casefold().split()]
    names.append(f"#{told.get('id', '').casefold()}")
    style = ";".join([*(rules.get(name, "") for name in names), _tight(told.get("style", ""))])
    hidden = above.hidden or tag in UNSEEN or "hidden" in told or bool(_HIDING.search(style))
    ground = _last(_GROUND, style) or _tight(told.get("bgcolor", ""))
    colour = _last(_COLOUR, style) or _tight(told.get("color", ""))
    dark = above.dark if not ground else not _is_white(ground) and ground != "transparent"
    white = above.white if not colour else _is_white(colour)
    return _Open(tag, hidden=hidden, dark=dark, white=white)


def _is_quote(tag: str, told: dict[str, str]) -> bool:
    names = f"{told.get('class', '')} {told.get('id', '')}".casefold().split()
    return tag == "blockquote" or any(name.startswith(QUOTES) for name in names)


def _tight(style: str) -> str:
    return re.sub(r"\s+", "", style.casefold())


def _last(pattern: re.Pattern[str], style: str) -> str:
    found = pattern.findall(style)
    return str(found[-1]) if found else ""


def _is_white(colour: str) -> bool:
    if colour == "white":
        return True
    if found := re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", colour):
        text = found[1]
        pairs = [c * 2 for c in text] if len(text) == SHORT_HEX else re.findall("..", text)
        return all(int(pair, 16) >= WHITE_FROM for pair in pairs)
    parts = re.fullmatch(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,[\d.]+)?\)", colour)
    return parts is not None and all(int(part) >= WHITE_FROM for part in parts.groups())
