from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from connector import queues
from connector.clients.tenants import State
from tests.webhooks.hall import COMPANIES, KEYS, Hall, hall
from webhooks import ledgers, parts

LEDGERS = ("quickbooks", "xero")
HEADERS = {"quickbooks": "intuit-signature", "xero": "x-xero-signature"}


def event(ledger: str, *, company: str = "", record: str = "95", number: int = 1) -> dict[str, Any]:
    company = company or COMPANIES[ledger]
    if ledger == "quickbooks":
        return {
            "specversion": "1.0", "id": f"event-{number}", "source": "intuit.x",
            "type": "qbo.invoice.updated.v1", "time": "2026-11-02T09:00:00.123456789Z",
            "intuitentityid": record, "intuitaccountid": company,
        }  # fmt: skip
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{record}",
        "resourceId": record, "tenantId": company, "tenantType": "ORGANISATION",
        "eventCategory": "INVOICE", "eventType": "UPDATE",
        "eventDateUtc": f"2026-11-02T09:00:{number:02}.000",
    }  # fmt: skip


def body(ledger: str, *events: dict[str, Any]) -> bytes:
    if ledger == "quickbooks":
        return json.dumps(events).encode()
    told = {"events": events, "firstEventSequence": 1, "lastEventSequence": 2, "entropy": "AB"}
    return json.dumps(told).encode()


def signed(raw: bytes, key: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def knock(doors: Hall, ledger: str, raw: bytes, signature: str | None = None) -> TestResponse:
    signature = signed(raw, KEYS[ledger]) if signature is None else signature
    return doors.post(f"/webhooks/{ledger}", raw, {HEADERS[ledger]: signature})


def events_counted(ledger: str, outcome: str) -> float:
    labels = {"door": ledger, "outcome": outcome}
    return REGISTRY.get_sample_value("ledgerhand_webhook_events_total", labels) or 0.0


def requests_counted(ledger: str, outcome: str) -> float:
    labels = {"door": ledger, "outcome": outcome}
    return REGISTRY.get_sample_value("ledgerhand_webhook_requests_total", labels) or 0.0


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_change_is_kept_and_rings_for_its_company(doors: Hall, ledger: str) -> None:
    answer = knock(doors, ledger, body(ledger, event(ledger)))
    assert answer.status_code == 200
    assert [hint.record_id for hint in doors.hints(ledger)] == ["95"]
    assert doors.rung == [("sync", doors.connections[ledger])]
    assert doors.reached == ["webhooks.kept"]


@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_answer_has_no_body_and_no_cookie(doors: Hall, ledger: str) -> None:
    answer = knock(doors, ledger, body(ledger, event(ledger)))
    assert answer.data == b""
    assert "Set-Cookie" not in answer.headers
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_same_event_again_is_answered_and_nothing_more(doors: Hall, ledger: str) -> None:
    raw = body(ledger, event(ledger))
    before = events_counted(ledger, "known")
    assert [knock(doors, ledger, raw).status_code for _ in range(3)] == [200, 200, 200]
    assert len(doors.hints(ledger)) == 1
    assert len(doors.rung) == 1
    assert events_counted(ledger, "known") == before + 2


def forgeries() -> list[tuple[str, bytes, str]]:
    raw = body("quickbooks", event("quickbooks"))
    good = signed(raw, KEYS["quickbooks"])
    return [
        ("none", raw, ""),
        ("guessed key", raw, signed(raw, "guess")),
        ("empty key", raw, signed(raw, "")),
        ("key of the other door", raw, signed(raw, KEYS["xero"])),
        ("other body", raw + b" ", good),
        ("one character changed", raw, good[:-2] + ("A" if good[-2] != "A" else "B") + "="),
        ("cut short", raw, good[:-1]),
        ("twice", raw, f"{good},{good}"),
        ("lower case", raw, good.lower()),
        ("url alphabet", raw, good.replace("+", "-").replace("/", "_") + "="),
        ("not ASCII", raw, "sïgnature"),
        ("blanks around", raw, f"x {good}"),
        ("very long", raw, good * 1000),
    ]


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize(("_case", "raw", "signature"), forgeries())
def test_a_forged_request_leaves_nothing_but_a_count(
    doors: Hall, ledger: str, _case: str, raw: bytes, signature: str
) -> None:
    before = requests_counted(ledger, "forged")
    answer = doors.post(f"/webhooks/{ledger}", raw, {HEADERS[ledger]: signature})
    if ledger == "xero" and _case == "key of the other door":
        assert answer.status_code == 200  # genuine here, but not of Xero's form
    else:
        assert answer.status_code == 401
        assert requests_counted(ledger, "forged") == before + 1
    assert answer.data == b""
    assert doors.hints(ledger) == []
    assert doors.rung == []
    assert doors.reached == []


def test_a_door_without_a_secret_is_not_there(tmp_path: Path) -> None:
    doors = hall(tmp_path, quickbooks_webhook_key="")
    raw = body("quickbooks", event("quickbooks"))
    answer = knock(doors, "quickbooks", raw, signed(raw, ""))
    assert answer.status_code == 404
    assert doors.hints("quickbooks") == []
    doors.deps.engine.dispose()


def test_nobody_knows_other_doors(doors: Hall) -> None:
    assert doors.post("/webhooks/sage", b"[]").status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("name", ["quickbooks", "xero", "mail"])
def test_only_post_is_allowed(doors: Hall, name: str, method: str) -> None:
    assert doors.client.open(f"/webhooks/{name}", method=method).status_code == 405


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_body_that_is_too_large_is_not_read(doors: Hall, ledger: str) -> None:
    raw = b"[" + b" " * ledgers.BODY_BYTES_MAX + b"]"
    answer = knock(doors, ledger, raw)
    assert (answer.status_code, answer.data) == (413, b"")


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"{", b"\xff\xfe", b'"text"', b"[1]", b"[" * 100_000, b'{"events": 7}',
        b'[{"type": "qbo.invoice.updated.v1"}]', b'{"a": ' + b"9" * 5000 + b"}", b"\x00",
        b"\xef\xbb\xbf[]",
    ],
)  # fmt: skip
def test_what_a_genuine_sender_says_is_never_refused(doors: Hall, ledger: str, raw: bytes) -> None:
    before = requests_counted(ledger, "not understood") + requests_counted(ledger, "accepted")
    assert knock(doors, ledger, raw).status_code == 200
    after = requests_counted(ledger, "not understood") + requests_counted(ledger, "accepted")
    assert after == before + 1
    assert doors.hints(ledger) == []
    assert doors.rung == []


def test_an_intent_to_receive_is_answered_without_the_database(doors: Hall) -> None:
    assert knock(doors, "xero", body("xero")).status_code == 200
    assert doors.reached == []


@pytest.mark.parametrize("ledger", LEDGERS)
def test_each_event_goes_to_the_company_that_it_names(doors: Hall, ledger: str) -> None:
    second = doors.connect(ledger, "8888", "Second")
    raw = body(
        ledger,
        event(ledger, company="999", number=1),
        event(ledger, record="95", number=2),
        event(ledger, company="8888", record="96", number=3),
        event(ledger, record="97", number=4),
    )
    before = events_counted(ledger, "unknown company")
    assert knock(doors, ledger, raw).status_code == 200
    assert [hint.record_id for hint in doors.hints(ledger)] == ["95", "97"]
    doors.connections[ledger], first = second, doors.connections[ledger]
    assert [hint.record_id for hint in doors.hints(ledger)] == ["96"]
    assert doors.rung == [("sync", first), ("sync", second)]
    assert events_counted(ledger, "unknown company") == before + 1


def test_a_company_of_one_ledger_is_not_that_of_the_other(doors: Hall) -> None:
    raw = body("xero", event("xero", company=COMPANIES["quickbooks"]))
    assert knock(doors, "xero", raw).status_code == 200
    assert doors.hints("quickbooks") == doors.hints("xero") == []


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (State.IMPORTING, 1), (State.LIVE, 1), (State.RECONNECT, 1), (State.DISCONNECTED, 0),
    ],
)  # fmt: skip
def test_only_a_disconnected_company_is_not_listened_to(
    doors: Hall, state: State, kept: int
) -> None:
    doors.stand(doors.connections["xero"], state)
    assert knock(doors, "xero", body("xero", event("xero"))).status_code == 200
    assert len(doors.hints("xero")) == kept
    assert len(doors.rung) == kept


@pytest.mark.parametrize("record", ["1" * 65, "9\x005", "9\n5"])
def test_an_id_that_no_record_can_have_is_counted(doors: Hall, record: str) -> None:
    before = events_counted("quickbooks", "malformed")
    raw = body("quickbooks", event("quickbooks", record=record), event("quickbooks", number=2))
    assert knock(doors, "quickbooks", raw).status_code == 200
    assert [hint.record_id for hint in doors.hints("quickbooks")] == ["95"]
    assert events_counted("quickbooks", "malformed") == before + 1


@pytest.mark.parametrize("ledger", LEDGERS)
def test_without_redis_the_answer_is_the_same(doors: Hall, ledger: str, tmp_path: Path) -> None:
    deaf = replace(doors.deps, ring=queues.bell(f"unix://{tmp_path}/nobody.sock"))
    parts.equip(doors.client.application, deaf)
    assert knock(doors, ledger, body(ledger, event(ledger))).status_code == 200
    assert len(doors.hints(ledger)) == 1


def test_nothing_is_acknowledged_that_was_not_kept(doors: Hall) -> None:
    doors.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    with doors.deps.engine.connect() as holder:
        holder.exec_driver_sql("DROP TABLE inbox")
        holder.commit()
    assert knock(doors, "xero", body("xero", event("xero"))).status_code == 500
    assert doors.rung == []
