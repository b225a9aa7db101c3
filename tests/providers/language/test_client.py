"""The client of a language model against an endpoint on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from providers.errors import LedgerError, Refused, TryLater
from providers.http import Http
from providers.language.client import LanguageModel, Model
from tests.providers.language.serving import Endpoint, serving


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint()) as made:
        yield made


def ask(endpoint: Endpoint, *, key: str = "k-1", seconds: float = 10.0) -> tuple[str, list[str]]:
    calls: list[str] = []
    http = Http(spend=calls.append, read_seconds=seconds)
    try:
        model = LanguageModel(http, Model(f"{endpoint.url}/", "small", key))
        return model.answer("Be plain.", '["one"]'), calls
    finally:
        http.close()


def test_the_question_is_put_once_and_counted(endpoint: Endpoint) -> None:
    assert ask(endpoint) == ('["one"]', ["language.chat"])
    (body,) = endpoint.asked
    assert body["model"] == "small"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert endpoint.keys == ["Bearer k-1"]


def test_without_a_key_none_is_sent(endpoint: Endpoint) -> None:
    ask(endpoint, key="")

    assert endpoint.keys == [""]


@pytest.mark.parametrize(
    ("status", "error"), [(429, TryLater), (500, TryLater), (503, TryLater), (401, Refused)]
)
def test_a_status_is_told_by_what_to_do_next(
    endpoint: Endpoint, status: int, error: type[LedgerError]
) -> None:
    endpoint.status = status

    with pytest.raises(error, match=f"status {status}"):
        ask(endpoint)


@pytest.mark.parametrize(
    "raw",
    [b"no json", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}'],
)
def test_an_answer_of_another_form_is_refused(endpoint: Endpoint, raw: bytes) -> None:
    endpoint.raw = raw

    with pytest.raises(Refused, match=r"language\.chat: an answer without"):
        ask(endpoint)


def test_an_endless_answer_is_refused(endpoint: Endpoint) -> None:
    endpoint.raw = b"x" * 300_000

    with pytest.raises(Refused, match="an answer of 300,000 bytes"):
        ask(endpoint)


def test_a_slow_answer_is_not_waited_for(endpoint: Endpoint) -> None:
    endpoint.patience = threading.Event()

    with pytest.raises(TryLater, match="no answer"):
        ask(endpoint, seconds=0.2)
