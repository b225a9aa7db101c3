"""On which ledgers a test runs that takes `ledger`."""

from __future__ import annotations

from zlib import crc32

import pytest

LEDGERS = ("quickbooks", "xero")
EVERYWHERE = "--both-ledgers"


def on_ledgers(metafunc: pytest.Metafunc) -> None:
    """Whatever takes `ledger` runs on each, or, where it is marked `either_ledger` because what it
    tests is the same behind both, on one of them: half of such tests on each, by their names. With
    the option for it those run on both, too."""
    chosen = {
        name
        for mark in metafunc.definition.iter_markers("parametrize")
        for name in (mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0])
    }
    if "ledger" not in metafunc.fixturenames or "ledger" in chosen:
        return
    by_name = LEDGERS[crc32(metafunc.function.__name__.encode()) % 2]
    is_either = metafunc.definition.get_closest_marker("either_ledger")
    one = is_either and not metafunc.config.getoption(EVERYWHERE)
    metafunc.parametrize("ledger", [by_name] if one else LEDGERS, indirect=True)


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> str:
    return str(request.param)
