from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.mail import Mail, UnknownMessage
from providers.simulated.server import Host
from providers.simulated.store import Store
from providers.simulated.world import World
from tests.providers.simulated.toy import host_in

KEY = b"a key of twenty-four byt"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Hook:
    """Where the answers arrive; `statuses` are given out in turn, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posts: list[tuple[str, dict[str, str], bytes]] = []

    def __call__(self, url: str, headers: object, body: bytes, _seconds: float) -> int:
        assert isinstance(headers, dict)
        self.posts.append((url, headers, body))
        return self.statuses.pop(0) if self.statuses else 200


def letter(**headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {
        "From": "Corner Shop <books@shop.example>",
        "To": "Ann <ann@bakery.example>",
        "Subject": "Invoice INV-1 is due",
        "Message-ID": "<one@shop.example>",
        **headers,
    }.items():
        message[name] = value
    message.set_content("Dear Ann, 100 € are due.")
    message.add_alternative("<p>Dear Ann, <b>100 €</b> are due.</p>", subtype="html")
    return message.as_bytes()


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def world(hook: Hook) -> World:
    return World(StillClock(datetime(2026, 1, 2, 9, tzinfo=UTC)), Store(), post=hook)


@pytest.fixture
def mail(world: World) -> Mail:
    mail = Mail(world)
    mail.hook("http://app.example/mail", SECRET)
    return mail


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = host_in(tmp_path)
    host.start()
    yield host
    host.stop()


def test_a_message_is_kept_with_its_headers_and_both_bodies(mail: Mail) -> None:
    mail.take(letter(), sender="bounce@shop.example", recipients=["ann@bakery.example"])
    (kept,) = mail.messages()
    assert kept["subject"] == "Invoice INV-1 is due"
    assert kept["text"].strip() == "Dear Ann, 100 € are due."
    assert "<b>100 €</b>" in kept["html"]
    assert kept["recipients"] == ["ann@bakery.example"]
    assert kept["time"] == "2026-01-02T09:00:00+00:00"
    assert ["Message-ID", "<one@shop.example>"] in kept["headers"]


def test_an_answer_stays_in_the_thread_and_goes_to_the_reply_address(
    mail: Mail, hook: Hook
) -> None:
    raw = letter(**{"Reply-To": "reply+k7@shop.example", "References": "<zero@shop.example>"})
    mail.take(raw, sender="", recipients=["ann@bakery.example"])
    mail.answer("<one@shop.example>", "We pay on Friday. Grüße, Ann")
    mail.pump()
    ((url, headers, body),) = hook.posts
    assert url == "http://app.example/mail"
    assert headers["Content-Type"] == "message/rfc822"
    reply = message_from_bytes(body, policy=policy.default)
    assert isinstance(reply, EmailMessage)
    assert reply["From"] == "ann@bakery.example"
    assert reply["To"] == "reply+k7@shop.example"
    assert reply["Subject"] == "Re: Invoice INV-1 is due"
    assert reply["In-Reply-To"] == "<one@shop.example>"
    assert reply["References"] == "<zero@shop.example> <one@shop.example>"
    lines = reply.get_content().splitlines()
    assert lines[:2] == ["We pay on Friday. Grüße, Ann", ""]
    assert lines[2].startswith("On Fri, 02 Jan 2026 at 09:00, Corner Shop")
    assert lines[3] == "> Dear Ann, 100 € are due."


def test_an_answer_proves_its_sender_by_standard_webhooks(mail: Mail, hook: Hook) -> None:
    mail.take(letter(), sender="", recipients=["ann@bakery.example"])
    mail.answer("<one@shop.example>", "Yes")
    mail.pump()
    ((_, headers, body),) = hook.posts
    assert headers["webhook-timestamp"] == "1767344400"
    signed = f"{headers['webhook-id']}.1767344400.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"


def test_an_answer_is_posted_again_with_the_same_id_until_it_is_taken(
    world: World, mail: Mail, hook: Hook
) -> None:
    hook.statuses = [503, 0]
    mail.take(letter(), sender="", recipients=["ann@bakery.example"])
    mail.answer("<one@shop.example>", "Yes")
    assert [mail.pump(), mail.pump()] == [1, 0]
    world.clock.advance(timedelta(seconds=5))
    assert [mail.pump(), mail.pump()] == [1, 0]
    world.clock.advance(timedelta(minutes=5))
    assert [mail.pump(), mail.pump()] == [1, 0]
    world.clock.advance(timedelta(days=2))
    assert mail.pump() == 0
    assert len({headers["webhook-id"] for _, headers, _ in hook.posts}) == 1


def test_nobody_answers_a_message_that_was_never_delivered(mail: Mail, hook: Hook) -> None:
    with pytest.raises(UnknownMessage):
        mail.answer("<two@shop.example>", "Yes")
    mail.pump()
    assert hook.posts == []


@pytest.mark.parametrize("secret", ["", "plain", "whsec_", "whsec_not base64!"])
def test_a_hook_without_a_real_secret_is_refused(world: World, secret: str) -> None:
    with pytest.raises(ValueError, match=r"whsec_|base64|padding"):
        Mail(world).hook("http://x", secret)


def send(host: Host) -> None:
    with smtplib.SMTP(*host.smtp, timeout=5) as smtp:
        smtp.sendmail("books@shop.example", ["ann@bakery.example"], letter())


def test_mail_comes_in_by_smtp(host: Host) -> None:
    send(host)
    (kept,) = host.simulation.mail.messages()
    assert kept["envelope_from"] == "books@shop.example"
    assert kept["text"].strip() == "Dear Ann, 100 € are due."


@pytest.mark.parametrize(("fault", "code"), [("503", 451), ("500", 554), ("html", 550)])
def test_a_refused_message_is_not_kept(host: Host, fault: str, code: int) -> None:
    host.world.faults.replace([Fault(fault, on="mail[.].*")])
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(host)
    assert refused.value.smtp_code == code
    assert host.simulation.mail.messages() == []


def test_a_connection_lost_after_the_data_leaves_the_message_delivered(host: Host) -> None:
    host.world.faults.replace([Fault("reset_after_commit", on="mail[.].*")])
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(host)
    assert len(host.simulation.mail.messages()) == 1
