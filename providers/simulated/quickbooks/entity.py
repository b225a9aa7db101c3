"""What is particular to one kind of record, as a value that the common rules of writing use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from providers.simulated.quickbooks.book import Book
from providers.simulated.store import Doc

TRANSACTIONS = "transaction"
"""The series that numbers all transactions of a company; names have one together as well."""
NAMES = "name"

Compose = Callable[[Book, Doc | None, Doc], Doc]
"""From the old record (None for a new one) and the wished one to what will be kept, without Id,
version and times. Raises Refusal."""
Post = Callable[[Book, Doc | None, Doc | None], None]
"""Carry a change over to the records it is linked with; None stands for not being there."""


def post_nothing(_book: Book, _old: Doc | None, _new: Doc | None) -> None:
    """For records that are linked with no others."""


@dataclass(frozen=True, slots=True)
class Entity:
    """`blanked` are the properties that a full update empties when they are not sent; `required`
    must be in every full update, and in a sparse one too with `required_always`."""

    name: str
    compose: Compose
    series: str
    first_id: int = 1
    post: Post = post_nothing
    erase: Callable[[Book, Doc], None] | None = None
    void: Callable[[Book, Doc], Doc] | None = None
    dated: bool = False
    required: tuple[str, ...] = ()
    required_always: bool = False
    blanked: frozenset[str] = field(default_factory=frozenset)
