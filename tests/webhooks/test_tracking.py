"""The doors in messages: nothing in an address leads anywhere that the database does not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from connector.correspondence import tracking
from connector.correspondence.tracking import Event, Link, Purpose
from tests.webhooks.hall import NOW, Hall, hall
from webhooks import machines
from webhooks import tracking as door

TARGET = "https://pay.ledger.example/i/1?key=2"
AGENT = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Hall]:
    made = hall(tmp_path)
    with made.deps.writing() as tx:
        tracking.keep(tx, [
            Link(made.connections["xero"], token, "<m@x.example>", "k", "ash", "ann@ash.example",
                 purpose, target, "", NOW - timedelta(hours=1))
            for token, purpose, target in (
                ("aa", Purpose.OPEN, ""), ("bb", Purpose.PAY, TARGET), ("cc", Purpose.LEAVE, ""),
            )
        ])  # fmt: skip
    yield made
    made.deps.engine.dispose()


def get(doors: Hall, path: str, *, agent: str = AGENT, method: str = "GET") -> TestResponse:
    return doors.client.open(path, method=method, headers={"User-Agent": agent})


def events(doors: Hall) -> tuple[Event, ...]:
    with doors.deps.reading() as tx:
        found = tracking.of_messages(tx, doors.connections["xero"], ["<m@x.example>"])
    return found["<m@x.example>"].events


def test_a_picture_is_answered_and_counted(doors: Hall) -> None:
    answer = get(doors, "/t/aa.gif")
    assert (answer.status_code, answer.mimetype) == (200, "image/gif")
    assert answer.data == door.PIXEL
    assert answer.data.startswith(b"GIF89a\x01\x00\x01\x00"), "one pixel by one"
    assert "Set-Cookie" not in answer.headers
    assert [(e.recipient, e.by_machine) for e in events(doors)] == [("ann@ash.example", False)]


@pytest.mark.parametrize("token", ["bb", "cc", "guessed", "%00", "é", "a" * 5000])
def test_nobody_learns_from_a_picture_which_tokens_there_are(doors: Hall, token: str) -> None:
    answer = get(doors, f"/t/{token}.gif")
    assert (answer.status_code, answer.data) == (200, door.PIXEL)
    assert events(doors) == ()


def test_a_link_leads_where_the_database_says_and_nowhere_else(doors: Hall) -> None:
    for path in ("/t/bb", "/t/bb?to=https://evil.example", "/t/bb?next=//evil.example"):
        answer = get(doors, path)
        assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)
    assert answer.data == b""
    assert "Set-Cookie" not in answer.headers
    assert len(events(doors)) == 1


@pytest.mark.parametrize("path", [
    "/t/aa", "/t/cc", "/t/guessed", "/t/https:%2F%2Fevil.example", "/t/bb/https://evil.example",
])  # fmt: skip
def test_what_is_no_link_leads_nowhere(doors: Hall, path: str) -> None:
    answer = get(doors, path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert events(doors) == ()


def test_a_thousand_reloads_write_once(doors: Hall) -> None:
    written: list[str] = []
    sa.event.listen(
        doors.deps.engine, "before_cursor_execute",
        lambda _c, _u, statement, *_rest: written.append(statement),
    )  # fmt: skip
    for _ in range(1000):
        assert get(doors, "/t/aa.gif").status_code == 200
    assert len([statement for statement in written if "INSERT" in statement]) == 1
    assert [event.words for event in events(doors)] == ["opened (unreliable)"]


@pytest.mark.parametrize(("method", "agent", "hours", "by_machine"), [
    ("GET", AGENT, 1, False),
    ("GET", GMAIL, 1, False),
    ("HEAD", AGENT, 1, True),
    ("GET", machines.APPLE, 1, True),
    ("GET", "", 1, True),
    ("GET", "Barracuda Sentinel (EE)", 1, True),
    ("GET", "python-requests/2.32", 1, True),
    ("GET", AGENT, 0.005, True),
])  # fmt: skip
def test_what_is_known_to_be_a_machine(
    method: str, agent: str, hours: float, by_machine: bool
) -> None:
    assert machines.is_machine(method, agent, age=timedelta(hours=hours)) is by_machine
