from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connector import audit, lease
from connector.clients import tenants
from connector.correspondence import messages
from connector.decided import holds
from connector.evidence import remittances
from connector.receiving import advices
from providers.messages import Message
from providers.standard_webhooks import signing
from tests.webhooks.hall import MAIL_SECRET, NOW, Hall, hall
from webhooks import mail

SENT_ID = "<reminder-1@ledgerhand.test>"
REPLY = (
    b"Message-ID: <answer-1@customer.test>\r\n"
    b"In-Reply-To: <reminder-1@ledgerhand.test>\r\n"
    b"From: Anna <anna@customer.test>\r\nTo: ar@ledgerhand.test\r\n"
    b"Subject: Re: Invoice 1001\r\nDate: Mon, 02 Nov 2026 09:29:00 +0000\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nWe pay on Friday.\r\n"
)


def remind(doors: Hall) -> None:
    message = Message(SENT_ID, "Books", "ar@x.test", "ar@x.test", ("a@b.test",), "s", "t", "h")
    with doors.deps.writing() as tx:
        messages.keep(
            tx, doors.connections["xero"], message, intent_key="k", decision_id=1,
            customer_id="c1", currency="USD", step="friendly", invoice_ids=("i1",),
            read_at=NOW, sent_at=NOW,
        )  # fmt: skip


def events(doors: Hall) -> list[str]:
    with doors.deps.reading() as tx:
        return [entry.event for entry in audit.entries(tx, doors.connections["xero"])]


def held(doors: Hall) -> int:
    with doors.deps.reading() as tx:
        return len(holds.in_force(tx, doors.connections["xero"], NOW, ["c1"]))


def test_an_answer_reaches_the_customer_whom_we_wrote_to(doors: Hall) -> None:
    remind(doors)
    signed = signing.sign(REPLY, "msg_1", MAIL_SECRET, now=NOW)
    answer = doors.post("/webhooks/mail", REPLY, signed)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Set-Cookie" not in answer.headers
    assert events(doors) == ["reply.received"]
    assert held(doors) == 1


def test_the_same_answer_twice_counts_once(doors: Hall) -> None:
    remind(doors)
    for number in (1, 2):
        signed = signing.sign(REPLY, f"msg_{number}", MAIL_SECRET, now=NOW)
        assert doors.post("/webhooks/mail", REPLY, signed).status_code == 200
    assert events(doors) == ["reply.received"]
    assert held(doors) == 1


@pytest.mark.parametrize("headers", [
    {},
    signing.sign(REPLY, "msg_1", "whsec_b3RoZXI=", now=NOW),
    signing.sign(REPLY + b"!", "msg_1", MAIL_SECRET, now=NOW),
    signing.sign(REPLY, "msg_1", MAIL_SECRET, now=NOW - timedelta(minutes=6)),
])  # fmt: skip
def test_a_forged_or_old_request_changes_nothing(doors: Hall, headers: dict[str, str]) -> None:
    remind(doors)
    assert doors.post("/webhooks/mail", REPLY, headers).status_code == 401
    assert events(doors) == []
    assert held(doors) == 0
    assert doors.rung == []


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"no header at all", b"\r\n\r\n" * 50])
def test_signed_nonsense_is_answered_and_changes_nothing(doors: Hall, raw: bytes) -> None:
    signed = signing.sign(raw, "msg_1", MAIL_SECRET, now=NOW)
    assert doors.post("/webhooks/mail", raw, signed).status_code == 200
    assert events(doors) == []


def test_a_message_that_is_too_large_is_not_read(doors: Hall) -> None:
    raw = b"x" * (mail.BODY_BYTES_MAX + 1)
    signed = signing.sign(raw, "msg_1", MAIL_SECRET, now=NOW)
    assert doors.post("/webhooks/mail", raw, signed).status_code == 413


def test_without_a_secret_there_is_no_door(tmp_path: Path) -> None:
    doors = hall(tmp_path, mail_hook_secret="")
    assert doors.post("/webhooks/mail", REPLY, {}).status_code == 404
    doors.deps.engine.dispose()


def test_an_advice_sent_to_the_clients_own_address_is_kept(tmp_path: Path) -> None:
    doors = hall(tmp_path, remittance_mailbox="advices@ar.example")
    connection_id = doors.connections["xero"]
    to = advices.address_of(doors.deps, connection_id)
    raw = (
        f"Message-ID: <p1@payer.example>\r\nFrom: noreply@payer.example\r\nTo: {to}\r\n"
        "Subject: Payment\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Remittance advice\r\n\r\nInvoice     Amount paid\r\nINV-1       USD 12.00\r\n"
    ).encode()
    for number in (1, 2):
        signed = signing.sign(raw, f"msg_{number}", MAIL_SECRET, now=NOW)
        assert doors.post("/webhooks/mail", raw, signed).status_code == 200
    assert doors.rung == [("decide", connection_id)] * 2
    with doors.deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    with lease.held(doors.deps, "decide", connection_id) as fence:
        assert fence is not None
        assert advices.read_waiting(doors.deps, connection, fence) == 1
    with doors.deps.reading() as tx:
        (row,) = remittances.listed(tx, connection_id)
        assert remittances.listed(tx, doors.connections["quickbooks"]) == []
    assert str(row.remittance.total) == "USD 12.00"
    doors.deps.engine.dispose()
