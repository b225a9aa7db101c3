"""Each guard is needed: with any one of them switched off, some seed goes wrong."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connector import jobs, lease
from connector.correspondence import messages
from connector.deps import Deps
from connector.outgoing import effects, intents
from connector.syncing import second_look
from providers.quickbooks.writer import QuickBooksWriter
from providers.xero.writer import XeroWriter
from tests.simulation.chaos import HEALING, lived
from tests.simulation.judge import faults

SEEDS_MAX = 40
Patch = pytest.MonkeyPatch


def no_key(patch: Patch) -> None:
    """Every attempt goes out under a key of its own."""
    patch.setattr(intents.Intent, "sent_key", property(lambda _self: secrets.token_hex(16)))


def no_look_up(patch: Patch) -> None:
    """After an unknown outcome nobody looks whether the write is there."""
    for writer in (QuickBooksWriter, XeroWriter):
        patch.setattr(writer, "find", lambda *_: "")


def no_lease(patch: Patch) -> None:
    """Two workers do the same job at the same time, and a late one commits what it likes."""

    @contextmanager
    def held(deps: Deps, job: str, about_id: int) -> Iterator[lease.Fence]:
        yield lease.Fence(deps, job, about_id, 0)

    patch.setattr(jobs, "held", held)
    patch.setattr(lease.Fence, "check", lambda *_: None)
    patch.setattr(lease.Fence, "renew", lambda *_: None)


def no_deduplication(patch: Patch) -> None:
    """Nobody keeps which step was taken for which invoice."""
    patch.setattr(messages, "claim_steps", lambda *_, **__: True)
    patch.setattr(effects, "key_of", lambda *_: secrets.token_hex(20))


def no_re_read(patch: Patch) -> None:
    """Messages and writes stand on what was known when they were decided."""

    def as_decided(deps: Deps, *_: Any) -> Any:
        return deps.now(), ()

    patch.setattr(second_look, "_read_again", as_decided)
    patch.setattr(effects, "difference", lambda *_: "")


@pytest.mark.parametrize(
    ("switch_off", "first", "how"),
    [
        (no_key, 12, {}),
        (no_look_up, 0, {}),
        (no_lease, 3, {"crowd": 0.5}),
        (no_deduplication, 17, {"steps": 4, "healing": HEALING[:1]}),
        (no_re_read, 50, {"meddling": 0.5, "hook_fault": 1.0}),
    ],
)
def test_without_a_guard_a_seed_goes_wrong(
    switch_off: Callable[[Patch], None], first: int, how: dict[str, Any], monkeypatch: Patch
) -> None:
    """`first` is shortly before the first seed that shows it, to save the time of those before."""
    for seed in range(first, first + SEEDS_MAX):
        with monkeypatch.context() as patch:
            switch_off(patch)
            wrong = _wrong(seed, how)
        if wrong:
            assert _wrong(seed, how) == []
            return
    pytest.fail(f"{switch_off.__name__}: {SEEDS_MAX} seeds did not miss this guard")


def _wrong(seed: int, how: dict[str, Any]) -> list[str]:
    try:
        with lived(seed, **how) as run:
            return faults(run)
    except (AssertionError, RuntimeError, LookupError) as error:
        return [repr(error)]
