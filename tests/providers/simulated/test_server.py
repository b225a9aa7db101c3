from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from providers.simulated.faults import Fault
from providers.simulated.journal import Journal
from providers.simulated.server import Host
from providers.simulated.serving import PortTaken
from tests.providers.simulated.toy import Toy, host_in


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = host_in(tmp_path / "world")
    host.start()
    yield host
    host.stop()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def count(host: Host) -> int:
    toy = host.simulation.vendors["toy"]
    assert isinstance(toy, Toy)
    return toy.count()


def port_of(host: Host) -> int:
    return int(host.address("toy").rpartition(":")[2])


@pytest.mark.timeout(20)
def test_a_connection_is_kept_open_for_many_requests(host: Host) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(host), timeout=5)
    connection.connect()
    opened = connection.sock
    for place in range(100):
        connection.request("POST", f"/x?n={place}", body=b"hello")
        assert json.loads(connection.getresponse().read())["body"] == "hello"
    assert connection.sock is opened
    assert count(host) == 100
    connection.close()


def test_a_reset_connection_is_a_reset_after_the_work_is_done(host: Host) -> None:
    host.world.faults.replace([Fault("reset_after_commit")])
    with socket.create_connection(("127.0.0.1", port_of(host))) as raw:
        raw.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1")
        with pytest.raises(ConnectionResetError):
            raw.recv(1)
    assert count(host) == 1


def test_a_cut_body_ends_before_its_promised_length(host: Host, session: requests.Session) -> None:
    host.world.faults.replace([Fault("cut_body")])
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(f"{host.address('toy')}/x")
    assert count(host) == 1
    assert session.get(f"{host.address('toy')}/x").status_code == 200


def test_a_hanging_answer_outlasts_the_clients_patience(
    host: Host, session: requests.Session
) -> None:
    host.world.faults.replace([Fault("timeout_after_commit", seconds=30)])
    with pytest.raises(requests.ReadTimeout):
        session.get(f"{host.address('toy')}/x", timeout=0.3)
    assert count(host) == 1


@pytest.mark.timeout(20)
def test_stopping_does_not_wait_for_hanging_answers_or_open_connections(tmp_path: Path) -> None:
    host = host_in(tmp_path)
    host.start()
    host.world.faults.replace([Fault("timeout_after_commit", seconds=30)])
    url = f"{host.address('toy')}/x"
    with requests.Session() as waiting, requests.Session() as idle:
        idle.get(f"{host.address('toy')}/page")
        seen: list[Exception] = []

        def ask() -> None:
            try:
                waiting.get(url)
            except requests.ConnectionError as error:
                seen.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        while not Journal(host.world).rows():
            time.sleep(0.01)
        host.stop()
        thread.join(5)
        assert len(seen) == 1
        with pytest.raises(requests.ConnectionError):
            idle.get(url)


def test_a_restart_keeps_ports_memory_and_the_moved_clock(tmp_path: Path) -> None:
    first = host_in(tmp_path)
    first.start()
    first.world.clock.advance(timedelta(days=30))
    requests.get(f"{first.address('toy')}/x", timeout=5)
    ports = (first.address("toy"), first.address("control"), first.smtp)
    moment = first.world.clock.now()
    first.stop()
    second = host_in(tmp_path)
    second.start()
    assert (second.address("toy"), second.address("control"), second.smtp) == ports
    assert second.world.clock.now() - moment < timedelta(minutes=1)
    assert count(second) == 1
    second.stop()


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"toy": port}))
        host = host_in(tmp_path)
        with pytest.raises(PortTaken, match=rf"port {port} .*ports\.json"):
            host.start()


def test_a_due_webhook_is_sent_without_being_asked_for(host: Host) -> None:
    posted = threading.Event()

    def post(*_: object) -> int:
        posted.set()
        return 200

    host.world.post = post
    host.world.register_app({"product": "toy", "client_id": "a", "webhook_url": "http://x"})
    host.simulation.vendors["toy"].deliveries.emit("1", {"changed": "2"})
    assert posted.wait(3)


def test_a_failing_pump_is_tried_again(host: Host) -> None:
    tries: list[int] = []

    def post(*_: object) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a webhook address that nobody can read")
        return 200

    host.world.post = post
    host.world.register_app({"product": "toy", "client_id": "a", "webhook_url": "http://x"})
    host.simulation.vendors["toy"].deliveries.emit("1", {"changed": "2"})
    until = time.monotonic() + 5
    while len(tries) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(tries) == 2
