from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.audit import Entry
from ui_embed import words

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "just now"), (0, "just now"), (59, "just now"), (60, "1 minute ago"),
        (3599, "59 minutes ago"), (3600, "1 hour ago"), (86_399, "23 hours ago"),
        (86_400, "1 day ago"), (864_000, "10 days ago"),
    ],
)  # fmt: skip
def test_how_long_ago(seconds: int, told: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == told


def test_a_moment_is_told_in_the_zone_of_the_client() -> None:
    assert words.moment(NOW, "America/New_York") == "02 Nov 2026, 04:30 EST"


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("paused", "Paused"),
        ("apply_unapplied.confirmed", "Applying money: confirmed"),
        ("something_new.happened", "Something new: happened"),
        ("something", "Something: done"),
    ],
)
def test_every_event_has_words(event: str, told: str) -> None:
    entry = Entry(1, NOW, "ledgerhand", event, "", None, {}, "")
    assert words.event(entry) == told


def test_sentences() -> None:
    assert words.sentence("done") == "Done."
    assert words.sentence("Really?") == "Really?"
    assert words.subject("credit_note:7/USD") == "credit note 7, USD"
