"""QuickBooks' ways of saying no, told as one of our five errors.

Shapes and codes: developer.intuit.com, "Error codes"; the XML shape comes from the gateway even
when JSON was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Xml

from providers import exact
from providers.errors import LedgerError, OutcomeUnknown, Reconnect, Refused, Stale, TryLater
from providers.http import Answer

THROTTLE_WAIT = timedelta(seconds=60)
"""How long a company rests after a 429 (developer.intuit.com, "API limits and throttles")."""
TROUBLE_WAIT = timedelta(seconds=15)
TEXT_CHARACTERS_MAX = 300

TOKEN_REJECTED = "3200"  # noqa: S105
STALE = "5010"
NOT_FOUND = "610"
THROTTLED = frozenset({"3001", "003001"})
SHUT_OUT = frozenset({TOKEN_REJECTED, "3100", "120"})
SYSTEM_FAILURE = "10000"
PERIOD_CLOSED = "period closed"


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    message: str
    detail: str = ""


def faults_of(answer: Answer) -> tuple[Fault, ...]:
    """Every fault that an answer reports, in any of the shapes, whatever its HTTP status."""
    text = answer.body.lstrip()
    if text.startswith(b"<"):
        return tuple(_from_xml(text))
    try:
        doc = exact.load(text) if text else None
    except ValueError:
        return ()
    return faults_in(doc)


def faults_in(doc: Any) -> tuple[Fault, ...]:
    if not isinstance(doc, Mapping):
        return ()
    fault = doc.get("Fault") or doc.get("fault")
    if isinstance(fault, Mapping):
        listed = fault.get("Error") or fault.get("error") or ()
        found = [_from_json(row) for row in listed if isinstance(row, Mapping)]
        return tuple(found) or (Fault("", str(fault.get("type") or "Fault")),)
    if isinstance(doc.get("code"), str) and "type" in doc and "detail" in doc:
        return (_from_json(doc),)
    return ()


def error_of(
    kind: str, status: int, faults: Sequence[Fault], *, writes: bool, request_id: str
) -> LedgerError:
    """What the caller has to do about a call that did not go well."""
    codes = {fault.code for fault in faults}
    first = faults[0] if faults else Fault(str(status), f"HTTP status {status}")
    said = f"{kind}: {_shown(first.message)}"
    if codes & THROTTLED or status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(said, wait=THROTTLE_WAIT, request_id=request_id)
    if codes & SHUT_OUT or status == HTTPStatus.UNAUTHORIZED:
        # the detail of these faults may quote the access token
        return Reconnect(said, request_id=request_id)
    if SYSTEM_FAILURE in codes or not _is_refusal(status):
        return unclear(said, writes=writes, request_id=request_id)
    if STALE in codes and PERIOD_CLOSED not in f"{first.message} {first.detail}".casefold():
        return Stale(said, request_id=request_id)
    detail = f" ({_shown(first.detail)})" if first.detail else ""
    return Refused(said + detail, code=first.code, request_id=request_id)


def unclear(said: str, *, writes: bool, request_id: str) -> LedgerError:
    """Nobody knows whether the call took effect: a read is repeated, a write is looked for."""
    if writes:
        return OutcomeUnknown(said, request_id=request_id)
    return TryLater(said, wait=TROUBLE_WAIT, request_id=request_id)


def _is_refusal(status: int) -> bool:
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return refused and status != HTTPStatus.REQUEST_TIMEOUT


def _from_json(row: Mapping[str, Any]) -> Fault:
    def text(*names: str) -> str:
        return next((str(row[name]) for name in names if row.get(name)), "")

    code = text("code")
    if code == "AuthenticationFailed":
        code = TOKEN_REJECTED
    return Fault(code, text("Message", "message"), text("Detail", "detail"))


def _from_xml(text: bytes) -> Iterator[Fault]:
    try:
        root = Xml.fromstring(text)
    except (Xml.ParseError, DefusedXmlException, ValueError):
        return
    for node in root.iter():
        if _local(node.tag) != "Error":
            continue
        parts = {_local(child.tag): child.text or "" for child in node}
        yield Fault(node.get("code", ""), parts.get("Message", ""), parts.get("Detail", ""))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _shown(text: str) -> str:
    return " ".join(text.split())[:TEXT_CHARACTERS_MAX]
