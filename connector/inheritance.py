"""One document over another: what the upper one says of its own, and both of them together.

Parts that are documents themselves are laid over each other field by field. Everything else, lists
and amounts by currency among it, is one value, which the upper document replaces as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel


def own_values(lower: BaseModel, whole: BaseModel) -> dict[str, Any]:
    """What `whole` says otherwise than `lower`, as JSON."""
    document = whole.model_dump(mode="json")
    found: dict[str, Any] = {}
    for name, part, value in _differing(lower, whole):
        found[name] = own_values(part, value) if _is_document(lower, name) else document[name]
    return found


def laid_over(lower: BaseModel, own: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document, as JSON that is not checked yet."""
    document = lower.model_dump(mode="json")
    for name, value in own.items():
        is_part = _is_document(lower, name) and isinstance(value, Mapping)
        document[name] = laid_over(getattr(lower, name), value) if is_part else value
    return document


def _differing(lower: BaseModel, whole: BaseModel) -> Iterator[tuple[str, Any, Any]]:
    for name in type(lower).model_fields:
        before, after = getattr(lower, name), getattr(whole, name)
        if before != after:
            yield name, before, after


def _is_document(model: BaseModel, name: str) -> bool:
    """Whether a field always is a document: one that may be missing has no fields to lay over."""
    field = type(model).model_fields.get(name)
    kind = field.annotation if field else None
    return isinstance(kind, type) and issubclass(kind, BaseModel)
