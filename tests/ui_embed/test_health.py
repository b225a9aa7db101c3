from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector import db
from connector.redis_server import redis_for
from tests.ui_embed.books import busy_shop
from tests.ui_embed.office import Office, office
from webhooks import parts


def test_a_healthy_house_says_so(desk: Office) -> None:
    answer = desk.visitor().get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {
        "database": True, "oldest_waiting_seconds": None, "receipts_not_adding_up": 0,
        "workers": None,
    }  # fmt: skip


def test_work_that_waits_shows_its_age(desk: Office) -> None:
    shop = busy_shop(desk)
    desk.visitor().get(f"/disconnected/quickbooks?realmId={shop.realm}")
    desk.universe.world.clock.advance(timedelta(seconds=90))
    told = desk.visitor().get("/healthz").json
    assert told is not None
    assert told["oldest_waiting_seconds"] == 90


def test_without_a_database_the_house_is_not_healthy(desk: Office, tmp_path: Path) -> None:
    nowhere = db.connect(f"sqlite:///{tmp_path}/no/such/folder/x.db")
    parts.equip(desk.app, replace(desk.universe.deps, engine=nowhere))
    answer = desk.visitor().get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"database": False, "oldest_waiting_seconds": None}


def test_workers_are_counted_where_redis_answers(tmp_path: Path) -> None:
    redis = redis_for(tmp_path / "redis")
    try:
        with office(data_dir=tmp_path, redis_url=redis.url) as desk:
            told = desk.visitor().get("/healthz").json
    finally:
        redis.stop()
    assert told is not None
    assert told["workers"] == 0


@pytest.mark.parametrize(
    ("remote", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
def test_numbers_are_for_this_machine(
    desk: Office, remote: str, headers: dict[str, str], status: int
) -> None:
    answer = desk.visitor().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": remote})
    assert answer.status_code == status
    assert ("ledgerhand_webhook_requests" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("offered", "status"),
    [
        ("", 404),
        ("Bearer other", 404),
        ("token-1", 404),
        ("Bearer ä", 404),
        ("Bearer token-1", 200),
    ],
)
def test_numbers_behind_a_token_need_the_token(tmp_path: Path, offered: str, status: int) -> None:
    with office(data_dir=tmp_path, metrics_token="token-1") as desk:
        answer = desk.visitor().get("/metrics", headers={"Authorization": offered})
        assert answer.status_code == status
