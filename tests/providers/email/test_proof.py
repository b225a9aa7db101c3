"""Whose mail counts as proven: the server's own word, about the domain of From or one above it."""

from __future__ import annotations

import pytest

from providers.email.proof import is_vouched_for

SERVER = "mx.firm.example"


def mail(*results: str, sender: str = "ann@pay.acme.example") -> bytes:
    headers = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return f"{headers}From: {sender}\r\nSubject: advice\r\n\r\nINV-1\r\n".encode()


@pytest.mark.parametrize(("result", "is_proven"), [
    (f"{SERVER}; dmarc=pass header.from=pay.acme.example", True),
    (f"{SERVER}; dkim=pass header.d=acme.example header.s=one", True),
    (f"{SERVER}; dkim=pass header.i=@acme.example header.s=one", True),
    (f"{SERVER}; dkim=pass header.i=ann@pay.acme.example", True),
    (f"{SERVER}; spf=pass smtp.mailfrom=ann@acme.example", True),
    (f"{SERVER}; dkim=pass header.i=@elsewhere.example", False),
    (f"{SERVER}; dkim=pass header.i=@acme.example; dmarc=fail", False),
    (f"{SERVER}; dkim=fail header.d=acme.example", False),
    (f"{SERVER}; spf=pass (of acme.example) smtp.mailfrom=elsewhere.example", False),
    ("other.example; dmarc=pass header.from=pay.acme.example", False),
])  # fmt: skip
def test_what_the_receiving_server_proved(result: str, is_proven: bool) -> None:
    assert is_vouched_for(mail(result), SERVER) is is_proven


def test_the_topmost_word_of_the_server_counts() -> None:
    forged = f"{SERVER}; dmarc=pass header.from=pay.acme.example"
    assert not is_vouched_for(mail(f"{SERVER}; dmarc=fail", forged), SERVER)


@pytest.mark.parametrize(("results", "passes"), [
    ((), True), (("any.example; dmarc=fail",), False), (("any.example; dmarc=none",), True),
])  # fmt: skip
def test_without_a_server_only_a_dmarc_that_failed_counts(
    results: tuple[str, ...], passes: bool
) -> None:
    assert is_vouched_for(mail(*results), "") is passes


@pytest.mark.parametrize("said", ["pass", "fail"])
def test_a_server_that_writes_no_name_proves_nothing_once_one_is_set(said: str) -> None:
    """As Microsoft 365 writes it."""
    told = (
        "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=acme.example; dkim=pass (signature was"
        f" verified) header.d=acme.example;dmarc={said} action=none"
        " header.from=pay.acme.example;compauth=pass reason=100"
    )
    assert not is_vouched_for(mail(told), SERVER)
    assert is_vouched_for(mail(told), "") is (said == "pass")


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"From: <", b"Authentication-Results: ;;;\n\n"])
def test_whatever_the_bytes_are_it_never_fails(raw: bytes) -> None:
    assert not is_vouched_for(raw, SERVER)
