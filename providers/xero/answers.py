"""Which of the five errors an answer of Xero's is, and what it says in words."""

from __future__ import annotations

import secrets
from datetime import timedelta
from http import HTTPStatus

from providers.errors import LedgerError, OutcomeUnknown, Reconnect, Refused, Stale, TryLater
from providers.http import Answer
from providers.xero import wire
from providers.xero.wire import Json

TROUBLE_WAIT = timedelta(seconds=30)
LIMIT_WAITS = {
    "minute": timedelta(minutes=1),
    "appminute": timedelta(minutes=1),
    "day": timedelta(hours=1),
}
CONCURRENT_SECONDS = (1.0, 5.0)
LOCKED, NO_RIGHT = "locked", "scope"
LOCK_WORDS = "lock date"
STALE_WORDS = ("amount outstanding", "Authorised documents")
"""In Xero's sentences about paying or allocating more than is open, or to what is not open."""
VALIDATION = "10"
"""Xero's ErrorNumber of a ValidationException."""
MESSAGE_LENGTH_MAX = 500


def error_of(kind: str, answer: Answer, *, writes: bool) -> LedgerError:
    """The error for an answer that is not the one hoped for.

    A 401 is told apart by its Detail: AuthorizationUnsuccessful is a missing scope or plan and
    stays so, everything else is a token that a new one replaces. Xero, OAuth 2.0 API limits and
    HTTP response codes pages.
    """
    says = f"{kind}: {_words(answer)}"
    request_id = answer.request_id
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(says, wait=_limit_wait(answer), request_id=request_id)
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and not lacks_right(answer):
        return Reconnect(says, request_id=request_id)
    if _is_final(answer) and not _key_taken(answer):
        return refusal_of(says, code=_code(answer), request_id=request_id)
    if writes:
        return OutcomeUnknown(says, request_id=request_id)
    return TryLater(says, wait=_asked_wait(answer) or TROUBLE_WAIT, request_id=request_id)


def lacks_right(answer: Answer) -> bool:
    """Whether a 401 is about a scope or plan that a new token would not bring."""
    unauthorized = answer.status == HTTPStatus.UNAUTHORIZED
    return unauthorized and b"AuthorizationUnsuccessful" in answer.body


def refusal_of(words: str, *, code: str = VALIDATION, request_id: str = "") -> Stale | Refused:
    """A refusal by what Xero says: Stale where less is open than was read a moment before.

    The code of a closed period is "locked".
    """
    if code == VALIDATION and any(it in words for it in STALE_WORDS):
        return Stale(words, request_id=request_id)
    locked = code == VALIDATION and LOCK_WORDS in words
    return Refused(words, code=LOCKED if locked else code, request_id=request_id)


def complaints(element: Json) -> list[str]:
    """What Xero has against one element, also where the answer as a whole was a 200."""
    said = [wire.text(error, "Message") for error in wire.items(element, "ValidationErrors")]
    if not said and wire.text(element, "StatusAttributeString").upper() == "ERROR":
        return ["refused without a reason"]
    return said


def _is_final(answer: Answer) -> bool:
    not_done = answer.status == HTTPStatus.NOT_IMPLEMENTED
    return not_done or HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR


def _key_taken(answer: Answer) -> bool:
    """Another request went out under this key before, and may have done its work."""
    return b"used with a different request" in answer.body


def _words(answer: Answer) -> str:
    try:
        said = wire.parse(answer.body)
    except ValueError:
        plain = answer.body.decode("utf-8", "replace").strip()
        return f"{answer.status} {plain[:MESSAGE_LENGTH_MAX]}".strip()
    elements = [said, *wire.items(said, "Elements")]
    messages = [message for element in elements for message in complaints(element)]
    spoken = "; ".join(messages) or wire.text(said, "Detail") or wire.text(said, "Message")
    return f"{answer.status} {spoken[:MESSAGE_LENGTH_MAX]}".strip()


def _code(answer: Answer) -> str:
    if lacks_right(answer):
        return NO_RIGHT
    try:
        number = wire.text(wire.parse(answer.body), "ErrorNumber")
    except ValueError:
        number = ""
    return number or str(int(answer.status))


def _limit_wait(answer: Answer) -> timedelta:
    """Retry-After where Xero sends it; too many at once passes in seconds, spread by chance."""
    problem = answer.headers.get("X-Rate-Limit-Problem", "").lower()
    asked = _asked_wait(answer)
    if asked:
        return asked
    if problem in LIMIT_WAITS:
        return LIMIT_WAITS[problem]
    return timedelta(seconds=secrets.SystemRandom().uniform(*CONCURRENT_SECONDS))


def _asked_wait(answer: Answer) -> timedelta | None:
    asked = answer.headers.get("Retry-After", "").strip()
    if not asked.isascii() or not asked.isdigit() or int(asked[:9]) == 0:
        return None
    return timedelta(seconds=int(asked[:9]))
