"""One question to a language model over the chat endpoint that most vendors share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from providers.errors import Refused, TryLater
from providers.http import Http

CALL = "language.chat"
TROUBLE_WAIT = timedelta(seconds=60)
ANSWER_BYTES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Model:
    """`url` is what stands before /chat/completions; `key` is empty where the server wants none."""

    url: str
    name: str
    key: str = ""


class LanguageModel:
    """Asks one model. Raises TryLater for passing troubles and Refused for all others.

    Source: https://platform.openai.com/docs/api-reference/chat/create
    """

    def __init__(self, http: Http, model: Model) -> None:
        self._http = http
        self._model = model

    def answer(self, instructions: str, text: str) -> str:
        """What the model says to a text under instructions, as it stands."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._model.key:
            headers["Authorization"] = f"Bearer {self._model.key}"
        answer = self._http.call(
            CALL, "POST", f"{self._model.url.rstrip('/')}/chat/completions", headers=headers,
            body=json.dumps({
                "model": self._model.name, "temperature": 0,
                "messages": [
                    {"role": "system", "content": instructions},
                    {"role": "user", "content": text},
                ],
            }).encode(),
        )  # fmt: skip
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus(500):
            raise TryLater(f"{CALL}: status {answer.status}", wait=TROUBLE_WAIT)
        if answer.status != HTTPStatus.OK:
            raise Refused(f"{CALL}: status {answer.status}", code=str(answer.status))
        return _said(answer.body)


def _said(body: bytes) -> str:
    if len(body) > ANSWER_BYTES_MAX:
        raise Refused(f"{CALL}: an answer of {len(body):,} bytes", code="length")
    try:
        said = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Refused(
            f"{CALL}: an answer without choices[0].message.content", code="form"
        ) from None
    if not isinstance(said, str):
        raise Refused(f"{CALL}: an answer without words", code="form")
    return said
