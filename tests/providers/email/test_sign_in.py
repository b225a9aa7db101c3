"""Signing in at a mail server: over TLS, and told from what is the fault of one message."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from providers import internet
from providers.email.smtp import Security, SmtpChannel, Unusable
from providers.errors import Refused
from tests.providers.email.mailserver import Post, certificate, listening, saying
from tests.providers.email.test_smtp import MESSAGE, channel


def test_sign_in_goes_over_tls(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path)
    post = Post()
    with listening(post, tls=server, sign_in=True) as port:
        right = channel(
            port, security=Security.STARTTLS, trust=trust, username="clerk", password="right"
        )
        right.send(MESSAGE)
        with pytest.raises(Refused) as wrong:
            replace(right, password="wrong").send(MESSAGE)
        with pytest.raises(Refused, match="certificate"):
            replace(right, trust=None).send(MESSAGE)

    assert wrong.value.code == "535"
    assert len(post.arrived) == 1


def test_without_the_tls_that_was_asked_for_nothing_is_sent() -> None:
    post = Post()
    with listening(post) as port, pytest.raises(Refused, match="STARTTLS"):
        channel(port, security=Security.STARTTLS).send(MESSAGE)

    assert post.arrived == []


def test_a_password_never_travels_in_the_clear_to_another_machine() -> None:
    with pytest.raises(Refused, match="in the clear"):
        SmtpChannel("mail.example", 25, "clerk", "secret", security=Security.NONE).send(MESSAGE)
    assert "secret" not in repr(SmtpChannel("mail.example", 25, "clerk", "secret"))


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path)
    post = Post()
    with listening(post, tls=server, sign_in=True, implicit=True) as port:
        right = channel(
            port, security=Security.TLS, trust=trust, username="clerk", password="right"
        )
        assert right.send(MESSAGE) == "250 Taken as 4711"
        with pytest.raises(Unusable, match="refused the sign-in") as wrong:
            replace(right, password="wrong").send(MESSAGE)
        with pytest.raises(Unusable, match="certificate is not valid"):
            replace(right, trust=None).send(MESSAGE)
        with pytest.raises(Unusable, match="certificate is not valid"):
            replace(right, host="localhost").send(MESSAGE)

    assert wrong.value.what == "the mail server refused the sign-in (535)"
    assert "a password made for programs" in wrong.value.mend
    assert len(post.arrived) == 1


def test_a_greeting_signs_in_and_sends_nothing(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path)
    post = Post()
    with listening(post, tls=server, sign_in=True) as port:
        right = channel(port, security=Security.STARTTLS, trust=trust, username="clerk",
                        password="right")  # fmt: skip
        assert right.greet().startswith("250 ")
        with pytest.raises(Unusable):
            replace(right, password="wrong").greet()

    assert post.arrived == []


def test_a_server_that_wants_a_sign_in_first_is_not_the_messages_fault() -> None:
    with (
        listening(Post(), sign_in=True) as port,
        pytest.raises(Unusable, match="refused the sign-in"),
    ):
        channel(port).send(MESSAGE)


def test_a_server_that_knows_other_ways_of_signing_in_alone_is_told_as_such() -> None:
    lines = ["250-hi\r\n250 AUTH XOAUTH2"]
    with saying(lines) as port, pytest.raises(Unusable, match="no sign-in with a user name"):
        channel(port, username="clerk", password="right").greet()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1"])
def test_a_server_inside_a_network_is_not_reached(host: str) -> None:
    def dial(place: tuple[str, int], seconds: float) -> socket.socket:
        return internet.dial(place, seconds, loopback=False)

    post = Post()
    with listening(post) as port, pytest.raises(Unusable, match="not on the internet"):
        channel(port, host=host, dial=dial).send(MESSAGE)
    assert post.arrived == []
