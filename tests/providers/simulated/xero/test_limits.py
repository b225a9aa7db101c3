from __future__ import annotations

from datetime import timedelta

from providers.simulated.xero import limits
from tests.providers.simulated.xero.stage import Stage


def test_every_answer_tells_what_is_left(stage: Stage) -> None:
    first = stage.call("GET", "Organisation")
    second = stage.call("GET", "Invoices/none")
    assert second.status_code == 404
    for name in ("X-DayLimit-Remaining", "X-MinLimit-Remaining", "X-AppMinLimit-Remaining"):
        assert int(second.headers[name]) == int(first.headers[name]) - 1
    assert int(first.headers["X-DayLimit-Remaining"]) == limits.DAY_MAX - 1


def test_the_sixty_first_call_of_a_minute_is_turned_away(stage: Stage) -> None:
    for _ in range(limits.MINUTE_MAX):
        assert stage.call("GET", "Organisation").status_code == 200
    refused = stage.call("GET", "Organisation")
    assert refused.status_code == 429
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    wait = int(refused.headers["Retry-After"])
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    assert int(refused.headers["X-DayLimit-Remaining"]) == limits.DAY_MAX - limits.MINUTE_MAX
    assert 0 < wait <= 60
    stage.world.clock.advance(timedelta(seconds=wait))
    assert stage.call("GET", "Organisation").status_code == 200


def test_a_write_that_is_turned_away_does_nothing(stage: Stage) -> None:
    for _ in range(limits.MINUTE_MAX):
        stage.call("GET", "Organisation")
    assert stage.call("PUT", "Contacts", {"Name": "A"}).status_code == 429
    assert stage.xero.act(stage.tenant).all("Contacts") == []


def test_a_starter_app_has_a_smaller_day(stage: Stage) -> None:
    stage.xero.limits.day_max = 3
    for _ in range(3):
        assert stage.call("GET", "Organisation").status_code == 200
    refused = stage.call("GET", "Organisation")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert int(refused.headers["Retry-After"]) > 60


def test_the_sixth_call_at_the_same_time_is_turned_away(stage: Stage) -> None:
    held = [stage.xero.limits.admit("app-1", stage.tenant, on=True) for _ in range(5)]
    for one in held:
        one.__enter__()
    refused = stage.call("GET", "Organisation")
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in refused.headers
    held[0].__exit__(None, None, None)
    assert stage.call("GET", "Organisation").status_code == 200


def test_limits_can_be_switched_off(stage: Stage) -> None:
    stage.xero.limits_on = False
    for _ in range(limits.MINUTE_MAX + 1):
        answer = stage.call("GET", "Organisation")
    assert answer.status_code == 200
    assert answer.headers["X-MinLimit-Remaining"] == "0"
