"""The door where Twilio knocks: texts that come in, how ours got on, and each turn of a call."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from flask import Blueprint, Response, request

from connector.phone import conversation, texts_in
from connector.phone.telephone_line import DOOR
from providers.twilio import signature, twiml
from webhooks import parts
from webhooks.answers import answered, raw_body

door = Blueprint("telephone_door", __name__)

BODY_BYTES_MAX = 64_000
FIELDS_MAX = 200
Form = Mapping[str, str]


@door.route(f"{DOOR}/texts", methods=["POST"], provide_automatic_options=False)
def receive_text() -> Response:
    form = _genuine()
    if isinstance(form, Response):
        return form
    return _spoken(twiml.reply(texts_in.receive(parts.here(), form)))


@door.route(f"{DOOR}/texts/<token>/status", methods=["POST"], provide_automatic_options=False)
def note_text(token: str) -> Response:
    form = _genuine()
    if isinstance(form, Response):
        return form
    return _noted(known=texts_in.note_status(parts.here(), token, form))


@door.route(f"{DOOR}/calls/<token>/status", methods=["POST"], provide_automatic_options=False)
def end_call(token: str) -> Response:
    form = _genuine()
    if isinstance(form, Response):
        return form
    return _noted(known=conversation.end(parts.here(), token, form))


@door.route(f"{DOOR}/calls/<token>/<int:turn>", methods=["POST"], provide_automatic_options=False)
def answer_call(token: str, turn: int) -> Response:
    form = _genuine()
    if isinstance(form, Response):
        return form
    words = conversation.answer(parts.here(), token, turn, form)
    return _noted(known=False) if words is None else _spoken(words)


def _genuine() -> Form | Response:
    """The form of a request that Twilio signed, or what anybody else is answered."""
    config = parts.here().config
    if not config.twilio_auth_token:
        return answered("telephone", "no such door", HTTPStatus.NOT_FOUND)
    raw = raw_body(BODY_BYTES_MAX)
    if raw is None:
        return answered("telephone", "too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return answered("telephone", "not understood", HTTPStatus.BAD_REQUEST)
    # Twilio signs the address that it was given; behind a proxy we may hear another.
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{config.base_url.rstrip('/')}{request.path}{query}"
    offered = request.headers.get(signature.HEADER, "")
    if not signature.is_genuine(url, fields, offered, config.twilio_auth_token):
        return answered("telephone", "forged", HTTPStatus.FORBIDDEN)
    return {name: values[-1] for name, values in fields.items()}


def _spoken(words: bytes) -> Response:
    answer = answered("telephone", "accepted", HTTPStatus.OK)
    answer.data = words
    answer.headers["Content-Type"] = twiml.CONTENT_TYPE
    return answer


def _noted(*, known: bool) -> Response:
    if not known:
        return answered("telephone", "unknown", HTTPStatus.NOT_FOUND)
    return answered("telephone", "accepted", HTTPStatus.NO_CONTENT)
