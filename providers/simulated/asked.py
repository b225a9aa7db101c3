"""Reads what a caller of the control API sent, and says how to mend what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Body = Mapping[str, Any]


class BadRequest(Exception):
    """Nothing was done: `what` is wrong at `where`, and `how` says how to mend it."""

    def __init__(self, what: str, *, where: str, how: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.how = how


def body_of(raw: bytes) -> Body:
    """The JSON object of a request; its numbers are exact. Raises BadRequest."""
    try:
        body = json.loads(raw or b"{}", parse_float=Decimal)
    except ValueError as error:
        raise BadRequest(
            f"the body is no JSON: {error}", where="body", how="send one JSON object"
        ) from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object", where="body", how="send {...}")
    return body


def text_of(body: Body, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise BadRequest(f"{name!r} is missing or no text", where=name, how=f'send "{name}": "..."')
    return value.strip()


def list_of(body: Body, name: str) -> list[Any]:
    value = body.get(name)
    if not isinstance(value, list):
        raise BadRequest(f"{name!r} is missing or no list", where=name, how=f'send "{name}": [...]')
    return value


def amount_of(body: Body, name: str) -> Decimal:
    value = body.get(name)
    how = f'send "{name}": "100.00", above zero'
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadRequest(f"{name!r} is missing or no amount", where=name, how=how)
    try:
        amount = Decimal(value)
    except ArithmeticError:
        raise BadRequest(f"{value!r} is no amount", where=name, how=how) from None
    if not amount.is_finite() or amount <= 0:
        raise BadRequest(f"{value} is not above zero", where=name, how=how)
    return amount


def day_of(body: Body, name: str) -> date | None:
    value = text_of(body, name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadRequest(
            f"{value!r} is no date", where=name, how='write it as "2026-11-30"'
        ) from None


def moment_of(body: Body, name: str) -> datetime:
    """An aware moment. Raises BadRequest."""
    value = text_of(body, name)
    how = 'write it with its zone, as "2026-11-30T09:00:00Z"'
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadRequest(f"{value!r} is no moment", where=name, how=how) from None
    if moment.tzinfo is None:
        raise BadRequest(f"{value!r} names no time zone", where=name, how=how)
    return moment


def number_of(body: Body, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadRequest(
            f"{name!r} is missing or no number", where=name, how=f'send "{name}": 3600'
        )
    return float(value)
