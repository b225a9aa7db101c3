"""What machines report: addresses that do not work, for good or for now, and spam complaints."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.email.reports import Failure, Report, report

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"
SENT = "<lh-1@cedar.example>"
ANN = "ann@maple.example"


def read(name: str) -> Report:
    found = report((FIXTURES / f"{name}.eml").read_bytes())
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "words"), [
    ("postfix_hard", "550 5.1.1 <ann@maple.example>: Recipient address rejected: User unknown"),
    ("exchange", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@maple.example not"),
    ("exchange_plain", "The e-mail account does not exist at the organization"),
    ("gmail", "550-5.1.1 The email account that you tried to reach does not exist."),
    ("exim", "Unrouteable address"),
])  # fmt: skip
def test_an_address_that_does_not_work_is_told_with_the_servers_words(
    name: str, words: str
) -> None:
    found = read(name)
    (failure,) = found.failures
    assert (failure.address, failure.lasting) == (ANN, True)
    assert words in failure.words
    assert not found.unwanted


@pytest.mark.parametrize(
    "name", ["postfix_hard", "postfix_delayed", "exchange", "gmail", "qmail", "exim", "complaint"]
)
def test_the_returned_copy_names_the_message(name: str) -> None:
    assert read(name).message_ids == (SENT,)


def test_a_server_that_still_tries_reports_nothing_lasting() -> None:
    (failure,) = read("postfix_delayed").failures
    assert not failure.lasting
    assert "Connection timed out" in failure.words


def test_qmail_gives_one_paragraph_for_each_address_and_none_of_its_copy_counts() -> None:
    assert [(f.address, f.lasting) for f in read("qmail").failures] == [
        (ANN, True), ("boss@maple.example", False),
    ]  # fmt: skip
    assert read("qmail").failures[0].words == "Sorry, no mailbox here by that name. (#5.1.1)"


def test_a_complaint_tells_who_made_it() -> None:
    assert read("complaint") == Report((SENT,), unwanted=True, complained=ANN)


@pytest.mark.parametrize("said", ["not-spam", "auth-failure", ""])
def test_other_feedback_is_no_complaint(said: str) -> None:
    raw = (FIXTURES / "complaint.eml").read_bytes()
    assert report(raw.replace(b"Feedback-Type: abuse", f"Feedback-Type: {said}".encode())) is None


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_are_no_failure(action: str) -> None:
    raw = (FIXTURES / "postfix_hard.eml").read_bytes()
    assert report(raw.replace(b"Action: failed", f"Action: {action}".encode())) is None


def test_a_failure_with_a_code_that_begins_with_4_does_not_last() -> None:
    raw = (FIXTURES / "postfix_hard.eml").read_bytes().replace(b"Status: 5.1.1", b"Status: 4.2.2")
    found = report(raw)
    assert found is not None
    assert [f.lasting for f in found.failures] == [False]


def test_an_absent_person_is_no_failure_whatever_the_note_says() -> None:
    assert report((FIXTURES / "out_of_office.eml").read_bytes()) is None


def test_a_servers_own_letter_without_a_code_is_no_failure() -> None:
    raw = b"From: postmaster@maple.example\r\n\r\nPlease write to ann@maple.example in future.\r\n"
    assert report(raw) is None


@given(st.binary(max_size=400))
def test_whatever_the_bytes_it_never_fails(noise: bytes) -> None:
    for name in ("postfix_hard", "qmail", "complaint", "exchange_plain"):
        raw = (FIXTURES / f"{name}.eml").read_bytes()
        for mail in (noise, raw[: len(raw) // 2] + noise, noise + raw):
            found = report(mail)
            for failure in found.failures if found else ():
                assert isinstance(failure, Failure)
