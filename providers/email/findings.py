"""What is found when a domain's mail records are read, and the tag lists that most of them are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Resolve = Callable[[str], tuple[str, ...]]
"""The texts (TXT records) at a name, none where there is nothing. Raises TryLater where the DNS
server gives no answer."""


class State(StrEnum):
    """`missing` has to be entered, `wrong` stands there and has to be changed."""

    PASS = "pass"  # noqa: S105
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is a sentence, with the mend where something is to be mended."""

    state: State
    what: str

    @property
    def passes(self) -> bool:
        return self.state is State.PASS


def tags(text: str) -> dict[str, str]:
    """A tag list (RFC 6376, 3.2), its names in lower case; blanks inside values are left out."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, is_tag, value = part.partition("=")
        if is_tag:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found
