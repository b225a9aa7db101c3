"""JSON in which an amount is an exact number on the way in and on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Doc = dict[str, Any]


def load(text: bytes | str) -> Any:
    """Parse JSON; numbers with a point become Decimal. Raises ValueError on anything else."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def dump(value: object) -> bytes:
    """Write JSON; a Decimal becomes a plain number, digit for digit, and a float is refused."""
    return _text(value).encode()


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount")
        return format(value, "f")
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; money is exact")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(k))}:{_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "[" + ",".join(_text(part) for part in value) + "]"
    return json.dumps(value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
