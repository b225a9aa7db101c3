"""Mail out: whatever the server does, a message is taken once, or it is known that it was not."""

from __future__ import annotations

import email
import socket
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest

from providers.email.smtp import Security, SmtpChannel
from providers.errors import LedgerError, OutcomeUnknown, Refused, TryLater
from providers.messages import Message
from tests.providers.email.mailserver import Post, listening, saying

MESSAGE = Message(
    message_id="<lh-1@cedar.example>",
    sender_name="Cedar & Pine, Joinery",
    sender="accounts@cedar.example",
    reply_to="office@cedar.example",
    recipients=("billing@maple.example", "boss@maple.example"),
    subject="Réminder: invoice INV-1",
    text="Hello,\n.\n..dots\nbye\n",
    html="<p>Hello</p>",
)


def channel(port: int, **more: object) -> SmtpChannel:
    return replace(
        SmtpChannel(
            "127.0.0.1", port, security=Security.NONE, now=lambda: datetime(2026, 3, 5, tzinfo=UTC)
        ),
        **more,
    )


def test_a_message_arrives_as_it_was_written() -> None:
    post = Post()
    with listening(post) as port:
        receipt = channel(port).send(MESSAGE)

    (envelope,) = post.taken
    mail = email.message_from_bytes(envelope.content, policy=default)
    assert receipt == "250 Taken as 4711"
    assert envelope.mail_from == "accounts@cedar.example"
    assert envelope.rcpt_tos == list(MESSAGE.recipients)
    assert mail["Message-ID"] == MESSAGE.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == MESSAGE.subject
    assert mail["From"].addresses[0].display_name == MESSAGE.sender_name
    assert [a.addr_spec for a in mail["To"].addresses] == list(MESSAGE.recipients)
    assert mail["Reply-To"].addresses[0].addr_spec == MESSAGE.reply_to
    assert mail["Date"].datetime == datetime(2026, 3, 5, tzinfo=UTC)
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == MESSAGE.text
    assert "<p>Hello</p>" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("_case", "post", "error"),
    [
        ("sender later", Post(mail="451 busy"), TryLater),
        ("sender never", Post(mail="550 not you"), Refused),
        ("recipient later", Post(rcpt={"boss@maple.example": "450 greylisted"}), TryLater),
        ("recipient never", Post(rcpt={"boss@maple.example": "550 no such user"}), Refused),
        ("text later", Post(data="452 disk full"), TryLater),
        ("text never", Post(data="554 spam"), Refused),
        ("broken after the text", Post(drop=True, data="451 never heard"), OutcomeUnknown),
        ("silent after the text", Post(slow=True), OutcomeUnknown),
    ],
)
def test_an_error_tells_whether_the_server_has_the_message(
    _case: str, post: Post, error: type[LedgerError]
) -> None:
    with listening(post) as port, pytest.raises(error) as caught:
        channel(port, answer_seconds_max=1.0).send(MESSAGE)

    if error is not OutcomeUnknown:
        assert post.taken == []
    if not (post.drop or post.slow or not post.data.startswith("250")):
        assert post.arrived == []
    assert isinstance(caught.value, error)


def test_the_text_of_a_refusal_holds_the_servers_words_and_code() -> None:
    post = Post(rcpt={"boss@maple.example": "550 no such user"})
    with listening(post) as port, pytest.raises(Refused, match=r"boss@.*no such user") as caught:
        channel(port).send(MESSAGE)

    assert caught.value.code == "550"


@pytest.mark.parametrize(
    ("_case", "lines", "error"),
    [
        ("no text wanted now", ["250 hi", "250 ok", "250 ok", "250 ok", "452 full"], TryLater),
        ("no text wanted", ["250 hi", "250 ok", "250 ok", "250 ok", "550 no"], Refused),
        ("a last word that says nothing",
            ["250 hi", "250 ok", "250 ok", "250 ok", "354 go", "what?"], OutcomeUnknown),
        ("half a last word",
            ["250 hi", "250 ok", "250 ok", "250 ok", "354 go", "250-half"], OutcomeUnknown),
        ("gone before the text", ["250 hi", "250 ok"], TryLater),
        ("gone at the greeting", [], TryLater),
    ],
)  # fmt: skip
def test_a_server_that_breaks_off_is_told_by_where_it_did(
    _case: str, lines: list[str], error: type[LedgerError]
) -> None:
    with saying(lines) as port, pytest.raises(error):
        channel(port).send(MESSAGE)


@pytest.mark.parametrize(("greeting", "error"), [("421 busy", TryLater), ("554 no", Refused)])
def test_a_server_that_does_not_greet_has_nothing(greeting: str, error: type[LedgerError]) -> None:
    with saying([], greeting=greeting) as port, pytest.raises(error):
        channel(port).send(MESSAGE)


def test_a_server_without_sign_in_is_refused_where_one_is_set() -> None:
    with listening(Post()) as port, pytest.raises(Refused, match="cannot do this"):
        channel(port, username="clerk", password="right").send(MESSAGE)


def test_without_an_address_for_answers_the_date_is_still_that_of_the_clock() -> None:
    post = Post()
    with listening(post) as port:
        SmtpChannel("127.0.0.1", port, security=Security.NONE).send(replace(MESSAGE, reply_to=""))

    mail = email.message_from_bytes(post.taken[0].content, policy=default)
    assert mail["Reply-To"] is None
    assert abs(datetime.now(UTC) - mail["Date"].datetime).total_seconds() < 60


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(TryLater):
        channel(port).send(MESSAGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipients", ("a@maple.example, b@evil.example",)),
        ("recipients", ("a@maple.example\r\nBcc: b@evil.example",)),
        ("recipients", ("a@maple.example", "nobody")),
        ("recipients", ("a b@maple.example",)),
        ("recipients", ("a@",)),
        ("recipients", ("a..b@maple.example",)),
        ("recipients", ("<a@maple.example>",)),
        ("recipients", ("jürgen@maple.example",)),
        ("recipients", ()),
        ("sender", ""),
        ("reply_to", "a@b.example;c@d.example"),
        ("message_id", "no-brackets@cedar.example"),
        ("message_id", "<a@b>\r\nBcc: x@y.example"),
    ],
)
def test_what_is_not_one_plain_address_is_refused_before_anything_is_said(
    field: str, value: object
) -> None:
    post = Post()
    with listening(post) as port, pytest.raises(Refused):
        channel(port).send(replace(MESSAGE, **{field: value}))

    assert post.arrived == []


def test_line_breaks_in_words_add_no_header() -> None:
    post = Post()
    hostile = replace(MESSAGE, subject="Hi\r\nBcc: x@y.example", sender_name='A\r\nB "C" <d@e.f>')
    with listening(post) as port:
        channel(port).send(hostile)

    mail = email.message_from_bytes(post.taken[0].content, policy=default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hi Bcc: x@y.example"
    assert [a.addr_spec for a in mail["From"].addresses] == [MESSAGE.sender]


def test_a_long_message_id_and_subject_arrive_whole() -> None:
    post = Post()
    long = replace(MESSAGE, message_id=f"<{'a' * 150}@cedar.example>", subject="Ü" * 140)
    with listening(post) as port:
        channel(port).send(long)

    mail = email.message_from_bytes(post.taken[0].content, policy=default)
    assert mail["Message-ID"] == long.message_id
    assert mail["Subject"] == long.subject


LEAVE = (
    f"https://receivables.bookkeepers.example/leave/{'a' * 64}",
    f"mailto:accounts-receivable@cedar.example?subject=unsubscribe%20{'a' * 64}",
)


def test_how_to_leave_travels_in_the_head_word_for_word() -> None:
    post = Post()
    with listening(post) as port:
        channel(port).send(replace(MESSAGE, unsubscribe=LEAVE))
        channel(port).send(replace(MESSAGE, unsubscribe=LEAVE[1:]))
        channel(port).send(MESSAGE)
    both, by_mail, nothing = (envelope.content for envelope in post.taken)
    assert f"\r\nList-Unsubscribe: <{LEAVE[0]}>,\r\n <{LEAVE[1]}>\r\n".encode() in both
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in both
    assert f"\r\nList-Unsubscribe: <{LEAVE[1]}>\r\n".encode() in by_mail
    assert b"List-Unsubscribe-Post" not in by_mail
    assert b"List-Unsubscribe" not in nothing


@pytest.mark.parametrize("uri", [
    "https://a.example/x>, <https://b.example", "https://a.example/\r\nBcc: x", "http://a.example/",
    "javascript:alert(1)",
])  # fmt: skip
def test_a_way_to_leave_that_is_no_plain_address_is_not_sent(uri: str) -> None:
    with pytest.raises(Refused, match="plain https and mailto"):
        channel(1).send(replace(MESSAGE, unsubscribe=(uri,)))
