"""One document over another: what the upper one says of its own, and both of them together.

Parts that are documents themselves are laid over each other field by field, segments by their
names (`own_segments`). Everything else, lists and amounts by currency among it, is one value, which
the upper document replaces as a whole. So are segments that were stored as a list: by versions from
before they were laid over by name, and where their order is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from connector.rules.own_segments import laid_by_name, own_segments
from dunning.rules.segments import Segment


def own_values(lower: BaseModel, whole: BaseModel) -> dict[str, Any]:
    """What `whole` says otherwise than `lower`, as JSON."""
    found = own_with_lists(lower, whole)
    for name, before, after in _differing(lower, whole):
        if _is_document(lower, name):
            found[name] = own_values(before, after)
        elif _are_segments(lower, name):
            found[name] = own_segments(before, after)
    return found


def own_with_lists(lower: BaseModel, whole: BaseModel) -> dict[str, Any]:
    """The same with every list as one value, segments too: so that nothing of another document is
    ever added to them."""
    document = whole.model_dump(mode="json")
    found: dict[str, Any] = {}
    for name, part, value in _differing(lower, whole):
        found[name] = own_with_lists(part, value) if _is_document(lower, name) else document[name]
    return found


def laid_over(lower: BaseModel, own: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document, as JSON that is not checked yet."""
    document = lower.model_dump(mode="json")
    for name, value in own.items():
        is_laid = isinstance(value, Mapping)
        if is_laid and _is_document(lower, name):
            document[name] = laid_over(getattr(lower, name), value)
        elif is_laid and _are_segments(lower, name):
            document[name] = laid_by_name(document[name], dict(value))
        else:
            document[name] = value
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


def _are_segments(model: BaseModel, name: str) -> bool:
    field = type(model).model_fields.get(name)
    return field is not None and field.annotation == tuple[Segment, ...]
