from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from providers.simulated.xero import idempotency
from tests.providers.simulated.xero.stage import Stage, payment, read


def put(stage: Stage, path: str, body: Any, key: str) -> TestResponse:
    return stage.call("PUT", path, body, headers={"Idempotency-Key": key})


def test_the_same_key_is_one_write(stage: Stage) -> None:
    made = stage.invoice()
    body = payment(made["InvoiceID"], "40.00")
    first, second = (put(stage, "Payments", body, "k1") for _ in range(2))
    assert first.data == second.data
    assert len(stage.rows("Payments")) == 1


def test_another_request_under_the_same_key_is_refused(stage: Stage) -> None:
    made = stage.invoice()
    put(stage, "Payments", payment(made["InvoiceID"], "40.00"), "k1")
    other = put(stage, "Payments", payment(made["InvoiceID"], "41.00"), "k1")
    assert other.status_code == 400
    assert "used with a different request" in read(other)["Message"]
    elsewhere = put(stage, "Contacts", payment(made["InvoiceID"], "40.00"), "k1")
    assert elsewhere.status_code == 400
    assert len(stage.rows("Payments")) == 1


def test_errors_are_repeated_too(stage: Stage) -> None:
    made = stage.invoice(Status="DRAFT")
    body = payment(made["InvoiceID"], "40.00")
    assert put(stage, "Payments", body, "k1").status_code == 400
    stage.post(f"Invoices/{made['InvoiceID']}", Status="AUTHORISED")
    assert put(stage, "Payments", body, "k1").status_code == 400
    assert put(stage, "Payments", body, "k2").status_code == 200


def test_a_key_is_forgotten_six_minutes_after_the_first_call(stage: Stage) -> None:
    made = stage.invoice()
    body = payment(made["InvoiceID"], "40.00")
    put(stage, "Payments", body, "k1")
    stage.world.clock.advance(timedelta(minutes=5, seconds=59))
    put(stage, "Payments", body, "k1")
    assert len(stage.rows("Payments")) == 1
    stage.world.clock.advance(timedelta(seconds=1))
    put(stage, "Payments", body, "k1")
    assert len(stage.rows("Payments")) == 2


def test_a_key_has_at_most_128_characters(stage: Stage) -> None:
    assert put(stage, "Contacts", {"Name": "A"}, "k" * 129).status_code == 400
    assert stage.rows("Contacts") == []
    assert put(stage, "Contacts", {"Name": "A"}, "k" * 128).status_code == 200


def test_old_keys_are_swept_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "SWEEP_ABOVE", 1)
    for name in "ab":
        put(stage, "Contacts", {"Name": name}, name)
    stage.world.clock.advance(timedelta(minutes=6))
    put(stage, "Contacts", {"Name": "c"}, "c")
    assert len(stage.world.store.all("", idempotency.KIND)) == 1


def test_a_simultaneous_repeat_gets_the_first_reply(stage: Stage) -> None:
    made = stage.invoice()
    body = payment(made["InvoiceID"], "10.00")
    answers: list[bytes] = []

    def send() -> None:
        answers.append(put(stage, "Payments", body, "same").data)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert len(stage.rows("Payments")) == 1
