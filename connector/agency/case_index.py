"""The index of a case pack: a page that opens in any browser, with everything in it by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template


@dataclass(frozen=True, slots=True)
class Link:
    """What leads to a file of the pack."""

    text: str
    path: str


Cell = str | Link


@dataclass(frozen=True, slots=True)
class Section:
    """A table; `empty` is said where it has no rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    empty: str


@dataclass(frozen=True, slots=True)
class Front:
    """What stands above the tables. `is_fresh` tells that the ledger was read for it, `is_draft`
    that two people have not referred the customer to an agency."""

    customer: str
    creditor: str
    made_at: str
    zone: str
    by: str
    is_fresh: bool
    facts: tuple[str, ...]
    is_draft: bool = False


def page(front: Front, missing: Sequence[str], sections: Sequence[Section]) -> str:
    said = {name: getattr(front, name) for name in Front.__dataclass_fields__}
    return _template().render(**said, missing=missing, sections=sections)


@cache
def _template() -> Template:
    source = (files("connector.agency") / "templates" / "case.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
