"""The tags of an OFX file, SGML (1.x) or XML (2.x), without anything being expanded or fetched."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from providers.bank.refusal import BadStatement

HIDDEN = (("<!--", "-->"), ("<?", "?>"))
CDATA = ("<![CDATA[", "]]>")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]{0,40})(?:\s[^<>]*)?(/?)>")


def is_ofx(text: str) -> bool:
    return re.search(r"OFXHEADER|<OFX>", text[:5000], re.IGNORECASE) is not None


def tags(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each opening tag, and ("/name", "") of each closing one.

    A value goes up to the next tag; in SGML nothing else ends it. Raises BadStatement.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise BadStatement("the file declares entities or a document type; OFX has neither")
    for marks in HIDDEN:
        text = _replaced(text, *marks, lambda _inner: "")
    text = _replaced(text, *CDATA, html.escape)
    begin = re.search(r"<OFX>", text, re.IGNORECASE)
    if begin is None:
        raise BadStatement("no <OFX> begins; ask the bank for the file again")
    if not re.search(r"</OFX>\s*$", text, re.IGNORECASE):
        raise BadStatement("no </OFX> ends the file; it is cut short: ask the bank for the whole")
    found = list(TAG.finditer(text, begin.start()))
    for place, tag in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        name = tag[2].upper()
        if tag[1]:
            yield f"/{name}", ""
        else:
            yield name, html.unescape(text[tag.end() : end]).strip()


def _replaced(text: str, begin: str, end: str, by: Callable[[str], str]) -> str:
    """The text with what stands between two marks replaced, in one pass over it."""
    kept, at = [], 0
    while (start := text.find(begin, at)) >= 0:
        stop = text.find(end, start + len(begin))
        if stop < 0:
            raise BadStatement(f"{begin} does not end; ask the bank for the file again")
        kept += [text[at:start], by(text[start + len(begin) : stop])]
        at = stop + len(end)
    return "".join((*kept, text[at:]))
