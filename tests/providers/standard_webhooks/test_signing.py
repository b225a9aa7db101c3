from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from providers.standard_webhooks import signing

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="
RAW = b"From: anna@customer.test\r\n\r\nWe paid on Monday."


def headers(**changes: str) -> dict[str, str]:
    made = signing.sign(RAW, "msg_1", SECRET, now=NOW)
    return made | {name.replace("_", "-"): value for name, value in changes.items()}


def test_the_published_example_of_the_specification_is_genuine() -> None:
    told = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    now = datetime.fromtimestamp(1614265330, UTC)
    assert signing.is_genuine(b'{"test": 2432232314}', told, secret, now=now)


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_five_minutes_either_way_are_allowed(minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert signing.is_genuine(RAW, headers(), SECRET, now=now)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_an_old_or_early_request_is_not_genuine(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert not signing.is_genuine(RAW, headers(), SECRET, now=now)


def test_one_good_signature_among_several_is_enough() -> None:
    good = headers()["webhook-signature"]
    told = headers(webhook_signature=f"v1,AAAA v1a,BBBB {good}")
    assert signing.is_genuine(RAW, told, SECRET, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_id": "msg_2"},
        {"webhook_timestamp": "1793611801"},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "now"},
        {"webhook_timestamp": "9" * 400},
        {"webhook_timestamp": "１７９３６１１８００"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v1,ünknown"},
        {"webhook_signature": headers()["webhook-signature"].replace("v1,", "v2,")},
        {"webhook_signature": headers()["webhook-signature"].removeprefix("v1,")},
    ],
)
def test_a_changed_header_is_not_genuine(changes: dict[str, str]) -> None:
    assert not signing.is_genuine(RAW, headers(**changes), SECRET, now=NOW)


def test_a_changed_body_is_not_genuine() -> None:
    assert not signing.is_genuine(RAW + b" ", headers(), SECRET, now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "c2VjcmV0", "whsec_***"])
def test_a_secret_that_is_none_proves_nothing(secret: str) -> None:
    assert not signing.is_genuine(RAW, headers(), secret, now=NOW)
    with pytest.raises(ValueError, match="whsec_"):
        signing.sign(RAW, "msg_1", secret, now=NOW)
