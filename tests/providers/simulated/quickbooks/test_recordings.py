from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place, build
from tests.providers.simulated.quickbooks.recordings import (
    RECORDINGS,
    Exchange,
    exchanges,
    seed,
    shape,
)

FOLDER = os.environ.get("LEDGERHAND_QUICKBOOKS_RECORDINGS", "")
ABSENT = "LEDGERHAND_QUICKBOOKS_RECORDINGS names no folder with recorded exchanges"
RECORDED = datetime(2020, 9, 29, 13, 0, tzinfo=UTC)
IN_2011 = datetime(2011, 10, 20, tzinfo=UTC)
"""The recorded change data capture asks about 2011; the look-back is thirty days."""


def started(name: str) -> Place:
    place = build()
    place.clock.set(IN_2011 if name.startswith("cdc") else RECORDED)
    seed(place, Path(FOLDER), name)
    place.connect()
    if name == "error/401":
        place.clock.advance(timedelta(hours=2))
    return place


@pytest.mark.skipif(not FOLDER, reason=ABSENT)
@pytest.mark.parametrize("name", RECORDINGS)
def test_the_simulation_answers_as_the_real_service_did(name: str) -> None:
    place = started(name)
    for exchange in exchanges(Path(FOLDER), name):
        answer = place.call(exchange.method, exchange.path, exchange.body, headers=exchange.headers)
        assert answer.status_code == exchange.status, answer.text
        assert answer.headers["intuit_tid"]
        if exchange.answer is None:
            assert answer.mimetype == "application/pdf"
            continue
        told = json.loads(answer.data, parse_float=Decimal)
        assert shape(told) == shape(exchange.answer)
        assert faults(told) == faults(exchange.answer)
        if is_plain_read(exchange):
            assert without_time(told) == without_time(exchange.answer)


def is_plain_read(exchange: Exchange) -> bool:
    return exchange.method == "GET" and exchange.status == 200


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "time"}


def faults(value: Any) -> list[tuple[str, str]]:
    """Code and message of every error, wherever it stands."""
    if isinstance(value, list):
        return [one for inside in value for one in faults(inside)]
    if not isinstance(value, dict):
        return []
    own = [(value["code"], value.get("Message") or value["message"])] if "code" in value else []
    return own + faults(list(value.values()))
