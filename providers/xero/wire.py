"""Xero's JSON in and out: exact numbers, and the three ways in which it writes a date."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

Json = dict[str, Any]

_MICROSOFT_DATE = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(body: bytes) -> Json:
    """The object in an answer or a webhook; numbers stay exact. Raises ValueError."""
    try:
        parsed = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if not isinstance(parsed, dict):
        raise ValueError(f"the JSON is a {type(parsed).__name__}, not an object")  # noqa: TRY004
    return parsed


def dump(value: Any) -> bytes:
    """JSON in which a Decimal is a number, written digit by digit as it is."""
    return _render(value).encode()


def items(document: Json, name: str) -> list[Json]:
    """The objects of a list that may be missing or null."""
    found = document.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def part(document: Json, name: str) -> Json:
    """A nested object that may be missing or null."""
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def text(document: Json, name: str) -> str:
    """A text that may be missing or null, without blanks around it."""
    found = document.get(name)
    return "" if found is None else str(found).strip()


def flag(document: Json, name: str) -> bool:
    """A truth value; inside a batch payment Xero sends it as text."""
    return str(document.get(name, "")).lower() == "true"


def amount(document: Json, name: str) -> Decimal:
    """An amount, 0 if it is missing; inside a batch payment Xero sends it as text.

    Raises ValueError if it is no number.
    """
    found = document.get(name)
    try:
        return Decimal(0) if found in (None, "") else Decimal(str(found))
    except InvalidOperation as error:
        raise ValueError(f"{name} is {found!r}, which is no amount") from error


def moment(value: Any) -> datetime:
    """An aware UTC moment from ``/Date(ms+0000)/`` or ISO 8601 (UTC if it names no zone).

    Raises ValueError if it is neither.
    """
    written = str(value)
    if found := _MICROSOFT_DATE.fullmatch(written):
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    return _aware(datetime.fromisoformat(written)).astimezone(UTC)


def moment_of(document: Json, name: str) -> datetime:
    """A moment that may be missing: then the beginning of time, so that anything is newer."""
    return moment(document[name]) if document.get(name) else _EPOCH


def day(document: Json, name: str) -> date | None:
    """A day in the organisation's own calendar, None if it is missing.

    ``<name>String`` is preferred where Xero sends it. Raises ValueError on any other form.
    """
    written = text(document, f"{name}String") or text(document, name)
    if not written:
        return None
    if found := _MICROSOFT_DATE.fullmatch(written):
        return (_EPOCH + timedelta(milliseconds=int(found[1]))).astimezone(_zone(found[2])).date()
    return date.fromisoformat(written[:10])


def _zone(offset: str | None) -> timezone:
    if not offset:
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _render(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)}:{_render(inner)}" for name, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_render(inner) for inner in value) + "]"
    assert not isinstance(value, float), "money is exact"
    return json.dumps(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
