from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from providers.errors import OutcomeUnknown
from providers.http import Http
from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.journal import Journal
from providers.simulated.store import Store
from providers.simulated.world import World
from tests.providers.simulated.toy import Toy

URL = "http://toy.test"


@pytest.fixture
def world() -> World:
    return World(StillClock(datetime(2026, 1, 2, tzinfo=UTC)), Store())


@pytest.fixture
def toy(world: World) -> Toy:
    return Toy(world)


@pytest.fixture
def session(world: World, toy: Toy) -> requests.Session:
    session = requests.Session()
    session.mount(URL, InProcess(Gateway(world, toy)))
    return session


def test_a_request_reaches_the_product_whole(session: requests.Session) -> None:
    answer = session.post(
        f"{URL}/a%20b/é?q=1&q=2", data=b"hello", headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "method": "POST",
        "path": "/a b/é".encode().decode("latin-1"),
        "query": "q=1&q=2",
        "body": "hello",
        "type": "text/plain",
        "count": 1,
    }
    assert session.cookies.get_dict() == {"a": "b"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("fault", "seen", "done"),
    [
        ("timeout_after_commit", requests.ReadTimeout, 1),
        ("reset_after_commit", requests.ConnectionError, 1),
        ("cut_body", requests.exceptions.ChunkedEncodingError, 1),
        ("late_commit", requests.ReadTimeout, 0),
    ],
)
def test_a_broken_answer_is_what_a_client_would_see(
    world: World,
    toy: Toy,
    session: requests.Session,
    fault: str,
    seen: type[Exception],
    done: int,
) -> None:
    world.faults.replace([Fault(fault, seconds=60)])
    with pytest.raises(seen):
        session.post(f"{URL}/x", data=b"1")
    assert toy.count() == done


def test_a_late_commit_is_done_when_its_time_has_come(
    world: World, toy: Toy, session: requests.Session
) -> None:
    world.faults.replace([Fault("late_commit", seconds=60)])
    with pytest.raises(requests.ReadTimeout):
        session.post(f"{URL}/x", data=b"1")
    world.clock.advance(timedelta(seconds=61))
    world.do_what_is_due()
    assert toy.count() == 1


def test_our_own_http_takes_a_broken_write_for_an_unknown_outcome(world: World, toy: Toy) -> None:
    http = Http(adapters={URL: InProcess(Gateway(world, toy))})
    world.faults.replace([Fault("reset_after_commit")])
    with pytest.raises(OutcomeUnknown):
        http.call("toy.thing.write", "POST", f"{URL}/x", writes=True, body=b"1")
    assert http.call("toy.thing.write", "POST", f"{URL}/x", writes=True, body=b"1").status == 200


def test_every_request_is_written_down(world: World, session: requests.Session) -> None:
    world.faults.replace([Fault("429")])
    headers = {"Authorization": "me", "Idempotency-Key": "k"}
    assert session.put(f"{URL}/x", headers=headers).headers["Retry-After"] == "7"
    session.get(f"{URL}/page")
    (row,) = Journal(world).rows()
    assert row["client"] == "me"
    assert row["idempotency_key"] == "k"
    assert row["status"] == "429"
    assert row["kind"] == "toy.thing.write"


@pytest.mark.timeout(20)
def test_thousands_of_calls_a_second(session: requests.Session) -> None:
    for _ in range(300):
        session.get(f"{URL}/x")
