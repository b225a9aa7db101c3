"""Walks through TwiML as Twilio does: says, gathers keys, follows, connects and hangs up.

twilio.com/docs/voice/twiml: after a Gather without keys the document goes on; a document that is
not valid ends the call (error 12200).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import ParseError, fromstring

Ask = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
Next = tuple[str, Mapping[str, str]]
DOCUMENTS_MAX = 30
SORRY = "We are sorry, an application error has occurred. Goodbye."
ATTRIBUTES = {
    "Say": {"voice", "language", "loop"},
    "Gather": {"input", "numDigits", "action", "method", "timeout", "finishOnKey"},
    "Redirect": {"method"},
    "Hangup": set(),
    "Dial": {"action", "method", "timeout", "callerId"},
}  # fmt: skip


class _Ended(Exception):
    """The call is over; the text is an error of the application's, if it was one."""


@dataclass
class Played:
    """What was heard and pressed, who was connected, and every request that was made."""

    heard: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    dialled: str = ""
    error: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def play(ask: Ask, url: str, *, keys: Sequence[str], dial: str) -> Played:
    """One call from its first document on. An empty key is silence; without any left the person
    hangs up. `dial` is how a call ends that they are connected to."""
    played, left = Played(), iter(keys)
    where: Next = (url, {})
    try:
        for _ in range(DOCUMENTS_MAX):
            played.asked.append((where[0], dict(where[1])))
            root = _fetched(ask, where)
            where = _walk(root, played, left, base=where[0], dial=dial)
    except _Ended as ended:
        played.error = str(ended)
    else:
        played.error = "the call goes round in circles"
    if played.error:
        played.heard.append(SORRY)
    return played


def messages_of(body: bytes) -> list[str]:
    """The texts with which an incoming one is answered."""
    try:
        return [node.text or "" for node in _response(body).findall("Message")] if body else []
    except _Ended:
        return []


def _fetched(ask: Ask, where: Next) -> Element:
    status, body = ask(*where)
    if status != HTTPStatus.OK:
        raise _Ended(f"11200: {where[0]} answered {status}")
    return _response(body)


def _response(body: bytes) -> Element:
    try:
        root: Element = fromstring(body)
    except (ParseError, ValueError) as error:
        raise _Ended(f"12100: {error}") from None
    if root.tag != "Response":
        raise _Ended(f"12200: the root is {root.tag}")
    return root


def _walk(root: Element, played: Played, keys: Iterator[str], *, base: str, dial: str) -> Next:
    """Where the document leads. Raises _Ended where it ends the call."""
    for verb in root:
        if verb.tag not in ATTRIBUTES or set(verb.attrib) - ATTRIBUTES[verb.tag]:
            raise _Ended(f"12200: {verb.tag} {sorted(verb.attrib)} is not valid here")
        if verb.tag == "Say":
            played.heard.append(verb.text or "")
        elif verb.tag == "Gather":
            pressed = _gather(verb, played, keys)
            if pressed:
                return urljoin(base, verb.get("action", base)), {"Digits": pressed}
        elif verb.tag == "Redirect":
            return urljoin(base, verb.text or ""), {}
        elif verb.tag == "Dial":
            played.dialled = verb.findtext("Number") or verb.text or ""
            return urljoin(base, verb.get("action", base)), {"DialCallStatus": dial}
        else:
            raise _Ended
    raise _Ended


def _gather(verb: Element, played: Played, keys: Iterator[str]) -> str:
    played.heard.extend(say.text or "" for say in verb.findall("Say"))
    pressed = next(keys, None)
    if pressed is None:
        raise _Ended
    played.pressed.append(pressed)
    return pressed[: int(verb.get("numDigits", "20"))]
