"""The tags of an OFX file, SGML (1.x) or XML (2.x), without anything being expanded or fetched."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from providers.bank.refusal import BadStatement

HIDDEN = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]{0,40})(?:\s[^<>]*)?(/?)>")


def is_ofx(text: str) -> bool:
    return re.search(r"OFXHEADER|<OFX>", text[:5000], re.IGNORECASE) is not None


def tags(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each opening tag, and ("/name", "") of each closing one.

    A value goes up to the next tag; in SGML nothing else ends it. Raises BadStatement.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise BadStatement("the file declares entities or a document type; OFX has neither")
    text = CDATA.sub(lambda found: html.escape(found[1]), HIDDEN.sub("", text))
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
