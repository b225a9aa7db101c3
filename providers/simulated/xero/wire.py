"""How Xero writes dates, moments, money and JSON, and the forms in which it accepts them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from xml.sax.saxutils import escape

MS_DATE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
TEXT_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$")
CENT = Decimal("0.01")
_quote: Callable[[str], str] = json.encoder.encode_basestring_ascii


def read_date(value: object) -> str:
    """``2026-11-01``, ``2026-11-01T00:00:00`` or ``/Date(ms)/`` as an ISO date.

    Raises ValueError.
    """
    text = str(value)
    if found := MS_DATE.match(text):
        return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date().isoformat()
    if found := TEXT_DATE.match(text):
        return date.fromisoformat(found[1]).isoformat()
    raise ValueError(f"{text!r} is not a date")


def read_money(value: object) -> Decimal:
    """An amount rounded to cents, half up. Raises ValueError."""
    return to_cents(read_number(value))


def read_number(value: object) -> Decimal:
    """Raises ValueError for anything but a finite number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number


def to_cents(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def date_out(iso: str) -> str:
    """An ISO date as ``/Date(ms+0000)/``."""
    return f"/Date({_milliseconds(iso)}+0000)/"


def moment_out(iso: str) -> str:
    """A UTC moment, ISO with milliseconds and without a zone, as ``/Date(ms+0000)/``."""
    return f"/Date({_milliseconds(iso)}+0000)/"


def moment_text(iso: str) -> str:
    return f"{iso[:19]}+00:00"


def now_out(now: datetime) -> str:
    """The form of an envelope's DateTimeUTC: without an offset."""
    return f"/Date({int(now.timestamp() * 1000)})/"


def moment_of(now: datetime) -> str:
    """How a moment is kept inside: UTC, milliseconds, no zone, so that text order is time order."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}"


def day_text(iso: str) -> str:
    """``30-Nov-2018``, as in the messages about locked periods."""
    return date.fromisoformat(iso[:10]).strftime("%d-%b-%Y")


def _milliseconds(iso: str) -> int:
    at = datetime.fromisoformat(iso).replace(tzinfo=UTC)
    return round(at.timestamp() * 1000)


def dump(value: Any) -> str:
    """JSON with every Decimal exactly as it is written, and the slashes of dates escaped."""
    parts: list[str] = []
    _dump(value, parts.append)
    return "".join(parts)


def _dump(value: Any, add: Callable[[str], None]) -> None:
    if isinstance(value, dict):
        _dump_object(value, add)
    elif isinstance(value, list):
        separator = "["
        for item in value:
            add(separator)
            _dump(item, add)
            separator = ","
        add("]" if value else "[]")
    else:
        add(_dump_scalar(value))


def _dump_object(value: dict[str, Any], add: Callable[[str], None]) -> None:
    separator = "{"
    for key, item in value.items():
        add(f'{separator}"{key}":')
        _dump(item, add)
        separator = ","
    add("}" if value else "{}")


def _dump_scalar(value: Any) -> str:
    if isinstance(value, str):
        quoted = _quote(value)
        return quoted.replace("/", "\\/") if value.startswith("/Date(") else quoted
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def dump_xml(name: str, value: Any) -> str:
    """What Xero answers to a caller that does not ask for JSON."""
    if isinstance(value, dict):
        inside = "".join(dump_xml(key, item) for key, item in value.items())
    elif isinstance(value, list):
        inside = "".join(dump_xml(name.removesuffix("s") or name, item) for item in value)
    else:
        inside = escape(_dump_scalar(value).strip('"'))
    return f"<{name}>{inside}</{name}>"
