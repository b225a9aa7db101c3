"""A client's own template for one step in one language, checked before it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from dunning.rules.steps import Document
from dunning.words import placeholders
from dunning.words.banned import banned

Language = Literal["en", "de", "fr", "es", "nl"]
BODY_CHARACTERS_MAX = 100_000
KEPT = "kept"
"""The context of validation for what was checked when it was kept: a list of banned phrases that
has grown since must not make a stored policy unreadable."""
AMOUNT = re.compile(
    r"(?:[$\u20ac\u00a3\u00a5]|\b(?:USD|EUR|GBP|AUD|CAD|NZD|CHF))\s*\d[\d.,]*"
    r"|\d[\d.,]*\s*(?:[$\u20ac\u00a3\u00a5]|(?:USD|EUR|GBP|AUD|CAD|NZD|CHF)\b)"
)
"""What a letter asks for is the decision's, never a template's."""
_SUBJECT = re.compile(r"\A\s*Subject:[ \t]*([^\r\n]*)(?:\r?\n|\Z)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_USED = re.compile(r"\{\{-?\s*(\w+)")


class OwnTemplate(Document):
    """`body` is text, or HTML with `markup`; an empty `subject` leaves ours.

    It is used for the step's usual message. Where a message has another purpose, such as a promise
    that was not kept, or is softer than its step, our own words are used.
    """

    step: str = Field(min_length=1, max_length=40)
    language: Language
    subject: str = Field(default="", max_length=300)
    body: str = Field(min_length=1, max_length=BODY_CHARACTERS_MAX)
    markup: bool = False

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        if info.context == KEPT:
            return self
        if found := list(self.faults()):
            raise ValueError("\n".join(found))
        return self

    def faults(self) -> Iterator[str]:
        """What keeps the template from being used, each with its line."""
        yield from (f"subject: {fault}" for fault in placeholders.faults(self.subject))
        yield from placeholders.faults(self.body)
        used = set(_USED.findall(placeholders.translated(self.body)))
        if not ("table" in used or {"invoice_number", "total"} <= used):
            yield "it must say what is owed: {{ table }}, or {{ invoice_number }} and {{ total }}"
        for number, line in enumerate((self.subject, *self.body.splitlines())):
            words = unescape(re.sub(r"<[^>]*>|\{[{%].*?[%}]\}", " ", line))
            place = f"line {number}" if number else "subject"
            if amount := AMOUNT.search(words):
                yield f"{place}: {amount[0]} is written out; write {{{{ total }}}}"
            for offence in banned(words, self.language, own=True):
                yield f"{place}: a reminder does not say this ({offence}); take it out"


def read(text: str, *, name: str, step: str, language: str) -> OwnTemplate:
    """A template from a file whose name ends in .html, .htm or .txt. Its subject is the title, or
    a first line that begins with `Subject:`. Raises ValueError with every fault (pydantic's
    ValidationError among them)."""
    markup = name.lower().endswith((".html", ".htm"))
    if not markup and not name.lower().endswith(".txt"):
        raise ValueError(f"{name}: a template is a file that ends in .html or .txt")
    found = (_TITLE if markup else _SUBJECT).search(text)
    subject = " ".join((unescape(found[1]) if markup else found[1]).split()) if found else ""
    # The line of the subject stays, empty, so that faults name the lines of the file.
    body = text if markup or not found else "\n" + text[found.end() :]
    return OwnTemplate.model_validate({
        "step": step, "language": language, "subject": subject, "body": body, "markup": markup,
    })  # fmt: skip
